"""One feed: how fresh its data is, and what a pause keeps of it."""

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import World, moment
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import FeedInfo, Pause, Resume
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.freshness import Freshness

AT = moment(1_000)


def feed(day: Day | None = None) -> Feed:
    identity = FeedId("p", Kind.TODAY)
    reading = Reading(identity, AT, (), frozenset(CATALOGUE), day=day)
    return Feed(info=FeedInfo(identity, "P", 10.0), interval=10.0, reading=reading)


@given(st.floats(0, 400), st.floats(1, 400))
def test_freshness_is_another_just_when_it_is_said_to_change(after: float, ends: float) -> None:
    now, end = moment(1_000 + after), AT.wall + timedelta(seconds=ends)
    one = feed(Day(AT.wall - timedelta(hours=1), end))
    changes = one.changes_at(now)
    if changes is None:
        assert one.freshness(now) is Freshness.NO_DATA
        return
    # What is said to change is said a moment late, never early.
    assume(changes - now.elapsed > 0.01)
    before = one.freshness(moment((now.elapsed + changes) / 2))
    assert before is one.freshness(now)
    assert one.freshness(moment(changes + 0.001)) > before or before is Freshness.NO_DATA


def test_a_day_that_is_over_is_no_data_of_today_however_new() -> None:
    one = feed(Day(AT.wall - timedelta(hours=1), AT.wall + timedelta(seconds=5)))
    assert one.freshness(moment(1_004)) is Freshness.LIVE
    assert one.freshness(moment(1_006)) is Freshness.NO_DATA


def test_what_was_never_heard_has_no_age_and_does_not_change() -> None:
    one = Feed(info=FeedInfo(FeedId("p"), "P"), interval=10.0)
    assert (one.age(5.0), one.data_since, one.changes_at(AT)) == (None, None, None)
    assert one.freshness(AT) is Freshness.NO_DATA


def test_a_pause_shows_the_state_as_it_stood_and_hides_nothing_of_the_live_one() -> None:
    world = World()
    world.poll(calm := row("Sales", waitingCalls=1))
    stood = world.state
    world.step(Pause(moment(world.now)))
    world.poll(calm, row("New", "2", waitingCalls=9), after=10)
    shown = world.state.shown()
    assert (shown.feeds, shown.snapshot, shown.levels) == (
        stood.feeds,
        stood.snapshot,
        stood.levels,
    )
    assert len(world.state.snapshot.queues) == 2
    assert world.step(Resume()).shown() is world.state


def test_a_moment_is_that_of_the_pause_for_what_is_paused() -> None:
    world = World()
    world.poll(row("Sales", waitingCalls=1))
    world.step(Pause(Moment(moment(world.now + 4).wall, world.now + 4)))
    assert [line.state for line in world.view(after=3_000).lines] == [Freshness.LIVE]
