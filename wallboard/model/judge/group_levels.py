"""The levels of groups: what each shows is judged by rules of its own, as a queue is by its values.

A group stands in levels and episodes under a key of its own (``group_key``), so that its alerts are
told, seen and kept as those of queues are. What nobody knows makes none begin and none end.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from wallboard.model.board_state import State
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Adds, Kind, Number, Worse
from wallboard.model.data.name_pattern import group_key, is_group
from wallboard.model.data.opening_hours import opening_at
from wallboard.model.data.reading import (
    FeedId,
    Moment,
    QueueKey,
    QueueMetrics,
    Reading,
)
from wallboard.model.events import Failed, Fresh
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.feeds.missing import rows as missing_rows
from wallboard.model.judge import episodes
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.kept_levels import restart_timers
from wallboard.model.judge.levels import UNJUDGED, Opening, RuleBook, judge, unseen_levels
from wallboard.model.judge.rules import Level, Rule, Rules
from wallboard.model.select.totals import totals


class _OwnRules(RuleBook):
    """What judges groups as if each were a queue."""

    def __init__(self, groups: GroupBook) -> None:
        super().__init__(Rules())
        self._own = groups.own

    def of(self, queue: QueueMetrics, kind: Kind = Kind.LIVE) -> tuple[Rule, ...]:
        return self._own[queue.name] if kind is Kind.LIVE else ()


def after_answer(state: State, event: Fresh) -> State:
    """Return the state with those groups judged that have queues of the PBX that answered.

    Only those with rules of their own; one that has lost its last queue is in no trouble any more.
    """
    groups, reading, feed = state.book.groups, event.reading, event.feed
    if not groups or feed.kind is not Kind.LIVE:
        return state
    if not isinstance(reading, Reading) or not _is_newest(state, reading):
        return state  # out of a cache: what is on the board is newer
    at, found = reading.measured, members(state)
    lasting = {episode.key for episode in state.episodes if episode.lasts and is_group(episode.key)}
    gone = {key for key in lasting if not found.get(key.name)}
    opening = opening_at(state.is_open, at.wall.astimezone(state.options.timezone))
    rows = tuple(
        _row(state, name, queues, opening, at)
        for name, queues in found.items()
        if any(queue.key.pbx == feed.pbx for queue in queues)
    )
    book = _OwnRules(groups)
    known = {**unseen_levels(rows, book, at.elapsed), **state.levels}
    judged = judge(
        rows,
        book,
        known,
        at.elapsed,
        opening=_opening_of_groups(found, opening) if opening else None,
    )
    heard = Reading(FeedId(""), at, rows, frozenset())
    log = episodes.with_reading(state.episodes, heard, judged, book)
    levels = {key: level for key, level in state.levels.items() if key not in gone}
    return replace(state, levels={**levels, **judged}, episodes=episodes.without(log, gone, at))


def after_failure(state: State, event: Failed) -> State:
    """Return the state where the entry timers of groups with queues of a PBX start anew."""
    if not state.book.groups.own or event.feed is None or event.feed.kind is not Kind.LIVE:
        return state
    pbx = event.feed.pbx
    keys = {
        group_key(name)
        for name, queues in members(state).items()
        if any(queue.key.pbx == pbx for queue in queues)
    }
    changed = {key: restart_timers(state.levels[key]) for key in keys & state.levels.keys()}
    return replace(state, levels={**state.levels, **changed})


def after_change(state: State, before: GroupBook) -> State:
    """Return the state where groups that have become others begin anew: nobody saw how they are."""
    groups = state.book.groups
    same = {
        name
        for name, rules in groups.own.items()
        if before.own.get(name) == rules and groups.by_name(name) == before.by_name(name)
    }
    lasting = [episode.key for episode in state.episodes if episode.lasts]
    gone = {key for key in (*state.levels, *lasting) if is_group(key) and key.name not in same}
    heard = (reading.measured for reading in state.snapshot.readings.values())
    at = max(heard, key=lambda moment: moment.elapsed, default=None)
    if not gone or at is None:
        return state
    levels = {key: level for key, level in state.levels.items() if key not in gone}
    return replace(state, levels=levels, episodes=episodes.without(state.episodes, gone, at))


def members(state: State) -> Mapping[str, Sequence[QueueMetrics]]:
    """Return the groups with rules of their own and their queues, those that are missing too."""
    queues = state.snapshot.queues
    if state.missing:
        queues += missing_rows(state.missing)
    found = state.book.groups.members(queues)
    return {name: found[name] for name in state.book.groups.own}


def _is_newest(state: State, reading: Reading) -> bool:
    newest = state.snapshot.readings.get(reading.feed)
    return newest is not None and newest.measured == reading.measured


def _opening_of_groups(found: Mapping[str, Sequence[QueueMetrics]], opening: Opening) -> Opening:
    """Return whether groups are open: as long as any queue of theirs is."""

    def is_open(row: QueueMetrics) -> bool | None:
        known = [opening(queue) for queue in found[row.name]]
        return True if True in known else None if None in known else False

    return is_open


def is_heard(state: State, pbx: str, now: Moment) -> bool:
    """Whether the numbers of a PBX are those of now: fresh, and moving."""
    feed = state.feeds.get(FeedId(pbx))
    return feed is not None and feed.stands_since is None and feed.freshness(now) < Freshness.STALE


def _row(
    state: State,
    name: str,
    queues: Sequence[QueueMetrics],
    opening: Opening | None,
    at: Moment,
) -> QueueMetrics:
    """Return a group as a row, with its totals as values: what is not known whole is suspect."""
    rules = state.book.groups.own[name]
    wanted = {part for rule in rules for part in (rule.metric, rule.only_while, rule.few) if part}
    opened = [queue for queue in queues if not opening or opening(queue) is not False]
    heard = {pbx: is_heard(state, pbx, at) for pbx in {queue.key.pbx for queue in opened}}
    known = [queue for queue in opened if heard[queue.key.pbx]]
    unheard = any(feed.reading is None for feed in state.feeds.values() if feed.kind is Kind.LIVE)
    found = totals(known, wanted)
    values = {part: total.value for part, total in found.items() if total.value is not None}
    lost = unheard or len(known) < len(opened)
    partial = {part for part, total in found.items() if lost or total.partial}
    return QueueMetrics(
        group_key(name),
        name,
        "",
        "",
        "",
        values,
        suspect=frozenset(_unsure_values(rules, values, partial)),
        unconfirmed=frozenset(part for queue in known for part in wanted & queue.unconfirmed),
    )


def _unsure_values(
    rules: Sequence[Rule], values: Mapping[str, Number], partial: Collection[str]
) -> set[str]:
    """Return which of the values that are not whole say nothing: all but what is bad already."""
    unsure = set[str]()
    for rule in rules:
        number = values.get(rule.metric)
        grows = rule.worse is Worse.UP and METRICS[rule.metric].adds in (Adds.SUM, Adds.MAX)
        if not (grows and number is not None and rule.level_of(number) is Level.CRITICAL):
            unsure.add(rule.metric)
        unsure |= {rule.few}
        if not values.get(rule.only_while):
            unsure.add(rule.only_while)
    return unsure.intersection(partial)


def queues_of(state: State, key: QueueKey) -> Sequence[QueueMetrics]:
    """Return the queues of a group that are in the newest answers."""
    return [queue for queue in state.snapshot.queues if key.name in state.book.groups.of(queue)]


def current_episodes(state: State, now: Moment) -> list[Episode]:
    """Return the episodes of groups that break a rule of theirs now, the worst first.

    Without those of which not all is known now.
    """
    if not state.book.groups.own:
        return []
    lasting = [episode for episode in state.episodes if episode.lasts and is_group(episode.key)]
    known = [
        episode
        for episode in lasting
        if state.levels.get(episode.key, UNJUDGED).level is episode.level
        and all(is_heard(state, queue.key.pbx, now) for queue in queues_of(state, episode.key))
    ]
    return sorted(known, key=lambda episode: -episode.level)
