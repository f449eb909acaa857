"""The two boards, each on a terminal that counts, fed with answers of the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.benchmarks.meter import SIZE, cost, settled
from tests.benchmarks.stock import StockBoard, Way
from tests.ui.boards import FEED, INTERVAL, FakeFeeds, board, found, moment
from tests.ui.running import Meter, running
from wallboard.api.wire import reading
from wallboard.clock import FakeClock
from wallboard.model.events import Fresh
from wallboard.model.metrics import CATALOGUE
from wallboard.ui.output.driver import sparing


class Ours:
    """The board; its time is the benchmark's."""

    def __init__(self, clock: FakeClock, feeds: FakeFeeds, driver: Any) -> None:
        self.driver = driver
        self._clock = clock
        self._feeds = feeds

    async def first(self, body: bytes) -> None:
        """Open the account, and bring the first answer."""
        self._feeds.say(found())
        await self._answer(body)

    async def wait(self, seconds: float = INTERVAL) -> None:
        """Let the seconds pass in which nothing is asked, not to be counted."""
        await self._clock.advance(seconds)
        await settled(self.driver)

    async def poll(self, body: bytes) -> None:
        """Bring an answer that was asked for just now: received, parsed, stepped, drawn."""
        await self._answer(body)

    async def second(self) -> None:
        """Let a second pass."""
        await self._clock.advance(1.0, settle=1)

    async def _answer(self, body: bytes) -> None:
        answer = await reading(body, FEED, moment(self._clock), CATALOGUE)
        self._feeds.say(Fresh(FEED, answer, moment(self._clock, INTERVAL)))


class Stock:
    """The board of stock widgets."""

    def __init__(self, app: StockBoard, driver: Any) -> None:
        self.driver = driver
        self._app = app

    async def first(self, body: bytes) -> None:
        """Bring the first answer."""
        await self.poll(body)

    async def wait(self) -> None:
        """Let the seconds pass in which nothing is asked: as in ``Ours``, not to be counted."""

    async def poll(self, body: bytes) -> None:
        """Bring an answer: received, parsed, drawn."""
        self._app.show(await reading(body, FEED, moment(FakeClock()), CATALOGUE))

    async def second(self) -> None:
        """Let a second pass."""
        self._app.tick()


@asynccontextmanager
async def ours(body: bytes) -> AsyncIterator[Ours]:
    """Give a board that shows ``body``."""
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing(Meter, clock.elapsed), SIZE) as driver:
        await settled(driver)
        made = Ours(clock, feeds, driver)
        await cost(driver, lambda: made.first(body))
        yield made


@asynccontextmanager
async def stock(body: bytes, way: Way = "cells") -> AsyncIterator[Stock]:
    """Give a board of stock widgets that shows ``body``."""
    app = StockBoard(way)
    async with running(app, Meter, SIZE) as driver:
        await settled(driver)
        made = Stock(app, driver)
        await cost(driver, lambda: made.first(body))
        yield made
