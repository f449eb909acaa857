"""The demo: alive at any hour, mostly calm, and one queue in trouble while people watch."""

import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.benchmarks.alarms import MOST_PER_TEN_MINUTES, calm_of
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.judge.levels import Levels, RuleBook, judge
from wallboard.model.judge.rules import Level, Rules
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.demo import demo_plan

MOMENTS = [(seed, hour) for seed in (1, 2, 3, 7, 99) for hour in (3, 10, 15, 21)]
STORY = ["NORMAL", "WARNING", "CRITICAL", "NORMAL"]


def measured(centre: Centre) -> list[QueueMetrics]:
    return [
        QueueMetrics(
            QueueKey(pbx.id, one.extension), one.name, one.extension, one.site, pbx.name,
            centre.measure(one.id),
        )
        for pbx in centre.directory.pbxes
        for one in centre.directory.queues[pbx.id]
        if not one.deleted
    ]  # fmt: skip


def demo(seed: int, hour: int) -> Centre:
    return Centre(demo_plan(), seed, datetime(2026, 3, 2, hour, 7, tzinfo=UTC))


def levels_by_second(centre: Centre, seconds: range) -> list[dict[str, Level]]:
    """The level of each queue at each second, by the default rules and with no memory."""
    book = RuleBook(Rules())
    found = []
    for second in seconds:
        centre.advance_to(second)
        rows = measured(centre)
        before: Levels = {}
        levels = judge(rows, book, before, second)
        found.append({row.name: levels[row.key].level for row in rows})
    return found


def told(levels: list[Level]) -> list[str]:
    """The levels in order, without repetition; the way back from critical may pass warning."""
    names = [levels[0].name] + [b.name for a, b in pairwise(levels) if a is not b]
    return names[:3] + names[4:] if names[3:4] == ["WARNING"] else names


@pytest.mark.parametrize(("seed", "hour"), MOMENTS)
def test_a_queue_goes_through_warning_to_critical_and_back_within_two_minutes(
    seed: int, hour: int
) -> None:
    seen = [one["Delivery Claims"] for one in levels_by_second(demo(seed, hour), range(120))]
    assert told(seen) == STORY
    # Whatever the interval between polls, up to ten seconds, and whenever they begin.
    for interval in (2, 5, 10):
        for phase in range(interval):
            assert told(seen[phase::interval]) == STORY
    assert set(seen[105:]) == {Level.NORMAL}


@pytest.mark.parametrize(("seed", "hour"), [(1, 23), (2, 0), (3, 12), (99, 17)])
def test_the_rush_is_the_same_when_the_demo_is_as_old_as_the_day(seed: int, hour: int) -> None:
    seen = [
        one["Delivery Claims"] for one in levels_by_second(since_midnight(seed, hour), range(120))
    ]
    assert told(seen) == STORY


def since_midnight(seed: int, hour: int) -> Centre:
    now = datetime(2026, 3, 2, hour, 59, tzinfo=UTC)
    return Centre(demo_plan(), seed, now, now.replace(hour=0, minute=0))


@pytest.mark.parametrize(("seed", "hour"), [(1, 23), (2, 12), (3, 17), (7, 14), (99, 23)])
def test_the_days_numbers_are_those_of_a_contact_centre_that_does_well(
    seed: int, hour: int
) -> None:
    centre = since_midnight(seed, hour)
    begin = -(hour * 3600.0 + 59 * 60)
    days = [
        centre.past(one.id, [(begin, 0.0)])
        for listed in centre.directory.queues.values()
        for one in listed
        if not one.deleted
    ]
    abandoned = sorted(day.abandoned / day.entered for day in days)
    assert abandoned[-2] < 0.08  # at most one is worse
    assert abandoned[-5] < 0.05  # most are fine
    assert abandoned[-1] > 0.03  # and there is something to see
    entered = sum(day.entered for day in days)
    assert entered > 400 * hour
    assert 0 < sum(day.diverted for day in days) < 0.03 * entered
    assert 0 < sum(day.missed for day in days) < 0.01 * entered
    assert 0 < sum(day.abandoned_in_handling for day in days) < 0.01 * entered
    moved = sum(day.to_queue + day.to_ring_group + day.to_external for day in days)
    assert 0.02 * entered < moved < 0.06 * entered


def test_a_day_before_the_start_costs_little() -> None:
    begun = time.process_time()
    since_midnight(1, 23)
    assert time.process_time() - begun < 2  # 0.24 s here: room for a small machine


@pytest.mark.parametrize(("seed", "hour"), MOMENTS)
def test_at_most_a_quarter_of_the_queues_is_in_trouble(seed: int, hour: int) -> None:
    for levels in levels_by_second(demo(seed, hour), range(0, 900, 6)):
        trouble = [name for name, level in levels.items() if level >= Level.WARNING]
        assert len(trouble) <= len(levels) / 4


@pytest.mark.parametrize(("seed", "hour"), MOMENTS)
def test_it_looks_alive(seed: int, hour: int) -> None:
    centre = demo(seed, hour)
    changes, talking, before = 0, [], None
    for second in range(0, 300, 5):
        centre.advance_to(second)
        rows = measured(centre)
        now = [(row.values["handlingCalls"], row.values["waitingCalls"]) for row in rows]
        changes += now != before
        talking.append(sum(int(row.values["handlingCalls"]) for row in rows))
        before = now
    assert changes >= 30  # of 60 polls, at the quietest hour
    assert min(talking) >= 5


def test_it_has_several_sites_and_pbxes_quiet_and_busy_queues() -> None:
    centre = demo(1, 10)
    assert [pbx.name for pbx in centre.directory.pbxes] == ["aurora-europe", "aurora-americas"]
    rows = measured(centre)
    assert len({row.site for row in rows}) == 6
    assert len({(row.pbx, row.extension) for row in rows}) == len(rows) >= 20
    handled = [row.values["handlingCalls"] for row in rows]
    assert max(handled) >= 5
    assert min(handled) == 0
    deleted = [one for listed in centre.directory.queues.values() for one in listed if one.deleted]
    assert len(deleted) == 2


def test_outside_its_rush_the_demo_makes_no_more_alarms_than_one_can_attend_to() -> None:
    calm = calm_of(8, seed=1)
    assert calm.per_ten_minutes <= MOST_PER_TEN_MINUTES
    # And yet there is something to see, and the rush is one: a warning, then critical.
    assert len(calm.alerts) >= 5
    assert calm.rush >= 2 * 8 * 4 - 2
