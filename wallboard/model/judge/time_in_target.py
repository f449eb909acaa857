"""Time in target: how much of the day's polled time no caller had waited longer than the target.

The API has no service level, and this is none: it is what the board saw, poll by poll. An answer
stands for the time until the next one, but for no longer than it was LIVE; a queue that was
closed, or whose wait was not known, adds nothing.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime

from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.day import Day
from wallboard.model.data.metric import TICKING, Number
from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.records import dataclass

DEFAULT_TARGET = 20_000
"""Milliseconds: what the field calls answered in time."""

_UNKNOWN, _OVER, _MET = -1, 0, 1
_PART, _WHOLE = METRICS[TIME_IN_TARGET].total, METRICS[TIME_IN_TARGET].count


@dataclass(frozen=True, slots=True)
class TargetOverride:
    """Another target for some queues, in milliseconds."""

    where: NamePattern
    longest_wait: Number


@dataclass(frozen=True, slots=True)
class Targets:
    """How long a caller may wait, in milliseconds; the narrowest override wins, then the later."""

    longest_wait: Number = DEFAULT_TARGET
    overrides: tuple[TargetOverride, ...] = ()

    def of(self, queue: str, site: str) -> Number:
        """Return the target of one queue."""
        fitting = [override for override in self.overrides if override.where.matches(queue, site)]
        if not fitting:
            return self.longest_wait
        return sorted(fitting, key=lambda override: override.where.narrowness)[-1].longest_wait


Known = Callable[[QueueMetrics], bool]
"""Whether a queue is open at the moment that is counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One feed's day: for each of ``keys`` seconds in target and seconds polled.

    ``met``: what the newest answer, of ``at``, said: 1 in target, 0 over it, -1 not known.
    """

    at: Moment
    day: Day
    keys: tuple[QueueKey, ...]
    met: "array[int]"
    within: "array[float]"
    polled: "array[float]"


@dataclass(frozen=True, slots=True)
class TimeInTarget:
    """The day so far, by feed."""

    tallies: Mapping[FeedId, Tally] = field(default_factory=dict)

    @property
    def at(self) -> float:
        """When it was counted last, in elapsed seconds; 0 if it never was."""
        return max((tally.at.elapsed for tally in self.tallies.values()), default=0.0)

    def with_reading(
        self,
        reading: Reading,
        day: Day,
        live_for: float,
        targets: Targets,
        is_open: Known | None = None,
    ) -> "TimeInTarget":
        """Return the day after a live answer. ``live_for``: seconds that an answer stays LIVE.

        ``is_open``: ``None``: no queue is ever closed.
        """
        before = self.tallies.get(reading.feed)
        keys = tuple([queue.key for queue in reading.queues])
        met = array("b", _judge(reading, targets, is_open))
        within, polled = array("d", bytes(8 * len(keys))), array("d", bytes(8 * len(keys)))
        if before is not None:
            if before.keys == keys:
                keys = before.keys
            else:
                before = _align(before, keys)
            seconds = _seconds_of(before, reading.measured, day, live_for)
            if before.day == day:
                within, polled = array("d", before.within), array("d", before.polled)
            for place, was in enumerate(before.met):
                if was == _MET:
                    within[place] += seconds
                    polled[place] += seconds
                elif was == _OVER:
                    polled[place] += seconds
        tally = Tally(reading.measured, day, keys, met, within, polled)
        return TimeInTarget({**self.tallies, reading.feed: tally})

    def with_shares(self, queues: Iterable[QueueMetrics], now: datetime) -> Iterator[QueueMetrics]:
        """Yield the queues with their share of the day that is still going on at ``now``."""
        known: dict[QueueKey, tuple[float, float]] = {}
        for tally in self.tallies.values():
            if tally.day.holds(now):
                known.update(
                    zip(tally.keys, zip(tally.within, tally.polled, strict=True), strict=True)
                )
        for queue in queues:
            within, polled = known.get(queue.key, (0.0, 0.0))
            if not polled:
                yield queue
                continue
            percent = min(100.0, 100 * within / polled)  # not a digit more, for binary fractions
            share = {TIME_IN_TARGET: percent, _PART: within, _WHOLE: polled}
            yield replace(queue, day={**queue.day, **share})


def _judge(reading: Reading, targets: Targets, is_open: Known | None) -> Iterator[int]:
    targets_of: dict[tuple[str, str], Number] = {}
    sure, of_all = reading.confirmed, None if targets.overrides else targets.longest_wait
    for queue in reading.queues:
        wait = queue.values.get(TICKING)
        # Seconds that may be milliseconds are counted neither way; nor is nobody who waits, or
        # only the good moments would count.
        known = wait is not None and sure and TICKING not in queue.suspect
        if not known or (is_open and not is_open(queue)):
            yield _UNKNOWN
            continue
        target = of_all
        if target is None:
            names = queue.name, queue.site
            target = targets_of.get(names)
            if target is None:
                target = targets_of[names] = targets.of(*names)
        yield _MET if (wait or 0) <= target else _OVER


def _seconds_of(before: Tally, at: Moment, day: Day, live_for: float) -> float:
    """Return for how many seconds of ``day`` the answer before stood."""
    seconds = min(max(0.0, at.elapsed - before.at.elapsed), live_for)
    if before.day == day:
        return seconds
    # The day has begun since: what stood before that is of the day before.
    return max(0.0, min(seconds, (at.wall - day.start).total_seconds()))


def _align(tally: Tally, keys: tuple[QueueKey, ...]) -> Tally:
    """Return a tally for other queues: who was not in it begins anew, who is gone is left out."""
    place = {key: at for at, key in enumerate(tally.keys)}
    places = [place.get(key) for key in keys]
    return replace(
        tally,
        keys=keys,
        met=array("b", [_UNKNOWN if at is None else tally.met[at] for at in places]),
        within=array("d", [0.0 if at is None else tally.within[at] for at in places]),
        polled=array("d", [0.0 if at is None else tally.polled[at] for at in places]),
    )
