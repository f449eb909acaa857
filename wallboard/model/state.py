"""All that the board knows, frozen, and ``step``: the only way it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.day import Day, DayRule, day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import IsOpen, opening_at
from wallboard.model.data.reading import FeedId, Moment, Reading, Snapshot, merge, sure
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.feeds import missing
from wallboard.model.feeds.freshness import Freshness, feed_state, live_for
from wallboard.model.feeds.missing import Missings
from wallboard.model.feeds.movement import Movement, moved
from wallboard.model.hands import Acknowledge, ColumnsChosen, Pause, Resume, Selected
from wallboard.model.judge import episodes
from wallboard.model.judge.episodes import Acknowledged, Episode
from wallboard.model.judge.kept_levels import no_calmer, others, with_judged
from wallboard.model.judge.levels import (
    Levels,
    Opening,
    RuleBook,
    judge,
    not_seen_yet,
    restart_holds,
)
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets, TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.select.selection import Selection


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How one feed is doing. ``trouble``: of its newest poll, ``None`` after a success."""

    info: FeedInfo
    trouble: Trouble | None = None
    next_poll: Moment | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """What was on the board when it was paused: shown until it goes on."""

    at: Moment
    snapshot: Snapshot
    levels: Levels
    day_levels: Levels = field(default_factory=dict)
    in_target: TimeInTarget = field(default_factory=TimeInTarget)
    movements: Mapping[str, Movement] = field(default_factory=dict)
    missing: Missings = field(default_factory=lambda: missing.NONE)


def reading_state(reading: Reading | None, interval: float, now: Moment) -> Freshness:
    """Return how old an answer is at ``now``; one of a day that is over is no data of today."""
    if reading is None or (reading.day is not None and not reading.day.holds(now.wall)):
        return Freshness.NO_DATA
    return feed_state(now.elapsed - reading.measured.elapsed, interval)


@dataclass(frozen=True, slots=True)
class State:
    """The board's whole knowledge. ``trouble`` concerns the account: no feed is known yet.

    ``levels`` are those of the live numbers: they make a queue's level, its place and its alerts.
    ``day_levels`` are those of the day so far, for their own cells only: a share of the day cannot
    recover within it, and must not hide who waits now. ``agents`` and ``calls``: the newest
    answers. ``movements``: by PBX id, whether its live answers move; ``missing``: what is not in
    them and was, or was named.
    """

    book: RuleBook
    options: ViewOptions = field(default_factory=ViewOptions)
    interval: float = 10.0
    feeds: Mapping[FeedId, FeedStatus] = field(default_factory=dict)
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
    agents: Mapping[FeedId, AgentsReading] = field(default_factory=dict)
    calls: Mapping[FeedId, CallsReading] = field(default_factory=dict)
    movements: Mapping[str, Movement] = field(default_factory=dict)
    missing: Missings = field(default_factory=lambda: missing.NONE)

    def interval_of(self, feed: FeedId) -> float:
        """Return the seconds between two polls of a feed."""
        status = self.feeds.get(feed)
        return (status.info.interval if status else 0.0) or self.interval

    def day(self, at: datetime) -> Day:
        """Return the day that an instant is in."""
        return self.day_rule(at) if self.day_rule else day_of(at, self.options.timezone)

    def live_feeds(self) -> tuple[FeedStatus, ...]:
        """Return how the live feeds are: they are what the board stands on."""
        return tuple(one for feed, one in self.feeds.items() if feed.kind is Kind.LIVE)


Event = FeedEvent | Selected | ColumnsChosen | Pause | Resume | Acknowledge


def start(
    rules: Rules,
    options: ViewOptions,
    selection: Selection = Selection(),  # noqa: B008 - frozen
    is_open: IsOpen | None = None,
    targets: Targets = Targets(),  # noqa: B008 - frozen
    day_rule: DayRule | None = None,
) -> State:
    """Return the state of a board that has heard nothing yet.

    ``is_open``: the opening hours. ``day_rule``: what a day is; ``None``: from midnight on in the
    board's time zone.
    """
    return State(
        RuleBook(rules),
        options,
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
        case Selected(selection):
            return replace(state, selection=selection)
        case ColumnsChosen(columns):
            return replace(state, options=replace(state.options, columns=columns))
        case Pause(at):
            return replace(state, paused=_paused(state, at))
        case Resume():
            return replace(state, paused=None)
        case Acknowledge(keys, who, at):
            log = episodes.acknowledged(state.episodes, keys, Acknowledged(who, at))
            return replace(state, episodes=log)


def _paused(state: State, at: Moment) -> Paused:
    return Paused(
        at,
        state.snapshot,
        state.levels,
        state.day_levels,
        state.in_target,
        state.movements,
        state.missing,
    )


def _discovered(state: State, event: Discovered) -> State:
    feeds = {
        info.feed: replace(state.feeds.get(info.feed) or FeedStatus(info), info=info)
        for info in event.feeds
    }
    known = state.snapshot.readings
    readings = [one for feed, one in known.items() if feed in feeds]
    lost = [one for feed, one in known.items() if feed not in feeds and feed.kind is Kind.LIVE]
    return replace(
        state,
        feeds=feeds,
        interval=event.interval,
        snapshot=merge(readings),
        trouble=None,
        missing=missing.without_pbxes(state.missing, lost, state.levels),
        agents={feed: one for feed, one in state.agents.items() if feed in feeds},
        calls={feed: one for feed, one in state.calls.items() if feed in feeds},
    )


def _fresh(state: State, event: Fresh) -> State:
    reading = event.reading
    status = state.feeds.get(event.feed) or FeedStatus(FeedInfo(event.feed, reading.pbx_name))
    feeds = {**state.feeds, event.feed: replace(status, trouble=None, next_poll=event.next_poll)}
    state = replace(state, feeds=feeds, trouble=None)
    known = state.snapshot.readings.get(event.feed)
    if known is not None and reading.measured.elapsed < known.measured.elapsed:
        return state  # out of a cache: what is on the board is newer
    match reading:
        case AgentsReading():
            return replace(state, agents={**state.agents, event.feed: reading})
        case CallsReading():
            return replace(state, calls={**state.calls, event.feed: reading})
        case Reading():
            first = event.feed not in state.snapshot.readings
            snapshot = merge([*state.snapshot.readings.values(), reading])
            if event.feed.kind is not Kind.LIVE:
                return _day(replace(state, snapshot=snapshot), reading)
            state = _with_missing(_unseen(state, reading) if first else state, reading)
            return _live(replace(state, snapshot=snapshot), reading)


def _day(state: State, reading: Reading) -> State:
    """Judge the day so far: its rules, and nobody else's timers."""
    at = reading.measured
    judged = judge(
        sure(reading),
        state.book,
        state.day_levels,
        at.elapsed,
        opening=_opening(state, at),
        kind=Kind.TODAY,
    )
    return replace(state, day_levels={**others(state.day_levels, reading.feed.pbx), **judged})


def _with_missing(state: State, reading: Reading) -> State:
    """Return the state with what a live answer does not have; what is over is no trouble any more.

    ``state.snapshot``: what was there before it.
    """
    at, opened = reading.measured, _opening(state, reading.measured)
    before = state.snapshot.readings.get(reading.feed)
    gone = missing.after_answer(state.missing, before, reading, state.levels)
    if not gone:
        return replace(state, missing=gone)
    is_closed = opened and (lambda queue: opened(queue) is False)
    gone = missing.aged(gone, at, state.day(at.wall), is_closed)
    over = {key for key, one in gone.items() if one.is_over(at.elapsed)}
    return replace(
        state,
        missing=gone,
        levels={key: one for key, one in state.levels.items() if key not in over},
        episodes=episodes.without(state.episodes, over, at),
    )


def _unseen(state: State, reading: Reading) -> State:
    """Take note that nobody has seen how the queues of a PBX's first answer came to be so."""
    unseen = not_seen_yet(reading.queues, state.book, reading.measured.elapsed)
    return replace(state, levels={**unseen, **state.levels})


def _live(state: State, reading: Reading) -> State:
    at, pbx = reading.measured, reading.feed.pbx
    movement = moved(state.movements.get(pbx), reading)
    judged = judge(sure(reading), state.book, state.levels, at.elapsed, opening=_opening(state, at))
    counts = (lambda queue: not judged[queue.key].closed) if state.is_open else None
    history = state.history
    if movement.stands:
        # Nothing was measured: the trend has a gap, and the time in target nothing to count.
        judged, counts = no_calmer(judged, state.levels), (lambda _: False)
    else:
        history = history.with_reading(reading)
    return replace(
        state,
        levels=with_judged(state.levels, pbx, judged),
        history=history,
        episodes=episodes.with_reading(state.episodes, reading, judged, state.book),
        in_target=state.in_target.with_reading(
            reading, state.day(at.wall), live_for(state.interval), state.targets, counts
        ),
        movements={**state.movements, pbx: movement},
    )


def _opening(state: State, at: Moment) -> Opening | None:
    return opening_at(state.is_open, at.wall.astimezone(state.options.timezone))


def _failed(state: State, event: Failed) -> State:
    if event.feed is None:
        return replace(state, trouble=event)
    status = state.feeds.get(event.feed)
    if status is None:
        return state
    feeds = {
        **state.feeds,
        event.feed: replace(status, trouble=event.trouble, next_poll=event.retry_at),
    }
    if event.feed.kind is Kind.TODAY:
        keys = [key for key in state.day_levels if key.pbx == event.feed.pbx]
        return replace(state, feeds=feeds, day_levels=restart_holds(state.day_levels, keys))
    if event.feed.kind is not Kind.LIVE:
        return replace(state, feeds=feeds)
    keys = [key for key in state.levels if key.pbx == event.feed.pbx]
    return replace(state, feeds=feeds, levels=restart_holds(state.levels, keys))
