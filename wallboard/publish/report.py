"""One poll, judged: what ``once`` prints in any of its formats."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import datetime

from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading, Snapshot
from wallboard.model.events import FeedInfo, Trouble
from wallboard.model.feeds.merge import merge
from wallboard.model.feeds.missing import missing_by_name
from wallboard.model.judge.levels import UNJUDGED, Levels, QueueLevels, RuleBook, judge
from wallboard.model.judge.rules import Level, Rules
from wallboard.model.select.selection import Selection, select
from wallboard.model.select.totals import GroupTotals, Total, group_totals, totals
from wallboard.model.state import State
from wallboard.model.view.board import BoardView
from wallboard.model.view.export import rows_to_export
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """Queues in order with their levels, totals over them, and what failed.

    ``day_levels``: those of the day so far, apart. ``missing``: the queues that are in no answer,
    and since when that is known. ``standing``: since when a PBX's answers do not move, by its id.
    ``groups``: the groups of queues over ``queues``, if any are configured.
    """

    at: Moment
    snapshot: Snapshot
    queues: tuple[QueueMetrics, ...]
    levels: Levels
    totals: dict[str, Total]
    failures: tuple[tuple[FeedInfo, Trouble], ...] = ()
    day_levels: Levels = field(default_factory=dict)
    missing: Mapping[QueueKey, datetime | None] = field(default_factory=dict)
    standing: Mapping[str, datetime] = field(default_factory=dict)
    groups: tuple[GroupTotals, ...] = ()

    def groups_of(self, queue: QueueMetrics) -> tuple[str, ...]:
        """Return the names of the groups that a queue is in."""
        return tuple(
            group.name
            for group in self.groups
            if any(queue.key == member.key for member in group.queues)
        )

    def is_confirmed(self, queue: QueueMetrics) -> bool:
        """Whether the unit of all times of a queue's PBX is known to be right."""
        feeds = (FeedId(queue.key.pbx, kind) for kind in QUEUE_KINDS)
        readings = map(self.snapshot.readings.get, feeds)
        return all(reading.confirmed for reading in readings if reading)

    def day_of(self, queue: QueueMetrics) -> Reading | None:
        """Return the answer that has the day of a queue's PBX, if there is one."""
        return self.snapshot.readings.get(FeedId(queue.key.pbx, Kind.TODAY))

    def levels_by_metric(self, queue: QueueMetrics) -> dict[str, Level]:
        """Return what is not normal of a queue, live and of the day."""
        day = self.day_levels.get(queue.key, UNJUDGED)
        return {**self.level_of(queue).by_metric, **day.by_metric}

    def level_of(self, queue: QueueMetrics) -> QueueLevels:
        """Return a queue's levels."""
        return self.levels.get(queue.key, UNJUDGED)


def report(
    readings: Iterable[Reading],
    failures: Iterable[tuple[FeedInfo, Trouble]],
    rules: Rules,
    selection: Selection,
    at: Moment,
) -> PollReport:
    """Judge one round of readings, at once: there is no second poll for ``for`` to wait for.

    Times whose unit is not known to be right have no level, as on the board.
    """
    snapshot = merge(readings)
    book = RuleBook(rules)
    levels = judge(snapshot.queues, book, {}, at.elapsed, at_once=True)
    days: dict[QueueKey, QueueLevels] = {}
    for feed, reading in snapshot.readings.items():
        if feed.kind is Kind.TODAY:
            day = reading.queues
            days |= judge(day, book, {}, at.elapsed, at_once=True, kind=Kind.TODAY)
    named = [queue for reading in live_of(snapshot) for queue in missing_by_name(reading)]
    queues = select((*snapshot.queues, *named), levels, selection, groups=book.groups)
    return PollReport(
        at=at,
        snapshot=snapshot,
        queues=queues,
        levels=levels,
        totals=totals(queues, _names(snapshot)),
        failures=tuple(failures),
        day_levels=days,
        missing={queue.key: None for queue in named},
        groups=group_totals(queues, book.groups, _names(snapshot)),
    )


def live_of(snapshot: Snapshot) -> Iterator[Reading]:
    """Give the live answers."""
    return (reading for feed, reading in snapshot.readings.items() if feed.kind is Kind.LIVE)


def _names(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what a report has totals of: the day only where it was asked for."""
    today = any(feed.kind is Kind.TODAY for feed in snapshot.readings)
    return tuple(METRICS if today else CATALOGUE)


def report_of(state: State, view: BoardView, at: Moment) -> PollReport:
    """Return what a board shows: old rows without levels, rows of NO DATA without values."""
    export = rows_to_export(view)
    shown = state.shown()
    failures = tuple(
        (feed.info, feed.trouble)
        for feed in state.feeds.values()
        if feed.trouble and feed.kind in QUEUE_KINDS
    )
    sums = totals(export.queues, _names(shown.snapshot))
    return PollReport(
        at=at,
        snapshot=shown.snapshot,
        queues=export.queues,
        levels=export.levels,
        totals=sums,
        failures=failures,
        day_levels=export.day_levels,
        missing={key: queue.since.wall for key, queue in shown.missing.items()},
        standing={
            feed.pbx: since.wall for feed in shown.live_feeds() if (since := feed.stands_since)
        },
        groups=group_totals(export.queues, state.book.groups, _names(shown.snapshot)),
    )
