"""Samples of the last hour: bounded, and a peak never vanishes."""

import math
import sys
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import moment
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.judge import trends
from wallboard.model.judge.samples import TREND_METRICS, column_of
from wallboard.model.judge.trends import (
    HALF_HOUR,
    MINUTES,
    SPAN,
    STEP,
    Trends,
    fill_gaps,
    narrow,
    reach,
    space_out,
    total_trend,
)

FEED = FeedId("p")
ONE = row("a", "1")
KEY = ONE.key


def reading(at: float, *queues: QueueMetrics) -> Reading:
    return Reading(FEED, moment(at), queues, frozenset(CATALOGUE))


def after(*polls: tuple[float, QueueMetrics]) -> Trends:
    history = Trends()
    for at, queue in polls:
        history = history.with_reading(reading(at, queue))
    return history


def waiting(history: Trends) -> list[tuple[float, float]]:
    return list(history.trend(KEY, FEED, "waitingCalls"))


def calls(number: int) -> QueueMetrics:
    return row("a", "1", waitingCalls=number)


def test_a_queue_nobody_has_seen_has_no_trend() -> None:
    assert Trends().trend(KEY, FEED, "waitingCalls") == ()
    assert after((0, row("b", "2", waitingCalls=1))).trend(KEY, FEED, "waitingCalls") == ()


def test_the_worst_of_a_step_is_kept_not_the_last() -> None:
    history = after(*((at, calls(number)) for at, number in [(0, 2), (10, 9), (20, 1), (30, 3)]))
    assert waiting(history) == [(0, 9), (30, 3)]


def test_the_worst_of_agents_is_the_fewest() -> None:
    history = after(
        *((at, row("a", "1", availableAgents=n)) for at, n in [(0, 3), (10, 0), (20, 5)])
    )
    assert list(history.trend(KEY, FEED, "availableAgents")) == [(0, 0)]


@given(
    st.sampled_from([("waitingCalls", max), ("availableAgents", min)]),
    st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=4),
)
def test_in_a_step_the_worst_that_is_known_counts_wherever_it_stood(
    of: tuple[str, Callable[..., int]], sent: list[int | None]
) -> None:
    name, pick = of
    told = [{} if number is None else {name: number} for number in sent]
    polls = [replace(ONE, values=values) for values in told]
    history = after(*enumerate(polls))
    known = [number for number in sent if number is not None]
    assert list(history.trend(KEY, FEED, name)) == ([(0, pick(known))] if known else [])


def test_a_missing_value_is_a_gap_and_hides_no_other() -> None:
    history = after((0, calls(4)), (10, ONE), (40, ONE), (80, calls(6)))
    assert waiting(history) == [(0, 4), (80, 6)]


def test_a_value_that_cannot_be_true_is_a_gap() -> None:
    odd = replace(
        row("a", "1", longestWaitingTime=2_520_000_000), suspect=frozenset(["longestWaitingTime"])
    )
    history = after((0, row("a", "1", longestWaitingTime=5_000)), (40, odd))
    assert list(history.trend(KEY, FEED, "longestWaitingTime")) == [(0, 5_000)]


def test_a_peak_stays_though_queues_come_and_go_within_the_step() -> None:
    other = row("b", "2", waitingCalls=7)
    history = Trends()
    for at, queues in [(0, (calls(9), other)), (10, (calls(1),)), (20, (calls(2), other))]:
        history = history.with_reading(reading(at, *queues))
    assert waiting(history) == [(0, 9)]
    assert list(history.trend(other.key, FEED, "waitingCalls")) == [(0, 7)]


def test_an_order_of_rows_that_changes_mixes_nobody_up() -> None:
    other = row("b", "2", waitingCalls=7)
    history = Trends()
    for at, queues in [(0, (calls(1), other)), (10, (other, calls(2))), (40, (calls(3), other))]:
        history = history.with_reading(reading(at, *queues))
    assert waiting(history) == [(0, 2), (40, 3)]


def test_what_is_older_than_an_hour_goes() -> None:
    history = after((0, calls(1)), (100, calls(2)), (SPAN + 50, calls(3)))
    assert waiting(history) == [(100, 2), (SPAN + 50, 3)]


def test_a_day_takes_no_more_room_than_an_hour() -> None:
    history = Trends()
    for poll in range(3_000):
        history = history.with_reading(reading(poll * 5.0, calls(poll % 7)))
    samples = history.samples[FEED]
    assert len(samples) <= SPAN / STEP + 1
    # The queues are listed once, not once a sample.
    assert len({id(sample.keys) for sample in samples}) == 1
    per_queue = sum(sys.getsizeof(column) for one in samples for column in one.columns)
    assert per_queue < 60_000


def test_small_counts_take_a_byte_each_and_no_number_is_lost() -> None:
    numbers = [0, 5, 255]
    assert bytes_each([*numbers, 0]) == 1
    assert bytes_each([*numbers, 256, 65_535]) == 2
    for wider in ([*numbers, 65_536], [*numbers, 1.5], [*numbers, -1]):
        assert bytes_each(wider) == 4
        assert list(column_of(wider)) == wider
    told, nothing = column_of([7, math.nan])
    assert told == 7
    assert math.isnan(nothing)
    queues = [row(str(at), str(at), waitingCalls=at % 9, availableAgents=at) for at in range(200)]
    history = Trends()
    for at in (0, 10, 20):  # also where the worst of several answers is taken
        history = history.with_reading(reading(at, *queues))
        (sample,) = history.samples[FEED]
        waiting_calls, _, agents = (cast("array[float]", column) for column in sample.columns)
        assert (waiting_calls.itemsize, agents.itemsize) == (1, 1)


def bytes_each(numbers: Sequence[float]) -> int:
    return cast("array[float]", column_of(numbers)).itemsize


def test_feeds_have_samples_of_their_own() -> None:
    history = after((0, calls(1)))
    elsewhere = row("a", "1", pbx="q", waitingCalls=5)
    there = Reading(FeedId("q"), moment(5), (elsewhere,), frozenset(CATALOGUE))
    history = history.with_reading(there)
    assert waiting(history) == [(0, 1)]
    assert list(history.trend(elsewhere.key, FeedId("q"), "waitingCalls")) == [(5, 5)]


@given(st.lists(st.one_of(st.none(), st.integers(0, 99)), min_size=1, max_size=60))
def test_the_worst_of_an_hour_is_in_its_trend(numbers: list[int | None]) -> None:
    history = after(
        *((at * 7.0, ONE if number is None else calls(number)) for at, number in enumerate(numbers))
    )
    known = [number for number in numbers if number is not None]
    found = [number for _, number in waiting(history)]
    assert max(found, default=None) == max(known, default=None)


# Evenly spaced, for a picture.

UP, DOWN = CATALOGUE["waitingCalls"], CATALOGUE["availableAgents"]


def test_spaced_values_end_now_and_an_outage_is_a_gap() -> None:
    now = 10_000.0
    points = [(now - 3_500, 1.0), (now - 3_470, 2.0), (now - 600, 5.0), (now, 6.0)]
    places = space_out(points, now, 60, UP, 10)
    assert places[:4] == (None, 1.0, 2.0, None)
    assert places[10:50] == (None,) * 40
    assert places[50] == 5.0
    assert places[-1] == 6.0


def test_of_several_in_one_place_the_worst_is_drawn() -> None:
    points = [(100.0 + at * 30, float(at % 5)) for at in range(100)]
    assert max(number or 0 for number in space_out(points, 3_100, 7, UP, 10)) == 4
    assert space_out(points, 3_100, 1, UP, 10) == (4.0,)
    assert space_out([(3_200, 9.0)], 3_100, 7, UP, 10) == (None,) * 7
    assert space_out(points, 3_100, 1, DOWN, 10) == (0.0,)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(70, 1.0), (90, 5.0), (95, 2.0)], 5.0),  # the worst of the newest part
        ([(60, 9.0), (95, 2.0)], 2.0),  # what was before it stands until the next, which is in it
        ([(60, 9.0), (101, 2.0)], 9.0),  # it stands still, whatever comes later
        ([(39, 9.0)], None),  # for two polls at most
        ([(41, 9.0)], 9.0),
        ([(70, 9.0)], 9.0),
        ([(101, 9.0)], None),
        ([], None),
    ],
)
def test_in_the_newest_part_is_what_was_measured_in_it_and_what_stands_still(
    points: list[tuple[float, float]], expected: float | None
) -> None:
    interval = 30.0  # stands for 60 s
    (one,) = space_out(points, 100, 1, UP, interval, 30)
    assert one == expected
    *_, same = space_out(points, 100, 2, UP, interval, 60)
    assert same == expected, "the last of several is the same"


def test_polls_far_apart_leave_no_holes_between_them() -> None:
    now = 7_200.0
    points = [(now - 3_600 + at * 300, 1.0) for at in range(13)]
    assert space_out(points, now, 120, UP, 300) == (1.0,) * 120


@given(st.lists(st.floats(0, 4_000), max_size=20, unique=True), st.integers(1, 80))
def test_spacing_draws_only_what_was_measured(moments: list[float], count: int) -> None:
    points = [(at, float(at)) for at in sorted(moments)]
    places = space_out(points, 4_000, count, UP, 10)
    assert len(places) == count
    assert {one for one in places if one is not None} <= {number for _, number in points}


def test_what_is_kept_of_every_queue() -> None:
    assert TREND_METRICS == ("waitingCalls", "longestWaitingTime", "availableAgents")


def test_each_value_stands_in_its_own_place() -> None:
    points = [(at * 30.0, float(9 - at)) for at in range(1, 9)]
    places = space_out(points, 240, 120, UP, 10)
    # The last two share the last place: a moment that is now belongs to the part that ends now.
    assert places[-8:] == (None, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0)
    assert places[:-7] == (None,) * 113


# Totals of a selection.

WAITING, LONGEST = CATALOGUE["waitingCalls"], CATALOGUE["longestWaitingTime"]


def both(at: float, one: int, other: int | None) -> Reading:
    second = row("b", "2") if other is None else row("b", "2", waitingCalls=other)
    return reading(at, row("a", "1", waitingCalls=one), second)


def total(history: Trends, now: float, *extensions: str) -> tuple[float | None, ...]:
    keys = {row("x", extension).key for extension in extensions}
    return total_trend(history, keys, WAITING, now + 10, 10)


def test_the_trend_of_a_total_is_over_just_the_queues_that_are_shown() -> None:
    history = Trends()
    for at, one in ((0, 2), (60, 7), (120, 1)):
        history = history.with_reading(both(at, one, 3))
    assert total(history, 120, "1", "2")[-3:] == (5, 10, 4)
    assert total(history, 120, "1")[-3:] == (2, 7, 1)
    assert total(history, 120, "9") == ()
    # Half an hour, no more; what was before the first answer is not known.
    assert len(total(history, 120, "1")) == MINUTES
    assert set(total(history, 120, "1")[:-3]) == {None}
    assert total(history, 120 + HALF_HOUR * 2, "1") == ()


def test_a_total_that_is_not_known_whole_is_a_gap_and_no_undercount() -> None:
    history = Trends()
    for at, other in ((0, 3), (60, None), (120, 3)):
        history = history.with_reading(both(at, 2, other))
    assert total(history, 120, "1", "2")[-3:] == (5, None, 5)
    there = FeedId("q")
    one = row("c", "3", pbx="q", waitingCalls=4)
    history = history.with_reading(Reading(there, moment(120), (one,), frozenset(CATALOGUE)))
    keys = {row("x", "1").key, one.key}
    assert total_trend(history, keys, WAITING, 130, 10)[-2:] == (None, 6)


def test_the_trend_of_a_longest_wait_is_the_longest_of_all() -> None:
    both_wait = row("a", "1", longestWaitingTime=5_000), row("b", "2", longestWaitingTime=9_000)
    history = Trends().with_reading(reading(0, *both_wait))
    keys = {one.key for one in both_wait}
    assert total_trend(history, keys, LONGEST, 0, 10)[-1] == 9_000
    assert total_trend(history, keys, CATALOGUE["handlingCalls"], 0, 10) == ()


def test_a_trend_in_less_room_keeps_its_peaks() -> None:
    assert narrow((1, 9, None, None, 2, 3), 3, WAITING) == (9, None, 3)
    assert narrow((1, 9, None, 4), 2, CATALOGUE["availableAgents"]) == (1, 4)
    assert narrow((1, 2), 9, WAITING) == (1, 2)
    assert narrow((), 9, WAITING) == ()


def test_of_what_is_older_than_an_hour_the_worst_of_the_day_stays() -> None:
    history = Trends()
    for at, number in [(0, 30), (600, 9), (1200, 2), (5_000, 1), (5_400, 4)]:
        history = history.with_reading(reading(at, calls(number)), day=500)
    assert history.worst(KEY, FEED, "waitingCalls", 500) == (600, 9)
    assert history.worst(KEY, FEED, "waitingCalls", 5_000) == (5_000, 4)
    assert history.worst(row("b", "2").key, FEED, "waitingCalls", 500) is None
    # The next day knows nothing of the one before.
    for at in (90_000, 95_000, 99_000):
        history = history.with_reading(reading(at, calls(3)), day=86_900)
    assert history.worst(KEY, FEED, "waitingCalls", 86_900) == (90_000, 3)
    assert all(one.start >= 86_900 for one in history.peaks.values())


def test_the_worst_of_a_day_is_one_sample_however_long_it_lasts() -> None:
    history = Trends()
    for at in range(0, 40_000, 40):
        history = history.with_reading(reading(at, calls(at % 7)), day=0)
    assert len(history.peaks) == 1
    assert history.worst(KEY, FEED, "waitingCalls", 0) == (0, 6)


def test_of_a_part_too_large_to_add_up_each_time_there_is_no_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queues = [row(f"q{at}", f"{at}", waitingCalls=at) for at in range(4)]
    history = Trends().with_reading(reading(0, *queues)).with_reading(reading(60, *queues))
    metric = CATALOGUE["waitingCalls"]

    def total(count: int) -> list[float]:
        keys = {queue.key for queue in queues[:count]}
        made = total_trend(history, keys, metric, 90, 10, count=2, span=120)
        return [number for number in made if number is not None]

    assert total(3) == [3, 3]
    monkeypatch.setattr(trends, "MOST_PICKED", 2)
    assert total(3) == [], "a part of it is no number at all"
    assert total(2) == [1, 1]
    assert total(4) == [6, 6], "of all it is known already"


def test_how_far_back_the_hour_reaches_is_told_from_its_oldest_sample() -> None:
    assert reach(Trends(), 500) == 0
    assert reach(after((0, calls(1)), (60, calls(2))), 90) == 90


MINUTES_APART = st.lists(st.integers(0, 90), max_size=12, unique=True).map(sorted)


@given(MINUTES_APART, MINUTES_APART)
def test_samples_of_another_board_fill_only_what_is_missing(
    own: list[int], other: list[int]
) -> None:
    mine = after(*((60.0 * at, calls(1)) for at in own))
    theirs = after(*((60.0 * at, calls(9)) for at in other))
    points = waiting(fill_gaps(mine, theirs))
    at = [begin for begin, _ in points]
    assert at == sorted(set(at))
    assert [point for point in points if point[1] == 1] == [
        point for point in waiting(mine) if not at or point[0] >= at[-1] - SPAN
    ]
    if own or other:
        assert at[-1] - at[0] <= SPAN
    assert fill_gaps(mine, Trends()) is mine
