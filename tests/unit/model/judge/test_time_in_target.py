"""Time in target: counted while LIVE and open, of this day only, and never more than was polled."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row
from tests.unit.model_env import World, moment
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.data.reading import Moment, QueueMetrics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Pause, Resume
from wallboard.model.feeds.freshness import live_for
from wallboard.model.judge.time_in_target import TargetOverride, Targets, TimeInTarget
from wallboard.model.select.totals import row_value, totals

METRIC = METRICS[TIME_IN_TARGET]
SHOWN = ViewOptions(columns=(TIME_IN_TARGET,), tiles=(TIME_IN_TARGET,))


def waits(wait: int | None, name: str = "Sales", extension: str = "1") -> QueueMetrics:
    values: dict[str, Any] = {} if wait is None else {"longestWaitingTime": wait}
    return row(name, extension, **values)


def share(world: World, after: float = 0.0) -> float | int | None:
    return row_value(world.view(after).lines[0].queue, METRIC)


def test_an_answer_stands_until_the_next_one() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0))
    assert share(world) is None
    world.poll(waits(20_001), after=10)
    assert share(world) == 100
    world.poll(waits(20_000), after=10)
    assert share(world) == 50
    world.poll(waits(0), after=20)
    assert share(world) == 75
    tile = world.view().tiles[0]
    assert tile.cell.text == "75.0%"
    assert "polled" in tile.metric.label.lower()
    assert "service" not in tile.metric.label.lower()


def test_an_outage_counts_for_no_longer_than_its_data_was_live() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0))
    world.poll(waits(90_000), after=10)
    world.poll(waits(0), after=600)
    # Ten good seconds, and as many bad ones as an answer is LIVE.
    assert share(world) == 100 * 10 / (10 + live_for(10))


def test_what_is_not_known_is_counted_neither_way() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0))
    world.poll(waits(None), after=10)
    world.poll(waits(0), after=10)
    assert share(world) == 100
    suspect = replace(waits(10**9), suspect=frozenset(["longestWaitingTime"]))
    world.poll(suspect, after=10)
    world.poll(waits(0), after=10)
    assert share(world) == 100


def test_a_paused_board_keeps_what_it_was_paused_with() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0))
    world.poll(waits(90_000), after=10)
    world.step(Pause(moment(world.now)))
    world.poll(waits(90_000), after=20)
    assert share(world) == 100
    world.step(Resume())
    assert share(world) == pytest.approx(100 / 3)


def test_closed_queues_are_not_counted() -> None:
    world = World(options=SHOWN, is_open=lambda queue, _site, _local: queue != "Night")
    for _ in range(3):
        world.poll(waits(99_000, "Night"), waits(0, "Day", "2"), after=10)
    (tally,) = world.state.in_target.tallies.values()
    assert list(tally.polled) == [0, 20]


def test_the_new_day_begins_anew() -> None:
    midnight = moment(AT.elapsed + (datetime(2026, 3, 3, tzinfo=UTC) - AT.wall).total_seconds())
    world = World(options=SHOWN)
    world.now = midnight.elapsed - 14
    world.poll(waits(90_000))
    world.poll(waits(90_000), after=10)
    assert share(world) == 0
    # Over midnight until the next answer: what is known is yesterday's.
    assert share(world, after=5) is None
    world.poll(waits(0), after=10)
    # Of these ten seconds six are of the new day.
    (tally,) = world.state.in_target.tallies.values()
    assert list(tally.polled) == [6]
    world.poll(waits(0), after=10)
    assert share(world) == 100 * 10 / 16


def test_a_queue_keeps_its_day_while_others_come_and_go() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0, "A", "1"))
    world.poll(waits(0, "B", "2"), waits(0, "A", "1"), after=10)
    world.poll(waits(0, "A", "1"), after=10)
    (tally,) = world.state.in_target.tallies.values()
    assert dict(zip(tally.keys, tally.polled, strict=True)) == {waits(0, "A", "1").key: 20}


def test_each_queue_has_its_own_target_and_a_selection_adds_up_its_seconds() -> None:
    targets = Targets(20_000, (TargetOverride(NamePattern("VIP*"), 10_000),))
    assert (targets.of("vip desk", "Rome"), targets.of("Sales", "Rome")) == (10_000, 20_000)
    world = World(options=SHOWN)
    world.state = replace(world.state, targets=targets)
    queues = waits(15_000, "VIP", "1"), waits(15_000, "Sales", "2"), waits(15_000, "Sales", "3")
    world.poll(*queues)
    world.poll(*queues, after=10)
    lines = {line.queue.name: line.queue for line in world.view().lines}
    assert [row_value(lines[name], METRIC) for name in ("VIP", "Sales")] == [0, 100]
    assert totals(lines.values(), [TIME_IN_TARGET])[TIME_IN_TARGET].value == 50


def test_times_in_a_unit_that_is_not_confirmed_are_not_counted() -> None:
    world = World(options=SHOWN)
    for wait in (5, 5, 0, 0):
        feed = next(iter(world.state.feeds))
        world.poll(waits(wait))
        reading = replace(world.state.snapshot.readings[feed], confirmed=False)
        world.now += 10
        counted = TimeInTarget().with_reading(
            reading, world.state.day(AT.wall), 25, Targets(), lambda _: True
        )
        (tally,) = counted.tallies.values()
        # Nobody waiting is not counted either: or only the good moments would be.
        assert list(tally.met) == [-1]


waiting = st.none() | st.sampled_from([0, 19_999, 20_000, 20_001, 500_000])


@given(st.lists(st.tuples(waiting, st.floats(0.5, 200)), min_size=1, max_size=30))
def test_no_more_is_in_target_than_was_polled_and_no_more_polled_than_has_passed(
    polls: list[tuple[int | None, float]],
) -> None:
    world = World(options=SHOWN)
    begun = world.now
    over = False
    for wait, after in polls:
        world.poll(waits(wait), after=after)
        over = over or (wait or 0) > 20_000
    (tally,) = world.state.in_target.tallies.values()
    within, polled = tally.within[0], tally.polled[0]
    assert 0 <= within <= polled <= world.now - begun + 1e-6
    known: Mapping[str, float] = world.view().lines[0].queue.day
    assert not known or 0 <= known[TIME_IN_TARGET] <= 100
    assert over or within == polled


def test_a_clock_that_is_put_back_takes_nothing_away() -> None:
    world = World(options=SHOWN)
    world.poll(waits(0))
    world.poll(waits(0), after=10)
    feed = next(iter(world.state.feeds))
    reading = world.state.snapshot.readings[feed]
    back = Moment(reading.measured.wall - timedelta(hours=30), reading.measured.elapsed + 10)
    again = world.state.in_target.with_reading(
        replace(reading, measured=back), world.state.day(back.wall), 25, Targets(), lambda _: True
    )
    (tally,) = again.tallies.values()
    assert min(tally.polled) >= 0
