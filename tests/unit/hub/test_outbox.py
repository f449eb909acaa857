"""What a hub publishes, when, and what it takes back."""

import json
from dataclasses import replace

from tests.sample import AT
from tests.unit.hub.exchange import TOPICS, Publishing, waiting
from tests.unit.model_env import World, calm, moment
from wallboard.hub import json_payload
from wallboard.hub.connection import OutMessage
from wallboard.hub.outbox import MOST_ALERTS
from wallboard.hub.people_payload import PeopleEncoder
from wallboard.hub.reading_payload import EXPIRY
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.judge.alerts import document as alert_document
from wallboard.model.judge.alerts import due

QUEUE = f"{TOPICS.base}/queue/p"
READING = TOPICS.reading(FeedId("p"))


def topics(messages: list[OutMessage]) -> list[str]:
    return [message.topic for message in messages]


def document(messages: list[OutMessage], topic: str) -> dict[str, object]:
    (payload,) = (message.payload for message in messages if message.topic == topic)
    return json.loads(payload)  # type: ignore[no-any-return]


def test_a_queue_is_published_only_when_it_is_another() -> None:
    hub = Publishing()
    hub.poll(waiting(0), waiting(0, "VIP", "2"))
    assert {f"{QUEUE}/1", f"{QUEUE}/2"} <= set(topics(hub.sent()))
    hub.poll(waiting(0), waiting(5, "VIP", "2"))
    sent = hub.sent()
    assert f"{QUEUE}/1" not in topics(sent)
    told = document(sent, f"{QUEUE}/2")
    assert (told["level"], told["name"]) == ("critical", "VIP")
    assert told["since"] == "2026-03-02T09:30:20.000Z"
    assert told["metrics"]["waitingCalls"] == 5  # type: ignore[index]
    assert told["metrics"]["availableAgents"] is None  # type: ignore[index]


def test_a_reading_says_its_age_when_it_is_sent_not_when_it_was_made() -> None:
    hub = Publishing()
    hub.poll(waiting(1))
    sent = hub.sent(after=7.0)
    (message,) = (one for one in sent if one.topic == READING)
    assert json_payload.inflate(message.payload)["age"] == 7.0
    assert (message.retain, message.expiry) == (True, EXPIRY)


def test_nothing_waits_that_was_sent_and_everything_is_sent_again_when_it_may_be_lost() -> None:
    hub = Publishing()
    hub.poll(waiting(1))
    first = topics(hub.sent())
    assert hub.outbox.is_empty
    hub.outbox.note_everything(hub.state)
    again = topics(hub.sent())
    assert set(first) <= set(again)
    assert again.index(TOPICS.status) < again.index(TOPICS.history("p")) < again.index(READING)


def test_a_queue_that_vanished_and_a_pbx_that_is_not_polled_any_more_are_cleared() -> None:
    hub = Publishing(feeds=(FeedId("p"), FeedId("q")))
    hub.poll(waiting(1), waiting(1, "VIP", "2"))
    hub.sent()
    hub.outbox.kept.add(f"{TOPICS.base}/queue/q/9")
    hub.poll(waiting(1))
    assert [one for one in hub.sent() if not one.payload] == [OutMessage(f"{QUEUE}/2", b"")]
    hub.discover(FeedId("p"))
    assert [one.topic for one in hub.sent() if not one.payload] == [f"{TOPICS.base}/queue/q/9"]
    hub.discover(FeedId("z"))
    cleared = {one.topic for one in hub.sent() if not one.payload}
    assert cleared == {f"{QUEUE}/1", READING, TOPICS.history("p")}


def test_a_renamed_queue_keeps_its_topic() -> None:
    hub = Publishing()
    hub.poll(waiting(1))
    hub.sent()
    hub.poll(waiting(1, "Renamed"))
    sent = hub.sent()
    assert document(sent, f"{QUEUE}/1")["name"] == "Renamed"
    assert all(one.payload for one in sent)


def test_the_status_is_published_when_a_feed_fails_and_when_it_is_well_again() -> None:
    hub = Publishing()
    hub.poll(waiting(1))
    hub.sent()
    hub.poll(waiting(1))
    assert TOPICS.status not in topics(hub.sent())
    hub.fail("The API is down")
    feeds = document(hub.sent(), TOPICS.status)["feeds"]
    assert feeds[0]["state"] == "failed"  # type: ignore[index]
    assert feeds[0]["trouble"]["words"] == "The API is down"  # type: ignore[index]
    hub.poll(waiting(1))
    feeds = document(hub.sent(), TOPICS.status)["feeds"]
    assert feeds[0]["state"] == "live"  # type: ignore[index]


def test_trends_are_renewed_each_minute() -> None:
    hub = Publishing()
    renewed = []
    for at in range(13):
        hub.poll(waiting(at))
        renewed.append(TOPICS.history("p") in topics(hub.sent()))
    assert renewed == [at % 6 == 0 for at in range(13)]


def test_people_are_published_only_where_they_may_be() -> None:
    agents = FeedId("p", Kind.AGENTS)
    for people in (None, PeopleEncoder(Privacy(), b"salt")):
        hub = Publishing(people=people, feeds=(FeedId("p"), agents))
        hub.answer(AgentsReading(agents, AT, ()))
        sent = hub.sent()
        assert (TOPICS.reading(agents) in topics(sent)) == (people is not None)
        kinds = {feed["kind"] for feed in document(sent, TOPICS.status)["feeds"]}  # type: ignore[attr-defined]
        assert ("agents" in kinds) == (people is not None)


def test_what_people_a_hub_before_has_left_is_cleared() -> None:
    hub = Publishing()
    left = TOPICS.reading(FeedId("p", Kind.AGENTS))
    hub.outbox.kept.add(left)
    hub.discover(FeedId("p"), FeedId("p", Kind.AGENTS))
    assert left in [one.topic for one in hub.sent() if not one.payload]


def test_an_alert_is_not_retained_and_a_flood_of_them_ends() -> None:
    hub = Publishing()
    for number in range(MOST_ALERTS + 5):
        hub.outbox.alert({"number": number})
    hub.outbox.kept.clear()
    alerts = [one for one in hub.outbox.take(hub.state, AT) if one.topic == TOPICS.alert]
    assert len(alerts) == MOST_ALERTS
    assert json.loads(alerts[-1].payload) == {"number": MOST_ALERTS + 4}
    assert not any(one.retain for one in alerts)


def test_topics_hold_any_name() -> None:
    key = QueueKey("p/+#", "", "Rome/1", "a+b", 2)
    topic = TOPICS.queue(key)
    assert topic == "w/v1/queue/p%2F%2B%23/%:Rome%2F1:a%2Bb:2"
    feed = FeedId("ä/+#%", Kind.TODAY)
    assert TOPICS.feed_of(TOPICS.reading(feed)) == feed
    assert TOPICS.pbx_of(TOPICS.history("")) == ""
    assert TOPICS.feed_of("w/v1/reading/p/elsewhere") is None
    assert TOPICS.feed_of("other/v1/reading/p/live") is None
    assert replace(TOPICS, prefix="a/b").status == "a/b/v1/status"


def test_an_alert_is_as_the_page_says() -> None:
    world = World()
    world.poll(calm())
    before = world.state
    world.poll(calm(waitingCalls=5))
    (alert,) = due(before, world.state, moment(world.now))
    hub = Publishing()
    hub.outbox.alert(alert_document(alert))
    assert TOPICS.alert in topics(hub.sent())
