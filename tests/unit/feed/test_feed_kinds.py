"""Feeds of several kinds: each at its own pace, some only while somebody looks."""

import pytest

from tests.fake_clock import FakeClock
from tests.unit.fakes import FakeAccount, FakeSource, settle, started, stopped
from wallboard.errors import AccessRefused, EndpointGone, FeedError
from wallboard.feed.feeds import Pace, PolledFeeds
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Discovered, FeedEvent, Fresh


def feeds_of(pbxes: int, *kinds: Kind) -> list[FeedId]:
    return [FeedId(f"pbx-{number}", kind) for number in range(pbxes) for kind in kinds]


def requests_a_minute(pace: Pace, feeds: list[FeedId]) -> float:
    every = pace.intervals(feeds)
    return sum(60 / every[feed.kind] for feed in feeds if feed.kind in pace.always)


@pytest.mark.parametrize("pbxes", [1, 2, 3, 10, 40])
@pytest.mark.parametrize("agents", [False, True])
def test_all_kinds_together_keep_to_ten_requests_a_minute(pbxes: int, agents: bool) -> None:
    feeds = feeds_of(pbxes, *Kind)
    assert requests_a_minute(Pace(agents=agents), feeds) <= 10.000001


def test_one_pbx_is_asked_every_ten_seconds_and_its_day_every_minute() -> None:
    every = Pace().intervals(feeds_of(1, *Kind))
    assert (every[Kind.LIVE], every[Kind.TODAY]) == (10, 60)


@pytest.mark.parametrize("pbxes", [1, 2, 5])
def test_a_page_that_is_open_adds_three_requests_a_minute(pbxes: int) -> None:
    every = Pace().intervals(feeds_of(pbxes, *Kind))
    for kind in (Kind.AGENTS, Kind.CALLS):
        assert pbxes * 60 / every[kind] <= 3
    # Where a pace was set, it is the pages' as well.
    assert Pace(live=5).intervals(feeds_of(pbxes, *Kind))[Kind.AGENTS] == 5


@pytest.mark.parametrize(("pbxes", "today"), [(1, 10.0), (2, 20.0), (2, 600.0)])
def test_a_day_that_is_asked_often_leaves_less_to_the_live_numbers(
    pbxes: int, today: float
) -> None:
    feeds = feeds_of(pbxes, *Kind)
    assert requests_a_minute(Pace(today=today), feeds) <= 10.000001


def test_what_is_set_is_obeyed() -> None:
    every = Pace(live=2, today=15).intervals(feeds_of(9, Kind.LIVE, Kind.TODAY))
    assert (every[Kind.LIVE], every[Kind.TODAY]) == (2, 15)


async def test_what_nobody_looks_at_is_not_asked_for() -> None:
    clock = FakeClock()
    live, agents = FakeSource(clock), FakeSource(clock, kind=Kind.AGENTS)
    account = FakeAccount([live, agents])
    feeds = PolledFeeds(account, clock, lambda: 0.0, Pace(live=10))
    events: list[FeedEvent] = []

    async def forever() -> None:
        await feeds.run(events.append)

    task = await started(forever)
    try:
        await clock.advance(25)
        assert isinstance(events[0], Discovered)
        assert [one.interval for one in events[0].feeds] == [10, 10]
        assert (live.asked, agents.asked) == ([1000, 1010, 1020], [])
        feeds.watch(frozenset([Kind.AGENTS]))
        await settle()
        assert agents.asked == [1025]
        feeds.poll_now()
        await settle()
        assert agents.asked == [1025, 1025]
        await clock.advance(12)
        assert agents.asked == [1025, 1025, 1035]
        feeds.watch(frozenset())
        feeds.poll_now()
        await clock.advance(40)
        assert agents.asked == [1025, 1025, 1035]
        # Looked at again: at once, and no more often than every ten seconds.
        feeds.watch(frozenset([Kind.AGENTS]))
        await settle()
        assert agents.asked[3:] == [1077]
        await clock.advance(9)
        assert agents.asked[4:] == []
        assert any(isinstance(one, Fresh) and one.feed == agents.feed for one in events)
    finally:
        await stopped(task)


@pytest.mark.parametrize("error", [EndpointGone("gone"), AccessRefused("no")])
async def test_what_an_account_does_not_have_is_asked_for_no_more_often(error: FeedError) -> None:
    clock = FakeClock()
    today = FakeSource(clock, error, kind=Kind.TODAY)
    feeds = PolledFeeds(FakeAccount([FakeSource(clock), today]), clock, lambda: 0.0, Pace(live=10))

    async def forever() -> None:
        await feeds.run(lambda _: None)

    task = await started(forever)
    try:
        await clock.advance(185)
        assert today.asked == [1000, 1060, 1120, 1180]
    finally:
        await stopped(task)


async def test_what_is_always_polled_needs_nobody_who_looks() -> None:
    clock = FakeClock()
    agents = FakeSource(clock, kind=Kind.AGENTS)
    account = FakeAccount([FakeSource(clock), agents])
    feeds = PolledFeeds(account, clock, lambda: 0.0, Pace(live=10, agents=True))

    async def forever() -> None:
        await feeds.run(lambda _: None)

    task = await started(forever)
    try:
        feeds.watch(frozenset())
        await clock.advance(15)
        assert agents.asked == [1000, 1010]
    finally:
        await stopped(task)
