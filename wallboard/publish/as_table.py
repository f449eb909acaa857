"""A report as a table for people: plain text, marks beside the values, totals underneath.

In a width, columns go as on the board: from the end, whole, the site after the first few.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from wallboard.model.data.metric import Kind, Metric
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.data.view_options import SITE_AFTER
from wallboard.model.judge.rules import Level, worst
from wallboard.model.select.totals import NO_TOTAL, GroupTotals, Total, row_value
from wallboard.model.view import format as formatting
from wallboard.publish.report import PollReport

By = Literal["queue", "group"]
"""What a line is."""

_GAP = "  "
_SITE, _FIRST = 2, 3
"""Columns: the level, the queue, its site, then the metrics."""


def as_table(
    report: PollReport, columns: Iterable[Metric], width: int | None = None, by: By = "queue"
) -> str:
    """Return the report with the metrics of ``columns``; notes under it say what failed.

    ``width``: how many letters there is room for in a line; ``None``: for all. What has no room is
    named in a note, and never cut. The queue and the first metric are always there. Groups of
    queues stand under the total; ``by`` ``group``: in place of the queues.
    """
    metrics = list(columns)
    heads = ["", "Queue", "Site", *(metric.short for metric in metrics)]
    rows = [_row(report, queue, metrics) for queue in report.queues]
    many = formatting.plural(len(rows), "queue")
    foot = ["", "All", many, *_sums(report.totals, metrics, {})]
    groups = [_group_row(group, metrics) for group in report.groups]
    if by == "group":
        heads[1:3], rows, groups = ["Group", "Queues"], groups, []
    table = [heads, *rows, foot, *groups]
    shown = _fitting(table, width)
    lines = align([[row[at] for at in shown] for row in table], left=2 + (_SITE in shown))
    rule = "-" * formatting.columns_of(lines[0])
    end = 1 + len(rows)
    lines = [lines[0], rule, *lines[1:end], rule, *lines[end:]] if rows else ["No queues."]
    notes = [*_notes(report, [item for at, item in enumerate(metrics, _FIRST) if at in shown])]
    left_out = [head for at, head in enumerate(heads) if at not in shown]
    if rows and left_out:
        notes.append(f"No room for {', '.join(left_out)}; --wide prints all")
    lines += (line for note in notes for line in _wrap(note, width))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _fitting(table: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """Return which columns have room, from the left; the most wanted are taken first."""
    every = list(range(len(table[0])))
    if width is None:
        return every
    metrics = every[_FIRST:]
    shown, wanted = every[:_SITE] + metrics[:1], [*metrics[1:SITE_AFTER], _SITE]
    left = width - sum(_width(table, at) for at in shown) - len(_GAP) * (len(shown) - 1)
    for at in (*wanted, *metrics[SITE_AFTER:]):
        left -= _width(table, at) + len(_GAP)
        if left < 0:
            break
        shown.append(at)
    return sorted(shown)


def _width(table: Sequence[Sequence[str]], at: int) -> int:
    return max(formatting.columns_of(row[at]) for row in table)


def _notes(report: PollReport, metrics: Sequence[Metric]) -> Iterator[str]:
    """Give what has to be said of the metrics that are shown, and of what failed."""
    every = (report.totals, *(group.totals for group in report.groups))
    if any(sums.get(metric.name, NO_TOTAL).partial for sums in every for metric in metrics):
        yield "* some queues have no value: the total is too small"
    if len(report.queues) > 1 and any(metric.seats for metric in metrics):
        yield "Agents of all queues are seats, not people: one agent sits in many queues"
    if not all(map(report.is_confirmed, report.queues)):
        yield "? the unit of these times is not confirmed: they have no level"
    for group in report.groups:
        if not group.queues:
            yield f"{group.name}: this group finds no queue; see [groups]"
    for queue in report.queues:
        if queue.key in report.missing:
            yield f"{queue.name}: not in the answer of {queue.pbx}"
    for info, trouble in report.failures:
        what = " (today)" if info.feed.kind is Kind.TODAY else ""
        yield f"{info.pbx_name}{what}: {trouble.words}. {trouble.remedy}".rstrip()


def _wrap(note: str, width: int | None) -> list[str]:
    if width is None:
        return [note]
    return textwrap.wrap(
        note, max(width, 20), subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )


def _row(report: PollReport, queue: QueueMetrics, metrics: list[Metric]) -> list[str]:
    levels, marks = report.level_of(queue), report.levels_by_metric(queue)
    cells = []
    for metric in metrics:
        number = row_value(queue, metric)
        if metric.name in queue.suspect:
            mark = "?"
        else:
            times = "?" if number and metric.name in queue.unconfirmed else ""
            mark = marks.get(metric.name, Level.NORMAL).mark + times
        cells.append(f"{mark}{formatting.value(metric, number)}")
    return [levels.level.mark, queue.title, queue.site_title, *cells]


def _sums(
    totals: Mapping[str, Total], metrics: list[Metric], levels: Mapping[str, Level]
) -> list[str]:
    sums = []
    for metric in metrics:
        total = totals.get(metric.name, NO_TOTAL)
        mark = levels.get(metric.name, Level.NORMAL).mark
        star = "*" if total.partial else ""
        sums.append(f"{mark}{formatting.value(metric, total.value)}{star}")
    return sums


def _group_row(group: GroupTotals, metrics: list[Metric]) -> list[str]:
    many = formatting.plural(len(group.queues), "queue") if group.queues else "no queue"
    mark = worst([Level.NORMAL, *group.levels.values()]).mark
    return [mark, group.name, many, *_sums(group.totals, metrics, group.levels)]


def align(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Return the rows with columns as wide as their widest text, numbers to the right."""
    widths = [_width(rows, at) for at in range(len(rows[0]))]
    return [_GAP.join(_pad(row, widths, left)) for row in rows]


def _pad(row: Sequence[str], widths: Sequence[int], left: int) -> Iterable[str]:
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        blank = " " * (width - formatting.columns_of(text))
        yield text + blank if at < left else blank + text
