"""All that the board knows, frozen, and ``step``: the only way it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from wallboard.model import episodes
from wallboard.model.calls import CallsReading
from wallboard.model.day import Day, DayRule, day_of
from wallboard.model.episodes import Acknowledged
from wallboard.model.episodes import Episode as Episode
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.freshness import FeedState as FeedState
from wallboard.model.freshness import feed_state as feed_state
from wallboard.model.freshness import live_for
from wallboard.model.freshness import next_change as next_change
from wallboard.model.hands import Acknowledge as Acknowledge
from wallboard.model.hands import ColumnsChosen as ColumnsChosen
from wallboard.model.hands import Pause as Pause
from wallboard.model.hands import Resume as Resume
from wallboard.model.hands import Selected as Selected
from wallboard.model.history import History
from wallboard.model.in_target import InTarget, Targets
from wallboard.model.people import AgentsReading
from wallboard.model.rules import Rules
from wallboard.model.selection import Selection
from wallboard.model.snapshot import (
    FeedId,
    Kind,
    Moment,
    QueueKey,
    QueueMetrics,
    Reading,
    Snapshot,
    merge,
    sure,
)
from wallboard.model.thresholds import (
    Levels,
    Opening,
    QueueLevels,
    RuleBook,
    judge,
    not_seen_yet,
    restart_holds,
)
from wallboard.model.view_options import ViewOptions as ViewOptions

_MOST_ABSENT = 1_000


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
    in_target: InTarget = field(default_factory=InTarget)


def reading_state(reading: Reading | None, interval: float, now: Moment) -> FeedState:
    """Return how old an answer is at ``now``; one of a day that is over is no data of today."""
    if reading is None or (reading.day is not None and not reading.day.holds(now.wall)):
        return FeedState.NO_DATA
    return feed_state(now.elapsed - reading.measured.elapsed, interval)


IsOpen = Callable[[str, str, datetime], bool | None]
"""Whether a queue (name, site) is open at a wall time in the board's time zone; ``None``: its
hours are not known. A function of its arguments alone.
"""


@dataclass(frozen=True, slots=True)
class State:
    """The board's whole knowledge. ``trouble`` concerns the account: no feed is known yet.

    ``levels`` are those of the live numbers: they make a queue's level, its place and its alerts.
    ``day_levels`` are those of the day so far, for their own cells only: a share of the day cannot
    recover within it, and must not hide who waits now. ``agents`` and ``calls``: the newest
    answers.
    """

    book: RuleBook
    options: ViewOptions = field(default_factory=ViewOptions)
    interval: float = 10.0
    feeds: Mapping[FeedId, FeedStatus] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    levels: Levels = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    paused: Paused | None = None
    history: History = field(default_factory=History)
    episodes: tuple[Episode, ...] = ()
    trouble: Failed | None = None
    is_open: IsOpen | None = None
    day_levels: Levels = field(default_factory=dict)
    in_target: InTarget = field(default_factory=InTarget)
    targets: Targets = field(default_factory=Targets)
    day_rule: DayRule | None = None
    agents: Mapping[FeedId, AgentsReading] = field(default_factory=dict)
    calls: Mapping[FeedId, CallsReading] = field(default_factory=dict)

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
    return Paused(at, state.snapshot, state.levels, state.day_levels, state.in_target)


def _discovered(state: State, event: Discovered) -> State:
    feeds = {
        info.feed: replace(state.feeds.get(info.feed) or FeedStatus(info), info=info)
        for info in event.feeds
    }
    readings = [one for feed, one in state.snapshot.readings.items() if feed in feeds]
    return replace(
        state,
        feeds=feeds,
        interval=event.interval,
        snapshot=merge(readings),
        trouble=None,
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
            state = replace(state, snapshot=snapshot)
            if event.feed.kind is not Kind.LIVE:
                return _day(state, reading)
            return _live(_unseen(state, reading) if first else state, reading)


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
    return replace(state, day_levels={**_others(state.day_levels, reading.feed), **judged})


def _unseen(state: State, reading: Reading) -> State:
    """Take note that nobody has seen how the queues of a PBX's first answer came to be so."""
    unseen = not_seen_yet(reading.queues, state.book, reading.measured.elapsed)
    return replace(state, levels={**unseen, **state.levels})


def _live(state: State, reading: Reading) -> State:
    at = reading.measured
    judged = judge(sure(reading), state.book, state.levels, at.elapsed, opening=_opening(state, at))
    absent = _absent(state, reading, judged)
    return replace(
        state,
        levels={**_others(state.levels, reading.feed), **absent, **judged},
        history=state.history.with_reading(reading),
        episodes=episodes.with_reading(state.episodes, reading, judged, state.book),
        in_target=state.in_target.with_reading(
            reading,
            state.day(at.wall),
            live_for(state.interval),
            state.targets,
            (lambda queue: not judged[queue.key].closed) if state.is_open else None,
        ),
    )


def _opening(state: State, at: Moment) -> Opening | None:
    """Return which queues are open at a moment, or nothing where no hours are configured."""
    is_open = state.is_open
    if is_open is None:
        return None
    local = at.wall.astimezone(state.options.timezone)

    def opening(queue: QueueMetrics) -> bool | None:
        return is_open(queue.name, queue.site, local)

    return opening


def _others(levels: Levels, feed: FeedId) -> Levels:
    return {key: known for key, known in levels.items() if key.pbx != feed.pbx}


def _absent(
    state: State, reading: Reading, judged: Mapping[QueueKey, QueueLevels]
) -> dict[QueueKey, QueueLevels]:
    """Keep the frozen timers of queues that this answer left out: they may come back."""
    gone = [
        key
        for key, known in state.levels.items()
        if known.tracks and key.pbx == reading.feed.pbx and key not in judged
    ]
    return {
        key: replace(
            state.levels[key],
            tracks={
                name: replace(track, seen=None) for name, track in state.levels[key].tracks.items()
            },
        )
        for key in gone[-_MOST_ABSENT:]
    }


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
