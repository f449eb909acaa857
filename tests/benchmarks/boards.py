"""The two boards, each on a terminal that counts, fed with answers of the API."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

from tests.benchmarks.meter import SIZE, cost, settled
from tests.benchmarks.stock import StockBoard, Way
from tests.fake_clock import FakeClock
from tests.ui.boards import FEED, INTERVAL, FakeFeeds, board, found, moment
from tests.ui.running import Meter, running
from wallboard.api.live import RealtimeTranslator
from wallboard.api.wire.realtime import RawAnswer, reading
from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.day import day_of
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.events import Fresh
from wallboard.ui.terminal.driver import sparing_driver


class Ours:
    """The board; its time is the benchmark's."""

    def __init__(self, clock: FakeClock, feeds: FakeFeeds, driver: Any) -> None:
        self.driver = driver
        self._clock = clock
        self._feeds = feeds
        self._translator = RealtimeTranslator()

    async def first(self, body: bytes) -> None:
        """Open the account, and bring the first answers: the live one, and the day's."""
        self._feeds.say(found())
        answer = await self._answer(body)
        feed = FeedId(FEED.pbx, Kind.TODAY)
        day = day_of(self._clock.now(), UTC)
        rows = tuple(_day(number, one) for number, one in enumerate(answer.queues))
        asked = frozenset(TODAY)
        today = Reading(feed, moment(self._clock), rows, asked, pbx_name="acme", day=day)
        self._feeds.say(Fresh(feed, today, moment(self._clock, 60)))

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

    async def _answer(self, body: bytes) -> Reading:
        raw = RawAnswer(body, FEED, moment(self._clock))
        answer = await self._translator.reading(raw, CATALOGUE)
        self._feeds.say(Fresh(FEED, answer, moment(self._clock, INTERVAL)))
        return answer


def _day(number: int, queue: QueueMetrics) -> QueueMetrics:
    """Return the day of a queue: all that an account may send of it; one in ten had a bad one."""
    entered = 40 + number % 300
    abandoned = entered // (12 if number % 10 == 0 else 50)
    values: dict[str, float] = dict.fromkeys(TODAY, number % 50)
    values.update(enteredCalls=entered, abandonedInWaitingCalls=abandoned)
    values["abandonedInWaitingCallsPercentage"] = 100 * abandoned / entered
    values["divertedCallsPercentage"] = 0.5
    return replace(queue, values=values)


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
        self._app.show(await reading(RawAnswer(body, FEED, moment(FakeClock())), CATALOGUE))

    async def second(self) -> None:
        """Let a second pass."""
        self._app.tick()


@asynccontextmanager
async def ours(body: bytes, *, pane: bool = True) -> AsyncIterator[Ours]:
    """Give a board that shows ``body``, with the second pane or without."""
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing_driver(Meter, clock.elapsed), SIZE) as driver:
        await settled(driver)
        made = Ours(clock, feeds, driver)
        if not pane:
            app.board.action_panes()
        await cost(driver, lambda: made.first(body))
        body = b""  # a board keeps no answer: 8 MB of 10,000 queues would count as its own
        yield made


def single(body: bytes) -> AbstractAsyncContextManager[Ours]:
    """Give a board with the table alone."""
    return ours(body, pane=False)


@asynccontextmanager
async def stock(body: bytes, way: Way = "cells") -> AsyncIterator[Stock]:
    """Give a board of stock widgets that shows ``body``."""
    app = StockBoard(way)
    async with running(app, Meter, SIZE) as driver:
        await settled(driver)
        made = Stock(app, driver)
        await cost(driver, lambda: made.first(body))
        yield made
