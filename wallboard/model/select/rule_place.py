"""Where a rule is written, for whom it counts, and what is written there."""

from dataclasses import dataclass

from wallboard.model.data.metric import Metric, Number, Unit
from wallboard.model.judge.rules import Bounds, Rules


@dataclass(frozen=True, slots=True)
class RulePlace:
    """The rule of a metric for the queues and sites of a pattern; without one for every queue."""

    metric: str
    queue: str = ""
    site: str = ""

    @property
    def words(self) -> str:
        """Whom it counts for, in words."""
        names = (f"queue {self.queue}" if self.queue else "", f"site {self.site}" * bool(self.site))
        return ", ".join(filter(None, names)) or "every queue"


def rule_places(rules: Rules) -> tuple[RulePlace, ...]:
    """Return where rules of queues are written, those of every queue first."""
    narrow = [
        RulePlace(metric, override.queue, override.site)
        for override in rules.overrides
        for metric in override.bounds
    ]
    return tuple(dict.fromkeys([*map(RulePlace, rules.base), *narrow]))


def place_of(rules: Rules, metric: str, queue: str, site: str) -> RulePlace:
    """Return the place that counts for a metric of one queue: the narrowest, else the base."""
    fitting = [
        item
        for item in rules.overrides
        if metric in item.bounds and item.where.matches(queue, site)
    ]
    if not fitting:
        return RulePlace(metric)
    narrowest = sorted(fitting, key=lambda item: item.where.narrowness)[-1]
    return RulePlace(metric, narrowest.queue, narrowest.site)


def bounds_at(rules: Rules, place: RulePlace) -> Bounds:
    """Return what is written at a place, of several for the same queues the later on top."""
    if not place.queue and not place.site:
        return rules.base.get(place.metric, Bounds())
    found = Bounds()
    for item in rules.overrides:
        if (item.queue, item.site) == (place.queue, place.site) and place.metric in item.bounds:
            found = item.bounds[place.metric].over(found)
    return found


def texts_of(metric: Metric, bounds: Bounds) -> dict[str, str]:
    """Return ``warning``, ``critical``, ``for`` and ``recover`` as a user writes them."""
    hold = "" if bounds.hold is None else f"{bounds.hold:g}s"
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
        return f"{number:g}"
    minutes, left = divmod(number, 60_000)
    if 0 < minutes < 60 and left % 1000 == 0:
        return f"{minutes:g}:{left // 1000:02g}"
    return f"{number / 1000:g}s"
