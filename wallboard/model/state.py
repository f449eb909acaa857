"""``step``: the only way in which what the board knows changes, and what it begins with."""

from dataclasses import replace

from wallboard.model import silences
from wallboard.model.board_state import Paused, State
from wallboard.model.data.day import DayRule
from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import IsOpen, opening_at
from wallboard.model.data.reading import Moment, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import (
    Acknowledge,
    ColumnsChosen,
    Configured,
    Discovered,
    Failed,
    FeedEvent,
    FeedInfo,
    Fresh,
    HubRules,
    Pause,
    Remembered,
    Resume,
    Selected,
    Silenced,
)
from wallboard.model.feeds import missing
from wallboard.model.feeds.feed import Feed, merge_feeds
from wallboard.model.feeds.freshness import live_for
from wallboard.model.feeds.movement import next_movement
from wallboard.model.judge import episodes, group_levels, kept_levels
from wallboard.model.judge.episodes import Acknowledged
from wallboard.model.judge.hours import PastHeard
from wallboard.model.judge.levels import Opening, RuleBook, judge, unseen_levels
from wallboard.model.judge.rejudge import configure, under_hub_rules
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.select.selection import Selection

__all__ = ["Event", "Hand", "Paused", "State", "start", "step"]

Hand = Selected | ColumnsChosen | Pause | Resume | Acknowledge | Silenced
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
            return _after_discovery(state, event)
        case Fresh():
            return _end_silences(
                group_levels.after_answer(_after_answer(state, event), event), event
            )
        case Failed():
            return group_levels.after_failure(_after_failure(state, event), event)
        case Remembered():
            return kept_levels.begin_with(state, event)
        case Configured():
            return group_levels.after_change(configure(state, event), state.book.groups)
        case HubRules():
            changed = configure(state, under_hub_rules(state, event))
            return group_levels.after_change(changed, state.book.groups)
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
            log = episodes.acknowledge(state.episodes, keys, Acknowledged(who, at))
            return replace(state, episodes=log)
        case Silenced(now_silenced):
            return replace(state, silences=now_silenced)


def _end_silences(state: State, event: Fresh) -> State:
    """Return the state without the silences that an answer, or the time until it, has ended."""
    if not state.silences or event.feed.kind is not Kind.LIVE:
        return state
    left = silences.after_answer(state.silences, state.levels, event.reading.measured)
    return replace(state, silences=left)


def _after_discovery(state: State, event: Discovered) -> State:
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
        snapshot=merge_feeds(feeds, state.snapshot),
        trouble=None,
        missing=missing.without_pbxes(state.missing, filter(None, lost), state.levels),
    )


def _with_feed(state: State, feed: Feed) -> State:
    return replace(state, feeds={**state.feeds, feed.info.feed: feed})


def _with_answer(state: State, feed: Feed) -> State:
    """Return the state with a feed's newest answer, side by side with those of the others."""
    state = _with_feed(state, feed)
    return replace(state, snapshot=merge_feeds(state.feeds, state.snapshot))


def _after_answer(state: State, event: Fresh) -> State:
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
        return _judge_day(_with_answer(state, replace(feed, reading=reading)), reading)
    state = _with_missing(_mark_unseen(state, reading) if known is None else state, known, reading)
    movement = next_movement(feed.movement, reading)
    state = _with_answer(state, replace(feed, reading=reading, movement=movement))
    return _judge_live(state, reading, stands=movement.stands)


def _judge_day(state: State, reading: Reading) -> State:
    """Judge the day so far: its rules, and nobody else's timers."""
    at, known = reading.measured, state.day_levels
    rows = state.snapshot.readings[reading.feed].queues
    opened = _opening(state, at)
    judged = judge(rows, state.book, known, at.elapsed, opening=opened, kind=Kind.TODAY)
    return replace(state, day_levels={**kept_levels.without_pbx(known, reading.feed.pbx), **judged})


def _with_missing(state: State, before: Reading | None, reading: Reading) -> State:
    """Return the state with what a live answer does not have; what is over is no trouble any more.

    ``before``: the live answer before it of its PBX.
    """
    at, opened = reading.measured, _opening(state, reading.measured)
    gone = missing.after_answer(state.missing, before, reading, state.levels)
    if not gone:
        return replace(state, missing=gone)
    is_closed = opened and (lambda queue: opened(queue) is False)
    gone = missing.still_missing(gone, at, state.day(at.wall), is_closed)
    over = {key for key, absence in gone.items() if absence.is_over(at.elapsed)}
    return replace(
        state,
        missing=gone,
        levels={key: level for key, level in state.levels.items() if key not in over},
        episodes=episodes.without(state.episodes, over, at),
    )


def _mark_unseen(state: State, reading: Reading) -> State:
    """Take note that nobody has seen how the queues of a PBX's first answer came to be so.

    What was remembered of queues that are not in it is over: nobody saw them go.
    """
    unseen = unseen_levels(reading.queues, state.book, reading.measured.elapsed)
    ours = (episode.key for episode in state.episodes if episode.lasts)
    gone = {key for key in ours if key.pbx == reading.feed.pbx}
    gone -= unseen.keys() | state.missing.keys()
    return replace(
        state,
        levels={**unseen, **{k: level for k, level in state.levels.items() if k not in gone}},
        episodes=episodes.without(state.episodes, gone, reading.measured),
    )


def _judge_live(state: State, reading: Reading, *, stands: bool) -> State:
    at, pbx = reading.measured, reading.feed.pbx
    rows = state.snapshot.readings[reading.feed].queues
    judged = judge(rows, state.book, state.levels, at.elapsed, opening=_opening(state, at))
    counts = (lambda queue: not judged[queue.key].closed) if state.is_open else None
    day = state.day(at.wall)
    begun = at.elapsed - (at.wall - day.start).total_seconds()
    trends = state.trends if stands else state.trends.with_reading(reading, begun)
    if stands:
        # Nothing was measured: the trend has a gap, and the time in target nothing to count.
        judged, counts = kept_levels.no_calmer(judged, state.levels), (lambda _: False)
    return replace(
        state,
        levels=kept_levels.with_judged(state.levels, pbx, judged),
        trends=trends,
        episodes=episodes.with_reading(state.episodes, reading, judged, state.book),
        in_target=state.in_target.with_reading(
            reading, day, live_for(state.interval), state.targets, counts
        ),
    )


def _opening(state: State, at: Moment) -> Opening | None:
    return opening_at(state.is_open, at.wall.astimezone(state.options.timezone))


def _after_failure(state: State, event: Failed) -> State:
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
