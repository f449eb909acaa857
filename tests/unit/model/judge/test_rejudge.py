"""Rules that become others while the board runs: what is known is judged by them at once."""

import inspect
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model.test_today import ABANDONED, Days, counted
from tests.unit.model_env import PLAIN, World, calm, moment
from wallboard.model.data.metric import Number
from wallboard.model.data.opening_hours import OpeningHours, parse_hours
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.events import Configured, Pause
from wallboard.model.judge.alerts import due
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.rejudge import would_be
from wallboard.model.judge.rules import Bounds, Level, Override, Rules
from wallboard.model.select.selection import Order
from wallboard.model.state import State, start

N, W, C, U = Level.NORMAL, Level.WARNING, Level.CRITICAL, Level.UNKNOWN
SALES = row("Sales")


def change(world: World, rules: Rules, *, order: Order | None = None) -> State:
    """Put other rules in force."""
    state = world.state
    return world.step(Configured(rules, state.options, state.is_open, state.targets, order))


def waiting(**bounds: Number) -> Rules:
    return Rules({"waitingCalls": Bounds(**bounds)})  # type: ignore[arg-type]


def level(world: World) -> Level:
    return world.state.levels[SALES.key].level


def lasting(world: World) -> list[Episode]:
    return [episode for episode in world.state.episodes if episode.lasts]


def test_the_same_rules_change_nothing_at_all() -> None:
    world = World(replace(PLAIN, overrides=(Override({"waitingCalls": Bounds(4)}, "S*"),)))
    world.waits(6)
    world.poll(row("Sales", waitingCalls=1), row("Help", "2"), after=10)
    before = world.state
    change(world, replace(before.book.rules))
    assert world.state.levels == before.levels
    assert world.state.episodes == before.episodes


def test_a_lower_bound_is_reached_at_once_and_nobody_has_seen_it_begin() -> None:
    world = World(waiting(warning=10, critical=20))
    assert world.waits(4) is N
    before = world.state
    change(world, waiting(warning=2, critical=4))
    assert level(world) is C
    (episode,) = lasting(world)
    assert (episode.level, episode.value, episode.since) == (C, 4, moment(world.now))
    assert (episode.since_before, episode.by_rules) == (True, True)
    assert world.state.levels[SALES.key].held == (world.now, True)
    assert due(before, world.state, moment(world.now)) == ()


def test_a_higher_bound_ends_trouble_that_is_none_any_more() -> None:
    world = World()
    assert world.waits(6) is C
    change(world, waiting(warning=10, critical=20))
    assert level(world) is N
    assert lasting(world) == []
    assert world.state.episodes[-1].until == moment(world.now)


def test_trouble_that_still_is_trouble_goes_on_since_when_it_was() -> None:
    world = World()
    world.waits(6)
    before = world.state.episodes
    world.waits(9, after=30)
    change(world, waiting(warning=1, critical=8))
    assert level(world) is C
    assert lasting(world)[0].since == before[-1].since
    assert not lasting(world)[0].since_before
    world.waits(9, after=10)
    assert len(world.state.episodes) == 1


def test_critical_falls_to_the_warning_that_it_still_is() -> None:
    world = World()
    world.waits(6)
    change(world, waiting(warning=3, critical=8))
    assert level(world) is W
    assert [(one.level, one.lasts) for one in world.state.episodes] == [(C, False), (W, True)]
    assert world.waits(8, after=10) is C
    assert not lasting(world)[0].since_before


def test_a_level_in_its_band_stays_while_its_own_bound_stays() -> None:
    world = World(waiting(warning=3, critical=9, recover_warning=1))
    world.waits(4)
    assert world.waits(2, after=10) is W
    change(world, waiting(warning=3, critical=20, recover_warning=1))
    assert level(world) is W
    change(world, waiting(warning=4, critical=20, recover_warning=1))
    assert level(world) is N


def test_a_hold_begins_with_the_new_bound_and_a_failed_poll_begins_it_anew() -> None:
    world = World(waiting(warning=10))
    world.waits(4)
    world.waits(4, after=10)
    change(world, waiting(warning=3, hold=20.0))
    assert level(world) is N
    assert world.waits(4, after=10) is N
    assert world.waits(4, after=10) is W
    assert lasting(world)[0].since_before

    world = World(waiting(warning=10))
    world.waits(4)
    world.fail(after=5)
    change(world, waiting(warning=3, hold=20.0))
    assert world.waits(4, after=5) is N
    assert world.waits(4, after=10) is N
    assert world.waits(4, after=10) is W


def test_a_hold_that_is_set_takes_no_level_away() -> None:
    world = World()
    world.waits(6)
    change(world, waiting(warning=3, critical=5, hold=60.0))
    assert level(world) is C


def test_a_rule_that_is_gone_takes_its_trouble_along() -> None:
    two = Rules({"waitingCalls": Bounds(3, 5), "longestWaitingTime": Bounds(60_000, 120_000)})
    world = World(two)
    world.poll(calm(waitingCalls=7, longestWaitingTime=70_000))
    key = calm().key
    change(world, Rules({"longestWaitingTime": Bounds(60_000, 120_000)}))
    assert world.state.levels[key].level is W
    assert world.state.levels[key].by_metric == {"longestWaitingTime": W}
    change(world, Rules({}))
    assert world.state.levels[key].level is U
    assert lasting(world) == []


def test_a_value_that_is_missing_freezes_what_it_was() -> None:
    world = World()
    world.waits(6)
    world.waits(None, after=10)
    change(world, waiting(warning=1, critical=2))
    assert level(world) is U
    assert len(lasting(world)) == 1
    assert world.waits(6, after=10) is C
    assert len(world.state.episodes) == 1


def test_hours_that_close_a_queue_end_its_trouble_and_those_that_open_it_have_not_seen_it() -> None:
    world = World()
    world.waits(6)
    state = world.state
    shut = OpeningHours(parse_hours("never")).is_open
    world.step(Configured(PLAIN, state.options, shut, state.targets))
    assert world.state.levels[SALES.key].closed
    assert lasting(world) == []
    world.step(Configured(PLAIN, state.options, None, state.targets))
    assert level(world) is C
    assert lasting(world)[0].since_before


def test_a_share_of_the_day_is_judged_too_and_makes_no_episode() -> None:
    world = Days(Rules({ABANDONED: Bounds(50, 80)}))
    world.poll(row("Sales", waitingCalls=0))
    world.today(counted(100, 9))
    assert world.state.day_levels[SALES.key].level is N
    change(world, Rules({ABANDONED: Bounds(1, 2)}))
    assert world.state.day_levels[SALES.key].level is C
    assert world.state.levels[SALES.key].level is U
    assert world.state.episodes == ()


def test_what_stands_behind_a_pause_is_judged_as_well() -> None:
    world = World()
    world.waits(4)
    world.step(Pause(moment(world.now)))
    world.waits(1, after=10)
    change(world, waiting(warning=2, critical=4))
    assert world.state.shown().levels[SALES.key].level is C
    assert level(world) is N
    assert world.state.paused is not None


def test_the_order_is_another_one_only_where_the_configurations_is() -> None:
    world = World()
    world.waits(1)
    change(world, PLAIN, order=Order("name"))
    assert world.state.selection.order == Order("name")
    change(world, PLAIN)
    assert world.state.selection.order == Order("name")


BOUNDS = st.tuples(st.integers(1, 9), st.integers(0, 9)).map(
    lambda pair: Rules({"waitingCalls": Bounds(pair[0], pair[0] + pair[1])})
)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4), BOUNDS, BOUNDS)
def test_without_hold_and_band_the_level_is_what_the_new_rules_say(
    waits: list[int], old: Rules, new: Rules
) -> None:
    world = World(old)
    for calls in waits:
        world.waits(calls, after=10)
    before = level(world)
    change(world, new)
    (rule,) = new.for_queue("Sales", "")
    assert level(world) is rule.level_of(waits[-1])
    found = lasting(world)
    assert [episode.level for episode in found] == ([] if level(world) is N else [level(world)])
    if level(world) > before:
        assert found[0].since_before
    assert world.waits(waits[-1], after=10) is level(world) if not found else True
    assert lasting(world) == found


def queues(values: list[tuple[int, int]]) -> list[QueueMetrics]:
    return [
        calm(f"Q{number}", f"{number}", waitingCalls=calls, longestWaitingTime=wait * 1000)
        for number, (calls, wait) in enumerate(values)
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 300)), min_size=1), st.integers(1, 9))
def test_a_rule_that_stays_keeps_its_levels_whatever_becomes_of_another(
    values: list[tuple[int, int]], warning: int
) -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5), "longestWaitingTime": Bounds(60_000)}))
    world.poll(*queues(values))
    before = world.state.levels
    change(world, Rules({"waitingCalls": Bounds(warning), "longestWaitingTime": Bounds(60_000)}))
    for key, levels in world.state.levels.items():
        for part in ("by_metric", "tracks"):
            now, was = getattr(levels, part), getattr(before[key], part)
            assert now.get("longestWaitingTime") == was.get("longestWaitingTime")


@pytest.mark.parametrize("override", ["S*", "Nobody"])
def test_an_override_that_comes_counts_for_its_queues_alone(override: str) -> None:
    world = World()
    world.waits(2)
    change(world, replace(PLAIN, overrides=(Override({"waitingCalls": Bounds(1)}, override),)))
    assert level(world) is (W if override == "S*" else N)


def test_all_that_a_board_is_started_with_can_become_another() -> None:
    """What is added to ``start`` follows the configuration, or it is named here why not."""
    at_once = {field.name for field in fields(Configured)} - {"order"}
    at_start = {"selection", "day_rule"}  # the reader's own by now; what the day's feed is asked by
    assert at_once | at_start == set(inspect.signature(start).parameters)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=4), BOUNDS, BOUNDS)
def test_what_other_rules_would_do_is_told_at_once_and_nothing_is_changed_by_it(
    waits: list[int], old: Rules, new: Rules
) -> None:
    world = World(old)
    for calls in waits:
        world.waits(calls, after=10)
    world.step(Pause(moment(world.now)))
    held = replace(
        new, base={name: replace(bounds, hold=60.0) for name, bounds in new.base.items()}
    )
    before = world.state
    guess = would_be(world.state, held)
    (rule,) = new.for_queue("Sales", "")
    assert guess.levels[row("Sales").key].level is rule.level_of(waits[-1]), "it does not wait"
    assert guess.paused is None, "what is behind a pause is judged"
    assert world.state is before
