"""A report as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

import csv
import io

from wallboard.model.metrics import CATALOGUE, Number
from wallboard.model.summary import row_value
from wallboard.publish.report import Report

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: Report) -> str:
    """Return one line a queue under a heading; durations in milliseconds, empty for no value."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["pbx", "site", "queue", "extension", "level", *CATALOGUE])
    for queue in report.queues:
        names = (queue.pbx, queue.site, queue.name, queue.extension)
        values = (_number(row_value(queue, metric)) for metric in CATALOGUE.values())
        writer.writerow([*map(safe, names), report.level_of(queue).level.word, *values])
    return out.getvalue()


def safe(text: str) -> str:
    """Return a name that no spreadsheet takes for a formula: ``=x`` becomes ``'=x``."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _number(value: Number | None) -> str:
    return "" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)
