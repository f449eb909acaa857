"""Faults of our own: the board says so and goes on, or its numbers look as old as they are."""

import asyncio
import ssl

import httpx
import pytest

from tests.fake_clock import FakeClock
from tests.faults.fault_env import ages, heals, rig, says
from tests.ui.end_to_end import INTERVAL
from tests.unit.fakes import FakeSource, started, stopped
from wallboard.errors import Reason
from wallboard.feed.poller import Poller
from wallboard.feed.retry import RateLimit, supervise
from wallboard.model.events import Failed, Fresh
from wallboard.model.feeds.freshness import Freshness

SECRET = "pass-word-that-nobody-may-see"


BUGS = (
    RuntimeError(SECRET),
    KeyError(SECRET),
    RecursionError(SECRET),
    MemoryError(SECRET),
    ExceptionGroup(SECRET, [ValueError(SECRET)]),
    asyncio.CancelledError(SECRET),
)
TRANSPORT = (
    (httpx.ConnectError(SECRET), "No connection could be made"),
    (httpx.ReadError(SECRET), "The connection broke off"),
    (httpx.PoolTimeout(SECRET), "No connection could be made"),
    (httpx.LocalProtocolError(SECRET), "What answered does not speak HTTP"),
    (ssl.SSLError(1, SECRET), "No secure connection (TLS) could be made"),
    (OSError(24, SECRET), "No connection could be made"),
)
"""What a transport may fail of, and what is said of it: never its own words."""


async def test_a_bug_in_polling_is_told_ages_and_heals(caplog: pytest.LogCaptureFixture) -> None:
    async with rig() as run:
        for fault in BUGS:
            run.network.broken = fault
            name = type(fault).__name__
            await says(run, f"A fault in the board itself ({name})", "please report it")
            if fault is BUGS[-1]:
                await ages(run)
            run.network.broken = None
            await heals(run)
    assert SECRET not in caplog.text


async def test_whatever_the_transport_fails_of_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async with rig() as run:
        for fault, words in TRANSPORT:
            run.network.broken = fault
            await says(run, words)
            assert SECRET not in run.status
            run.network.broken = None
            await heals(run)
    assert SECRET not in caplog.text


async def test_a_poller_that_is_gone_shows_by_the_age_of_the_numbers() -> None:
    async with rig() as run:
        await run.go(INTERVAL)
        for worker in run.app.workers:
            if worker.name == "feeds":
                worker.cancel()
        await ages(run)


async def test_a_cancellation_that_nobody_asked_for_does_not_end_a_feed() -> None:
    clock = FakeClock()
    source = FakeSource(clock, asyncio.CancelledError(), asyncio.CancelledError(), None)
    poller = Poller(source, clock, INTERVAL, lambda: 0.5, RateLimit())
    events: list[Fresh | Failed] = []

    async def collect() -> None:
        async for event in poller.events():
            events.append(event)  # noqa: PERF401 - it never ends

    task = await started(collect)
    await clock.advance(30)
    assert [type(one) for one in events[:3]] == [Failed, Failed, Fresh]
    assert isinstance(events[0], Failed)
    assert events[0].trouble.reason is Reason.BUG
    await stopped(task)
    assert task.cancelled(), "one that somebody asked for ends it"


async def test_a_cancellation_that_was_asked_for_passes() -> None:
    begun = asyncio.Event()

    async def ask() -> int:
        begun.set()
        await asyncio.sleep(60)
        return 1

    task = asyncio.create_task(supervise(ask))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_terminal_of_any_size_and_back() -> None:
    async with rig() as run:
        for page in ("", "help", "alerts", "open", "sites", "queues", "order", "theme", "kiosk"):
            if page:
                await run.app.run_action(page)
            for size in ((1, 1), (1, 40), (90, 1)):
                await run.resize(*size)
                await run.go(2, step=1)
            await run.resize(120, 30)
            while len(run.app.screen_stack) > 1:
                run.app.pop_screen()
            await run.rest()
            assert run.state is Freshness.LIVE
            assert run.line("Alerie"), page
        await heals(run)
