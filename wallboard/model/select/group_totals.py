"""What the groups of queues come to: exact totals, as those of any selection."""

from collections.abc import Iterable
from dataclasses import dataclass

from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.select.totals import Total, totals


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """One group: its queues, each once, and the total of each metric that was asked for."""

    name: str
    queues: tuple[QueueMetrics, ...]
    totals: dict[str, Total]


def group_totals(
    queues: Iterable[QueueMetrics], book: GroupBook, names: Iterable[str]
) -> tuple[GroupTotals, ...]:
    """Return every group in the order written, those that find no queue too.

    A queue in several groups counts in each of them: groups do not add up to the whole.
    """
    if not book:
        return ()
    wanted = tuple(names)
    return tuple(
        GroupTotals(name, tuple(members), totals(members, wanted))
        for name, members in book.members(queues).items()
    )
