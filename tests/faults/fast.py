"""A whole board over real sockets, in time that passes many times as fast."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.faults.fault_env import SAMPLE_COLUMNS, SAMPLE_RULES, app_over, client_over, told
from tests.simulated import START, TimedSimulator
from tests.ui.end_to_end import INTERVAL
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.api.http.connection import ClientOptions
from wallboard.feed.feeds import PolledFeeds
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.ui.app import WallboardApp

SPEED = 100.0
"""Seconds of the board's clock in one of the machine's."""

DEADLINE = 0.2
"""Seconds of the machine that an exchange may take."""

PATIENCE = 120.0
"""Seconds of the machine after which waiting fails."""


_MOST = 0.03
"""Seconds of the machine that pass between two looks at the most: it may be busy elsewhere."""


class FastClock:
    """The machine's clock, ``speed`` times as fast, that stands while the machine does."""

    def __init__(self, speed: float = SPEED) -> None:
        self._speed = speed
        self._seen = time.monotonic()
        self._passed = 0.0

    def elapsed(self) -> float:
        now = time.monotonic()
        self._passed += min(now - self._seen, _MOST) * self._speed
        self._seen = now
        return 1000.0 + self._passed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed() - 1000.0)

    async def sleep_until(self, moment: float) -> None:
        while (left := moment - self.elapsed()) > 0:  # noqa: ASYNC110 - it stands meanwhile
            await asyncio.sleep(min(left / self._speed, _MOST))


@dataclass
class Fast:
    """A board, and the clock that it lives by."""

    app: WallboardApp
    clock: FastClock

    @property
    def status(self) -> str:
        return told(self.app)

    @property
    def state(self) -> Freshness:
        # The API's example stands still, which the board says in LIVE's place in the end.
        status = self.status.replace(" = not moving", f" {Freshness.LIVE}", 1)
        found = [one for one in reversed(Freshness) if status.startswith(f" {one}")]
        assert found, status
        return found[0]

    @property
    def rows(self) -> list[str]:
        table = self.app.screen.query_one("QueueTable")
        return [table.render_line(y).text.rstrip() for y in range(table.size.height)]

    def values_at(self, name: str) -> list[str]:
        return next(row.split() for row in self.rows if name in row)[-3:]

    async def until(self, true: Callable[[], bool], what: str = "it") -> None:
        """Wait for something to become true; errors of the test's own are not waited for."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"never: {what}\n{self.status}"
            await asyncio.sleep(0.01)

    async def says(self, words: str) -> None:
        """Wait until the status line has ``words``."""
        await self.until(lambda: words in self.status, words)

    async def live(self) -> None:
        """Wait until there is fresh data and nothing to be told."""
        await self.until(
            lambda: self.state is Freshness.LIVE and "next try" not in self.status, "LIVE"
        )


@asynccontextmanager
async def fast(
    simulator: TimedSimulator,
    base_url: str,
    *,
    deadline: float = DEADLINE,
    speed: float = SPEED,
    ca_bundle: str = "",
) -> AsyncIterator[Fast]:
    """Run a board over the API at ``base_url``; a deadline of ``deadline`` real seconds."""
    clock = FastClock(speed)
    options = ClientOptions(base_url=base_url, timeout=deadline, ca_bundle=ca_bundle)
    client = client_over(simulator, clock, None, {}, options)
    account = WorkAnalytics(client, NameLists(), frozenset(CATALOGUE), clock)
    view = ViewOptions(columns=SAMPLE_COLUMNS, tiles=("waitingTime",), timezone=UTC)
    feeds = PolledFeeds(account, clock, lambda: 0.5, INTERVAL)
    app = app_over(feeds, clock, view, SAMPLE_RULES)
    async with app.run_test(size=(160, 30)):
        yield Fast(app, clock)
        # As at a real end: what goes on by itself ends before the screen does.
        app.workers.cancel_all()
