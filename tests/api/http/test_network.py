"""What a network can do, over real sockets: each ends by the deadline, in words, and is over
when the network is well again."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from tests.api.clients import failure, over_network, over_simulator
from tests.chaos import Chaos, chaos
from tests.fake_clock import FakeClock
from tests.simulated import Served, TimedSimulator, make_simulator, serving
from wallboard.api.client import Client
from wallboard.api.customer import CustomerList
from wallboard.api.http.connection import MOST_CONNECTIONS
from wallboard.errors import FeedError, InvalidResponse, Unreachable

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEADLINE = 0.2
SOON = 50.0
"""Seconds: far more than the deadline, for slow machines; less than the fault would last."""


@dataclass
class Net:
    sim: TimedSimulator
    proxy: Chaos
    client: Client
    pbx: str

    async def poll(self) -> bytes:
        return (await self.client.realtime(self.pbx)).content

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Set the deadline of exchanges meanwhile: what is to succeed has time enough."""
        exchanges = self.client._exchanges
        usual = exchanges._options
        exchanges._options = replace(usual, timeout=seconds)
        try:
            yield
        finally:
            exchanges._options = usual

    async def fails(self, within: float = 30.0) -> FeedError:
        """Poll with this deadline, hold the end to it, and return the error."""
        started = time.monotonic()
        with self.deadline(within):
            error = await failure(self.poll())
        assert time.monotonic() - started < SOON
        assert isinstance(error, FeedError)
        assert error.remedy
        return error


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


async def seen(sim: TimedSimulator, requests: int) -> None:
    """Wait until the realtime endpoint has seen so many requests."""
    async with asyncio.timeout(SOON):
        while sim.request_count("realtime") < requests:  # noqa: ASYNC110 - the simulator has no event
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
    assert net.sim.request_count("realtime") == 2


async def test_a_get_on_a_connection_closed_under_it_is_sent_again_once_at_once(net: Net) -> None:
    await net.poll()
    net.proxy.close_on_request()
    assert b"Narbo" in await net.poll()
    assert (
        net.proxy.accepted,
        net.sim.request_count("realtime"),
        net.sim.request_count("token"),
    ) == (2, 2, 1)


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
    before = net.sim.request_count("realtime")
    await net.fails()
    assert net.sim.request_count("realtime") == before + 1


# -- connections that are silent --------------------------------------------------------------


async def test_a_black_hole_ends_by_the_deadline(net: Net) -> None:
    await net.poll()
    await net.proxy.close_idle()
    net.proxy.black_hole = True
    error = await net.fails(DEADLINE)
    assert isinstance(error, Unreachable)
    assert error.words == "No complete answer within 0.2 s"
    net.proxy.black_hole = False
    assert b"Narbo" in await net.poll()


async def test_a_half_open_connection_costs_one_deadline_and_not_two(net: Net) -> None:
    await net.poll()
    net.proxy.half_open()
    assert isinstance(await net.fails(DEADLINE), Unreachable)
    assert b"Narbo" in await net.poll()


async def test_an_answer_that_drips_for_ever_ends_by_the_deadline(net: Net) -> None:
    await net.poll()
    net.proxy.drip = 0.02
    await net.proxy.close_idle()
    error = await net.fails(DEADLINE)
    assert isinstance(error, Unreachable)
    assert "No complete answer" in error.words
    net.proxy.drip = None
    assert b"Narbo" in await net.poll()


@pytest.mark.parametrize(
    "fault", ["realtime:hang", "realtime:slow:delay=60", "all:drip:delay=0.05"]
)
async def test_a_silent_server_ends_by_the_deadline(net: Net, fault: str) -> None:
    await net.poll()
    net.sim.faults.add(fault)
    assert isinstance(await net.fails(DEADLINE), Unreachable)
    net.sim.faults.clear()
    assert b"Narbo" in await net.poll()


async def test_deadlines_of_many_requests_exhaust_neither_pool_nor_descriptors(net: Net) -> None:
    await net.poll()
    net.sim.faults.add("realtime:hang")
    with net.deadline(DEADLINE):
        errors = await asyncio.gather(*(failure(net.poll()) for _ in range(50)))
    assert all(isinstance(error, Unreachable) for error in errors)
    net.sim.faults.clear()
    assert b"Narbo" in await net.poll()
    await net.proxy.until_open(1)


async def test_after_a_deadline_the_client_is_thrown_away_and_closed(net: Net) -> None:
    await net.poll()
    exchanges = net.client._exchanges
    before = exchanges._line
    net.sim.faults.add("realtime:hang")
    await net.fails(DEADLINE)
    net.sim.faults.clear()  # it may not have been met: the deadline counts from before the request
    await net.poll()
    assert before.http.is_closed
    assert exchanges._line is not before
    assert not exchanges._line.http.is_closed


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
    await net.proxy.until_open(0)


# -- a storm ----------------------------------------------------------------------------------


async def test_a_storm_of_401s_over_few_connections_ends_with_one_sign_in(net: Net) -> None:
    await net.poll()
    net.sim.sign_in.revoke()
    answers = await asyncio.gather(*(net.poll() for _ in range(60)))
    assert all(b"Narbo" in answer for answer in answers)
    assert net.sim.request_count("token") == 2
    assert net.proxy.accepted <= 33


async def test_401s_on_every_connection_at_once_leave_one_for_the_sign_in(served: Served) -> None:
    """The worst case: all connections have got their 401 before anybody signs in."""
    arrived, sign_ins, all_there = 0, 0, asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal arrived, sign_ins
        status, body = 200, b'{"callQueues": []}'
        if scope["path"].endswith("/token"):
            sign_ins += 1
            body = b'{"access_token": "t%d"}' % sign_ins
        elif (b"authorization", b"Bearer t1") in scope["headers"]:
            arrived += 1
            if arrived == MOST_CONNECTIONS:
                all_there.set()
            await all_there.wait()
            status, body = 401, b"{}"
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})

    served.app = app
    client = over_network(served.url, timeout=SOON)
    answers = await asyncio.gather(*(client.realtime("p") for _ in range(2 * MOST_CONNECTIONS)))
    await client.aclose()
    assert len(answers) == 2 * MOST_CONNECTIONS
    assert sign_ins == 2


# -- where requests go ----------------------------------------------------------------------


async def test_loopback_never_goes_through_a_proxy_of_the_environment(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = over_simulator(net.sim, FakeClock(), net.proxy.url)
    assert b"Narbo" in (await client.realtime(net.pbx)).content
    await client.aclose()


@pytest.mark.parametrize("fault", ["token:307", "realtime:301", "pbxes:302", "all:308"])
async def test_no_redirect_is_ever_followed(net: Net, fault: str) -> None:
    net.sim.faults.add(fault)
    listing = net.client.entries("/v2/pbxes/", CustomerList())
    error = await failure(listing if fault.startswith("pbxes") else net.poll())
    listing.close()
    assert isinstance(error, InvalidResponse)
    assert "redirect" in error.words


# -- descriptors ------------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="needs /proc")
async def test_descriptors_stay_flat_through_all_of_it(net: Net) -> None:
    async def round_of_faults() -> int:
        await net.poll()
        net.proxy.close_on_request()
        await net.poll()
        await net.proxy.refuse()
        await net.fails()
        await net.proxy.listen()
        net.proxy.reset = True
        await net.fails()
        net.proxy.reset = False
        await net.poll()
        await net.proxy.until_open(1)
        return len(os.listdir("/proc/self/fd"))

    first = await round_of_faults()
    for _ in range(3):
        last = await round_of_faults()
    async with asyncio.timeout(SOON):  # the last ones are closed soon, not at once
        while last > first:
            await asyncio.sleep(0.01)
            last = len(os.listdir("/proc/self/fd"))
