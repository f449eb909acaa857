"""Bounded samples of the last hour, for trends.

One sample holds a few metrics of every queue of one feed, packed in arrays that share their
list of keys, so that an hour of ten thousand queues is megabytes. The worst of each step is
kept, not the last: a peak between two samples must not vanish from a trend.
"""

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Metric, Worse
from wallboard.model.data.reading import FeedId, QueueKey, Reading

TREND_METRICS = ("waitingCalls", "longestWaitingTime", "availableAgents")
"""What is kept of every queue."""

SPAN = 3_600.0
"""How far back samples go, seconds."""

STEP = 30.0
"""Least time from the start of one sample to the start of the next, seconds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The worst of ``[start, start + STEP)`` of one feed: one array a metric, nan = no value."""

    start: float
    keys: tuple[QueueKey, ...]
    columns: tuple["array[float]", ...]


@dataclass(frozen=True, slots=True)
class Trends:
    """Samples by feed, oldest first."""

    samples: Mapping[FeedId, tuple[Sample, ...]] = field(default_factory=dict)

    def with_reading(self, reading: Reading) -> "Trends":
        """Return the history with a reading added and what is too old left out."""
        past = self.samples.get(reading.feed, ())
        columns = tuple(_column(reading, m) for m in TREND_METRICS)
        return self.with_sample(
            reading.feed, Sample(reading.measured.elapsed, _keys(reading, past), columns)
        )

    def with_sample(self, feed: FeedId, sample: Sample) -> "Trends":
        """Return the history with what one answer of a feed adds."""
        past = self.samples.get(feed, ())
        now = sample.start
        if past and now - past[-1].start < STEP:
            sample = _worst(past[-1], sample)
            past = past[:-1]
        first = next((i for i, one in enumerate(past) if one.start >= now - SPAN), len(past))
        return Trends({**self.samples, feed: (*past[first:], sample)})

    def trend(self, key: QueueKey, feed: FeedId, metric: str) -> tuple[tuple[float, float], ...]:
        """Return (elapsed seconds, value) of one queue, oldest first; gaps are left out."""
        which = TREND_METRICS.index(metric)
        points: list[tuple[float, float]] = []
        keys: tuple[QueueKey, ...] = ()
        row = -1
        for sample in self.samples.get(feed, ()):
            if sample.keys is not keys:
                keys = sample.keys
                row = keys.index(key) if key in keys else -1
            if row >= 0 and not math.isnan(number := sample.columns[which][row]):
                points.append((sample.start, number))
        return tuple(points)


def reach(trends: Trends, now: float) -> float:
    """Return how far back the oldest sample lies, in seconds; 0 where there is none."""
    return max((now - past[0].start for past in trends.samples.values() if past), default=0.0)


def spaced(
    points: Sequence[tuple[float, float]], now: float, count: int, metric: Metric, interval: float
) -> tuple[float | None, ...]:
    """Return ``count`` values evenly over the hour before ``now``; ``None`` where none was taken.

    ``points``: as ``trend`` returns them. Of several in one place the worst is taken, so that a
    peak is drawn however narrow the picture is. A value stands until the next one, but not for
    longer than two polls (``interval``, seconds): an outage is drawn as a gap.
    """
    pick = min if metric.worse is Worse.DOWN else max
    places: list[float | None] = [None] * count
    stands = max(STEP, interval) * 2
    for index, (at, number) in enumerate(points):
        later = points[index + 1][0] if index + 1 < len(points) else math.inf
        first = _place(at, now, count)
        last = max(first, min(_place(min(later, at + stands), now, count) - 1, count - 1))
        for place in range(max(0, first), last + 1):
            known = places[place]
            places[place] = number if known is None else pick(known, number)
    return tuple(places)


def _place(at: float, now: float, count: int) -> int:
    """Return in which of ``count`` equal parts of the last hour a moment lies; now in the last."""
    return min(count - 1, math.floor((at - now + SPAN) / SPAN * count)) if at <= now else count


def _keys(reading: Reading, past: tuple[Sample, ...]) -> tuple[QueueKey, ...]:
    """Return the keys of a reading: the very tuple of the last sample while it holds."""
    keys = tuple(queue.key for queue in reading.queues)
    return past[-1].keys if past and past[-1].keys == keys else keys


def _column(reading: Reading, name: str) -> "array[float]":
    nan = math.nan
    # A value that cannot be true would flatten the whole trend: it counts as missing.
    return array(
        "f",
        [
            nan if queue.suspect and name in queue.suspect else queue.values.get(name, nan)
            for queue in reading.queues
        ],
    )


def _worst(one: Sample, other: Sample) -> Sample:
    """Return a sample that starts with ``one`` and holds the worse of both, queue by queue."""
    if one.keys is not other.keys:
        # Queues come and go between polls: whoever was in either answer is in the sample.
        known = frozenset(other.keys)
        keys = (*other.keys, *(key for key in one.keys if key not in known))
        one, other = _aligned(one, keys), _aligned(other, keys)
    columns = []
    for name, left, right in zip(TREND_METRICS, one.columns, other.columns, strict=True):
        pick = min if CATALOGUE[name].worse is Worse.DOWN else max
        pairs = zip(left, right, strict=True)
        columns.append(array("f", [_either(pick, a, b) for a, b in pairs]))
    return Sample(one.start, other.keys, tuple(columns))


def _aligned(sample: Sample, keys: tuple[QueueKey, ...]) -> Sample:
    """Return a sample with its queues in the order of ``keys``, without values for new ones."""
    row = {key: at for at, key in enumerate(sample.keys)}
    places = [row.get(key) for key in keys]
    return Sample(
        sample.start,
        keys,
        tuple(
            array("f", [math.nan if at is None else column[at] for at in places])
            for column in sample.columns
        ),
    )


def _either(pick: Callable[[float, float], float], one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else pick(one, other)
