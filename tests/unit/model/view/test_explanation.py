"""Why a queue is in trouble: what is known of it, and nothing else."""

from dataclasses import replace
from typing import Any

from tests.sample import row
from tests.unit.model_env import PLAIN, World, moment
from wallboard.model.data.metric import Worse
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.events import Configured, Pause
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.model.view.board import line_of
from wallboard.model.view.explanation import why

KEY = row("Sales").key


def told(world: World, after: float = 0.0) -> tuple[str, ...]:
    at = moment(world.now + after)
    line = line_of(world.state, KEY, at)
    assert line is not None
    return why(world.state, line, at)


def sales(**values: Any) -> QueueMetrics:
    return row("Sales", **values)


def story() -> World:
    """A queue that gets from well to critical, as it happens."""
    world = World(Rules())
    world.poll(sales(waitingCalls=2, longestWaitingTime=20_000, availableAgents=3))
    for _ in range(6):
        world.poll(sales(waitingCalls=2, longestWaitingTime=30_000, availableAgents=3), after=10)
    world.poll(sales(waitingCalls=3, longestWaitingTime=80_000, availableAgents=1), after=10)
    world.poll(
        sales(waitingCalls=4, longestWaitingTime=130_000, availableAgents=1, eligibleAgents=5),
        after=60,
    )
    world.poll(
        sales(
            waitingCalls=9, longestWaitingTime=451_000, availableAgents=0, eligibleAgents=5,
            wrappingUpAgents=2, eligibleOverflowAgents=1,
        ),
        after=360,
    )  # fmt: skip
    return world


def test_the_whole_sentence() -> None:
    first, *others = told(story(), 5)
    assert first == (
        "critical since 09:32:10 (6 min): longest wait 07:31 > 02:00; waiting 2 → 9, "
        "available 3 → 0, all busy, 2 in wrap-up, 1 overflow agent eligible"
    )
    assert others == ["critical for 5 s: waiting 9 > 5", "warning for 6 min: available 0 < 1"]


def test_who_cannot_help_is_told_too() -> None:
    world = World()
    world.poll(
        sales(
            waitingCalls=6, availableAgents=0, eligibleAgents=0, wrappingUpAgents=0,
            eligibleOverflowAgents=0, loggedOutAndDndAgents=4,
        )
    )  # fmt: skip
    (first,) = told(world)
    assert first.endswith("available 0, no agents, 4 logged out or DND")


def test_trouble_that_left_the_answer_has_no_reason_that_is_known_now() -> None:
    world = World()
    world.poll(sales(waitingCalls=6))
    assert told(world)
    world.poll(row("Help", "2", waitingCalls=0), after=10)
    assert told(world) == ()


def test_a_queue_that_is_well_has_no_reason() -> None:
    world = World()
    world.waits(0)
    assert told(world) == ()
    world.waits(None)
    assert told(world) == ()


def test_only_what_is_known_is_said() -> None:
    world = World()
    world.waits(6)
    assert told(world) == ("critical since 09:30:00 (0 s): waiting 6 > 5",)


def test_a_bound_that_is_just_reached() -> None:
    world = World()
    world.waits(5)
    assert told(world, 59) == ("critical since 09:30:00 (59 s): waiting 5 ≥ 5",)


def test_a_time_past_its_bound_by_less_than_is_shown_reads_as_just_reached() -> None:
    world = World(Rules({"longestWaitingTime": Bounds(60_000, 120_000)}))
    world.poll(sales(waitingCalls=1, longestWaitingTime=120_400))
    assert told(world) == ("critical since 09:30:00 (0 s): longest wait 02:00 ≥ 02:00; waiting 1",)
    world.poll(sales(waitingCalls=1, longestWaitingTime=121_000), after=1)
    assert "longest wait 02:01 > 02:00" in told(world)[0]


def test_fewer_agents_are_worse_and_nobody_is_not_everybody_busy() -> None:
    world = World(Rules({"availableAgents": Bounds(2, 1)}))
    world.poll(sales(waitingCalls=1, availableAgents=0, eligibleAgents=4))
    assert told(world) == ("critical since 09:30:00 (0 s): available 0 < 1; waiting 1, all busy",)
    world.poll(sales(waitingCalls=1, availableAgents=0, eligibleAgents=0), after=10)
    assert told(world)[0].endswith("waiting 1, no agents")
    world.poll(sales(waitingCalls=1, availableAgents=0), after=10)
    assert told(world)[0].endswith("available 0 < 1; waiting 1")


def test_inside_the_band_it_says_what_it_waits_for() -> None:
    world = World(Rules({"waitingCalls": Bounds(10, None, recover_warning=4)}))
    world.waits(12)
    world.waits(7, after=10)
    assert told(world) == ("warning since 09:30:00 (10 s): waiting 7, not back to 4",)


def test_the_other_way_round_too() -> None:
    world = World(Rules({"handlingCalls": Bounds(5, 3, worse=Worse.DOWN, recover_critical=4)}))
    world.poll(sales(handlingCalls=3, waitingCalls=1))
    assert told(world)[0].startswith("critical since 09:30:00 (0 s): handling 3 ≤ 3")


def test_what_was_before_is_before_the_trouble_and_before_its_hold() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5, hold=40)}))
    for calls in (1, 1, 1, 1, 6, 6, 6, 6, 6):
        world.waits(calls, after=10)
    assert told(world)[0] == "critical since 09:31:30 (0 s): waiting 6 > 5; waiting 1 → 6"


def test_a_sample_of_long_ago_is_not_just_before() -> None:
    world = World()
    world.waits(1)
    for _ in range(40):
        world.fail(after=10)
    world.waits(6, after=10)
    assert told(world) == ("critical since 09:36:50 (0 s): waiting 6 > 5",)


def test_a_value_that_cannot_be_true_is_not_said() -> None:
    world = World()
    odd = replace(
        sales(waitingCalls=6, wrappingUpAgents=-4), suspect=frozenset(["wrappingUpAgents"])
    )
    world.poll(odd)
    assert told(world) == ("critical since 09:30:00 (0 s): waiting 6 > 5",)


def test_of_old_data_it_says_what_was_and_until_when() -> None:
    world = World()
    world.waits(6)
    world.waits(6, after=10)
    assert told(world, 61) == ("critical since 09:30:00 when last measured at 09:30:10",)
    assert told(world, 9_000) == told(world, 61)
    world.waits(0, after=10)
    assert told(world, 61) == ()


def test_a_paused_page_explains_what_it_shows_until_its_colours_go() -> None:
    world = World()
    world.waits(6)
    world.step(Pause(moment(world.now)))
    world.waits(0, after=10)
    assert told(world) == ("critical (10 s): waiting 6 > 5",)
    assert told(world, 60) == ()


def test_lengths_are_rough_on_purpose() -> None:
    world = World(PLAIN)
    world.waits(6)
    for _ in range(46):
        world.waits(6, after=100)
    assert told(world)[0].startswith("critical since 09:30:00 (1 h 16 min)")


def test_what_new_rules_have_found_is_not_said_to_be_of_the_start() -> None:
    world = World(Rules({"waitingCalls": Bounds(20, 30)}))
    world.poll(sales(waitingCalls=6))
    state = world.state
    world.step(Configured(PLAIN, state.options, state.is_open, state.targets))
    assert told(world) == ("critical since before 09:30:00 (new rules): waiting 6 > 5",)


def test_what_was_so_before_the_first_answer_says_so() -> None:
    world = World(just_started=True)
    world.poll(sales(waitingCalls=6))
    world.poll(sales(waitingCalls=6), after=65)
    assert told(world) == ("critical since before 09:30:00 (start): waiting 6 > 5",)
    assert told(world, 100) == (
        "critical since before 09:30:00 (start) when last measured at 09:31:05",
    )
