"""What the groups of queues come to: exact totals, as those of any selection, and their levels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Level, Rule, worst
from wallboard.model.select.totals import Total, totals
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """One group: its queues, each once, and the total of each metric that was asked for.

    ``levels``: of totals that reach a bound, by metric.
    """

    name: str
    queues: tuple[QueueMetrics, ...]
    totals: dict[str, Total]
    levels: Mapping[str, Level] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """The worst of them; that of a group which finds no queue is unknown."""
        return worst([Level.NORMAL, *self.levels.values()]) if self.queues else Level.UNKNOWN


def group_totals(
    queues: Iterable[QueueMetrics], book: GroupBook, names: Iterable[str]
) -> tuple[GroupTotals, ...]:
    """Return every group in the order written, those that find no queue too.

    A queue in several groups counts in each of them: groups do not add up to the whole.
    """
    if not book:
        return ()
    wanted = tuple(names)
    made = []
    for name, members in book.members(queues).items():
        rules = [rule for metric, rule in book.rules[name].items() if metric in wanted]
        beside = {rule.only_while for rule in rules if rule.only_while}
        found = totals(members, {*wanted, *beside})
        levels = _levels(members, rules, found)
        made.append(
            GroupTotals(name, tuple(members), {metric: found[metric] for metric in wanted}, levels)
        )
    return tuple(made)


def _levels(
    members: Sequence[QueueMetrics], rules: Sequence[Rule], found: Mapping[str, Total]
) -> dict[str, Level]:
    values = {name: total.value for name, total in found.items() if total.value is not None}
    doubtful = {name for queue in members for name in queue.unconfirmed}
    return {
        rule.metric: level
        for rule in rules
        if rule.metric in values
        and rule.metric not in doubtful
        and rule.applies(values)
        and (level := rule.level_of(values[rule.metric])) > Level.NORMAL
    }
