"""A report of a day or a week as a table, CSV or JSON; and which days a user means."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from wallboard.errors import ConfigurationError
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.day import Day, DayRule
from wallboard.model.judge.hours import COUNTS, LONGEST, SHARES
from wallboard.model.view import format as formatting
from wallboard.publish.as_csv import csv_text, safe
from wallboard.publish.as_table import align
from wallboard.publish.past_report import CRITICAL, NAMES, WARNING, PastLine, PastReport

_TABLE = {
    COUNTS[0]: "Entered", COUNTS[1]: "Accepted", SHARES[0]: "Aband %", SHARES[1]: "Divert %",
    LONGEST: "Longest", TIME_IN_TARGET: "In target", WARNING: "Min !", CRITICAL: "Min !!",
}  # fmt: skip
"""What a table tells; the counts of what was lost are in CSV and JSON."""


def past_text(report: PastReport, layout: str) -> str:
    """Return the report as ``table``, ``csv`` or ``json``."""
    if layout == "json":
        return _json(report)
    return _csv(report) if layout == "csv" else _table(report)


def _table(report: PastReport) -> str:
    labels = len(report.heads)
    heads = [*report.heads, *_TABLE.values()]
    sources = [*[""] * labels, *(report.sources[name] or "–" for name in _TABLE)]
    rows = [[*line.label, *_cells(line)] for line in (*report.lines, report.total)]
    lines = align([heads, sources, *rows], left=labels)
    rule = "-" * max(map(formatting.columns_of, lines))
    page = [report.title, "", *lines[:2], rule, *lines[2:-1], rule, lines[-1], *report.notes]
    if not report.lines:
        page = [report.title, "", "Nothing is known of it.", *report.notes]
    return "\n".join(item.rstrip() for item in page) + "\n"


def _cells(line: PastLine) -> list[str]:
    cells = []
    for name in _TABLE:
        number, metric = line.numbers.get(name), METRICS.get(name)
        text = formatting.value(metric, number) if metric else formatting.count(number)
        cells.append(text + ("*" if name in line.partial else ""))
    return cells


def _csv(report: PastReport) -> str:
    """Return lines under a heading that says where each number is from; no total.

    Durations are milliseconds, percentages of 100.
    """
    heads = [f"{name} ({report.sources[name] or 'unknown'})" for name in NAMES]
    rows: list[Sequence[str]] = [[*map(str.lower, report.heads), *heads, "partial"]]
    for line in report.lines:
        numbers = ["" if (n := line.numbers.get(name)) is None else f"{n:.10g}" for name in NAMES]
        rows.append([*map(safe, line.label), *numbers, " ".join(sorted(line.partial))])
    return csv_text(rows)


def _json(report: PastReport) -> str:
    document = {
        "title": report.title,
        "sources": {name: report.sources[name] or None for name in NAMES},
        "lines": [_document(report, line) for line in report.lines],
        "total": _document(report, report.total)["numbers"],
        "notes": report.notes,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _document(report: PastReport, line: PastLine) -> dict[str, object]:
    names = dict(zip(map(str.lower, report.heads), line.label, strict=True))
    numbers = {name: line.numbers.get(name) for name in NAMES}
    return {**names, "numbers": numbers, "partial": sorted(line.partial)}


# Which days.


def days_named(
    day: str | None, week: str | None, rule: DayRule, zone: tzinfo, now: datetime
) -> tuple[tuple[Day, ...], str]:
    """Return the days that are meant, and what they are called.

    ``day``: ``yesterday``, ``today`` or a date; ``week``: ``last``, ``this`` or a date in it.
    Raises ``ConfigurationError``.
    """
    today = rule(now).start.astimezone(zone).date()
    if day and week:
        raise ConfigurationError(["--day and --week: give one of them"])
    if week:
        known = {"this": today, "last": today - timedelta(days=7)}
        first = known.get(week) or _date(week, "--week: write last, this or a date: 2026-11-23")
        first -= timedelta(days=first.weekday())
        dates = [first + timedelta(days=at) for at in range(7)]
        title = f"Week from {first:%a %Y-%m-%d} to {dates[-1]:%a %Y-%m-%d}"
    else:
        known = {"today": today, "yesterday": today - timedelta(days=1)}
        only = known.get(day or "yesterday") or _date(
            day or "", "--day: write yesterday, today or a date: 2026-11-27"
        )
        dates, title = [only], f"{only:%A %Y-%m-%d}"
    if dates[0] > today:
        raise ConfigurationError(["that day is yet to come"])
    return tuple(_day(item, rule, zone) for item in dates if item <= today), title


def _date(text: str, words: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError([words]) from None


def _day(wanted: date, rule: DayRule, zone: tzinfo) -> Day:
    """Return the day that begins on a date: noon is in it, or it begins later than that."""
    noon = datetime.combine(wanted, time(12), zone)
    found = rule(noon)
    return found if found.start.astimezone(zone).date() == wanted else rule(found.end)


def span_of(days: Sequence[Day]) -> Day:
    """Return several days as one span."""
    return Day(days[0].start, days[-1].end)
