"""Hours that are over are asked for beside the polls: the newest first, never more than two a
minute, closed ones once, and only while somebody wants them."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from tests.fake_clock import FakeClock
from tests.sample import row
from tests.unit.fakes import FakeAccount, settle, started, stopped
from wallboard.errors import EndpointGone, RateLimited, Unreachable, WallboardError
from wallboard.feed.feeds import PolledFeeds
from wallboard.feed.past import FAILED_FOR, ask_past
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import FeedEvent
from wallboard.model.judge.hours import (
    AGAIN,
    SETTLES,
    KnownHours,
    PastHeard,
    PastSpan,
    hours_of,
    is_due,
)

MIDNIGHT = FakeClock.start.replace(hour=0, minute=0)
DAY = Day(MIDNIGHT, MIDNIGHT + timedelta(days=1))
HOURS = hours_of(DAY)


@dataclass
class Teller:
    """A source that tells of any span, and says when it was asked for which."""

    clock: FakeClock
    pbx: str = "a"
    pbx_name: str = "A"
    error: WallboardError | None = None
    asked: list[tuple[float, int]] = field(default_factory=list)

    @property
    def feed(self) -> FeedId:
        return FeedId(self.pbx, Kind.TODAY)

    async def fetch(self) -> Reading:
        return await self.past(DAY, asked=False)

    async def past(self, span: Day, *, asked: bool = True) -> Reading:
        if asked:
            self.asked.append((self.clock.seconds, span.start.hour))
        if asked and self.error is not None:
            raise self.error
        now = Moment(self.clock.now(), self.clock.seconds)
        sales = row("Sales", "1", enteredCalls=span.start.hour)
        return Reading(self.feed, now, (sales,), frozenset(), day=span)


class Run:
    def __init__(self, *sources: Teller) -> None:
        self.clock = sources[0].clock
        self.events: list[FeedEvent] = []
        self.feeds = PolledFeeds(FakeAccount(list(sources)), self.clock, lambda: 0.0, 300.0)

    async def __aenter__(self) -> "Run":
        async def forever() -> None:
            await self.feeds.run(self.events.append)

        self.task = await started(forever)
        return self

    async def __aexit__(self, *_: object) -> None:
        await stopped(self.task)

    @property
    def heard(self) -> list[PastHeard]:
        return [one for one in self.events if isinstance(one, PastHeard)]


async def test_nothing_is_asked_until_somebody_wants_it_and_no_more_when_nobody_does() -> None:
    source = Teller(FakeClock())
    async with Run(source) as run:
        await run.clock.advance(600)
        assert source.asked == []
        run.feeds.want_past(HOURS)
        await settle()
        assert len(source.asked) == 2
        run.feeds.want_past(())
        await run.clock.advance(600)
        assert len(source.asked) == 2


async def test_the_newest_hour_first_and_never_more_than_two_in_any_minute() -> None:
    clock = FakeClock()
    one, other = Teller(clock), Teller(clock, "b", "B")
    async with Run(one, other) as run:
        run.feeds.want_past(HOURS)
        await settle()
        await run.clock.advance(9 * 60, settle=200)
        when = sorted(at for at, _ in one.asked + other.asked)
        assert len(when) >= 18
        assert all(third - first >= 60 for first, third in zip(when, when[2:], strict=False))
        # It is half past nine: nothing of what is to come is asked for.
        hours = [hour for _, hour in one.asked]
        first_time = list(dict.fromkeys(hours))
        assert first_time == list(range(9, 9 - len(first_time), -1))
        assert len(first_time) >= 8


async def test_a_closed_hour_is_asked_for_once_and_what_is_known_is_not() -> None:
    clock = FakeClock()
    source = Teller(clock)
    known = [
        PastSpan(await Teller(clock).past(span, asked=False), exact=True) for span in HOURS[:5]
    ]
    async with Run(source) as run:
        run.feeds.want_past(HOURS, known)
        await run.clock.advance(40 * 60)
        asked = [hour for _, hour in source.asked]
        assert set(asked) == {5, 6, 7, 8, 9, 10}
        assert all(asked.count(hour) == 1 for hour in range(5, 9))
        assert asked.count(9) > 1


async def test_what_was_closed_is_heard_and_an_hour_that_goes_on_is_heard_again() -> None:
    source = Teller(FakeClock())
    async with Run(source) as run:
        run.feeds.want_past(HOURS[8:10])
        await run.clock.advance(70)
        spans = [one.spans[0] for one in run.heard]
        assert [one.span.start.hour for one in spans] == [9, 8]
        assert [one.is_closed for one in spans] == [False, True]
        await run.clock.advance(AGAIN.total_seconds() + 60)
        assert [one.spans[0].span.start.hour for one in run.heard][2:] == [9]


@pytest.mark.parametrize(
    "error",
    [EndpointGone("There is no such page"), Unreachable("down"), WallboardError("A fault", "So.")],
)
async def test_a_pbx_that_tells_none_is_told_and_left_alone_for_a_while(
    error: WallboardError,
) -> None:
    clock = FakeClock()
    bad, good = Teller(clock, error=error), Teller(clock, "b", "B")
    async with Run(bad, good) as run:
        run.feeds.want_past(HOURS)
        await settle()
        await run.clock.advance(FAILED_FOR - 10)
        assert len(bad.asked) == 1
        assert len(good.asked) >= 8
        assert {"a": error.words} in [dict(one.words) for one in run.heard]
        await run.clock.advance(120)
        assert len(bad.asked) == 2


async def test_a_report_asks_a_pbx_that_failed_no_more_and_says_why() -> None:
    clock, error = FakeClock(), Unreachable("nobody is there")
    bad, good = Teller(clock, error=error), Teller(clock, "b", "B")
    report = asyncio.create_task(ask_past(FakeAccount([bad, good]), HOURS[:3], {}, clock))
    await settle()
    await clock.advance(300)
    found = await report
    assert (len(bad.asked), len(good.asked)) == (1, 3)
    assert [(info.pbx_name, why) for info, why in found.failures] == [("A", error)]
    assert len(found.found) == len(found.asked) == 3


async def test_a_limit_holds_for_questions_about_the_past_too() -> None:
    clock = FakeClock()
    source = Teller(clock, error=RateLimited("slowly", retry_after=400))
    async with Run(source) as run:
        run.feeds.want_past(HOURS)
        await run.clock.advance(390)
        assert len(source.asked) == 1


def test_an_hour_that_began_is_due_until_it_is_closed() -> None:
    hour = HOURS[9]

    def known(at: timedelta) -> PastSpan:
        made = Reading(FeedId("a"), Moment(hour.end + at, 0.0), (), frozenset(), day=hour)
        return PastSpan(made, exact=True)

    assert not is_due(hour, None, hour.start)
    assert is_due(hour, None, hour.start + AGAIN)
    late = hour.end + timedelta(hours=3)
    assert is_due(hour, known(-AGAIN), late)
    assert is_due(hour, known(SETTLES - AGAIN), late)
    assert not is_due(hour, known(SETTLES), late)


def test_an_hour_as_polled_never_stands_for_one_that_is_exact() -> None:
    hour = HOURS[3]

    def heard(count: int, *, exact: bool) -> PastSpan:
        queues = (row("Sales", "1", enteredCalls=count), row("Care", "2"))
        at = Moment(hour.end, 0.0)
        return PastSpan(Reading(FeedId("a", Kind.TODAY), at, queues, frozenset(), day=hour), exact)

    hours = KnownHours().with_heard([heard(5, exact=False)], {"a": "down"})
    total = hours.total(hour, ["a"], None)
    assert total is not None
    assert (total.numbers[0], total.exact, total.partial) == (5, False, True)
    hours = hours.with_heard([heard(7, exact=True)], {}).with_heard([heard(5, exact=False)], {})
    total = hours.total(hour, ["a", "b"], {row("Sales", "1").key})
    assert total is not None
    assert (total.numbers[0], total.exact, total.partial) == (7, True, True)
    assert hours.words == {}
    assert hours.total(hour, ["b"], None) is None


def test_hours_that_nobody_compares_with_any_more_are_let_go() -> None:
    def heard(days: int) -> PastSpan:
        span = Day(HOURS[0].start + timedelta(days=days), HOURS[0].end + timedelta(days=days))
        made = Reading(FeedId("a", Kind.TODAY), Moment(span.end, 0.0), (), frozenset(), day=span)
        return PastSpan(made, exact=True)

    hours = KnownHours()
    for days in range(30):
        hours = hours.with_heard([heard(days)], {})
    assert len(hours.known) == 10
    assert hours.with_heard([], {}).known == hours.known
