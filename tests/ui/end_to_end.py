"""The whole way of the data without sockets: simulator → api → feed → model → board."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import partial

import httpx
from pydantic import SecretStr
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.sample import AT_ONCE
from tests.simulated import TimedSimulator, make_simulator
from tests.ui.boards import THEMES
from tests.ui.pilot import card_of
from wallboard.actions import keymap
from wallboard.api.account import WorkAnalytics
from wallboard.api.client import Client
from wallboard.api.directory import NameLists
from wallboard.api.http.connection import ClientOptions
from wallboard.api.token.sign_in import Credentials
from wallboard.feed.feeds import PolledFeeds
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import day_of
from wallboard.model.data.view_options import ViewOptions
from wallboard.simulator.centre.plan import Plan
from wallboard.ui.app import WallboardApp
from wallboard.ui.setup import BoardSetup
from wallboard.ui.theme import load_themes
from wallboard.ui.widgets.cursor_table import HEADER
from wallboard.ui.widgets.text.line_widget import LineWidget

INTERVAL = 10.0


@dataclass
class Whole:
    """A board over a simulated contact centre; time passes for all of it at once."""

    app: WallboardApp
    simulator: TimedSimulator
    clock: FakeClock
    pilot: Pilot[int]

    async def wait(self, seconds: float, step: float = 1.0) -> None:
        """Let time pass, second by second."""
        passed = 0.0
        while passed < seconds:
            self.simulator.advance(step)
            await self.clock.advance(step)
            await self.settle()
            passed += step

    async def settle(self) -> None:
        """Let every exchange under way end."""
        for _ in range(60):
            await asyncio.sleep(0)
        await self.pilot.pause()

    @property
    def rows(self) -> list[str]:
        """The lines of the table as they stand on the screen; without queues, the card too."""
        table = self.app.board.table
        high = table.size.height
        if table.row_count:
            high = min(high, table.taken + HEADER)
        return [table.render_line(y).text.rstrip() for y in range(high)]

    @property
    def status(self) -> str:
        """The status line, and the remedy under it or in a card."""
        bar = self.app.screen_stack[0].query_one("StatusBar", LineWidget)
        told = "\n".join("".join(text for text, _ in line) for line in bar.painted)
        return "\n".join(part for part in (told, card_of(self.app.board)) if part)


@asynccontextmanager
async def whole(
    *,
    sample: bool = False,
    plan: Plan | None = None,
    faults: Iterable[str] = (),
    size: tuple[int, int] = (120, 40),
    wanted: NameLists | None = None,
    options: ViewOptions | None = None,
    credentials: Mapping[str, str] | None = None,
) -> AsyncIterator[Whole]:
    simulator = make_simulator(sample=sample, plan=plan, faults=faults)
    clock = FakeClock()
    names = credentials or {}
    client = Client(
        ClientOptions(base_url=simulator.base_url),
        lambda: Credentials(
            SecretStr(names.get("key", simulator.credentials.key)),
            SecretStr(names.get("username", simulator.credentials.username)),
            SecretStr(names.get("password", simulator.credentials.password)),
        ),
        clock,
        lambda: 0.5,
        transport=httpx.ASGITransport(simulator.app),
    )
    account = WorkAnalytics(
        client,
        wanted or NameLists(),
        frozenset(CATALOGUE),
        clock,
        day=partial(day_of, zone=UTC),
        people=True,
    )
    feeds = PolledFeeds(account, clock, lambda: 0.5, INTERVAL)
    keys, _ = keymap({})
    options = options or ViewOptions(timezone=UTC)
    setup = BoardSetup(options, load_themes([THEMES]), "control-room", keys)
    app = WallboardApp(feeds, AT_ONCE, setup, clock)
    async with app.run_test(size=size) as pilot:
        run = Whole(app, simulator, clock, pilot)
        await run.settle()
        yield run
