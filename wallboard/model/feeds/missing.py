"""What was there, or was named, and is not in the newest answer: it is told, for it is not calm.

A queue stays a row for its PBX's day; one that was named for as long as it is missing. Trouble
that left an answer is told until it is back, closed, or an hour gone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from wallboard.model.data.day import Day
from wallboard.model.data.reading import (
    NOTHING,
    Moment,
    NamedQueue,
    QueueKey,
    QueueMetrics,
    Reading,
    identify,
)
from wallboard.model.judge.levels import CLOSED, UNJUDGED, Levels, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.records import dataclass

GONE_FOR = 3_600.0
"""Seconds for which trouble that left an answer is told, and its episode kept open."""

MOST_MISSING = 20_000
"""Queues that are remembered as missing; beyond that the calm ones are forgotten first, and of
them those that nobody named."""

IsClosed = Callable[[QueueMetrics], bool]
"""Whether a queue is outside its hours at the moment that is judged."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A queue that is not in the newest live answer of its PBX; it has no values.

    ``since``: when the first answer without it was asked for. ``level``: its level in the last one
    that had it. ``named``: the user named it; ``closed``: it is outside its hours now;
    ``elsewhere``: it is in the answer under another name, extension or site, and a row there.
    """

    queue: QueueMetrics
    since: Moment
    level: Level = Level.UNKNOWN
    named: bool = False
    closed: bool = False
    elsewhere: bool = False

    def is_over(self, now: float) -> bool:
        """Whether it is closed or long gone, so that nothing is expected of it any more."""
        return self.closed or now - self.since.elapsed >= GONE_FOR

    def is_told(self, now: float) -> bool:
        """Whether it was in trouble, and that is to be told still."""
        return self.level >= Level.WARNING and not self.elsewhere and not self.is_over(now)


Missings = Mapping[QueueKey, Missing]
"""All queues that are missing, of all PBXes."""

NONE: Missings = MappingProxyType({})
"""Nothing is missing."""


def rows(known: Missings) -> tuple[QueueMetrics, ...]:
    """Return what is missing as rows without values."""
    return tuple([absence.queue for absence in known.values() if not absence.elsewhere])


def with_missing(levels: Levels, known: Missings, now: float) -> Levels:
    """Return levels by which rows are chosen and ordered: trouble that is told counts as it was."""
    told = {
        key: CLOSED
        if absence.closed
        else QueueLevels(absence.level)
        if absence.is_told(now)
        else UNJUDGED
        for key, absence in known.items()
    }
    return {**levels, **told}


def after_answer(
    known: Missings, before: Reading | None, reading: Reading, levels: Levels
) -> Missings:
    """Return what is missing after a live answer. ``before``: the one before it of its PBX.

    ``levels``: those before it. A queue that has another name, extension or site is not missing.
    """
    pbx = reading.feed.pbx
    left, new = _differences(before, reading)
    if not left and not reading.named and not any(key.pbx == pbx for key in known):
        return known
    present = {queue.key for queue in reading.queues}
    is_new = _finder(new)
    named = {_identities(queue)[0] for queue in reading.named}
    absent = {_identities(queue)[0]: queue for queue in missing_by_name(reading)}
    kept: dict[QueueKey, Missing] = {}
    for key, absence in known.items():
        if key.pbx != pbx:
            kept[key] = absence
        elif key not in present:
            ways = _identities(absence.queue)
            is_absent = any(absent.pop(way, None) for way in ways)
            if is_absent or not absence.named or named.isdisjoint(ways):
                elsewhere = absence.elsewhere or is_new(absence.queue)
                kept[key] = replace(absence, named=is_absent, elsewhere=elsewhere)
    at = reading.measured
    for queue in left:
        is_absent = any(absent.pop(way, None) for way in _identities(queue))
        level = levels.get(queue.key, UNJUDGED).level
        kept[queue.key] = Missing(
            _without_values(queue), at, level, is_absent, elsewhere=is_new(queue)
        )
    kept |= {queue.key: Missing(queue, at, named=True) for queue in absent.values()}
    return _limit(kept)


def still_missing(known: Missings, now: Moment, today: Day, is_closed: IsClosed | None) -> Missings:
    """Return what is still told as missing at ``now``: not what was missing before today."""
    return {
        key: replace(absence, closed=closed) if closed is not absence.closed else absence
        for key, absence in known.items()
        if absence.named or _is_of(today, absence, now)
        for closed in [is_closed is not None and is_closed(absence.queue)]
    }


def _is_of(today: Day, missing: Missing, now: Moment) -> bool:
    """Whether something missing is still to be remembered on this day."""
    if missing.level >= Level.WARNING and now.elapsed - missing.since.elapsed <= 2 * GONE_FOR:
        return True  # until its episode has been closed
    return missing.since.wall >= today.start and not missing.elsewhere


def without_pbxes(known: Missings, readings: Iterable[Reading], levels: Levels) -> Missings:
    """Return what is missing after PBXes left the account; ``readings``: their last live ones."""
    lost = {
        queue.key: Missing(
            _without_values(queue), reading.measured, levels.get(queue.key, UNJUDGED).level
        )
        for reading in readings
        for queue in reading.queues
    }
    return _limit({**known, **lost}) if lost else known


def missing_by_name(reading: Reading) -> tuple[QueueMetrics, ...]:
    """Return the queues that were named and are not in an answer, as rows without values."""
    if not reading.named:
        return ()
    extensions = {queue.extension for queue in reading.queues}
    names = {queue.name.casefold() for queue in reading.queues}
    plain = {queue.name.casefold() for queue in reading.queues if not queue.extension}
    absent = [
        queue
        for queue in dict.fromkeys(reading.named)
        if not (
            queue.extension in extensions or queue.name.casefold() in plain
            if queue.extension
            else queue.name.casefold() in names
        )
    ]
    keys = identify(reading.feed.pbx, absent)
    return tuple(
        QueueMetrics(key, queue.name, queue.extension, queue.site, reading.pbx_name, NOTHING)
        for key, queue in zip(keys, absent, strict=True)
    )


def _differences(
    before: Reading | None, reading: Reading
) -> tuple[Sequence[QueueMetrics], Sequence[QueueMetrics]]:
    """Return the queues that left an answer, and those that it has for the first time."""
    if before is None:
        return (), reading.queues
    then, now = [queue.key for queue in before.queues], [queue.key for queue in reading.queues]
    if then == now:
        return (), ()
    was, is_ = frozenset(then), frozenset(now)
    # What nothing tells apart cannot be known again: it is nobody who could be missing.
    left = [
        queue
        for queue in before.queues
        if queue.key not in is_ and (queue.extension or not queue.key.twin)
    ]
    return left, [queue for queue in reading.queues if queue.key not in was]


def _finder(new: Iterable[QueueMetrics]) -> Callable[[QueueMetrics], bool]:
    """Return whether a queue is one of ``new``, under another name, extension or site."""
    listed = tuple(new)
    extensions = {queue.extension for queue in listed if queue.extension}
    places = {(queue.site, queue.name) for queue in listed}
    names = {queue.name for queue in listed}

    def is_new(queue: QueueMetrics) -> bool:
        if queue.extension in extensions or (queue.site, queue.name) in places:
            return True
        return not queue.extension and queue.name in names

    return is_new


def _identities(queue: QueueMetrics | NamedQueue) -> tuple[str, ...]:
    """Return what tells a named queue apart in its PBX: its extension, else its name."""
    name = f"\n{queue.name.casefold()}"
    return (queue.extension, name) if queue.extension else (name,)


def _without_values(queue: QueueMetrics) -> QueueMetrics:
    return replace(queue, values=NOTHING, day=NOTHING, suspect=frozenset(), unconfirmed=frozenset())


def _limit(known: dict[QueueKey, Missing]) -> Missings:
    if len(known) <= MOST_MISSING:
        return known or NONE

    def rank(pair: tuple[QueueKey, Missing]) -> tuple[int, bool, float]:
        calm_at_best = max(pair[1].level, Level.NORMAL)
        return -calm_at_best, not pair[1].named, -pair[1].since.elapsed

    return dict(sorted(known.items(), key=rank)[:MOST_MISSING])
