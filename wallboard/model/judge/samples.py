"""One sample of the trends: a few metrics of every queue of one feed, in few bytes.

The numbers are packed in arrays that share their list of keys, so that an hour of ten thousand
queues is megabytes.
"""

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import cast

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Adds, Worse
from wallboard.model.data.reading import QueueKey, Reading
from wallboard.records import dataclass

TREND_METRICS = ("waitingCalls", "longestWaitingTime", "availableAgents")
"""What is kept of every queue."""

Column = Sequence[float]
"""A number of each queue, as ``column_of`` makes it."""


def column_of(numbers: Sequence[float]) -> Column:
    """Return numbers in an array of the fewest bytes that hold them: mostly they are small counts.

    ``numbers``: nan = no value.
    """
    for whole in "BH":
        try:
            return array(whole, cast("Sequence[int]", numbers))
        except (OverflowError, TypeError):
            continue
    return array("f", numbers)


@dataclass(frozen=True, slots=True)
class Sample:
    """The worst of ``[start, start + STEP)`` of one feed: one column a metric, nan = no value.

    ``totals``: of all its queues, one a metric, nan where any has no value.
    """

    start: float
    keys: tuple[QueueKey, ...]
    columns: tuple[Column, ...]
    totals: tuple[float, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "totals", tuple(map(total_of, TREND_METRICS, self.columns)))

    def place(self, key: QueueKey) -> int:
        """Return where a queue is in each column; -1: in none."""
        try:
            return self.keys.index(key)
        except ValueError:
            return -1


def total_of(name: str, numbers: Sequence[float]) -> float:
    """Return the total of a metric's values; nan where there are none, or one is."""
    total = sum(numbers) if numbers else math.nan
    return total if math.isnan(total) or CATALOGUE[name].adds is not Adds.MAX else max(numbers)


def sample_of(reading: Reading, past: Sequence[Sample]) -> Sample:
    """Return what a reading adds; the keys are the very tuple of the last sample while it holds."""
    keys = tuple([queue.key for queue in reading.queues])
    if past and past[-1].keys == keys:
        keys = past[-1].keys
    return Sample(reading.measured.elapsed, keys, _columns(reading))


def _columns(reading: Reading) -> tuple[Column, ...]:
    nan, queues = math.nan, reading.queues
    told = [queue.values for queue in queues]
    columns = [[values.get(name, nan) for values in told] for name in TREND_METRICS]
    # A value that cannot be true would flatten the whole trend: it counts as missing.
    for at in [at for at, queue in enumerate(queues) if queue.suspect]:
        for name, column in zip(TREND_METRICS, columns, strict=True):
            if name in queues[at].suspect:
                column[at] = nan
    return tuple(map(column_of, columns))


def worst_of(sample: Sample, other: Sample) -> Sample:
    """Return a sample that starts with ``sample`` and holds the worse of both, queue by queue."""
    if sample.keys is not other.keys:
        # Queues come and go between polls: whoever was in either answer is in the sample.
        known = frozenset(other.keys)
        keys = (*other.keys, *(key for key in sample.keys if key not in known))
        sample, other = _align(sample, keys), _align(other, keys)
    both = zip(TREND_METRICS, sample.columns, other.columns, strict=True)
    columns = [column_of(_worse_of(pick(name), left, right)) for name, left, right in both]
    return Sample(sample.start, other.keys, tuple(columns))


def pick(name: str) -> Callable[..., float]:
    """Return what takes the worst of several values of a metric."""
    return min if CATALOGUE[name].worse is Worse.DOWN else max


def _align(sample: Sample, keys: tuple[QueueKey, ...]) -> Sample:
    """Return a sample with its queues in the order of ``keys``, without values for new ones."""
    row = {key: at for at, key in enumerate(sample.keys)}
    places = [row.get(key) for key in keys]
    return Sample(
        sample.start,
        keys,
        tuple(
            column_of([math.nan if at is None else column[at] for at in places])
            for column in sample.columns
        ),
    )


def _worse_of(
    worst: Callable[..., float], left: Sequence[float], right: Sequence[float]
) -> list[float]:
    """Return the worse of each two values; where one is nan (it alone is not itself), the other."""
    pairs = zip(left, right, strict=True)
    if worst is min:
        return [b if b < a or a != a else a for a, b in pairs]
    return [b if b > a or a != a else a for a, b in pairs]
