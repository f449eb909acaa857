"""What stands where the table leaves room: sites, newest alerts, the hour; or why it is empty."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row
from tests.unit.model_env import PLAIN, World, moment
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.model.events import Discovered, FeedInfo
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.alert_log import alerts, newest
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.view.overview import NO_QUEUES_REMEDY, Overview, SiteWaits, card, overview


def made(world: World, most: int = 3, slots: int = 12) -> Overview:
    return overview(world.state, world.view(), moment(world.now), most, slots)


def waits(name: str, extension: str, site: str, calls: int | None) -> QueueMetrics:
    values: dict[str, Any] = {} if calls is None else {"waitingCalls": calls}
    return row(name, extension, site, **values)


def test_sites_are_told_with_what_waits_there_the_worst_first() -> None:
    world = World()
    world.poll(
        waits("A", "1", "Rome", 2), waits("B", "2", "Rome", 3), waits("C", "3", "Oslo", 1),
        waits("D", "4", "Bern", 0), waits("E", "5", "Bern", None), waits("F", "6", "Lima", None),
        waits("G", "7", "Graz", 9),
    )  # fmt: skip
    assert made(world).sites == (
        SiteWaits("Graz", 9, Level.CRITICAL),
        SiteWaits("Rome", 5, Level.WARNING),
        SiteWaits("Bern", 0, partial=True),
        SiteWaits("Lima", None, partial=True),
        SiteWaits("Oslo", 1),
    )


def test_what_is_old_or_cannot_be_true_makes_no_level_and_no_number_of_a_site() -> None:
    world = World(pbxes=("p", "q"))
    sales = waits("Sales", "1", "Rome", 9)
    world.poll(sales)
    world.poll(replace(waits("Help", "2", "Rome", 1), key=sales.key._replace(pbx="q")), pbx="q")
    (rome,) = made(world).sites
    assert (rome.waiting, rome.level, rome.partial) == (10, Level.CRITICAL, False)
    odd = replace(sales, suspect=frozenset({"waitingCalls"}))
    world.poll(odd, after=10)
    (rome,) = made(world).sites
    assert (rome.waiting, rome.partial, rome.level) == (1, True, Level.NORMAL)
    world.poll(sales, after=10)
    for _ in range(31):
        world.fail(after=10)
        world.poll(replace(waits("Help", "2", "Rome", 1), key=sales.key._replace(pbx="q")), pbx="q")
        (rome,) = made(world).sites
        state = world.state.freshness("p", moment(world.now))
        assert rome.old == (state >= Freshness.STALE)
        assert rome.level is (Level.NORMAL if rome.old else Level.CRITICAL)
        assert rome.waiting == (1 if state is Freshness.NO_DATA else 10)
    assert state is Freshness.NO_DATA
    assert not made(world).old, "one of its rows is of now"


def test_over_which_queues_it_is_and_that_agents_are_seats() -> None:
    world = World(Rules({}, total={"waitingCalls": Bounds(3, 5)}))
    world.poll(row("A", "1", waitingCalls=1, availableAgents=2, longestWaitingTime=5_000))
    assert made(world).over == "1 queue"
    assert [
        trend.metric.label for trend in made(world).hour if "(seats)" in trend.metric.label
    ] == []
    rows = [
        row(name, extension, waitingCalls=1, availableAgents=2, longestWaitingTime=5_000)
        for name, extension in (("A", "1"), ("B", "2"))
    ]
    for _ in range(3):
        world.poll(*rows, after=10)
    view = made(world)
    assert view.over == "all 2 queues"
    by_name = {trend.metric.name: trend for trend in view.hour}
    assert set(by_name) == {"waitingCalls", "longestWaitingTime", "availableAgents"}
    assert [slot for slot in by_name["waitingCalls"].slots if slot is not None][-1] == 2
    assert by_name["waitingCalls"].rule is not None, "a total is judged by the rule of totals"
    assert by_name["availableAgents"].metric.label.endswith("(seats)")
    assert not view.old


STEPS = st.lists(st.lists(st.sampled_from([0, 3, 6, None]), min_size=8, max_size=8), max_size=8)


@given(STEPS, st.integers(0, 12))
def test_the_newest_alerts_are_the_first_of_the_log_however_many_began_at_once(
    steps: list[list[int | None]], most: int
) -> None:
    world = World()
    for step in steps:
        rows = [waits(f"Q{at}", f"{at}", "Rome", calls) for at, calls in enumerate(step)]
        world.poll(*rows, after=10)
    now = moment(world.now)
    assert newest(world.state, now, most) == alerts(world.state, now).rows[:most]


def test_a_card_says_why_there_is_no_queue_and_none_stands_where_there_is_one() -> None:
    world = World()
    view = world.view()
    assert card(world.state, view) is None, "nothing has failed yet"
    world.fail()
    told = card(world.state, world.view())
    assert told is not None
    assert (told.title, told.words) == ("No data", world.view().health.trouble)
    world.poll(after=10)
    told = card(world.state, world.view())
    assert told is not None
    assert (told.title, told.remedy) == ("Nothing to show", NO_QUEUES_REMEDY)
    world.poll(waits("A", "1", "Rome", 0), after=10)
    assert card(world.state, world.view()) is None


@pytest.mark.parametrize("pbxes", [("p",), ("p", "q")])
def test_a_card_of_an_empty_answer_gives_way_to_what_failed_since(pbxes: tuple[str, ...]) -> None:
    world = World(PLAIN, pbxes=pbxes)
    for pbx in pbxes:
        world.poll(pbx=pbx)
    world.step(Discovered(tuple(FeedInfo(FeedId(pbx), pbx) for pbx in pbxes), 10.0))
    for pbx in pbxes:
        world.fail(pbx, after=400)
    told = card(world.state, world.view())
    assert told is not None
    assert told.title == "No data"
    assert told.words
    assert AT.elapsed < world.now
