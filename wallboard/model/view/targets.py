"""What a tile's number should be, in words: the bound below (or above) which all is well."""

from collections.abc import Mapping

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Adds, Metric, Worse
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.view import format as formatting


def targets(rules: Rules) -> Mapping[str, str]:
    """Return metric → ``target < 01:00``, for those that have a bound.

    A bound that holds for each queue and not for their total says so: ``target < 3 a queue``.
    """
    found = {name: _words(METRICS[name], bounds) for name, bounds in rules.base.items()}
    for name, bounds in rules.total.items():
        found[name] = _words(METRICS[name], bounds, total=True)
    return {name: words for name, words in found.items() if words}


def _words(metric: Metric, bounds: Bounds, *, total: bool = False) -> str:
    bound = bounds.critical if bounds.warning is None else bounds.warning
    if bounds.off or bound is None:
        return ""
    sign = ">" if (bounds.worse or metric.worse) is Worse.DOWN else "<"
    each = "" if total or metric.adds is Adds.MAX else " a queue"
    return f"target {sign} {formatting.value(metric, bound)}{each}"
