"""Calls: right or missing, cleaned, told apart, and never named in a note."""

import asyncio
from typing import Any

import pytest

from tests.sample import AT
from tests.unit.api.wire.test_agents import raw, texts
from wallboard.api.wire import calls as wire_calls
from wallboard.api.wire.calls import TranslatedCalls, Wanted
from wallboard.api.wire.realtime import RawAnswer
from wallboard.api.wire.successor_names import TimeUnit
from wallboard.errors import InvalidResponse
from wallboard.model.data.calls import ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId
from wallboard.model.data.sanitize import MOST_TEXT
from wallboard.simulator.centre.names import HOSTILE_NAMES

CALLS = FeedId("p", Kind.CALLS)

CALL: dict[str, Any] = {
    "callId": "1715191662606",
    "workGroup": {"id": "X1", "extension": "650", "name": "Sales", "groupType": "CALL_QUEUE"},
    "caller": {"id": "Chay,1006", "address": "1006", "name": "Chay Hoss"},
    "latestCallee": {"address": "1014", "name": "Chandler Hollow"},
    "latestLabel": "TALKING", "labels": ["WAITING", "ALERTING", "TALKING"], "outcome": None,
    "startTime": 1717751880000, "connectedTime": 1717751900000, "waitingDuration": 42.38,
    "talkingDuration": 0, "onHoldDuration": 1, "totalDuration": 43.38, "direction": "INTERNAL",
}  # fmt: skip


def translated(
    answer: object, wanted: Wanted | None = None, unit: TimeUnit = "s", page: int = 0
) -> TranslatedCalls:
    body = raw(answer)
    return asyncio.run(
        wire_calls.calls(RawAnswer(body, CALLS, AT, "main"), wanted, unit=unit, page=page)
    )


def calls(answer: object, wanted: Wanted | None = None, **options: Any) -> CallsReading:
    return translated(answer, wanted, **options).reading


def call(**fields: object) -> ActiveCall:
    return calls({"calls": [{**CALL, **fields}]}).calls[0]


def test_a_call_is_read_in_full() -> None:
    assert calls({"calls": [CALL]}) == CallsReading(
        CALLS,
        AT,
        (
            ActiveCall(
                "1715191662606",
                "TALKING",
                "INTERNAL",
                "Chay Hoss",
                "1006",
                "Sales",
                queue_extension="650",
                agent="Chandler Hollow",
                waiting=42380,
                talking=0,
                on_hold=1000,
                total=43380,
            ),
        ),
        "main",
        confirmed=False,
    )


@pytest.mark.parametrize(
    "answer",
    [[CALL], {"calls": [CALL]}, {"activeCalls": [CALL]}, {"data": [CALL], "total": 1}],
)
def test_the_list_of_calls_may_be_anywhere(answer: object) -> None:
    assert len(calls(answer).calls) == 1


@pytest.mark.parametrize(
    ("latest", "labels", "label"),
    [
        ("TALKING", ["WAITING"], "TALKING"),
        (None, ["WAITING", "alerting"], "ALERTING"),
        (None, [], ""),
        ("", None, ""),
        (None, [None], ""),
    ],
)
def test_the_label_is_the_latest(latest: object, labels: object, label: str) -> None:
    assert call(latestLabel=latest, labels=labels).label == label


def test_who_waits_is_with_nobody() -> None:
    assert call(latestLabel="WAITING").agent == ""
    assert call(latestLabel="MISSED").agent == ""
    assert call(latestLabel="ALERTING").agent == "Chandler Hollow"
    assert call(latestLabel="TALKING", latestCallee={"address": "1014"}).agent == "1014"


@pytest.mark.parametrize(
    "ended",
    [
        {"latestLabel": "FINISHED"},
        {"latestLabel": None, "labels": ["TALKING", "DISCONNECTED"]},
        {"outcome": "FINISHED"},
        {"status": "completed"},
        {"stopTime": 1717751880000},
    ],
)
def test_calls_that_have_ended_are_left_out(ended: dict[str, object]) -> None:
    assert calls({"calls": [{**CALL, **ended}, {**CALL, "callId": "2"}]}).calls[0].id == "2"


@pytest.mark.parametrize(
    "going_on", [{"outcome": "IN_PROGRESS"}, {"status": "ACTIVE"}, {"stopTime": 0}, {"outcome": ""}]
)
def test_calls_that_go_on_are_kept(going_on: dict[str, object]) -> None:
    assert len(calls({"calls": [{**CALL, **going_on}]}).calls) == 1


OUTSIDE = {**CALL, "direction": "EXTERNAL"}
SOME = [
    CALL,
    {**CALL, "callId": "2", "workGroup": {"id": "X2", "extension": "651"}},
    {**OUTSIDE, "callId": "3", "workGroup": None},
    {**OUTSIDE, "callId": "4", "workGroup": {"name": "Sales"}},
]


def of_650(one: str, extension: str) -> bool | None:
    """Whether a queue is 650; there is 651 as well, and no other."""
    known = {"X1": True, "X2": False, "650": True, "651": False}
    return known.get(one, known.get(extension))


def test_calls_of_queues_that_are_not_wanted_and_of_none_are_left_out() -> None:
    made = calls({"calls": SOME}, of_650)
    assert [one.id for one in made.calls] == ["1715191662606"]
    assert made.left_out == LeftOut(untold=2)
    assert made.notes == ("calls that tell no queue are left out",)
    everything = calls({"calls": SOME})
    assert [one.id for one in everything.calls] == ["1715191662606", "2", "3", "4"]
    assert (everything.notes, everything.left_out) == ((), LeftOut())


def documented(name: str, reference: object, direction: str = "EXTERNAL") -> dict[str, Any]:
    """A call of the documented shape, which has no ``workGroup``."""
    sent = {field: value for field, value in CALL.items() if field != "workGroup"}
    return {**sent, "callId": name, "reference": reference, "direction": direction}


def test_a_call_whose_reference_is_the_extension_of_a_wanted_queue_is_its() -> None:
    sent = [documented("1", "650"), documented("2", 650), documented("3", " 650 ", "INTERNAL"),
            documented("4", "651"), documented("5", "999"), documented("6", None),
            documented("7", "")]  # fmt: skip
    made = calls({"calls": sent}, of_650)
    assert [(one.id, one.queue_extension, one.reference) for one in made.calls] == [
        ("1", "650", ""), ("2", "650", ""), ("3", "650", ""),
    ]  # fmt: skip
    # What is another queue's is not wanted; what tells none may be anybody's.
    assert made.left_out == LeftOut(untold=3)


def test_what_a_call_refers_to_is_kept_where_all_are_wanted() -> None:
    made = calls({"calls": [documented("1", "650"), documented("2", None)]})
    assert [(one.queue_extension, one.reference) for one in made.calls] == [("", "650"), ("", "")]
    assert made.left_out == LeftOut()


@pytest.mark.parametrize("wanted", [None, of_650])
def test_outbound_and_internal_calls_are_no_queues_and_counted_apart(wanted: Wanted | None) -> None:
    sent = [documented("1", "650", "OUTBOUND"), documented("2", None, "outgoing"),
            documented("3", None, "INTERNAL"), documented("4", "650", "INBOUND"),
            {**CALL, "callId": "5", "direction": "OUTBOUND"}]  # fmt: skip
    made = calls({"calls": sent}, wanted)
    assert [one.id for one in made.calls] == ["4", "5"]
    assert made.left_out == LeftOut(outbound=2, internal=1)


@pytest.mark.parametrize(
    ("sent", "time"),
    [(1.25, 1250), ("1.25", 1250), (None, None), ("x", None), (-1, None), (10**12, None),
     (700 * 3_600, 2_520_000_000)],
)  # fmt: skip
def test_a_duration_is_right_or_missing(sent: object, time: int | None) -> None:
    assert call(waitingDuration=sent).waiting == time
    assert calls({"calls": [{**CALL, "waitingDuration": sent}]}, unit="ms").calls[0].total == 43


@pytest.mark.parametrize(
    ("about", "more"),
    [
        ({}, 0),
        ({"total": 7}, 6),
        ({"paging": {"limit": 50, "total": 7}}, 6),
        ({"page": {"totalElements": 7}}, 6),
        ({"total": 1}, 0),
        ({"total": 0}, 0),
        ({"total": "many"}, 0),
        ({"paging": None}, 0),
        ({"count": 7}, 6),
    ],
)
def test_it_is_told_how_many_calls_there_are_beyond(about: dict[str, object], more: int) -> None:
    made = calls({"calls": [CALL], **about}, page=100)
    assert (made.more, made.at_least) == (more, False)


@pytest.mark.parametrize(
    ("about", "page", "at_least"),
    [
        ({}, 4, True),
        ({}, 3, True),
        ({}, 5, False),
        ({}, 0, False),
        ({"paging": {"limit": 4}}, 100, True),
        ({"page": {"size": 4}}, 100, True),
        ({"paging": {"limit": 50}}, 100, False),
        ({"paging": {"limit": 0}}, 4, True),
        # No totals: less than was sent, or of the page.
        ({"total": 0}, 4, True),
        ({"count": 4}, 4, True),
        ({"paging": {"limit": 4, "total": 4}}, 4, False),
    ],
)
def test_a_full_page_without_a_total_may_have_more_beyond(
    about: dict[str, object], page: int, at_least: bool
) -> None:
    made = calls({"calls": SOME, **about}, page=page)
    assert (made.more, made.at_least) == (0, at_least)
    assert calls(SOME, page=4).at_least, "a bare list as well"


@pytest.mark.parametrize(
    ("about", "at_least"),
    [({"total": 9}, True), ({"total": 4}, False), ({}, True), ({"paging": {"total": 4}}, False)],
)
def test_of_calls_beyond_nobody_knows_how_many_are_wanted(
    about: dict[str, object], at_least: bool
) -> None:
    made = calls({"calls": SOME, **about}, of_650, page=4)
    assert (made.more, made.at_least) == (0, at_least)


def test_how_long_each_has_lasted_is_told_as_it_was_sent() -> None:
    listed = [
        CALL,
        {**CALL, "callId": "waits", "totalDuration": None, "waitingDuration": "7.5"},
        {**CALL, "callId": "over", "outcome": "FINISHED"},
        {**CALL, "callId": "nothing", "totalDuration": 0, "waitingDuration": 5},
        {**CALL, "callId": "neither", "totalDuration": None, "waitingDuration": None},
        {**CALL, "callId": None},
        {**CALL, "callId": "long", "totalDuration": 10**11, "startTime": None},
    ]
    made = translated({"calls": listed}, lambda *_: False)
    assert made.reading.calls == ()
    assert made.lasted == {"1715191662606": 43.38, "waits": 7.5, "long": 10**11}
    began = AT.wall.timestamp() - 1717751880
    assert made.ages == {"1715191662606": pytest.approx(began)}


def test_calls_without_an_id_and_twice_the_same_are_told_apart() -> None:
    nameless = {**CALL, "callId": None}
    made = calls({"calls": [CALL, CALL, nameless, nameless, 7]})
    assert len({one.id for one in made.calls}) == len(made.calls) == 3
    assert made.notes == ("entries that are no calls: 1",)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"{", b"null", b"{}", b'{"calls": {}}', b'{"calls": [1, "x"]}', b"7",
        b'{"messages": ["x"], "status": 500}', b'{"a": [], "b": []}', b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_answer_about_calls_is_nonsense(body: bytes) -> None:
    with pytest.raises(InvalidResponse) as caught:
        calls(body)
    assert caught.value.words
    assert caught.value.remedy


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "\x1b]52;c;eA==\x07", "x" * 9_999, "\ud800"])
def test_every_text_of_a_call_is_cleaned(name: str) -> None:
    who = dict.fromkeys(("name", "address", "id", "extension"), name)
    one = {**dict.fromkeys(("callId", "latestLabel", "direction"), name), "caller": who,
           "latestCallee": who, "workGroup": who}  # fmt: skip
    for text in (text for one in calls({"calls": [one]}).calls for text in texts(one)):
        assert text.isprintable()
        assert len(text) <= MOST_TEXT + 10  # capitals of some letters are two
