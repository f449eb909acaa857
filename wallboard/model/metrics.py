"""The catalogue: each metric's name, words, unit, how it adds up and which way is worse.

Names and meanings follow the vendor's "Work Analytics: real-time call-queue metrics" page. A
metric is known by the API's own name everywhere (configuration, JSON, CSV); the label is what
people read.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from types import MappingProxyType

Number = int | float
"""A value as the API sends it: a count, or milliseconds (whole, or a float for averages)."""


TICKING = "longestWaitingTime"
"""The one value that is estimated between polls."""


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    MILLISECONDS = "ms"


class Adds(Enum):
    """How the values of several queues make one."""

    SUM = "sum"
    MAX = "max"
    AVERAGE = "average"


class Worse(Enum):
    """Which way trouble lies."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Group(StrEnum):
    """Which part of a queue's page a metric belongs to."""

    CALLS = "Calls"
    WAITING = "Waiting"
    TALKING = "Talking"
    HOLD = "On hold"
    HANDLING = "Handling"
    AGENTS = "Agents"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. ``short`` heads a column; ``total`` and ``count`` are what an average divides."""

    name: str
    label: str
    short: str
    unit: Unit
    adds: Adds
    worse: Worse
    group: Group
    total: str = ""
    count: str = ""

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
        """Whether the value is estimated between polls: the longest wait alone grows by itself."""
        return self.name == TICKING

    def suspects(self, suspect: Collection[str]) -> bool:
        """Whether any value that this metric is made of is among ``suspect``."""
        return bool(suspect) and not {self.name, self.total, self.count}.isdisjoint(suspect)


def _count(name: str, label: str, short: str, group: Group, worse: Worse = Worse.NEITHER) -> Metric:
    return Metric(name, label, short, Unit.COUNT, Adds.SUM, worse, group)


def _time(
    name: str, label: str, short: str, group: Group, adds: Adds, total: str = "", count: str = ""
) -> Metric:
    worse = Worse.UP if group is Group.WAITING else Worse.NEITHER
    return Metric(name, label, short, Unit.MILLISECONDS, adds, worse, group, total, count)


_C, _W, _T, _O, _H, _A = Group
_ALL = (
    _count("waitingCalls", "Waiting", "Waiting", _C, Worse.UP),
    _time("longestWaitingTime", "Longest wait", "Longest", _W, Adds.MAX),
    _time(
        "avgWaitingTime", "Average wait", "Avg wait", _W, Adds.AVERAGE, "waitingTime",
        "waitingCalls",
    ),
    _time("waitingTime", "Total wait", "Tot wait", _W, Adds.SUM),
    _count("availableAgents", "Available", "Avail", _A, Worse.DOWN),
    _count("eligibleAgents", "Eligible", "Eligible", _A, Worse.DOWN),
    _count("eligiblePrimaryAgents", "Eligible primary", "Elig prim", _A, Worse.DOWN),
    _count("eligibleOverflowAgents", "Eligible overflow", "Elig over", _A, Worse.DOWN),
    _count("enabledPrimaryAgents", "Enabled primary", "Enab prim", _A),
    _count("enabledOverflowAgents", "Enabled overflow", "Enab over", _A),
    _count("overflowAgents", "Overflow", "Overflow", _A),
    _count("loggedOutAndDndAgents", "Logged out or DND", "Out/DND", _A, Worse.UP),
    _count(
        "loggedOutAndDndOverflowAgents", "Logged out or DND, overflow", "Out/DND ov", _A, Worse.UP
    ),
    _count("wrappingUpAgents", "Wrap-up", "Wrap-up", _A),
    _count("primaryWrappingUpAgents", "Wrap-up primary", "Wrap prim", _A),
    _count("overflowWrappingUpAgents", "Wrap-up overflow", "Wrap over", _A),
    _count("talkingCalls", "Talking", "Talking", _C),
    _count("onHoldCalls", "On hold", "On hold", _C),
    _count("handlingCalls", "Handling", "Handling", _C),
    _count("totalCalls", "Calls", "Calls", _C),
    _time("talkingTime", "Total talk", "Tot talk", _T, Adds.SUM),
    _time(
        "avgTalkingTime", "Average talk", "Avg talk", _T, Adds.AVERAGE, "talkingTime",
        "talkingCalls",
    ),
    _time("longestTalkingTime", "Longest talk", "Long talk", _T, Adds.MAX),
    _time("onHoldTime", "Total hold", "Tot hold", _O, Adds.SUM),
    _time("longestOnHoldTime", "Longest hold", "Long hold", _O, Adds.MAX),
    _time("totalHandlingTime", "Total handling", "Tot handl", _H, Adds.SUM),
    _time(
        "avgHandlingTime", "Average handling", "Avg handl", _H, Adds.AVERAGE,
        "totalHandlingTime", "handlingCalls",
    ),
    _time("longestHandlingTime", "Longest handling", "Long handl", _H, Adds.MAX),
)  # fmt: skip

CATALOGUE: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _ALL})
"""The 28 realtime metrics by the API's name, in the order a queue's page lists them."""

_FOLDED = MappingProxyType({name.lower(): metric for name, metric in CATALOGUE.items()})

DEFAULT_COLUMNS = (
    "waitingCalls", "longestWaitingTime", "avgWaitingTime", "availableAgents", "eligibleAgents",
    "wrappingUpAgents", "handlingCalls", "onHoldCalls", "avgHandlingTime", "loggedOutAndDndAgents",
    "eligibleOverflowAgents", "longestHandlingTime",
)  # fmt: skip
"""Columns of the board, most wanted first: those that do not fit go from the end."""

DEFAULT_TILES = (
    "waitingCalls",
    "longestWaitingTime",
    "avgWaitingTime",
    "handlingCalls",
    "avgHandlingTime",
)
"""Tiles of the board. No sums of agents: those are seats, not people."""


Labels = Mapping[str, str]
"""What the user calls some metrics: name → label."""

NO_LABELS: Labels = MappingProxyType({})

_MOST_HEADING = 12


def labelled(name: str, labels: Labels = NO_LABELS) -> Metric | None:
    """Return the metric of the API's ``name`` as the user calls it, if there is one.

    The one place where a label of the user's own takes effect; it heads columns too, cut to
    twelve letters there.
    """
    metric = CATALOGUE.get(name)
    label = labels.get(name, "")
    if metric is None or not label:
        return metric
    short = label if len(label) <= _MOST_HEADING else f"{label[: _MOST_HEADING - 1].rstrip()}…"
    return replace(metric, label=label, short=short)


def find(name: str) -> Metric | None:
    """Return the metric called ``name`` (the API's name, in any case), if there is one."""
    return _FOLDED.get(name.strip().lower())


def nearest(name: str, among: Iterable[str] = tuple(CATALOGUE), most: int = 3) -> tuple[str, ...]:
    """Return up to ``most`` names that look like ``name``, best first."""
    names = {candidate.lower(): candidate for candidate in among}
    close = difflib.get_close_matches(name.strip().lower(), list(names), n=most, cutoff=0.5)
    return tuple(names[folded] for folded in close)


def with_parts(names: Iterable[str]) -> tuple[str, ...]:
    """Return ``names`` in catalogue order, with the totals and counts that averages divide.

    Unknown names are left out.
    """
    wanted: set[str] = set()
    for name in names:
        metric = CATALOGUE.get(name)
        if metric is not None:
            wanted |= {metric.name, metric.total, metric.count}
    return tuple(name for name in CATALOGUE if name in wanted)
