"""The thread that writes the history: opens the file, keeps what comes, looks after it."""

import logging
import queue
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from wallboard.history.file import (
    NAME,
    CannotKeep,
    OpenFile,
    open_to_read,
    open_to_write,
    set_aside,
    words_of,
)
from wallboard.history.packing import stamp
from wallboard.history.recall import recall_from
from wallboard.history.store import Store
from wallboard.history.upkeep import pack_one, purge_some
from wallboard.history.writer_work import Question, Work, WriterReport
from wallboard.host.clock import Clock
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import Moment
from wallboard.model.events import Remembered
from wallboard.model.state import Event, State

_LOG = logging.getLogger(__name__)

_IDLE = 0.5
"""Seconds without an event after which there is time for upkeep."""

_PURGE_EVERY = 60.0

_ENOUGH = 8
"""Events after which it is worth while to look what is to be done."""


class Writer:
    """Everything here happens on one thread. ``report``: what the screen hears of it.

    ``again``: seconds until a file that could not be written is tried again.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        options: HistoryOptions,
        report: WriterReport,
        *,
        again: float,
        scope: str = "",
    ) -> None:
        self._path = folder / NAME
        self._clock = clock
        self._options = options
        self._report = report
        self._again = again
        self._scope = scope
        self._file: OpenFile | None = None
        self._store: Store | None = None
        self._next_try = 0.0
        self._next_purge = 0.0

    def run(
        self,
        work: "queue.Queue[Work | None]",
        now: Moment,
        tell: Callable[[Remembered | None], None],
    ) -> None:
        """Tell what is remembered, then write what comes until ``None`` does.

        The file is given back whatever ends it: another board may want to write.
        """
        try:
            tell(self._begin(now))
            self._write(work)
            self._guard(self._end)
        finally:
            self._drop()

    def _write(self, work: "queue.Queue[Work | None]") -> None:
        wait, written = _IDLE, _ENOUGH
        while True:
            try:
                item = work.get(timeout=wait)
            except queue.Empty:
                self._guard(lambda: self._upkeep(work.empty))
                # Until something is written there is nothing more to be packed.
                wait, written = _PURGE_EVERY, 0
                continue
            written += 1
            wait = _IDLE if written >= _ENOUGH else _PURGE_EVERY
            if item is None:
                break
            self._answer(item) if callable(item) else self._write_event(item)
            work.task_done()

    def _begin(self, now: Moment) -> Remembered | None:
        self._open()
        file = self._file
        try:
            file = file or open_to_read(self._path)
            return recall_from(file.connection, now) if file else None
        except (sqlite3.Error, OSError) as error:
            self._fail(error)
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            words = "The history before this start cannot be read"
            _LOG.warning("%s (%s)", words, type(error).__name__)
            self._report.notes.put(words)
        except CannotKeep as error:
            self._report.why = error.words
        finally:
            if file is not None and file is not self._file:
                file.close()
        return None

    def _answer(self, question: Question) -> None:
        """Let a question read the file, whoever writes it."""

        def ask() -> None:
            if self._file is not None:
                question(self._file.connection)
            elif (file := open_to_read(self._path)) is not None:
                with closing(file):
                    question(file.connection)

        try:
            self._guard(ask)
        except CannotKeep as error:
            self._report.why = error.words
        question(None)  # has no effect where it was answered

    def _write_event(self, work: tuple[Event, State]) -> None:
        event, state = work

        def write() -> None:
            if self._file is not None and not self._file.is_there:
                # Written on, it would be written to a file that nobody can find again.
                self._drop()
            if self._file is None:
                self._open()
            if self._store is not None:
                self._store.keep(event, state)
                self._report.why = ""

        self._guard(write)

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (sqlite3.Error, OSError) as error:
            self._fail(error)
        except (zlib.error, ValueError):
            self._fail(sqlite3.DatabaseError())

    def _open(self) -> None:
        """Open the file, if it is time to try; what is damaged makes place for a new one."""
        now = self._clock.elapsed()
        if now < self._next_try:
            return
        self._next_try = now + self._again
        try:
            try:
                self._file = open_to_write(self._path)
            except CannotKeep as error:
                if not error.damaged:
                    raise
                self._put_aside()
                self._file = open_to_write(self._path)
        except CannotKeep as error:
            if error.words != self._report.why:
                _LOG.warning("history is not kept: %s", error.words)
            self._report.why = error.words
            return
        self._report.why = ""
        self._next_try = 0.0
        self._store = Store(self._file.connection, self._clock.now, self._scope)

    def _put_aside(self) -> None:
        aside = set_aside(self._path, self._clock.now())
        words = f"The history was damaged: it is {aside} now, and a new one has begun"
        _LOG.warning("%s", words)
        self._report.notes.put(words)

    def _fail(self, error: sqlite3.Error | OSError) -> None:
        """Give the file back and say why; of what is damaged a new one begins at once."""
        reason = words_of(self._path, error)
        _LOG.warning("history is not kept: %s", reason.words)
        is_ours = self._file is not None
        self._drop()
        self._report.why = reason.words
        self._next_try = self._clock.elapsed() + self._again
        if reason.damaged and is_ours:
            try:
                self._put_aside()
            except CannotKeep as worse:
                self._report.why = worse.words
                return
            self._next_try = 0.0
            self._open()

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._store = None
        self._next_try = 0.0

    def _upkeep(self, is_free: Callable[[], bool]) -> None:
        """Pack and purge, a step at a time, for as long as no event waits."""
        if self._file is None or not self._file.is_there:
            return
        connection = self._file.connection
        while is_free() and pack_one(connection):
            pass
        now = self._clock.elapsed()
        if now < self._next_purge:
            return
        while is_free():
            if not purge_some(connection, self._options, stamp(self._clock.now())):
                self._next_purge = now + _PURGE_EVERY
                return
            if self._store is not None:
                self._store.forget_rosters()

    def _end(self) -> None:
        if self._store is not None and self._file is not None and self._file.is_there:
            self._store.end(Moment(self._clock.now(), self._clock.elapsed()))
