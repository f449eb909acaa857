"""A reading as a message and back: whole, small, of an honest age, and trusted no further."""

import json
import zlib
from array import array
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.sample import AT, row, sample_reading
from tests.unit.hub.published import holds
from tests.unit.model_env import moment
from wallboard.errors import InvalidResponse
from wallboard.hub import json_payload
from wallboard.hub.people_payload import PeopleEncoder, people_reading
from wallboard.hub.reading_payload import (
    EXPIRY,
    ReadingDecoder,
    head_document,
    head_of,
    reading_document,
)
from wallboard.hub.trends_payload import MOST_NUMBERS, trends_document, trends_of
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.calls import ActiveCall, CallsReading
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import (
    FeedId,
    Moment,
    NamedQueue,
    QueueKey,
    QueueMetrics,
    Reading,
    identify,
)
from wallboard.model.judge.samples import Sample
from wallboard.model.judge.trends import Trends


def encode(reading: Reading, after: float = 2.0) -> bytes:
    """The message of a reading, published ``after`` seconds."""
    now = moment(reading.measured.elapsed + after)
    head = head_document(reading.measured, now, moment(now.elapsed + 8), 10.0)
    document = {**head, **reading_document(reading)}
    holds("reading", document)
    return json_payload.deflate(document)


def decode(message: bytes, feed: FeedId, left: int | None = EXPIRY, now: Moment = AT) -> Reading:
    document = json_payload.inflate(message)
    return ReadingDecoder(feed).reading(document, head_of(document, left, now), now)


def test_a_reading_comes_back_whole() -> None:
    twins = identify("p", [NamedQueue("", "Rome", "Twin")] * 2)
    queues = (
        row("Sales / EMEA", "1", waitingCalls=3, avgWaitingTime=1.5),
        replace(row("VIP", "2", longestWaitingTime=2**40), suspect=frozenset(["waitingCalls"])),
        *(QueueMetrics(key, "Twin", "", "Rome", "p", {"waitingCalls": 1}) for key in twins),
    )
    reading = Reading(
        FeedId("p"), AT, queues, frozenset(CATALOGUE), {"waitingCalls": 5}, "p",
        confirmed=False, unit="s", named=(NamedQueue("9", "", "Gone"),),
    )  # fmt: skip
    later = moment(AT.elapsed + 2)
    back = decode(encode(reading), reading.feed, now=later)
    assert back.measured == AT
    assert replace(back, served=None) == reading


def test_a_day_comes_back_on_this_machines_clock() -> None:
    day = Day(AT.wall - timedelta(hours=9), AT.wall + timedelta(hours=15))
    queues = (row("Sales", acceptedCalls=7, todayWaitingTime=5),)
    today = FeedId("p", Kind.TODAY)
    reading = Reading(today, AT, queues, frozenset(["acceptedCalls"]), pbx_name="p", day=day)
    assert decode(encode(reading, 0.0), today).day == day
    ahead = Moment(AT.wall + timedelta(hours=1), AT.elapsed)
    shifted = decode(encode(reading, 0.0), today, now=ahead)
    assert shifted.day == Day(day.start + timedelta(hours=1), day.end + timedelta(hours=1))
    assert shifted.measured.elapsed == AT.elapsed


@pytest.mark.parametrize("off", [timedelta(), timedelta(hours=1), timedelta(days=-400)])
def test_an_age_trusts_no_two_clocks(off: timedelta) -> None:
    # Published two seconds old; the broker had it for 30 more, and this machine's clock is off.
    now = Moment(AT.wall + off, 5_000.0)
    document = json_payload.inflate(encode(sample_reading()))
    head = head_of(document, EXPIRY - 30, now)
    assert head.age == 32.0
    assert head.next_poll == 8.0 - 30
    assert abs(head.skew + off) <= timedelta(seconds=32)


def test_two_hundred_queues_are_small() -> None:
    def queue(at: int) -> QueueMetrics:
        numbers: dict[str, Any] = {
            name: (at * 7919 * (place + 1)) % (97 if at % 3 else 7)
            for place, name in enumerate(CATALOGUE)
        }
        return row(f"Queue of things {at}", str(6000 + at), f"Site {at % 9}", **numbers)

    reading = Reading(FeedId("p"), AT, tuple(map(queue, range(200))), frozenset(CATALOGUE))
    assert len(encode(reading)) <= 8_000


HOSTILE: list[Any] = [
    b"", b"{}", b"\xff" * 9, zlib.compress(b"[]"), zlib.compress(b"{}"),
    zlib.compress(b"[" * 10**5), zlib.compress(b'{"version":1}')[:-3],
]  # fmt: skip


@pytest.mark.parametrize("message", HOSTILE)
def test_what_is_no_reading_is_refused_in_words(message: bytes) -> None:
    with pytest.raises(InvalidResponse) as refused:
        decode(message, FeedId("p"))
    assert refused.value.remedy


def test_a_bomb_is_refused_before_it_bursts() -> None:
    bomb = zlib.compress(b" " * (json_payload.MOST_INFLATED + 1))
    assert len(bomb) < 100_000
    with pytest.raises(InvalidResponse, match="too large"):
        json_payload.inflate(bomb)
    with pytest.raises(InvalidResponse, match="too large"):
        json_payload.inflate(b"x" * (json_payload.MOST_SENT + 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": {"waitingCalls": [1, "2"]}}, {"values": {"waitingCalls": [1]}},
        {"values": {"waitingCalls": [True, 1]}}, {"values": {"waitingCalls": [1e300, 1]}},
        {"values": []}, {"queues": [["1"]]}, {"queues": 3}, {"queues": [["1", "a", "b"]]},
        {"endpoint": "elsewhere"}, {"suspect": {"9": []}}, {"suspect": 1}, {"day": ["x", "y"]},
        {"age": -1}, {"age": "1"}, {"age": None}, {"expiry": 1e20}, {"named": [[1]]},
        {"asked_for": 5}, {"version": 2}, {"queues": [["1", "a", "b", "c"]] * 2},
    ],
)  # fmt: skip
def test_a_reading_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    document = {**json_payload.inflate(encode(sample_reading())), **wrong}
    with pytest.raises(InvalidResponse):
        decode(json_payload.deflate(document), FeedId("p"))


def test_what_comes_in_is_cleaned() -> None:
    nasty = "Sales\x1b]52;c;x\x07 \u202e[/b]"
    document = json_payload.inflate(encode(sample_reading()))
    sent_queues = [[f"1\x1b[2J{at}", nasty, nasty] for at in range(len(document["queues"]))]
    values = {"waitingCalls": [1, 2], "noSuchMetric": [1, 2]}
    message = json_payload.deflate(
        {**document, "queues": sent_queues, "values": values, "suspect": {"0": ["\x1b[1m"]},
         "asked_for": ["waitingCalls", "\x1b[1m"], "pbx": nasty}
    )  # fmt: skip
    queue = decode(message, FeedId("p")).queues[0]
    assert (queue.name, queue.site, queue.pbx) == ("Sales [/b]",) * 3
    assert queue.key == QueueKey("p", "10")
    assert (dict(queue.values), queue.suspect) == ({"waitingCalls": 1}, frozenset())


def test_queues_that_are_other_ones_are_told_by_the_same_decoder() -> None:
    decoder = ReadingDecoder(FeedId("p"))
    for name in ("Sales", "Sales", "Billing"):
        reading = Reading(FeedId("p"), AT, (row(name),), frozenset(CATALOGUE), pbx_name="p")
        document = json_payload.inflate(encode(reading))
        found = decoder.reading(document, head_of(document, EXPIRY, AT), AT)
        assert [queue.name for queue in found.queues] == [name]


def test_trends_come_back_at_their_age() -> None:
    trends, feed = Trends(), FeedId("p")
    for at in range(0, 600, 10):
        queues = (row("Sales", waitingCalls=at, longestWaitingTime=90.5),)
        measured = moment(AT.elapsed + at)
        trends = trends.with_reading(Reading(feed, measured, queues, frozenset(CATALOGUE)))
    now = moment(AT.elapsed + 600)
    head = head_document(now, now, now, 60.0)
    document = {**head, **trends_document(trends, feed, now)}
    holds("history", document)
    # Received by a machine whose clocks say something else, after a minute at the broker.
    here = Moment(AT.wall, 90_000.0)
    back = json.loads(json_payload.compact(document))
    found = trends_of(feed, back, head_of(back, EXPIRY - 60, here), here)
    times = [here.elapsed - 60 - (now.elapsed - item.start) for item in trends.samples[feed]]
    assert [item.start for item in found.samples[feed]] == times
    assert [item.columns[0] for item in found.samples[feed]] == [
        item.columns[0] for item in trends.samples[feed]
    ]
    beyond_belief: list[object] = [1, 0, [10**400], [1], [1]]
    for wrong in (
        {"samples": 3},
        {"samples": [[1, 0, [1], [1]]]},
        {"samples": [beyond_belief]},
        {"queues": [[[1]]]},
    ):
        with pytest.raises(InvalidResponse):
            trends_of(feed, {**document, **wrong}, head_of(back, None, here), here)


SEAT = Seat(
    PersonKey("p", "ada.lovelace"), "Ada Lovelace", "1001", QueueKey("p", "1"), "Sales", "Rome",
    status="HANDLING", since=5_000, caller="Charles Babbage", address="+44 20 7946 0018",
)  # fmt: skip
CALL = ActiveCall(
    "c1", "WAITING", "INBOUND", "Charles Babbage", "+44 20 7946 0018", "Sales",
    agent="Ada Lovelace", waiting=4_000,
)  # fmt: skip


@pytest.mark.parametrize(
    "privacy", [Privacy(), Privacy("names", "shown"), Privacy("names", "hidden")]
)
def test_people_leave_the_hub_as_privacy_says(privacy: Privacy) -> None:
    agents = AgentsReading(FeedId("p", Kind.AGENTS), AT, (SEAT,), "P")
    calls = CallsReading(FeedId("p", Kind.CALLS), AT, (CALL,), "P", 3)
    people = PeopleEncoder(privacy, b"salt")
    for reading in (agents, calls):
        head = head_document(AT, AT, AT, 10.0)
        document = {**head, **people.document(reading)}
        holds("agents and calls", document)
        text = json.dumps(document)
        settled = privacy.resolve(kiosk=True)
        assert ("Lovelace" in text or "lovelace" in text) == (settled.agents == "names")
        assert ("Babbage" in text) == ("7946" in text) == (settled.callers == "shown")
        back = people_reading(reading.feed, document, head_of(document, EXPIRY, AT), AT)
        if settled == Privacy("names", "shown"):
            assert back == reading
        with pytest.raises(InvalidResponse):
            people_reading(
                reading.feed,
                {**document, "seats": 3, "calls": [4]},
                head_of(document, None, AT),
                AT,
            )


def test_a_person_is_the_same_in_every_queue_and_known_to_nobody() -> None:
    seats = (SEAT, replace(SEAT, queue=QueueKey("p", "2")))
    reading = AgentsReading(FeedId("p", Kind.AGENTS), AT, seats)
    one, other = (
        PeopleEncoder(Privacy(), salt).document(reading)["seats"] for salt in (b"a", b"b")
    )
    assert one[0]["person"] == one[1]["person"] != other[0]["person"]


def test_the_trends_of_very_many_queues_are_the_newest_that_fit() -> None:
    feed, keys = (
        FeedId("p"),
        tuple(QueueKey("p", str(number)) for number in range(MOST_NUMBERS // 3)),
    )
    column = array("f", [1.0]) * len(keys)
    samples = tuple(Sample(30.0 * at, keys, (column,) * 3) for at in range(10))
    now = moment(400.0)
    document = trends_document(Trends({feed: samples}), feed, now)
    assert [sample[0] for sample in document["samples"]] == [400.0 - 30 * at for at in (7, 8, 9)]
