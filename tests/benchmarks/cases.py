"""The cases of the table: what is measured, how, and what it should be."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from textual import events

from tests.benchmarks.data import Centre
from tests.benchmarks.meter import Cost, Meter, cost, median, running, stalls
from tests.benchmarks.stock import StockBoard, Way
from tests.ui.boards import FEED, INTERVAL, FakeFeeds, board, found, moment
from wallboard.api.wire import reading
from wallboard.clock import FakeClock, SystemClock
from wallboard.model.events import Fresh
from wallboard.model.metrics import CATALOGUE
from wallboard.ui.app import WallboardApp
from wallboard.ui.output.driver import sparing


@dataclass(frozen=True)
class Row:
    """One line of the table. ``stock``: the same on the board of stock widgets, if measured."""

    case: str
    what: str
    unit: str
    target: float
    measured: float
    stock: float | None = None

    @property
    def met(self) -> bool:
        return self.measured <= self.target


class Bench:
    """A board on a metered terminal whose time and answers the benchmark makes."""

    def __init__(self, app: WallboardApp, clock: FakeClock, feeds: FakeFeeds, driver: Any) -> None:
        self.app, self.clock, self.driver = app, clock, driver
        self._feeds = feeds

    async def poll(self, body: bytes) -> None:
        """Let ten seconds pass, and an answer arrive that was asked for just now."""
        self.clock.seconds += INTERVAL
        await self._answer(body)

    async def _answer(self, body: bytes) -> None:
        answer = await reading(body, FEED, moment(self.clock), CATALOGUE)
        self._feeds.say(Fresh(FEED, answer, moment(self.clock, INTERVAL)))

    async def first(self, body: bytes) -> None:
        """Let the account be opened and the first answer arrive."""
        self._feeds.say(found())
        await self._answer(body)

    async def second(self) -> None:
        """Let a second pass."""
        await self.clock.advance(1.0, settle=1)

    async def press(self, key: str, character: str | None = None) -> None:
        """Press a key."""
        event = events.Key(key, character)
        event.set_sender(self.app)
        self.driver.send_message(event)


async def on_board(work: Callable[[Bench], Awaitable[None]]) -> None:
    """Run ``work`` on a board that was just started."""
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing(Meter, clock.elapsed)) as driver:
        await work(Bench(app, clock, feeds, driver))


async def polls(queues: int, rounds: int) -> tuple[Cost, Cost]:
    """Return the medians of a poll that changes a fifth of the cells, and of one that does not."""
    changed: list[Cost] = []
    same: list[Cost] = []

    async def work(bench: Bench) -> None:
        centre = Centre(queues)
        await cost(bench.driver, lambda: bench.first(centre.body))
        for _ in range(rounds):
            centre.change()
            body = centre.body
            changed.append(await cost(bench.driver, lambda body=body: bench.poll(body)))
            same.append(await cost(bench.driver, lambda body=body: bench.poll(body)))

    await on_board(work)
    return median(changed), median(same)


async def stock_polls(queues: int, rounds: int, way: Way) -> tuple[Cost, Cost]:
    """Return the same of the board of stock widgets."""
    changed: list[Cost] = []
    same: list[Cost] = []
    app = StockBoard(way)

    async def poll(body: bytes) -> None:
        app.show(await reading(body, FEED, moment(FakeClock()), CATALOGUE))

    async with running(app, Meter) as driver:
        centre = Centre(queues)
        body = centre.body
        await cost(driver, lambda: poll(body))
        for _ in range(rounds):
            centre.change()
            body = centre.body
            changed.append(await cost(driver, lambda body=body: poll(body)))
            same.append(await cost(driver, lambda body=body: poll(body)))
    return median(changed), median(same)


async def ticks(rounds: int, waiting: int = 30) -> Cost:
    """Return the median of a second in which so many waiting times grow."""
    found_: list[Cost] = []

    async def work(bench: Bench) -> None:
        await cost(bench.driver, lambda: bench.first(Centre(200, waiting).body))
        # In the first second every wait gets its mark of an estimate, in the next ones not.
        await cost(bench.driver, bench.second)
        for _ in range(rounds):
            found_.append(await cost(bench.driver, bench.second))

    await on_board(work)
    return median(found_)


async def stock_ticks(rounds: int, waiting: int = 30) -> Cost:
    app = StockBoard("cells")
    answer = await reading(Centre(200, waiting).body, FEED, moment(FakeClock()), CATALOGUE)

    async def tick() -> None:
        app.tick()

    async with running(app, Meter) as driver:
        app.show(answer)
        await asyncio.sleep(0.5)
        return median([await cost(driver, tick) for _ in range(rounds)])


async def longest_stall(queues: int, rounds: int) -> float:
    """Return the longest time (ms) that the event loop was held, the first load included."""
    longest = 0.0

    async def work(bench: Bench) -> None:
        nonlocal longest
        centre = Centre(queues)
        body = centre.body
        with stalls() as found_:
            await cost(bench.driver, lambda: bench.first(body))
        longest = max(found_)
        for _ in range(rounds):
            centre.change()
            body = centre.body
            with stalls() as found_:
                await cost(bench.driver, lambda: bench.poll(body))
            longest = max(longest, *found_)

    await on_board(work)
    return longest


async def filter_key(queues: int) -> Cost:
    """Return the median of one key typed into the filter."""
    costs: list[Cost] = []

    async def work(bench: Bench) -> None:
        await cost(bench.driver, lambda: bench.first(Centre(queues).body))
        await cost(bench.driver, lambda: bench.press("slash", "/"))
        for letter in "support 1":
            key = "space" if letter == " " else letter
            costs.append(
                await cost(bench.driver, lambda key=key, letter=letter: bench.press(key, letter))
            )

    await on_board(work)
    return median(costs)


async def idle(seconds: float, queues: int = 50, every: float = 5.0) -> tuple[float, float]:
    """Return percent of a core and bytes a second of a board that nobody touches.

    The answers are a contact centre's (the simulator's), in real time.
    """
    # Imported here: the simulator brings a web framework that the board does not have.
    from datetime import datetime
    from random import Random

    from wallboard.simulator.centre import Centre as Simulated
    from wallboard.simulator.generated import plan_of
    from wallboard.simulator.realtime import realtime

    import json

    centre = Simulated(plan_of(1, 3, queues, 1), 1, datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    pbx = centre.directory.pbxes[0]
    bodies = []
    for number in range(int(seconds / every) + 2):
        centre.advance_to(number * every)
        bodies.append(json.dumps(realtime(centre, pbx, {})).encode())
    del Random
    clock, feeds = SystemClock(), FakeFeeds()
    app = board(clock, feeds)  # type: ignore[arg-type]
    async with running(app, sparing(Meter, clock.elapsed)) as driver:
        feeds.say(found(interval=every))
        cpu = written = begun = 0.0
        for number, body in enumerate(bodies):
            if number == 1:
                cpu, written, begun = time.process_time(), driver.written, clock.elapsed()
            answer = await reading(body, FEED, moment(clock), CATALOGUE)  # type: ignore[arg-type]
            feeds.say(Fresh(FEED, answer, moment(clock, every)))  # type: ignore[arg-type]
            await asyncio.sleep(every)
        passed = clock.elapsed() - begun
        return (
            (time.process_time() - cpu) / passed * 100,
            (driver.written - written) / passed,
        )


__all__ = ["Row", "filter_key", "idle", "longest_stall", "polls", "replace", "stock_polls", "ticks"]
