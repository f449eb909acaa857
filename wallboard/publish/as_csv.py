"""A report as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.select.totals import NO_TOTAL, row_value
from wallboard.model.view.format import iso
from wallboard.publish.report import PollReport

_REST = tuple(name for name in METRICS if name not in CATALOGUE)
_HEADINGS = (
    *("pbx", "site", "queue", "extension", "measured", "level"),
    *CATALOGUE,
    *("today", "today measured"),
    *_REST,
    "unit confirmed",
    "in answer",
    "not moving since",
)
_BLANK = r"[\s\u200b-\u200f\u2060\ufeff]*"
_FORMULA = re.compile(rf"((?:^|[;,\t\"\r\n\v\f\x85\u2028\u2029]){_BLANK})(?=[=+\-@＝＋－＠])")
"""What stands before a formula's first sign: the cell's begin, or what a sheet takes for one."""


def as_csv(report: PollReport) -> str:
    """Return one line a queue under a heading; empty for no value.

    Durations are milliseconds, percentages of 100. What happened since ``today`` (a time) stands
    after the live metrics and was measured at ``today measured``. ``unit confirmed``: whether the
    unit of all times in the line is known to be right. ``in answer``: whether the queue is in its
    PBX's newest live answer; ``not moving since``: where these are the same over and over.
    ``groups``: those that the queue is in, where any are configured.
    """
    groups = bool(report.groups)
    rows: list[Sequence[object]] = [[*_HEADINGS, "groups"] if groups else _HEADINGS]
    for queue in report.queues:
        names = (queue.pbx, queue.site, queue.name, queue.extension)
        values = {name: _number(row_value(queue, metric)) for name, metric in METRICS.items()}
        level = report.level_of(queue).level.word
        live, rest = ([values[name] for name in group] for group in (CATALOGUE, _REST))
        about = [*map(safe, names), _measured_at(report, queue), level]
        sure = "yes" if report.is_confirmed(queue) else "no"
        there = "no" if queue.key in report.missing else "yes"
        since = report.standing.get(queue.key.pbx)
        known = [sure, there, iso(since) if since else ""]
        known += [safe(", ".join(report.groups_of(queue)))] if groups else []
        rows.append([*about, *live, *_day(report, queue), *rest, *known])
    return csv_text(rows)


def groups_as_csv(report: PollReport) -> str:
    """Return one line a group of queues, as ``as_csv`` writes a queue's.

    ``queues``: how many it has; ``partial``: the totals to which some queues add nothing.
    """
    rows: list[Sequence[object]] = [["group", "queues", "level", *METRICS, "partial"]]
    for group in report.groups:
        sums = [group.totals.get(name, NO_TOTAL) for name in METRICS]
        partial = [name for name, total in group.totals.items() if total.partial]
        about = [safe(group.name), len(group.queues), group.level.word]
        values = [_number(total.value) for total in sums]
        rows.append([*about, *values, " ".join(partial)])
    return csv_text(rows)


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _measured_at(report: PollReport, queue: QueueMetrics) -> str:
    """Return when a row was measured: one that is stale must not look fresh in a sheet."""
    moment = None if queue.key in report.missing else report.snapshot.moment_of(queue.key)
    return iso(moment.wall) if moment else ""


def _day(report: PollReport, queue: QueueMetrics) -> tuple[str, str]:
    reading = report.day_of(queue)
    if reading is None or reading.day is None:
        return "", ""
    return iso(reading.day.start), iso(reading.measured.wall)


def safe(text: str) -> str:
    """Return a name that no spreadsheet takes for a formula: ``=x`` becomes ``'=x``.

    Where ``;`` or a tab separates, quotes inside a line are letters like others, and a name can
    begin a cell in its middle: ``a;=x`` becomes ``a;'=x``. Full-width signs
    are signs to some.
    """
    harmless = _FORMULA.sub(r"\1'", text)
    return f"'{harmless}" if harmless.startswith(("\t", "\r")) else harmless


def _number(value: Number | None) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
