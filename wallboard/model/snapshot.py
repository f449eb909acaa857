"""What was measured, frozen: queues, readings of one feed, and their merge into one board.

A reading is one answer of one feed; a snapshot is the newest reading of every feed side by
side. Nothing here is ever changed after it was made: a new poll makes a new reading.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from wallboard.model.metrics import Number

Values = Mapping[str, Number]
"""Metric name → value; a metric that was not sent, or was null, is not in it."""


class Kind(StrEnum):
    """What a feed measures: the state now, or the day so far."""

    LIVE = "live"
    TODAY = "today"


class FeedId(NamedTuple):
    """One feed: a PBX (its id) and a kind."""

    pbx: str
    kind: Kind = Kind.LIVE


class QueueKey(NamedTuple):
    """Who a queue is, for as long as it exists.

    Normally (PBX id, extension). ``site`` and ``name`` are filled only when the extension is
    missing or shared, ``twin`` (1, 2, …) only when nothing tells two queues apart: so a queue
    keeps its history when it or its site is renamed.
    """

    pbx: str
    extension: str
    site: str = ""
    name: str = ""
    twin: int = 0


@dataclass(frozen=True, slots=True)
class QueueMetrics:
    """One queue of one reading. Times are milliseconds, as in the API.

    ``suspect`` names values that cannot be true (a wait of 700 hours): they are shown as they
    are, with a mark, and never judged.
    """

    key: QueueKey
    name: str
    extension: str
    site: str
    pbx: str
    values: Values
    suspect: frozenset[str] = frozenset()

    @property
    def judged(self) -> bool:
        """Whether levels apply: twins that cannot be told apart are shown, not judged."""
        return not self.key.twin


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: wall time to show, elapsed seconds to reckon with."""

    wall: datetime
    elapsed: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer of one feed.

    ``measured``: when the request was sent, from which ages count. ``summary``: the API's own
    totals, for comparison only. ``metrics``: what was asked for, so that a metric left out
    reads "not polled". ``notes``: what was odd about the answer, in words for the log.
    """

    feed: FeedId
    measured: Moment
    queues: tuple[QueueMetrics, ...]
    metrics: frozenset[str]
    summary: Values | None = None
    pbx_name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest readings of all feeds as one board; ``queues`` in order of feed, then answer."""

    readings: Mapping[FeedId, Reading] = field(default_factory=dict)
    queues: tuple[QueueMetrics, ...] = ()

    def measured(self, key: QueueKey, kind: Kind = Kind.LIVE) -> Moment | None:
        """Return when the values of this kind of this queue were asked for, if ever."""
        reading = self.readings.get(FeedId(key.pbx, kind))
        return reading.measured if reading else None


def merge(readings: Iterable[Reading]) -> Snapshot:
    """Put the readings of several feeds side by side; a later one replaces an earlier of its feed.

    A queue that both a live and a today feed know becomes one row with the values of both.
    """
    newest = {reading.feed: reading for reading in readings}
    rows: dict[QueueKey, QueueMetrics] = {}
    for feed in sorted(newest, key=lambda one: one.kind is not Kind.LIVE):
        for queue in newest[feed].queues:
            known = rows.get(queue.key)
            rows[queue.key] = queue if known is None else _joined(known, queue)
    return Snapshot(newest, tuple(rows.values()))


def _joined(one: QueueMetrics, other: QueueMetrics) -> QueueMetrics:
    return replace(one, values={**other.values, **one.values}, suspect=one.suspect | other.suspect)


class Named(NamedTuple):
    """A queue as an answer names it, before it has an identity."""

    extension: str
    site: str
    name: str


def identify(pbx: str, queues: Iterable[Named]) -> tuple[QueueKey, ...]:
    """Give each queue of one answer its key, in the order given.

    Extension alone where it is unique; site and name beside it where it is missing or shared;
    a twin number where even those are the same.
    """
    listed = tuple(queues)
    extensions = Counter(queue.extension for queue in listed)
    full = Counter(listed)
    seen: Counter[Named] = Counter()
    keys: list[QueueKey] = []
    for queue in listed:
        if queue.extension and extensions[queue.extension] == 1:
            keys.append(QueueKey(pbx, queue.extension))
            continue
        seen[queue] += 1
        twin = seen[queue] if full[queue] > 1 else 0
        keys.append(QueueKey(pbx, queue.extension, queue.site, queue.name, twin))
    return tuple(keys)
