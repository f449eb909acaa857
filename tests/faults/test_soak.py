"""Endurance: a day of polls in a moment, with faults now and then, and nothing has grown.

The long form is a day at 5 s a poll: ``pytest -m slow -n 0 -s tests/faults``.
"""

import asyncio
import gc
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from itertools import cycle
from typing import Any

import pytest
from rich.cells import cell_len

from tests.faults.fault_env import TOUCHY, Rig, rig
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.episodes import MOST_EPISODES
from wallboard.simulator.centre.generated import plan_of
from wallboard.simulator.centre.plan import Plan
from wallboard.ui.widgets.table_rows import _MOST_CELLS, Piece

FAULTS = (
    *("realtime:503-html:times=3", "realtime:401-expired:times=1", "realtime:429:times=1,retry=7"),
    *("realtime:truncated:times=2", "realtime:nulls:times=2", "realtime:vanish:times=3"),
    *("realtime:rename:times=2", "realtime:twins:times=2", "realtime:hostile-names:times=1"),
    *("realtime:move:times=2", "realtime:no-queues:times=1", "realtime:null-fields:times=1"),
    *("token:500:times=2", "realtime:long-wait:times=2", "realtime:200-html:times=5"),
    *("realtime:403:times=2", "realtime:negative:times=1"),
    *("realtime:deep:times=1", "realtime:400-metric:times=1", "realtime:302:times=2"),
)
EVERY = 40
"""Polls between two faults."""

REMEMBERED = {Piece.__qualname__: _MOST_CELLS}
"""Of which objects a store with a bound takes longer to fill than a run does."""


@dataclass(frozen=True)
class Count:
    """What lives at one moment. ``memory``: bytes of the process."""

    memory: int
    objects: Counter[str]
    descriptors: int
    tasks: int


@dataclass
class Soak:
    """A run: what lived when it was warm and at its end, and how often it was seen LIVE."""

    warm: Count | None = None
    end: Count | None = None
    live: int = 0
    seen: int = 0
    worst: Freshness = Freshness.LIVE
    left: list[str] = field(default_factory=list)

    def numbers(self) -> Iterator[str]:
        """What was measured, line by line."""
        for name, one in (("warm", self.warm), ("end", self.end)):
            if one is not None:
                held = sum(one.objects.values())
                yield (
                    f"{name}: {one.memory / 1e6:.1f} MB, {held} objects of ours, "
                    f"{one.descriptors} descriptors, {one.tasks} tasks"
                )
        yield f"LIVE after {self.live} of {self.seen} polls, at worst {self.worst}"


def resident() -> int:
    """Bytes of the process that are in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def count() -> Count:
    gc.collect()
    ours = Counter(
        type(one).__qualname__
        for one in gc.get_objects()
        if type(one).__module__.startswith(("wallboard.model", "wallboard.feed", "wallboard.ui"))
        or type(one).__module__.startswith("wallboard.api")
    )
    return Count(resident(), ours, len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks()))


async def soak(
    polls: int, interval: float, warm: int, plan: Plan | None = None, seconds: float = 1.0
) -> Soak:
    """Poll so often, with a fault every ``EVERY`` polls; warm is what lives after ``warm``.

    ``plan``: the contact centre; the demo's, if none. ``seconds``: how coarse the time is until
    then.
    """
    result = Soak()
    before = asyncio.all_tasks()
    faults = cycle(FAULTS)
    options = ViewOptions(timezone=UTC)
    async with rig(
        sample=False, plan=plan, interval=interval, rules=TOUCHY, options=options
    ) as run:
        for number in range(1, polls + 1):
            if number % EVERY == 0:
                run.simulator.faults.clear()
                run.simulator.faults.add(next(faults))
            # Until it is warm second by second, as on a wall: what is drawn is remembered, too.
            await run.go(interval, step=interval if number > warm else seconds, drawn=True)
            result.seen += 1
            result.live += run.state is Freshness.LIVE
            result.worst = max(result.worst, run.state)
            if number == warm:
                fill()
                await calm(run, interval)
                result.warm = count()
        await calm(run, interval)
        result.end = count()
    result.left = await left_behind(before)
    return result


async def left_behind(before: "set[asyncio.Task[Any]]") -> list[str]:
    """What has begun since ``before`` and does not end: what is about to end is waited for."""
    if begun := asyncio.all_tasks() - before:
        await asyncio.wait(begun, timeout=20)
    return [str(one) for one in begun if not one.done()]


def fill() -> None:
    """Fill the drawing library's memory of widths, which is bounded and takes hours to fill."""
    for number in range(5_000):
        cell_len(f"a text of usual length {number}")


async def calm(run: Rig, interval: float) -> None:
    """End the faults and wait until everything is LIVE again."""
    run.simulator.faults.clear()
    await run.go(60 + 2 * interval, step=interval)
    assert run.state is Freshness.LIVE


def check(result: Soak, growth: float) -> None:
    """Hold a run to it: nothing has grown by more than ``growth``."""
    assert result.warm is not None
    assert result.end is not None
    assert result.end.memory < result.warm.memory * (1 + growth)
    grown = {
        name: (result.warm.objects[name], number)
        for name, number in result.end.objects.items()
        # The number of queues that the newest answers hold, and of those in the log, varies.
        if number > max(1.1 * result.warm.objects[name], REMEMBERED.get(name, 0)) + 100
    }
    assert not grown
    assert result.end.descriptors <= result.warm.descriptors
    # A poll or a drawing that is just under way is a task or two; what is left behind is hundreds.
    assert result.end.tasks <= result.warm.tasks + 2
    assert not result.left
    assert result.live > 0.9 * result.seen


async def test_hundreds_of_polls_leave_nothing_behind() -> None:
    check(await soak(210, 60.0, 80, plan_of(2, 2, 8, seed=1), 60.0), 0.02)


@pytest.mark.slow
async def test_a_day_of_polls_leaves_nothing_behind() -> None:
    result = await soak(17_280, 5.0, 1_000)
    assert result.warm is not None
    assert result.warm.objects["Episode"] == MOST_EPISODES, "warm: every log is full"
    print(*result.numbers(), sep="\n")  # noqa: T201 - they are what it is run for
    check(result, 0.02)
