"""What Prometheus is told of a board's knowledge that a test drives poll by poll."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from prometheus_client.parser import text_string_to_metric_families

from tests.fake_clock import FakeClock
from tests.unit.model_env import World, moment
from wallboard.hub.metrics.export import MetricsExport
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind
from wallboard.model.data.options import EXPORTED
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.events import Fresh
from wallboard.model.state import Event

Series = dict[tuple[str, ...], float]
"""Values by their labels' values, in the order of the labels' names."""


class Scraped:
    """Steps a state and hands it on, as a board does."""

    def __init__(self, world: World, chosen: Iterable[str] = EXPORTED) -> None:
        self.world = world
        self.clock = FakeClock(seconds=world.now)
        self.export = MetricsExport(tuple(chosen), self.clock)

    async def step(self, event: Event) -> None:
        """Let something happen, and be rendered."""
        self.export.remember(event, self.world.step(event))
        await self.settle()

    async def settle(self) -> None:
        """Let what waits be rendered."""
        for _ in range(200):
            await asyncio.sleep(0)

    async def poll(
        self,
        *queues: QueueMetrics,
        pbx: str = "p",
        kind: Kind = Kind.LIVE,
        after: float = 0.0,
        confirmed: bool = True,
    ) -> None:
        """Get a fresh answer, ``after`` seconds from now."""
        await self.clock.advance(after)
        feed, at = FeedId(pbx, kind), moment(self.clock.elapsed())
        reading = Reading(
            feed, at, queues, frozenset(CATALOGUE), None, pbx.upper(), confirmed=confirmed
        )
        await self.step(Fresh(feed, reading, at))

    def text(self) -> str:
        """Return what Prometheus reads."""
        return b"".join(self.export.page()).decode()

    def series(self, name: str) -> Series:
        """Return a metric's values by its labels' values: (extension, pbx, queue, site)."""
        found: Series = {}
        for family in text_string_to_metric_families(self.text()):
            for sample in family.samples:
                if sample.name == f"wallboard_{name}":
                    key = tuple(text for _, text in sorted(sample.labels.items()))
                    assert key not in found, f"twice: {sample}"
                    found[key] = sample.value
        return found


@asynccontextmanager
async def scrape(
    world: World | None = None, chosen: Iterable[str] = EXPORTED
) -> AsyncIterator[Scraped]:
    """Give it while it renders."""
    run = Scraped(world or World(), chosen)
    task = asyncio.create_task(run.export.keep_rendered())
    try:
        yield run
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
