"""What a piece of work costs: processor time, bytes to the terminal, the event loop held up."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

SIZE = (200, 60)

_SETTLED = 0.06
"""Seconds in which nothing was drawn any more: some frames at 60 a second."""


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


async def settled(driver: Any) -> None:
    """Return when all that was set off has been drawn."""
    while True:
        written, begun = driver.written, time.process_time()
        await asyncio.sleep(_SETTLED)
        if driver.written == written and time.process_time() - begun < _SETTLED / 20:
            return


async def cost(driver: Any, work: Callable[[], Awaitable[None]]) -> Cost:
    """Return what ``work`` costs until all of it is drawn, without what waiting for that costs."""
    before = cells(driver)
    waiting = await _processor(driver, _nothing)
    written = driver.written
    cpu = await _processor(driver, work)
    return Cost(max(0, cpu - waiting), driver.written - written, smallest(before, cells(driver)))


async def _processor(driver: Any, work: Callable[[], Awaitable[None]]) -> float:
    """Return the milliseconds of processor that pass while ``work`` is done and drawn."""
    await asyncio.sleep(0)  # what was made for it is not of it
    begun = time.process_time()
    await work()
    await settled(driver)
    return (time.process_time() - begun) * 1_000


async def _nothing() -> None:
    pass


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
