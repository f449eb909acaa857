"""All that the board knows, frozen, and ``step``: the only way it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from wallboard.model.data.day import Day, DayRule, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import IsOpen, opening_at
from wallboard.model.data.reading import FeedId, Moment, Reading, Snapshot, merge
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import (
    Configured,
    Discovered,
    Failed,
    FeedEvent,
    FeedInfo,
    Fresh,
    Remembered,
)
from wallboard.model.feeds import missing
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.freshness import Freshness, live_for
from wallboard.model.feeds.missing import Missings
from wallboard.model.feeds.movement import moved
from wallboard.model.hands import Acknowledge, ColumnsChosen, Pause, Resume, Selected
from wallboard.model.judge import episodes, kept_levels
from wallboard.model.judge.episodes import Acknowledged, Episode
from wallboard.model.judge.hours import KnownHours, PastHeard
from wallboard.model.judge.levels import Levels, Opening, RuleBook, judge, not_seen_yet
from wallboard.model.judge.rejudge import configured
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets, TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.select.selection import Selection


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
    known.
    """

    book: RuleBook
    options: ViewOptions = field(default_factory=ViewOptions)
    interval: float = 10.0
    feeds: Mapping[FeedId, Feed] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    levels: Levels = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    paused: Paused | None = None
    history: Trends = field(default_factory=Trends)
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
            history=stood.history,
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


Hand = Selected | ColumnsChosen | Pause | Resume | Acknowledge
Event = FeedEvent | Remembered | Configured | Usual | UsualDay | Hand


def start(
    rules: Rules,
    options: ViewOptions,
    selection: Selection = Selection(),  # noqa: B008 - frozen
    is_open: IsOpen | None = None,
    targets: Targets = Targets(),  # noqa: B008 - frozen
    day_rule: DayRule | None = None,
) -> State:
    """Return the state of a board that has heard nothing yet.

    ``is_open``: the opening hours. ``day_rule``: what a day is; ``None``: the board's time zone's.
    """
    return State(
        book=RuleBook(rules),
        options=options,
        selection=selection,
        is_open=is_open,
        targets=targets,
        day_rule=day_rule,
    )


def step(state: State, event: Event) -> State:
    """Return the state after ``event``."""
    match event:
        case Discovered():
            return _discovered(state, event)
        case Fresh():
            return _fresh(state, event)
        case Failed():
            return _failed(state, event)
        case Remembered():
            return kept_levels.begun_with(state, event)
        case Configured():
            return configured(state, event)
        case Usual():
            return replace(state, usual=event)
        case UsualDay():
            return replace(state, usual_day=event)
        case PastHeard(spans, _, words):
            return replace(state, hours=state.hours.with_heard(spans, words))
        case Selected(selection):
            return replace(state, selection=selection)
        case ColumnsChosen(columns):
            return replace(state, options=replace(state.options, columns=columns))
        case Pause(at):
            return replace(state, paused=Paused(at=at, state=replace(state, paused=None)))
        case Resume():
            return replace(state, paused=None)
        case Acknowledge(keys, who, at):
            log = episodes.acknowledged(state.episodes, keys, Acknowledged(who, at))
            return replace(state, episodes=log)


def _discovered(state: State, event: Discovered) -> State:
    feeds = {}
    for info in event.feeds:
        interval = info.interval or event.interval
        known = state.feeds.get(info.feed) or Feed(info=info, interval=interval)
        feeds[info.feed] = replace(known, info=info, interval=interval)
    lost = [feed.queues for feed in state.live_feeds() if feed.info.feed not in feeds]
    return replace(
        state,
        feeds=feeds,
        interval=event.interval,
        snapshot=_merged(feeds),
        trouble=None,
        missing=missing.without_pbxes(state.missing, filter(None, lost), state.levels),
    )


def _merged(feeds: Mapping[FeedId, Feed]) -> Snapshot:
    return merge([reading for feed in feeds.values() if (reading := feed.queues)])


def _with_feed(state: State, feed: Feed) -> State:
    return replace(state, feeds={**state.feeds, feed.info.feed: feed})


def _fresh(state: State, event: Fresh) -> State:
    reading = event.reading
    info = FeedInfo(event.feed, reading.pbx_name)
    feed = state.feeds.get(event.feed) or Feed(info=info, interval=state.interval)
    feed = replace(feed, trouble=None, next_poll=event.next_poll)
    state = replace(state, trouble=None)
    if not isinstance(reading, Reading):
        return _with_feed(state, replace(feed, reading=reading))
    known = feed.queues
    if known is not None and reading.measured.elapsed < known.measured.elapsed:
        return _with_feed(state, feed)  # out of a cache: what is on the board is newer
    if event.feed.kind is not Kind.LIVE:
        state = _with_feed(state, replace(feed, reading=reading))
        return _day(replace(state, snapshot=_merged(state.feeds)), reading)
    state = _with_missing(_unseen(state, reading) if known is None else state, known, reading)
    movement = moved(feed.movement, reading)
    state = _with_feed(state, replace(feed, reading=reading, movement=movement))
    return _live(replace(state, snapshot=_merged(state.feeds)), reading, stands=movement.stands)


def _day(state: State, reading: Reading) -> State:
    """Judge the day so far: its rules, and nobody else's timers."""
    at, known = reading.measured, state.day_levels
    rows = state.snapshot.readings[reading.feed].queues
    opened = _opening(state, at)
    judged = judge(rows, state.book, known, at.elapsed, opening=opened, kind=Kind.TODAY)
    return replace(state, day_levels={**kept_levels.others(known, reading.feed.pbx), **judged})


def _with_missing(state: State, before: Reading | None, reading: Reading) -> State:
    """Return the state with what a live answer does not have; what is over is no trouble any more.

    ``before``: the live answer before it of its PBX.
    """
    at, opened = reading.measured, _opening(state, reading.measured)
    gone = missing.after_answer(state.missing, before, reading, state.levels)
    if not gone:
        return replace(state, missing=gone)
    is_closed = opened and (lambda queue: opened(queue) is False)
    gone = missing.aged(gone, at, state.day(at.wall), is_closed)
    over = {key for key, absence in gone.items() if absence.is_over(at.elapsed)}
    return replace(
        state,
        missing=gone,
        levels={key: level for key, level in state.levels.items() if key not in over},
        episodes=episodes.without(state.episodes, over, at),
    )


def _unseen(state: State, reading: Reading) -> State:
    """Take note that nobody has seen how the queues of a PBX's first answer came to be so.

    What was remembered of queues that are not in it is over: nobody saw them go.
    """
    unseen = not_seen_yet(reading.queues, state.book, reading.measured.elapsed)
    ours = (episode.key for episode in state.episodes if episode.lasts)
    gone = {key for key in ours if key.pbx == reading.feed.pbx}
    gone -= unseen.keys() | state.missing.keys()
    return replace(
        state,
        levels={**unseen, **{k: level for k, level in state.levels.items() if k not in gone}},
        episodes=episodes.without(state.episodes, gone, reading.measured),
    )


def _live(state: State, reading: Reading, *, stands: bool) -> State:
    at, pbx = reading.measured, reading.feed.pbx
    rows = state.snapshot.readings[reading.feed].queues
    judged = judge(rows, state.book, state.levels, at.elapsed, opening=_opening(state, at))
    counts = (lambda queue: not judged[queue.key].closed) if state.is_open else None
    day = state.day(at.wall)
    begun = at.elapsed - (at.wall - day.start).total_seconds()
    history = state.history if stands else state.history.with_reading(reading, begun)
    if stands:
        # Nothing was measured: the trend has a gap, and the time in target nothing to count.
        judged, counts = kept_levels.no_calmer(judged, state.levels), (lambda _: False)
    return replace(
        state,
        levels=kept_levels.with_judged(state.levels, pbx, judged),
        history=history,
        episodes=episodes.with_reading(state.episodes, reading, judged, state.book),
        in_target=state.in_target.with_reading(
            reading, day, live_for(state.interval), state.targets, counts
        ),
    )


def _opening(state: State, at: Moment) -> Opening | None:
    return opening_at(state.is_open, at.wall.astimezone(state.options.timezone))


def _failed(state: State, event: Failed) -> State:
    if event.feed is None:
        return replace(state, trouble=event)
    feed = state.feeds.get(event.feed)
    if feed is None:
        return state
    state = _with_feed(state, replace(feed, trouble=event.trouble, next_poll=event.retry_at))
    if event.feed.kind is Kind.TODAY:
        return replace(state, day_levels=kept_levels.restart_holds(state.day_levels, feed.pbx))
    if event.feed.kind is Kind.LIVE:
        return replace(state, levels=kept_levels.restart_holds(state.levels, feed.pbx))
    return state
