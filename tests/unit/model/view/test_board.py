"""What is drawn, as data: old numbers look old, missing ones are a dash, estimates say so."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row, sample_queues
from tests.unit.model_env import PLAIN, World, calm, moment, tick
from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.metric import Kind, Made, Unit
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.model.data.view_options import COLUMNS, ViewOptions
from wallboard.model.events import Pause, Resume, Selected
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import CALM, UNJUDGED, QueueLevels, Track
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Order, Selection, order_words
from wallboard.model.view.board import BoardView, line_of, project
from wallboard.model.view.format import NOTHING
from wallboard.model.view.row import NOBODY, Cell, Row, Tone, cell, cells, width
from wallboard.model.view.status_line import Hidden, closed_words
from wallboard.model.view.tile import Tile, tick_tile, tile_cell

LONGEST, WAITING = CATALOGUE["longestWaitingTime"], CATALOGUE["waitingCalls"]


def busy(
    name: str = "Sales", extension: str = "1", wait: int = 30_000, **more: int
) -> QueueMetrics:
    return calm(name, extension, waitingCalls=1, longestWaitingTime=wait, waitingTime=wait,
                avgWaitingTime=float(wait), **more)  # fmt: skip


def names(view: BoardView) -> list[str]:
    return [line.queue.name for line in view.lines]


def tile(view: BoardView, name: str) -> Tile:
    return next(one for one in view.tiles if one.metric.name == name)


def worst_words(view: BoardView, name: str = "waitingCalls") -> str:
    worst = tile(view, name).worst
    return worst.words if worst else ""


def text(line: Row, name: str, view: BoardView) -> Cell:
    return cell(line, CATALOGUE[name], view.now, view.tick)


def test_the_sample_stands_on_the_board() -> None:
    world = World(Rules(), pbxes=("coreanalyticsprod",))
    world.poll(*sample_queues(), pbx="coreanalyticsprod")
    view = world.view()
    by_name = {line.queue.name: line for line in view.lines}
    assert text(by_name["Alerie Hightower"], "avgWaitingTime", view).text == "00:28"
    assert text(by_name["Narbo"], "avgWaitingTime", view).text == "00:14"
    assert tile(view, "avgWaitingTime").cell.text == "00:24"
    # Nothing of the sample has agents or counts: dashes, and not normal.
    assert text(by_name["Narbo"], "availableAgents", view) == Cell(NOTHING, Tone.UNKNOWN)


# Missing and old.


def test_a_missing_value_is_a_dash_and_unknown() -> None:
    world = World()
    world.poll(row("Sales"))
    view = world.view()
    # Nothing at all was heard of the day.
    assert cells(view.lines[0], view.columns, view.now, True) == tuple(
        Cell("")
        if one.made in (Made.LEVEL_TIME, Made.TREND)
        else Cell(NOTHING, Tone.OLD if one.kind is Kind.TODAY else Tone.UNKNOWN)
        for one in view.columns
    )
    assert view.lines[0].tone is Tone.UNKNOWN
    assert all(one.cell.text == NOTHING for one in view.tiles)
    assert all(one.cell.tone is Tone.UNKNOWN for one in view.tiles)


def test_nothing_and_nobody_are_a_quiet_sign_and_an_average_over_no_calls_is_a_dash() -> None:
    world = World(Rules())
    world.poll(calm(wrappingUpAgents=0))
    view = world.view()
    for name in ("waitingCalls", "longestWaitingTime", "wrappingUpAgents"):
        assert text(view.lines[0], name, view) == Cell(NOBODY, Tone.QUIET)
    assert text(view.lines[0], "avgWaitingTime", view) == Cell(NOTHING, Tone.UNKNOWN)
    # Missing is not nothing.
    assert text(view.lines[0], "talkingTime", view) == Cell(NOTHING, Tone.UNKNOWN)
    assert text(world.view(70).lines[0], "waitingCalls", view) == Cell(NOBODY, Tone.OLD)


def test_a_call_that_has_only_just_come_is_somebody() -> None:
    world = World(Rules())
    world.poll(calm(waitingCalls=1))
    view = world.view()
    assert text(view.lines[0], "longestWaitingTime", view).text == "00:00"
    # A time of nobody knows how many is not said to be nobody's.
    world.poll(row("Sales", longestWaitingTime=0), after=10)
    assert text(world.view().lines[0], "longestWaitingTime", world.view()).text == "00:00"


def test_none_left_of_what_should_be_there_is_a_number() -> None:
    world = World(Rules({"availableAgents": Bounds(1, 0)}))
    world.poll(calm(waitingCalls=1, availableAgents=0))
    view = world.view()
    assert text(view.lines[0], "availableAgents", view) == Cell("0", Tone.CRITICAL, "!!")
    odd = replace(calm(handlingCalls=0), suspect=frozenset(["handlingCalls"]))
    world.poll(odd, after=10)
    view = world.view()
    assert text(view.lines[0], "handlingCalls", view) == Cell("0", Tone.SUSPECT, "?")


def test_a_value_that_cannot_be_true_is_shown_marked_and_not_coloured() -> None:
    world = World(Rules())
    odd = replace(calm(waitingCalls=-3), suspect=frozenset(["waitingCalls"]))
    world.poll(odd)
    view = world.view()
    assert text(view.lines[0], "waitingCalls", view) == Cell("-3", Tone.SUSPECT, "?")


@pytest.mark.parametrize(
    ("age", "state", "tone", "mark", "words"),
    [
        (0, Freshness.LIVE, Tone.CRITICAL, "!!", "critical"),
        (25, Freshness.LIVE, Tone.CRITICAL, "!!", "critical"),
        (25.1, Freshness.LATE, Tone.CRITICAL, "!!", "critical"),
        (60, Freshness.LATE, Tone.CRITICAL, "!!", "critical"),
        (60.1, Freshness.STALE, Tone.OLD, "", "stale"),
        (300, Freshness.STALE, Tone.OLD, "", "stale"),
        (300.1, Freshness.NO_DATA, Tone.OLD, "", "no data"),
    ],
)
def test_a_line_ages(age: float, state: Freshness, tone: Tone, mark: str, words: str) -> None:
    world = World()
    world.waits(6)
    (line,) = world.view(age).lines
    assert (line.state, line.tone, line.mark, line.word) == (state, tone, mark, words)


def test_stale_values_stay_without_colours_and_no_data_is_all_dashes() -> None:
    world = World(Rules())
    world.poll(busy(wait=200_000))
    stale, none = world.view(61), world.view(301)
    assert text(stale.lines[0], "longestWaitingTime", stale) == Cell("03:20", Tone.OLD)
    assert tile(stale, "longestWaitingTime").cell == Cell("03:20", Tone.OLD)
    assert tile(stale, "longestWaitingTime").note == "old"
    columns = [one for one in none.columns if one.made is not Made.TREND]
    assert {one.text for one in cells(none.lines[0], columns, none.now, True)} == {NOTHING}
    assert {one.cell.text for one in none.tiles} == {NOTHING}


def test_the_picture_says_when_it_is_no_longer_true() -> None:
    world = World()
    world.waits(0)
    at: float | None = world.now
    states = []
    while at is not None:
        view = project(world.state, moment(at))
        states.append((view.health.state, view.lines[0].state))
        at = view.changes_at
    assert states == [(state, state) for state in Freshness]


# Several feeds.


def test_rows_of_a_dead_feed_age_alone_and_totals_over_them_are_marked() -> None:
    world = World(pbxes=("p", "q"))
    dead, alive = row("Dead", waitingCalls=6), row("Alive", "2", pbx="q", waitingCalls=3)
    world.poll(dead)
    world.poll(alive, pbx="q")
    for _ in range(3):
        world.fail("p", after=10)
        world.poll(alive, pbx="q")
    late = world.view()
    assert [line.state for line in late.lines] == [Freshness.LATE, Freshness.LIVE]
    assert tile(late, "waitingCalls").note == "late"
    assert worst_words(late) == "2 queues ≥ 3: Dead 6"
    for _ in range(4):
        world.poll(alive, pbx="q", after=10)
    stale = world.view()
    assert [line.tone for line in stale.lines] == [Tone.OLD, Tone.WARNING]
    # Who is in trouble is told of the rows that are known now; the sum is partly old.
    assert (tile(stale, "waitingCalls").cell, tile(stale, "waitingCalls").note) == (
        Cell("9"),
        "old",
    )
    assert worst_words(stale) == "1 queue ≥ 3: Alive 3"
    for _ in range(30):
        world.poll(alive, pbx="q", after=10)
    none = world.view()
    assert tile(none, "waitingCalls").cell.text == "3"
    assert tile(none, "waitingCalls").note == "partial"
    assert none.health.where == "P"


# Order and what is hidden.


def test_the_worst_is_on_top_and_unknown_is_last() -> None:
    world = World()
    world.poll(
        row("calm", "1", waitingCalls=0),
        row("none", "2"),
        row("bad", "3", waitingCalls=6, longestWaitingTime=10),
        row("worse", "4", waitingCalls=6, longestWaitingTime=20),
        row("warned", "5", waitingCalls=3, longestWaitingTime=99),
    )
    assert names(world.view()) == ["worse", "bad", "warned", "calm", "none"]


def test_trouble_that_is_hidden_is_told() -> None:
    world = World()
    world.poll(
        row("a", "1", "Rome", waitingCalls=6),
        row("b", "2", "Rome", waitingCalls=3),
        row("c", "3", "Paris", waitingCalls=6),
    )
    world.step(Selected(Selection("paris", parse_filter("site:paris"))))
    view = world.view()
    assert names(view) == ["c"]
    assert view.health.hidden == Hidden(2, 1, 1)
    assert view.health.hidden.words == "hidden: 1 !! 1 !"
    assert (view.health.shown, view.health.queues) == (1, 3)
    # Once they are old nobody knows their level.
    assert world.view(61).health.hidden == Hidden(2, 0, 0)


def test_the_filter_changes_totals_and_clearing_it_is_instant() -> None:
    world = World()
    world.poll(row("a", "1", "Rome", waitingCalls=6), row("c", "3", "Paris", waitingCalls=3))
    world.step(Selected(Selection("paris", parse_filter("site:paris"))))
    assert tile(world.view(), "waitingCalls").cell.text == "3"
    world.step(Selected(Selection()))
    assert tile(world.view(), "waitingCalls").cell.text == "9"
    assert world.view().health.hidden == Hidden()


def test_an_empty_board_says_why() -> None:
    world = World(pbxes=())
    assert world.view().empty == "Signing in…"
    world.fail(None)
    assert world.view().empty == "Cannot reach the API"
    world = World()
    world.poll()
    assert world.view().empty == "No queues: the API knows none for this configuration."
    world.waits(0)
    world.step(Selected(Selection("x", parse_filter("xyz"))))
    assert world.view().empty == "No queue matches the filter."


def test_without_trouble_only_trouble_says_so_and_keeps_the_totals() -> None:
    world = World()
    world.poll(row("a", "1", "Rome", waitingCalls=2), row("c", "3", "Paris", waitingCalls=1))
    world.step(Selected(Selection(only_trouble=True)))
    view = world.view()
    assert (view.lines, view.empty) == ((), "No queue in trouble.")
    assert tile(view, "waitingCalls").cell.text == "3"
    paris = Selection("paris", parse_filter("site:paris"), only_trouble=True)
    world.step(Selected(paris))
    view = world.view()
    assert "among those that the filter lets through" in view.empty
    assert tile(view, "waitingCalls").cell.text == "1"
    # What is not known now is not said of now.
    assert "No queue in trouble among" in world.view(61).empty
    assert "when last measured" in world.view(61).empty


# Totals.


def test_a_sum_can_have_bounds_of_its_own() -> None:
    rules = Rules({"waitingCalls": Bounds(3, 5)}, (), {"waitingCalls": Bounds(10, 20)})
    world = World(rules)
    world.poll(*(row(str(at), str(at), waitingCalls=5) for at in range(1)))
    assert tile(world.view(), "waitingCalls").level is Level.NORMAL
    world.poll(*(row(str(at), str(at), waitingCalls=2) for at in range(5)), after=10)
    assert tile(world.view(), "waitingCalls").level is Level.WARNING


def test_a_sum_of_agents_is_judged_only_while_calls_wait() -> None:
    rules = Rules({}, (), {"availableAgents": Bounds(1, 0)})
    options = ViewOptions(tiles=("availableAgents",))
    world = World(rules, options)
    world.poll(row("a", availableAgents=0, waitingCalls=0))
    (one,) = world.view().tiles
    assert (one.cell, one.note) == (Cell("0"), "seats")
    world.poll(row("a", availableAgents=0, waitingCalls=1), after=10)
    assert world.view().tiles[0].level is Level.CRITICAL
    world.poll(row("a", availableAgents=0), after=10)
    assert world.view().tiles[0].cell.tone is Tone.UNKNOWN


def test_a_total_that_undercounts_says_so() -> None:
    world = World()
    world.poll(row("a", "1", waitingCalls=2), row("b", "2"))
    assert tile(world.view(), "waitingCalls").cell.text == "2"
    assert tile(world.view(), "waitingCalls").note == "partial"


# Pause.


def paused(world: World) -> World:
    world.step(Pause(moment(world.now)))
    return world


def test_paused_rows_keep_their_values_and_lose_their_colours_after_a_minute() -> None:
    world = World()
    world.waits(6)
    paused(world)
    for _ in range(5):
        world.waits(0, after=10)
    view = world.view(9.9)
    assert view.lines[0].tone is Tone.CRITICAL
    assert text(view.lines[0], "waitingCalls", view).text == "6"
    view = world.view(10)
    assert (view.lines[0].tone, view.lines[0].word) == (Tone.OLD, "paused")
    assert text(view.lines[0], "waitingCalls", view) == Cell("6", Tone.OLD)
    assert tile(view, "waitingCalls").cell == Cell("6", Tone.OLD)
    assert view.health.state is Freshness.LIVE
    # Hours later too: paused is not NO DATA.
    assert world.view(9_000).lines[0].state is Freshness.LIVE
    world.step(Resume())
    assert text(world.view().lines[0], "waitingCalls", world.view()).text == NOBODY


def test_the_trends_of_a_pause_end_with_what_its_rows_say() -> None:
    world = World()
    world.waits(1)
    world.waits(0, after=90)
    paused(world)
    then = tile(world.view(), "waitingCalls").trend
    assert then[-2:] == (1, 0)
    for _ in range(4):
        world.waits(6, after=10)
    view, key = world.view(), row("Sales").key
    assert tile(view, "waitingCalls").trend == then
    points = view.past.trends.trend(key, FeedId(key.pbx), "waitingCalls")
    assert [number for _, number in points] == [1, 0]
    world.step(Resume())
    assert tile(world.view(), "waitingCalls").trend[-1] == 6


def test_the_picture_of_a_pause_says_when_its_colours_go() -> None:
    world = World()
    world.waits(6)
    world.poll(row("Sales", waitingCalls=6), after=10)
    paused(world)
    changes = []
    view = world.view()
    while view.changes_at is not None:
        changes.append(round(view.changes_at - world.now, 3))
        view = project(world.state, moment(view.changes_at))
    # The feed's own states, and after a minute the colours.
    assert changes == [25, 60, 60, 300]


def test_old_numbers_do_not_turn_live_by_a_pause() -> None:
    world = World(Rules())
    world.poll(busy(wait=200_000))
    for age in (61, 240):
        world.step(Pause(moment(1000 + age)))
        view = project(world.state, moment(1000 + age + 1))
        assert view.lines[0].tone is Tone.OLD
        assert view.lines[0].word == "stale"
    world.step(Pause(moment(1400)))
    view = project(world.state, moment(1401))
    assert view.lines[0].state is Freshness.NO_DATA
    assert text(view.lines[0], "longestWaitingTime", view).text == NOTHING


def test_nothing_ticks_while_paused() -> None:
    world = World(Rules())
    world.poll(busy())
    paused(world)
    view = world.view(3)
    assert not view.tick
    assert tick(view, range(1), world.now + 3) == {}
    assert text(view.lines[0], "longestWaitingTime", view).text == "00:30"


# The seconds between polls.


def test_waits_tick_and_only_where_one_looks() -> None:
    world = World(Rules())
    world.poll(*(busy(f"q{at}", str(at), 30_000 + at) for at in range(5)))
    view = world.view()
    moved = tick(view, range(1, 3), world.now + 7)
    assert set(moved) == {1, 2}
    assert moved[1] == Cell("00:37", Tone.NORMAL, "", estimated=True)
    for metric in view.columns:
        grown = cell(view.lines[1], metric, world.now + 7, True)
        assert grown.estimated is (metric.name in ("longestWaitingTime", "avgWaitingTime"))


def waits(calls: int, longest: int, average: float) -> QueueMetrics:
    values = {"waitingCalls": calls, "waitingTime": calls * average, "avgWaitingTime": average}
    return calm("q", "1", **values, longestWaitingTime=longest)


@pytest.mark.parametrize(
    ("calls", "longest", "average", "told"),
    [
        (1, 13_900, 14_100.0, ("00:20~", "00:20~")),
        (1, 14_100, 13_900.0, ("00:21~", "00:21~")),
        (2, 14_000, 13_000.0, ("00:21~", "00:13")),
        # Measured a moment later than the longest: never above it.
        (2, 14_900, 15_100.0, ("00:21~", "00:14")),
    ],
)
def test_the_average_wait_never_contradicts_the_longest(
    calls: int, longest: int, average: float, told: tuple[str, str]
) -> None:
    world = World(Rules())
    world.poll(waits(calls, longest, average))
    view, later = world.view(), world.now + 7
    pair = ("longestWaitingTime", "avgWaitingTime")
    drawn = [cell(view.lines[0], METRICS[name], later, True) for name in pair]
    assert tuple(f"{one.text}{'~' * one.estimated}" for one in drawn) == told
    if calls == 1:
        tiles = {tile.metric.name: tick_tile(tile, later) for tile in view.tiles}
        both = [tiles[name] for name in pair]
        assert tuple(f"{one.text}{'~' * one.estimated}" for one in both) == told


def test_a_tile_of_nobody_is_quiet_and_one_caller_is_not() -> None:
    shown = ("waitingCalls", "longestWaitingTime", "availableAgents")
    world = World(Rules(), options=ViewOptions(tiles=shown))
    for queue, quiet in ((calm("q", "1", availableAgents=0), True), (busy(), False)):
        world.poll(queue)
        view = world.view()
        for name in shown[:2]:
            tone = tile_cell(tile(view, name), view.now, grows=view.tick).tone
            assert (tone is Tone.QUIET) is quiet
    # That nobody is available is nothing to be quiet about.
    world.poll(calm("q", "1", availableAgents=0))
    assert tile_cell(tile(world.view(), shown[2]), world.now, grows=True).tone is Tone.NORMAL


def test_an_estimate_says_so_from_its_first_full_second() -> None:
    world = World(Rules())
    world.poll(busy(wait=30_900))
    view = world.view()
    at = view.lines[0]
    assert cell(at, LONGEST, world.now + 0.9, True) == Cell("00:30")
    assert cell(at, LONGEST, world.now + 1.0, True) == Cell("00:31", estimated=True)
    assert cell(at, LONGEST, world.now - 5, True) == Cell("00:30")
    assert cell(at, LONGEST, world.now + 5, False) == Cell("00:30")


def test_a_tick_changes_digits_only() -> None:
    world = World(Rules({"longestWaitingTime": Bounds(60_000, 120_000)}))
    world.poll(busy(wait=59_000))
    (moved,) = tick(world.view(), range(1), world.now + 9).values()
    # Past the warning's bound, but nothing estimated raises an alarm.
    assert moved == Cell("01:08", Tone.NORMAL, "", estimated=True)
    assert world.view(9).lines[0].tone is Tone.NORMAL


def test_the_tick_ends_on_leaving_live_and_the_measured_value_returns() -> None:
    world = World(Rules())
    world.poll(busy(wait=30_000))
    assert tick(world.view(25), range(1), world.now + 25)[0].text == "00:55"
    late = world.view(25.1)
    assert tick(late, range(1), world.now + 26) == {}
    assert text(late.lines[0], "longestWaitingTime", late).text == "00:30"
    assert tick_tile(tile(late, "longestWaitingTime"), world.now + 26).text == "00:30"


@pytest.mark.parametrize(
    "values",
    [
        {"waitingCalls": 0, "longestWaitingTime": 30_000},
        {"waitingCalls": 1, "longestWaitingTime": 0},
        {"waitingCalls": 1},
    ],
)
def test_nothing_grows_where_nobody_waits(values: dict[str, Any]) -> None:
    world = World()
    world.poll(row("a", **values))
    assert tick(world.view(), range(1), world.now + 5) == {}


def test_a_board_without_the_column_and_one_told_not_to_do_not_tick() -> None:
    world = World(PLAIN, ViewOptions(columns=("waitingCalls",)))
    world.poll(busy())
    assert tick(world.view(), range(1), world.now + 5) == {}
    world = World(PLAIN, ViewOptions(tick=False))
    world.poll(busy())
    assert tick(world.view(), range(1), world.now + 5) == {}
    assert tile(world.view(5), "longestWaitingTime").cell.text == "00:30"


def test_a_tick_beyond_the_last_line_is_nothing() -> None:
    world = World()
    world.poll(busy())
    assert set(tick(world.view(), range(10), world.now + 5)) == {0}


def test_a_tile_ticks_with_whichever_wait_is_longest_by_then() -> None:
    world = World(Rules(), pbxes=("p", "q"))
    world.poll(busy("a", "1", 20_000))
    other = replace(busy("b", "2", 21_000), key=row("b", "2", pbx="q").key)
    world.poll(other, pbx="q", after=5)
    one = tile(world.view(), "longestWaitingTime")
    assert one.cell.text == "00:21"
    # By now the first caller has waited 25 s.
    assert tick_tile(one, world.now) == Cell("00:25", estimated=True)
    assert tick_tile(one, world.now + 3).text == "00:28"


def test_a_tile_never_shows_less_than_a_wait_that_does_not_tick() -> None:
    world = World(Rules(), pbxes=("p", "q"))
    world.poll(busy("a", "1", 300_000))
    other = replace(busy("b", "2", 10_000), key=row("b", "2", pbx="q").key)
    world.poll(other, pbx="q", after=30)
    one = tile(world.view(), "longestWaitingTime")
    assert one.note == "late"
    assert tick_tile(one, world.now + 5).text == "05:00"
    assert not tick_tile(one, world.now + 5).estimated


@given(st.integers(0, 100_000_000), st.floats(0, 25))
def test_a_tick_never_shows_less_than_was_measured(wait: int, after: float) -> None:
    world = World(Rules())
    world.poll(busy(wait=wait))
    view = world.view()
    measured = text(view.lines[0], "longestWaitingTime", view)
    for moved in tick(view, range(1), world.now + after).values():
        assert moved.estimated is (after >= 1)
        assert moved.text == measured.text or moved.estimated


def test_a_tile_does_not_tick_over_rows_that_are_old() -> None:
    world = World(Rules(), pbxes=("p", "q"))
    world.poll(busy("a", "1", 300_000))
    other = replace(busy("b", "2", 10_000), key=row("b", "2", pbx="q").key)
    world.poll(other, pbx="q", after=70)
    one = tile(world.view(), "longestWaitingTime")
    assert one.note == "old"
    assert tick_tile(one, world.now + 5) == one.cell
    # Not even with a wait that ticks and is longer: the total is one of old numbers.
    world.poll(replace(other, values={**other.values, "longestWaitingTime": 400_000}), pbx="q")
    one = tile(world.view(), "longestWaitingTime")
    assert (one.cell.text, one.waits) == ("06:40", ())


def test_a_tile_does_not_tick_over_a_wait_that_cannot_be_true() -> None:
    world = World(Rules())
    odd = replace(busy("b", "2", 2_520_000_000), suspect=frozenset(["longestWaitingTime"]))
    world.poll(busy("a", "1", 20_000), odd)
    one = tile(world.view(), "longestWaitingTime")
    assert (one.cell.text, one.note) == ("00:20", "partial")
    assert tick_tile(one, world.now + 5) == Cell("00:25", estimated=True)
    world.poll(odd)
    one = tile(world.view(), "longestWaitingTime")
    assert tick_tile(one, world.now + 5) == one.cell


# Closed queues.


def test_closed_queues_are_in_no_line_and_no_total() -> None:
    world = World(PLAIN, is_open=lambda queue, _site, _at: queue != "Night")
    world.poll(row("Day", "1", waitingCalls=2), row("Night", "2", waitingCalls=9))
    view = world.view()
    assert names(view) == ["Day"]
    assert [line.queue.name for line in view.closed] == ["Night"]
    assert view.closed[0].word == "closed"
    assert tile(view, "waitingCalls").cell.text == "2"
    assert view.health.hidden == Hidden()
    assert closed_words(view.closed) == "1 queue closed · 9 waiting"


def test_a_board_of_closed_queues_only_is_not_called_empty() -> None:
    world = World(PLAIN, is_open=lambda *_: False)
    world.poll(row("a", "1", waitingCalls=0), row("b", "2", waitingCalls=0))
    view = world.view()
    assert view.lines == ()
    assert view.empty == ""
    assert closed_words(view.closed) == "2 queues closed"
    assert closed_words(()) == ""


# Odds and ends.


def test_one_queue_as_the_board_has_it() -> None:
    world = World()
    world.waits(6)
    key = row("Sales").key
    assert line_of(world.state, key, moment(world.now)) == world.view().lines[0]
    assert line_of(world.state, key._replace(extension="9"), moment(world.now)) is None
    paused(world)
    world.waits(0, after=10)
    assert line_of(world.state, key, moment(world.now + 100)) == world.view(100).lines[0]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (Order(), "worst first"),
        (Order(descending=True), "worst last"),
        (Order("name"), "name"),
        (Order("name", True), "name, z to a"),
        (Order("waitingCalls", True), "waiting, high to low"),
        (Order("waitingCalls"), "waiting"),
    ],
)
def test_an_order_in_words(order: Order, words: str) -> None:
    assert order_words(order) == words


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_value_is_wider_than_its_column(name: str) -> None:
    metric = CATALOGUE[name]
    most = 9_999 if metric.unit is Unit.COUNT else 359_999_999
    world = World(Rules({name: Bounds(1, 2)}))
    values: dict[str, Any] = {"waitingCalls": 9_999, name: most}
    world.poll(row("a", **values))
    view = world.view()
    drawn = cell(view.lines[0], metric, view.now + 9, True)
    whole = f"{drawn.mark}{drawn.text}{'~' if drawn.estimated else ''}"
    assert drawn.text != NOTHING
    assert len(whole) <= width(metric)


def test_a_tile_goes_on_from_a_standing_wait_once_another_has_outgrown_it() -> None:
    world = World(Rules(), pbxes=("p", "q"))
    world.poll(busy("a", "1", 12_000))
    other = replace(busy("b", "2", 10_000), key=row("b", "2", pbx="q").key)
    world.poll(other, pbx="q", after=30)
    one = tile(world.view(), "longestWaitingTime")
    texts = [tick_tile(one, world.now + at) for at in (0, 2, 3, 9)]
    assert [drawn.text for drawn in texts] == ["00:12", "00:12", "00:13", "00:19"]
    assert [drawn.estimated for drawn in texts] == [False, False, True, True]


def test_what_stands_left_of_a_name_tells_level_and_age_without_colour() -> None:
    world = World()
    world.poll(calm(waitingCalls=6))
    view = world.view()
    assert view.lines[0].gutter == "▌!!"
    assert replace(view.lines[0], state=Freshness.STALE).gutter == " --"
    assert replace(view.lines[0], frozen=True).gutter == " ||"
    assert replace(view.lines[0], levels=UNJUDGED, missing="gone").gutter == " ? "
    world.poll(calm(waitingCalls=3))
    assert world.view().lines[0].gutter == "▌! "
    assert replace(view.lines[0], levels=CALM).gutter == "   "
    world.poll(row("Sales"))
    assert world.view().lines[0].gutter == " ? "


def test_the_time_in_a_level_grows_and_says_if_nobody_saw_it_begin() -> None:
    world = World()
    world.poll(calm(waitingCalls=6))
    view = world.view()
    (column,) = (one for one in view.columns if one.made is Made.LEVEL_TIME)
    assert cell(view.lines[0], column, view.now + 41, True) == Cell("00:41")
    track = Track(Level.CRITICAL, view.now, since_before=Level.CRITICAL)
    before = QueueLevels(Level.CRITICAL, {"waitingCalls": Level.CRITICAL}, {"waitingCalls": track})
    unseen = cell(replace(view.lines[0], levels=before), column, view.now + 41, True)
    assert unseen == Cell("00:41", Tone.NORMAL, "≥")
    assert cell(replace(view.lines[0], levels=CALM), column, view.now, True) == Cell("")


def test_the_time_in_a_level_stands_still_with_what_it_was_measured_from() -> None:
    world = World()
    world.poll(calm(waitingCalls=6))
    world.poll(calm(waitingCalls=6), after=10)
    for view, grows in ((world.view(), False), (world.view(30), True)):  # paused; LATE
        (column,) = (one for one in view.columns if one.made is Made.LEVEL_TIME)
        (line,) = view.lines
        assert cell(line, column, world.now + 40, grows).text == "00:10"
    assert view.lines[0].state is Freshness.LATE


def test_available_stands_beside_eligible_and_has_its_level() -> None:
    world = World(Rules({"availableAgents": Bounds(1, 0)}))
    world.poll(calm(waitingCalls=1, availableAgents=0, eligibleAgents=10))
    view = world.view()
    (column,) = (one for one in view.columns if one.made is Made.SHARE)
    assert cell(view.lines[0], column, view.now, True) == Cell("0/10", Tone.CRITICAL, "!!")


def test_the_day_has_no_colours_once_what_is_of_now_is_old() -> None:
    metric = METRICS["abandonedInWaitingCallsPercentage"]
    queue = replace(calm(), day={metric.name: 9.3})
    levels = QueueLevels(Level.CRITICAL, {metric.name: Level.CRITICAL})
    line = Row(queue, CALM, Freshness.LIVE, 0.0, day_levels=levels, day_state=Freshness.LIVE)
    assert cell(line, metric, 0.0, False) == Cell("9.3%", Tone.CRITICAL, "!!")
    assert cell(replace(line, state=Freshness.STALE), metric, 0.0, False).tone is Tone.OLD


STANDING = [metric for metric in METRICS.values() if not metric.ticks]
POLLS = st.lists(
    st.tuples(
        st.sampled_from([None, 0, 3, 6]), st.booleans(), st.sampled_from([0, 10, 70, 400]),
        st.sampled_from(["", "pause", "resume", "pin", "silence"]),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@given(POLLS)
def test_rows_that_look_alike_are_drawn_alike_but_for_what_grows(
    polls: list[tuple[int | None, bool, float, str]],
) -> None:
    """A row that looks as it did is not drawn again: whatever differs must look other."""
    world, rows = World(), list[Row]()
    for calls, odd, after, hand in polls:
        values = {} if calls is None else {"waitingCalls": calls, "avgTalkingTime": 1_000 * calls}
        one = QueueMetrics(row("Sales").key, "Sales", "1", "Rome", "p", values)
        world.poll(replace(one, suspect=frozenset({"waitingCalls"}) if odd else frozenset()))
        if hand == "pause":
            world.step(Pause(moment(world.now)))
        elif hand == "resume":
            world.step(Resume())
        elif hand == "pin":
            world.step(Selected(Selection(pinned=frozenset({one.key}))))
        elif hand == "silence":
            world.silence(one.key)
        world.now += after
        rows += world.view().lines
    for line in rows:
        for other in rows:
            if line.looks_like(other):
                assert _drawn(line) == _drawn(other)
                assert other.looks_like(line)
    assert all(line.looks_like(line) for line in rows)


def _drawn(line: Row) -> list[object]:
    cells_of_it = [cell(line, metric, 0.0, tick=False) for metric in STANDING]
    return [line.gutter, line.word, line.mark, line.tone, line.pinned, line.missing, *cells_of_it]


@given(st.sampled_from(sorted(COLUMNS)), st.integers(0, 99_999))
def test_every_column_has_room_for_its_widest_cell_and_its_heading(name: str, number: int) -> None:
    column = COLUMNS[name]
    room = width(column)
    assert len(column.short) <= room
    if column.made is Made.SHARE:
        assert len(f"!!{number}/{number}*") <= room


def test_of_numbers_that_are_lost_nothing_is_doubted_any_more() -> None:
    world = World()
    sales = row("Sales", waitingCalls=6, longestWaitingTime=9_000)
    odd = replace(
        sales, suspect=frozenset({"waitingCalls"}), unconfirmed=frozenset({"longestWaitingTime"})
    )
    world.poll(odd)
    now, lost = world.view().lines[0].queue, world.view(400).lines[0].queue
    assert (now.suspect, now.unconfirmed) == (odd.suspect, odd.unconfirmed)
    assert (lost.values, lost.suspect, lost.unconfirmed) == ({}, frozenset(), frozenset())


def test_a_mistake_of_the_configuration_is_on_the_status_line_of_the_picture() -> None:
    view = World().view()
    assert view.with_mistake("wallboard.toml:3: poll.interval").health.mistake
    assert view.with_mistake("") is view


def test_what_the_reader_pins_says_so_and_comes_first() -> None:
    world = World()
    calm_one, bad = row("A", "1", waitingCalls=0), row("B", "2", waitingCalls=6)
    world.poll(calm_one, bad)
    world.step(Selected(Selection(pinned=frozenset({calm_one.key}))))
    assert [(line.queue.name, line.pinned) for line in world.view().lines] == [
        ("A", True),
        ("B", False),
    ]
