"""What stands in a terminal's place where a browser draws the board.

The page's script is a terminal of its own: it gets what a terminal gets, and sends what one sends.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, cast

from textual import events
from textual.driver import Driver
from textual.geometry import Size

from wallboard.ui.terminal.keyboard import Keyboard

_BEGIN = (
    "\x1b[?1049h"  # a screen of its own
    "\x1b[?25l"  # no cursor
    "\x1b[?1000h\x1b[?1003h\x1b[?1006h"  # the mouse
    "\x1b[?2004h"  # a paste is marked as one
)

_SOON = 0.03
"""Seconds until a key that is unfinished is looked at again."""


class BrowserLine:
    """What a board draws, on its way: the next goes when the page has shown the one before.

    So a page that is slow gets the newest picture, and what it has not seen costs nothing.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        """``size``: of the page's terminal in cells, as wide and as high."""
        self.size = size
        self._texts: deque[str] = deque()
        self._news = asyncio.Event()
        self._unshown = 0
        self._awaited = False
        self.when_left: Callable[[], None] = lambda: None

    def expect(self, text: str) -> None:
        """Tell when all that was written up to ``text``, which comes next, was shown."""
        del text
        self._awaited = True

    def write(self, text: str) -> None:
        """Have a text taken to the page."""
        self._texts.append(text)
        self._news.set()

    async def next(self) -> bytes:
        """Return what waits to be taken, as soon as there is anything."""
        await self._news.wait()
        self._news.clear()
        data = "".join(self._texts).encode("utf-8", "replace")
        self._texts.clear()
        self._unshown += 1
        return data

    def note_shown(self) -> None:
        """The page has shown one more of what was taken to it."""
        self._unshown = max(0, self._unshown - 1)
        if self._awaited and not self._unshown and not self._texts:
            self._awaited = False
            self.when_left()


def browser_driver(line: BrowserLine) -> type[Driver]:
    """Return a driver over a line."""
    return cast(type[Driver], type("BrowserDriver", (BrowserDriver,), {"line": line}))


class BrowserDriver(Driver):
    """Draws over ``line``; no thread, no signal, no standard stream of the process is its own."""

    line: BrowserLine

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._size = self.line.size  # it may have changed since the board was made
        self._board_app = app
        self._keyboard = Keyboard()
        self._look_again: asyncio.TimerHandle | None = None

    def write(self, data: str) -> None:
        """Have something drawn."""
        self.line.write(data)

    def start_application_mode(self) -> None:
        """Tell the page's terminal what the board needs of it."""
        self.line.write(_BEGIN)

    def disable_input(self) -> None:
        """Hear nothing more."""
        if self._look_again is not None:
            self._look_again.cancel()

    def stop_application_mode(self) -> None:
        """The page puts its words over what it shows."""
        self.disable_input()

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Open nothing: the browser would be the server's."""
        del url, new_tab

    def deliver_binary(self, binary: Any, **options: Any) -> None:
        """Write no file: the disk would be the server's."""
        del binary, options

    def take_input(self, text: str) -> None:
        """Hear what the page's terminal sends: keys, the mouse, pastes."""
        self._hear(self._keyboard.feed(text.encode("utf-8", "replace"), self._now()))

    def resize(self) -> None:
        """Draw for the size that the page's terminal has now."""
        self._size, size = self.line.size, Size(*self.line.size)
        self._board_app.post_message(events.Resize(size, size))

    def _hear(self, messages: list[Any]) -> None:
        for message in messages:
            self.process_message(message)
        self.disable_input()
        if self._keyboard.waiting:
            self._look_again = asyncio.get_running_loop().call_later(_SOON, self._tick)

    def _tick(self) -> None:
        self._hear(self._keyboard.tick(self._now()))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
