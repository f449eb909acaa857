"""All feeds of an account: opening it, the interval, and asking now."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_clock import FakeClock
from tests.sample import row
from tests.unit.fakes import FakeAccount, FakeSource, settle, started, stopped
from wallboard.errors import (
    EndpointGone,
    InvalidResponse,
    RateLimited,
    SignInRefused,
    UnknownName,
    Unreachable,
    WallboardError,
)
from wallboard.feed.feeds import LazyAccount, PolledFeeds, default_interval
from wallboard.feed.lookups import LEAST, REGULARLY
from wallboard.feed.once import AGAIN, poll_once
from wallboard.model.data.reading import Reading
from wallboard.model.events import Discovered, Failed, FeedEvent, Fresh


@dataclass
class Running:
    clock: FakeClock
    account: FakeAccount
    feeds: PolledFeeds
    events: list[FeedEvent] = field(default_factory=list)


@asynccontextmanager
async def running(
    clock: FakeClock, account: FakeAccount, interval: float | None = None
) -> AsyncIterator[Running]:
    run = Running(clock, account, PolledFeeds(account, clock, lambda: 0.0, interval))

    async def forever() -> None:
        await run.feeds.run(run.events.append)

    task = await started(forever)
    try:
        yield run
    finally:
        await stopped(task)


async def test_says_what_it_found_and_then_polls_side_by_side() -> None:
    clock = FakeClock()
    one, other = FakeSource(clock, pbx="a"), FakeSource(clock, pbx="b")
    async with running(clock, FakeAccount([one, other])) as run:
        await clock.advance(25)
        found = run.events[0]
        assert isinstance(found, Discovered)
        assert [info.pbx_name for info in found.feeds] == ["a", "b"]
        assert found.interval == 12
        assert one.asked == other.asked == [1000, 1012, 1024]
        assert sum(isinstance(event, Fresh) for event in run.events) == 6


@pytest.mark.parametrize(("pbxes", "seconds"), [(1, 10), (2, 12), (10, 60)])
def test_unset_intervals_keep_to_ten_requests_a_minute(pbxes: int, seconds: float) -> None:
    assert default_interval(pbxes) == seconds
    assert pbxes * 60 / default_interval(pbxes) <= 10


async def test_what_is_set_is_obeyed() -> None:
    clock = FakeClock()
    source = FakeSource(clock)
    async with running(clock, FakeAccount([source]), interval=2) as run:
        await clock.advance(5)
        assert run.events[0] == Discovered(run.events[0].feeds, 2)  # type: ignore[union-attr]
        assert source.asked == [1000, 1002, 1004]


async def test_one_feed_that_fails_does_not_hold_up_the_other() -> None:
    clock = FakeClock()
    bad = FakeSource(clock, Unreachable("down"), pbx="a")
    good = FakeSource(clock, pbx="b")
    async with running(clock, FakeAccount([bad, good]), interval=10) as run:
        await clock.advance(25)
        assert good.asked == [1000, 1010, 1020]
        assert any(isinstance(event, Failed) and event.feed == bad.feed for event in run.events)


async def test_opening_is_tried_again_and_says_why_it_failed() -> None:
    clock = FakeClock()
    source = FakeSource(clock)
    async with running(clock, FakeAccount(Unreachable("down"), [source])) as run:
        failed = run.events[0]
        assert isinstance(failed, Failed)
        assert failed.feed is None
        assert failed.trouble.words == "down"
        assert failed.retry_at is not None
        assert failed.retry_at.elapsed == 1002
        await clock.advance(3)
        assert isinstance(run.events[1], Discovered)
        assert source.asked == [1002]


async def test_a_refused_sign_in_waits_as_long_as_it_says_unless_a_hand_asks() -> None:
    clock = FakeClock()
    account = FakeAccount(SignInRefused("no", retry_after=300), [FakeSource(clock)])
    async with running(clock, account) as run:
        await clock.advance(200)
        assert account.opened == 1
        run.feeds.poll_now()
        await settle()
        assert account.asked_now == 1
        assert account.opened == 2


@pytest.mark.parametrize(("asked", "seconds"), [(900, 900), (10**9, 900)])
async def test_an_error_that_says_how_long_to_wait_is_obeyed_at_the_start(
    asked: float, seconds: float
) -> None:
    clock = FakeClock()
    account = FakeAccount(InvalidResponse("no end", retry_after=asked), [FakeSource(clock)])
    async with running(clock, account):
        await clock.advance(seconds - 1)
        assert account.opened == 1
        await clock.advance(2)
        assert account.opened == 2


async def test_a_limit_is_obeyed_while_the_account_is_not_open_yet() -> None:
    clock = FakeClock()
    source = FakeSource(clock)
    account = FakeAccount(RateLimited("too many", retry_after=60), [source])
    async with running(clock, account) as run:
        run.feeds.poll_now()
        await clock.advance(59)
        assert account.opened == 1
        await clock.advance(2)
        assert account.opened == 2
        assert source.asked == [1060]


async def test_unknown_names_are_looked_up_again_every_five_minutes() -> None:
    clock = FakeClock()
    account = FakeAccount(UnknownName(["[api] queues: no such queue"]), [FakeSource(clock)])
    async with running(clock, account):
        await clock.advance(299)
        assert account.opened == 1
        await clock.advance(2)
        assert account.opened == 2


async def test_a_fault_while_opening_does_not_end_the_board() -> None:
    clock = FakeClock()
    account = FakeAccount(RuntimeError("oops"), [FakeSource(clock)])
    async with running(clock, account) as run:
        await clock.advance(5)
        assert [type(event) for event in run.events[:2]] == [Failed, Discovered]


# -- names are looked up again ----------------------------------------------------------------


async def test_a_pbx_that_came_is_polled_and_one_that_went_is_not_and_the_rest_goes_on() -> None:
    clock = FakeClock()
    one, two, three = (FakeSource(clock, pbx=name) for name in "abc")
    account = FakeAccount([one, two], [FakeSource(clock, pbx="b"), three])
    async with running(clock, account, interval=600) as run:
        await clock.advance(REGULARLY + 900)
        first, second = [event for event in run.events if isinstance(event, Discovered)]
        assert [info.pbx_name for info in first.feeds] == ["a", "b"]
        assert [info.pbx_name for info in second.feeds] == ["b", "c"]
        assert one.asked[-1] <= 1_000 + REGULARLY
        assert two.asked == [1_000 + 600 * number for number in range(8)], "as if nothing had been"
        assert three.asked == [1_000 + REGULARLY, 1_000 + REGULARLY + 600]
        at = run.events.index(second)
        assert not any(event.feed == one.feed for event in run.events[at:]
                       if isinstance(event, Fresh | Failed))  # fmt: skip


async def test_the_interval_follows_the_number_of_pbxes_where_none_is_set() -> None:
    clock = FakeClock()
    one, two = FakeSource(clock, pbx="a"), FakeSource(clock, pbx="b")
    account = FakeAccount([one], [one, two, FakeSource(clock, pbx="c")], [one])
    async with running(clock, account) as run:
        for interval in (10, 18, 10):
            found = [event for event in run.events if isinstance(event, Discovered)]
            assert found[-1].interval == interval
            assert {info.interval for info in found[-1].feeds} == {interval}
            await clock.advance(200)
            assert one.asked[-1] - one.asked[-2] == interval
            await clock.advance(REGULARLY - 199)


@pytest.mark.parametrize(
    "error", [Unreachable("down"), UnknownName(["?"]), SignInRefused("no"), RuntimeError("oops")]
)
async def test_a_look_up_that_fails_changes_nothing_and_is_tried_again(error: Exception) -> None:
    clock = FakeClock()
    source, other = FakeSource(clock, pbx="a"), FakeSource(clock, pbx="b")
    account = FakeAccount([source], error, error, [source, other])
    async with running(clock, account, interval=100) as run:
        await clock.advance(REGULARLY + 179)
        assert account.opened == 3
        assert [type(event) for event in run.events if not isinstance(event, Fresh)] == [Discovered]
        await clock.advance(2)
        assert other.asked
        assert source.asked == [1_000 + 100 * number for number in range(38)]


async def test_a_look_up_that_hangs_holds_nobody_up() -> None:
    clock = FakeClock()
    source = FakeSource(clock)
    account = FakeAccount([source])
    async with running(clock, account, interval=10):

        async def forever() -> tuple[FakeSource, ...]:
            await asyncio.Event().wait()
            return ()

        account.open = forever  # type: ignore[method-assign]
        await clock.advance(REGULARLY + 100)
        assert len(source.asked) == (REGULARLY + 100) / 10 + 1


async def test_names_are_not_looked_up_again_while_a_limit_holds() -> None:
    clock = FakeClock()
    limit = RateLimited("too many", retry_after=400)
    account = FakeAccount([FakeSource(clock, limit, None), FakeSource(clock, pbx="b")])
    account.lacking = True
    async with running(clock, account):
        await clock.advance(399)
        assert account.opened == 1
        await clock.advance(2)
        assert account.opened == 2


async def test_a_hand_looks_names_up_once_a_minute_at_most() -> None:
    clock = FakeClock()
    account = FakeAccount([FakeSource(clock)])
    async with running(clock, account, interval=10) as run:
        await clock.advance(300)
        for _ in range(120):
            run.feeds.poll_now()
            await clock.advance(1)
        assert account.opened == 1 + 2


async def test_what_is_missing_is_looked_up_at_once_and_then_ever_more_seldom() -> None:
    clock = FakeClock()
    account = FakeAccount([FakeSource(clock)])
    async with running(clock, account, interval=10):
        await clock.advance(300)
        account.lacking = True
        await clock.advance(10)
        assert account.opened == 2
        await clock.advance(REGULARLY - 10)
        assert account.opened == 6, "after 2, 4, 8, 16 minutes"
        account.lacking = False
        await clock.advance(1_000)
        account.lacking = True
        await clock.advance(20)
        assert account.opened == 7
        await clock.advance(REGULARLY - 20)
        assert account.opened == 11, "after a calm the waits begin anew"


async def test_a_pbx_whose_address_is_gone_is_looked_up() -> None:
    clock = FakeClock()
    gone = FakeSource(clock, None, EndpointGone("gone"))
    account = FakeAccount([gone])
    async with running(clock, account, interval=100):
        await clock.advance(101)
        assert account.opened == 2


@given(
    st.lists(
        st.tuples(st.sampled_from(["lack", "have", "hand", "fail", "well"]), st.integers(1, 900)),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_look_ups_are_a_minute_apart_and_polling_goes_on(
    happenings: list[tuple[str, int]],
) -> None:
    async def run() -> None:
        clock = FakeClock()
        source, at, well = FakeSource(clock), [], True
        account = FakeAccount([source])

        async def opened() -> tuple[FakeSource, ...]:
            at.append(clock.elapsed())
            if not well:
                raise Unreachable("down")
            return (source,)

        async with running(clock, account, interval=60) as one:
            account.open = opened  # type: ignore[method-assign]
            for what, seconds in happenings:
                well = what == "well" or (well and what != "fail")
                account.lacking = what == "lack" or (account.lacking and what != "have")
                if what == "hand":
                    one.feeds.poll_now()
                await clock.advance(seconds, settle=8)
            assert all(later - sooner >= LEAST for sooner, later in pairwise(at))
            assert clock.elapsed() - source.asked[-1] <= 60

    asyncio.run(run())


async def test_cancelling_closes_the_account_and_leaves_no_task() -> None:
    clock, before = FakeClock(), asyncio.all_tasks()
    account = FakeAccount([FakeSource(clock)])
    async with running(clock, account):
        await clock.advance(5)
    await settle()
    assert account.closed == 1
    assert asyncio.all_tasks() == before


async def test_once_asks_every_feed_and_keeps_those_that_failed() -> None:
    clock = FakeClock()
    error = Unreachable("down")
    account = FakeAccount([FakeSource(clock, pbx="a"), FakeSource(clock, error, pbx="b")])
    asked = await poll_once(account, clock)
    assert [reading.feed.pbx for reading in asked.readings] == ["a"]
    assert [(info.pbx_name, problem) for info, problem in asked.failures] == [("b", error)]
    assert account.closed == 1


async def test_once_raises_when_the_account_does_not_open_and_closes_it() -> None:
    account = FakeAccount(SignInRefused("no"))
    with pytest.raises(WallboardError):
        await poll_once(account, FakeClock())
    assert account.closed == 1


class GrowingSource(FakeSource):
    """Answers with a wait of so many milliseconds each time; ``None`` fails."""

    def __init__(self, clock: FakeClock, *waits: int | None, confirmed: tuple[bool, ...]) -> None:
        super().__init__(clock)
        self.rounds = list(zip(waits, confirmed, strict=True))

    async def fetch(self) -> Reading:
        reading = await super().fetch()
        wait, confirmed = self.rounds.pop(0)
        if wait is None:
            raise Unreachable("down")
        queues = (row("Sales", longestWaitingTime=wait),)
        return replace(reading, queues=queues, confirmed=confirmed, unit="s")


async def test_once_asks_again_seconds_later_where_the_unit_of_waits_is_not_confirmed() -> None:
    clock = FakeClock()
    unsure = GrowingSource(clock, 44_000, 48_000, confirmed=(False, True))
    settled = GrowingSource(clock, 44_000, confirmed=(True,))
    account = FakeAccount([unsure, settled])
    asking = asyncio.ensure_future(poll_once(account, clock))
    await settle()
    assert (len(unsure.asked), asking.done(), account.closed) == (1, False, 0)
    await clock.advance(AGAIN)
    asked = await asking
    assert [at - unsure.asked[0] for at in unsure.asked] == [0, AGAIN]
    assert len(settled.asked) == 1
    assert 3 <= AGAIN <= 5
    assert [(one.confirmed, one.queues[0].values) for one in asked.readings] == [
        (True, {"longestWaitingTime": 48_000}), (True, {"longestWaitingTime": 44_000}),
    ]  # fmt: skip
    assert (asked.failures, account.closed) == ((), 1)


async def test_a_second_question_that_fails_leaves_the_first_answer_and_is_no_failure() -> None:
    clock = FakeClock()
    account = FakeAccount([GrowingSource(clock, 44_000, None, confirmed=(False, False))])
    asking = asyncio.ensure_future(poll_once(account, clock))
    await settle()
    await clock.advance(AGAIN)
    asked = await asking
    assert [one.queues[0].values["longestWaitingTime"] for one in asked.readings] == [44_000]
    assert asked.failures == ()


async def test_where_nobody_waits_or_talks_there_is_no_second_question() -> None:
    clock = FakeClock()
    source = GrowingSource(clock, 0, confirmed=(False,))
    await poll_once(FakeAccount([source]), clock)
    assert len(source.asked) == 1


async def test_an_account_made_later_is_made_once() -> None:
    clock = FakeClock()
    made: list[FakeAccount] = []

    def make() -> FakeAccount:
        made.append(FakeAccount([FakeSource(clock)]))
        return made[-1]

    later = LazyAccount(make)
    later.ask_now()
    await later.aclose()
    lacking = [later.lacking]
    assert not made
    await later.open()
    await later.open()
    lacking.append(later.lacking)
    made[0].lacking = True
    lacking.append(later.lacking)
    assert lacking == [False, False, True]
    later.ask_now()
    await later.aclose()
    assert len(made) == 1
    assert (made[0].opened, made[0].asked_now, made[0].closed) == (2, 1, 1)
