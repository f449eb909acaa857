"""A driver that writes only what changed, and only as fast as the terminal takes it.

It is made from whatever driver Textual would use, so that a board served to a browser keeps
that one's. Frames are painted into a grid of cells; what is written is the difference to the
grid that the terminal shows. While the terminal is not done with the last write nothing more
is handed over: what it gets next is the difference to the newest frame, so that a terminal
that stands still costs neither memory nor the event loop's time.
"""

import asyncio
import contextlib
import os
import re
import select
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TextIO, cast

from rich.style import Style
from textual.app import App
from textual.driver import Driver

from wallboard.ui.terminal.grid import Grid, Pieces
from wallboard.ui.terminal.keyboard import CAN_READ, Keyboard
from wallboard.ui.terminal.private_names import TERMINAL

REPAINT = 300.0
"""Seconds after which everything is written anew: some terminals lose what they showed."""

_FRAME = re.compile(r"\x1b\[\d+;\d+H")
_SYNC_BEGIN, _SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

_WORTH_SYNC = 1_000
"""Characters from which the marks of a synchronized update are worth their 16 bytes: less
reaches the terminal in one piece anyway."""

_SOON = 0.02
"""Seconds between two looks while a key is unfinished, or too many of them wait."""

_MOST_WAITING = 1_000
"""Keys and other messages that may wait for the board before more are read."""


def sparing_driver(
    base: type[Driver],
    elapsed: Callable[[], float],
    begins: Callable[[], None] = lambda: None,
    signs: Mapping[int, str] | None = None,
) -> type[Driver]:
    """Return a driver like ``base`` that writes only what changed.

    ``elapsed`` gives seconds on a clock that never goes back. ``begins`` is called just before
    the terminal is taken over. ``signs``: what is drawn in place of what the terminal lacks.
    """
    members = {
        "_elapsed": staticmethod(elapsed),
        "_begins": staticmethod(begins),
        "_signs": signs,
    }
    return cast(type[Driver], type(f"Sparing{base.__name__}", (SparingDriver, base), members))


class Outlet(Protocol):
    """Where frames go; tells when one has left."""

    def expect(self, text: str) -> None:
        """Tell when this very text, which is written next, has left."""
        ...


class TellingOutlet(Outlet, Protocol):
    """A way to what is no terminal of the process's own."""

    when_left: Callable[[], None]
    """To be called, in the event loop, when what was expected has left."""


class _Outlet:
    """The terminal, as Textual's writing thread sees it: tells when a frame has left."""

    def __init__(self, file: TextIO, when_left: Callable[[], None]) -> None:
        self._file = file
        self._when_left = when_left
        self._awaited = ""

    def expect(self, text: str) -> None:
        """Tell when this very text has been written."""
        self._awaited = text

    def fileno(self) -> int:
        """Return the terminal's."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Write all of it, however long that takes. For the writing thread alone."""
        # What the terminal's encoding has no sign for is ``?``, and not something longer.
        left = memoryview(text.encode(self._file.encoding or "utf-8", "replace"))
        while left:
            try:
                left = left[os.write(self.fileno(), left) :]
            except BlockingIOError:
                # Somebody who shares the terminal has set it so.
                select.select((), (self.fileno(),), ())
            except OSError:
                break  # the terminal is gone; who looks after that is not waiting here
        if text is self._awaited:
            self._when_left()

    def flush(self) -> None:
        """Nothing is held back."""


class _Ended(threading.Event):
    """Tells who reads keys to stop, and wakes whoever waits for one; as long as the process."""

    def __init__(self) -> None:
        super().__init__()
        self.readable, self._writable = os.pipe()

    def set(self) -> None:
        """End it: there is something to read until it is cleared."""
        super().set()
        os.write(self._writable, b".")

    def clear(self) -> None:
        """Let keys be waited for again."""
        if self.is_set():
            os.read(self.readable, 4_096)
            super().clear()


class SparingDriver(Driver):
    """See ``sparing_driver``. Painting, writing and being told happen on the event loop."""

    _elapsed: Callable[[], float]
    _begins: Callable[[], None]
    _signs: Mapping[int, str] | None
    _file: Any
    exit_event: Any

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._board = app
        self._board_loop = asyncio.get_running_loop()
        self._wanted = Grid(0, 0)
        self._shown = Grid(0, 0)
        self._repainted = 0.0
        self._all = True
        self._sync = self._stopping = False
        self._held: dict[str, None] = {}
        self._busy = self._took = False
        # Textual's drivers for terminals write to ``_file`` from a thread; one over a ``line`` is
        # told by that when a frame has left. Others write at once, and are never busy.
        self._outlet: Outlet | None = None
        line: TellingOutlet | None = getattr(self, "line", None)
        if line is not None:
            line.when_left, self._outlet = self._go_on, line
        elif os.name == "posix" and all(hasattr(self, name) for name in TERMINAL):
            self._file = self._outlet = _Outlet(self._file, self._tell_left)
            self.exit_event = _Ended()

    def has_taken(self) -> bool:
        """Whether the terminal has taken all that was written, or some since this was asked."""
        took, self._took = self._took or not self._busy, False
        return took

    def repaint(self) -> None:
        """Take nothing on the terminal for granted: write everything anew, soon."""
        self._all = True
        # Later: whoever asks may be a signal that came in the middle of anything.
        self._board_loop.call_soon_threadsafe(self._show)

    # What Textual calls.

    def write(self, data: str) -> None:
        """Take a frame into the grid; pass on what is not one."""
        if _FRAME.match(data):
            self._fit()
            self._wanted.paint(data.translate(self._signs) if self._signs else data)
        elif data in (_SYNC_BEGIN, _SYNC_END):
            self._sync = True
        elif self._busy and not self._stopping:
            # The same bell or pointer a hundred times over is one.
            self._held[data] = None
        else:
            super().write(data)  # type: ignore[safe-super]

    def lay(
        self, rows: Iterable[tuple[int, int, Pieces]], pen: Callable[[Style | None], str]
    ) -> None:
        """Take parts of rows (column, row, pieces) into the grid; ``pen``: as in ``Grid.lay``."""
        self._fit()
        for x, y, pieces in rows:
            self._wanted.lay(x, y, pieces, pen, self._signs)

    def flush(self) -> None:
        """A frame is complete."""
        self._show()
        super().flush()

    def start_application_mode(self) -> None:
        """Begin, or come back: the terminal shows who knows what."""
        self._begins()
        self._stopping = self._busy = False
        super().start_application_mode()  # type: ignore[safe-super]
        self.repaint()

    def resume_application_mode(self) -> None:
        """Come back from a stop. One without a warning has left everything running.

        A terminal that goes away says "continue", too. A second thread that reads keys would
        keep the process from ending.
        """
        if not self._board.is_running:
            return
        if not self._stopping:
            if self._busy:
                self._all = True
                return
            self.disable_input()
            super().close()
        super().resume_application_mode()

    def stop_application_mode(self) -> None:
        """End, or step aside for a while."""
        self._stopping = True
        super().stop_application_mode()  # type: ignore[safe-super]

    def run_input_thread(self) -> None:
        """Wait for keys, if there is anybody to press them.

        An input that is no terminal is at its end, and would be read again and again for ever.
        """
        if self._outlet is None:
            super().run_input_thread()  # type: ignore[misc]
        elif not os.isatty(self.fileno):  # type: ignore[attr-defined]
            self.exit_event.wait()
        elif not CAN_READ:
            super().run_input_thread()  # type: ignore[misc]
        else:
            self._read_keys(self.fileno, self.exit_event)  # type: ignore[attr-defined]

    def _read_keys(self, terminal: int, ended: _Ended) -> None:
        """Hand on what is typed until ``ended``, no faster than it is taken."""
        keyboard = Keyboard()
        while not ended.is_set():
            patience = _SOON if keyboard.waiting else None
            try:
                ready, _, _ = select.select((terminal, ended.readable), (), (), patience)
                data = os.read(terminal, 4_096) if terminal in ready else b""
            except BlockingIOError:
                continue
            except OSError:
                ready, data = [terminal], b""
            if terminal in ready and not data:
                # The terminal is gone; who looks after that is not waiting here.
                ended.wait()
                return
            now = self._elapsed()
            for message in keyboard.feed(data, now) if data else keyboard.tick(now):
                self.process_message(message)
            while self._board.message_queue_size > _MOST_WAITING and not ended.wait(_SOON):
                pass

    # Writing.

    def _fit(self) -> None:
        size = self._board.size
        if tuple(size) != self._wanted.size:
            self._wanted, self._shown = Grid(*size), Grid(*size)

    def _show(self) -> None:
        """Write what the newest frame changes, unless the last one is still on its way."""
        if self._busy or self._stopping or self._wanted.size != tuple(self._board.size):
            return
        now = self._elapsed()
        if self._all or now - self._repainted >= REPAINT:
            self._shown.forget()
            self._all, self._repainted = False, now
        text = self._shown.become(self._wanted)
        if not text:
            return
        if self._sync and len(text) >= _WORTH_SYNC:
            text = f"{_SYNC_BEGIN}{text}{_SYNC_END}"
        if self._outlet is not None:
            self._busy = True
            self._outlet.expect(text)
        super().write(text)  # type: ignore[safe-super]

    def _tell_left(self) -> None:
        """Called in the writing thread."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._board_loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        self._busy, self._took = False, True
        held, self._held = self._held, {}
        for data in held:
            super().write(data)  # type: ignore[safe-super]
        self._show()
