"""Rules: which values are trouble, for which queues, and which of several rules wins."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, field
from enum import IntEnum

from wallboard.model.data.catalogue import CATALOGUE, METRICS, TODAY
from wallboard.model.data.metric import Adds, Number, Worse
from wallboard.model.data.name_pattern import NamePattern, QueueGroup
from wallboard.model.data.reading import Values
from wallboard.records import dataclass


class Level(IntEnum):
    """How bad; ``UNKNOWN`` is no value, and is never drawn as normal."""

    UNKNOWN = -1
    NORMAL = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def mark(self) -> str:
        """The mark that stands beside the colour."""
        return _MARKS[self]

    @property
    def word(self) -> str:
        """The level in words."""
        return self.name.lower()


_, _NORMAL, _WARNING, _CRITICAL = Level
_DOWN = Worse.DOWN

_MARKS = ("", "!", "!!", "")
"""By level: the last one is -1, unknown."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one place of the configuration says of a metric; ``None``: it does not say.

    Bounds are in the metric's unit (milliseconds, or a count); ``hold`` is seconds. ``off``
    switches the rule off, whatever a wider place says.
    """

    warning: Number | None = None
    critical: Number | None = None
    hold: float | None = None
    recover_warning: Number | None = None
    recover_critical: Number | None = None
    worse: Worse | None = None
    _: KW_ONLY
    off: bool = False

    def fill_from(self, wider: "Bounds | None") -> "Bounds":
        """Return these bounds, with what they do not say taken from ``wider``."""
        if wider is None or self.off:
            return self
        return Bounds(
            _first(self.warning, wider.warning),
            _first(self.critical, wider.critical),
            _first(self.hold, wider.hold),
            _first(self.recover_warning, wider.recover_warning),
            _first(self.recover_critical, wider.recover_critical),
            self.worse or wider.worse,
        )


def _first(first: Number | None, second: Number | None) -> Number | None:
    return second if first is None else first


@dataclass(frozen=True, slots=True)
class Override:
    """Bounds for the queues and sites whose names match; ``""`` matches all.

    Patterns are shell-like (``VIP*``) and match whatever their case.
    """

    bounds: Mapping[str, Bounds]
    queue: str = ""
    site: str = ""

    @property
    def where(self) -> NamePattern:
        """Which queues this place speaks of, and how narrow it is."""
        return NamePattern(self.queue, self.site)


@dataclass(frozen=True, slots=True)
class Rule:
    """What applies to one metric of one queue, everything resolved.

    ``only_while``: a metric that must be above 0 for the rule to apply, unless the queue is known
    to be open (agents are judged while calls wait, or every night would be red); with ``sample``
    it must have reached that, open or not. ``few``: a metric (eligible agents) of which there may
    be so few that a warning says nothing: one of two is free at the best of times. ``calm``: the
    values between these two reach no bound.
    """

    metric: str
    warning: Number | None
    critical: Number | None
    worse: Worse
    hold: float = 0.0
    recover_warning: Number | None = None
    _: KW_ONLY
    recover_critical: Number | None = None
    only_while: str = ""
    sample: Number = 0
    few: str = ""
    calm: tuple[float, float] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.warning, self.critical) if bound is not None]
        down = self.worse is Worse.DOWN
        low = max(bounds, default=-math.inf) if down else -math.inf
        high = math.inf if down else min(bounds, default=math.inf)
        object.__setattr__(self, "calm", (low, high))

    def level_of(self, number: Number) -> Level:
        """Return the level of a value with no memory; a bound that is reached counts."""
        if _reaches(number, self.critical, self.worse):
            return _CRITICAL
        return _WARNING if _reaches(number, self.warning, self.worse) else _NORMAL

    def is_recovered(self, number: Number, level: Level) -> bool:
        """Whether ``number`` is far enough back for ``level`` to be left."""
        bound = self.recover_critical if level is _CRITICAL else self.recover_warning
        better = Worse.DOWN if self.worse is Worse.UP else Worse.UP
        return bound is None or _reaches(number, bound, better)

    def applies(self, values: Values, *, opened: bool = False) -> bool | None:
        """Whether the queue's state is one in which this rule is judged; ``None``: not known.

        ``values`` without those that cannot be true; ``opened``: known to be within its hours.
        """
        if self.few and self._is_small(values):
            return False
        if not self.only_while or (opened and not self.sample):
            return True
        number = values.get(self.only_while)
        if number is None:
            return None
        return number >= self.sample if self.sample else number > 0

    def _is_small(self, values: Values) -> bool:
        """Whether there are so few that a value short of critical is no trouble."""
        number, of = values.get(self.metric), values.get(self.few)
        if number is None or of is None or of > FEW:
            return False
        return not _reaches(number, self.critical, self.worse)


def _reaches(number: Number, bound: Number | None, worse: Worse) -> bool:
    if bound is None:
        return False
    return number <= bound if worse is _DOWN else number >= bound


DEFAULT_BOUNDS: Mapping[str, Bounds] = {
    "longestWaitingTime": Bounds(60_000, 120_000),
    "waitingCalls": Bounds(3, 5),
    "avgWaitingTime": Bounds(35_000, 60_000, hold=20.0),
    "availableAgents": Bounds(1, 0, hold=20.0),
    "abandonedInWaitingCallsPercentage": Bounds(5, 8),
    "divertedCallsPercentage": Bounds(2, 5),
}
"""What the field uses; milliseconds, counts and percentages."""

LEAST_SAMPLE = 20
"""Calls of a day below which a percentage of them has no level: one call more would change it."""

FEW = 2
"""Eligible agents up to which one that is available is no warning."""

_FEW = {"availableAgents": "eligibleAgents"}

_RATIOS = (Adds.AVERAGE, Adds.SHARE)

_ONLY_WHILE = {
    **{name: "waitingCalls" for name, metric in CATALOGUE.items() if metric.worse is Worse.DOWN},
    **{name: metric.count for name, metric in TODAY.items() if metric.adds is Adds.SHARE},
}


@dataclass(frozen=True, slots=True)
class Rules:
    """All that the configuration says of levels.

    ``base``: for every queue; ``overrides``: in the order written; ``total``: for what tiles show.
    ``groups``: those of queues, in the order written; ``group_bounds``: for what a group shows, by
    its name.
    """

    base: Mapping[str, Bounds] = field(default_factory=lambda: DEFAULT_BOUNDS)
    overrides: tuple[Override, ...] = ()
    total: Mapping[str, Bounds] = field(default_factory=dict)
    groups: tuple[QueueGroup, ...] = ()
    group_bounds: Mapping[str, Mapping[str, Bounds]] = field(default_factory=dict)

    def for_queue(self, queue: str, site: str) -> tuple[Rule, ...]:
        """Return the rules of one queue, the narrowest place winning field by field."""
        merged = dict(self.base)
        fitting = [override for override in self.overrides if override.where.matches(queue, site)]
        for override in sorted(fitting, key=lambda override: override.where.narrowness):
            for name, bounds in override.bounds.items():
                merged[name] = bounds.fill_from(merged.get(name))
        return tuple(rule for name, bounds in merged.items() if (rule := _resolve(name, bounds)))

    def for_total(self) -> Mapping[str, Rule]:
        """Return the rules that judge a total itself.

        A share or an average is one of all calls as it is of a queue's: where nothing is said of
        the total, the rule of every queue judges it. A sum or a maximum is not.
        """
        own = {name: bounds for name, bounds in self.base.items() if METRICS[name].adds in _RATIOS}
        rules = ((name, _resolve(name, bounds)) for name, bounds in {**own, **self.total}.items())
        return {name: rule for name, rule in rules if rule}

    def for_group(self, group: str) -> Mapping[str, Rule]:
        """Return the rules that judge what a group shows: its own before those of any total."""
        own = self.group_bounds.get(group, {})
        usual = {name: rule for name, rule in self.for_total().items() if name not in own}
        rules = ((name, _resolve(name, bounds)) for name, bounds in own.items())
        return {**usual, **{name: rule for name, rule in rules if rule}}

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that some rule may need to see."""
        named = set(self.base) | set(self.total)
        for override in self.overrides:
            named |= set(override.bounds)
        named.update(*self.group_bounds.values())
        beside = (_ONLY_WHILE, _FEW)
        return frozenset(named | {found[name] for found in beside for name in named & found.keys()})


def _resolve(name: str, bounds: Bounds) -> Rule | None:
    metric = METRICS.get(name)
    if metric is None or bounds.off or (bounds.warning is None and bounds.critical is None):
        return None
    worse = bounds.worse or (Worse.UP if metric.worse is Worse.NEITHER else metric.worse)
    share = metric.adds is Adds.SHARE
    only_while = _ONLY_WHILE.get(name, "") if worse is Worse.DOWN or share else ""
    return Rule(
        name,
        bounds.warning,
        bounds.critical,
        worse,
        bounds.hold or 0.0,
        bounds.recover_warning,
        recover_critical=bounds.recover_critical,
        only_while=only_while,
        sample=LEAST_SAMPLE if share else 0,
        few=_FEW.get(name, "") if worse is Worse.DOWN else "",
    )


def worst(levels: Iterable[Level]) -> Level:
    """Return the worst level; ``UNKNOWN`` only if there is no other."""
    return max(levels, default=Level.UNKNOWN)
