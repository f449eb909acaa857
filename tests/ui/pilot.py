"""A board with hands on it: keys pressed, lines read."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from textual import events
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.strip import Strip

from tests.fake_clock import FakeClock
from tests.idle import idle
from tests.ui.boards import FakeFeeds, board, found, fresh
from wallboard.model.select.selection import Selection
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.queue_table import QueueTable
from wallboard.ui.widgets.text.line_widget import CURSOR, LineWidget


@dataclass
class Running:
    """A board over feeds that a test drives."""

    app: WallboardApp
    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]
    files: Mapping[str, str] = field(default_factory=dict)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when all is done that the one before began."""
        await pressed(self.app, *keys)

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, as a macro does: nothing is done between them."""
        assert self.app._driver is not None
        for key in keys:
            self.app._driver.send_message(key_event(self.app, key))
        await settled(self.app)

    async def wait(self, seconds: float) -> None:
        """Let time pass, and all be done that it begins."""
        # What was told is taken before time passes: else when it is seen is left to chance.
        await settled(self.app)
        await self.clock.advance(seconds)
        await settled(self.app)

    async def start_over(self) -> None:
        """Close and put back what keys have opened, chosen and told since the board began."""
        app = self.app
        for _ in range(9):
            if app.screen is app.board and app.focused is None and not app.board.in_pane:
                break
            await self.press("K" if app.screen is app.wall else "escape")
        if app.state.paused:
            await self.press("p")
        app.board.remove_class("-alone")
        app.choose(Selection())
        await self.press("home")
        app._notifications.clear()
        app._clipboard, self.feeds.polls_wanted = "", 0
        self.table.rest()
        await settled(app)

    @property
    def names(self) -> list[str]:
        """The queues on the board, in order."""
        assert self.app.view is not None
        return [line.queue.name for line in self.app.view.lines]

    @property
    def table(self) -> QueueTable:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BoardScreen)
        return screen.table

    def row(self, place: int) -> str:
        """What a row of the table says."""
        return self.table.render_line(place + 1).text

    def text(self, kind: type[LineWidget]) -> str:
        """What a widget of the board says."""
        return lines_of(self.app.screen_stack[0].query_one(kind))

    @property
    def page(self) -> str:
        """What the screen on top says: all of it, seen or scrolled away."""
        return "\n".join(lines_of(one) for one in self.app.screen.query(LineWidget))

    @property
    def told(self) -> list[str]:
        """What the board has told in passing."""
        return [one.message for one in self.app._notifications]


async def pressed(app: App[int], *keys: str) -> None:
    """Press keys one after the other, each when all is done that the one before began."""
    assert app._driver is not None
    for key in keys:
        app._driver.send_message(key_event(app, key))
        await settled(app)


def key_event(app: App[int], key: str) -> events.Key:
    """A key as a terminal sends it."""
    character = {"space": " "}.get(key, key if len(key) == 1 else None)
    event = events.Key(_character_to_key(key) if len(key) == 1 else key, character)
    event.set_sender(app)
    return event


async def settled(app: App[int]) -> None:
    """Let everything be done that is under way, and be drawn."""
    for _ in range(100):
        await idle()
        app.screen._on_timer_update()
        if not cast(Any, asyncio.get_running_loop())._ready:
            return
    raise AssertionError("it is drawn again and again")


async def until(true: Callable[[], object]) -> None:
    """Wait for what comes in a time of its own: a timer, a thread, a socket, a process."""
    async with asyncio.timeout(90):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


async def resized(app: App[int], columns: int, rows: int) -> None:
    """Give the terminal another size, and let all be drawn for it."""
    assert isinstance(app._driver, HeadlessDriver)
    size = Size(columns, rows)
    app._driver._size = columns, rows
    app.post_message(events.Resize(size, size))
    await settled(app)
    await until(lambda: app._resize_timer is None)  # Textual waits for the last of several
    await settled(app)
    assert app.screen.size == size


def screen_strips(app: App[int]) -> list[Strip]:
    """The lines of the screen, each with its styles, as they stand on the terminal."""
    return app.screen._compositor.render_strips()


def screen_text(app: App[int]) -> str:
    """The letters on the screen, without any style."""
    return "\n".join(strip.text for strip in screen_strips(app))


def card_of(board: BoardScreen) -> str:
    """What the card says that stands on a board while there is no queue, in one line."""
    if not board.has_class("-bare"):
        return ""
    lines = ["".join(text for text, _ in line) for line in board.table.below]
    return " ".join(line.strip(" │") for line in lines if "│" in line)


def lines_of(widget: LineWidget) -> str:
    """The text of a widget as last painted."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in widget.painted)


def cursor_at(panel: BlockPanel) -> int:
    """Return the place of the line under the cursor, in a list of lines."""
    signs = [line[0][0] if line else "" for line in panel.painted]
    return panel.seen.start + signs.index(CURSOR)


@asynccontextmanager
async def running(size: tuple[int, int] = (100, 30), **how: object) -> AsyncIterator[Running]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, **how)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await settled(app)
        feeds.say(found(), fresh(clock))
        await settled(app)
        yield Running(app, clock, feeds, pilot)
