"""Which groups a queue is in, and what judges a group: resolved once, asked at each answer."""

from collections.abc import Iterable, Mapping

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Kind
from wallboard.model.data.metric_names import fold
from wallboard.model.data.name_pattern import NO_GROUP, QueueGroup
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.rules import Rule, Rules


class GroupBook:
    """The groups of a configuration; false where there are none.

    ``rules``: what judges the totals of each group, by metric. ``own``: the rules of live numbers
    that a group has of its own, of those that have any: these make alerts.
    """

    def __init__(self, rules: Rules) -> None:
        self.groups = rules.groups
        self.rules: Mapping[str, Mapping[str, Rule]] = {
            group.name: rules.for_group(group.name) for group in self.groups
        }
        self.own: Mapping[str, tuple[Rule, ...]] = {
            name: own for name in self.rules if (own := self._own(name, rules))
        }
        self._known: dict[tuple[str, str, str, str], tuple[str, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self.groups)

    def _own(self, name: str, rules: Rules) -> tuple[Rule, ...]:
        judged = self.rules[name]
        own = rules.group_bounds.get(name, {})
        return tuple(
            judged[metric]
            for metric in own
            if metric in judged and METRICS[metric].kind is Kind.LIVE
        )

    def by_name(self, name: str) -> QueueGroup | None:
        """Return the group of that name, whatever its case, if there is one."""
        return next((group for group in self.groups if fold(group.name) == fold(name)), None)

    def of(self, queue: QueueMetrics) -> tuple[str, ...]:
        """Return the names of the groups that a queue is in, in the order written."""
        if not self.groups:
            return ()
        who = (queue.name, queue.site, queue.pbx, queue.key.pbx)
        found = self._known.get(who)
        if found is None:
            found = tuple(group.name for group in self.groups if group.has(queue))
            self._known[who] = found
        return found

    def filter_names(self, queues: Iterable[QueueMetrics]) -> list[str]:
        """Return the names of the groups of some queues as filters know them; of none that name."""
        return [fold(name) for queue in queues for name in self.of(queue)] or [NO_GROUP]

    def members(self, queues: Iterable[QueueMetrics]) -> dict[str, list[QueueMetrics]]:
        """Return every group, in the order written, with its queues: each once, maybe none."""
        found: dict[str, list[QueueMetrics]] = {group.name: [] for group in self.groups}
        for queue in queues:
            for name in self.of(queue):
                found[name].append(queue)
        return found


NO_GROUPS = GroupBook(Rules())
"""Where none are configured."""
