"""What a board makes of messages: of their true age, whole, and with words where they are not."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.fake_clock import FakeClock
from tests.sample import AT
from tests.unit.hub.exchange import TOPICS, Publishing, Taking, waiting
from tests.unit.model_env import PLAIN
from wallboard.errors import Reason, Unreachable
from wallboard.hub.account import BrokerAnswers, BrokerSource
from wallboard.hub.connection import OutMessage
from wallboard.hub.people_payload import PeopleEncoder
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind, Worse
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import (
    Discovered,
    Failed,
    FeedInfo,
    Fresh,
    HubRules,
    Remembered,
    Trouble,
)
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Bounds, Level, Override, Rules


def kept_messages(*counts: int) -> list[OutMessage]:
    """What a hub keeps at the broker after some polls."""
    hub = Publishing()
    for count in counts:
        hub.poll(waiting(count))
        hub.sent()
    hub.outbox.note_everything(hub.state)
    return hub.sent()


@pytest.mark.parametrize("off", [timedelta(), timedelta(hours=1), timedelta(hours=-1)])
def test_a_late_board_is_whole_with_what_was_kept_at_its_true_age(off: timedelta) -> None:
    board = Taking(off)
    board.take(*kept_messages(1, 2, 5), kept=True, lain=20)
    (queue,) = board.state.snapshot.queues
    assert queue.values["waitingCalls"] == 5
    measured = board.state.snapshot.readings[FeedId("p")].measured
    assert measured.elapsed == pytest.approx(board.clock.elapsed() - 20)
    assert board.state.feeds[FeedId("p")].interval == 10.0
    assert [sample.start for sample in board.state.trends.samples[FeedId("p")]]
    assert not board.troubles


def test_a_skew_is_told_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    board = Taking(timedelta(hours=1))
    board.take(*kept_messages(1), kept=True)
    board.take(*kept_messages(2))
    told = [record for record in caplog.records if "clock" in record.message]
    assert len(told) == 1
    assert "59m 50s" in told[0].getMessage()


def test_a_hub_that_is_gone_is_told_of_each_feed_and_the_numbers_go_on_to_age() -> None:
    board = Taking()
    board.take(*kept_messages(1))
    board.gone()
    assert board.troubles == ["The hub is gone (hub)"]
    assert isinstance(board.events[-1], Failed)
    assert board.events[-1].retry_at is None, "nobody here tries"
    board.take(*kept_messages(2))
    assert not board.troubles


def test_a_board_that_begins_without_a_hub_shows_what_is_left_and_says_so() -> None:
    board = Taking()
    board.gone()
    readings = [one for one in kept_messages(3) if one.topic != TOPICS.status]
    board.take(*readings, kept=True, lain=100)
    assert board.state.snapshot.queues
    assert board.troubles == ["The hub is gone (hub)"]


def test_the_same_answer_again_is_no_new_poll_but_ends_a_trouble() -> None:
    board = Taking()
    messages = kept_messages(5)
    board.take(*messages)
    before = board.state.snapshot.readings[FeedId("p")]
    board.gone()
    board.take(*messages)
    assert board.state.snapshot.readings[FeedId("p")] is before
    assert not board.troubles


def test_what_a_hub_says_of_a_feed_that_fails_is_shown() -> None:
    hub, board = Publishing(), Taking()
    hub.poll(waiting(1))
    board.take(*hub.sent())
    hub.fail("The API is down")
    board.take(*hub.sent())
    assert board.troubles == ["The API is down"]
    hub.outbox.note_everything(hub.state)
    late = Taking()
    late.take(*hub.sent(), kept=True)
    assert late.troubles == ["The API is down"]
    hub.poll(waiting(2))
    board.take(*[one for one in hub.sent() if one.topic != TOPICS.status])
    assert not board.troubles


def test_a_hub_that_publishes_all_again_does_not_call_well_what_fails() -> None:
    hub, board = Publishing(), Taking()
    hub.poll(waiting(1))
    hub.fail("The API is down")
    hub.outbox.note_everything(hub.state)
    messages = hub.sent()
    for _ in range(2):  # seen for the first time, and again
        board.take(*messages)
        assert board.troubles == ["The API is down"]
    assert board.state.snapshot.queues


def test_what_is_left_of_a_feed_that_the_hub_does_not_poll_is_not_shown() -> None:
    board = Taking()
    old = kept_messages(1)
    hub = Publishing(feeds=(FeedId("q"),))
    board.take(*hub.sent())
    board.take(*[one for one in old if "reading" in one.topic], kept=True)
    assert set(board.state.feeds) == {FeedId("q")}


def test_no_message_raises_and_each_that_is_nothing_is_counted() -> None:
    board = Taking()
    board.take(*kept_messages(1))
    topics = [TOPICS.status, TOPICS.reading(FeedId("p")), TOPICS.history("p"), TOPICS.rules]
    wrong = [b"\xff", b"{}", b"[]", json.dumps({"state": 1, "hub": {}, "feeds": 3}).encode()]
    for topic in topics:
        for payload in wrong:
            board.take(OutMessage(topic, payload))
    board.take(OutMessage(TOPICS.reading(FeedId("p")), b""), OutMessage("else/where", b"x"))
    assert board.inbox.refused == 8
    assert board.troubles == ["A message from the broker is no reading"]
    board.take(*kept_messages(1))
    assert not board.troubles


def test_another_version_and_an_empty_broker_have_words() -> None:
    board = Taking()
    assert "nothing for this board under w" in board.inbox.why_nothing().words
    board.take(OutMessage("w/v2/status", b"{}"))
    assert "another version (v2)" in board.inbox.why_nothing().words
    assert not board.inbox.heard


def test_people_are_taken_while_somebody_looks_and_the_newest_at_once() -> None:
    feed = FeedId("p", Kind.AGENTS)
    hub = Publishing(people=PeopleEncoder(Privacy(), b"salt"), feeds=(FeedId("p"), feed))
    hub.answer(AgentsReading(feed, AT, (), "P"))
    board = Taking()
    board.take(*hub.sent())
    assert board.state.feeds[feed].reading is None
    board.clock.seconds += 3
    board.inbox.watch(frozenset([Kind.AGENTS]))
    reading = board.state.feeds[feed].reading
    assert reading is not None
    assert board.clock.elapsed() - reading.measured.elapsed == pytest.approx(3.0)


def test_trends_fill_what_a_board_has_not_seen_itself() -> None:
    hub, board = Publishing(), Taking()
    for count in range(40):
        hub.poll(waiting(count))
        messages = hub.sent()
        if count < 3 or count > 36:  # it was away in between
            board.clock.seconds = 50_000.0 + hub.now
            board.take(*messages)
    hub.outbox.note_everything(hub.state)
    board.take(*hub.sent(), kept=True)
    starts = [sample.start for sample in board.state.trends.samples[FeedId("p")]]
    assert len(starts) == pytest.approx(14, abs=2)
    assert all(20 <= later - one <= 61 for one, later in pairwise(starts))
    kinds = {type(event) for event in board.events}
    assert kinds == {Discovered, Fresh, Remembered}


def test_an_hour_is_the_most_that_is_kept() -> None:
    board = Taking()
    board.take(*kept_messages(1), kept=True)
    trends = board.state.trends
    older = {
        FeedId("p"): tuple(
            replace(sample, start=sample.start - ago)
            for sample in trends.samples[FeedId("p")]
            for ago in (4_000.0, 1_800.0)
        )
    }
    board.inbox.post(Remembered(replace(trends, samples=older), trends_alone=True))
    newest = board.clock.elapsed()
    starts = [sample.start for sample in board.state.trends.samples[FeedId("p")]]
    assert [round(newest - start, -2) for start in starts] == [1_800, 0]
    assert all(isinstance(event, Discovered | Fresh | Remembered) for event in board.events)
    assert isinstance(board.state.snapshot.readings[FeedId("p")], Reading)


def _rules(**base: object) -> bytes:
    return json.dumps({"version": 1, "base": base, "overrides": [], "total": {}}).encode()


@pytest.mark.parametrize("rules", [False, True])
def test_the_hubs_thresholds_judge_where_they_are_wanted(rules: bool) -> None:
    hub, board = Publishing(), Taking(rules=rules)
    strict = Bounds(1, 2, hold=3.0, recover_warning=0, worse=Worse.UP)
    theirs = Rules(
        {"waitingCalls": strict},
        (Override({"waitingCalls": Bounds(off=True)}, "VIP*", "Rome"),),
        {"longestWaitingTime": Bounds(5_000, 6_000)},
    )
    hub.state = replace(hub.state, book=RuleBook(theirs))
    hub.poll(waiting(2))
    hub.outbox.note_everything(hub.state)
    board.take(*hub.sent(), kept=True)
    assert board.state.book.rules == (theirs if rules else PLAIN)
    board.take(OutMessage(TOPICS.rules, _rules(noSuchMetric={"warning": 1})))
    assert board.state.book.rules == (Rules({}) if rules else PLAIN)
    board.take(OutMessage(TOPICS.rules, _rules(waitingCalls=3)))
    assert board.inbox.refused == (1 if rules else 0)


def test_thresholds_that_come_later_judge_what_is_known_and_groups_stay() -> None:
    board = Taking(rules=True)
    own = Rules({"waitingCalls": Bounds(3, 5)}, groups=(QueueGroup("All", ("*",)),))
    board.state = replace(board.state, book=RuleBook(own))
    board.take(*[one for one in kept_messages(4) if one.topic != TOPICS.rules])
    (levels,) = board.state.levels.values()
    assert levels.level is Level.WARNING
    board.inbox.post(HubRules(Rules({"waitingCalls": Bounds(1, 2)})))
    (levels,) = board.state.levels.values()
    assert levels.level is Level.CRITICAL
    assert levels.since_before, "nobody saw it begin"
    assert board.state.book.rules.groups == own.groups


async def test_a_command_that_asks_once_takes_nothing_that_is_old() -> None:
    clock, feed = FakeClock(), FeedId("p")
    at = Moment(clock.now(), clock.elapsed() - 20.0)
    reading = Reading(feed, at, (waiting(1),), frozenset(CATALOGUE))
    found = BrokerAnswers({feed: Fresh(feed, reading, at)})
    source = BrokerSource(FeedInfo(feed, "P", 10.0), found, clock)
    assert await source.fetch() is reading
    clock.seconds += 60.0
    with pytest.raises(Unreachable, match="1m 20s old"):
        await source.fetch()
    found.failed[feed] = Trouble(Reason.UNREACHABLE, "The hub is gone", "Start it again")
    with pytest.raises(Unreachable, match="The hub is gone"):
        await source.fetch()
