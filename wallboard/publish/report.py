"""One poll, judged: what ``once`` prints in any of its formats."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from wallboard.errors import Reason
from wallboard.model.board import BoardView
from wallboard.model.export import exported
from wallboard.model.metrics import CATALOGUE
from wallboard.model.rules import Rules
from wallboard.model.selection import Selection, select
from wallboard.model.snapshot import Moment, QueueMetrics, Reading, Snapshot, merge
from wallboard.model.state import State
from wallboard.model.summary import Total, totals
from wallboard.model.thresholds import UNJUDGED, Levels, QueueLevels, RuleBook, judge

FORMATS = ("table", "json", "csv")
"""What ``once`` can print."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A PBX that did not answer, and why, in words."""

    pbx_id: str
    pbx: str
    reason: Reason
    words: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Report:
    """Queues in order with their levels, totals over them, and what failed."""

    at: Moment
    snapshot: Snapshot
    queues: tuple[QueueMetrics, ...]
    levels: Levels
    totals: dict[str, Total]
    failures: tuple[Failure, ...] = ()

    def level_of(self, queue: QueueMetrics) -> QueueLevels:
        """Return a queue's levels."""
        return self.levels.get(queue.key, UNJUDGED)


def iso(moment: datetime) -> str:
    """Return a time as programs like it: ``2026-03-02T09:30:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def report(
    readings: Iterable[Reading],
    failures: Iterable[Failure],
    rules: Rules,
    selection: Selection,
    at: Moment,
) -> Report:
    """Judge one round of readings, at once: there is no second poll for ``for`` to wait for."""
    snapshot = merge(readings)
    levels = judge(snapshot.queues, RuleBook(rules), {}, at.elapsed, at_once=True)
    queues = select(snapshot.queues, levels, selection)
    return Report(at, snapshot, queues, levels, totals(queues, CATALOGUE), tuple(failures))


def report_of(state: State, view: BoardView, at: Moment) -> Report:
    """Return what a board shows: old rows without levels, rows of NO DATA without values."""
    made = exported(view)
    shown = state.paused.snapshot if state.paused else state.snapshot
    failures = tuple(
        Failure(
            feed.pbx,
            status.info.pbx_name,
            status.trouble.reason,
            status.trouble.words,
            status.trouble.remedy,
        )
        for feed, status in state.feeds.items()
        if status.trouble
    )
    return Report(at, shown, made.queues, made.levels, totals(made.queues, CATALOGUE), failures)
