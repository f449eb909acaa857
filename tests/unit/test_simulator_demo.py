"""The demo: alive at any hour, mostly calm, and one queue in trouble while people watch."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from wallboard.model.rules import Level, Rules
from wallboard.model.snapshot import QueueKey, QueueMetrics
from wallboard.model.thresholds import Levels, RuleBook, judge
from wallboard.simulator.centre import Centre
from wallboard.simulator.demo import demo_plan

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
