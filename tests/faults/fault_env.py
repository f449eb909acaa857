"""A whole board to be broken: simulator, API, feeds, model and screen, in time that a test moves.

Like ``tests.ui.end_to_end``, but time passes in coarse steps and nothing waits for the machine: an
hour of faults costs a moment.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from tests.fake_clock import FakeClock
from tests.idle import idle
from tests.sample import AT_ONCE
from tests.simulated import START, TimedSimulator, make_simulator
from tests.ui.boards import THEMES, services_of
from tests.ui.end_to_end import INTERVAL, Whole
from tests.ui.pilot import card_of, resized
from wallboard.actions import keymap
from wallboard.api.account import WorkAnalytics
from wallboard.api.client import Client
from wallboard.api.directory import NameLists
from wallboard.api.http.connection import ClientOptions
from wallboard.api.pbx_session import WantedEndpoint, WantedUnit
from wallboard.api.token.sign_in import Credentials
from wallboard.feed.feeds import Pace, PolledFeeds
from wallboard.feed.source import Feeds
from wallboard.host.clock import Clock
from wallboard.model.data.catalogue import CATALOGUE, DEFAULT_COLUMNS, DEFAULT_TILES
from wallboard.model.data.day import day_of
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.simulator.centre.plan import Plan
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.setup import BoardSetup
from wallboard.ui.theme import load_themes
from wallboard.ui.widgets.text.line_widget import LineWidget

BACKOFF = 30.0
"""Seconds: the longest wait after a failure that is no limit and no refused sign-in."""

SAMPLE_COLUMNS = ("avgWaitingTime", "waitingTime", "avgHandlingTime")
SAMPLE_RULES = Rules({"waitingTime": Bounds(60_000, 80_000)})
"""With these the API's own example is one critical queue and one that is well."""

TOUCHY = Rules({"waitingCalls": Bounds(1, 2), "longestWaitingTime": Bounds(10_000, 20_000)})
"""With these every caller is trouble, and levels change all the time."""

ALERIE, NARBO = ["00:28", "!!01:25", "–"], ["00:14", "00:14", "00:12"]
"""The last cells of the two lines of the example while they are fresh."""


class Counted(httpx.AsyncBaseTransport):
    """The network of a test: over ASGI, unless ``broken`` says what every connection meets.

    While ``held`` is clear, answers stay on their way. ``under_way``: exchanges that have not
    ended. ``hosts``: who was asked.
    """

    def __init__(self, simulator: TimedSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator.app)
        self.under_way = 0
        self.broken: BaseException | None = None
        self.hosts: set[str] = set()
        self.held = asyncio.Event()
        self.held.set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.hosts.add(request.url.host)
        if self.broken is not None:
            raise self.broken
        self.under_way += 1
        try:
            answer = await self._inner.handle_async_request(request)
            await self.held.wait()
            return answer
        finally:
            self.under_way -= 1


@dataclass
class Rig(Whole):
    """A board over a simulator. ``network``: what carries its requests.

    ``told``: what it has said in words that go again; how soon is a matter of the machine's time.
    """

    network: Counted = field(kw_only=True)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        notify = self.app.notify

        def noted(message: str, **options: Any) -> None:
            self.told.append(message)
            notify(message, **options)

        self.app.notify = noted  # type: ignore[method-assign]

    async def go(self, seconds: float, step: float = INTERVAL, *, drawn: bool = False) -> None:
        """Let time pass in leaps of at most ``step`` seconds: what is due within one is late.

        So an hour costs as much as its leaps, and not as its seconds. Only the last is painted,
        unless each is to be ``drawn``.
        """
        until = self.clock.elapsed() + seconds
        while (left := until - self.clock.elapsed()) > 1e-6:
            leap = min(step, left)
            self.simulator.advance(leap)
            self.clock.seconds += leap
            is_last = until - self.clock.elapsed() <= 1e-6
            with nullcontext() if drawn or is_last else self.app.batch_update():
                await self.clock.advance(0, settle=4)
                await self.rest()

    async def rest(self) -> None:
        """Let every exchange under way end, and the board draw what it brought."""
        await idle()
        assert not (self.network.under_way and self.network.held.is_set()), "one that does not end"

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size, and let it be drawn."""
        await resized(self.app, width, height)
        await self.rest()

    def line(self, name: str) -> list[str]:
        """The words of the line of the queue called ``name``."""
        return next(row.split() for row in self.rows if name in row)

    @property
    def status(self) -> str:
        """The status line and what to do, as one line however they are wrapped."""
        return told(self.app)

    @property
    def state(self) -> Freshness:
        """The state that the status line names."""
        return self.read_state()

    def read_state(self) -> Freshness:
        """The state again, after a while: a type checker holds a property for constant."""
        return next(one for one in reversed(Freshness) if self.status.startswith(f" {one}"))

    @property
    def title(self) -> str:
        """The first line of the board."""
        return painted(self.app, "TitleBar")

    @property
    def tiles(self) -> list[str]:
        """What each tile says."""
        found = self.app.screen_stack[0].query("TileWidget")
        return ["\n".join(texts(one)) for one in found if isinstance(one, LineWidget)]

    @property
    def page(self) -> str:
        """What the page on top says, all of its parts."""
        return "\n".join("\n".join(texts(one)) for one in self.app.screen.query(LineWidget))

    def values_at(self, name: str) -> list[str]:
        """The cells of a line behind its site: with ``SAMPLE_COLUMNS`` the last three."""
        return self.line(name)[-3:]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """One board for a whole module: to start one takes as long as to break it three times.

    A module whose faults are of one endpoint says which one is asked in any case: ``ENDPOINT``.
    """
    async with rig(endpoint=getattr(request.module, "ENDPOINT", "auto")) as run:
        yield run


@pytest_asyncio.fixture(loop_scope="module")
async def run(running: Rig) -> AsyncIterator[Rig]:
    """The module's board, well."""
    running.simulator.faults.clear()
    running.app.action_poll()
    await running.go(INTERVAL)
    assert running.state is Freshness.LIVE
    yield running
    running.simulator.faults.clear()
    if "next try" in running.status:
        await running.go(INTERVAL + BACKOFF)


# What the board has to do while something is wrong: the same for every fault.


async def says(run: Rig, words: str, remedy: str = "") -> None:
    """Let the fault be met; the board then says it, and its numbers are still there."""
    await run.go(INTERVAL)
    assert words in run.status
    assert remedy in run.status
    assert "next try" in run.status
    assert run.state is Freshness.LIVE, "the data is not old yet"
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO)
    assert "!! 1" in run.title


async def ages(run: Rig) -> None:
    """Let the fault last: the last good numbers stay and look as old as they are, then go."""
    await older(run, 25)
    assert run.state is Freshness.LIVE
    await older(run, 26)
    assert run.read_state() is Freshness.LATE
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO)
    assert "late" in run.tiles[0]
    await older(run, 61)
    assert run.read_state() is Freshness.STALE
    assert run.line("Alerie")[0] == run.line("Narbo")[0] == "--"
    assert run.values_at("Alerie") == [cell.lstrip("!") for cell in ALERIE], "no level, no mark"
    assert "critical" not in run.title
    assert "old" in run.tiles[0]
    await older(run, 301)
    assert run.read_state() is Freshness.NO_DATA
    assert run.values_at("Alerie") == run.values_at("Narbo") == ["–"] * 3
    assert is_dash(run.tiles[0])


async def older(run: Rig, age: float) -> None:
    """Let time pass until the newest data is so many seconds old; nothing fresh has come."""
    measured = max(one.measured.elapsed for one in run.app.state.snapshot.readings.values())
    await run.go(measured + age - run.clock.elapsed(), step=30)
    assert run.clock.elapsed() - measured == age
    assert measured == max(one.measured.elapsed for one in run.app.state.snapshot.readings.values())


async def heals(run: Rig, within: float = INTERVAL + BACKOFF) -> None:
    """End all faults: within so many seconds everything is as if nothing had been."""
    run.simulator.faults.clear()
    await run.go(within, step=10)
    assert run.state is Freshness.LIVE
    assert "next try" not in run.status
    assert (run.values_at("Alerie"), run.values_at("Narbo")) == (ALERIE, NARBO)
    assert "!! 1" in run.title
    assert run.network.hosts <= {"127.0.0.1"}, "nothing was followed to elsewhere"


def is_dash(tile: str) -> bool:
    """Whether a tile knows nothing: its big value is a dash, and nothing else but its trend."""
    _, *value, _ = tile.split("\n")
    return re.sub("[·▁-▇█]{4,}", "", " ".join(value)).split() == ["▀▀▀"]


def texts(widget: LineWidget) -> list[str]:
    return ["".join(text for text, _ in line) for line in widget.painted]


def painted(app: WallboardApp, name: str) -> str:
    return "\n".join(texts(app.screen_stack[0].query_one(name, LineWidget)))


def told(app: WallboardApp) -> str:
    """The status line, and what to do about it: under it, or in a card while there is no queue."""
    board = app.screen_stack[0]
    assert isinstance(board, BoardScreen)
    parts = painted(app, "StatusBar").replace("\n ", " "), card_of(board)
    return " ".join(part for part in parts if part)


def client_over(
    simulator: TimedSimulator,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None,
    credentials: Mapping[str, str],
    options: ClientOptions,
) -> Client:
    who = simulator.credentials
    return Client(
        options,
        lambda: Credentials(
            SecretStr(credentials.get("key", who.key)),
            SecretStr(credentials.get("username", who.username)),
            SecretStr(credentials.get("password", who.password)),
        ),
        clock,
        lambda: 0.5,
        transport=transport,
    )


def app_over(
    feeds: Feeds,
    clock: Clock,
    options: ViewOptions | None = None,
    rules: Rules | None = None,
    **how: Any,
) -> WallboardApp:
    """``how``: what else setup and services say."""
    keys, _ = keymap({})
    options = options or ViewOptions(timezone=UTC)
    services = services_of(how)
    setup = BoardSetup(options, load_themes([THEMES]), "control-room", keys, **how)
    return WallboardApp(feeds, rules or AT_ONCE, setup, clock, services=services)


@asynccontextmanager
async def rig(
    *,
    sample: bool = True,
    plan: Plan | None = None,
    faults: Iterable[str] = (),
    size: tuple[int, int] = (120, 30),
    wanted: NameLists | None = None,
    options: ViewOptions | None = None,
    rules: Rules | None = None,
    credentials: Mapping[str, str] | None = None,
    token_life: float = 1800.0,
    interval: float = INTERVAL,
    start: datetime = START,
    day: tzinfo | None = None,
    people: bool = False,
    endpoint: WantedEndpoint = "auto",
    time_unit: WantedUnit = "auto",
    **how: Any,
) -> AsyncIterator[Rig]:
    """Run a board over the API's own example, over the demo (not ``sample``), or over ``plan``.

    ``interval``: seconds between polls. ``start``: when it begins, on everybody's clock. ``day``:
    the zone whose days today's numbers are of; without one they are not polled. ``people``:
    whether agents and calls are. ``how``: what else setup and services say.
    """
    sample = sample and plan is None
    simulator = make_simulator(
        sample=sample, plan=plan, faults=faults, token_life=token_life, start=start
    )
    clock = FakeClock(start=start)
    network = Counted(simulator)
    client = client_over(
        simulator, clock, network, credentials or {}, ClientOptions(base_url=simulator.base_url)
    )
    rule = partial(day_of, zone=day) if day else None
    account = WorkAnalytics(
        client,
        wanted or NameLists(),
        frozenset(CATALOGUE),
        clock,
        endpoint=endpoint,
        time_unit=time_unit,
        day=rule,
        people=people,
    )
    if sample:
        options = options or ViewOptions(
            columns=SAMPLE_COLUMNS, tiles=("waitingTime",), timezone=UTC
        )
        rules = rules or SAMPLE_RULES
    options = options or ViewOptions(
        columns=tuple(name for name in DEFAULT_COLUMNS if name in CATALOGUE),
        tiles=tuple(name for name in DEFAULT_TILES if name in CATALOGUE),
        timezone=UTC,
    )
    feeds = PolledFeeds(account, clock, lambda: 0.5, Pace(interval))
    how = {"day_rule": rule, "tells_endpoint": endpoint == "auto", **how}
    app = app_over(feeds, clock, options, rules, **how)
    async with app.run_test(size=size) as pilot:
        run = Rig(app, simulator, clock, pilot, network=network)
        while not any(one.name == "feeds" for one in app.workers):  # noqa: ASYNC110 - Textual's
            await asyncio.sleep(0.002)  # polling begins after the first frame
        await run.rest()
        await run.go(1)
        yield run
