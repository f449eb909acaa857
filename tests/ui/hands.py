"""A board with hands on it: keys pressed, lines read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.pilot import Pilot

from tests.ui.boards import FakeFeeds, board, found, fresh
from wallboard.clock import FakeClock
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.widgets.painted import Painted
from wallboard.ui.widgets.queue_table import QueueTable


@dataclass
class Running:
    """A board over feeds that a test drives."""

    app: WallboardApp
    clock: FakeClock
    feeds: FakeFeeds
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def wait(self, seconds: float) -> None:
        await self.clock.advance(seconds)
        await self.pilot.pause()

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

    def text(self, kind: type[Painted]) -> str:
        """What a widget of the board says."""
        return lines_of(self.app.screen_stack[0].query_one(kind))

    @property
    def page(self) -> str:
        """What the screen on top says: all of it, seen or scrolled away."""
        return "\n".join(lines_of(one) for one in self.app.screen.query(Painted))

    @property
    def told(self) -> list[str]:
        """What the board has told in passing."""
        return [one.message for one in self.app._notifications]


def lines_of(widget: Painted) -> str:
    """The text of a widget as last painted."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in widget.painted)


@asynccontextmanager
async def running(size: tuple[int, int] = (100, 30), **how: object) -> AsyncIterator[Running]:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, **how)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        feeds.say(found(), fresh(clock))
        await pilot.pause()
        yield Running(app, clock, feeds, pilot)
