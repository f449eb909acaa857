"""Bounded samples of the last hour, for trends.

One sample holds a few metrics of every queue of one feed, packed in arrays that share their
list of keys, so that an hour of ten thousand queues is megabytes. The worst of each step is
kept, not the last: a peak between two samples must not vanish from a trend.
"""

import math
from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from functools import reduce
from itertools import pairwise

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Adds, Metric, Worse
from wallboard.model.data.reading import FeedId, QueueKey, Reading
from wallboard.records import dataclass

TREND_METRICS = ("waitingCalls", "longestWaitingTime", "availableAgents")
"""What is kept of every queue."""

SPAN = 3_600.0
"""How far back samples go, seconds."""

HALF_HOUR = 1_800.0
"""How far back the trends of tiles go, seconds."""

MINUTES = 30
"""Values of a tile's trend."""

MOST_PICKED = 500
"""Queues of a feed that is shown in part whose totals are added up anew for a trend."""

STEP = 30.0
"""Least time from the start of one sample to the start of the next, seconds."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The worst of ``[start, start + STEP)`` of one feed: one array a metric, nan = no value.

    ``totals``: of all its queues, one a metric, nan where any has no value.
    """

    start: float
    keys: tuple[QueueKey, ...]
    columns: tuple["array[float]", ...]
    totals: tuple[float, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "totals", tuple(map(_total, TREND_METRICS, self.columns)))


@dataclass(frozen=True, slots=True)
class Trends:
    """Samples by feed, oldest first; ``peaks``: the worst of what they had before, of this day."""

    samples: Mapping[FeedId, tuple[Sample, ...]] = field(default_factory=dict)
    peaks: Mapping[FeedId, Sample] = field(default_factory=dict)

    def with_reading(self, reading: Reading, day: float = math.inf) -> "Trends":
        """Return the history with a reading added and what is too old left out.

        ``day``: elapsed seconds when its day began; of what is too old the worst since then stays.
        """
        past = self.samples.get(reading.feed, ())
        sample = Sample(reading.measured.elapsed, _keys(reading, past), _columns(reading))
        return self.with_sample(reading.feed, sample, day)

    def with_sample(self, feed: FeedId, sample: Sample, day: float = math.inf) -> "Trends":
        """Return the history with what one answer of a feed adds."""
        past = self.samples.get(feed, ())
        now = sample.start
        if past and now - past[-1].start < STEP:
            sample = _worst(past[-1], sample)
            past = past[:-1]
        first = next((i for i, item in enumerate(past) if item.start >= now - SPAN), len(past))
        return Trends(
            {**self.samples, feed: (*past[first:], sample)}, self._peaks(feed, past[:first], day)
        )

    def _peaks(self, feed: FeedId, over: Sequence[Sample], day: float) -> Mapping[FeedId, Sample]:
        """Return the worst of each feed since the day began, with samples that are over."""
        known = self.peaks.get(feed)
        kept = [
            sample for sample in ((known,) if known else ()) + tuple(over) if sample.start >= day
        ]
        if not kept and known is None:
            return self.peaks
        if kept == [known]:
            return self.peaks
        others = {key: peak for key, peak in self.peaks.items() if key != feed}
        return {**others, feed: reduce(_worst, kept)} if kept else others

    def worst(
        self, key: QueueKey, feed: FeedId, metric: str, day: float
    ) -> tuple[float, float] | None:
        """Return since when something of one queue's day is known (elapsed seconds), and its worst.

        ``day``: when it began; ``None``: nothing of it is known.
        """
        points = [item for item in self.trend(key, feed, metric) if item[0] >= day]
        peak = self.peaks.get(feed)
        if peak is not None and peak.start >= day and key in peak.keys:
            number = peak.columns[TREND_METRICS.index(metric)][peak.keys.index(key)]
            points += [] if math.isnan(number) else [(peak.start, number)]
        if not points:
            return None
        return min(at for at, _ in points), _pick(metric)(number for _, number in points)

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


def total_trend(
    trends: Trends,
    keys: Collection[QueueKey],
    metric: Metric,
    now: float,
    interval: float,
    *,
    count: int = MINUTES,
    span: float = HALF_HOUR,
) -> tuple[float | None, ...]:
    """Return the total over some queues for each of ``count`` parts of a time before ``now``.

    ``span``: seconds. The worst of each queue within a step counts. ``None``: of some of them
    nothing is known then; nothing at all where the metric is not kept, and over a part of a feed
    that is larger than ``MOST_PICKED``: a key that filters must not wait for it.
    """
    if metric.name not in TREND_METRICS:
        return ()
    combine = max if metric.adds is Adds.MAX else sum
    parts = []
    for past in trends.samples.values():
        points = _totals(past, keys, metric, now - span)
        if points is not None:
            parts.append(spaced(points, now, count, metric, interval, span))
    made = tuple(
        None if None in at else combine([item for item in at if item is not None])
        for at in zip(*parts, strict=True)
    )
    return made if any(item is not None for item in made) else ()


def _totals(
    past: Sequence[Sample], keys: Collection[QueueKey], metric: Metric, since: float
) -> list[tuple[float, float]] | None:
    """Return (elapsed seconds, total) of one feed's queues; ``None``: none of them is its own."""
    which = TREND_METRICS.index(metric.name)
    held: tuple[QueueKey, ...] = ()
    places: list[int] = []
    points: list[tuple[float, float]] = []
    found = False
    for sample in past:
        if sample.start < since - STEP:
            continue
        if sample.keys is not held:
            held = sample.keys
            places = [at for at, key in enumerate(held) if key in keys]
            found = found or bool(places)
        if len(places) == len(held):
            number = sample.totals[which]
        elif len(places) <= MOST_PICKED:
            number = _total(metric.name, [sample.columns[which][at] for at in places])
        else:
            continue
        if not math.isnan(number):
            points.append((sample.start, number))
    return points if found else None


def _total(name: str, numbers: Sequence[float]) -> float:
    """Return the total of a metric's values; nan where there are none, or one is."""
    total = sum(numbers) if numbers else math.nan
    return total if math.isnan(total) or CATALOGUE[name].adds is not Adds.MAX else max(numbers)


def narrowed(
    values: Sequence[float | None], width: int, metric: Metric
) -> tuple[float | None, ...]:
    """Return a trend in at most ``width`` places: of each the worst that is known."""
    pick = min if metric.worse is Worse.DOWN else max
    width = min(width, len(values))
    if width < 1:
        return ()
    edges = [len(values) * at // width for at in range(width + 1)]
    parts = (values[first:last] for first, last in pairwise(edges))
    return tuple(
        pick(known) if (known := [item for item in part if item is not None]) else None
        for part in parts
    )


def reach(trends: Trends, now: float) -> float:
    """Return how far back the oldest sample lies, in seconds; 0 where there is none."""
    return max((now - past[0].start for past in trends.samples.values() if past), default=0.0)


def spaced(
    points: Sequence[tuple[float, float]],
    now: float,
    count: int,
    metric: Metric,
    interval: float,
    span: float = SPAN,
) -> tuple[float | None, ...]:
    """Return ``count`` values over ``span`` seconds before ``now``; ``None`` where none was taken.

    ``points``: as ``trend`` returns them. Of several in one place the worst is taken, of what is
    after ``now`` none: a peak is drawn however narrow the picture is. A value stands until the
    next one, for two polls (``interval``, seconds) at most: an outage is drawn as a gap.
    """
    pick = min if metric.worse is Worse.DOWN else max
    places: list[float | None] = [None] * count
    stands = max(STEP, interval) * 2
    for index, (at, number) in enumerate(points):
        later = points[index + 1][0] if index + 1 < len(points) else math.inf
        first = _place(at, now, count, span)
        last = min(count - 1, max(first, _place(min(later, at + stands), now, count, span) - 1))
        for place in range(max(0, first), last + 1):
            known = places[place]
            places[place] = number if known is None else pick(known, number)
    return tuple(places)


def _place(at: float, now: float, count: int, span: float) -> int:
    """Return in which of ``count`` equal parts of ``span`` a moment lies; now in the last."""
    return min(count - 1, math.floor((at - now + span) / span * count)) if at <= now else count


def _keys(reading: Reading, past: tuple[Sample, ...]) -> tuple[QueueKey, ...]:
    """Return the keys of a reading: the very tuple of the last sample while it holds."""
    keys = tuple([queue.key for queue in reading.queues])
    return past[-1].keys if past and past[-1].keys == keys else keys


def _columns(reading: Reading) -> tuple["array[float]", ...]:
    nan, queues = math.nan, reading.queues
    told = [queue.values for queue in queues]
    columns = [array("f", [values.get(name, nan) for values in told]) for name in TREND_METRICS]
    # A value that cannot be true would flatten the whole trend: it counts as missing.
    for at in [at for at, queue in enumerate(queues) if queue.suspect]:
        for name, column in zip(TREND_METRICS, columns, strict=True):
            if name in queues[at].suspect:
                column[at] = nan
    return tuple(columns)


def _worst(one: Sample, other: Sample) -> Sample:
    """Return a sample that starts with ``one`` and holds the worse of both, queue by queue."""
    if one.keys is not other.keys:
        # Queues come and go between polls: whoever was in either answer is in the sample.
        known = frozenset(other.keys)
        keys = (*other.keys, *(key for key in one.keys if key not in known))
        one, other = _aligned(one, keys), _aligned(other, keys)
    both = zip(TREND_METRICS, one.columns, other.columns, strict=True)
    columns = [array("f", _worse_of(_pick(name), left, right)) for name, left, right in both]
    return Sample(one.start, other.keys, tuple(columns))


def _pick(name: str) -> Callable[..., float]:
    """Return what takes the worst of several values of a metric."""
    return min if CATALOGUE[name].worse is Worse.DOWN else max


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


def _worse_of(
    pick: Callable[..., float], left: Sequence[float], right: Sequence[float]
) -> list[float]:
    """Return the worse of each two values; where one is nan (it alone is not itself), the other."""
    pairs = zip(left, right, strict=True)
    if pick is min:
        return [b if b < a or a != a else a for a, b in pairs]
    return [b if b > a or a != a else a for a, b in pairs]
