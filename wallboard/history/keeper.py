"""Keeps what the board hears: a thread of its own behind a bounded queue.

The screen hands over and goes on, whatever the disk does. What could not be written is lost, is
a gap in the history, and is told in words for as long as it lasts.
"""

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

from wallboard.history.file import (
    NAME,
    CannotKeep,
    Opener,
    OpenFile,
    open_to_read,
    open_to_write,
    set_aside,
    words_of,
)
from wallboard.history.packing import stamp
from wallboard.history.recall import recalled
from wallboard.history.store import Store
from wallboard.history.upkeep import pack_one, purge_some
from wallboard.host.clock import Clock
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import Moment, Reading
from wallboard.model.events import Discovered, Failed, Fresh, Remembered
from wallboard.model.hands import Acknowledge
from wallboard.model.state import Event, State

_LOG = logging.getLogger(__name__)

WAITING = 64
"""Events that may wait to be written: of the busiest account a minute."""

AGAIN = 10.0
"""Seconds until a file that could not be written is tried again."""

_IDLE = 0.5
"""Seconds without an event after which there is time for upkeep."""

_PURGE_EVERY = 60.0
_MOST_START = 3.0
"""Seconds that a start waits for what is remembered."""

_Work = tuple[Event, State]


class Keeper:
    """Implements ``ui.setup.History``. ``open_file``: how the file is opened."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        limits: HistoryOptions | None = None,
        open_file: Opener = open_to_write,
        again: float = AGAIN,
    ) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._limits = limits or HistoryOptions()
        self._open_file = open_file
        self._again = again
        self._work: queue.Queue[_Work | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._notes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._why = ""
        self._slow = False
        self._closed = False
        # Of the thread alone.
        self._file: OpenFile | None = None
        self._store: Store | None = None
        self._next_try = 0.0
        self._next_purge = 0.0

    # On the event loop.

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, in words; ``""`` while all is well."""
        if self._thread is not None and not self._thread.is_alive() and not self._closed:
            return "history is not kept: its writer has ended; start the board again"
        if self._slow:
            return "history is not kept: the disk is too slow"
        return f"history is not kept: {self._why}" if self._why else ""

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._notes.get_nowait())
        return tuple(found)

    def remember(self, event: Event, state: State) -> None:
        """Have an event written, and what the board knows after it; never waits."""
        if not _is_kept(event):
            return
        try:
            self._work.put_nowait((event, state))
            self._slow = False
        except queue.Full:
            self._slow = True

    async def recalled(self) -> Remembered | None:
        """Begin; returns what is known of the time before, unless that takes too long."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Remembered | None] = loop.create_future()
        now = Moment(self._clock.now(), self._clock.elapsed())

        def tell(found: Remembered | None) -> None:
            def settle() -> None:
                if not answer.done():
                    answer.set_result(found)

            with contextlib.suppress(RuntimeError):  # the board has ended meanwhile
                loop.call_soon_threadsafe(settle)

        self._thread = threading.Thread(
            target=self._run, args=(now, tell), name="history", daemon=True
        )
        self._thread.start()
        try:
            return await asyncio.wait_for(answer, _MOST_START)
        except TimeoutError:
            self._notes.put("The history takes long to read: trends and alerts begin anew")
            return None

    def close(self, timeout: float = 2.0) -> None:
        """Write what waits and end, within ``timeout`` seconds."""
        if self._thread is None:
            return
        self._closed = True
        with contextlib.suppress(queue.Full):
            self._work.put(None, timeout=timeout)
        self._thread.join(timeout)

    # On the thread.

    def _run(self, now: Moment, tell: Callable[[Remembered | None], None]) -> None:
        tell(self._begin(now))
        while True:
            try:
                work = self._work.get(timeout=_IDLE)
            except queue.Empty:
                self._guarded(self._look_after)
                continue
            if work is None:
                break
            self._take(work)
            self._work.task_done()
        self._guarded(self._end)
        self._drop()

    def _begin(self, now: Moment) -> Remembered | None:
        self._open()
        file = self._file
        try:
            file = file or open_to_read(self._path)
            return recalled(file.connection, now) if file else None
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
        except (zlib.error, ValueError, KeyError, TypeError):
            self._notes.put("The history before this start cannot be read")
        except CannotKeep as error:
            self._why = error.words
        finally:
            if file is not None and file is not self._file:
                file.close()
        return None

    def _take(self, work: _Work) -> None:
        event, state = work

        def write() -> None:
            if self._file is not None and not self._file.is_there:
                # Written on, it would be written to a file that nobody can find again.
                self._drop()
            if self._file is None:
                self._open()
            if self._store is not None:
                self._store.keep(event, state)
                self._why = ""

        self._guarded(write)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
        except (zlib.error, ValueError):
            self._failed(sqlite3.DatabaseError())

    def _open(self) -> None:
        """Open the file, if it is time to try; what is damaged makes place for a new one."""
        now = self._clock.elapsed()
        if now < self._next_try:
            return
        self._next_try = now + self._again
        try:
            try:
                self._file = self._open_file(self._path)
            except CannotKeep as error:
                if not error.damaged:
                    raise
                self._put_aside()
                self._file = self._open_file(self._path)
        except CannotKeep as error:
            if error.words != self._why:
                _LOG.warning("history is not kept: %s", error.words)
            self._why = error.words
            return
        self._why = ""
        self._next_try = 0.0
        self._store = Store(self._file.connection, self._clock.now)

    def _put_aside(self) -> None:
        aside = set_aside(self._path, self._clock.now())
        words = f"The history was damaged: it is {aside} now, and a new one has begun"
        _LOG.warning("%s", words)
        self._notes.put(words)

    def _failed(self, error: sqlite3.Error | OSError) -> None:
        """Give the file back and say why; of what is damaged a new one begins at once."""
        told = words_of(self._path, error)
        _LOG.warning("history is not kept: %s", told.words)
        self._drop()
        self._why = told.words
        self._next_try = self._clock.elapsed() + self._again
        if told.damaged:
            try:
                self._put_aside()
            except CannotKeep as worse:
                self._why = worse.words
                return
            self._next_try = 0.0
            self._open()

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._store = None
        self._next_try = 0.0

    def _look_after(self) -> None:
        """Pack and purge, a step at a time, for as long as no event waits."""
        if self._file is None or not self._file.is_there:
            return
        connection = self._file.connection
        while self._work.empty() and pack_one(connection):
            pass
        now = self._clock.elapsed()
        if now < self._next_purge:
            return
        while self._work.empty():
            if not purge_some(connection, self._limits, stamp(self._clock.now())):
                self._next_purge = now + _PURGE_EVERY
                return
            if self._store is not None:
                self._store.forget_rosters()

    def _end(self) -> None:
        if self._store is not None and self._file is not None and self._file.is_there:
            self._store.end(Moment(self._clock.now(), self._clock.elapsed()))


def keeper(folder: Path, clock: Clock, options: HistoryOptions | None) -> Keeper | None:
    """Return what keeps, if anything is to be kept."""
    return None if options is None else Keeper(folder, clock, options)


def _is_kept(event: Event) -> bool:
    """Whether an event has anything for the history; what concerns people has not."""
    match event:
        case Fresh(reading=Reading()) | Failed() | Discovered() | Acknowledge():
            return True
    return False
