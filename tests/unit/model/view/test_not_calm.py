"""What is known of what does not move, or is not in an answer: laws, and golden examples."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row
from tests.unit.model_env import World, moment
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, NamedQueue, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, FeedInfo, Fresh
from wallboard.model.feeds import missing
from wallboard.model.judge.alert_log import alerts
from wallboard.model.judge.rules import Level
from wallboard.model.view.not_calm import not_calm
from wallboard.model.view.row import cells

COLUMNS = ViewOptions().metrics(("waitingCalls", "longestWaitingTime"))


def waits(milliseconds: int, calls: int = 6, **values: Any) -> QueueMetrics:
    return row("Sales", waitingCalls=calls, longestWaitingTime=milliseconds, **values)


def stands(world: World) -> bool:
    return world.state.feeds[FeedId("p")].stands_since is not None


def told(world: World, after: float = 0.0) -> str:
    return not_calm(world.state, moment(world.now + after)).gone


# Answers that do not move.


@pytest.mark.parametrize(("interval", "polls"), [(10, 6), (2, 30), (30, 3), (300, 3)])
def test_three_polls_and_a_minute_of_the_same_wait_do_not_move(interval: int, polls: int) -> None:
    world = World(interval=interval)
    world.poll(waits(61_000))
    for _ in range(polls - 1):
        world.poll(waits(61_000), after=interval)
        assert not stands(world)
    world.poll(waits(61_000), after=interval)
    assert stands(world)
    status = world.view().health
    assert status.not_calm.standing == "not moving since 09:30:00"
    assert status.measured == AT.elapsed
    (line,) = world.view().lines
    assert [cell.mark for cell in cells(line, COLUMNS, world.now + 5, tick=True)] == ["!!", "="]
    assert not line.ticks
    world.poll(waits(900), after=interval)
    assert not stands(world)
    assert world.view().health.not_calm.standing == ""


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_answers_stand_exactly_while_a_wait_has_been_the_same_for_long(steps: list[int]) -> None:
    world, wait, since = World(), 1_000, AT.elapsed
    world.poll(waits(wait))
    for step in steps:
        moves = step == 0
        wait += 1_000 * moves
        world.poll(waits(wait), after=10)
        since = world.now if moves else since
        assert stands(world) is (world.now - since >= 60)


def test_an_idle_pbx_moves_unless_its_clock_stands() -> None:
    for clock_stands in (False, True):
        world = World()
        for poll in range(20):
            served = AT.wall if clock_stands else moment(AT.elapsed + poll).wall
            at = moment(AT.elapsed + 10 * poll)
            reading = Reading(FeedId("p"), at, (waits(0, 0),), frozenset(CATALOGUE), served=served)
            world.step(Fresh(reading.feed, reading, at))
        assert stands(world) is clock_stands


def test_calls_without_any_time_that_could_grow_prove_nothing() -> None:
    world = World()
    for _ in range(20):
        world.poll(row("Sales", waitingCalls=6), after=10)
    assert not stands(world)


def test_answers_that_do_not_move_make_no_new_calm() -> None:
    world = World()
    world.poll(waits(61_000), row("Claims", "2", waitingCalls=6))
    for _ in range(7):
        world.poll(waits(61_000), row("Claims", "2", waitingCalls=6), after=10)
    world.poll(waits(61_000), row("Claims", "2", waitingCalls=0), after=10)
    claims = row("Claims", "2")
    assert world.level(claims) is Level.CRITICAL
    assert all(one.lasts for one in world.state.episodes)
    world.poll(waits(80_000), row("Claims", "2", waitingCalls=0), after=10)
    assert world.level(claims) is Level.NORMAL
    assert [one.lasts for one in world.state.episodes] == [True, False]


# What is not in an answer.

FORTY = tuple(row(f"Q{number}", str(number), waitingCalls=6) for number in range(40))
CALM = row("Other", "99", waitingCalls=0)


def test_forty_critical_queues_that_leave_are_told_for_an_hour() -> None:
    world = World()
    world.poll(*FORTY)
    world.poll(CALM, after=10)
    assert told(world) == "gone: 40 !! Q0 +39 since 09:30:10"
    view = world.view()
    assert view.health.not_calm.absent == "40 of 41 queues are not in the answer"
    assert view.health.not_calm.headline == "GONE: 40"
    assert (view.health.queues, view.health.missing, len(view.lines)) == (41, 40, 41)
    assert view.lines[0].missing == "not in the answer since 09:30:10 · was !!"
    assert view.lines[0].levels.level is Level.UNKNOWN
    assert [cell.text for cell in cells(view.lines[0], COLUMNS, world.now, tick=True)] == ["–", "–"]
    assert [tile.note for tile in view.tiles][:1] == ["partial"]
    world.poll(CALM, after=3_599)
    assert told(world)
    world.poll(CALM, after=1)
    assert told(world) == ""
    assert not any(one.lasts for one in world.state.episodes)
    assert {one.note for one in alerts(world.state, moment(world.now)).rows} == {"gone or closed"}
    assert len(world.view().lines) == 41, "for the rest of the day they are rows"
    world.poll(CALM, after=86_400)
    assert len(world.view().lines) == 1


def test_what_comes_back_is_told_no_more_and_its_time_in_trouble_went_on() -> None:
    world = World()
    world.poll(*FORTY)
    world.poll(after=10)
    assert world.view().health.not_calm.absent == "40 of 40 queues are not in the answer"
    world.poll(*FORTY, after=10)
    assert told(world) == ""
    assert not world.state.missing
    assert [one.since.elapsed for one in world.state.episodes] == [AT.elapsed] * 40


@pytest.mark.parametrize(
    "changed",
    [
        row("Renamed", "1", waitingCalls=0),
        row("Sales", "1", "Oslo", waitingCalls=0),
        row("Sales", "77", waitingCalls=0),
        row("Sales", "", waitingCalls=0),
    ],
)
def test_a_queue_under_another_name_site_or_extension_is_not_missing(
    changed: QueueMetrics,
) -> None:
    world = World()
    world.poll(row("Sales", "1", waitingCalls=6))
    world.poll(changed, after=10)
    assert told(world) == ""
    assert [line.missing for line in world.view().lines] == [""]
    world.poll(changed, after=3_600)
    assert not any(one.lasts for one in world.state.episodes)


def test_what_has_closed_is_trouble_no_more() -> None:
    world = World(is_open=lambda _name, _site, local: local.hour < 10)
    world.poll(row("Sales", waitingCalls=6))
    world.poll(after=10)
    assert told(world)
    world.poll(after=1_800)
    assert told(world) == ""
    assert not any(one.lasts for one in world.state.episodes)
    assert [line.missing != "" for line in world.view().closed] == [True]


def test_the_queues_of_a_pbx_that_left_the_account_are_missing() -> None:
    world = World(pbxes=("p", "q"))
    world.poll(replace(CALM, key=CALM.key._replace(pbx="q")), pbx="q")
    world.poll(row("Sales", waitingCalls=6))
    world.step(Discovered((FeedInfo(FeedId("q"), "Q"),), 10.0))
    assert told(world).startswith("gone: 1 !! Sales")
    assert [line.key.pbx for line in world.view().lines] == ["p", "q"]


def test_a_queue_that_was_named_is_a_row_until_it_is_there() -> None:
    world = World()
    named = (NamedQueue("1", "", "Sales"), NamedQueue("2", "", "Claims"))

    def poll(*queues: QueueMetrics, after: float) -> list[str]:
        world.now += after
        at = moment(world.now)
        reading = Reading(FeedId("p"), at, queues, frozenset(CATALOGUE), named=named)
        world.step(Fresh(reading.feed, reading, at))
        return [line.queue.name for line in world.view().lines if line.missing]

    sales = row("Sales", "1", waitingCalls=0)
    assert poll(sales, after=0) == ["Claims"]
    assert poll(sales, after=2 * 86_400) == ["Claims"]
    assert poll(sales, row("Claims", "2", waitingCalls=0), after=10) == []
    assert poll(after=10) == ["Claims", "Sales"]


def test_a_queue_named_by_its_name_is_missing_no_more_when_it_is_there_with_an_extension() -> None:
    world, claims = World(), row("Claims", "2", waitingCalls=0)
    for there, gone in (((), ["Claims"]), ((claims,), []), ((), ["Claims"])):
        world.now += 10
        reading = Reading(
            FeedId("p"), moment(world.now), there, frozenset(CATALOGUE),
            named=(NamedQueue("", "", "claims"),),
        )  # fmt: skip
        world.step(Fresh(reading.feed, reading, moment(world.now)))
        lines = world.view().lines
        assert [line.queue.name.title() for line in lines] == ["Claims"]
        assert [line.queue.name.title() for line in lines if line.missing] == gone


def test_what_one_pbx_has_lost_is_missing_whatever_another_answers() -> None:
    world = World(pbxes=("p", "q"))
    lost = replace(FORTY[0], key=FORTY[0].key._replace(pbx="q"))
    world.poll(lost, pbx="q")
    world.poll(FORTY[1])
    world.poll(pbx="q", after=10)
    for there in ((FORTY[1],), (FORTY[0], FORTY[1]), ()):
        world.poll(*there, after=10)
        assert lost.key in world.state.missing
    world.poll(lost, pbx="q", after=10)
    assert set(world.state.missing) == {FORTY[0].key, FORTY[1].key}


def test_of_too_many_that_are_missing_the_calm_that_nobody_named_are_forgotten_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(missing, "MOST_MISSING", 4)
    worst = (row("Bad", "1", waitingCalls=6), row("Poor", "2", waitingCalls=3))
    calm = tuple(row(f"Calm {n}", f"{n}", waitingCalls=0) for n in range(10, 13))
    named = (NamedQueue("9", "", "Claims"),)
    world = World()
    for there in ((*worst, *calm), calm, calm[1:], calm[2:], ()):
        world.now += 10
        at = moment(world.now)
        reading = Reading(FeedId("p"), at, there, frozenset(CATALOGUE), named=named)
        world.step(Fresh(reading.feed, reading, at))
    kept = {queue.name for queue in missing.rows(world.state.missing)}
    assert kept == {"Bad", "Poor", "Claims", "Calm 12"}, "of the calm ones the newest"


@given(st.lists(st.frozensets(st.integers(0, 6)), min_size=1, max_size=12))
def test_every_queue_of_the_day_is_a_row_once(answers: list[frozenset[int]]) -> None:
    world, known = World(), set[str]()
    for there in answers:
        world.poll(*(FORTY[number] for number in sorted(there)), after=10)
        known |= {str(number) for number in there}
        lines = world.view().lines
        assert sorted(line.queue.extension for line in lines) == sorted(known)
        assert {line.queue.extension for line in lines if not line.missing} == {
            str(number) for number in there
        }


def test_of_several_pbxes_that_do_not_move_it_is_told_how_many_and_whose_stood_first() -> None:
    world, sales = World(pbxes=("p", "q")), waits(5_000)

    def after_polls_of(*pbxes: str) -> str:
        for _ in range(9):
            world.now += 10
            for pbx in pbxes:
                world.poll(replace(sales, key=sales.key._replace(pbx=pbx)), pbx=pbx)
        return not_calm(world.state, moment(world.now)).standing

    assert after_polls_of("q") == "Q not moving since 09:30:10"
    assert after_polls_of("p", "q") == "2 PBXes not moving, Q since 09:30:10"
