"""Reads the past for the screen, on a thread of its own: whoever writes is never waited for."""

import asyncio
import sqlite3
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from wallboard.history.file import CannotKeep, OpenFile, open_to_read
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.past import PastBoard
from wallboard.host.clock import Clock
from wallboard.model.data.day import Day
from wallboard.model.data.reading import Moment
from wallboard.model.replay import Replayed, Seek, TroubleLine
from wallboard.model.state import State

_T = TypeVar("_T")


class ReplayReader:
    """Implements ``ui.setup.Replays`` over a file that somebody else may be writing."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._anchor = Moment(clock.now(), clock.elapsed())
        self._thread = ThreadPoolExecutor(1, "history-reader")
        self._file: OpenFile | None = None
        self._past: PastBoard | None = None

    async def at(self, base: State, wanted: datetime, to: Seek) -> Replayed | None:
        """Return the board as it was. Raises ``CannotKeep``."""
        at = stamp(wanted)
        return await self._read(lambda past: past.seek(base, at, to))

    async def day(self, day: Day) -> TroubleLine:
        """Return the line of a day. Raises ``CannotKeep``."""
        begin, end = stamp(day.start), stamp(day.end)
        minutes = await self._read(lambda past: past.day(begin, end))
        return TroubleLine(begin=day.start, minutes=minutes)

    async def span(self) -> tuple[datetime, datetime] | None:
        """Return when the first and the last poll were. Raises ``CannotKeep``."""
        found = await self._read(lambda past: past.span())
        return (wall(found[0]), wall(found[1])) if found else None

    def close(self) -> None:
        """Give the file back; waits for nothing."""
        self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)

    async def _read(self, work: Callable[[PastBoard], _T]) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._on_thread(work))

    def _on_thread(self, work: Callable[[PastBoard], _T]) -> _T:
        if self._file is not None and not self._file.is_there:
            self._drop()
        try:
            if self._past is None:
                self._file = open_to_read(self._path)
                if self._file is None:
                    raise CannotKeep(f"{self._path.name} is not there: nothing was kept yet")
                self._past = PastBoard(self._file.connection, self._anchor)
            return work(self._past)
        except (sqlite3.Error, zlib.error, ValueError, KeyError, TypeError, OSError) as error:
            self._drop()
            raise CannotKeep(f"{self._path.name} cannot be read") from error

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._past = None
