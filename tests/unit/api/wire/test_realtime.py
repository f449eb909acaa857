"""Payloads → readings: right or missing, never wrong."""

import asyncio
import json
import math
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import ANSWER, AT
from tests.unit.fakes import Turns
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.live_values import live_values
from wallboard.api.wire.parsing import CHUNK, MENDED
from wallboard.errors import InvalidResponse
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Unit
from wallboard.model.data.reading import FeedId, NamedQueue, QueueKey, QueueMetrics, Reading
from wallboard.model.select.totals import Total, differences, row_value, totals

FEED = FeedId("pbx-id")


def read(body: object, **options: Any) -> Reading:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return asyncio.run(wire.reading(wire.RawAnswer(raw, FEED, AT, **options), CATALOGUE))


def one(**fields: object) -> QueueMetrics:
    """Read one queue of these fields, over a complete one."""
    queue = {"name": "Sales", "extension": "1", "pbx": "main", "site": "Rome", "metrics": {}}
    return read({"callQueues": [{**queue, **fields}]}).queues[0]


def value(sent: object, name: str = "waitingCalls") -> object:
    return one(metrics={name: sent}).values.get(name, "missing")


# -- the golden case --------------------------------------------------------------------------


def test_the_example_of_the_api_is_read_to_the_last_digit() -> None:
    reading = read(ANSWER)
    first, second = reading.queues
    assert (first.name, first.extension, first.site) == (
        "Alerie Hightower",
        "189751",
        "SanJose-Onel",
    )
    assert (first.pbx, first.key) == ("coreanalyticsprod", QueueKey("pbx-id", "189751"))
    assert first.values["waitingTime"] == 85276
    assert second.values["avgHandlingTime"] == 12034.0
    assert reading.summary == ANSWER["metricsSummary"]
    assert reading.measured is AT
    assert reading.metrics == frozenset(CATALOGUE)
    assert reading.notes == ()
    assert not first.suspect


def test_values_share_the_table_of_their_names() -> None:
    """Of ten thousand queues the tables would be 8 MB, and twice while the next answer is read."""
    sparse = [live_values() for _ in range(100)]
    for values in sparse:
        values["waitingCalls"] = 1
    sent: dict[str, Any] = dict.fromkeys(CATALOGUE, 7)
    for metrics in (sent, {**sent, "waitingCalls": None}, {**sent, "unknown": 3}):
        values = dict(one(metrics=metrics).values)
        assert 2 * sys.getsizeof(one(metrics=metrics).values) < sys.getsizeof(values)


@pytest.mark.parametrize("name", list(ANSWER["metricsSummary"]))
def test_the_examples_totals_equal_the_apis_own(name: str) -> None:
    reading = read(ANSWER)
    assert reading.summary is not None
    assert totals(reading.queues, [name])[name] == Total(reading.summary[name])
    assert differences(reading) == ()


def test_an_average_of_nothing_stays_as_it_was_sent_and_is_no_value_in_its_row() -> None:
    queue = one(metrics={"avgTalkingTime": 0.0, "talkingTime": 0, "talkingCalls": 0})
    assert queue.values["avgTalkingTime"] == 0.0
    assert row_value(queue, CATALOGUE["avgTalkingTime"]) is None


# -- what is no answer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!DOCTYPE html><p>Maintenance", "web page"),
        (b"\n  <html>", "web page"),
        (b'{"callQueues": [{"name": "Sa', "cut off"),
        (b'{"callQueues": [', "cut off"),
        (b"\xff\xfe{", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"callQueues":' * 100_000, "nested"),
        (b"We are sorry", "not JSON"),
        (b'{"callQueues": []} and more', "not JSON"),
        (b"{'callQueues': []}", "not JSON"),
        (b'{"n": ' + b"9" * 10_000 + b"}", "no list of queues"),
        (b'{"callQueues": [' + b"{}," * 20_000 + b"{}]}", "more rows than 20000"),
        (b"null", "no list of queues"),
        (b"[1, 2]", "no list of queues"),
        (b'"text"', "no list of queues"),
        (b"{}", "no list of queues"),
        (b'{"callQueues": null}', "no list of queues"),
        (b'{"callQueues": {}}', "no list of queues"),
        (b'{"status": 500, "messages": []}', "no list of queues"),
        (b'{"callQueues": [1, null, "x", []]}', "no queues"),
    ],
)
def test_what_is_no_answer_is_nonsense_in_words(body: bytes, words: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        read(body)
    assert words in caught.value.words
    assert caught.value.remedy
    assert caught.value.__cause__ is None


def test_a_byte_order_mark_is_overlooked() -> None:
    assert len(read(b"\xef\xbb\xbf" + json.dumps(ANSWER).encode()).queues) == 2


def test_a_broken_letter_in_one_name_is_a_mark_and_does_not_cost_the_others() -> None:
    reading = read(b'{"callQueues": [{"name": "Sal\xff", "extension": "7"}, {"name": "Support"}]}')
    assert [queue.name for queue in reading.queues] == ["Sal\ufffd", "Support"]
    assert reading.notes == (MENDED,)


# -- what is there but odd --------------------------------------------------------------------


def test_no_queues_are_an_empty_reading() -> None:
    reading = read({"callQueues": [], "metricsSummary": {}})
    assert reading.queues == ()
    assert reading.summary == {}
    assert reading.notes == ()


def test_a_missing_summary_is_none_and_an_odd_one_too() -> None:
    assert read({"callQueues": []}).summary is None
    assert read({"callQueues": [], "metricsSummary": [1]}).summary is None


def test_entries_that_are_no_queues_are_left_out_and_noted() -> None:
    reading = read({"callQueues": [7, {"name": "Sales", "extension": "1"}, None]})
    assert [queue.name for queue in reading.queues] == ["Sales"]
    assert reading.notes == ("entries that are no queues: 2",)


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (12, 12),
        (0, 0),
        ("12", 12),
        (" 12 ", 12),
        (12.0, 12),
        (None, "missing"),
        (True, "missing"),
        (False, "missing"),
        ("", "missing"),
        ("twelve", "missing"),
        ("1_2", "missing"),
        ("0x1F", "missing"),
        ("NaN", "missing"),
        ("1e3", "missing"),
        ("١٢", "missing"),
        (2.5, "missing"),
        (10**17, "missing"),
        (10**400, "missing"),
        ([1], "missing"),
        ({"n": 1}, "missing"),
    ],
)
def test_a_count_is_right_or_missing(sent: object, read_as: object) -> None:
    assert value(sent) == read_as


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_are_none_are_missing_and_marked(token: str) -> None:
    for name in CATALOGUE:
        body = b'{"callQueues": [{"metrics": {"%s": %s}}]}' % (name.encode(), token.encode())
        queue = read(body).queues[0]
        assert not queue.values
        assert queue.suspect == {name}


@pytest.mark.parametrize(
    ("sent", "marked"),
    [(None, False), ("", False), (True, True), ("soon", True), ({"n": 1}, True), (2.5, True)],
)
def test_what_was_sent_and_is_no_number_is_marked_and_told(sent: object, marked: bool) -> None:
    reading = read({"callQueues": [{"metrics": {"waitingCalls": sent, "onHoldCalls": 2}}]})
    assert reading.queues[0].values == {"onHoldCalls": 2}
    assert reading.queues[0].suspect == ({"waitingCalls"} if marked else set())
    assert reading.notes == (("values that cannot be true: waitingCalls",) if marked else ())


@pytest.mark.parametrize(("calls", "marked"), [(0, False), (3, True)])
def test_an_average_of_no_calls_that_is_no_number_is_a_dash_without_a_mark(
    calls: int, marked: bool
) -> None:
    queue = one(metrics={"avgWaitingTime": math.nan, "waitingCalls": calls})
    assert queue.suspect == ({"avgWaitingTime"} if marked else set())


def test_a_time_keeps_its_fraction_and_may_be_written_as_text() -> None:
    assert value(28425.75, "avgWaitingTime") == 28425.75
    assert value("28425.0", "avgWaitingTime") == 28425.0
    assert value("85276", "waitingTime") == 85276


@pytest.mark.parametrize(
    ("name", "sent", "suspect"),
    [
        ("waitingCalls", -1, True),
        ("waitingCalls", "-1", True),
        ("waitingCalls", 999_999, False),
        ("waitingCalls", 1_000_000, True),
        ("longestWaitingTime", -1, True),
        ("longestWaitingTime", 359_999_999, False),
        ("longestWaitingTime", 360_000_000, True),
        ("longestWaitingTime", 700 * 3_600_000, True),
        ("avgWaitingTime", 4e8, True),
        ("avgWaitingTime", -0.5, True),
        ("waitingTime", 4e8, True),
    ],
)
def test_a_value_that_cannot_be_true_is_kept_and_named(
    name: str, sent: float | str, suspect: bool
) -> None:
    queue = one(metrics={name: sent})
    assert queue.values[name] == (int(sent) if isinstance(sent, str) else sent)
    assert queue.suspect == (frozenset([name]) if suspect else frozenset())


def test_a_total_time_may_be_of_many_calls() -> None:
    assert not one(metrics={"waitingTime": 1_000_000_000, "waitingCalls": 500}).suspect
    assert one(metrics={"waitingCalls": 2, "waitingTime": 1_000_000_000}).suspect == {"waitingTime"}


def test_suspects_are_noted_by_metric() -> None:
    reading = read({"callQueues": [{"metrics": {"waitingCalls": -1, "talkingTime": -2}}]})
    assert reading.notes == ("values that cannot be true: talkingTime, waitingCalls",)


def test_unknown_metrics_and_fields_are_overlooked() -> None:
    queue = one(metrics={"waitingCalls": 1, "serviceLevel": 80, "": 1}, id="x", autoLogin=True)
    assert queue.values == {"waitingCalls": 1}


@pytest.mark.parametrize("metrics", [None, [], "x", 5])
def test_missing_metrics_are_missing_values_and_odd_ones_are_marked(metrics: object) -> None:
    queue = one(metrics=metrics)
    assert queue.values == {}
    assert queue.suspect == (CATALOGUE.keys() if metrics is not None else set())


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        ("189751", "189751"),
        (189751, "189751"),
        (189751.0, "189751"),
        ("0042", "0042"),
        (" 42 ", "42"),
        (None, ""),
        (True, ""),
        (1.5, ""),
        ([1], ""),
    ],
)
def test_an_extension_is_text_however_it_was_sent(sent: object, read_as: str) -> None:
    assert one(extension=sent).extension == read_as


def test_what_has_no_name_is_called_by_its_extension_or_said_to_have_none() -> None:
    assert one(name=None).name == "1"
    assert one(name="\u200b", extension="").name == wire.NO_NAME
    queue = read({"callQueues": [{}]}, pbx_name="main").queues[0]
    assert (queue.name, queue.site, queue.pbx, queue.values) == (wire.NO_NAME, "", "main", {})


def test_twins_are_numbered_not_judged_and_noted() -> None:
    row = {"name": "Sales", "site": "Rome", "metrics": {"waitingCalls": 1}}
    reading = read({"callQueues": [row, row, {**row, "extension": "5"}]})
    assert [queue.key.twin for queue in reading.queues] == [1, 2, 0]
    assert [queue.judged for queue in reading.queues] == [False, False, True]
    assert reading.notes == ("2 queues that nothing tells apart are shown and not judged",)


def test_a_filter_keeps_what_is_wanted_and_drops_the_summary_over_all() -> None:
    def keep(queue: NamedQueue) -> bool:
        return queue.extension == "153964"

    reading = read(ANSWER, keep=keep)
    assert [queue.name for queue in reading.queues] == ["Narbo"]
    assert reading.summary is None


def test_queues_of_another_pbx_of_the_account_are_left_out_and_told() -> None:
    own = {"name": "Sales", "extension": "1", "pbx": "main"}
    foreign = {"name": "Other", "extension": "1", "pbx": "north"}
    reading = read({"callQueues": [own, foreign, {"name": "None"}]}, others={"north", "south"})
    assert [queue.key for queue in reading.queues] == [
        QueueKey("pbx-id", "1"), QueueKey("pbx-id", "", "", "None"),
    ]  # fmt: skip
    assert reading.notes == (wire.OTHERS,)
    with pytest.raises(InvalidResponse, match="another PBX"):
        read({"callQueues": [foreign]}, others={"north"})
    assert read({"callQueues": [{**foreign, "pbx": "renamed"}]}, others={"north"}).notes == ()


# -- laws -------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(list(CATALOGUE)), json_values)
def test_a_shown_value_is_the_number_that_was_sent(name: str, sent: object) -> None:
    values, suspect = wire.values_of({name: sent})
    if name not in values:
        assert suspect == (set() if sent in (None, "") else {name})
        return
    assert not isinstance(sent, bool)
    assert isinstance(sent, int | float | str)
    assert float(sent) == float(values[name])
    limit = wire.MOST_COUNT if CATALOGUE[name].unit is Unit.COUNT else wire.MOST_TIME
    assert (name in suspect) == (not 0 <= values[name] < limit)


# -- speed ------------------------------------------------------------------------------------


def big_answer(queues: int) -> bytes:
    metrics = {
        name: float(number) if name.startswith("avg") else number
        for number, name in enumerate(CATALOGUE)
    }
    rows = [
        {"name": f"Queue {n}", "extension": str(n), "pbx": "p", "site": "s", "metrics": metrics}
        for n in range(queues)
    ]
    return json.dumps({"callQueues": rows, "metricsSummary": metrics}).encode()


async def test_a_long_answer_is_read_in_pieces_with_turns_for_others_in_between() -> None:
    body = big_answer(5_000)
    async with Turns() as turns:
        reading = await wire.reading(wire.RawAnswer(body, FEED, AT), CATALOGUE)
    assert len(reading.queues) == 5_000
    assert turns.count >= 2 * (5_000 // CHUNK) - 2
