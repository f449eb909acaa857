"""What a network can do, over real sockets: each ends by the deadline, in words, and is over
when the network is well again."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.api.clients import failure, over_simulator
from tests.chaos import Chaos, chaos
from tests.simulated import TimedSimulator, make_simulator, serving
from wallboard.api.client import Client
from wallboard.api.customer import Listing
from wallboard.clock import FakeClock
from wallboard.errors import FeedError, Nonsense, Unreachable

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEADLINE = 0.25
SOON = 5.0
"""Seconds: far more than the deadline, for slow machines; far less than the fault would last."""


@dataclass
class Net:
    sim: TimedSimulator
    proxy: Chaos
    client: Client
    pbx: str

    async def poll(self) -> bytes:
        return await self.client.realtime(self.pbx)

    async def fails(self) -> FeedError:
        """Poll, hold the end to the deadline, and return the error."""
        started = time.monotonic()
        error = await failure(self.poll())
        assert time.monotonic() - started < SOON
        assert isinstance(error, FeedError)
        assert error.remedy
        return error


class Served:
    """One server for all tests here: starting and stopping it takes longer than they do."""

    def __init__(self) -> None:
        self.url = ""
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    one = Served()
    async with serving(one) as one.url:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def net(served: Served) -> AsyncIterator[Net]:
    """The example behind a proxy, with a client that has a generous deadline."""
    sim = make_simulator(sample=True, real_sleep=True)
    served.app = sim.app
    async with chaos(served.url) as proxy:
        client = over_simulator(sim, FakeClock(), proxy.url)
        yield Net(sim, proxy, client, sim.centre.directory.pbxes[0].id)
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def hasty(net: Net) -> AsyncIterator[Net]:
    """The same with a deadline that a test can wait for; signed in already."""
    client = over_simulator(net.sim, FakeClock(), net.proxy.url, timeout=DEADLINE)
    await client.realtime(net.pbx)
    yield Net(net.sim, net.proxy, client, net.pbx)
    await client.aclose()


async def seen(sim: TimedSimulator, requests: int) -> None:
    """Wait until the realtime endpoint has seen so many requests."""
    async with asyncio.timeout(SOON):
        while sim.asked("realtime") < requests:  # noqa: ASYNC110 - the simulator has no event
            await asyncio.sleep(0.002)


# -- connections that end ---------------------------------------------------------------------


async def test_a_refused_connection_is_told_and_over_when_it_is_back(net: Net) -> None:
    await net.poll()
    await net.proxy.refuse()
    error = await net.fails()
    assert isinstance(error, Unreachable)
    assert error.words == "The connection was refused"
    await net.proxy.listen()
    assert b"Narbo" in await net.poll()


async def test_a_reset_connection_is_told_and_over_when_it_is_back(net: Net) -> None:
    net.proxy.reset = True
    error = await net.fails()
    assert isinstance(error, Unreachable)
    assert "broke off" in error.words
    net.proxy.reset = False
    assert b"Narbo" in await net.poll()


@pytest.mark.parametrize("size", [0, 10, 200])
async def test_an_answer_that_is_cut_off_is_told(net: Net, size: int) -> None:
    await net.poll()
    await net.proxy.close_idle()
    net.proxy.cut = size
    error = await net.fails()
    assert isinstance(error, Unreachable)
    assert "broke off" in error.words
    net.proxy.cut = None
    assert b"Narbo" in await net.poll()


async def test_the_connection_is_kept_between_polls(net: Net) -> None:
    for _ in range(5):
        await net.poll()
    assert net.proxy.accepted == 1


async def test_an_idle_connection_that_was_closed_is_noticed_before_it_is_used(net: Net) -> None:
    await net.poll()
    await net.proxy.close_idle()
    await asyncio.sleep(0.01)
    assert b"Narbo" in await net.poll()
    assert net.sim.asked("realtime") == 2


async def test_a_get_on_a_connection_closed_under_it_is_sent_again_once_at_once(net: Net) -> None:
    await net.poll()
    net.proxy.close_on_request()
    assert b"Narbo" in await net.poll()
    assert (net.proxy.accepted, net.sim.asked("realtime"), net.sim.asked("token")) == (2, 2, 1)


async def test_several_idle_connections_closed_under_us_cost_nothing(net: Net) -> None:
    await asyncio.gather(*(net.poll() for _ in range(6)))
    assert net.proxy.open > 1
    net.proxy.close_on_request()
    answers = await asyncio.gather(*(net.poll() for _ in range(6)))
    assert all(b"Narbo" in answer for answer in answers)


async def test_what_breaks_off_on_a_new_connection_is_not_sent_again(net: Net) -> None:
    await net.poll()
    await net.proxy.close_idle()
    await asyncio.sleep(0.01)
    net.proxy.cut = 0
    before = net.sim.asked("realtime")
    await net.fails()
    assert net.sim.asked("realtime") == before + 1


# -- connections that are silent --------------------------------------------------------------


async def test_a_black_hole_ends_by_the_deadline(hasty: Net) -> None:
    await hasty.proxy.close_idle()
    hasty.proxy.black_hole = True
    error = await hasty.fails()
    assert isinstance(error, Unreachable)
    assert error.words == "No complete answer within 0.25 s"
    hasty.proxy.black_hole = False
    assert b"Narbo" in await hasty.poll()


async def test_a_half_open_connection_costs_one_deadline_and_not_two(hasty: Net) -> None:
    hasty.proxy.half_open()
    assert isinstance(await hasty.fails(), Unreachable)
    assert b"Narbo" in await hasty.poll()


async def test_an_answer_that_drips_for_ever_ends_by_the_deadline(hasty: Net) -> None:
    hasty.proxy.drip = 0.02
    await hasty.proxy.close_idle()
    error = await hasty.fails()
    assert isinstance(error, Unreachable)
    assert "No complete answer" in error.words
    hasty.proxy.drip = None
    assert b"Narbo" in await hasty.poll()


@pytest.mark.parametrize(
    "fault", ["realtime:hang", "realtime:slow:delay=60", "all:drip:delay=0.05"]
)
async def test_a_silent_server_ends_by_the_deadline(hasty: Net, fault: str) -> None:
    hasty.sim.faults.add(fault)
    assert isinstance(await hasty.fails(), Unreachable)
    hasty.sim.faults.clear()
    assert b"Narbo" in await hasty.poll()


async def test_deadlines_of_many_requests_exhaust_neither_pool_nor_descriptors(hasty: Net) -> None:
    hasty.sim.faults.add("realtime:hang")
    errors = await asyncio.gather(*(failure(hasty.poll()) for _ in range(50)))
    assert all(isinstance(error, Unreachable) for error in errors)
    hasty.sim.faults.clear()
    assert b"Narbo" in await hasty.poll()
    await asyncio.sleep(0.02)
    assert hasty.proxy.open == 1


async def test_a_deadline_of_one_request_leaves_another_on_the_same_client_alone(net: Net) -> None:
    await net.poll()
    net.sim.faults.add("realtime:slow:times=1,delay=0.2")
    slow = asyncio.create_task(net.poll())
    await seen(net.sim, 2)
    net.sim.faults.add("realtime:hang:times=1")
    broken = asyncio.create_task(net.poll())
    await seen(net.sim, 3)
    broken.cancel()
    await asyncio.gather(broken, return_exceptions=True)
    assert b"Narbo" in await slow
    assert b"Narbo" in await net.poll()


async def test_closing_ends_every_connection(net: Net) -> None:
    await asyncio.gather(*(net.poll() for _ in range(4)))
    await net.client.aclose()
    await asyncio.sleep(0.02)
    assert net.proxy.open == 0


# -- a storm ----------------------------------------------------------------------------------


async def test_a_storm_of_401s_over_few_connections_ends_with_one_sign_in(net: Net) -> None:
    await net.poll()
    net.sim.sign_in.revoke()
    answers = await asyncio.gather(*(net.poll() for _ in range(60)))
    assert all(b"Narbo" in answer for answer in answers)
    assert net.sim.asked("token") == 2
    assert net.proxy.accepted <= 33


# -- where requests go ----------------------------------------------------------------------


async def test_loopback_never_goes_through_a_proxy_of_the_environment(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = over_simulator(net.sim, FakeClock(), net.proxy.url)
    assert b"Narbo" in await client.realtime(net.pbx)
    await client.aclose()


@pytest.mark.parametrize("fault", ["token:307", "realtime:301", "pbxes:302", "all:308"])
async def test_no_redirect_is_ever_followed(net: Net, fault: str) -> None:
    net.sim.faults.add(fault)
    listing = net.client.entries("/v2/pbxes/", Listing())
    error = await failure(listing if fault.startswith("pbxes") else net.poll())
    listing.close()
    assert isinstance(error, Nonsense)
    assert "redirect" in error.words


# -- descriptors ------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
async def test_descriptors_stay_flat_through_all_of_it(hasty: Net) -> None:
    async def round_of_faults() -> int:
        await hasty.poll()
        hasty.proxy.close_on_request()
        await hasty.poll()
        await hasty.proxy.refuse()
        await hasty.fails()
        await hasty.proxy.listen()
        hasty.proxy.reset = True
        await hasty.fails()
        hasty.proxy.reset = False
        await hasty.poll()
        await asyncio.sleep(0.01)
        return len(os.listdir("/proc/self/fd"))

    first = await round_of_faults()
    assert [await round_of_faults() for _ in range(3)] == [first] * 3
