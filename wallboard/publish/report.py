"""One poll, judged: what ``once`` prints in any of its formats."""

from collections.abc import Iterable
from dataclasses import dataclass

from wallboard.errors import Reason
from wallboard.model.metrics import CATALOGUE
from wallboard.model.selection import Selection, select
from wallboard.model.snapshot import Moment, QueueMetrics, Reading, Snapshot, merge
from wallboard.model.summary import Total, totals
from wallboard.model.thresholds import UNJUDGED, Levels, QueueLevels, RuleBook, Rules, judge

FORMATS = ("table", "json", "csv")
"""What ``once`` can print."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A PBX that did not answer, and why, in words."""

    pbx_id: str
    pbx: str
    reason: Reason
    words: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Report:
    """Queues in order with their levels, totals over them, and what failed."""

    at: Moment
    snapshot: Snapshot
    queues: tuple[QueueMetrics, ...]
    levels: Levels
    totals: dict[str, Total]
    failures: tuple[Failure, ...] = ()

    def level_of(self, queue: QueueMetrics) -> QueueLevels:
        """Return a queue's levels."""
        return self.levels.get(queue.key, UNJUDGED)


def report(
    readings: Iterable[Reading],
    failures: Iterable[Failure],
    rules: Rules,
    selection: Selection,
    at: Moment,
) -> Report:
    """Judge one round of readings, at once: there is no second poll for ``for`` to wait for."""
    snapshot = merge(readings)
    levels = judge(snapshot.queues, RuleBook(rules), {}, at.elapsed, at_once=True)
    queues = select(snapshot.queues, levels, selection)
    return Report(at, snapshot, queues, levels, totals(queues, CATALOGUE), tuple(failures))
