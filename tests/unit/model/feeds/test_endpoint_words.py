"""Another endpoint is told once, and by the name of its PBX where there are several."""

from dataclasses import replace

from tests.sample import row
from tests.unit.model_env import World, moment
from wallboard.model.data.reading import Endpoint, FeedId
from wallboard.model.events import Fresh
from wallboard.model.feeds.endpoint_words import came_and_went, endpoint_changes

ONE = row("Sales", waitingCalls=6, longestWaitingTime=90_000)


def told(world: World, endpoint: Endpoint, pbx: str = "p") -> list[str]:
    before = world.state
    world.poll(row("Sales", pbx=pbx, waitingCalls=6), pbx=pbx, after=10)
    feed = FeedId(pbx)
    reading = replace(world.state.snapshot.readings[feed], endpoint=endpoint)
    world.state = before
    world.step(Fresh(feed, reading, moment(world.now + 10)))
    return list(endpoint_changes(before, world.state))


def test_a_move_is_told_once_and_so_is_the_way_back() -> None:
    world = World()
    assert told(world, Endpoint.REALTIME) == []
    (words,) = told(world, Endpoint.QUEUE_METRICS)
    assert words == "The realtime endpoint has no numbers any more; its successor is asked instead"
    assert told(world, Endpoint.QUEUE_METRICS) == []
    (words,) = told(world, Endpoint.REALTIME)
    assert words == "The realtime endpoint has numbers again, and is asked"


def test_an_account_that_never_had_it_is_told_at_the_first_answer() -> None:
    world = World(pbxes=("p", "q"))
    (words,) = told(world, Endpoint.QUEUE_METRICS)
    assert words.startswith("P: the realtime endpoint has no numbers")
    assert told(world, Endpoint.REALTIME, "q") == []


def test_pbxes_that_came_and_went_are_told_by_name_and_the_first_ones_are_not() -> None:
    empty = World(pbxes=()).state
    one, both = World(pbxes=("p",)).state, World(pbxes=("p", "q")).state
    assert list(came_and_went(empty, both)) == []
    assert list(came_and_went(both, both)) == []
    (words,) = came_and_went(one, both)
    assert words.startswith("Q: a PBX that is new")
    (words,) = came_and_went(both, one)
    assert words.startswith("Q: this PBX is in the account no more")


def test_history_alerts_and_levels_go_on_over_a_move() -> None:
    world = World()
    told(world, Endpoint.REALTIME)
    before = world.state
    told(world, Endpoint.QUEUE_METRICS)
    assert world.state.episodes == before.episodes != ()
    assert world.state.levels[ONE.key].since == before.levels[ONE.key].since
    (samples,) = world.state.trends.samples.values()
    assert samples[0].keys is samples[-1].keys
