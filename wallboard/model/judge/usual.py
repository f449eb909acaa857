"""What is usual at this time of the week: a median over weeks, and the range around it.

Of each week the minutes of one quarter of an hour are looked at: their 10 %, their half and their
90 %. What is usual is the median of each over the weeks, so that one odd week, a holiday, changes
nothing. Of fewer than two weeks nothing is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number, Unit, Worse
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.records import dataclass

QUARTER = timedelta(minutes=15)
"""Every time zone's clocks differ from UTC by a number of these."""

WEEKS = 8
"""How many weeks are looked back."""

LEAST_WEEKS = 2
LEAST_MINUTES = 5
"""Minutes of a quarter that must have been measured for its week to count."""

_COARSE = {Unit.COUNT: 1.0, Unit.MILLISECONDS: 30_000.0}
"""What differs by less is not more unusual for a narrow range."""


class Band(NamedTuple):
    """What is usual: between ``low`` (10 %) and ``high`` (90 %), mostly ``middle``."""

    low: float
    middle: float
    high: float

    def side(self, number: Number) -> int:
        """Return whether a value lies in the range (0), above it (1) or below it (-1)."""
        return (number > self.high) - (number < self.low)


def band_of(minutes: Iterable[float]) -> Band | None:
    """Return the range of one week's minutes; ``None``: too few were measured."""
    known = sorted(minutes)
    last = len(known) - 1
    if last + 1 < LEAST_MINUTES:
        return None
    return Band(known[round(last * 0.1)], known[last // 2], known[round(last * 0.9)])


def usual_of(weeks: Iterable[Band | None]) -> Band | None:
    """Return what is usual after several weeks; ``None``: too few are known."""
    known = [week for week in weeks if week is not None]
    if len(known) < LEAST_WEEKS:
        return None
    return Band(*(_median(part) for part in zip(*known, strict=True)))


def _median(numbers: Sequence[float]) -> float:
    ranked = sorted(numbers)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


Bands = tuple[Band | None, ...]
"""One a metric of ``TREND_METRICS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual in the quarter of an hour from ``begin`` on; happens once in each.

    ``totals``: over all queues together, live ones of every feed.
    """

    begin: datetime
    queues: Mapping[QueueKey, Bands] = field(default_factory=dict)
    totals: Bands = ()

    def holds(self, at: datetime) -> bool:
        """Whether an instant is in its quarter, or little after it."""
        return self.begin <= at < self.begin + 2 * QUARTER

    def of(self, key: QueueKey, metric: str) -> Band | None:
        """Return what is usual of a queue."""
        return _pick(self.queues.get(key, ()), metric)

    def total(self, metric: str) -> Band | None:
        """Return what is usual over all queues."""
        return _pick(self.totals, metric)

    def unusual(self, queue: QueueMetrics) -> float | None:
        """Return how far the worst of a queue's values is from its middle: 1 is the range's end.

        On the worse side alone; ``None`` where nothing is known.
        """
        found = [
            _distance(name, number, band)
            for name in TREND_METRICS
            if (band := self.of(queue.key, name)) is not None
            and (number := queue.values.get(name)) is not None
            and name not in queue.doubtful
        ]
        return max(found, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualDay:
    """One queue's day by quarters of an hour: what it was so far, and what is usual.

    ``values``, ``bands``: by metric, one a quarter of ``day``; ``None``: not known. ``begin``: the
    quarter that it was made in.
    """

    key: QueueKey
    day: Day
    begin: datetime
    values: Mapping[str, tuple[float | None, ...]]
    bands: Mapping[str, tuple[Band | None, ...]]


def _pick(bands: Bands, metric: str) -> Band | None:
    return bands[TREND_METRICS.index(metric)] if bands and metric in TREND_METRICS else None


def _distance(name: str, number: Number, band: Band) -> float:
    metric = CATALOGUE[name]
    if metric.worse is Worse.DOWN:
        return (band.middle - number) / max(band.middle - band.low, _COARSE[metric.unit])
    return (number - band.middle) / max(band.high - band.middle, _COARSE[metric.unit])


def quarter_of(at: datetime) -> datetime:
    """Return when the quarter of an hour began that an instant is in, in UTC."""
    utc = at.astimezone(UTC)
    return utc.replace(minute=utc.minute // 15 * 15, second=0, microsecond=0)


def quarters(day: Day) -> tuple[datetime, ...]:
    """Return when each quarter of an hour of a day begins: 92 or 100 where clocks are changed."""
    first = quarter_of(day.start)
    return tuple(first + QUARTER * at for at in range(-((first - day.end) // QUARTER)))


def weeks_before(begin: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """Return the same quarter of an hour of the same weekday in each of the last weeks, in UTC.

    The same by the clocks of ``zone``, summer time or not; a week whose clocks skipped it has none.
    """
    local = begin.astimezone(zone).replace(tzinfo=None)
    past = [local - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    found = [(wall, quarter_of(wall.replace(tzinfo=zone))) for wall in past]
    return tuple(at for wall, at in found if at.astimezone(zone).replace(tzinfo=None) == wall)
