"""Feeds that are polled only while somebody looks: their ages, and what is wrong with them."""

from dataclasses import replace

from tests.ui.people import AGENTS, seat
from tests.unit.model_env import World, moment
from wallboard.errors import Reason
from wallboard.model.data.agents import AgentsReading, Seat
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Trouble
from wallboard.model.feeds.feed_status import (
    FeedReport,
    age_words,
    feed_reports,
    troubles,
    why_nothing,
)
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.state import State

AT = moment(1_000.0)
ADA = seat("1", "Ada Lovelace", "PAUSE", 1_000)


def state_of(world: World, *events: object) -> State:
    infos = (FeedInfo(FeedId("p"), "P"), FeedInfo(FeedId("p", Kind.AGENTS), "P", 5.0))
    world.step(Discovered(infos, 10.0))
    for event in events:
        world.step(event)  # type: ignore[arg-type]
    return world.state


def fresh(*seats: Seat, at: Moment = AT) -> Fresh:
    feed = FeedId("p", Kind.AGENTS)
    return Fresh(feed, AgentsReading(feed, at, seats, "P"), moment(at.elapsed + 5))


def failed(reason: Reason, words: str, remedy: str = "") -> Failed:
    trouble = Trouble(reason, words, remedy)
    return Failed(FeedId("p", Kind.AGENTS), trouble, AT, moment(1_007))


def said(state: State, after: float) -> tuple[list[str], str, list[str]]:
    now, zone = AT.elapsed + after, state.options.timezone
    feeds = feed_reports(state, AgentsReading, moment(now))
    return (
        why_nothing(feeds, bool(state.feeds), "agents", now, zone),
        age_words(feeds, now),
        troubles(feeds, "agents", now, zone),
    )


def test_what_is_said_before_anything_was_heard() -> None:
    empty = replace(World().state, feeds={})
    assert said(empty, 0)[0] == ["Asking for the agents…"]
    assert said(World().state, 0)[0] == ["The agents are not polled."]
    assert said(state_of(World()), 0)[0] == ["Asking for the agents…"]
    gone = state_of(World(), failed(Reason.GONE, "No such address"))
    assert said(gone, 0)[0] == ["This account has no list of agents"]
    refused = state_of(World(), failed(Reason.ACCESS, "No access to this PBX", "Ask"))
    assert said(refused, 0)[0] == ["No agents here: No access to this PBX"]
    down = state_of(World(), failed(Reason.UNREACHABLE, "Cannot reach it", "Check the network"))
    assert said(down, 0)[0] == ["Cannot reach it · next try 09:30:07 · Check the network"]


def test_ages_follow_the_feeds_own_interval() -> None:
    state = state_of(World(), fresh(ADA))
    assert said(state, 4) == ([], "data 4s old", [])
    assert said(state, 16) == ([], "LATE · data 16s old", [])
    assert said(state, 61) == ([], "data 1m 01s old", ["The agents are STALE, 1m 01s old"])
    assert said(state, 301)[2] == ["The agents are NO DATA, 5m 01s old"]
    state = state_of(World(), fresh(ADA), failed(Reason.SERVER, "It has a problem"))
    assert said(state, 4)[2] == ["It has a problem · next try 09:30:07"]


def test_of_several_pbxes_each_says_what_is_wrong_with_it() -> None:
    reading = AgentsReading(AGENTS, AT, (ADA,), "acme")
    one = FeedReport(AGENTS, "acme", Freshness.LIVE, reading)
    other: FeedReport[AgentsReading] = FeedReport(
        FeedId("2", Kind.AGENTS), "beta", Freshness.NO_DATA
    )
    refused = replace(other, name="gamma", trouble=Trouble(Reason.GONE, "Nothing there"))
    zone = World().state.options.timezone
    assert why_nothing([one, other, refused], True, "agents", 1_000, zone) == []
    assert troubles([one, other, refused], "agents", 1_000, zone) == [
        "beta: Asking for the agents…",
        "gamma: No agents here: Nothing there",
    ]
