"""Judged anew: what is known, when the rules have become others while the board runs.

Nothing was measured, so nothing is seen to begin: what the new rules find in the present answer
is "since before" it, and rings for nobody. What a rule that is still the same has found stays as
it is, with its timers; so does a level whose own bound is the same.
"""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import opening_at
from wallboard.model.data.reading import QueueKey, QueueMetrics, Reading
from wallboard.model.events import Configured, HubRules
from wallboard.model.judge import episodes, kept_levels
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.levels import (
    UNJUDGED,
    Levels,
    Opening,
    QueueLevels,
    RuleBook,
    Track,
    judge,
)
from wallboard.model.judge.rules import Level, Rule, Rules

if TYPE_CHECKING:
    from wallboard.model.board_state import State
    from wallboard.model.feeds.feed import Feed


_Item = TypeVar("_Item")


def would_be(state: "State", rules: Rules) -> "State":
    """Return the state as other rules would have it, without waiting for what they hold."""
    event = Configured(rules, state.options, state.is_open, state.targets)
    return configure(replace(state, paused=None), event, at_once=True)


def configure(state: "State", event: Configured, *, at_once: bool = False) -> "State":
    """Return the state under another configuration; what is known is judged by its rules.

    Behind a pause too: what stands on the board then is judged as well. ``at_once``: ignores how
    long a value must hold.
    """
    book = RuleBook(event.rules)
    selection = state.selection
    if event.order is not None:
        selection = replace(selection, order=event.order)
    paused = state.paused
    if paused is not None:
        paused = replace(paused, state=configure(paused.state, event))
    changed = replace(
        state,
        book=book,
        options=event.options,
        is_open=event.is_open,
        targets=event.targets,
        selection=selection,
        paused=paused,
    )
    for feed in state.feeds.values():
        changed = _with_feed(changed, feed, state.book, at_once=at_once)
    return changed


def under_hub_rules(state: "State", event: HubRules) -> Configured:
    """Return the configuration of a board that judges as its hub does; its groups stay."""
    own = state.book.rules
    rules = replace(event.rules, groups=own.groups, group_bounds=own.group_bounds)
    return Configured(rules, state.options, state.is_open, state.targets)


def _with_feed(state: "State", feed: "Feed", old: RuleBook, *, at_once: bool) -> "State":
    """Return the state with the newest answer of one feed judged by the rules it has now."""
    reading = feed.queues
    if reading is None or reading.feed not in state.snapshot.readings:
        return state
    rows = state.snapshot.readings[reading.feed].queues
    local = reading.measured.wall.astimezone(state.options.timezone)
    opening = opening_at(state.is_open, local)
    before = state.levels if feed.kind is Kind.LIVE else state.day_levels
    judged = _judge_anew(
        rows,
        (old, state.book),
        before,
        reading.measured.elapsed,
        opening=opening,
        kind=feed.kind,
        at_once=at_once,
    )
    levels: Levels = {**before, **judged}
    if feed.trouble is not None:
        levels = kept_levels.restart_holds(levels, feed.pbx)
    if feed.kind is not Kind.LIVE:
        return replace(state, day_levels=levels)
    log = _without_rules(state.episodes, reading, judged, state.book)
    known = {(episode.key, episode.since, episode.level) for episode in log if episode.lasts}
    log = tuple(
        replace(episode, by_rules=True)
        if episode.since_before
        and episode.lasts
        and (episode.key, episode.since, episode.level) not in known
        else episode
        for episode in episodes.with_reading(log, reading, judged, state.book)
    )
    return replace(state, levels=levels, episodes=log)


class _Compared(NamedTuple):
    """The rules of a queue by metric, before and now, and of which metrics they differ."""

    was: Mapping[str, Rule]
    now: Mapping[str, Rule]
    changed: Set[str]


def _compare(before: tuple[Rule, ...], after: tuple[Rule, ...]) -> _Compared:
    was, now = ({rule.metric: rule for rule in rules} for rules in (before, after))
    names = was.keys() | now.keys()
    return _Compared(was, now, {name for name in names if was.get(name) != now.get(name)})


def _judge_anew(
    queues: tuple[QueueMetrics, ...],
    books: tuple[RuleBook, RuleBook],
    before: Levels,
    at: float,
    *,
    opening: Opening | None,
    kind: Kind,
    at_once: bool,
) -> dict[QueueKey, QueueLevels]:
    """Return the levels of queues as measured at ``at``, after the first of ``books`` gave way.

    ``before``: their levels by the first of ``books``; the other arguments as of ``levels.judge``.
    """
    found: dict[QueueKey, QueueLevels] = {}
    compared: dict[tuple[int, int], _Compared] = {}
    for queue in queues:
        known = before.get(queue.key, UNJUDGED)
        old, new = (book.of(queue, kind) for book in books)
        # Most queues have the same rules, and a book gives them the same tuple.
        pair = compared.get((id(old), id(new))) or _compare(old, new)
        was, rules, changed = compared[id(old), id(new)] = pair
        is_closed = opening is not None and opening(queue) is False
        if known.closed:
            changed = changed | rules.keys()
        if not changed and known.closed == is_closed:
            found[queue.key] = known
            continue
        tracks = dict(known.tracks)
        for name in changed & rules.keys():
            tracks[name] = _carry_over(queue, was.get(name), rules[name], tracks.get(name), at)
        prepared = {queue.key: replace(known, tracks=tracks)}
        judged = judge(
            (queue,), books[1], prepared, at, at_once=at_once, opening=opening, kind=kind
        )
        found[queue.key] = _with_unchanged(judged[queue.key], known, rules.keys() - changed)
    return found


def _carry_over(
    queue: QueueMetrics, was: Rule | None, rule: Rule, track: Track | None, at: float
) -> Track:
    """Return what a rule that has changed begins with.

    A level stays that the value still reaches, or whose bound is the same; what the value reaches
    beyond that may have been so for long.
    """
    number = None if rule.metric in queue.doubtful else queue.values.get(rule.metric)
    if track is None:
        return Track(Level.NORMAL, at, since_before=Level.CRITICAL)
    if number is None:
        return track
    turned = was is None or was.worse is not rule.worse
    same = (
        not turned and was is not None and was.warning == rule.warning,
        not turned and was is not None and was.critical == rule.critical,
    )
    level, raw = track.level, rule.level_of(number)
    if level is Level.CRITICAL and raw < level and not same[1]:
        level = Level.WARNING
    if level is Level.WARNING and raw < level and not same[0]:
        level = Level.NORMAL
    return Track(
        level,
        track.since if level is track.level else at,
        (track.held[0] if same[0] else None, track.held[1] if same[1] else None),
        track.seen,
        Level.CRITICAL if raw > level else track.since_before,
    )


def _with_unchanged(judged: QueueLevels, known: QueueLevels, names: Set[str]) -> QueueLevels:
    """Return levels where those of ``names``, whose rules are the same, are as they were."""
    if judged.closed or judged is UNJUDGED:
        return judged
    kept = [level for name, level in known.by_metric.items() if name in names]
    return replace(
        judged,
        level=max([judged.level, *kept]),
        by_metric=_with_old(judged.by_metric, known.by_metric, names),
        tracks=_with_old(judged.tracks, known.tracks, names),
    )


def _with_old(
    new: Mapping[str, _Item], old: Mapping[str, _Item], names: Set[str]
) -> dict[str, _Item]:
    """Return what is ``new``, but of ``names`` what is ``old``."""
    rest = {name: known for name, known in new.items() if name not in names}
    return {**rest, **{name: known for name, known in old.items() if name in names}}


def _without_rules(
    log: tuple[Episode, ...],
    reading: Reading,
    judged: Mapping[QueueKey, QueueLevels],
    book: RuleBook,
) -> tuple[Episode, ...]:
    """Return the log with the episodes ended that no rule judges any more.

    Where nothing is known any more an episode would otherwise stand still for ever.
    """
    unknown = {
        queue.key: {rule.metric for rule in book.of(queue)}
        for queue in reading.queues
        if judged[queue.key].level is Level.UNKNOWN
    }
    return tuple(
        replace(episode, until=reading.measured)
        if episode.lasts and episode.key in unknown and episode.metric not in unknown[episode.key]
        else episode
        for episode in log
    )
