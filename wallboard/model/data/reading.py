"""What was measured, frozen: queues, readings of one feed, and their merge into one board.

A reading is one answer of one feed; a snapshot is the newest reading of every feed side by
side. Nothing here is ever changed after it was made: a new poll makes a new reading.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from wallboard.model.data.day import Day
from wallboard.model.data.metric import Group, Kind, Number
from wallboard.model.data.metric_names import fold
from wallboard.records import dataclass

Values = Mapping[str, Number]
"""Metric name → value; a metric that was not sent, or was null, is not in it."""

NOTHING: Values = MappingProxyType({})
"""No value at all."""

NO_SITE = "(no site)"
"""Stands for a site without a name."""


class Endpoint(StrEnum):
    """Where a reading of queues came from; the names are the configuration's."""

    REALTIME = "realtime"
    QUEUE_METRICS = "queue-metrics"


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

    Doubtful values are shown as they are, with a mark, and never judged: ``suspect`` names those
    that cannot be true (a wait of 700 hours), ``unconfirmed`` the times whose unit is not known to
    be right, as ``merge`` has decided. ``day``: what is known of the day so far; in a reading of
    today itself that is ``values``. ``qualifier`` and ``place`` are set by ``merge`` where names
    alone do not tell queues, or sites, apart.
    """

    key: QueueKey
    name: str
    extension: str
    site: str
    pbx: str
    values: Values
    _: KW_ONLY
    suspect: frozenset[str] = frozenset()
    unconfirmed: frozenset[str] = frozenset()
    day: Values = field(default_factory=lambda: NOTHING)
    qualifier: str = ""
    place: str = ""

    @property
    def title(self) -> str:
        """The name as it is shown: with what tells it apart from others of this name and site."""
        return f"{self.name} ({self.qualifier})" if self.qualifier else self.name

    @property
    def site_title(self) -> str:
        """The site as it is shown and chosen: with its PBX where several have one of this name."""
        return self.place or self.site

    @property
    def doubtful(self) -> frozenset[str]:
        """The names of all values that may not be judged."""
        return self.suspect | self.unconfirmed if self.unconfirmed else self.suspect

    def of(self, group: Group) -> Values:
        """Return the values among which a metric of ``group`` is."""
        return self.day if group is Group.TODAY else self.values

    @property
    def judged(self) -> bool:
        """Whether levels apply: twins that cannot be told apart are shown, not judged."""
        return not self.key.twin


class AccountEntry(NamedTuple):
    """A PBX, site, queue or agent as the account lists it: its opaque id, and what people call it.

    ``extension`` and ``site_id``: of queues and agents.
    """

    id: str
    name: str
    extension: str = ""
    site_id: str = ""


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
    ``endpoint``: which one answered. ``confirmed``: whether the unit of its times is known to be
    right, else they are marked; ``unit``: which one it was taken to be. ``day``: the day that a
    reading of today is of. ``served``: what the server's clock said when it answered, in UTC,
    ``None`` if it did not say; ``cache_age``: the seconds that the answer had lain in a cache
    (``measured`` is earlier by them already). ``named``: the queues of this PBX that the user
    named, as the account lists them: they belong in every live answer.
    """

    feed: FeedId
    measured: Moment
    queues: tuple[QueueMetrics, ...]
    metrics: frozenset[str]
    summary: Values | None = None
    pbx_name: str = ""
    _: KW_ONLY
    notes: tuple[str, ...] = ()
    endpoint: Endpoint = Endpoint.REALTIME
    confirmed: bool = True
    day: Day | None = None
    unit: str = ""
    served: datetime | None = None
    cache_age: float = 0.0
    named: tuple["NamedQueue", ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest readings of all feeds as one board; ``queues`` in order of feed, then answer.

    ``readings``: with what is doubtful of them decided.
    """

    readings: Mapping[FeedId, Reading] = field(default_factory=dict)
    queues: tuple[QueueMetrics, ...] = ()

    def moment_of(self, key: QueueKey, kind: Kind = Kind.LIVE) -> Moment | None:
        """Return when the values of this kind of this queue were asked for, if ever."""
        reading = self.readings.get(FeedId(key.pbx, kind))
        return reading.measured if reading else None


class NamedQueue(NamedTuple):
    """A queue as an answer names it, before it has an identity."""

    extension: str
    site: str
    name: str


def identify(pbx: str, queues: Iterable[NamedQueue]) -> tuple[QueueKey, ...]:
    """Give each queue of one answer its key, in the order given.

    Extension alone where it is unique; site and name beside it where it is missing or shared;
    a twin number where even those are the same.
    """
    listed = tuple(queues)
    extensions = Counter(queue.extension for queue in listed)
    full = Counter(listed)
    seen: Counter[NamedQueue] = Counter()
    keys: list[QueueKey] = []
    for queue in listed:
        if queue.extension and extensions[queue.extension] == 1:
            keys.append(QueueKey(pbx, queue.extension))
            continue
        seen[queue] += 1
        twin = seen[queue] if full[queue] > 1 else 0
        keys.append(QueueKey(pbx, queue.extension, queue.site, queue.name, twin))
    return tuple(keys)


def by_name(queues: Iterable[QueueMetrics]) -> list[QueueMetrics]:
    """Return queues in the order of their names, whatever their case and accents, then of keys."""
    every = tuple(queues)
    names, keys = tuple([queue.name for queue in every]), tuple([queue.key for queue in every])
    return [every[place] for place in _places(names, keys)]


@lru_cache(4)
def _places(names: tuple[str, ...], keys: tuple[QueueKey, ...]) -> Sequence[int]:
    """Return the places of queues in that order; most answers name the same ones."""
    return sorted(range(len(names)), key=lambda place: (fold(names[place]), keys[place]))
