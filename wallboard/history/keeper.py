"""Keeps what the board hears: a thread of its own behind a bounded queue.

The screen hands over and goes on, whatever the disk does. What could not be written is lost, is
a gap in the history, and is told in words for as long as it lasts.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Collection
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wallboard.history.writer_work import Work, WriterReport
from wallboard.host.clock import Clock
from wallboard.model.data.day import Day
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId, Moment, QueueKey, Reading
from wallboard.model.events import Acknowledge, Discovered, Failed, Fresh, Remembered
from wallboard.model.judge.hours import PastHeard, PastSpan
from wallboard.model.judge.usual import Usual, UsualDay
from wallboard.model.state import Event, State

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

WAITING = 64
"""Events that may wait to be written: of the busiest account a minute."""

AGAIN = 10.0
"""Seconds until a file that could not be written is tried again."""

_MOST_START = 3.0
"""Seconds that a start waits for what is remembered."""


class Keeper:
    """Implements ``feed.listeners.History``."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        options: HistoryOptions | None = None,
        again: float = AGAIN,
        *,
        scope: str = "",
    ) -> None:
        """``scope``: what of each PBX is asked for, as text."""
        self._folder = folder
        self._clock = clock
        self._options = options or HistoryOptions()
        self._again = again
        self._scope = scope
        self._work: queue.Queue[Work | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._report = WriterReport()
        self._slow = False
        self._closed = False
        self._has_begun = False

    # On the event loop.

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, in words; ``""`` while all is well."""
        if self._thread is not None and not self._thread.is_alive() and not self._closed:
            return "history is not kept: its writer has ended; start the board again"
        if self._slow:
            return "history is not kept: the disk is too slow"
        return f"history is not kept: {self._report.why}" if self._report.why else ""

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._report.notes.get_nowait())
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

    async def recall(self) -> Remembered | None:
        """Begin; returns what is known of the time before, unless that takes too long."""
        answer, settle = _promise(Remembered)
        now = Moment(self._clock.now(), self._clock.elapsed())

        def tell(found: Remembered | None) -> None:
            self._has_begun = True
            settle(found)

        self._thread = threading.Thread(
            target=self._run, args=(now, tell), name="history", daemon=True
        )
        self._thread.start()
        try:
            return await asyncio.wait_for(answer, _MOST_START)
        except TimeoutError:
            self._report.notes.put("The history takes long to read: trends and alerts begin anew")
            return None

    async def usual(self, now: datetime, zone: tzinfo, feeds: Collection[FeedId]) -> Usual | None:
        """Return what is usual of the queues of these feeds; ``None``: it cannot be read now."""

        def read(db: "sqlite3.Connection") -> Usual:
            from wallboard.history.usual import usual_now

            return usual_now(db, now, zone, feeds)

        return await self._ask(Usual, read)

    async def usual_day(
        self, key: QueueKey, day: Day, now: datetime, zone: tzinfo
    ) -> UsualDay | None:
        """Return what is usual of a queue through the day; ``None``: it cannot be read now."""

        def read(db: "sqlite3.Connection") -> UsualDay:
            from wallboard.history.usual import usual_day

            return usual_day(db, key, FeedId(key.pbx), day, now, zone)

        return await self._ask(UsualDay, read)

    async def hours(self, days: tuple[Day, ...], now: datetime) -> tuple[PastSpan, ...] | None:
        """Return what is known of the hours of some days; ``None``: it cannot be read now."""

        def read(db: "sqlite3.Connection") -> tuple[PastSpan, ...]:
            from wallboard.history.past import hours_past

            return hours_past(db, days, now, self._scope)

        return await self._ask(tuple[PastSpan, ...], read)

    async def _ask(self, kind: type[T], read: "Callable[[sqlite3.Connection], T]") -> T | None:
        """Have the thread read something; ``None`` where it cannot, or has too much to write."""
        answer, settle = _promise(kind)
        # A question is put behind what waits to be written, and not before an answer of the API.
        try:
            self._work.put_nowait(lambda db: settle(read(db) if db is not None else None))
        except queue.Full:
            return None
        return await answer

    def close(self, timeout: float = 2.0) -> None:
        """Write what waits and end, within ``timeout`` seconds."""
        if self._thread is None:
            return
        if not self._has_begun:
            self._closed = True  # nothing was handed over yet that would be worth a wait
            return
        self._closed = True
        with contextlib.suppress(queue.Full):
            self._work.put(None, timeout=timeout)
        self._thread.join(timeout)

    def _run(self, now: Moment, tell: Callable[[Remembered | None], None]) -> None:
        # Imported on the thread: the board is painted before SQLite is looked for.
        from wallboard.history.replay import past_file
        from wallboard.history.writer import Writer

        # Here before a key asks for it: what is on the disk may be replaced meanwhile.
        del past_file

        Writer(
            self._folder,
            self._clock,
            self._options,
            self._report,
            again=self._again,
            scope=self._scope,
        ).run(self._work, now, tell)


def _promise(_kind: type[T]) -> tuple["asyncio.Future[T | None]", Callable[[T | None], None]]:
    """Return what is waited for, and what another thread settles it with; the first time counts."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T | None] = loop.create_future()

    def set_answer(found: T | None) -> None:
        if not answer.done():
            answer.set_result(found)

    def settle(found: T | None) -> None:
        with contextlib.suppress(RuntimeError):  # the board has ended meanwhile
            loop.call_soon_threadsafe(set_answer, found)

    return answer, settle


def _is_kept(event: Event) -> bool:
    """Whether an event has anything for the history; what concerns people has not."""
    match event:
        case Fresh(reading=Reading()) | Failed() | Discovered() | Acknowledge():
            return True
        case PastHeard(fresh=True):
            return True
    return False
