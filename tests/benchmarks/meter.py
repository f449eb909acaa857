"""A terminal that only counts, an app that runs on it, and what a piece of work costs there."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size

SIZE = (200, 60)
SETTLED = 0.12
"""Seconds after which all that an event sets off has been drawn: some frames at 60 a second."""


class Meter(Driver):
    """Takes everything at once and counts the bytes."""

    written = 0

    def write(self, data: str) -> None:
        self.written += len(data.encode())

    def start_application_mode(self) -> None:
        size = Size(*SIZE)
        self.send_message(events.Resize(size, size))

    def disable_input(self) -> None:
        pass

    def stop_application_mode(self) -> None:
        pass


@asynccontextmanager
async def running(app: App[Any], driver: type[Driver]) -> AsyncIterator[Any]:
    """Run ``app`` on a terminal of 200 × 60 and give its driver."""
    app.driver_class = driver
    task = asyncio.create_task(app.run_async(size=SIZE, mouse=False))
    while not (app._driver and app._driver.written):  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)
        if task.done():
            task.result()
    await asyncio.sleep(SETTLED)
    try:
        yield app._driver
    finally:
        app.exit()
        await task


@dataclass(frozen=True)
class Cost:
    """``cpu``: milliseconds of processor. ``smallest``: the fewest bytes it could have been."""

    cpu: float
    written: float
    smallest: float = 0.0

    @property
    def ratio(self) -> float:
        """Bytes written for each that was necessary."""
        return self.written / self.smallest if self.smallest else 1.0


async def cost(driver: Any, work: Callable[[], Awaitable[None]]) -> Cost:
    """Return what ``work`` costs until all of it is drawn."""
    before = cells(driver)
    written, begun = driver.written, time.process_time()
    await work()
    await asyncio.sleep(SETTLED)
    cpu = (time.process_time() - begun) * 1_000
    return Cost(cpu, driver.written - written, smallest(before, cells(driver)))


def median(costs: list[Cost]) -> Cost:
    """Return the medians."""
    return Cost(
        statistics.median(one.cpu for one in costs),
        statistics.median(one.written for one in costs),
        statistics.median(one.smallest for one in costs),
    )


Cells = tuple[list[list[str]], list[list[str]]]


def cells(driver: Any) -> Cells:
    """Return texts and pens that the board wants to be seen, row by row; none of a stock board."""
    grid = getattr(driver, "_wanted", None)
    if grid is None:
        return [], []
    # Lists of lists and no tuples: whatever is made here the collector has to look through.
    return [row.copy() for row in grid._texts], [row.copy() for row in grid._pens]


def smallest(before: Cells, after: Cells) -> int:
    """Return the bytes of one cursor move, one colour and the text for each run of changed cells.

    A run is what changed in one row side by side and has one colour.
    """
    total = 0
    for y, (old, old_pens, new, pens) in enumerate(zip(*before, *after, strict=True)):
        last: str | None = None
        for x, (text, pen) in enumerate(zip(new, pens, strict=True)):
            if text == old[x] and pen == old_pens[x]:
                last = None
                continue
            if pen != last:
                last = pen
                total += len(f"\x1b[{y + 1};{x + 1}H\x1b[{pen}m")
            total += len(text.encode())
    return total


@contextmanager
def stalls() -> Iterator[list[float]]:
    """Collect how long (ms of processor) the event loop was held by each callback."""
    found: list[float] = []
    handle = asyncio.events.Handle
    run = handle._run

    def timed(self: Any) -> None:
        begun = time.thread_time()
        run(self)
        found.append((time.thread_time() - begun) * 1_000)

    handle._run = timed  # type: ignore[method-assign]
    try:
        yield found
    finally:
        handle._run = run  # type: ignore[method-assign]
