"""All that the board knows, frozen, and ``step``: the only way it changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from enum import IntEnum

from wallboard.model import episodes
from wallboard.model.episodes import Acknowledged
from wallboard.model.episodes import Episode as Episode
from wallboard.model.events import Discovered, Failed, FeedEvent, FeedInfo, Fresh, Trouble
from wallboard.model.history import History
from wallboard.model.metrics import (
    DEFAULT_COLUMNS,
    DEFAULT_TILES,
    NO_LABELS,
    Labels,
    Metric,
    labelled,
)
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
)
from wallboard.model.thresholds import Levels, Opening, QueueLevels, RuleBook, judge, restart_holds

_MOST_ABSENT = 1_000
_AFTER = 1e-6


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
    if age is None:
        return FeedState.NO_DATA
    late, stale, none = _bounds(interval)
    if age > stale:
        return FeedState.NO_DATA if age > none else FeedState.STALE
    return FeedState.LATE if age > late else FeedState.LIVE


def _bounds(interval: float) -> tuple[float, float, float]:
    """Return the ages (seconds) beyond which data is LATE, STALE and NO DATA."""
    return 2 * interval + 5, max(60.0, 6 * interval), max(300.0, 10 * interval)


def next_change(age: float | None, interval: float) -> float | None:
    """Return the age at which data that is ``age`` seconds old gets its next state, if any."""
    if age is None:
        return None
    # An age equal to a bound is still of the state before it.
    return next((bound + _AFTER for bound in _bounds(interval) if bound >= age), None)


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the configuration says of the picture; metrics by the API's names.

    ``labels``: metric → what the user calls it.
    """

    title: str = "Contact centre"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    tiles: tuple[str, ...] = DEFAULT_TILES
    tick: bool = True
    timezone: tzinfo = UTC
    labels: Labels = field(default_factory=lambda: NO_LABELS)

    def metric(self, name: str) -> Metric | None:
        """Return a metric as this board calls it, if there is one of that name."""
        return labelled(name, self.labels)

    def metrics(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the metrics of some names as this board calls them, without unknown ones."""
        return tuple(metric for name in names if (metric := self.metric(name)))


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


IsOpen = Callable[[str, str, datetime], bool | None]
"""Whether a queue (name, site) is open at a wall time in the board's time zone; ``None``: its
hours are not known. A function of its arguments alone.
"""


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
    is_open: IsOpen | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """The reader chose what to see."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class ColumnsChosen:
    """The reader chose the table's columns: metrics by name, most wanted first."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """The reader froze the rows."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resume:
    """The reader let the rows go on."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody (a name or initials) has seen the trouble that these queues are in now."""

    keys: frozenset[QueueKey]
    who: str
    at: Moment


Event = FeedEvent | Selected | ColumnsChosen | Pause | Resume | Acknowledge


def start(
    rules: Rules,
    options: ViewOptions,
    selection: Selection = Selection(),  # noqa: B008 - frozen
    is_open: IsOpen | None = None,
) -> State:
    """Return the state of a board that has heard nothing yet; ``is_open``: the opening hours."""
    return State(RuleBook(rules), options, selection=selection, is_open=is_open)


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
            return replace(state, paused=Paused(at, state.snapshot, state.levels))
        case Resume():
            return replace(state, paused=None)
        case Acknowledge(keys, who, at):
            log = episodes.acknowledged(state.episodes, keys, Acknowledged(who, at))
            return replace(state, episodes=log)


def _discovered(state: State, event: Discovered) -> State:
    feeds = {
        info.feed: replace(state.feeds.get(info.feed) or FeedStatus(info), info=info)
        for info in event.feeds
    }
    readings = [one for feed, one in state.snapshot.readings.items() if feed in feeds]
    return replace(
        state, feeds=feeds, interval=event.interval, snapshot=merge(readings), trouble=None
    )


def _fresh(state: State, event: Fresh) -> State:
    reading = event.reading
    status = state.feeds.get(event.feed) or FeedStatus(FeedInfo(event.feed, reading.pbx_name))
    feeds = {**state.feeds, event.feed: replace(status, trouble=None, next_poll=event.next_poll)}
    snapshot = merge([*state.snapshot.readings.values(), reading])
    if event.feed.kind is not Kind.LIVE:
        return replace(state, feeds=feeds, snapshot=snapshot, trouble=None)
    at = reading.measured
    judged = judge(
        reading.queues, state.book, state.levels, at.elapsed, opening=_opening(state, at)
    )
    absent = _absent(state, reading, judged)
    return replace(
        state,
        feeds=feeds,
        snapshot=snapshot,
        levels={**_others(state.levels, event.feed), **absent, **judged},
        history=state.history.with_reading(reading),
        episodes=episodes.with_reading(state.episodes, reading, judged, state.book),
        trouble=None,
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
    if event.feed.kind is not Kind.LIVE:
        return replace(state, feeds=feeds)
    keys = [key for key in state.levels if key.pbx == event.feed.pbx]
    return replace(state, feeds=feeds, levels=restart_holds(state.levels, keys))
