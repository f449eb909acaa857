"""The log of levels: each time that a queue was in trouble, from when to when, and by what.

Only a fresh answer opens or closes an episode. One whose value is missing, or whose queue was
left out of an answer, stands still and goes on when it is back: what was not measured neither
began nor ended.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import KW_ONLY, replace

from wallboard.model.data.metric import Number, Worse
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.judge.levels import QueueLevels, RuleBook
from wallboard.model.judge.rules import Level, Rule
from wallboard.records import dataclass

MOST_EPISODES = 500
"""How many changes of level are remembered; those that last are kept beyond that."""

_MOST_LASTING = 20_000


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who has seen an episode (a name or initials, as typed), and when."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Episode:
    """A queue's time at one level; ``until`` is ``None`` while it lasts.

    ``metric`` made the level, with ``value`` (in the metric's unit) when it was entered under
    ``rule``; ``worst``: the worst that was measured since. ``rises``: it is worse than what was
    before, not what is left of a worse one.
    ``since_before``: it held in the first answer of its PBX already, so that ``since`` is only when
    the board began to know.
    ``by_rules``: it was found by rules that had become others, and not at the start.
    ``gone``: it ended because its queue was long in no answer, or had closed meanwhile.
    """

    key: QueueKey
    name: str
    site: str
    level: Level
    metric: str
    value: Number | None
    _: KW_ONLY
    since: Moment
    until: Moment | None = None
    rule: Rule | None = None
    rises: bool = True
    acknowledged: Acknowledged | None = None
    since_before: bool = False
    by_rules: bool = False
    gone: bool = False
    worst: Number | None = None

    @property
    def lasts(self) -> bool:
        """Whether it has not been seen to end."""
        return self.until is None

    def start_text(self, when: str) -> str:
        """Return when it began, in words: ``before 14:02:10`` where nobody has seen it begin."""
        return f"before {when}" if self.since_before else when


def lasting(log: Iterable[Episode]) -> dict[QueueKey, Episode]:
    """Return the episodes that have not ended: at most one a queue."""
    return {episode.key: episode for episode in log if episode.lasts}


def with_reading(
    log: tuple[Episode, ...],
    reading: Reading,
    judged: Mapping[QueueKey, QueueLevels],
    book: RuleBook,
) -> tuple[Episode, ...]:
    """Return the log with a reading's changes of level: old ones closed, new ones opened."""
    open_now = lasting(log)
    changed: dict[QueueKey, Episode | None] = {}
    worse: dict[QueueKey, Number] = {}
    normal = Level.NORMAL
    for queue in reading.queues:
        levels = judged[queue.key]
        before = open_now.get(queue.key)
        if levels.level is (before.level if before else normal):
            if before and (number := _worse(before, queue, levels)) is not None:
                worse[queue.key] = number
            continue
        if _stands_still(levels, before):
            continue
        if levels.level >= Level.WARNING:
            changed[queue.key] = _begin(queue, levels, reading.measured, book, before)
        elif before:
            changed[queue.key] = None
    if not changed and not worse:
        return log
    closed = [
        replace(episode, until=reading.measured)
        if episode.lasts and episode.key in changed
        else replace(episode, worst=worse[episode.key])
        if episode.lasts and episode.key in worse
        else episode
        for episode in log
    ]
    return _limit((*closed, *(episode for episode in changed.values() if episode)))


def _worse(episode: Episode, queue: QueueMetrics, levels: QueueLevels) -> Number | None:
    """Return what a queue's value is now if it is worse than any before in this episode."""
    number = queue.values.get(episode.metric)
    if number is None or episode.worst is None or episode.rule is None:
        return None
    if levels.by_metric.get(episode.metric) is Level.UNKNOWN:
        return None
    worse = number < episode.worst if episode.rule.worse is Worse.DOWN else number > episode.worst
    return number if worse else None


def _stands_still(levels: QueueLevels, before: Episode | None) -> bool:
    """Whether nothing can be said of a change: what made the level is not known now."""
    if levels.closed:
        return False
    if levels.level is Level.UNKNOWN:
        return True
    return before is not None and levels.level < before.level <= levels.frozen


def _begin(
    queue: QueueMetrics,
    levels: QueueLevels,
    at: Moment,
    book: RuleBook,
    before: Episode | None,
) -> Episode:
    metric = levels.worst_metric
    value = queue.values.get(metric)
    rises = before is None or levels.level > before.level
    return Episode(
        queue.key,
        queue.name,
        queue.site,
        levels.level,
        metric,
        value,
        since=at,
        rule=next((rule for rule in book.of(queue) if rule.metric == metric), None),
        rises=rises,
        # Where a worse level falls to this one, that was seen, however long the value was past it.
        since_before=rises and levels.since_before,
        worst=value,
    )


def without(
    log: tuple[Episode, ...], keys: Collection[QueueKey], at: Moment
) -> tuple[Episode, ...]:
    """Return the log with the episodes closed of queues that are in no answer any more."""
    if not keys or not any(episode.lasts and episode.key in keys for episode in log):
        return log
    return tuple(
        replace(episode, until=at, gone=True) if episode.lasts and episode.key in keys else episode
        for episode in log
    )


def _limit(log: tuple[Episode, ...]) -> tuple[Episode, ...]:
    """Return the log without its oldest ended ones: one that lasts would begin anew if dropped."""
    over = len(log) - MOST_EPISODES
    if over <= 0:
        return log
    kept: list[Episode] = []
    for episode in log:
        if over > 0 and not episode.lasts:
            over -= 1
        else:
            kept.append(episode)
    return tuple(kept[-_MOST_LASTING:])


def acknowledge(
    log: tuple[Episode, ...], keys: Iterable[QueueKey], by: Acknowledged
) -> tuple[Episode, ...]:
    """Return the log with the lasting episodes of ``keys`` seen; the first who saw one stays."""
    meant = frozenset(keys)
    return tuple(
        replace(episode, acknowledged=by)
        if episode.key in meant and episode.lasts and episode.acknowledged is None
        else episode
        for episode in log
    )
