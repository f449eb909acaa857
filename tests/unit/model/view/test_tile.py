"""A tile is judged as what it shows, and names the queue that makes it bad."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import PLAIN, World, calm
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.rules import Bounds, Level, Override, Rules
from wallboard.model.view.row import Cell, Tone
from wallboard.model.view.tile import Tile, tile_share
from wallboard.model.view.worst_queue import WorstQueue, queue_of_total, worst_queue


def shown(name: str, rules: Rules, *queues: QueueMetrics) -> Tile:
    """The tile of one metric, of an answer that follows a calm one."""
    world = World(rules, ViewOptions(tiles=(name,)))
    world.poll(*(calm(one.name, one.extension) for one in queues))
    world.poll(*queues, after=10)
    return world.view().tiles[0]


def words(tile: Tile) -> str:
    return tile.worst.words if tile.worst else ""


def waits(name: str, extension: str, calls: int, **values: Number) -> QueueMetrics:
    return calm(name, extension, waitingCalls=calls, **values)


def test_a_sum_has_no_level_of_one_queue_and_names_it() -> None:
    tile = shown("waitingCalls", PLAIN, waits("Claims", "1", 9), waits("Sales", "2", 1))
    assert (tile.cell, tile.level, tile.word) == (Cell("10"), Level.NORMAL, "")
    assert tile.worst is not None
    assert (tile.worst.words, tile.worst.level) == ("1 queue ≥ 5: Claims 9", Level.CRITICAL)
    assert tile.worst.key.extension == "1"


def test_of_several_the_worst_is_named_and_the_bound_that_all_have_reached() -> None:
    three = waits("Sales", "2", 3), waits("Claims", "1", 6), waits("Care", "3", 7)
    assert words(shown("waitingCalls", PLAIN, *three)) == "3 queues ≥ 3: Care 7"
    assert words(shown("waitingCalls", PLAIN, *three[1:])) == "2 queues ≥ 5: Care 7"


def test_a_queue_that_has_no_value_now_is_not_named_with_a_0() -> None:
    world = World(PLAIN)
    world.poll(waits("Claims", "1", 9), waits("Care", "2", 6))
    care, claims = world.view().lines
    gone = replace(claims, queue=replace(claims.queue, values={}))
    waiting, book = METRICS["waitingCalls"], world.state.book
    both = [(gone, Level.CRITICAL), (care, Level.CRITICAL)]
    told = worst_queue(waiting, "6", (gone, care), both, book)
    assert told is not None
    assert told.words == "1 queue ≥ 5: Care 6"
    assert worst_queue(waiting, "–", (gone,), both[:1], book) is None


def test_no_bound_is_told_that_is_not_one_for_all() -> None:
    narrow = Override({"waitingCalls": Bounds(1, 2)}, queue="VIP")
    rules = Rules({"waitingCalls": Bounds(3, 5)}, (narrow,))
    both = waits("VIP", "1", 2), waits("Sales", "2", 4)
    # The worst level comes before the larger number.
    assert words(shown("waitingCalls", rules, *both)) == "2 queues: VIP 2"


def test_no_bound_is_told_that_a_value_is_back_over() -> None:
    world = World(Rules({"waitingCalls": Bounds(3, 5, recover_warning=0)}))
    for calls in (3, 1):
        world.poll(waits("Sales", "1", calls), after=10)
    assert words(world.view().tiles[0]) == "1 queue: Sales 1"


def test_of_agents_the_fewest_are_the_worst() -> None:
    rules = Rules({"availableAgents": Bounds(1, 0)})
    two = [waits(n, n, 2, availableAgents=free) for n, free in (("1", 1), ("2", 0), ("3", 9))]
    tile = shown("availableAgents", rules, *two)
    assert (tile.cell, tile.note) == (Cell("10"), "seats")
    assert words(tile) == "2 queues ≤ 1: 2 0"
    assert tile.target == ">1 a queue"


def test_a_maximum_always_says_whose_it_is_and_its_value_once() -> None:
    rules = Rules({"longestWaitingTime": Bounds(60_000, 120_000)})
    two = [
        waits(name, name, 1, longestWaitingTime=wait)
        for name, wait in (("Sales", 20_000), ("Claims", 34_000))
    ]
    tile = shown("longestWaitingTime", rules, *two)
    assert tile.worst is not None
    assert (words(tile), tile.worst.queues, tile.target) == ("Claims", 0, "<1:00")
    two.append(waits("Care", "4", 1, longestWaitingTime=125_000))
    tile = shown("longestWaitingTime", rules, *two)
    assert (tile.cell.text, tile.level) == ("02:05", Level.NORMAL)
    assert words(tile) == "1 queue ≥ 2:00: Care"
    nobody = shown("longestWaitingTime", rules, calm("Sales", "1"))
    assert nobody.worst is None


def test_a_maximum_of_another_queue_than_the_worst_has_the_values_of_both() -> None:
    narrow = Override({"longestWaitingTime": Bounds(10_000, 20_000)}, queue="VIP")
    rules = Rules({"longestWaitingTime": Bounds(60_000, 120_000)}, (narrow,))
    two = (
        waits("VIP", "1", 1, longestWaitingTime=25_000),
        waits("Sales", "2", 1, longestWaitingTime=50_000),
    )
    tile = shown("longestWaitingTime", rules, *two)
    assert (tile.cell.text, words(tile)) == ("00:50", "1 queue ≥ 0:20: VIP 00:25")


def test_an_average_is_judged_by_its_own_value() -> None:
    rules = Rules({"avgWaitingTime": Bounds(35_000, 60_000)})
    one = waits("Claims", "1", 1, waitingTime=70_000, avgWaitingTime=70_000.0)
    tile = shown("avgWaitingTime", rules, one, waits("Sales", "2", 9, waitingTime=9_000))
    # 79 seconds of 10 calls: far from the bound, though one queue is past it.
    assert (tile.cell, tile.target) == (Cell("00:07"), "<0:35")
    assert words(tile) == "1 queue ≥ 1:00: Claims 01:10"
    tile = shown("avgWaitingTime", rules, one)
    assert (tile.cell, tile.word) == (Cell("01:10", Tone.CRITICAL, "!!"), "critical")


def test_a_bound_of_the_total_judges_it_in_place_of_the_queues() -> None:
    averages = {"avgWaitingTime": Bounds(35_000, 60_000)}
    one = waits("Claims", "1", 1, waitingTime=70_000, avgWaitingTime=70_000.0)
    mild = Rules(averages, (), {"avgWaitingTime": Bounds(70_000, 90_000)})
    assert shown("avgWaitingTime", mild, one).level is Level.WARNING
    assert shown("avgWaitingTime", mild, one).target == "<1:10"
    off = Rules(averages, (), {"avgWaitingTime": Bounds(off=True)})
    assert shown("avgWaitingTime", off, one).level is Level.NORMAL
    longest = Rules({}, (), {"longestWaitingTime": Bounds(60_000)})
    tile = shown("longestWaitingTime", longest, waits("a", "1", 1, longestWaitingTime=61_000))
    assert tile.cell == Cell("01:01", Tone.WARNING, "!")


def test_a_target_says_where_it_holds_for_each_queue() -> None:
    one = row("a", waitingCalls=1)
    assert shown("waitingCalls", PLAIN, one).target == "<3 a queue"
    total = Rules(PLAIN.base, (), {"waitingCalls": Bounds(10, 20)})
    assert shown("waitingCalls", total, one).target == "<10"
    assert shown("handlingCalls", PLAIN, one).target == ""
    # What holds for some queues only is no target of all.
    some = Rules({}, (Override({"waitingCalls": Bounds(3)}, queue="*"),))
    assert shown("waitingCalls", some, one).target == ""


@pytest.mark.parametrize(
    ("metric", "numbers", "found"),
    [
        ("waitingCalls", {"a": 1, "b": 3, "c": 3}, "b"),
        ("waitingCalls", {"a": 0, "b": 0}, None),
        ("waitingCalls", {}, None),
        # Fewer is worse: 0 is the one to be told.
        ("availableAgents", {"a": 4, "b": 0, "c": 2}, "b"),
    ],
)
def test_a_total_without_trouble_is_about_the_queue_that_has_most_of_it(
    metric: str, numbers: dict[str, int], found: str | None
) -> None:
    queues = [replace(row(one, one), values={metric: numbers[one]}) for one in numbers]
    key = queue_of_total(METRICS[metric], None, queues)
    assert key == next((one.key for one in queues if one.name == found), None)


def test_a_value_that_cannot_be_true_makes_no_queue_stand_out() -> None:
    odd = replace(row("a", "1", waitingCalls=99), suspect=frozenset(["waitingCalls"]))
    queues = (odd, row("b", "2", waitingCalls=1))
    assert queue_of_total(METRICS["waitingCalls"], None, queues) == queues[1].key
    worst = WorstQueue(odd.key, "a")
    assert queue_of_total(METRICS["waitingCalls"], worst, queues) == odd.key


@given(st.lists(st.tuples(st.sampled_from(["new", "late", "old", "lost"]), st.integers(0, 9))))
def test_over_rows_of_several_ages_a_tile_is_of_all_that_have_data_and_tells_of_the_rest(
    pbxes: list[tuple[str, int]],
) -> None:
    since = {"new": 0.0, "late": 30.0, "old": 120.0, "lost": 900.0}
    names = [str(number) for number in range(len(pbxes))]
    world = World(PLAIN, ViewOptions(tiles=("waitingCalls",)), pbxes=names)
    begin = world.now + 1_000
    told = sorted(zip(names, pbxes, strict=True), key=lambda one: -since[one[1][0]])
    for name, (age, calls) in told:
        world.now = begin - since[age]
        queue = calm(name, waitingCalls=calls)
        world.poll(replace(queue, key=QueueKey(name, "1")), pbx=name)
    world.now = begin
    (tile,) = world.view().tiles
    ages = [age for age, _ in pbxes]
    known = [calls for age, calls in pbxes if age != "lost"]
    assert tile.number == (sum(known) if known else None)
    assert ("partial" in tile.note) == (bool(known) and "lost" in ages)
    assert ("old" in tile.note) == ("old" in ages)
    assert ("late" in tile.note) == ("late" in ages and "old" not in ages)
    assert (tile.cell.tone is Tone.OLD) == ("old" in ages and not {"new", "late"} & set(ages))


@pytest.mark.parametrize(
    ("queues", "after", "share"),
    [
        ((3,), 0, 0.5), ((6,), 0, 1.0), ((9, 9), 0, 3.0), ((0,), 0, 0.0), ((None,), 0, None),
    ],
)  # fmt: skip
def test_of_a_bound_of_a_total_it_is_told_how_much_is_used(
    queues: tuple[int | None, ...], after: float, share: float | None
) -> None:
    rules = Rules({}, total={"waitingCalls": Bounds(6)})
    known: list[dict[str, Any]] = [
        {} if calls is None else {"waitingCalls": calls} for calls in queues
    ]
    rows = [row("Q", f"{at}", **values) for at, values in enumerate(known)]
    assert tile_share(shown_alone("waitingCalls", rules, *rows), 1_000.0 + after) == share


def test_the_share_of_a_wait_grows_with_it_and_a_lack_has_none() -> None:
    rules = Rules(
        {},
        total={"longestWaitingTime": Bounds(60_000), "availableAgents": Bounds(2)},
    )
    waiting = row("A", "1", waitingCalls=1, longestWaitingTime=30_000, availableAgents=1)
    tile = shown_alone("longestWaitingTime", rules, waiting)
    assert [tile_share(tile, 1_000.0 + after) for after in (0, 15, 30)] == [0.5, 0.75, 1.0]
    assert tile_share(shown_alone("availableAgents", rules, waiting), 1_000.0) is None
    assert tile_share(shown_alone("longestWaitingTime", Rules({}), waiting), 1_000.0) is None


def shown_alone(name: str, rules: Rules, *queues: QueueMetrics) -> Tile:
    world = World(rules, ViewOptions(tiles=(name,)))
    world.poll(*queues)
    return world.view().tiles[0]
