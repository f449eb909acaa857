"""Where a rule is written, for whom it counts, and what is written there."""

from collections.abc import Sequence

from wallboard.model.data.metric import Metric, Number, Unit
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.totals import totals
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class RulePlace:
    """The rule of a metric for the queues and sites of a pattern; without one for every queue.

    ``group``: for what this group comes to; ``total``: for what all queues come to.
    """

    metric: str
    queue: str = ""
    site: str = ""
    group: str = ""
    total: bool = False

    @property
    def is_of_sum(self) -> bool:
        """Whether it judges what queues come to, and no queue."""
        return self.total or bool(self.group)

    @property
    def words(self) -> str:
        """Whom it counts for, in words."""
        if self.is_of_sum:
            return f"group {self.group} as a whole" if self.group else "all queues together"
        names = (f"queue {self.queue}" if self.queue else "", f"site {self.site}" * bool(self.site))
        return ", ".join(filter(None, names)) or "every queue"


def rule_places(rules: Rules) -> tuple[RulePlace, ...]:
    """Return where rules are written, those of every queue first, then of all and of groups."""
    narrow = [
        RulePlace(metric, override.queue, override.site)
        for override in rules.overrides
        for metric in override.bounds
    ]
    sums = [RulePlace(metric, total=True) for metric in rules.total]
    sums += [
        RulePlace(metric, group=group)
        for group, bounds in rules.group_bounds.items()
        for metric in bounds
    ]
    return tuple(dict.fromkeys([*map(RulePlace, rules.base), *sums, *narrow]))


def level_of_sum(rules: Rules, place: RulePlace, queues: Sequence[QueueMetrics]) -> Level:
    """Return the level of what queues come to by the rule of a place, without waiting."""
    found = rules.for_group(place.group) if place.group else rules.for_total()
    rule = found.get(place.metric)
    if rule is None:
        return Level.NORMAL
    names = [name for name in (rule.metric, rule.only_while, rule.few) if name]
    whole = totals(queues, names).items()
    values = {name: total.value for name, total in whole if total.value is not None}
    applies = rule.applies(values)
    if applies is None or rule.metric not in values:
        return Level.UNKNOWN
    return rule.level_of(values[rule.metric]) if applies else Level.NORMAL


def place_of(rules: Rules, metric: str, queue: str, site: str) -> RulePlace:
    """Return the place that counts for a metric of one queue: the narrowest, else the base."""
    fitting = [
        override
        for override in rules.overrides
        if metric in override.bounds and override.where.matches(queue, site)
    ]
    if not fitting:
        return RulePlace(metric)
    narrowest = sorted(fitting, key=lambda override: override.where.narrowness)[-1]
    return RulePlace(metric, narrowest.queue, narrowest.site)


def bounds_at(rules: Rules, place: RulePlace) -> Bounds:
    """Return what is written at a place, of several for the same queues the later on top."""
    if place.is_of_sum:
        bounds = rules.group_bounds.get(place.group, {}) if place.group else rules.total
        return bounds.get(place.metric, Bounds())
    if not place.queue and not place.site:
        return rules.base.get(place.metric, Bounds())
    found = Bounds()
    here = (place.queue, place.site)
    for override in rules.overrides:
        if (override.queue, override.site) == here and place.metric in override.bounds:
            found = override.bounds[place.metric].fill_from(found)
    return found


def texts_of(metric: Metric, bounds: Bounds) -> dict[str, str]:
    """Return ``warning``, ``critical``, ``for`` and ``recover`` as a user writes them."""
    hold = "" if bounds.hold is None else f"{bounds.hold:.15g}s"
    return {
        "warning": _text(metric, bounds.warning),
        "critical": _text(metric, bounds.critical),
        "for": hold,
        "recover": _text(metric, bounds.recover_warning),
    }


def _text(metric: Metric, number: Number | None) -> str:
    if number is None:
        return ""
    if metric.unit is not Unit.MILLISECONDS:
        return f"{number:.15g}"
    minutes, left = divmod(number, 60_000)
    if 0 < minutes < 60 and left % 1000 == 0:
        return f"{minutes:g}:{left // 1000:02g}"
    return f"{number / 1000:.15g}s"
