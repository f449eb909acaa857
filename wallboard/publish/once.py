"""What one round of polls comes to: a text in a format, and an exit code."""

from collections.abc import Iterable

from wallboard.feed.once import PollResult
from wallboard.model.data.metric import Kind, Metric
from wallboard.model.data.reading import Moment
from wallboard.model.events import Trouble
from wallboard.model.feeds.missing import missing_by_name
from wallboard.model.judge.rules import Rules
from wallboard.model.select.selection import Selection
from wallboard.publish.as_csv import as_csv, groups_as_csv
from wallboard.publish.as_json import as_json
from wallboard.publish.as_table import By, as_table
from wallboard.publish.report import report


def publish(
    asked: PollResult,
    layout: str,
    rules: Rules,
    selection: Selection,
    columns: Iterable[Metric],
    at: Moment,
    *,
    width: int | None = None,
    by: By = "queue",
) -> str:
    """Return the round as ``table``, ``json`` or ``csv``.

    ``columns`` are those of the table, ``width`` the letters of its lines (``None``: as many as it
    takes). ``by``: what a line of table and CSV is.
    """
    failures = [(info, Trouble.of(error)) for info, error in asked.failures]
    poll_report = report(asked.readings, failures, rules, selection, at)
    if layout == "json":
        return as_json(poll_report)
    if layout == "csv":
        return groups_as_csv(poll_report) if by == "group" else as_csv(poll_report)
    return as_table(poll_report, columns, width, by)


def exit_code(asked: PollResult) -> int:
    """Return 0 when all answered, 4 when some PBX failed; when all did, what they say.

    A queue that was named and is in no answer is a failure too: 4.
    The live numbers decide: an account without those of the day is none that failed.
    """
    failed = [error for info, error in asked.failures if info.feed.kind is Kind.LIVE]
    live = [reading for reading in asked.readings if reading.feed.kind is Kind.LIVE]
    if not failed:
        return 4 if any(map(missing_by_name, live)) else 0
    if live:
        return 4
    return min(error.exit_code for error in failed)
