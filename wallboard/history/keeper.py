"""Keeps what the board hears: a thread of its own behind a bounded queue.

The screen hands over and goes on, whatever the disk does. What could not be written is lost, is
a gap in the history, and is told in words for as long as it lasts.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wallboard.history.handed_over import Told, Work
from wallboard.host.clock import Clock
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import Moment, Reading
from wallboard.model.events import Discovered, Failed, Fresh, Remembered
from wallboard.model.hands import Acknowledge
from wallboard.model.state import Event, State

if TYPE_CHECKING:
    from wallboard.history.file import Opener

WAITING = 64
"""Events that may wait to be written: of the busiest account a minute."""

AGAIN = 10.0
"""Seconds until a file that could not be written is tried again."""

_MOST_START = 3.0
"""Seconds that a start waits for what is remembered."""


class Keeper:
    """Implements ``ui.setup.History``. ``open_file``: how the file is opened."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        options: HistoryOptions | None = None,
        open_file: "Opener | None" = None,
        again: float = AGAIN,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._options = options or HistoryOptions()
        self._open_file = open_file
        self._again = again
        self._work: queue.Queue[Work | None] = queue.Queue(WAITING)
        self._thread: threading.Thread | None = None
        self._told = Told()
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
        return f"history is not kept: {self._told.why}" if self._told.why else ""

    def notes(self) -> tuple[str, ...]:
        """Return what is to be said once, and has not been."""
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._told.notes.get_nowait())
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
                self._has_begun = True
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
            self._told.notes.put("The history takes long to read: trends and alerts begin anew")
            return None

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
        from wallboard.history.file import open_to_write
        from wallboard.history.writer import Writer

        Writer(
            self._folder,
            self._clock,
            self._options,
            self._told,
            open_file=lambda path: (self._open_file or open_to_write)(path),
            again=self._again,
        ).run(self._work, now, tell)


def keeper(folder: Path, clock: Clock, options: HistoryOptions | None) -> Keeper | None:
    """Return what keeps, if anything is to be kept."""
    return None if options is None else Keeper(folder, clock, options)


def _is_kept(event: Event) -> bool:
    """Whether an event has anything for the history; what concerns people has not."""
    match event:
        case Fresh(reading=Reading()) | Failed() | Discovered() | Acknowledge():
            return True
    return False
