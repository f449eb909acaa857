"""Hundreds of random refreshes, replayed: the terminal shows what a full repaint shows."""

from random import Random
from typing import Any

import pytest

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board, failed, found, fresh, queue
from tests.ui.emulator import Emulator, shown
from tests.ui.pilot import settled, until
from tests.ui.running import Recorder, running
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Order, Selection
from wallboard.ui.app import WallboardApp
from wallboard.ui.terminal.driver import sparing_driver
from wallboard.ui.widgets.queue_table import QueueTable
from wallboard.ui.widgets.text.line_widget import LineWidget

SIZES = [(100, 30), (80, 24), (100, 30), (130, 40), (62, 16)]
NAMES = ("Sales", "Support", "Réclamations", "営業部", "Cafe\u0301", "Ελληνικά", "고객센터")
SITES = ("London", "東京", "Kraków")
KEYS = ("j", "k", "down", "pagedown", "pageup", "home", "end", "b", "p", "escape", "question_mark")
THEMES = ("control-room", "daylight", "high-contrast", "deuteranopia", "ansi-16")
ORDERS = (Order(), Order("name"), Order("waitingCalls", descending=True), Order("site"))
FILTERS = ("", "", "s", "site:london", "level:critical", "nobody")


class Replay:
    """A board, what is done to it, and the terminal that its output is replayed on."""

    def __init__(self, app: WallboardApp, clock: FakeClock, feeds: FakeFeeds, driver: Any) -> None:
        self.app, self.clock, self.feeds, self.driver = app, clock, feeds, driver
        self.random = Random(7)
        self.emulator = Emulator(*SIZES[0])

    async def step(self) -> None:
        """Do something, and let the terminal show what came of it."""
        steps = (
            self.poll,
            self.second,
            self.key,
            self.choose,
            self.resize,
            self.theme,
            self.redraw,
        )
        await self.random.choices(steps, weights=(8, 8, 6, 3, 1, 1, 1))[0]()
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing more is written."""
        await settled(self.app)
        self.emulator.feed(self.driver.take())

    async def poll(self) -> None:
        if self.random.random() < 0.1:
            self.feeds.say(failed(self.clock))
        else:
            self.feeds.say(fresh(self.clock, self.queues()))

    def queues(self) -> list[Any]:
        pick = self.random.choice
        return [
            queue(
                f"{NAMES[number % len(NAMES)]} {number}",
                str(1000 + number),
                SITES[number % len(SITES)],
                waitingCalls=pick((0, 0, 0, 2, 4, 7)),
                longestWaitingTime=pick((0, 9_000, 70_000, 130_000, 3_700_000)),
                availableAgents=pick((0, 1, 4)),
                handlingCalls=pick(range(20)),
            )
            for number in range(pick((0, 3, 45, 45, 45)))
        ]

    async def second(self) -> None:
        await self.clock.advance(self.random.choice((1, 1, 1, 20)), settle=3)

    async def key(self) -> None:
        self.driver.press(self.random.choice(KEYS))

    async def choose(self) -> None:
        text = self.random.choice(FILTERS)
        order = self.random.choice(ORDERS)
        self.app.choose(Selection(text=text, terms=parse_filter(text), order=order))

    async def resize(self) -> None:
        size = self.random.choice(SIZES)
        self.emulator = Emulator(*size)
        self.emulator.spoil()
        self.driver.resize(*size)
        await settled(self.app)
        await until(lambda: self.app._resize_timer is None)  # the last of several sizes

    async def theme(self) -> None:
        self.app.theme = self.random.choice(THEMES)

    async def redraw(self) -> None:
        self.emulator.spoil()
        self.app.action_poll()

    def check(self) -> None:
        """Compare the terminal, cell by cell, with what Textual itself would write from nothing."""
        for widget in self.app.screen.query(LineWidget):
            widget.forget()
        for table in self.app.screen.query(QueueTable):
            table.forget()
        compositor = self.app.screen._compositor
        update: Any = compositor.render_update(full=True, screen_stack=self.app._background_screens)
        size = self.app.size
        truth = shown(update.render_segments(self.app.console), *size)
        for y, (row, wanted) in enumerate(zip(self.emulator.cells, truth, strict=True)):
            assert row == wanted, f"row {y} on {size}:\n{self.emulator.text}"


async def test_after_hundreds_of_changes_the_terminal_is_as_after_a_full_repaint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 0.001)
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing_driver(Recorder, clock.elapsed), SIZES[0]) as driver:
        replay = Replay(app, clock, feeds, driver)
        feeds.say(found())
        await replay.settle()
        for number in range(400):
            await replay.step()
            if number % 10 == 0:
                replay.check()
        replay.check()


async def test_every_few_minutes_all_is_written_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.screen.UPDATE_PERIOD", 0.001)
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing_driver(Recorder, clock.elapsed), SIZES[0]) as driver:
        replay = Replay(app, clock, feeds, driver)
        feeds.say(found(), fresh(clock))
        await replay.settle()
        replay.emulator.spoil()
        await clock.advance(200)
        await replay.settle()
        with pytest.raises(AssertionError):
            replay.check()
        await clock.advance(101)
        await replay.settle()
        replay.check()
