"""What happened in hours and days: counts from the API or as polled, and what the board saw.

The one place for both the page of the day by hours and the report.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import QueueKey, QueueMetrics, Reading
from wallboard.model.select.totals import Total, totals

HOUR = timedelta(hours=1)

COUNTS = ("enteredCalls", "acceptedCalls", "abandonedInWaitingCalls", "divertedCalls")
"""What is told of an hour, calls by when they entered."""

LONGEST = "todayLongestWaitingTime"
SHARES = ("abandonedInWaitingCallsPercentage", "divertedCallsPercentage")
KEPT = (*COUNTS, LONGEST)

AGAIN = timedelta(minutes=5)
"""Until an hour that is not closed is asked for again."""

SETTLES = timedelta(minutes=30)
"""After its end an hour is closed: its last calls were accepted, or lost, by then."""


class PastSpan(NamedTuple):
    """One PBX in a span of time, ``reading.day``: its queues' counts, as a reading of today has.

    ``exact``: from the API. Else as polled: what the day's numbers grew by between two polls.
    """

    reading: Reading
    exact: bool

    @property
    def span(self) -> Day:
        """From when to when."""
        assert self.reading.day is not None  # noqa: S101 - each is asked for with its span
        return self.reading.day

    @property
    def until(self) -> datetime:
        """Up to when it is known."""
        return min(self.span.end, self.reading.measured.wall)

    @property
    def is_closed(self) -> bool:
        """Whether it will never be another."""
        return self.exact and self.reading.measured.wall >= self.span.end + SETTLES


class Watched(NamedTuple):
    """What the board saw of a queue in a span: seconds polled, of these within the target;
    minutes in warning and in critical; the longest wait in ms, if any was known."""

    polled: float = 0.0
    within: float = 0.0
    warning: int = 0
    critical: int = 0
    longest: int | None = None

    def plus(self, other: "Watched") -> "Watched":
        """Return both together."""
        known = [one for one in (self.longest, other.longest) if one is not None]
        return Watched(
            self.polled + other.polled,
            self.within + other.within,
            self.warning + other.warning,
            self.critical + other.critical,
            max(known, default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the minutes say of one span: of each queue, and for how many seconds all was LIVE."""

    span: Day
    queues: Mapping[QueueKey, Watched]
    names: Mapping[QueueKey, QueueMetrics]
    live: float


def hours_of(day: Day) -> tuple[Day, ...]:
    """Return the hours of a day as instants: 23 or 25 where clocks are changed."""
    count = -((day.start - day.end) // HOUR)
    begins = [day.start + HOUR * at for at in range(count)]
    return tuple(Day(begin, min(begin + HOUR, day.end)) for begin in begins)


def is_due(span: Day, known: PastSpan | None, now: datetime) -> bool:
    """Whether a span is to be asked for: once when it is closed, before that now and then."""
    if span.start >= now or (known is not None and known.is_closed):
        return False
    return known is None or now - known.reading.measured.wall >= AGAIN


def day_rows(past: PastSpan) -> tuple[QueueMetrics, ...]:
    """Return the queues with their counts where the numbers of the day stand."""
    return tuple(replace(one, day=one.values, values={}) for one in past.reading.queues)


def sums(rows: Iterable[QueueMetrics]) -> dict[str, Total]:
    """Return the counts, their shares and the longest wait over some rows of the day."""
    return totals(rows, (*KEPT, *SHARES))


def grown(before: Number | None, after: Number | None) -> Number | None:
    """Return what a count grew by; ``None``: it is not known, or began anew in between."""
    if before is None or after is None or after < before:
        return None
    return after - before
