"""What a metric is: its words, its unit, how it adds up and which way is worse."""

from collections.abc import Collection, Mapping
from dataclasses import KW_ONLY
from enum import Enum, StrEnum
from types import MappingProxyType

from wallboard.records import dataclass

Number = int | float
"""A value as the API sends it: a count, or milliseconds (whole, or a float for averages)."""


TICKING = "longestWaitingTime"
"""The one value that is estimated between polls."""

AVERAGE_WAIT = "avgWaitingTime"
"""With one call waiting it is the longest wait, and is estimated with it."""


class Kind(StrEnum):
    """What a feed measures: the state now, the day so far, who is doing what, who is calling."""

    LIVE = "live"
    TODAY = "today"
    AGENTS = "agents"
    CALLS = "calls"


QUEUE_KINDS = (Kind.LIVE, Kind.TODAY)
"""What is of queues; the rest is of people."""


class Unit(StrEnum):
    """What a value counts; a percentage is of 100, with decimals."""

    COUNT = "count"
    MILLISECONDS = "ms"
    PERCENT = "%"


class Adds(Enum):
    """How the values of several queues make one."""

    SUM = "sum"
    MAX = "max"
    AVERAGE = "average"
    SHARE = "share"


class Worse(Enum):
    """Which way trouble lies."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Made(Enum):
    """What a column of the table shows that is no metric."""

    SHARE = "one of another"
    TREND = "trend"
    LEVEL_TIME = "time in the level"
    USUAL = "usually"


class Group(StrEnum):
    """Which part of a queue's page a metric belongs to."""

    CALLS = "Number of calls"
    WAITING = "Waiting"
    TALKING = "Talking"
    HOLD = "On hold"
    HANDLING = "Handling"
    AGENTS = "Number of agents"
    TODAY = "Today"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``short`` heads a column; ``total`` and ``count`` are what an average divides.

    For a share they are the part and the whole. An average without ``count`` has its divisor
    inferred, one without ``total`` is weighted by ``count``; ``over``: the calls that it is over
    when its total is 0. ``kind``: the feed that knows it; ``sent``: what the API calls it there,
    where that is another name. ``without``: counts, any of which at 0 says that an average or a
    maximum of 0 is one of no calls. ``made``, ``parts``: of a column that is no metric: what it
    shows, and of which metrics.
    """

    name: str
    label: str
    short: str
    unit: Unit
    adds: Adds
    worse: Worse
    _: KW_ONLY
    group: Group
    total: str = ""
    count: str = ""
    kind: Kind = Kind.LIVE
    sent: str = ""
    over: str = ""
    without: tuple[str, ...] = ()
    made: Made | None = None
    parts: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The label inside a sentence: ``longest wait``; capitals that mean something stay."""
        return self.label if self.label[1:2].isupper() else self.label[:1].lower() + self.label[1:]

    @property
    def seats(self) -> bool:
        """Whether a sum counts seats, not people: one agent sits in many queues."""
        return self.group is Group.AGENTS

    @property
    def ticks(self) -> bool:
        """Whether the value may be estimated between polls: the longest wait grows by itself.

        The average of one call that waits does so too.
        """
        return self.name in (TICKING, AVERAGE_WAIT)

    def suspects(self, suspect: Collection[str]) -> bool:
        """Whether any value that this metric is made of is among ``suspect``."""
        return bool(suspect) and not {self.name, self.total, self.count}.isdisjoint(suspect)


IN_STATUS = Metric(
    "time", "Time", "Time", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.AGENTS
)
"""How long an agent has been in the status that is shown."""

SEATED = Metric("queues", "Queues", "Queues", Unit.COUNT, Adds.SUM, Worse.UP, group=Group.AGENTS)
"""In how many queues an agent sits."""

WAITED = Metric(
    "waited", "Waited", "Waited", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.WAITING
)
"""How long a call has waited, or did."""

LASTED = Metric("total", "Total", "Total", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.CALLS)
"""How long a call has been there in all."""

PAGE_METRICS: Mapping[str, Metric] = MappingProxyType(
    {metric.name: metric for metric in (IN_STATUS, SEATED, WAITED, LASTED)}
)
"""What agents and calls are compared and ordered by, beside the metrics of their queues, by name.

No metric of queues is called so.
"""
