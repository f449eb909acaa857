"""All that the board knows, frozen. How it changes is in ``state``."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime

from wallboard.model import silences
from wallboard.model.data.day import Day, DayRule, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.reading import FeedId, Moment, Snapshot
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Failed
from wallboard.model.feeds import missing
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.feeds.missing import Missings
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.hours import KnownHours
from wallboard.model.judge.levels import Levels, RuleBook
from wallboard.model.judge.time_in_target import Targets, TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.select.selection import Selection
from wallboard.model.silences import Silences
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """When the board was paused, and the state as it stood then: shown until it goes on."""

    at: Moment
    state: "State"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The board's whole knowledge. ``trouble`` concerns the account: no feed is known yet.

    ``snapshot``: the queues of all feeds side by side, merged once a reading. ``levels`` are those
    of the live numbers: they make a queue's level, its place and its alerts. ``day_levels`` are
    those of the day so far, for their own cells only: a share of the day cannot recover within it,
    and must not hide who waits now. ``missing``: what is not in the live readings and was, or was
    named. ``usual``: what is usual in a quarter of an hour, if that is known; ``usual_day``: of one
    queue through the day, the one last asked for. ``hours``: counts of hours, as far as they are
    known. ``silences``: the queues that are to be quiet.
    """

    book: RuleBook
    options: ViewOptions = field(default_factory=ViewOptions)
    interval: float = 10.0
    feeds: Mapping[FeedId, Feed] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    levels: Levels = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    paused: Paused | None = None
    trends: Trends = field(default_factory=Trends)
    episodes: tuple[Episode, ...] = ()
    trouble: Failed | None = None
    is_open: IsOpen | None = None
    day_levels: Levels = field(default_factory=dict)
    in_target: TimeInTarget = field(default_factory=TimeInTarget)
    targets: Targets = field(default_factory=Targets)
    day_rule: DayRule | None = None
    missing: Missings = field(default_factory=lambda: missing.NONE)
    usual: Usual | None = None
    usual_day: UsualDay | None = None
    hours: KnownHours = field(default_factory=KnownHours)
    silences: Silences = field(default_factory=lambda: silences.NONE)

    def shown(self) -> "State":
        """Return the state as it is on the board: while it is paused, as it stood then."""
        if self.paused is None:
            return self
        stood = self.paused.state
        return replace(
            self,
            feeds=stood.feeds,
            snapshot=stood.snapshot,
            levels=stood.levels,
            day_levels=stood.day_levels,
            in_target=stood.in_target,
            missing=stood.missing,
            usual=stood.usual,
            trends=stood.trends,
        )

    def freshness(self, pbx: str, now: Moment, kind: Kind = Kind.LIVE) -> Freshness:
        """Return how fresh the numbers of a PBX are at ``now``."""
        feed = self.feeds.get(FeedId(pbx, kind))
        return feed.freshness(now) if feed else Freshness.NO_DATA

    def day(self, at: datetime) -> Day:
        """Return the day that an instant is in."""
        return self.day_rule(at) if self.day_rule else day_of(at, self.options.timezone)

    def live_feeds(self) -> tuple[Feed, ...]:
        """Return the live feeds: they are what the board stands on."""
        return tuple(feed for feed in self.feeds.values() if feed.kind is Kind.LIVE)
