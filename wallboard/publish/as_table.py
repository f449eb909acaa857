"""A report as a table for people: plain text, marks beside the values, totals underneath."""

from collections.abc import Iterable, Sequence

from wallboard.model.data.metric import Kind, Metric
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.rules import Level
from wallboard.model.select.totals import NO_TOTAL, row_value
from wallboard.model.view import format as formatting
from wallboard.publish.report import PollReport


def as_table(report: PollReport, columns: Iterable[Metric]) -> str:
    """Return the report with the metrics of ``columns``; a note under it says what failed."""
    metrics = list(columns)
    heads = ["", "Queue", "Site", *(metric.short for metric in metrics)]
    rows = [_row(report, queue, metrics) for queue in report.queues]
    foot = ["", "All", formatting.plural(len(rows), "queue"), *_sums(report, metrics)]
    lines = _align([heads, *rows, foot], left=3)
    if not rows:
        lines = ["No queues."]
    else:
        rule = "-" * len(lines[0])
        lines = [lines[0], rule, *lines[1:-1], rule, lines[-1]]
    if any(report.totals.get(metric.name, NO_TOTAL).partial for metric in metrics):
        lines.append("* some queues have no value: the total is too small")
    if len(rows) > 1 and any(metric.seats for metric in metrics):
        lines.append("Agents of all queues are seats, not people: one agent sits in many queues")
    if not all(map(report.is_confirmed, report.queues)):
        lines.append("? the unit of these times is not confirmed: they have no level")
    for queue in report.queues:
        if queue.key in report.missing:
            lines.append(f"{queue.name}: not in the answer of {queue.pbx}")
    for failure in report.failures:
        what = " (today)" if failure.kind is Kind.TODAY else ""
        lines.append(f"{failure.pbx}{what}: {failure.words}. {failure.remedy}".rstrip())
    return "\n".join(line.rstrip() for line in lines) + "\n"


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


def _sums(report: PollReport, metrics: list[Metric]) -> list[str]:
    sums = []
    for metric in metrics:
        total = report.totals.get(metric.name, NO_TOTAL)
        sums.append(formatting.value(metric, total.value) + ("*" if total.partial else ""))
    return sums


def _align(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Return the rows with columns as wide as their widest text, numbers to the right."""
    widths = [max(formatting.columns_of(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(_pad(row, widths, left)) for row in rows]


def _pad(row: Sequence[str], widths: Sequence[int], left: int) -> Iterable[str]:
    for at, (text, width) in enumerate(zip(row, widths, strict=True)):
        blank = " " * (width - formatting.columns_of(text))
        yield text + blank if at < left else blank + text
