"""All that the board knows, frozen, and ``step``: the only way it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import IntEnum

from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.history import TREND_METRICS, History
from wallboard.model.metrics import DEFAULT_COLUMNS, DEFAULT_TILES, Number
from wallboard.model.selection import Selection
from wallboard.model.snapshot import FeedId, Moment, QueueKey, Reading, Snapshot, merge
from wallboard.model.thresholds import (
    Level,
    Levels,
    QueueLevels,
    RuleBook,
    Rules,
    judge,
    restart_holds,
)

MOST_EPISODES = 500
"""How many changes of level are remembered."""

_MOST_ABSENT = 1_000


class FeedState(IntEnum):
    """How old the data on screen is, best first."""

    LIVE = 0
    LATE = 1
    STALE = 2
    NO_DATA = 3

    def __str__(self) -> str:
        return self.name.replace("_", " ")


def feed_state(age: float | None, interval: float) -> FeedState:
    """Return the state of data ``age`` seconds old, polled every ``interval`` seconds."""
    if age is None or age >= max(300.0, 10 * interval):
        return FeedState.NO_DATA
    if age >= max(60.0, 6 * interval):
        return FeedState.STALE
    return FeedState.LATE if age > 2 * interval + 5 else FeedState.LIVE


def next_change(age: float | None, interval: float) -> float | None:
    """Return the age at which data that is ``age`` seconds old gets its next state, if any."""
    if age is None:
        return None
    # An age equal to the first bound is still LIVE.
    bounds = (2 * interval + 5 + 1e-9, max(60.0, 6 * interval), max(300.0, 10 * interval))
    return next((bound for bound in bounds if bound > age), None)


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the configuration says of the picture; metrics by the API's names."""

    title: str = "Contact centre"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    tiles: tuple[str, ...] = DEFAULT_TILES
    tick: bool = True
    timezone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """How one feed is doing. ``trouble``: of its newest poll, ``None`` after a success."""

    info: FeedInfo
    trouble: Trouble | None = None
    next_poll: Moment | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """A queue's time at one level; ``until`` is ``None`` while it lasts.

    ``metric`` made the level, with ``value`` (in the metric's unit) when it was entered.
    """

    key: QueueKey
    name: str
    site: str
    level: Level
    metric: str
    value: Number | None
    since: Moment
    until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """What was on the board when it was paused: shown until it goes on."""

    at: Moment
    snapshot: Snapshot
    levels: Levels


@dataclass(frozen=True, slots=True)
class State:
    """The board's whole knowledge. ``trouble`` concerns the account: no feed is known yet."""

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


@dataclass(frozen=True, slots=True)
class Selected:
    """The reader chose what to see."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class Pause:
    """The reader froze the rows."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resume:
    """The reader let the rows go on."""


Event = FeedEvent | Selected | Pause | Resume


def start(rules: Rules, options: ViewOptions, selection: Selection = Selection()) -> State:  # noqa: B008 - frozen
    """Return the state of a board that has heard nothing yet."""
    return State(RuleBook(rules), options, selection=selection)


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
        case Pause(at):
            return replace(state, paused=Paused(at, state.snapshot, state.levels))
        case Resume():
            return replace(state, paused=None)


def _discovered(state: State, event: Discovered) -> State:
    feeds = {info.feed: state.feeds.get(info.feed, FeedStatus(info)) for info in event.feeds}
    readings = [one for feed, one in state.snapshot.readings.items() if feed in feeds]
    return replace(
        state, feeds=feeds, interval=event.interval, snapshot=merge(readings), trouble=None
    )


def _fresh(state: State, event: Fresh) -> State:
    reading = event.reading
    status = state.feeds.get(event.feed) or FeedStatus(FeedInfo(event.feed, reading.pbx_name))
    feeds = {**state.feeds, event.feed: replace(status, trouble=None, next_poll=event.next_poll)}
    snapshot = merge([*state.snapshot.readings.values(), reading])
    judged = judge(reading.queues, state.book, state.levels, reading.measured.elapsed)
    absent = _absent(state, reading, judged)
    return replace(
        state,
        feeds=feeds,
        snapshot=snapshot,
        levels={**_others(state.levels, event.feed), **absent, **judged},
        history=state.history.with_reading(reading),
        episodes=_episodes(state, reading, judged),
        trouble=None,
    )


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
    keys = [key for key in state.levels if key.pbx == event.feed.pbx]
    return replace(state, feeds=feeds, levels=restart_holds(state.levels, keys))


def _episodes(
    state: State, reading: Reading, judged: Mapping[QueueKey, QueueLevels]
) -> tuple[Episode, ...]:
    """Return the log with this reading's changes of level: old ones closed, new ones opened."""
    lasting = {one.key: one.level for one in state.episodes if one.until is None}
    changed: dict[QueueKey, Episode | None] = {}
    for queue in reading.queues:
        levels = judged[queue.key]
        # Unknown neither opens nor closes: an episode goes on when its value is back.
        if levels.level in (lasting.get(queue.key, Level.NORMAL), Level.UNKNOWN):
            continue
        metric = levels.worst_metric
        changed[queue.key] = (
            Episode(
                queue.key,
                queue.name,
                queue.site,
                levels.level,
                metric,
                queue.values.get(metric),
                reading.measured,
            )
            if levels.level >= Level.WARNING
            else None
        )
    if not changed:
        return state.episodes
    log = [
        replace(one, until=reading.measured) if one.until is None and one.key in changed else one
        for one in state.episodes
    ]
    log.extend(one for one in changed.values() if one)
    return tuple(log[-MOST_EPISODES:])


def metrics_needed(options: ViewOptions, rules: Rules) -> Iterable[str]:
    """Return every metric that is shown, judged, ordered by or kept for trends."""
    return {*options.columns, *options.tiles, *rules.metrics, *TREND_METRICS}
