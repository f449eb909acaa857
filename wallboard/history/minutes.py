"""Minutes: of each queue the worst that was seen, and how much of the minute was LIVE.

An answer stands until the next one, but for no longer than it was LIVE, as for the time in
target: what nobody measured is in no minute.
"""

import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from wallboard.history.packing import Columns, PollNote, Roster, numbers, without
from wallboard.model.data.metric import TICKING, Number
from wallboard.model.judge.levels import UNJUDGED, Levels

HOUR = 3_600_000
MINUTE = 60_000
_MOST = 2**31 - 1
NOBODY = -1
"""Stands for no value in ``waits``, ``calls`` and ``levels``; in ``agents`` it is ``_MOST``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """What one answer adds to the minutes that it stands in, queue by queue.

    ``waits``: seconds; ``levels``: -1 unknown, 0 normal, 1 warning, 2 critical.
    """

    waits: "array[int]"
    calls: "array[int]"
    agents: "array[int]"
    levels: "array[int]"


def worst_of(roster: Roster, columns: Columns, note: PollNote, levels: Levels) -> Worst:
    """Return what an answer adds; what cannot be true, or may be of another unit, is no value."""
    count = len(roster.queues)

    def known(name: str) -> Sequence[Number | None]:
        place = roster.metrics.index(name) if name in roster.metrics else None
        found = numbers(None if place is None else columns[place], count)
        return without(note, found, name) if note.suspect else found

    waits = known(TICKING) if note.confirmed else [None] * count
    return Worst(
        waits=array("i", [NOBODY if x is None else min(int(x) // 1000, _MOST) for x in waits]),
        calls=array(
            "i", [NOBODY if x is None else min(int(x), _MOST) for x in known("waitingCalls")]
        ),
        agents=array(
            "i", [_MOST if x is None else min(int(x), _MOST) for x in known("availableAgents")]
        ),
        levels=array("b", [levels.get(who.key, UNJUDGED).level for who in roster.queues]),
    )


@dataclass(slots=True, kw_only=True)
class Hour:
    """One hour of one feed's queues. ``live``: seconds of each minute; ``hour``: since 1970."""

    hour: int
    queues: int
    live: "array[float]" = field(default_factory=lambda: array("d", bytes(8 * 60)))
    waits: "array[int]" = field(default_factory=lambda: array("i"))
    calls: "array[int]" = field(default_factory=lambda: array("i"))
    agents: "array[int]" = field(default_factory=lambda: array("i"))
    levels: "array[int]" = field(default_factory=lambda: array("b"))

    def __post_init__(self) -> None:
        size = 60 * self.queues
        self.waits = self.waits or array("i", [NOBODY]) * size
        self.calls = self.calls or array("i", [NOBODY]) * size
        self.agents = self.agents or array("i", [_MOST]) * size
        self.levels = self.levels or array("b", [NOBODY]) * size

    def add(self, minute: int, worst: Worst, seconds: float) -> None:
        """Let an answer stand for so many seconds of a minute, 0 to 59."""
        self.live[minute] = min(60.0, self.live[minute] + seconds)
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        self.waits[place] = array("i", map(max, self.waits[place], worst.waits))
        self.calls[place] = array("i", map(max, self.calls[place], worst.calls))
        self.agents[place] = array("i", map(min, self.agents[place], worst.agents))
        self.levels[place] = array("b", map(max, self.levels[place], worst.levels))

    def known(self, queue: int, first: int, count: int) -> tuple[list[int], ...]:
        """Return what was measured of a queue in some minutes, a list each of ``TREND_METRICS``.

        Times are milliseconds.
        """
        place = slice(first * self.queues + queue, (first + count) * self.queues, self.queues)
        return (
            [one for one in self.calls[place] if one != NOBODY],
            [one * 1000 for one in self.waits[place] if one != NOBODY],
            [one for one in self.agents[place] if one != _MOST],
        )

    def total(self, minute: int) -> tuple[int | None, ...]:
        """Return the totals of one minute, ``None`` where any queue's value is not known."""
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        calls, waits, agents = self.calls[place], self.waits[place], self.agents[place]
        if not calls or not self.live[minute]:
            return None, None, None
        return (
            None if NOBODY in calls else sum(calls),
            None if NOBODY in waits else max(waits) * 1000,
            None if _MOST in agents else sum(agents),
        )

    def forget(self, minute: int) -> None:
        """Know nothing of a minute any more."""
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        self.live[minute] = 0.0
        for column, nothing in (
            (self.waits, NOBODY),
            (self.calls, NOBODY),
            (self.agents, _MOST),
            (self.levels, NOBODY),
        ):
            column[place] = array(column.typecode, [nothing]) * self.queues

    def row(self, *, closed: bool) -> tuple[bytes, bytes]:
        """Return the hour as it is kept: the LIVE seconds, and all else deflated."""
        data = b"".join(one.tobytes() for one in (self.waits, self.calls, self.agents, self.levels))
        return bytes(map(round, self.live)), zlib.compress(data, 6 if closed else 1)


def hour_from(hour: int, queues: int, live: bytes, data: bytes) -> Hour:
    """Return the hour that was kept. Raises ``zlib.error`` and ``ValueError``."""
    raw = zlib.decompress(data)
    size = 60 * queues
    parts = [array("i", raw[at * 4 * size : (at + 1) * 4 * size]) for at in range(3)]
    levels = array("b", raw[12 * size :])
    if len(live) != 60 or len(levels) != size:
        msg = "no hour"
        raise ValueError(msg)
    return Hour(
        hour=hour,
        queues=queues,
        live=array("d", list(live)),
        waits=parts[0],
        calls=parts[1],
        agents=parts[2],
        levels=levels,
    )


def parts_of(start: int, seconds: float) -> list[tuple[int, int, float]]:
    """Return (hour, minute, seconds) of the minutes that a time lies in.

    ``start``: milliseconds since 1970.
    """
    end = start + round(seconds * 1000)
    found = []
    while start < end:
        until = min(end, (start // MINUTE + 1) * MINUTE)
        found.append((start // HOUR, start % HOUR // MINUTE, (until - start) / 1000))
        start = until
    return found
