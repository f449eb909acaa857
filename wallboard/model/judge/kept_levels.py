"""Levels that no answer judges: of other PBXes, of who is not in it, or stands, or failed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.levels import Levels, QueueLevels, Track
from wallboard.model.judge.rules import Level
from wallboard.model.judge.trends import fill_gaps

if TYPE_CHECKING:
    from wallboard.model.board_state import State
    from wallboard.model.events import Remembered

_MOST_ABSENT = 1_000

Judged = Mapping[QueueKey, QueueLevels]
"""The levels of one answer's queues."""


def with_judged(levels: Levels, pbx: str, judged: Judged) -> dict[QueueKey, QueueLevels]:
    """Return all levels after an answer of a PBX.

    The timers of queues that it left out stand still: they may come back.
    """
    gone = [
        key
        for key, level in levels.items()
        if level.tracks and key.pbx == pbx and key not in judged
    ]
    absent = {key: stop_timers(levels[key]) for key in gone[-_MOST_ABSENT:]}
    return {**without_pbx(levels, pbx), **absent, **judged}


def without_pbx(levels: Levels, pbx: str) -> dict[QueueKey, QueueLevels]:
    """Return the levels of all PBXes but one."""
    return {key: known for key, known in levels.items() if key.pbx != pbx}


def no_calmer(judged: Judged, before: Levels) -> dict[QueueKey, QueueLevels]:
    """Return levels where none falls from trouble: answers that do not move make no new calm.

    What is closed by now, or has no value any more, has no level all the same.
    """
    held = dict(judged)
    for key, known in before.items():
        now = judged.get(key)
        if now is None or now.frozen >= known.level:
            continue
        if Level.NORMAL <= now.level < known.level:
            held[key] = stop_timers(known)
    return held


def stop_timers(known: QueueLevels) -> QueueLevels:
    """Return levels whose timers stand still until the next value."""
    tracks = {name: replace(track, seen=None) for name, track in known.tracks.items()}
    return replace(known, tracks=tracks)


def adopt_levels(levels: Levels, now: float) -> Levels:
    """Return levels of another board as this one may begin with them.

    Of their other metrics nobody has seen how they came to be what the first answer says.
    """
    unseen = Track(Level.NORMAL, now, since_before=Level.CRITICAL)
    every = dict.fromkeys(METRICS, unseen)
    return {key: replace(level, tracks={**every, **level.tracks}) for key, level in levels.items()}


def begin_with(state: "State", event: "Remembered") -> "State":
    """Begin with what was known before; what was heard already is newer than that."""
    state = replace(state, trends=fill_gaps(state.trends, event.trends))
    if event.trends_alone or any(feed.reading for feed in state.feeds.values()):
        return state
    return replace(
        state,
        levels=adopt_levels(event.levels, event.in_target.at),
        episodes=event.episodes,
        in_target=event.in_target,
    )


def restart_holds(levels: Levels, pbx: str) -> dict[QueueKey, QueueLevels]:
    """Return levels where the entry timers of a PBX start anew: a poll failed."""
    changed = dict(levels)
    for key, known in levels.items():
        if key.pbx == pbx and known.tracks:
            changed[key] = restart_timers(known)
    return changed


def restart_timers(known: QueueLevels) -> QueueLevels:
    """Return levels whose entry timers start anew."""
    tracks = {
        name: replace(track, held=(None, None), seen=None) for name, track in known.tracks.items()
    }
    return replace(known, tracks={name: track for name, track in tracks.items() if not track.idle})
