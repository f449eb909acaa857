"""The successor's payloads → readings: right or missing, and the same as realtime's."""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import ANSWER, AT
from tests.unit.api.wire.test_realtime import big_answer, json_values
from tests.unit.fakes import Turns
from wallboard.api.wire import queue_metrics as wire_queue_metrics
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.parsing import CHUNK
from wallboard.api.wire.queue_metrics import MOST_DAY_COUNT, MOST_DAY_TIME, TranslatedQueues
from wallboard.api.wire.successor_names import MAY_BE_ASKED, ONGOING, PAST, SCALE, TimeUnit
from wallboard.errors import InvalidResponse
from wallboard.model.data.catalogue import CATALOGUE, TODAY
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Adds, Kind, Unit
from wallboard.model.data.reading import (
    Endpoint,
    FeedId,
    NamedQueue,
    QueueKey,
    QueueMetrics,
    Reading,
)

FEED = FeedId("pbx-id")
TODAYS = FeedId("pbx-id", Kind.TODAY)
START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = Day(START, START + timedelta(days=1))


def body_of(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def live(answer: object, unit: TimeUnit = "s", **options: Any) -> TranslatedQueues:
    raw = wire.RawAnswer(body_of(answer), FEED, AT, **options)
    return asyncio.run(wire_queue_metrics.live(raw, CATALOGUE, unit=unit))


def today(answer: object, unit: TimeUnit = "s", **options: Any) -> TranslatedQueues:
    raw = wire.RawAnswer(body_of(answer), TODAYS, AT, **options)
    return asyncio.run(wire_queue_metrics.today(raw, DAY, unit=unit))


def row(metrics: object, **fields: object) -> dict[str, object]:
    queue = {"id": "x", "name": "Sales", "extension": 1, "pbx": "main", "site": "Rome"}
    return {**queue, "metrics": metrics, **fields}


def now(metrics: object, unit: TimeUnit = "s") -> QueueMetrics:
    return live({"callQueues": [row(metrics)]}, unit).reading.queues[0]


def past(metrics: object, unit: TimeUnit = "s") -> QueueMetrics:
    return today({"callQueues": [row(metrics)]}, unit).reading.queues[0]


def realtime(answer: object) -> Reading:
    return asyncio.run(wire.reading(wire.RawAnswer(body_of(answer), FEED, AT), CATALOGUE))


def as_successor(answer: dict[str, Any], unit: TimeUnit) -> dict[str, Any]:
    """Say a realtime answer as the successor does."""

    def said(metrics: dict[str, Any]) -> dict[str, Any]:
        scale = SCALE[unit]
        return {
            ONGOING[name]: value if CATALOGUE[name].unit is Unit.COUNT else value / scale
            for name, value in metrics.items()
        }

    queues = [{**queue, "metrics": said(queue["metrics"])} for queue in answer["callQueues"]]
    return {"callQueues": queues, "metricsSummary": said(answer["metricsSummary"])}


# -- live -------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_the_example_reads_the_same_in_both_units_to_the_last_digit(unit: TimeUnit) -> None:
    ours, theirs = realtime(ANSWER), live(as_successor(ANSWER, unit), unit).reading
    for mine, other in zip(ours.queues, theirs.queues, strict=True):
        assert other == mine
        assert {name: repr(value) for name, value in other.values.items()} == {
            name: repr(value) for name, value in mine.values.items()
        }
    assert theirs.summary == ours.summary
    assert (theirs.endpoint, theirs.confirmed) == (Endpoint.QUEUE_METRICS, False)
    assert (ours.endpoint, ours.confirmed) == (Endpoint.REALTIME, True)


def test_live_values_share_the_table_of_their_names_as_those_of_the_realtime_endpoint() -> None:
    values = now(dict.fromkeys(ONGOING.values(), 7)).values
    assert 2 * sys.getsizeof(values) < sys.getsizeof(dict(values))


def test_what_is_there_of_the_past_is_not_taken_for_the_present() -> None:
    others = ("longestWaitingTime", "totalHandlingTime", "waitingCalls", "ongoingTotalAgents")
    queue = now({"ongoingWaitingCalls": 2, **dict.fromkeys(others, 9), "ongoingAvgOnHoldTime": 9})
    assert queue.values == {"waitingCalls": 2}


@pytest.mark.parametrize(
    ("name", "sent", "unit", "read_as"),
    [
        ("ongoingLongestWaitingTime", 85.276, "s", 85276),
        ("ongoingLongestWaitingTime", 85276.0, "ms", 85276),
        ("ongoingLongestWaitingTime", "85.276", "s", 85276),
        ("ongoingLongestWaitingTime", 85, "s", 85000),
        ("ongoingLongestWaitingTime", 0.0004, "s", 0),
        ("ongoingWaitingTime", 1.0006, "s", 1001),
        ("ongoingAvgWaitingTime", 28.425, "s", 28425.0),
        ("ongoingAvgWaitingTime", 28.42567, "s", 28425.0),
        ("ongoingAvgWaitingTime", 12.0349, "s", 12034.0),
        ("ongoingAvgWaitingTime", 0.057 * 1000 / 1000, "s", 57.0),
        ("ongoingAvgWaitingTime", 12, "s", 12000.0),
        ("ongoingAvgWaitingTime", -1, "s", -1000.0),
        ("ongoingWaitingCalls", 3.0, "s", 3),
        ("ongoingWaitingCalls", "3", "s", 3),
        ("ongoingWaitingCalls", 2.5, "s", None),
        ("ongoingWaitingCalls", True, "s", None),
        ("ongoingWaitingCalls", None, "s", None),
        ("ongoingLongestWaitingTime", None, "s", None),
        ("ongoingLongestWaitingTime", "soon", "s", None),
        ("ongoingLongestWaitingTime", 10**13, "s", None),
        ("ongoingLongestWaitingTime", 10**400, "s", None),
    ],
)
def test_a_live_value_is_right_or_missing(
    name: str, sent: object, unit: TimeUnit, read_as: float | None
) -> None:
    values = now({name: sent}, unit).values
    assert [(value, type(value)) for value in values.values()] == (
        [] if read_as is None else [(read_as, type(read_as))]
    )


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_missing_and_marked(token: str) -> None:
    for name in (*ONGOING.values(), *PAST):
        raw = b'{"callQueues": [{"metrics": {"%s": %s}}]}' % (name.encode(), token.encode())
        marked: set[str] = set()
        for reading in (live(raw).reading, today(raw).reading):
            queue = reading.queues[0]
            assert queue.values == {}
            marked |= queue.suspect
        assert len(marked) == 1


@pytest.mark.parametrize(
    ("calls", "marked"), [(0, set()), (3, {"averageWaitingTime", "acceptedCallsPercentage"})]
)
def test_averages_and_shares_of_no_calls_that_are_no_numbers_are_dashes_without_a_mark(
    calls: int, marked: set[str]
) -> None:
    sent = {"enteredCalls": calls, "averageWaitingTime": "NaN", "acceptedCallsPercentage": "NaN"}
    assert past(sent).suspect == marked


@pytest.mark.parametrize("metrics", [None, "", [], "x", 5])
def test_odd_metrics_are_marked(metrics: object) -> None:
    odd = metrics not in (None, "")
    assert now(metrics).suspect == (CATALOGUE.keys() if odd else set())
    assert past(metrics).suspect == (TODAY.keys() if odd else set())


@pytest.mark.parametrize(
    ("metrics", "suspect"),
    [
        ({"ongoingLongestWaitingTime": 359_999}, set()),
        ({"ongoingLongestWaitingTime": 700 * 3600}, {"longestWaitingTime"}),
        ({"ongoingWaitingTime": 500_000}, {"waitingTime"}),
        ({"ongoingWaitingTime": 500_000, "ongoingWaitingCalls": 2}, set()),
        ({"ongoingWaitingCalls": 2, "ongoingWaitingTime": 800_000}, {"waitingTime"}),
        ({"ongoingWaitingCalls": -1}, {"waitingCalls"}),
        ({"ongoingAvgWaitingTime": -0.5}, {"avgWaitingTime"}),
    ],
)
def test_what_cannot_be_true_is_kept_and_named(metrics: object, suspect: set[str]) -> None:
    queue = now(metrics)
    assert queue.suspect == suspect
    assert suspect <= set(queue.values)


def test_deleted_queues_are_left_out_before_the_others_are_told_apart() -> None:
    answer = {"callQueues": [row({}), row({}, name="Old", deleted=True), row({}, deleted=False,
                             extension="2")]}  # fmt: skip
    for reading in (live(answer).reading, today(answer).reading):
        assert [queue.key for queue in reading.queues] == [
            QueueKey("pbx-id", "1"),
            QueueKey("pbx-id", "2"),
        ]
        assert reading.notes == ()


def test_twins_and_what_is_no_queue_are_told_as_for_realtime() -> None:
    twin = row({"ongoingWaitingCalls": 1})
    answer = {"callQueues": [twin, 7, twin]}
    assert live(answer).reading.notes == realtime(answer).notes
    assert [queue.key for queue in live(answer).reading.queues] == [
        queue.key for queue in realtime(answer).queues
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<html>", b'{"callQueues": [', b"null", b"[1]", b"{}", b'{"callQueues": {}}',
        b'{"callQueues": [1, null]}', b"[" * 100_000, b'{"status": 500, "messages": []}',
    ],
)  # fmt: skip
def test_what_is_no_answer_is_nonsense(raw: bytes) -> None:
    for translate in (live, today):
        with pytest.raises(InvalidResponse) as caught:
            translate(raw)
        assert caught.value.words
        assert caught.value.remedy


def test_a_filter_keeps_what_is_wanted_and_drops_the_summary() -> None:
    def keep(queue: NamedQueue) -> bool:
        return queue.extension == "153964"

    made = live(as_successor(ANSWER, "s"), keep=keep)
    assert [queue.name for queue in made.reading.queues] == ["Narbo"]
    assert made.reading.summary is None


KEY = QueueKey("pbx-id", "1")


def test_the_waits_that_confirm_the_unit_are_as_they_were_sent() -> None:
    answer = {"callQueues": [row({"ongoingLongestWaitingTime": 85.276, "enteredCalls": 1}),
                             row({"ongoingLongestWaitingTime": 0}, extension="2"),
                             row({}, extension="3")]}  # fmt: skip
    for unit in ("s", "ms"):
        assert today(answer, unit).waits == {(KEY, "longestWaitingTime"): 85.276}
    assert live(answer, "s").waits == {(KEY, "longestWaitingTime"): 85.276}
    assert live(answer, "ms").waits == {(KEY, "longestWaitingTime"): 85}


def test_where_nobody_waits_a_call_that_goes_on_confirms_the_unit() -> None:
    metrics = {"ongoingLongestWaitingTime": 0, "ongoingLongestHandlingTime": 312.5}
    answer = {"callQueues": [row(metrics)]}
    for made in (today(answer, "s"), live(answer, "s")):
        assert made.waits == {(KEY, "longestHandlingTime"): 312.5}


# -- today ------------------------------------------------------------------------------------


def test_every_metric_of_the_day_is_read_by_the_name_it_is_sent_by() -> None:
    sent = {}
    for number, (name, metric) in enumerate(TODAY.items(), start=10):
        sent[metric.sent or name] = number if metric.unit is Unit.COUNT else number / 1000
    del sent["divertedCalls"]
    sent |= {"diverted": 19, "enteredCalls": 100}
    made = today({"callQueues": [row(sent)]}).reading
    values = made.queues[0].values
    assert set(values) == set(TODAY)
    assert (made.day, made.metrics, made.feed) == (DAY, frozenset(TODAY), TODAYS)
    for number, (name, metric) in enumerate(TODAY.items(), start=10):
        if metric.unit is Unit.MILLISECONDS:
            assert values[name] == number
            assert type(values[name]) is (float if metric.adds is Adds.AVERAGE else int)
        elif metric.unit is Unit.COUNT and name not in ("enteredCalls", "divertedCalls"):
            assert values[name] == number


def test_live_values_are_not_among_the_days() -> None:
    sent = {"longestWaitingTime": 9, "totalHandlingTime": 5}
    values = past({"ongoingWaitingCalls": 2, "ongoingLongestWaitingTime": 3, **sent}).values
    assert values == {"todayLongestWaitingTime": 9000, "todayTotalHandlingTime": 5000}


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ({"diverted": 3}, 3),
        ({"divertedCalls": 3}, 3),
        ({"divertedCalls": 4, "diverted": None}, 4),
        ({"diverted": None}, None),
    ],
)
def test_both_spellings_of_diverted_are_read(sent: object, read_as: int | None) -> None:
    assert past(sent).values.get("divertedCalls") == read_as


def test_a_percentage_is_made_of_its_counts() -> None:
    values = past({"enteredCalls": 3, "acceptedCalls": 2, "acceptedCallsPercentage": 50,
                   "divertedCallsPercentage": 12.5, "missedCalls": 0}).values  # fmt: skip
    assert values["acceptedCallsPercentage"] == 100 * 2 / 3
    assert values["divertedCallsPercentage"] == 12.5
    assert repr(values["missedCallsPercentage"]) == "0.0"
    assert "abandonedInWaitingCallsPercentage" not in values


def test_a_percentage_that_nothing_can_be_made_of_is_as_it_was_sent() -> None:
    assert past({"acceptedCallsPercentage": 50}).values == {"acceptedCallsPercentage": 50.0}


@pytest.mark.parametrize("percent", [0, 100, 37.5])
def test_of_no_calls_there_is_no_percentage_and_no_average(percent: float) -> None:
    shares = {name: percent for name in TODAY if name.endswith("Percentage")}
    averages = {name: 0 for name in TODAY if name.startswith("average")}
    counts = {name: 0 for name, metric in TODAY.items() if metric.unit is Unit.COUNT}
    values = past({**shares, **averages, **counts}).values
    assert values == counts


def test_an_average_of_calls_that_nobody_accepted_is_none_unless_there_is_one() -> None:
    sent = {"enteredCalls": 4, "acceptedCalls": 0, "averageTimeToAnswer": 0, "averageAnswerTime": 0,
            "averageTalkTime": 0, "averageHandlingTime": 7.5, "averageOnHoldTime": 0,
            "averageWaitingTime": 12}  # fmt: skip
    assert set(past(sent).values) == {
        "enteredCalls", "acceptedCalls", "acceptedCallsPercentage", "averageHandlingTime",
        "averageWaitingTime",
    }  # fmt: skip


@pytest.mark.parametrize("count", ["enteredCalls", "acceptedCalls", "completedCalls"])
@pytest.mark.parametrize("name", ["averageTalkTime", "averageOnHoldTime", "averageHandlingTime"])
def test_an_average_of_0_is_none_whichever_count_says_that_nobody_was_handled(
    name: str, count: str
) -> None:
    assert name not in past({name: 0.0, count: 0}).values
    assert past({name: 0.0, count: 1}).values[name] == 0.0
    # One of something is none of nothing, whatever the count.
    assert past({name: 7.5, count: 0}).values[name] == 7_500.0


def test_an_average_over_the_calls_of_a_count_of_0_is_none_in_any_case() -> None:
    assert "averageTimeToAnswer" not in past({"averageTimeToAnswer": 5, "acceptedCalls": 0}).values
    assert "averageWaitingTime" not in past({"averageWaitingTime": 5, "enteredCalls": 0}).values


def test_one_count_is_never_made_of_the_others() -> None:
    sent = {"enteredCalls": 10, "acceptedCalls": 5, "abandonedInWaitingCalls": 2, "diverted": 1,
            "missedCalls": 1}  # fmt: skip
    values = past(sent).values
    assert "abandonedInHandlingCalls" not in values
    assert "completedCalls" not in values
    assert (
        past({name: 1 for name in sent if name != "enteredCalls"}).values.get("enteredCalls")
        is None
    )


@pytest.mark.parametrize(
    ("metrics", "suspect"),
    [
        ({"enteredCalls": 5_000_000}, set()),
        ({"enteredCalls": MOST_DAY_COUNT}, {"enteredCalls"}),
        ({"missedCalls": -1}, {"missedCalls"}),
        ({"acceptedCallsPercentage": 100.5}, {"acceptedCallsPercentage"}),
        ({"acceptedCallsPercentage": -1}, {"acceptedCallsPercentage"}),
        ({"enteredCalls": 2, "acceptedCalls": 3}, {"acceptedCallsPercentage"}),
        ({"enteredCalls": 4, "acceptedCalls": 3, "acceptedCallsPercentage": 750}, set()),
        ({"averageWaitingTime": 400_000}, {"averageWaitingTime"}),
        ({"longestWaitingTime": 400_000}, {"todayLongestWaitingTime"}),
        ({"totalTalkTime": 400_000}, set()),
        ({"totalTalkTime": 400_000, "enteredCalls": 1}, {"totalTalkTime"}),
        ({"totalTalkTime": 400_000, "enteredCalls": 2}, set()),
        ({"totalTalkTime": MOST_DAY_TIME / 1000}, {"totalTalkTime"}),
        ({"totalTalkTime": -1}, {"totalTalkTime"}),
    ],
)  # fmt: skip
def test_what_cannot_be_true_of_a_day_is_kept_and_named(metrics: object, suspect: set[str]) -> None:
    queue = past(metrics)
    assert queue.suspect == suspect
    assert suspect <= set(queue.values)


# -- laws -------------------------------------------------------------------------------------


@given(st.sampled_from(list(CATALOGUE)), json_values, st.sampled_from(["s", "ms"]))
def test_a_live_value_is_the_number_that_was_sent_in_milliseconds(
    name: str, sent: object, unit: TimeUnit
) -> None:
    queue = now(json.loads(json.dumps({ONGOING[name]: sent})), unit)
    if name not in queue.values:
        assert queue.suspect == (set() if sent in (None, "") else {name})
        return
    assert not isinstance(sent, bool)
    assert isinstance(sent, int | float | str)
    scale = 1 if CATALOGUE[name].unit is Unit.COUNT else SCALE[unit]
    value = queue.values[name]
    assert value == pytest.approx(float(sent) * scale, rel=1e-12, abs=1)
    limit = wire.MOST_COUNT if CATALOGUE[name].unit is Unit.COUNT else wire.MOST_TIME
    assert (name in queue.suspect) == (not 0 <= value < limit)


@given(
    st.dictionaries(st.sampled_from(sorted(PAST)), st.integers(0, 10**6) | st.none(), max_size=9)
)
def test_percentages_are_within_bounds_or_marked_and_of_something(sent: dict[str, Any]) -> None:
    queue = past(sent)
    for name, value in queue.values.items():
        metric = TODAY[name]
        if metric.unit is Unit.PERCENT:
            assert 0 <= value <= 100 or name in queue.suspect
            assert queue.values.get("enteredCalls") != 0


def test_nothing_is_asked_for_that_only_examples_have() -> None:
    assert set(ONGOING.values()) <= MAY_BE_ASKED
    assert not MAY_BE_ASKED & {"missedCalls", "missedCallsPercentage", "divertedCalls",
                               "abandonedInHandlingCalls", "ongoingTotalAgents",
                               "ongoingAvgOnHoldTime"}  # fmt: skip


async def test_a_long_answer_is_read_in_pieces_with_turns_for_others_in_between() -> None:
    raw = big_answer(3_000)
    async with Turns() as turns:
        await wire_queue_metrics.live(wire.RawAnswer(raw, FEED, AT), CATALOGUE, unit="s")
        await wire_queue_metrics.today(wire.RawAnswer(raw, TODAYS, AT), DAY, unit="s")
    assert turns.count >= 4 * (3_000 // CHUNK) - 4
