"""What is measured while a board runs in this process."""

import asyncio
import json
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from tests.benchmarks.boards import Ours
from tests.benchmarks.boards import ours as on_ours
from tests.benchmarks.data import Centre
from tests.benchmarks.meter import SIZE, Cost, cost, median, settled, stalls
from tests.fake_clock import FakeClock
from tests.ui.boards import FEED, FakeFeeds, board, found, moment
from tests.ui.running import Meter, running
from wallboard.api.wire.realtime import RawAnswer, reading
from wallboard.host.clock import SystemClock
from wallboard.host.collector import look_in_a_turn_of_its_own, pass_over_all_there_is
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import Moment
from wallboard.model.events import Fresh
from wallboard.ui.terminal.driver import sparing_driver

FRESH_ROUNDS = 20
"""More seconds than this after a poll, and the data would be late: nothing would grow."""


async def polls(
    queues: int,
    rounds: int,
    on: Any = on_ours,
    *,
    share: float = 0.2,
    waiting: int | None = None,
) -> Cost:
    """Return the median of a poll that changed so great a share of the cells."""
    costs: list[Cost] = []
    centre = Centre(queues, waiting)
    async with on(centre.body) as made:
        for _ in range(rounds):
            centre.change(share)
            body = centre.body
            await made.wait()
            costs.append(await cost(made.driver, partial(made.poll, body)))
    return median(costs)


async def ticks(rounds: int, on: Any = on_ours, waiting: int = 30) -> Cost:
    """Return the median of a second in which so many waiting times grow."""
    async with on(Centre(200, waiting).body) as made:
        # In the first second every wait gets its mark of an estimate, in the next ones not.
        await cost(made.driver, made.second)
        seconds = range(min(rounds, FRESH_ROUNDS))
        return median([await cost(made.driver, made.second) for _ in seconds])


async def longest_stall(queues: int, rounds: int) -> float:
    """Return the longest time (ms) that the event loop was held, the first load included."""
    longest: list[float] = []
    centre = Centre(queues)
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds, drawn=look_in_a_turn_of_its_own)
    async with running(app, sparing_driver(Meter, clock.elapsed), SIZE) as driver:
        await settled(driver)
        pass_over_all_there_is()
        made = Ours(clock, feeds, driver)
        for number in range(rounds + 1):
            body = centre.body
            bring = made.poll if number else made.first
            with stalls() as found_:
                await cost(driver, partial(bring, body))
                await made.wait()
            longest += found_
            centre.change()
    return max(longest)


async def filter_key(queues: int) -> Cost:
    """Return the median of one key typed into the filter."""
    async with on_ours(Centre(queues).body) as made:

        async def press(key: str, character: str) -> None:
            made.driver.press(key, character)

        await cost(made.driver, lambda: press("slash", "/"))
        costs = []
        for letter in "support 1":
            key = "space" if letter == " " else letter
            costs.append(await cost(made.driver, partial(press, key, letter)))
    return median(costs)


async def idle(seconds: float, queues: int = 50, every: float = 5.0) -> tuple[float, float]:
    """Return percent of a core and bytes a second of a board that nobody touches.

    In real time, with the answers of the simulator's contact centre in its morning.
    """
    bodies = [json.dumps(one).encode() for one in _morning(queues, every, int(seconds / every))]
    clock, feeds = SystemClock(), FakeFeeds()

    def at(later: float = 0.0) -> Moment:
        return moment(FakeClock(clock.now(), clock.elapsed()), later)

    async with running(
        board(clock, feeds),  # type: ignore[arg-type]
        sparing_driver(Meter, clock.elapsed),
        SIZE,
    ) as driver:
        feeds.say(found(interval=every))
        cpu = written = begun = 0.0
        for number, body in enumerate(bodies):
            feeds.say(Fresh(FEED, await reading(RawAnswer(body, FEED, at()), CATALOGUE), at(every)))
            if number == 0:
                await asyncio.sleep(1)  # the first picture is not idling
                cpu, written, begun = time.process_time(), driver.written, clock.elapsed()
            await asyncio.sleep(every)
        passed = clock.elapsed() - begun
        return (
            (time.process_time() - cpu) / passed * 100,
            (driver.written - written) / passed,
        )


def _morning(queues: int, every: float, count: int) -> list[Any]:
    # Imported here: it brings a web framework along, which would be in nobody's memory else.
    from wallboard.simulator.centre.centre import Centre as Simulated
    from wallboard.simulator.centre.generated import plan_of
    from wallboard.simulator.server.realtime import realtime

    centre = Simulated(plan_of(1, 3, queues, 1), 1, datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    answers = []
    for number in range(count + 1):
        centre.advance_to(number * every)
        answers.append(realtime(centre, centre.directory.pbxes[0], {}))
    return answers
