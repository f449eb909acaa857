"""What a command that asks once takes from a broker: all that is kept, or it says so."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.fake_clock import FakeClock
from tests.sample import AT
from tests.unit.hub.exchange import TOPICS, Publishing, waiting
from wallboard.feed.once import PollResult, poll_once
from wallboard.hub import account
from wallboard.hub.connection import BrokerOptions, InMessage, OutMessage
from wallboard.model.data.reading import FeedId, Reading

STANDS_STILL = OutMessage("", b"")


class Broker:
    """Sends what it is given once all was asked for, and stands still where it is told to."""

    def __init__(self, *kept: OutMessage) -> None:
        self.filters: list[str] = []
        self._kept = kept

    async def subscribe(self, topic: str) -> None:
        self.filters.append(topic)

    async def messages(self) -> AsyncIterator[InMessage]:
        for message in self._kept:
            if message is STANDS_STILL:
                await asyncio.sleep(0.6)
            else:
                yield InMessage(message.topic, message.payload, message.expiry, True)
        await asyncio.Event().wait()


def kept() -> tuple[OutMessage, list[OutMessage]]:
    """The status of a hub, and the answers of its two PBXes."""
    hub = Publishing(feeds=(FeedId("p"), FeedId("q")))
    hub.poll(waiting(1))
    asked = hub.state.snapshot.readings[FeedId("p")]
    assert isinstance(asked, Reading)
    hub.answer(replace(asked, feed=FeedId("q"), pbx_name="Q"))
    hub.outbox.note_everything(hub.state)
    sent = hub.sent()
    (status,) = [one for one in sent if one.topic == TOPICS.status]
    return status, [one for one in sent if "/reading/" in one.topic]


async def take(
    monkeypatch: pytest.MonkeyPatch, messages: Iterable[OutMessage], patience: float = 600.0
) -> tuple[PollResult, list[str]]:
    """What one round brings, and what was asked of the broker."""
    broker = Broker(*messages)

    @asynccontextmanager
    async def connect(_: BrokerOptions) -> AsyncIterator[Broker]:
        yield broker

    monkeypatch.setattr(account, "connect", connect)
    monkeypatch.setattr(account, "SILENT_FOR", patience)
    clock = FakeClock(AT.wall, 50_000.0)
    options = BrokerOptions(host="x", prefix=TOPICS.prefix)
    return await poll_once(account.BrokerAccount(options, clock), clock), broker.filters


async def test_a_broker_that_stands_still_in_between_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, answers = kept()
    came, filters = await take(monkeypatch, [status, answers[0], STANDS_STILL, answers[1], status])
    assert {reading.feed.pbx for reading in came.readings} == {"p", "q"}
    assert came.failures == ()
    assert filters == [*TOPICS.for_boards, TOPICS.status], "the status is asked for again, last"


async def test_an_answer_that_a_broker_sends_after_the_end_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, answers = kept()
    came, _ = await take(monkeypatch, [status, answers[0], status, STANDS_STILL, answers[1]])
    assert {reading.feed.pbx for reading in came.readings} == {"p", "q"}


async def test_where_the_end_is_never_told_it_is_said_that_this_may_not_be_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, answers = kept()
    came, _ = await take(monkeypatch, answers[:1], patience=0.05)
    assert [reading.feed.pbx for reading in came.readings] == ["p"]
    assert [(info.pbx_name, error.words) for info, error in came.failures] == [
        (
            TOPICS.prefix,
            "Perhaps this is not all: after 5 s the broker had not sent the hub's status",
        )
    ]


async def test_a_feed_without_an_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    status, answers = kept()
    came, _ = await take(monkeypatch, [status, answers[0], status], patience=0.05)
    assert [reading.feed.pbx for reading in came.readings] == ["p"]
    assert [(info.feed.pbx, error.words) for info, error in came.failures] == [
        ("q", "The hub has no answer yet")
    ]
