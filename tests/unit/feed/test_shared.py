"""One poller behind many boards: each knows what it would know alone, whenever it came."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_clock import FakeClock
from tests.sample import row
from tests.unit.fakes import FakeAccount, FakeSource, settle, started, stopped
from tests.unit.model_env import moment
from wallboard.errors import Reason
from wallboard.feed.feeds import PolledFeeds
from wallboard.feed.shared import MOST_WAITING, POLLED_AGAIN, BoardFeeds, SharedFeeds
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import (
    Discovered,
    Failed,
    FeedEvent,
    FeedInfo,
    Fresh,
    HubRules,
    Remembered,
    Trouble,
)
from wallboard.model.judge.hours import PastHeard, PastSpan
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.judge.trends import Trends
from wallboard.model.state import start, step

TROUBLE = Trouble(Reason.UNREACHABLE, "unreachable")
HOURS = [
    Day(FakeClock.start - timedelta(hours=n + 1), FakeClock.start - timedelta(hours=n))
    for n in range(6)
]


class Told:
    """Feeds whose news a test tells; notes what was asked of it."""

    def __init__(self) -> None:
        self.post: Callable[[FeedEvent], None] = lambda _: None
        self.polls = 0
        self.seconds = 0.0
        self.kinds: list[frozenset[Kind]] = []
        self.spans: Collection[Day] = ()
        self.known: set[PastSpan] = set()

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        self.post = post
        await asyncio.Event().wait()

    def poll_now(self) -> None:
        self.polls += 1

    def watch(self, kinds: frozenset[Kind]) -> None:
        self.kinds.append(kinds)

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        self.spans = spans
        self.known = set(known)


class Board:
    """A board that knows what it heard."""

    def __init__(self, feeds: BoardFeeds) -> None:
        self.feeds = feeds
        self.heard: list[FeedEvent] = []

    async def __aenter__(self) -> "Board":
        self.task = await started(lambda: self.feeds.run(self.heard.append))
        return self

    async def __aexit__(self, *_: object) -> None:
        await stopped(self.task)


@asynccontextmanager
async def sharing() -> AsyncIterator[tuple[Told, SharedFeeds]]:
    told = Told()
    shared = SharedFeeds(told, lambda: told.seconds)
    task = await started(shared.run)
    try:
        yield told, shared
    finally:
        await stopped(task)


def known(events: Iterable[FeedEvent]) -> object:
    """What a board knows of its feeds after these events."""
    state = start(Rules({}), ViewOptions())
    for event in events:
        state = step(state, event)
    feeds = {
        name: (feed.info, feed.interval, feed.reading, feed.trouble, feed.next_poll)
        for name, feed in state.feeds.items()
    }
    return feeds, state.snapshot, state.trouble, state.interval


def info(pbx: str) -> FeedInfo:
    return FeedInfo(FeedId(pbx), pbx.upper())


def fresh(pbx: str, measured: float, heard: float) -> Fresh:
    reading = Reading(FeedId(pbx), moment(measured), (row("Sales", "1"),), frozenset())
    return Fresh(FeedId(pbx), reading, moment(heard + 10))


@st.composite
def stories(draw: st.DrawFn) -> list[FeedEvent]:
    """What a poller may say: an account that opens or not, feeds that answer, fail, go, come."""
    events: list[FeedEvent] = []
    pbxes: list[str] = []
    for at in range(100, 100 + draw(st.integers(1, 30))):
        what = draw(st.integers(0, 9))
        if what == 0 or not pbxes:
            if draw(st.booleans()):
                events.append(Failed(None, TROUBLE, moment(at), moment(at + 5)))
                continue
            pbxes = draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True))
            events.append(Discovered(tuple(map(info, pbxes)), draw(st.sampled_from([10.0, 12.0]))))
        elif what < 7:
            measured = at - draw(st.integers(0, 4))  # one may come out of a cache
            events.append(fresh(draw(st.sampled_from(pbxes)), measured, at))
        else:
            feed = FeedId(draw(st.sampled_from(pbxes)))
            events.append(Failed(feed, TROUBLE, moment(at), moment(at + 5)))
    return events


@given(stories(), st.data())
def test_whenever_a_board_comes_it_knows_what_those_know_that_were_there(
    events: list[FeedEvent], data: st.DataObject
) -> None:
    comes = data.draw(st.integers(0, len(events)))

    async def play() -> None:
        async with sharing() as (told, shared), Board(shared.feeds()) as first:
            for event in events[:comes]:
                told.post(event)
            await settle(len(events) + 5)
            async with Board(shared.feeds()) as late:
                assert len(late.heard) <= 1 + 3 * 2 + 1  # the newest of each feed, no more
                assert known(late.heard) == known(events[:comes])
                for event in events[comes:]:
                    told.post(event)
                await settle(2 * len(events) + 5)
                assert first.heard == events
                assert known(late.heard) == known(events)

    asyncio.run(play())


async def test_many_boards_ask_the_account_no_more_than_one() -> None:
    clock = FakeClock()
    source = FakeSource(clock)
    account = FakeAccount([source])
    shared = SharedFeeds(PolledFeeds(account, clock, lambda: 0.0, 10.0), clock.elapsed)
    task = await started(shared.run)
    boards = [Board(shared.feeds()) for _ in range(26)]
    for board in boards:
        await board.__aenter__()
    await clock.advance(25)
    assert source.asked == [1000, 1010, 1020]
    assert account.opened == 1
    assert all(sum(isinstance(one, Fresh) for one in board.heard) == 3 for board in boards)
    for board in boards:
        await stopped(board.task)
    await clock.advance(10)
    assert source.asked[-1] == 1030, "the poller goes on without boards"
    await stopped(task)
    assert account.closed == 1


async def test_the_age_of_what_a_late_board_hears_is_from_when_it_was_asked_for() -> None:
    async with sharing() as (told, shared):
        told.post(Discovered((info("a"),), 10.0))
        told.post(event := fresh("a", 100, 101))
        async with Board(shared.feeds()) as late:
            assert late.heard[1] is event


class Broken(RuntimeError):
    pass


async def test_a_board_that_raises_ends_alone() -> None:
    def broken(_: FeedEvent) -> None:
        raise Broken

    async with sharing() as (told, shared):
        bad = asyncio.create_task(shared.feeds().run(broken))
        async with Board(shared.feeds()) as good:
            told.post(Discovered((info("a"),), 10.0))
            await settle()
            with pytest.raises(Broken):
                await bad
            told.post(fresh("a", 100, 101))
            await settle()
            assert len(good.heard) == 2
            assert shared.boards == 1


async def test_of_a_board_that_lags_only_the_newest_waits() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as board:
        told.post(Discovered((info("a"), info("b")), 10.0))
        polls = [fresh("ab"[at % 2], at, at) for at in range(100, 100 + 3 * MOST_WAITING)]
        for poll in polls:  # all of them before the board has its turn
            told.post(poll)
            assert len(board.feeds.waiting) <= MOST_WAITING
        await settle(2 * MOST_WAITING)
        assert board.heard[-2:] == polls[-2:]
        assert known(board.heard) == known([Discovered((info("a"), info("b")), 10.0), *polls])


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sets(st.sampled_from(list(Kind)))) | st.integers(0, 3),
        max_size=20,
    )
)
def test_polled_is_what_any_board_looks_at_that_is_there(
    hands: list[tuple[int, set[Kind]] | int],
) -> None:
    """A number: that board comes or goes; a pair: that board looks at these kinds."""

    async def play() -> None:
        async with sharing() as (told, shared):
            boards = [Board(shared.feeds()) for _ in range(4)]
            looks: list[frozenset[Kind]] = [frozenset()] * 4
            there: set[int] = set()
            for hand in hands:
                if isinstance(hand, int):
                    if hand in there:
                        await stopped(boards[hand].task)
                    else:
                        await boards[hand].__aenter__()
                    there ^= {hand}
                else:
                    looks[hand[0]] = frozenset(hand[1])
                    boards[hand[0]].feeds.watch(looks[hand[0]])
                wanted = frozenset[Kind]().union(*(looks[one] for one in there))
                assert (told.kinds or [frozenset()])[-1] == wanted
            for one in there:
                await stopped(boards[one].task)
            assert not told.kinds or told.kinds[-1] == frozenset()

    asyncio.run(play())


def past(span: Day, *, exact: bool = True, later: float = 0) -> PastSpan:
    at = replace(moment(0), wall=span.end + timedelta(minutes=later))
    feed = FeedId("a", Kind.TODAY)
    return PastSpan(Reading(feed, at, (), frozenset(), day=span), exact)


async def test_hours_are_asked_for_as_long_as_any_board_wants_them_and_told_to_those() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as other:
        async with Board(shared.feeds()) as one:
            one.feeds.want_past(HOURS[:2])
            other.feeds.want_past(HOURS[1:3])
            assert set(told.spans) == set(HOURS[:3])
            told.post(PastHeard((past(HOURS[0]), past(HOURS[1]))))
            await settle()
            assert one.heard == [PastHeard((past(HOURS[0]), past(HOURS[1])))]
            assert other.heard == [PastHeard((past(HOURS[1]),))]
        assert set(told.spans) == set(HOURS[1:3])
        assert told.known == {past(HOURS[1])}, "nothing is asked for twice"
        other.feeds.want_past(())
        assert not told.spans
        told.post(PastHeard((past(HOURS[1]),), words={"a": "silent"}))
        await settle()
        assert len(other.heard) == 1


async def test_hours_that_a_board_wants_before_it_runs_are_asked_for_when_it_does() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as other:
        early = shared.feeds()
        early.want_past(HOURS[:2])
        other.feeds.want_past(HOURS[1:3])
        assert set(told.spans) == set(HOURS[1:3])
        async with Board(early):
            assert set(told.spans) == set(HOURS[:3])


async def test_a_board_hears_at_once_what_others_know_of_the_hours_it_wants() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as one:
        own = past(HOURS[0], later=1)
        one.feeds.want_past(HOURS[:3], [own, past(HOURS[2], exact=False)])
        told.post(PastHeard((past(HOURS[1]),), words={"b": "b tells nothing"}))
        async with Board(shared.feeds()) as late:
            late.feeds.want_past(HOURS[:3], [past(HOURS[0])])
            await settle()
            (heard,) = late.heard
            assert isinstance(heard, PastHeard)
            assert set(heard.spans) == {own, past(HOURS[1])}, "the newest, and exact ones only"
            assert not heard.fresh, "it was kept when it was first heard"
            assert heard.words == {"b": "b tells nothing"}
            late.feeds.want_past(HOURS[:3], [])
            await settle()
            assert len(late.heard) == 1, "once"


async def test_a_pbx_that_tells_again_is_said_to_be_silent_no_more() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as one:
        one.feeds.want_past(HOURS[:2])
        told.post(PastHeard((), words={"a": "a tells nothing", "b": "b tells nothing"}))
        told.post(PastHeard((past(HOURS[0], exact=False),)))
        told.post(PastHeard((past(HOURS[1]),)))
        async with Board(shared.feeds()) as late:
            late.feeds.want_past(HOURS[:2])
            await settle()
            (heard,) = late.heard
            assert isinstance(heard, PastHeard)
            assert heard.words == {"b": "b tells nothing"}


async def test_any_board_has_all_feeds_polled_now() -> None:
    async with sharing() as (told, shared), Board(shared.feeds()) as one:
        one.feeds.poll_now()
        assert told.polls == 1


async def test_many_hands_poll_no_more_often_than_one_poller_may() -> None:
    async with sharing() as (told, shared):
        one, other = shared.feeds(), shared.feeds()
        for _ in range(10):
            one.poll_now()
            other.poll_now()
        assert told.polls == 1
        told.seconds += POLLED_AGAIN
        other.poll_now()
        assert told.polls == 2


async def test_a_late_board_hears_the_hubs_rules_and_trends_first() -> None:
    async with sharing() as (told, shared):
        rules, trends = HubRules(Rules({})), Remembered(Trends(), {}, (), trends_alone=True)
        told.post(Discovered((info("a"),), 10.0))
        told.post(event := fresh("a", 100, 101))
        told.post(HubRules(Rules({"waitingCalls": Bounds(1, 2)})))
        told.post(rules)
        told.post(trends)
        async with Board(shared.feeds()) as late:
            assert late.heard[:2] == [rules, trends]
            assert late.heard[-1] is event
