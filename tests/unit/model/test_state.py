"""All that the board knows, and how it changes."""

from datetime import timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import PLAIN, World, calm, moment
from wallboard.errors import Reason
from wallboard.model.data.metric import Kind
from wallboard.model.data.opening_hours import OpeningHours, parse_hours
from wallboard.model.data.reading import FeedId, QueueKey, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import (
    Acknowledge,
    Discovered,
    Failed,
    FeedInfo,
    Fresh,
    Pause,
    Resume,
    Selected,
    Trouble,
)
from wallboard.model.feeds.freshness import Freshness, feed_state, next_change
from wallboard.model.judge import episodes
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection

N, W, C, U = Level.NORMAL, Level.WARNING, Level.CRITICAL, Level.UNKNOWN
LIVE, LATE, STALE, NO_DATA = Freshness
SALES = row("Sales")


def log(world: World) -> list[tuple[str, str, float, float | None]]:
    """The log: queue, level, begun, ended."""
    return [
        (one.name, one.level.word, one.since.elapsed, one.until.elapsed if one.until else None)
        for one in world.state.episodes
    ]


# The feeds' states.


@pytest.mark.parametrize(
    ("interval", "late", "stale", "none"),
    [
        (2, 9, 60, 300),
        (10, 25, 60, 300),
        (30, 65, 180, 300),
        (60, 125, 360, 600),
        (300, 605, 1800, 3000),
    ],
)
def test_data_is_late_stale_and_none_when_it_is_older_than_its_bounds(
    interval: float, late: float, stale: float, none: float
) -> None:
    for bound, before, after in ((late, LIVE, LATE), (stale, LATE, STALE), (none, STALE, NO_DATA)):
        assert feed_state(bound, interval) is before
        assert feed_state(bound + 0.001, interval) is after


def test_no_answer_yet_is_no_data() -> None:
    assert feed_state(None, 10) is NO_DATA
    assert next_change(None, 10) is None


def test_a_moment_old_is_live_even_if_the_clock_stands_still() -> None:
    assert feed_state(0.0, 2) is LIVE


@given(st.floats(0, 10_000), st.floats(2, 300))
def test_between_two_changes_nothing_changes(age: float, interval: float) -> None:
    change = next_change(age, interval)
    if change is None:
        assert feed_state(age, interval) is NO_DATA
        return
    assert change > age
    assert feed_state(change, interval) > feed_state(age, interval)
    assert feed_state((age + change) / 2, interval) in (
        feed_state(age, interval),
        feed_state(change, interval),
    )
    assert feed_state(max(age, change - 0.01), interval) is feed_state(age, interval)


@given(st.lists(st.floats(0, 10_000)), st.floats(2, 300))
def test_data_never_gets_younger_in_state(ages: list[float], interval: float) -> None:
    states = [feed_state(age, interval) for age in sorted(ages)]
    assert states == sorted(states)


# Feeds.


def test_feeds_fail_and_succeed_one_by_one() -> None:
    world = World(pbxes=("p", "q"))
    here, there = row("A", waitingCalls=6), row("B", pbx="q", waitingCalls=6)
    world.poll(here, pbx="p")
    world.poll(there, pbx="q")
    before = world.state
    world.fail("p", after=5)
    assert world.state.feeds[FeedId("p")].trouble is not None
    assert world.state.feeds[FeedId("q")].trouble is None
    assert world.state.snapshot == before.snapshot
    assert world.levels(there) is before.levels[there.key]
    world.poll(row("B", pbx="q", waitingCalls=0), pbx="q", after=5)
    assert world.level(here) is C
    assert world.level(there) is N
    assert world.state.feeds[FeedId("p")].trouble is not None


def test_a_refresh_of_one_feed_advances_no_timer_of_another() -> None:
    rules = Rules({"waitingCalls": Bounds(3, 5, hold=20)})
    world = World(rules, pbxes=("p", "q"))
    here = row("A", waitingCalls=4)
    world.poll(here)
    for _ in range(9):
        world.poll(row("B", pbx="q"), pbx="q", after=10)
    assert world.level(here) is N
    assert world.state.levels[here.key].tracks["waitingCalls"].held[0] == 0


def test_a_success_takes_the_trouble_away() -> None:
    world = World()
    world.fail()
    world.poll(calm(), after=5)
    assert world.state.feeds[FeedId("p")].trouble is None


def test_an_answer_that_is_older_than_what_is_known_changes_nothing_but_the_feeds_trouble() -> None:
    world = World()
    world.poll(row("Sales", waitingCalls=5))
    before = world.fail(after=10)
    world.now -= 40  # that one lay in a cache
    after = world.poll(row("Sales", waitingCalls=0))
    assert after.snapshot is before.snapshot
    assert (after.levels, after.episodes) == (before.levels, before.episodes)
    assert after.feeds[FeedId("p")].trouble is None


def test_an_account_that_cannot_be_opened_is_a_trouble_of_its_own_until_it_is() -> None:
    world = World(pbxes=())
    world.fail(None)
    trouble = world.state.trouble
    assert trouble is not None
    world.step(Discovered((FeedInfo(FeedId("p"), "P"),), 20))
    assert world.state.trouble is None
    assert world.state.interval == 20


def test_news_of_a_feed_that_nobody_announced_is_taken_and_its_failure_is_not() -> None:
    world = World(pbxes=())
    world.fail("x")
    assert world.state.feeds == {}
    world.poll(row("A", pbx="x"), pbx="x")
    assert [info.info.pbx_name for info in world.state.feeds.values()] == ["X"]


def test_found_anew_feeds_keep_what_is_known_take_new_names_and_drop_who_is_gone() -> None:
    world = World(pbxes=("p", "q"))
    kept, gone = row("A", waitingCalls=6), row("B", pbx="q", waitingCalls=6)
    world.poll(kept)
    world.poll(gone, pbx="q")
    world.fail("p", after=5)
    world.step(Discovered((FeedInfo(FeedId("p"), "Renamed"),), 10))
    (status,) = world.state.feeds.values()
    assert status.info.pbx_name == "Renamed"
    assert status.trouble is not None
    assert world.state.snapshot.queues == (kept,)
    assert log(world)[0] == ("A", "critical", 1000, None)


def test_a_feed_of_today_judges_nothing_and_restarts_no_timer() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5, hold=20)}))
    one = row("Sales", waitingCalls=4)
    world.poll(one)
    before = world.state
    today = FeedId("p", Kind.TODAY)
    reading = Reading(today, moment(1005), (row("Sales", enteredCalls=9),), frozenset())
    world.step(Fresh(today, reading, moment(1015)))
    assert world.state.levels == before.levels
    assert world.state.trends == before.trends
    (queue,) = world.state.snapshot.queues
    assert (queue.values, queue.day) == ({"waitingCalls": 4}, {"enteredCalls": 9})


# Identity.


def test_a_queue_that_vanished_and_returned_keeps_its_timers() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5, hold=20)}))
    other = row("Other", "2")
    world.poll(row("Sales", waitingCalls=4), other)
    world.poll(row("Sales", waitingCalls=4), other, after=10)
    for _ in range(5):
        world.poll(other, after=10)
    assert world.waits(4, after=10) is N
    assert world.waits(4, after=10) is W


def test_a_queue_that_vanished_keeps_its_level_and_episode_for_when_it_is_back() -> None:
    world = World()
    world.waits(6)
    world.poll(after=10)
    assert world.state.snapshot.queues == ()
    assert log(world) == [("Sales", "critical", 1000, None)]
    assert world.waits(6, after=10) is C
    assert log(world) == [("Sales", "critical", 1000, None)]
    world.waits(0, after=10)
    assert log(world) == [("Sales", "critical", 1000, 1030)]


def test_a_renamed_queue_keeps_its_history_its_timers_and_its_episode() -> None:
    world = World()
    world.poll(row("Sales", "1", "Rome", waitingCalls=6))
    world.poll(row("Vendite", "1", "Milan", waitingCalls=7), after=30)
    assert world.state.trends.trend(SALES.key, FeedId("p"), "waitingCalls") == (
        (1000, 6),
        (1030, 7),
    )
    assert log(world) == [("Sales", "critical", 1000, None)]
    assert world.levels(SALES).tracks["waitingCalls"].since == 1000


def test_queues_that_are_gone_for_good_are_forgotten_in_the_end() -> None:
    world = World()
    for poll in range(30):
        world.poll(*(row("x", f"{poll}-{at}", waitingCalls=6) for at in range(100)), after=10)
    assert len(world.state.levels) <= 1_000 + 100


# The log.


def test_the_log_has_each_change_of_level_and_closes_the_one_before() -> None:
    world = World()
    for calls in (0, 3, 4, 6, 6, 4, 0, 3):
        world.waits(calls, after=10)
    assert log(world) == [
        ("Sales", "warning", 1020, 1040),
        ("Sales", "critical", 1040, 1060),
        ("Sales", "warning", 1060, 1070),
        ("Sales", "warning", 1080, None),
    ]


def test_an_episode_says_by_what_at_which_value_and_under_which_rule() -> None:
    world = World()
    world.waits(6)
    (one,) = world.state.episodes
    assert (one.metric, one.value) == ("waitingCalls", 6)
    assert one.rule is not None
    assert (one.rule.warning, one.rule.critical) == (3, 5)


def test_what_is_left_of_a_worse_level_does_not_rise() -> None:
    world = World()
    for calls in (3, 6, 4):
        world.waits(calls, after=10)
    assert [one.rises for one in world.state.episodes] == [True, True, False]


def test_failed_polls_and_reconnects_neither_close_nor_repeat_an_episode() -> None:
    world = World()
    world.waits(6)
    for _ in range(50):
        world.fail(after=10)
    world.step(Discovered((FeedInfo(FeedId("p"), "P"),), 10))
    world.waits(6, after=10)
    assert log(world) == [("Sales", "critical", 1000, None)]
    world.fail(after=10)
    world.waits(0, after=10)
    assert log(world) == [("Sales", "critical", 1000, 1530)]


def test_a_missing_value_freezes_the_episode() -> None:
    world = World()
    world.waits(6)
    world.waits(None, after=10)
    world.waits(6, after=10)
    assert log(world) == [("Sales", "critical", 1000, None)]


def test_a_missing_value_freezes_the_episode_though_the_row_has_other_values() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "handlingCalls": Bounds(3, 5)}))
    both = row("Sales", waitingCalls=6, handlingCalls=0)
    world.poll(both)
    world.poll(row("Sales", handlingCalls=0), after=10)
    # The row is drawn at the worst of what is known; the episode waits for what is not.
    assert world.level(both) is N
    assert log(world) == [("Sales", "critical", 1000, None)]
    world.poll(row("Sales", handlingCalls=4), after=10)
    assert world.level(both) is W
    assert log(world) == [("Sales", "critical", 1000, None)]
    world.poll(row("Sales", waitingCalls=0, handlingCalls=4), after=10)
    assert log(world) == [("Sales", "critical", 1000, 1030), ("Sales", "warning", 1030, None)]


def test_another_metric_may_carry_on_an_episode() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "handlingCalls": Bounds(3, 5)}))
    world.poll(row("Sales", waitingCalls=6, handlingCalls=0))
    world.poll(row("Sales", waitingCalls=0, handlingCalls=6), after=10)
    assert log(world) == [("Sales", "critical", 1000, None)]


def test_the_log_is_bounded_and_what_lasts_is_never_dropped() -> None:
    world = World()
    lasting = row("Lasting", "2", waitingCalls=6)
    for poll in range(2 * episodes.MOST_EPISODES):
        world.poll(lasting, row("Flaps", "1", waitingCalls=4 if poll % 2 else 0), after=10)
    found = world.state.episodes
    assert len(found) <= episodes.MOST_EPISODES + 1
    assert [one.since.elapsed for one in found if one.name == "Lasting"] == [1010]
    assert found[-1].since.elapsed > found[-2].since.elapsed


def test_a_poll_that_changes_no_level_and_is_no_worse_leaves_the_log_alone() -> None:
    world = World()
    world.waits(6)
    before = world.state.episodes
    world.waits(5, after=10)
    assert world.state.episodes is before


@given(st.lists(st.one_of(st.none(), st.integers(0, 8), st.just(-1)), max_size=40))
def test_of_a_queue_at_most_one_episode_lasts_and_none_overlap(story: list[int | None]) -> None:
    world = World()
    for calls in story:
        if calls == -1:
            world.fail(after=10)
        else:
            world.waits(calls, after=10)
    times = [(one.since.elapsed, one.until) for one in world.state.episodes]
    assert all(until is not None for _, until in times[:-1])
    for (_, until), (since, _) in pairwise(times):
        assert until is not None
        assert until.elapsed <= since
    known = [calls for calls in story if calls is not None and calls >= 0]
    expected = (N if known[-1] < 3 else W if known[-1] < 5 else C) if known else N
    lasts = [one.level for one in world.state.episodes if one.until is None]
    assert lasts == ([expected] if expected >= W else [])


# Seen by somebody.


def ack(*keys: QueueKey, who: str = "RB", at: float = 1100) -> Acknowledge:
    return Acknowledge(frozenset(keys), who, moment(at))


def test_an_episode_is_acknowledged_once_and_only_that_one() -> None:
    world = World()
    world.poll(row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=6))
    world.step(ack(row("A", "1").key))
    world.step(ack(row("A", "1").key, who="XY", at=1200))
    seen = [one.acknowledged for one in world.state.episodes]
    assert seen[0] == episodes.Acknowledged("RB", moment(1100))
    assert seen[1] is None


def test_a_new_episode_of_the_queue_is_not_acknowledged() -> None:
    world = World()
    world.waits(4)
    world.step(ack(SALES.key))
    world.waits(6, after=10)
    assert [bool(one.acknowledged) for one in world.state.episodes] == [True, False]


def test_what_has_ended_cannot_be_acknowledged() -> None:
    world = World()
    world.waits(6)
    world.waits(0, after=10)
    world.step(ack(SALES.key))
    assert world.state.episodes[0].acknowledged is None


def test_an_acknowledged_episode_stays_so_while_it_lasts() -> None:
    world = World()
    world.waits(6)
    world.step(ack(SALES.key))
    world.waits(7, after=10)
    world.fail(after=10)
    world.waits(6, after=10)
    world.waits(0, after=10)
    (one,) = world.state.episodes
    assert one.acknowledged is not None
    assert one.until == moment(1040)


# Pause and selection.


def test_a_pause_keeps_the_rows_and_the_truth_goes_on_behind() -> None:
    world = World()
    world.waits(0)
    world.step(Pause(moment(1001)))
    world.waits(6, after=10)
    assert world.state.paused is not None
    assert world.state.paused.state.snapshot.queues[0].values == {"waitingCalls": 0}
    assert world.state.snapshot.queues[0].values == {"waitingCalls": 6}
    assert log(world) == [("Sales", "critical", 1010, None)]
    world.step(Resume())
    assert world.state.paused is None


def test_a_selection_changes_nothing_but_itself() -> None:
    world = World()
    world.waits(6)
    before = world.state
    chosen = Selection("x", parse_filter("x"))
    world.step(Selected(chosen))
    assert world.state.selection == chosen
    assert world.state.snapshot is before.snapshot
    assert world.state.levels is before.levels


# Hours.


def test_a_queue_that_closes_ends_its_episode_and_forgets_its_timers() -> None:
    world = World(is_open=lambda _queue, _site, at: at < moment(1050).wall)
    world.waits(6)
    assert world.waits(6, after=50) is U
    assert world.levels(SALES).closed
    assert log(world) == [("Sales", "critical", 1000, 1050)]
    assert world.waits(6, after=10) is U
    assert len(world.state.episodes) == 1


def test_hours_are_asked_with_the_queues_names_at_the_time_of_the_measurement() -> None:
    asked: list[tuple[str, str, object]] = []

    def is_open(queue: str, site: str, at: object) -> bool | None:
        asked.append((queue, site, at))
        return None

    world = World(is_open=is_open)
    assert world.waits(6) is C
    assert asked == [("Sales", "Rome", moment(1000).wall)]


def test_hours_are_those_of_the_boards_time_zone() -> None:
    tokyo = ViewOptions(timezone=timezone(timedelta(hours=9)))
    hours = OpeningHours(parse_hours("Mon 18:00-19:00"))
    world = World(PLAIN, tokyo, is_open=hours.is_open)
    assert world.waits(6) is C
    assert world.waits(6, after=1_800) is U
    world = World(PLAIN, is_open=hours.is_open)
    assert world.waits(6) is U


def test_an_episode_lasts_until_it_ended() -> None:
    one = Episode(SALES.key, "a", "b", C, "waitingCalls", 6, since=moment(1000))
    assert one.lasts
    assert episodes.lasting([one]) == {SALES.key: one}


def test_a_failed_poll_of_today_restarts_no_timer() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5, hold=20)}))
    world.waits(4)
    today = FeedId("p", Kind.TODAY)
    world.step(Discovered((FeedInfo(FeedId("p"), "P"), FeedInfo(today, "P")), 10))
    before = world.state.levels
    trouble = Trouble(Reason.SERVER, "503")
    world.step(Failed(today, trouble, moment(1005), moment(1015)))
    assert world.state.levels == before
    assert world.state.feeds[today].trouble == trouble


def test_a_queue_that_is_there_is_not_kept_as_absent_and_another_pbx_is_left_alone() -> None:
    world = World(pbxes=("p", "q"))
    here, gone = row("A", "1", waitingCalls=6), row("B", "2", waitingCalls=6)
    there = row("C", "1", pbx="q", waitingCalls=6)
    world.poll(here, gone)
    world.poll(there, pbx="q")
    before = world.state.levels[there.key]
    world.poll(here, after=10)
    assert world.state.levels[there.key] is before
    assert world.state.levels[here.key].tracks["waitingCalls"].seen == 1010
    assert world.state.levels[gone.key].tracks["waitingCalls"].seen is None


def test_of_the_log_the_oldest_that_have_ended_go_first_and_only_as_many_as_must() -> None:
    world = World()
    for poll in range(episodes.MOST_EPISODES * 2):
        world.waits(4 if poll % 2 else 0, after=10)
    kept = world.state.episodes
    assert len(kept) == episodes.MOST_EPISODES
    world.waits(0, after=10)
    world.waits(4, after=10)
    assert len(world.state.episodes) == episodes.MOST_EPISODES
    assert [one.since for one in world.state.episodes[:-1]] == [one.since for one in kept[1:]]


def test_an_answer_ends_the_trouble_of_the_account() -> None:
    world = World()
    world.fail(None)
    assert world.state.trouble is not None
    world.poll(row("Sales"))
    assert world.state.trouble is None
