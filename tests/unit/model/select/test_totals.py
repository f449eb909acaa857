"""Totals: exact over any selection, and never a silent undercount."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import ANSWER, row, sample_queues, sample_reading
from wallboard.model.data.catalogue import CATALOGUE, METRICS, with_parts
from wallboard.model.data.metric import Adds
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.select.totals import Total, differences, row_value, totals


def value(queues: tuple[QueueMetrics, ...], name: str) -> object:
    return totals(queues, [name])[name].value


@pytest.mark.parametrize("name", list(ANSWER["metricsSummary"]))
def test_with_no_filter_the_sample_equals_the_apis_own_summary(name: str) -> None:
    summary = ANSWER["metricsSummary"]
    assert isinstance(summary, dict)
    total = totals(sample_queues(), [name])[name]
    assert total == Total(summary[name])
    assert isinstance(total.value, type(summary[name]))


@pytest.mark.parametrize(
    ("which", "wait", "talk", "handle"),
    [(0, 28425.0, None, None), (1, 14069.0, 14069.0, 12034.0)],
)
def test_a_selection_of_the_sample_is_exact(
    which: int, wait: float, talk: float | None, handle: float | None
) -> None:
    one = (sample_queues()[which],)
    assert value(one, "avgWaitingTime") == wait
    assert value(one, "avgTalkingTime") == talk
    assert value(one, "avgHandlingTime") == handle


def test_the_sample_has_no_differences_and_a_wrong_summary_is_told() -> None:
    assert differences(sample_reading()) == ()
    assert differences(sample_reading({"waitingTime": 99346})) == ("waitingTime",)


def test_nothing_to_divide_by_is_no_value_in_totals_and_in_rows() -> None:
    idle = row("a", waitingTime=0, waitingCalls=0, avgWaitingTime=0.0)
    assert value((idle,), "avgWaitingTime") is None
    assert row_value(idle, CATALOGUE["avgWaitingTime"]) is None


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("avgWaitingTime", "waitingCalls"), ("avgWaitingTime", "totalCalls"),
        ("avgTalkingTime", "talkingCalls"), ("avgTalkingTime", "handlingCalls"),
        ("avgTalkingTime", "totalCalls"), ("avgHandlingTime", "handlingCalls"),
        ("avgHandlingTime", "totalCalls"),
    ],
)  # fmt: skip
def test_any_count_of_0_says_that_there_is_nothing_to_divide_by(name: str, count: str) -> None:
    nobody: dict[str, Any] = {name: 0.0, count: 0}
    idle, busy = row("a", **nobody), row("a", **{**nobody, count: 1})
    assert row_value(idle, CATALOGUE[name]) is None
    assert row_value(busy, CATALOGUE[name]) == 0.0


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("todayLongestWaitingTime", "enteredCalls"), ("longestTalkTime", "acceptedCalls"),
        ("todayLongestOnHoldTime", "completedCalls"), ("todayLongestHandlingTime", "enteredCalls"),
    ],
)  # fmt: skip
def test_of_no_calls_there_is_no_longest(name: str, count: str) -> None:
    def queue(number: int, calls: int) -> QueueMetrics:
        return replace(row("a", f"{number}"), day={name: 0, count: calls})

    none, begun = queue(1, 0), queue(2, 1)
    assert row_value(none, METRICS[name]) is None
    assert value((none, none), name) is None
    assert row_value(begun, METRICS[name]) == 0, "a call that has only just come"
    assert totals((none, begun), [name])[name] == Total(0)
    longest = replace(none, day={name: 9_000, count: 0})
    assert row_value(longest, METRICS[name]) == 9_000, "what was measured is never taken away"


def test_a_queue_that_is_known_to_have_no_calls_makes_no_total_partial() -> None:
    busy = row("a", waitingTime=9_000, waitingCalls=3, avgWaitingTime=3_000.0)
    idle, unknown = row("b", waitingCalls=0), row("c")
    assert totals((busy, idle), ["avgWaitingTime"])["avgWaitingTime"] == Total(3_000.0)
    assert totals((busy, unknown), ["avgWaitingTime"])["avgWaitingTime"].partial


def test_an_average_of_calls_that_have_just_begun_is_0() -> None:
    begun = row("a", waitingTime=0, waitingCalls=2, avgWaitingTime=0.0)
    assert row_value(begun, CATALOGUE["avgWaitingTime"]) == 0.0
    assert value((begun,), "avgWaitingTime") == 0.0


def test_a_count_is_inferred_only_from_an_average_of_a_second_or_more() -> None:
    coarse = row("a", waitingTime=2_500, avgWaitingTime=833.0)
    fine = row("b", waitingTime=9_000, avgWaitingTime=3_000.0)
    assert totals([coarse], ["avgWaitingTime"])["avgWaitingTime"] == Total(None)
    assert totals([fine], ["avgWaitingTime"])["avgWaitingTime"] == Total(3_000.0)
    assert totals([coarse, fine], ["avgWaitingTime"])["avgWaitingTime"] == Total(3_000.0, True)


def test_a_queue_without_a_value_makes_a_total_partial() -> None:
    assert totals([row("a", waitingCalls=2), row("b")], ["waitingCalls"])["waitingCalls"] == Total(
        2, partial=True
    )
    assert totals([row("a"), row("b")], ["waitingCalls"])["waitingCalls"] == Total(None)


def test_a_value_that_cannot_be_true_is_left_out() -> None:
    odd = replace(row("a", waitingCalls=-3), suspect=frozenset(["waitingCalls"]))
    assert totals([odd, row("b", waitingCalls=2)], ["waitingCalls"])["waitingCalls"] == Total(
        2, partial=True
    )


def test_no_queues_have_no_totals() -> None:
    assert totals([], ["waitingCalls", "avgWaitingTime"]) == {
        "waitingCalls": Total(None),
        "avgWaitingTime": Total(None),
    }


calls = st.integers(0, 50)
times = st.integers(0, 3_600_000)


@st.composite
def queues(draw: st.DrawFn) -> QueueMetrics:
    waiting, total = draw(calls), draw(times)
    total = total if waiting else 0
    return row(
        "q",
        waitingCalls=waiting,
        waitingTime=total,
        longestWaitingTime=draw(times) if waiting else 0,
        avgWaitingTime=float(total // waiting) if waiting else 0.0,
    )


@given(st.lists(queues(), min_size=1), st.lists(queues(), min_size=1))
def test_the_total_of_a_union_is_made_of_the_totals_of_its_parts(
    one: list[QueueMetrics], other: list[QueueMetrics]
) -> None:
    names = ("waitingCalls", "waitingTime", "longestWaitingTime", "avgWaitingTime")
    a, b, both = totals(one, names), totals(other, names), totals([*one, *other], names)
    for name in names:
        left, right, union = a[name].value, b[name].value, both[name].value
        if CATALOGUE[name].adds is Adds.SUM:
            assert left is not None
            assert right is not None
            assert union == left + right
        elif CATALOGUE[name].adds is Adds.MAX:
            assert union == max(left or 0, right or 0)
    wait, count = both["waitingTime"].value, both["waitingCalls"].value
    assert wait is not None
    assert both["avgWaitingTime"].value == (float(wait // count) if count else None)


@given(st.lists(queues(), min_size=1), st.randoms())
def test_the_order_of_queues_does_not_matter(listed: list[QueueMetrics], random: object) -> None:
    mixed = list(listed)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert totals(mixed, CATALOGUE) == totals(listed, CATALOGUE)


def test_names_that_are_no_metric_are_left_out() -> None:
    assert set(totals(sample_queues(), ["waitingTime", "nonsense"])) == {"waitingTime"}
    assert set(with_parts(["nonsense", "avgWaitingTime"])) == {
        "waitingCalls", "waitingTime", "avgWaitingTime",
    }  # fmt: skip
