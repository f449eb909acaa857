"""Minutes: of each queue the worst that was seen, and how much of the minute was LIVE.

An answer stands until the next one, but for no longer than it was LIVE, as for the time in
target: what nobody measured is in no minute.
"""

import contextlib
import sqlite3
import zlib
from array import array
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import NamedTuple

from wallboard.history.notes import PollNote, without_suspects
from wallboard.history.packing import MISSING, Columns, Roster, numbers, stamp
from wallboard.model.data.metric import TICKING
from wallboard.model.data.reading import FeedId, Moment
from wallboard.records import dataclass

HOUR = 3_600_000
MINUTE = 60_000
NOBODY = -1
"""Stands for no value in ``waits``, ``calls`` and ``levels``…"""

NO_AGENTS = 2**31 - 1
"""… and in ``agents``: the most that a column can hold."""


class MinuteColumns(NamedTuple):
    """Numbers of queues, in their order: of a minute, of an answer, or of an hour's minutes.

    ``waits``: seconds; of an answer milliseconds: most often its very columns are kept, and put
    together once a minute. ``levels``: -1 unknown, 0 normal, 1 warning, 2 critical.
    """

    waits: "array[int]"
    calls: "array[int]"
    agents: "array[int]"
    levels: "array[int]"


_NOTHING = MinuteColumns(
    array("i", [NOBODY]), array("i", [NOBODY]), array("i", [NO_AGENTS]), array("b", [NOBODY])
)
_WORSE: tuple[Callable[..., int], ...] = (max, max, min, max)
"""Which of two numbers is the worse, column by column."""


def no_columns(count: int) -> MinuteColumns:
    """Return columns in which nothing is known."""
    return MinuteColumns(*(nothing * count for nothing in _NOTHING))


def merge_columns(several: Sequence[MinuteColumns]) -> MinuteColumns:
    """Return what several answers add to one minute."""
    waits, *others = (
        array(nothing.typecode, map(worse, *same) if len(same) > 1 else same[0])
        for nothing, worse, same in zip(_NOTHING, _WORSE, zip(*several, strict=True), strict=True)
    )
    seconds = array("i", [item // 1000 if item > 0 else item for item in waits])
    return MinuteColumns(seconds, *others)


def measure(
    roster: Roster, columns: Columns, note: PollNote, levels: "array[int]"
) -> MinuteColumns:
    """Return what an answer adds; what cannot be true, or may be of another unit, is no value."""
    count = len(roster.queues)

    def of_metric(name: str, nothing: int) -> "array[int]":
        place = roster.metrics.index(name) if name in roster.metrics else None
        column = None if place is None else columns[place]
        if column is None:
            return array("i", [nothing]) * count
        if column.typecode in "bi" and not note.suspect and MISSING not in column:
            return column
        found = without_suspects(note, numbers(column, count), name)
        return array("i", [nothing if x is None else min(int(x), NO_AGENTS) for x in found])

    return MinuteColumns(
        waits=of_metric(TICKING, NOBODY) if note.confirmed else array("i", [NOBODY]) * count,
        calls=of_metric("waitingCalls", NOBODY),
        agents=of_metric("availableAgents", NO_AGENTS),
        levels=levels,
    )


@dataclass(slots=True, kw_only=True)
class Hour:
    """One hour of one feed's queues. ``live``: seconds of each minute; ``hour``: since 1970."""

    hour: int
    queues: int
    live: "array[float]" = field(default_factory=lambda: array("d", bytes(8 * 60)))
    columns: MinuteColumns

    def add(self, minute: int, worst: MinuteColumns, seconds: float) -> None:
        """Let what was seen stand for so many seconds of a minute, 0 to 59."""
        self.live[minute] = min(60.0, self.live[minute] + seconds)
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        for column, worse, seen in zip(self.columns, _WORSE, worst, strict=True):
            column[place] = array(column.typecode, map(worse, column[place], seen))

    def of_queue(self, queue: int, first: int, count: int) -> tuple[list[int], ...]:
        """Return what was measured of a queue in some minutes, a list each of ``TREND_METRICS``.

        Times are milliseconds.
        """
        place = slice(first * self.queues + queue, (first + count) * self.queues, self.queues)
        waits, calls, agents, _ = (column[place] for column in self.columns)
        return (
            [call for call in calls if call != NOBODY],
            [wait * 1000 for wait in waits if wait != NOBODY],
            [agent for agent in agents if agent != NO_AGENTS],
        )

    def total(self, minute: int) -> tuple[int | None, ...]:
        """Return the totals of one minute, ``None`` where any queue's value is not known."""
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        waits, calls, agents, _ = (column[place] for column in self.columns)
        if not calls or not self.live[minute]:
            return None, None, None
        return (
            None if NOBODY in calls else sum(calls),
            None if NOBODY in waits else max(waits) * 1000,
            None if NO_AGENTS in agents else sum(agents),
        )

    def forget(self, minute: int) -> None:
        """Know nothing of a minute any more."""
        place = slice(minute * self.queues, (minute + 1) * self.queues)
        self.live[minute] = 0.0
        for column, nothing in zip(self.columns, _NOTHING, strict=True):
            column[place] = nothing * self.queues

    def row(self, *, closed: bool) -> tuple[bytes, bytes]:
        """Return the hour as it is kept: the LIVE seconds, and all else deflated."""
        data = b"".join(column.tobytes() for column in self.columns)
        return bytes(map(round, self.live)), zlib.compress(data, 6 if closed else 1)


def hour_from(hour: int, queues: int, live: bytes, data: bytes) -> Hour:
    """Return the hour that was kept. Raises ``zlib.error`` and ``ValueError``."""
    raw = zlib.decompress(data)
    size = 60 * queues
    waits, calls, agents = (array("i", raw[at * 4 * size : (at + 1) * 4 * size]) for at in range(3))
    levels = array("b", raw[12 * size :])
    if len(live) != 60 or len(levels) != size:
        raise ValueError("no hour")
    columns = MinuteColumns(waits, calls, agents, levels)
    return Hour(hour=hour, queues=queues, live=array("d", list(live)), columns=columns)


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


@dataclass(slots=True, kw_only=True)
class _StandingAnswer:
    """The newest live answer of a feed: it stands until the next one comes.

    ``minute``: the (hour, minute) that is going on, ``stood``: the answers that stood in it, for so
    many ``seconds``: they are put together once, when it is over.
    """

    roster_id: int
    at: Moment
    worst: MinuteColumns
    live_for: float
    hour: Hour | None = None
    minute: tuple[int, int] | None = None
    stood: list[MinuteColumns] = field(default_factory=list)
    seconds: float = 0.0


class MinuteKeeper:
    """Writes the minutes of live answers. ``number``: gives a feed's number in the file."""

    def __init__(self, connection: sqlite3.Connection, number: Callable[[FeedId], int]) -> None:
        self._db = connection
        self._number = number
        self._standing: dict[FeedId, _StandingAnswer] = {}

    def knows(self, feed: FeedId) -> bool:
        """Whether an answer of a feed stands."""
        return feed in self._standing

    def keep(
        self, feed: FeedId, at: Moment, roster_id: int, worst: MinuteColumns, stands_for: float
    ) -> None:
        """Let the answer before stand until this one; what does not move is not LIVE."""
        before = self._standing.get(feed)
        if before is not None:
            self._stand(feed, before, at.elapsed - before.at.elapsed)
        if before is not None and before.roster_id == roster_id:
            before.at, before.worst, before.live_for = at, worst, stands_for
            return
        if before is not None:
            self._close_minute(feed, before)
            self._write_hour(feed, before, closed=False)
        self._standing[feed] = _StandingAnswer(
            roster_id=roster_id, at=at, worst=worst, live_for=stands_for
        )

    def _stand(self, feed: FeedId, standing: _StandingAnswer, seconds: float) -> None:
        """Let an answer stand in the minutes after it."""
        start = stamp(standing.at.wall)
        for hour, minute, part in parts_of(start, max(0.0, min(seconds, standing.live_for))):
            if standing.minute != (hour, minute):
                self._close_minute(feed, standing)
                standing.minute = hour, minute
            standing.stood.append(standing.worst)
            standing.seconds += part
        if start % MINUTE + seconds * 1000 >= MINUTE:
            self._write_hour(feed, standing, closed=False)

    def _close_minute(self, feed: FeedId, standing: _StandingAnswer) -> None:
        """Put together what stood in a minute that is over."""
        if standing.minute is None or not standing.stood:
            return
        hour, minute = standing.minute
        if standing.hour is not None and standing.hour.hour != hour:
            self._write_hour(feed, standing, closed=True)
            standing.hour = None
        if standing.hour is None:
            standing.hour = self._hour(feed, standing, hour)
        standing.hour.add(minute, merge_columns(standing.stood), standing.seconds)
        standing.minute, standing.seconds = None, 0.0
        standing.stood.clear()

    def _hour(self, feed: FeedId, standing: _StandingAnswer, hour: int) -> Hour:
        """Return an hour: as far as it is known already, after a start or a clock put back."""
        queues = len(standing.worst.levels)
        found = self._db.execute(
            "SELECT live, data FROM minute WHERE feed = ? AND hour = ? AND roster = ?",
            (self._number(feed), hour, standing.roster_id),
        ).fetchone()
        with contextlib.suppress(zlib.error, ValueError):
            if found:
                return hour_from(hour, queues, *found)
        return Hour(hour=hour, queues=queues, columns=no_columns(60 * queues))

    def _write_hour(self, feed: FeedId, standing: _StandingAnswer, *, closed: bool) -> None:
        if standing.hour is None:
            return
        row = standing.hour.row(closed=closed)
        self._db.execute(
            "INSERT OR REPLACE INTO minute (feed, hour, roster, live, data) VALUES (?, ?, ?, ?, ?)",
            (self._number(feed), standing.hour.hour, standing.roster_id, *row),
        )

    def end(self, now: Moment, only: FeedId | None = None) -> None:
        """Write the minutes that were still going on, of one feed or of all."""
        for feed in [only] if only else list(self._standing):
            item = self._standing.pop(feed)
            self._stand(feed, item, now.elapsed - item.at.elapsed)
            self._close_minute(feed, item)
            self._write_hour(feed, item, closed=False)
