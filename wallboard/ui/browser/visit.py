"""A visitor's board: the same as in a terminal, and nothing that it does leaves it."""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar

from textual.driver import Driver
from textual.types import CSSPathType

from wallboard.model.data.privacy import Privacy
from wallboard.ui import app
from wallboard.ui.browser.driver import BrowserDriver, BrowserLine, browser_driver
from wallboard.ui.terminal.private_names import CACHES

NOT_HERE = "This does nothing in a browser: it is for the board in a terminal"

_MOST_WAITING = 200
"""Messages that may wait for a board before more of what is typed is heard."""

_PATIENCE = 20.0
"""Seconds that a board gets to end by itself; many that begin at once take a while."""


class VisitorApp(app.WallboardApp):
    """One visitor's board. Its keys write no file, run no command, keep nothing, end only it."""

    CSS_PATH: ClassVar[CSSPathType | None] = Path(app.__file__).with_name("app.tcss")

    def __init__(self, line: BrowserLine, *arguments: Any, **options: Any) -> None:
        self._line = line  # what is drawn on is asked for before anything else
        super().__init__(*arguments, **options)
        self.begun = asyncio.Event()
        # Of several boards in one process none may keep what is printed: the last one to go would
        # leave itself in the place of the process's streams.
        self._capture_stdout: Any = sys.stdout
        self._capture_stderr: Any = sys.stderr

    def on_mount(self) -> None:
        """Take note, after its first picture, that all that goes on by itself has begun."""
        self.call_after_refresh(self.call_after_refresh, self.begun.set)

    def get_driver_class(self) -> type[Driver]:
        """Return what draws in the browser."""
        return browser_driver(self._line)

    @property
    def browser(self) -> BrowserDriver | None:
        """What hears the page, once the board has begun."""
        return self._driver if isinstance(self._driver, BrowserDriver) else None

    def privacy(self) -> Privacy:
        """Return how people are shown: whoever looks is a stranger, as before a wall."""
        return self._setup.privacy.resolve(True)

    # The process is not the visitor's.

    def terminal_gone(self) -> bool:
        """Return that the page is there: whoever carries to it knows when it is gone."""
        return False

    def _begins(self) -> None:
        """Signals are the server's."""

    def leave(self, code: int) -> None:
        """End this board, and nothing else."""
        self.exit(code, return_code=code)

    def _refuse(self) -> None:
        """Say that nothing is written, run, kept, silenced for all boards, changed or stopped."""
        self.notify(NOT_HERE, markup=False)

    action_write = action_picture = action_incident = action_keep_view = _refuse
    action_silence = action_bounds = action_suspend = _refuse


def forget_what_is_over() -> None:
    """Empty Textual's caches that would keep a board that has ended."""
    for place in CACHES:
        module, _, name = place.partition(":")
        clear = attrgetter(f"{name}.cache_clear")
        with contextlib.suppress(AttributeError):  # another release of Textual
            clear(sys.modules[module])()


MakeBoard = Callable[[BrowserLine], VisitorApp]


class Visit:
    """A board and the line to the page that shows it, for as long as the page is open."""

    def __init__(
        self, make: MakeBoard, size: tuple[int, int], over: Callable[[], None] = lambda: None
    ) -> None:
        """``over`` is called when the board has ended."""
        self._line = BrowserLine(size)
        self._board = make(self._line)
        self._over = over
        self._ended = asyncio.Event()

    async def run(self) -> bool:
        """Run the board until its reader leaves it; whether that was the reader's wish."""
        try:
            await self._board.run_async()
        finally:
            self._ended.set()
            self._board.begun.set()
            self._board.workers.cancel_all()
            forget_what_is_over()
            self._over()
        return self._board.return_code != 1

    async def end(self) -> None:
        """End the board; returns when it has, or a while later.

        One that has not quite begun is let begin: Textual would leave it half ended.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self._board.begun.wait()
                self._board.leave(0)
                await self._ended.wait()

    async def next_frame(self) -> bytes:
        """Return what is to be drawn next, as soon as there is anything."""
        return await self._line.next()

    def note_shown(self) -> None:
        """The page has shown what was drawn."""
        self._line.note_shown()

    async def take_input(self, text: str) -> None:
        """Take what was typed, no faster than the board takes it."""
        if (browser := self._board.browser) is not None:
            browser.take_input(text)
        # Textual has no event for it.
        while self._board.message_queue_size > _MOST_WAITING and not self._ended.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.02)

    def resize(self, size: tuple[int, int]) -> None:
        """Draw for another size, in cells."""
        self._line.size = size
        if (browser := self._board.browser) is not None:
            browser.resize()
