"""A report as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

import csv
import io

from wallboard.model.metrics import CATALOGUE, Number
from wallboard.model.snapshot import QueueMetrics
from wallboard.model.summary import row_value
from wallboard.publish.report import Report, iso

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: Report) -> str:
    """Return one line a queue under a heading; durations in milliseconds, empty for no value."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["pbx", "site", "queue", "extension", "measured", "level", *CATALOGUE])
    for queue in report.queues:
        names = (queue.pbx, queue.site, queue.name, queue.extension)
        values = (_number(row_value(queue, metric)) for metric in CATALOGUE.values())
        level = report.level_of(queue).level.word
        writer.writerow([*map(safe, names), _measured(report, queue), level, *values])
    return out.getvalue()


def _measured(report: Report, queue: QueueMetrics) -> str:
    """Return when a row was measured: one that is stale must not look fresh in a sheet."""
    moment = report.snapshot.measured(queue.key)
    return iso(moment.wall) if moment else ""


def safe(text: str) -> str:
    """Return a name that no spreadsheet takes for a formula: ``=x`` becomes ``'=x``."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _number(value: Number | None) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
