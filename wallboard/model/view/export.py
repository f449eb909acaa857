"""What is taken from the board: a queue's line to paste, the view for a file, and its name."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from wallboard.model.data.metric import Kind, Metric
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics
from wallboard.model.judge.levels import UNJUDGED, QueueLevels
from wallboard.model.state import State
from wallboard.model.view.board import BoardView, line_of
from wallboard.model.view.format import when_text
from wallboard.model.view.row import plain_cell
from wallboard.records import dataclass

_MOST_NAME = 40
_NUMBERS = 3
"""Numbers in a line to paste: the first columns, which are the most wanted."""

_MOST_ROWS = 200
_MEANT = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&-])")


@dataclass(frozen=True, slots=True)
class Exported:
    """The queues of a view in its order, and their levels, as far as they are known now."""

    queues: tuple[QueueMetrics, ...]
    levels: Mapping[QueueKey, QueueLevels]
    day_levels: Mapping[QueueKey, QueueLevels]


def rows_to_export(view: BoardView) -> Exported:
    """Return what a view shows: old rows without levels, rows of NO DATA without values."""
    return Exported(
        tuple(line.queue for line in view.lines),
        {line.key: UNJUDGED if line.old else line.levels for line in view.lines},
        {line.key: UNJUDGED if line.day_old else line.day_levels for line in view.lines},
    )


def copy_text(state: State, key: QueueKey, now: Moment) -> str:
    """Return one queue's line as text to paste: name, level, three numbers, when it was measured.

    Empty if the queue is gone.
    Values are those measured, not estimates: what is pasted does not tick on.
    """
    line = line_of(state, key, now)
    if line is None:
        return ""
    queue = line.queue
    extension = f"ext {queue.extension}" if queue.extension else ""
    place = ", ".join(part for part in (queue.site_title, extension) if part)
    shown = state.shown().snapshot
    measured = shown.moment_of(key)
    parts = [f"{queue.title} ({place})" if place else queue.title]
    if line.missing:
        parts.append(line.missing)
    elif line.word:
        parts.append(line.word)
    metrics = state.options.metrics(state.options.columns)[:_NUMBERS]
    for metric in metrics:
        drawn = plain_cell(line, metric, now.elapsed, tick=False)
        mark = f" {drawn.mark}" if drawn.mark else ""
        parts.append(f"{metric.label} {drawn.text}{mark}")
    today = shown.moment_of(key, Kind.TODAY)
    if measured is not None and not line.missing:
        parts.append(f"at {when_text(measured.wall, now.wall, state.options.timezone)}")
    if today is not None and any(metric.kind is Kind.TODAY for metric in metrics):
        at = when_text(today.wall, now.wall, state.options.timezone)
        parts.append(f"today at {at}{', stale' if line.day_old else ''}")
    return " · ".join(parts)


def markdown(view: BoardView, columns: Iterable[Metric], at: datetime) -> str:
    """Return the queues of a view as a table in Markdown, with the metrics in ``columns``.

    ``at``: now, in the board's time zone. Names are text and no markup; waits are those measured.
    """
    metrics = tuple(columns)
    heads = ("Level", "Queue", "Site", *(metric.label for metric in metrics))
    rows = [heads, (*["---"] * 3, *["--:"] * len(metrics))]
    for line in view.lines[:_MOST_ROWS]:
        drawn = (plain_cell(line, metric, view.now, tick=False) for metric in metrics)
        cells = (f"{cell.text} {cell.mark}".strip() for cell in drawn)
        names = map(escape_markdown, (line.queue.title, line.queue.site_title))
        rows.append((line.word, *names, *cells))
    table = [f"| {' | '.join(row)} |" for row in rows]
    more = len(view.lines) - _MOST_ROWS
    end = [f"… and {more} more"] if more > 0 else []
    told = view.health
    state = (
        str(told.state),
        escape_markdown(told.selection),
        escape_markdown(told.hidden.words),
        *end,
    )
    head = f"{escape_markdown(view.title)}, {at:%H:%M:%S}"
    return "\n".join([head, "", *table, "", " · ".join(filter(None, state))]) + "\n"


def escape_markdown(text: str) -> str:
    """Return a name as text that means nothing in Markdown."""
    return _MEANT.sub(r"\\\1", text)


def file_stem(title: str, at: datetime, zone: tzinfo) -> str:
    """Return a file's name without its ending: ``contact-centre-20260302-093000``.

    Of the title only plain letters and digits are kept, so that it fits any file system.
    """
    spread = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", spread.lower()).strip("-")[:_MOST_NAME].strip("-")
    return f"{plain or 'wallboard'}-{at.astimezone(zone):%Y%m%d-%H%M%S}"
