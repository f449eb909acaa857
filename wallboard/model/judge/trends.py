"""Bounded samples of the last hour, for trends.

The worst of each step is kept, not the last: a peak between two samples must not vanish from a
trend.
"""

import math
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from functools import reduce
from itertools import pairwise

from wallboard.model.data.metric import Adds, Metric, Worse
from wallboard.model.data.reading import FeedId, QueueKey, Reading
from wallboard.model.judge.samples import (
    TREND_METRICS,
    Sample,
    pick,
    sample_of,
    total_of,
    worst_of,
)
from wallboard.records import dataclass

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
class Trends:
    """Samples by feed, oldest first; ``peaks``: the worst of what they had before, of this day."""

    samples: Mapping[FeedId, tuple[Sample, ...]] = field(default_factory=dict)
    peaks: Mapping[FeedId, Sample] = field(default_factory=dict)

    def with_reading(self, reading: Reading, day: float = math.inf) -> "Trends":
        """Return the trends with a reading added and what is too old left out.

        ``day``: elapsed seconds when its day began; of what is too old the worst since then stays.
        """
        past = self.samples.get(reading.feed, ())
        return self.with_sample(reading.feed, sample_of(reading, past), day)

    def with_sample(self, feed: FeedId, sample: Sample, day: float = math.inf) -> "Trends":
        """Return the trends with what one answer of a feed adds."""
        past = self.samples.get(feed, ())
        now = sample.start
        if past and now - past[-1].start < STEP:
            sample = worst_of(past[-1], sample)
            past = past[:-1]
        first = next((i for i, old in enumerate(past) if old.start >= now - SPAN), len(past))
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
        return {**others, feed: reduce(worst_of, kept)} if kept else others

    def worst(
        self, key: QueueKey, feed: FeedId, metric: str, day: float
    ) -> tuple[float, float] | None:
        """Return since when something of one queue's day is known (elapsed seconds), and its worst.

        ``day``: when it began; ``None``: nothing of it is known.
        """
        points = [point for point in self.trend(key, feed, metric) if point[0] >= day]
        peak = self.peaks.get(feed)
        place = -1 if peak is None else peak.place(key)
        if peak is not None and peak.start >= day and place >= 0:
            number = peak.columns[TREND_METRICS.index(metric)][place]
            points += [] if math.isnan(number) else [(peak.start, number)]
        if not points:
            return None
        return min(at for at, _ in points), pick(metric)(number for _, number in points)

    def trend(self, key: QueueKey, feed: FeedId, metric: str) -> tuple[tuple[float, float], ...]:
        """Return (elapsed seconds, value) of one queue, oldest first; gaps are left out."""
        which = TREND_METRICS.index(metric)
        points: list[tuple[float, float]] = []
        keys: tuple[QueueKey, ...] = ()
        row = -1
        for sample in self.samples.get(feed, ()):
            if sample.keys is not keys:
                keys = sample.keys
                row = sample.place(key)
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
            parts.append(space_out(points, now, count, metric, interval, span))
    made = tuple(
        None if None in at else combine([number for number in at if number is not None])
        for at in zip(*parts, strict=True)
    )
    return made if any(number is not None for number in made) else ()


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
            number = total_of(metric.name, [sample.columns[which][at] for at in places])
        else:
            continue
        if not math.isnan(number):
            points.append((sample.start, number))
    return points if found else None


def narrow(values: Sequence[float | None], width: int, metric: Metric) -> tuple[float | None, ...]:
    """Return a trend in at most ``width`` places: of each the worst that is known."""
    pick = min if metric.worse is Worse.DOWN else max
    width = min(width, len(values))
    if width < 1:
        return ()
    edges = [len(values) * at // width for at in range(width + 1)]
    parts = (values[first:last] for first, last in pairwise(edges))
    return tuple(
        pick(known) if (known := [number for number in part if number is not None]) else None
        for part in parts
    )


def reach(trends: Trends, now: float) -> float:
    """Return how far back the oldest sample lies, in seconds; 0 where there is none."""
    return max((now - past[0].start for past in trends.samples.values() if past), default=0.0)


def space_out(
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
    stands = max(STEP, interval) * 2
    if count == 1:
        ends = (*(at for at, _ in points[1:]), math.inf)
        # The same as below, for the newest bar of each queue in view: what is still so counts.
        found = [
            number
            for (at, number), later in zip(points, ends, strict=False)
            if at <= now and (at - now + span >= 0 or min(later, at + stands) > now)
        ]
        return (pick(found, default=None),)
    places: list[float | None] = [None] * count
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


def fill_gaps(own: Trends, other: Trends) -> Trends:
    """Return a board's trends with samples of another's, where it has none within a step."""
    if not other.samples:
        return own
    if not own.samples:
        return other if not own.peaks else Trends(other.samples, own.peaks)
    feeds = {**own.samples}
    for feed, samples in other.samples.items():
        feeds[feed] = _merge_samples(own.samples.get(feed, ()), samples)
    return Trends(feeds, own.peaks)


def _merge_samples(own: tuple[Sample, ...], other: tuple[Sample, ...]) -> tuple[Sample, ...]:
    starts = [sample.start for sample in own]

    def is_missing(sample: Sample) -> bool:
        place = bisect_left(starts, sample.start)
        near = starts[max(0, place - 1) : place + 1]
        return all(abs(start - sample.start) >= STEP for start in near)

    found = sorted((*own, *filter(is_missing, other)), key=lambda sample: sample.start)
    newest = found[-1].start if found else 0.0
    return tuple(sample for sample in found if sample.start >= newest - SPAN)
