"""Reads the past for the screen, on a thread of its own: whoever writes is never waited for."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wallboard.host.clock import Clock
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import Moment
from wallboard.model.events import FeedEvent
from wallboard.model.judge.hours import PastSpan
from wallboard.model.replay import Replayed, Seek, TroubleLine
from wallboard.model.state import State

if TYPE_CHECKING:
    from wallboard.history.replay.incident import IncidentHeading, WantedIncident
    from wallboard.history.replay.past_file import PastFile

_T = TypeVar("_T")


class ReplayReader:
    """Implements ``ui.setup.PastBoards`` over a file that somebody else may be writing."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._anchor = Moment(clock.now(), clock.elapsed())
        self._thread = ThreadPoolExecutor(1, "history-reader")
        self._file: PastFile | None = None

    async def at(self, base: State, wanted: datetime, to: Seek) -> Replayed | None:
        """Return the board as it was. Raises ``NotKept``."""
        return await self._read(lambda file: file.seek(base, wanted, to))

    async def day(self, day: Day) -> TroubleLine:
        """Return the line of a day. Raises ``NotKept``."""
        return await self._read(lambda file: file.day(day))

    async def span(self) -> tuple[datetime, datetime]:
        """Return when the first and the last poll were. Raises ``NotKept``."""
        return await self._read(lambda file: file.span())

    async def write_incident(
        self,
        base: State,
        wanted: "WantedIncident",
        how: "IncidentHeading",
        put: Callable[[str, str], Path],
    ) -> Mapping[str, datetime]:
        """Write an incident into files; what pictures are to be made of. Raises ``NotKept``."""
        return await self._read(lambda file: file.write_incident(base, wanted, how, put))

    def close(self) -> None:
        """Give the file back; waits for nothing."""
        self._thread.submit(self._drop)
        self._thread.shutdown(wait=False)

    async def _read(self, work: "Callable[[PastFile], _T]") -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._on_thread(work))

    def _on_thread(self, work: "Callable[[PastFile], _T]") -> _T:
        if self._file is None:
            # Imported on the thread: the board is painted before SQLite is looked for.
            from wallboard.history.replay.past_file import PastFile

            self._file = PastFile(self._path, self._anchor)
        return work(self._file)

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()


class NothingPolled:
    """Implements ``feed.source.Feeds`` for a replay without an account: nothing comes."""

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Wait for ever."""
        del post
        await asyncio.Event().wait()

    def poll_now(self) -> None:
        """There is nobody to ask."""

    def watch(self, kinds: frozenset[Kind]) -> None:
        """There is nobody to ask."""

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """There is nobody to ask."""
