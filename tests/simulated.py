"""The simulator for tests: without sockets, in time that only a test moves; or on a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from wallboard.host.http_server import serving as served
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan
from wallboard.simulator.centre.directory import Pbx, SimulatedAccount
from wallboard.simulator.centre.plan import Plan
from wallboard.simulator.faults.switch import Fault
from wallboard.simulator.server.app import BASE_PATH, Simulator
from wallboard.simulator.server.vendor_example import SampleCentre

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""Where ``FakeClock`` starts too."""

BASE_URL = f"http://127.0.0.1:8088{BASE_PATH}"
"""For ASGI transports: nothing listens there."""


class TimedSimulator(Simulator):
    """A simulator whose seconds pass when a test says so."""

    base_url = BASE_URL

    def __init__(
        self,
        centre: Centre,
        faults: Iterable[Fault | str] = (),
        token_life: float = 1800.0,
        real_sleep: bool = False,
    ) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        super().__init__(
            centre,
            lambda: self.seconds,
            token_life=token_life,
            faults=faults,
            sleep=asyncio.sleep if real_sleep else self._sleep_not,
        )

    def advance(self, seconds: float) -> None:
        """Let time pass: for tokens, faults and the contact centre."""
        self.seconds += seconds
        self.catch_up()

    def request_count(self, endpoint: str) -> int:
        """Return how many requests an endpoint has seen, of those that the log still holds."""
        return sum(seen.endpoint == endpoint for seen in self.log)

    async def _sleep_not(self, seconds: float) -> None:
        self.slept.append(seconds)


class Served:
    """One server for all tests of a module: starting and stopping it takes longer than they do."""

    def __init__(self) -> None:
        self.url = ""
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


def make_simulator(
    *,
    plan: Plan | None = None,
    sample: bool = False,
    seed: int = 1,
    faults: Iterable[Fault | str] = (),
    token_life: float = 1800.0,
    start: datetime = START,
    real_sleep: bool = False,
) -> TimedSimulator:
    """Return a simulator of ``plan`` (the demo's, if none) or of the API's own example.

    ``real_sleep``: slow and drip really wait, which takes a socket; otherwise ``slept`` has how
    long they would have.
    """
    centre: Centre = (
        SampleCentre(seed, start) if sample else Centre(plan or demo_plan(), seed, start)
    )
    return TimedSimulator(centre, faults, token_life, real_sleep)


def pbx_named(directory: SimulatedAccount, name: str) -> Pbx:
    """Return the PBX with that name."""
    return next(pbx for pbx in directory.pbxes if pbx.name == name)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """Serve ``app`` on a free loopback port; yields the API's base URL there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        async with served(app, listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE_PATH}"


async def sign_in(client: httpx.AsyncClient, simulator: Simulator) -> None:
    """Give ``client`` the headers of a user who has signed in."""
    who = simulator.credentials
    client.headers["8x8-apikey"] = who.key
    answer = await client.post(
        "v1/oauth/token", data={"username": who.username, "password": who.password}
    )
    client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"


@asynccontextmanager
async def calling(simulator: TimedSimulator) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the API, without sockets, that has signed in; paths are relative."""
    transport = httpx.ASGITransport(simulator.app)
    base = f"{simulator.base_url}/"
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        await sign_in(client, simulator)
        yield client
