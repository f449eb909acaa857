"""What a network can do, on the whole board over real sockets."""

import asyncio
import gc
import os
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.chaos import Chaos, chaos
from tests.faults.fast import SPEED, fast
from tests.faults.fault_env import ALERIE, BACKOFF, NARBO
from tests.simulated import Served, TimedSimulator, make_simulator, serving
from tests.ui.end_to_end import INTERVAL
from tests.unit.certificate import PEM
from wallboard.model.feeds.freshness import Freshness

pytestmark = pytest.mark.asyncio(loop_scope="module")

NETWORK = "Check the network, the firewall and, if one is needed, the proxy"
LEAST = 40_000_000
"""Bytes: less than this is what a body without an end may cost."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[Served]:
    one = Served()
    async with serving(one) as one.url:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def simulator(served: Served) -> TimedSimulator:
    made = make_simulator(sample=True, real_sleep=True)
    served.app = made.app
    return made


@pytest_asyncio.fixture(loop_scope="module")
async def proxy(served: Served, simulator: TimedSimulator) -> AsyncIterator[Chaos]:
    async with chaos(served.url) as one:
        yield one


async def refused(proxy: Chaos) -> None:
    await proxy.refuse()


async def reset(proxy: Chaos) -> None:
    proxy.reset = True
    await proxy.close_idle()


async def black_hole(proxy: Chaos) -> None:
    proxy.black_hole = True
    await proxy.close_idle()


async def half_open(proxy: Chaos) -> None:
    proxy.black_hole = True
    proxy.half_open()


async def drip(proxy: Chaos) -> None:
    proxy.drip = 1.0
    await proxy.close_idle()


async def cut(proxy: Chaos) -> None:
    proxy.cut = 30
    await proxy.close_idle()


async def well(proxy: Chaos) -> None:
    proxy.reset = proxy.black_hole = False
    proxy.drip = proxy.cut = None
    await proxy.refuse()
    await proxy.listen()


@pytest.mark.parametrize(
    ("breaks", "words"),
    [
        (refused, "The connection was refused"),
        (reset, "The connection broke off before the answer was complete"),
        (black_hole, "No complete answer within 0.2 s"),
        (half_open, "No complete answer within 0.2 s"),
        (drip, "No complete answer within 0.2 s"),
        (cut, "The connection broke off before the answer was complete"),
    ],
)
async def test_a_connection_that_is(
    proxy: Chaos,
    simulator: TimedSimulator,
    breaks: Callable[[Chaos], Awaitable[None]],
    words: str,
) -> None:
    async with fast(simulator, proxy.url) as run:
        await run.live()
        await breaks(proxy)
        await run.says(words)
        assert NETWORK in run.status
        assert run.state <= Freshness.LATE
        assert run.values_at("Narbo") == NARBO
        if breaks in (refused, drip):
            await run.until(lambda: run.state is Freshness.STALE, "STALE")
            assert run.values_at("Alerie") == ["00:28", "01:25", "–"]
        await run.says(words)  # but for an exchange that this machine was too slow for
        ended = run.clock.elapsed()
        await well(proxy)
        await run.live()
        # How soon exactly is told where time is the tests' own; this one is the machine's.
        assert run.clock.elapsed() - ended < 10 * (INTERVAL + BACKOFF)
        assert run.values_at("Alerie") == ALERIE


async def test_the_network_is_not_there_at_the_start(
    proxy: Chaos, simulator: TimedSimulator
) -> None:
    await proxy.refuse()
    async with fast(simulator, proxy.url) as run:
        await run.says("The connection was refused")
        assert run.state is Freshness.NO_DATA
        await proxy.listen()
        await run.live()
        assert run.values_at("Alerie") == ALERIE


async def test_idle_connections_that_are_closed_cost_nothing(
    proxy: Chaos, simulator: TimedSimulator
) -> None:
    async with fast(simulator, proxy.url, deadline=60.0, speed=SPEED / 5) as run:
        await run.live()

        async def answered() -> None:
            """Wait for an answer: after it the connections are idle, for half a second here."""
            readings = run.app.state.snapshot.readings
            await run.until(lambda: run.app.state.snapshot.readings != readings, "an answer")

        await answered()
        for close in (proxy.close_idle, proxy.close_on_request, proxy.close_idle):
            answer = close()
            if answer is not None:
                await answer
            await answered()
            assert run.state is Freshness.LIVE
            assert "next try" not in run.status
        assert simulator.request_count("token") == 1


async def test_a_name_that_does_not_resolve(
    simulator: TimedSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*arguments: object, **options: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with fast(simulator, "https://nowhere.invalid/analytics/work") as run:
        await run.says("The host's name could not be resolved")
        assert NETWORK in run.status
        assert run.state is Freshness.NO_DATA


async def test_a_certificate_that_nobody_knows_is_told_and_ca_bundle_named(
    simulator: TimedSimulator, tmp_path: Path
) -> None:
    pem = tmp_path / "it.pem"
    pem.write_text(PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    url = f"https://localhost:{port}/analytics/work"
    async with server:
        async with fast(simulator, url, deadline=2.0) as run:
            await run.says("The server's certificate could not be verified")
            assert "name its certificate in ca_bundle of [api]" in run.status
        async with fast(simulator, url, deadline=2.0, ca_bundle=str(pem)) as run:
            await run.says("The connection broke off")


async def test_a_proxy_of_the_environment_that_is_not_there(
    simulator: TimedSimulator, proxy: Chaos, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        async with fast(simulator, "https://api.invalid/analytics/work") as run:
            await run.says("The connection was refused")
            assert "the proxy" in run.status
        async with fast(simulator, proxy.url) as run:
            await run.live()


@pytest.mark.parametrize("what", ["huge", "bomb"])
async def test_a_gigabyte_costs_little_memory_and_is_told(
    served: Served, simulator: TimedSimulator, what: str
) -> None:
    # Slower than usual: the machine has megabytes to read before its numbers are too old.
    async with fast(simulator, served.url, deadline=60.0, speed=SPEED / 10) as run:
        await run.live()
        gc.collect()
        tracemalloc.start()
        try:
            for endpoint in ("realtime", "queue-metrics"):
                simulator.faults.add(f"{endpoint}:{what}:megabytes=1024")
            await run.says("The answer is larger than any answer of this API")
            assert tracemalloc.get_traced_memory()[1] < LEAST
        finally:
            tracemalloc.stop()
        assert "raise max_body in [api]" in run.status
        assert run.values_at("Narbo") == NARBO
        simulator.faults.clear()
        await run.live()


async def test_a_server_that_hangs_or_drips_is_told_and_over(
    served: Served, simulator: TimedSimulator
) -> None:
    async with fast(simulator, served.url) as run:
        for what in ("hang", "slow:delay=3"):
            await run.live()
            simulator.faults.add(f"realtime:{what}")
            await run.says("No complete answer within 0.2 s")
            assert "raise timeout in [api]" in run.status
            simulator.faults.clear()
        await run.live()


async def test_descriptors_stay_flat_while_the_network_comes_and_goes(
    proxy: Chaos, simulator: TimedSimulator
) -> None:
    async with fast(simulator, proxy.url) as run:
        await run.live()
        before = descriptors()
        for breaks in (refused, reset, half_open):
            await breaks(proxy)
            await run.until(lambda: "next try" in run.status, "a failure")
            await well(proxy)
            await run.live()
        await run.until(lambda: descriptors() <= before + 2, "connections closed")


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
