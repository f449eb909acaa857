"""Messages: what of the alerts is told to somebody elsewhere, once when it begins, once when over.

A recipient hears of the levels that it wants: of a queue that enters one, of a queue in trouble
that gets worse, and of one that has left all of them. What held in the first answer of a board is
not told, as for the alerts' command: it may have been told before a restart. In quiet hours, and
of a silenced queue, nothing is told; what lasts after that is told then, and so is the end of
what had been told before.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import KW_ONLY, replace
from enum import StrEnum
from functools import cached_property

from wallboard.model.data.metric import Number
from wallboard.model.data.name_pattern import NamePattern, is_group
from wallboard.model.data.opening_hours import NEVER, Hours
from wallboard.model.data.reading import Moment, QueueKey, QueueMetrics
from wallboard.model.judge.episodes import Episode, lasting
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.silences import is_silenced
from wallboard.model.state import State
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told of what. Patterns are those of thresholds; none of a kind: whatever it is called.

    ``quiet``: when nothing is told, in the board's time zone.
    """

    levels: frozenset[Level] = frozenset({Level.CRITICAL})
    queues: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    quiet: Hours = NEVER

    def wants(self, episode: Episode, groups_of: Callable[[Episode], Collection[str]]) -> bool:
        """Whether this recipient hears of the queue of an episode. ``groups_of``: those it is in.

        What a group shows itself is heard of by who names the group, or no queue and no site.
        """
        if self.groups and not _fits(self.groups, groups_of(episode)):
            return False
        if is_group(episode.key):
            return bool(self.groups) or not (self.queues or self.sites)
        return _fits(self.queues, (episode.name,)) and _fits(self.sites, (episode.site,))


def _fits(patterns: tuple[str, ...], names: Collection[str]) -> bool:
    """Whether one of the names fits one of the patterns, or there is none."""
    return not patterns or any(
        NamePattern(pattern).matches(name, "") for pattern in patterns for name in names
    )


class News(StrEnum):
    """What is told of a queue."""

    BEGUN = "begun"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to be told. ``episode``: that has begun; of what is over the worst that was told.

    ``begun``: when all of it began. ``level``: of the queue now, ``UNKNOWN`` where that cannot be
    said. ``value``: its metric's newest. ``gone``: the queue is in no answer, or has closed.
    """

    news: News
    episode: Episode
    begun: Moment
    level: Level
    at: Moment
    _: KW_ONLY
    value: Number | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class KnownTrouble:
    """What a recipient was told of a queue: when that began, the worst of it, its level now."""

    begun: Moment
    worst: Episode
    level: Level


Told = Mapping[QueueKey, KnownTrouble]
"""What a recipient knows, by queue."""


class Look:
    """What there is to be told now, the same for every recipient. ``lasts``: episodes by queue."""

    def __init__(self, state: State, now: Moment) -> None:
        self.state = state
        self.now = now
        self.lasts: Mapping[QueueKey, Episode] = lasting(state.episodes)

    def is_silenced(self, key: QueueKey) -> bool:
        """Whether nothing is to be told of a queue."""
        return is_silenced(self.state.silences, key, self.now)

    @cached_property
    def _queues(self) -> Mapping[QueueKey, QueueMetrics]:
        return {queue.key: queue for queue in self.state.snapshot.queues}

    def groups_of(self, episode: Episode) -> Collection[str]:
        """Return the groups that an episode's queue is in; of a group itself."""
        if is_group(episode.key):
            return (episode.name,)
        queue = self._queues.get(episode.key)
        return self.state.book.groups.of(queue) if queue else ()

    def is_quiet(self, recipient: Recipient, at: Moment) -> bool:
        """Whether a moment is within a recipient's quiet hours."""
        return recipient.quiet.is_open(at.wall.astimezone(self.state.options.timezone))


def already_told(look: Look, recipient: Recipient) -> Told:
    """Return what a recipient was told before the board was started again, as far as is known.

    What began in quiet hours that still go on was not told.
    """
    quiet = look.is_quiet(recipient, look.now)
    return {
        key: KnownTrouble(episode.since, episode, episode.level)
        for key, episode in look.lasts.items()
        if _is_news(look, recipient, episode)
        and not (quiet and look.is_quiet(recipient, episode.since))
    }


def news(look: Look, recipient: Recipient, told: Told) -> tuple[Told, tuple[Note, ...]]:
    """Return what a recipient is to be told now, the worst first, and what it knows then."""
    if look.is_quiet(recipient, look.now):
        return told, ()
    known, notes = dict(told), []
    for key, trouble in told.items():
        current = look.lasts.get(key)
        if look.is_silenced(key):
            continue
        if current is None or current.level not in recipient.levels:
            del known[key]
            notes.append(_end_note(look, trouble, current))
        elif current.level < trouble.level:
            known[key] = replace(trouble, level=current.level)
    for key, episode in look.lasts.items():
        before = known.get(key)
        is_worse = before is None or episode.level > before.level
        if is_worse and _is_news(look, recipient, episode) and not look.is_silenced(key):
            begun = before.begun if before else episode.since
            known[key] = KnownTrouble(begun, episode, episode.level)
            notes.append(Note(News.BEGUN, episode, begun, episode.level, look.now))
    if not notes:
        return (known if known != told else told), ()
    notes.sort(key=lambda note: -note.level)
    return known, tuple(_with_values(look.state, notes))


def _is_news(look: Look, recipient: Recipient, episode: Episode) -> bool:
    """Whether a recipient is told of an episode that lasts, if it does not know of it."""
    seen = episode.rises and not episode.since_before and episode.acknowledged is None
    return seen and episode.level in recipient.levels and recipient.wants(episode, look.groups_of)


def _end_note(look: Look, trouble: KnownTrouble, current: Episode | None) -> Note:
    """Return that a trouble is over; ``current``: what lasts instead of it."""
    key, since = trouble.worst.key, trouble.worst.since
    log = [episode for episode in look.state.episodes if episode.key == key]
    worst = next((episode for episode in log if episode.since == since), trouble.worst)
    level = current.level if current else look.state.levels.get(key, UNJUDGED).level
    gone = current is None and bool(log) and log[-1].gone
    return Note(News.OVER, worst, trouble.begun, level, look.now, gone=gone)


def _with_values(state: State, notes: Collection[Note]) -> Iterator[Note]:
    """Give the notes with the newest value of each one's metric."""
    keys = {note.episode.key for note in notes}
    values = {queue.key: queue.values for queue in state.snapshot.queues if queue.key in keys}
    for note in notes:
        known = values.get(note.episode.key)
        yield replace(note, value=known.get(note.episode.metric)) if known else note
