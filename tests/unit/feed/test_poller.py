"""When a feed is asked: the grid, the waits after failures, the hand that asks now."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_clock import FakeClock
from tests.unit.fakes import FakeSource, settle, started, stopped
from wallboard.errors import (
    FeedError,
    RateLimited,
    Reason,
    ServerError,
    SignInRefused,
    Unreachable,
)
from wallboard.feed.poller import Poller
from wallboard.feed.retry import RateLimit, backoff
from wallboard.model.events import Failed, Fresh

DOWN = Unreachable("Cannot reach the API")


@dataclass
class Polling:
    clock: FakeClock
    source: FakeSource
    poller: Poller
    events: list[Fresh | Failed] = field(default_factory=list)

    def times(self) -> list[float]:
        return [at - 1000.0 for at in self.source.asked]


@asynccontextmanager
async def polling(
    *answers: BaseException | float | None,
    interval: float = 10.0,
    random: float = 0.5,
    clock: FakeClock | None = None,
    gate: RateLimit | None = None,
) -> AsyncIterator[Polling]:
    clock = clock or FakeClock()
    source = FakeSource(clock, *answers)
    run = Polling(
        clock, source, Poller(source, clock, interval, lambda: random, gate or RateLimit())
    )

    async def collect() -> None:
        async for event in run.poller.events():
            run.events.append(event)

    task = await started(collect)
    try:
        yield run
    finally:
        await stopped(task)


async def test_polls_on_a_fixed_grid() -> None:
    async with polling() as run:
        await run.clock.advance(45)
        assert run.times() == [0, 10, 20, 30, 40]


async def test_answers_that_take_time_do_not_shift_the_grid() -> None:
    async with polling(3.0) as run:
        await run.clock.advance(45)
        assert run.times() == [0, 10, 20, 30, 40]


async def test_a_slow_answer_skips_ticks_and_never_overlaps() -> None:
    async with polling(25.0, None) as run:
        await run.clock.advance(45)
        assert run.times() == [0, 30, 40]
        assert run.source.most_under_way == 1


async def test_an_event_says_when_the_next_poll_is() -> None:
    async with polling(3.0, DOWN) as run:
        await run.clock.advance(12)
        fresh, failed = run.events
        assert isinstance(fresh, Fresh)
        assert fresh.next_poll.elapsed == 1010
        assert isinstance(failed, Failed)
        assert failed.at.elapsed == 1010
        assert failed.retry_at is not None
        assert failed.retry_at.elapsed == 1013
        assert (failed.retry_at.wall - failed.at.wall).total_seconds() == 3


async def test_failures_wait_longer_and_longer_until_one_succeeds() -> None:
    async with polling(DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, None, random=1.0) as run:
        await run.clock.advance(200)
        waits = [b - a for a, b in zip(run.times(), run.times()[1:], strict=False)][:6]
        assert waits == [4, 6, 10, 18, 30, 30]
        after = run.times()[6:]
        assert all(at % 10 == 0 for at in after[1:]), "back on the grid"


async def test_after_a_success_the_waits_begin_anew() -> None:
    async with polling(DOWN, DOWN, DOWN, DOWN, None, DOWN, None, random=1.0) as run:
        await run.clock.advance(60)
        failed = [one for one in run.events if isinstance(one, Failed)]
        waits = [one.retry_at.elapsed - one.at.elapsed for one in failed if one.retry_at]
        assert waits == [4, 6, 10, 18, 4]


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_failure_waits_2_seconds_to_30(failures: int, random: float) -> None:
    assert 2 <= backoff(failures, lambda: random) <= 30


async def test_a_later_retry_after_is_obeyed_and_an_earlier_one_is_not() -> None:
    async with polling(RateLimited("too many", retry_after=60), None) as run:
        await run.clock.advance(59)
        assert run.times() == [0]
        await run.clock.advance(2)
        assert run.times() == [0, 60]
    async with polling(RateLimited("too many", retry_after=0), None) as run:
        await run.clock.advance(2.9)
        assert run.times() == [0]
        await run.clock.advance(0.2)
        assert run.times() == [0, 3]


async def test_an_absurd_retry_after_is_clamped_to_a_quarter_of_an_hour() -> None:
    async with polling(RateLimited("too many", retry_after=1e9), None) as run:
        await run.clock.advance(901)
        assert run.times() == [0, 900]


@pytest.mark.parametrize("kind", [ServerError, RateLimited])
async def test_nobody_is_asked_to_wait_for_a_day(kind: type[FeedError]) -> None:
    async with polling(kind("down for the day", retry_after=86_400), None) as run:
        await run.clock.advance(905)
        assert run.times() == [0, 900]


async def test_a_refused_sign_in_waits_as_long_as_the_account_says() -> None:
    async with polling(SignInRefused("no", retry_after=1_800), None) as run:
        await run.clock.advance(1_805)
        assert run.times() == [0, 1_800]


def test_a_later_and_shorter_limit_does_not_shorten_one() -> None:
    gate = RateLimit()
    gate.learn(RateLimited("too many", retry_after=60), 1000)
    gate.learn(RateLimited("too many", retry_after=5), 1010)
    assert gate.opens(1011) == 1060
    gate.learn(RateLimited("too many", retry_after=80), 1011)
    assert gate.opens(1012) == 1091
    # Another kind of failure says nothing of the account.
    gate.learn(ServerError("down", retry_after=500), 1012)
    assert gate.opens(1013) == 1091


async def test_what_one_feed_learns_of_a_limit_holds_for_the_other() -> None:
    gate = RateLimit()
    async with polling(gate=gate) as calm:
        limited = RateLimited("too many", retry_after=60)
        async with polling(limited, None, clock=calm.clock, gate=gate) as run:
            await run.clock.advance(75)
            assert run.times() == [0, 60, 70]
            assert calm.times() == [0, 60, 70]


async def test_a_hand_asks_at_once_and_the_grid_stays() -> None:
    async with polling() as run:
        await run.clock.advance(4)
        run.poller.poll_now()
        await settle()
        await run.clock.advance(20)
        assert run.times() == [0, 4, 10, 20]


async def test_a_hand_does_not_overlap_a_question_under_way() -> None:
    async with polling(5.0) as run:
        await run.clock.advance(2)
        run.poller.poll_now()
        await run.clock.advance(2)
        assert run.source.most_under_way == 1
        await run.clock.advance(2)
        assert run.times() == [0, 5]


async def test_a_hand_does_not_pierce_a_rate_limit() -> None:
    async with polling(RateLimited("too many", retry_after=60), None) as run:
        await run.clock.advance(5)
        run.poller.poll_now()
        await run.clock.advance(54)
        assert run.times() == [0]
        await run.clock.advance(2)
        assert run.times() == [0, 60]


async def test_a_hand_may_try_a_refused_sign_in() -> None:
    async with polling(SignInRefused("no", retry_after=300), None) as run:
        await run.clock.advance(100)
        assert run.times() == [0]
        run.poller.poll_now()
        await settle()
        assert run.times() == [0, 100]


@pytest.mark.parametrize(
    "fault",
    # The last: nobody has cancelled this task, it leaked out of something inside.
    [ZeroDivisionError("secret"), KeyError("secret"), OSError(5), asyncio.CancelledError("secret")],
)
async def test_a_fault_of_our_own_is_a_failure_and_polling_goes_on(fault: BaseException) -> None:
    async with polling(fault, None) as run:
        await run.clock.advance(11)
        failed, fresh = run.events[:2]
        assert isinstance(failed, Failed)
        assert failed.trouble.reason is Reason.BUG
        assert type(fault).__name__ in failed.trouble.words
        assert "secret" not in failed.trouble.words + failed.trouble.remedy
        assert isinstance(fresh, Fresh)


async def test_cancelling_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    async with polling(5.0) as run:
        await run.clock.advance(7)
    await settle()
    assert asyncio.all_tasks() == before
