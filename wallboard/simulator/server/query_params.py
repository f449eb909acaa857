"""What a query asks for: queues, metrics, a span of time; and the refusals of what makes no sense.

Follows the parameters of "Call Queue Metrics" and "Queue Agent Activity" of the vendor's
documentation, which the realtime page shares in part.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import inf

from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.directory import Pbx, QueueEntry, SimulatedAccount
from wallboard.simulator.server.responses import Refusal, invalid

Query = Mapping[str, str]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)", re.ASCII)
_OF_DAY = re.compile(r"\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)", re.ASCII)
_DAY = timedelta(days=1)
_RECENT = timedelta(days=3)
"""Longer than a centre remembers, and than any other way round the clock."""


def list_parts(text: str) -> list[str]:
    """Return the parts of a list with commas."""
    return [part for part in (part.strip() for part in text.split(",")) if part]


def chosen_queues(directory: SimulatedAccount, pbx: Pbx, query: Query) -> list[QueueEntry]:
    """Return the queues that ``siteIds`` and ``queueIds`` name; an empty list means all."""
    queues = [queue for queue in directory.queues[pbx.id] if not queue.deleted]
    if sites := set(list_parts(query.get("siteIds", ""))):
        queues = [queue for queue in queues if queue.site_id in sites]
    if ids := set(list_parts(query.get("queueIds", ""))):
        queues = [queue for queue in queues if queue.id in ids]
    return queues


def wants_summary(query: Query) -> bool:
    """Whether ``includeSummary`` is true, as it is unless told; raises ``Refusal``."""
    summary = query.get("includeSummary", "true").lower()
    if summary not in ("true", "false"):
        raise invalid("includeSummary")
    return summary == "true"


def metrics_of(query: Query, legal: Collection[str], unasked: Iterable[str]) -> tuple[str, ...]:
    """Return the metrics that are asked for; none: all, with those that come ``unasked`` only.

    Raises ``Refusal`` that names those that are not legal.
    """
    asked = list_parts(query.get("metrics", ""))
    unknown = [name for name in asked if name not in legal]
    if unknown:
        raise Refusal(400, f"Invalid Metrics Passed [{','.join(unknown)}].")
    return tuple(name for name in legal if name in asked) if asked else (*legal, *unasked)


def statuses_of(query: Query, name: str, legal: Collection[str]) -> frozenset[str]:
    """Return the statuses that a parameter names, none for any; raises ``Refusal``."""
    asked = frozenset(list_parts(query.get(name, "")))
    if asked - set(legal):
        raise invalid(name)
    return asked


def spans_of(
    query: Query, now: datetime, to_seconds: Callable[[datetime], float]
) -> Sequence[Span]:
    """Return when the calls came that are asked about; without dates: in the last 24 hours.

    ``to_seconds`` turns an instant into simulated seconds.

    With ``intraDayStart`` and ``intraDayEnd`` it is that part of each day; an end before the
    start is on the next day. Raises ``Refusal`` for dates that make no sense.
    """
    start, end = _pair(query, "startDate", "endDate")
    begins, ends = _pair(query, "intraDayStart", "intraDayEnd")
    if not start:
        if begins:
            raise Refusal(400, "intraDayStart and intraDayEnd need startDate and endDate.")
        return ((to_seconds(now - _DAY), inf),)
    first, last = _instant(start, "startDate"), _instant(end, "endDate")
    if last < first:
        raise Refusal(400, "endDate is before startDate.")
    found = [(first, last)]
    if begins:
        first, last = max(first, now - _RECENT), min(last, now + _RECENT)
        found = _parts(first, last, _of_day(begins, "intraDayStart"), _of_day(ends, "intraDayEnd"))
    return tuple((to_seconds(low), to_seconds(high)) for low, high in found)


def _pair(query: Query, name: str, other: str) -> tuple[str, str]:
    first, second = query.get(name, ""), query.get(other, "")
    if bool(first) != bool(second):
        raise Refusal(400, f"{name} and {other} must be passed together.")
    return first, second


def _instant(text: str, name: str) -> datetime:
    if not _INSTANT.fullmatch(text):
        raise invalid(name)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):  # the 31st of June; a year that another zone has not
        raise invalid(name) from None


def _of_day(text: str, name: str) -> timedelta:
    """Return a time of day in UTC."""
    if not _OF_DAY.fullmatch(text):
        raise invalid(name)
    at = _instant(f"2000-01-02T{text}", name)
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _parts(
    first: datetime, last: datetime, begins: timedelta, ends: timedelta
) -> list[tuple[datetime, datetime]]:
    length = (ends - begins) % _DAY
    if not length:
        raise Refusal(400, "intraDayEnd is intraDayStart.")
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0) - _DAY
    found = []
    for day in range((last - midnight).days + 1):
        low = midnight + day * _DAY + begins
        high = min(low + length, last)
        if (low := max(low, first)) < high:
            found.append((low, high))
    return found
