"""What happened in hours and days: counts from the API or as polled, and what the board saw.

The one place for both the page of the day by hours and the report.
"""

import json
import math
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import QueueKey, QueueMetrics, Reading
from wallboard.model.select.totals import Total, totals
from wallboard.records import dataclass

HOUR = timedelta(hours=1)

COUNTS = ("enteredCalls", "acceptedCalls", "abandonedInWaitingCalls", "divertedCalls")
"""What is told of an hour, calls by when they entered."""

LONGEST = "todayLongestWaitingTime"
SHARES = ("abandonedInWaitingCallsPercentage", "divertedCallsPercentage")
KEPT = (*COUNTS, LONGEST)

AGAIN = timedelta(minutes=5)
"""Until an hour that is not closed is asked for again."""

_LONG_AGO = timedelta(days=9)
"""Before the newest hour; nobody compares with what is older."""

_NEVER = datetime.max.replace(tzinfo=UTC)

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
        known = [wait for wait in (self.longest, other.longest) if wait is not None]
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


@dataclass(frozen=True, slots=True)
class PastHeard:
    """Hours that are over, or go on, were heard of, each of one PBX.

    ``fresh``: from the API just now. ``words``: by PBX, why it tells none.
    """

    spans: tuple[PastSpan, ...]
    fresh: bool = True
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HourCounts:
    """One PBX's span, packed: for each of ``COUNTS`` a number a queue, nan where not known.

    ``until``: up to when it is known.
    """

    keys: tuple[QueueKey, ...]
    columns: tuple["array[float]", ...]
    exact: bool
    until: datetime

    @classmethod
    def of(cls, past: PastSpan) -> "HourCounts":
        """Return a span packed."""
        queues = past.reading.queues
        columns = tuple(
            array("d", [queue.values.get(name, math.nan) for queue in queues]) for name in COUNTS
        )
        return cls(tuple([queue.key for queue in queues]), columns, past.exact, past.until)


@dataclass(frozen=True, slots=True)
class KnownHours:
    """The hours that are known, by PBX; and why a PBX tells none, in words."""

    known: Mapping[tuple[str, Day], HourCounts] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def with_heard(self, spans: Iterable[PastSpan], words: Mapping[str, str]) -> "KnownHours":
        """Return all with what is heard in place; nothing as polled stands for what is exact."""
        known, silent = dict(self.known), {**self.words, **words}
        for past in spans:
            place = (past.reading.feed.pbx, past.span)
            if past.exact or not (place in known and known[place].exact):
                known[place] = HourCounts.of(past)
            if past.exact:
                silent.pop(place[0], None)
        oldest = max((span.start for _, span in known), default=_NEVER) - _LONG_AGO
        kept = {place: counts for place, counts in known.items() if place[1].start >= oldest}
        return KnownHours(kept, silent)

    def total(
        self, span: Day, pbxes: Collection[str], keys: Collection[QueueKey] | None
    ) -> "HourTotal | None":
        """Return the counts of a span over some queues, or all; ``None``: of nobody known.

        ``pbxes``: all that belong to it; without one of them, or a queue's, it is partial.
        """
        parts = [counts for pbx in sorted(pbxes) if (counts := self.known.get((pbx, span)))]
        if not parts:
            return None
        partial = len(parts) < len(pbxes)
        numbers = []
        for column in range(len(COUNTS)):
            some = [
                number
                for part in parts
                for key, number in zip(part.keys, part.columns[column], strict=True)
                if keys is None or key in keys
            ]
            known = [int(number) for number in some if not math.isnan(number)]
            partial = partial or len(known) < len(some)
            numbers.append(sum(known) if known or not some else None)
        exact, until = all(part.exact for part in parts), min(part.until for part in parts)
        return HourTotal(tuple(numbers), exact=exact, partial=partial, until=until)


@dataclass(frozen=True, slots=True)
class HourTotal:
    """The counts of an hour, one of each of ``COUNTS``, and what keeps them from the truth."""

    numbers: tuple[int | None, ...]
    _: KW_ONLY
    exact: bool
    partial: bool
    until: datetime


def hours_of(day: Day) -> tuple[Day, ...]:
    """Return the hours of a day as instants: 23 or 25 where clocks are changed."""
    count = -((day.start - day.end) // HOUR)
    begins = [day.start + HOUR * at for at in range(count)]
    return tuple(Day(begin, min(begin + HOUR, day.end)) for begin in begins)


def hour_words(span: Day, zone: tzinfo) -> str:
    """Return ``09:00``; with the zone's offset where clocks show an hour twice."""
    local = span.start.astimezone(zone)
    other = [(span.start + timedelta(hours=step)).astimezone(zone) for step in (-1, 1)]
    twice = any(moment.time() == local.time() for moment in other)
    return f"{local:%H:%M}{local:%z}" if twice else f"{local:%H:%M}"


def is_due(span: Day, known: PastSpan | None, now: datetime) -> bool:
    """Whether a span is to be asked for: once when it is closed, before that now and then."""
    if span.start >= now or (known is not None and known.is_closed):
        return False
    return known is None or now - known.reading.measured.wall >= AGAIN


def day_rows(past: PastSpan) -> tuple[QueueMetrics, ...]:
    """Return the queues with their counts where the numbers of the day stand."""
    return tuple(replace(queue, day=queue.values, values={}) for queue in past.reading.queues)


def sums(rows: Iterable[QueueMetrics]) -> dict[str, Total]:
    """Return the counts, their shares and the longest wait over some rows of the day."""
    return totals(rows, (*KEPT, *SHARES))


def growth(before: Number | None, after: Number | None) -> Number | None:
    """Return what a count grew by; ``None``: it is not known, or began anew in between."""
    if before is None or after is None or after < before:
        return None
    return after - before


def scope_of(sites: Iterable[str], queues: Iterable[str]) -> str:
    """Return what of each PBX is asked for: counts of some queues are none of all."""
    return json.dumps([sorted(sites), sorted(queues)])
