"""The table in groups: exact subtotals, the worst group first, nothing hidden in silence."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import PLAIN, World, tick
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Selected
from wallboard.model.judge.rules import Level
from wallboard.model.select.groups import (
    Heading,
    TableEntry,
    heading_cell,
    non_metric_cell,
    row_of,
    toggle_fold,
)
from wallboard.model.select.hidden import hidden_by_folds
from wallboard.model.select.selection import Order, Selection
from wallboard.model.select.totals import totals
from wallboard.model.view.row import Tone
from wallboard.model.view.status_line import Hidden

QUEUES = (
    row("a", "1", "Rome", waitingCalls=0, availableAgents=2),
    row("b", "2", "Paris", waitingCalls=4, availableAgents=3),
    row("c", "3", "Rome", waitingCalls=2, availableAgents=1),
    row("d", "4", "Oslo", waitingCalls=6, availableAgents=0),
    row("e", "5", "", waitingCalls=1, availableAgents=5),
)


def world(
    *queues: QueueMetrics, columns: tuple[str, ...] = ("waitingCalls", "availableAgents")
) -> World:
    made = World(PLAIN, ViewOptions(columns=columns))
    made.poll(*(queues or QUEUES))
    return made


def entries(
    made: World, by: str = "", folded: frozenset[str] = frozenset()
) -> tuple[TableEntry, ...]:
    """The rows of the table, in groups."""
    made.step(Selected(replace(made.state.selection, by=by, folded=folded)))
    return made.view().entries


def headings(rows: tuple[TableEntry, ...]) -> list[Heading]:
    return [one for one in rows if isinstance(one, Heading)]


def drawn(rows: tuple[TableEntry, ...], made: World) -> list[str]:
    lines = made.view().lines
    return [one.name.upper() if isinstance(one, Heading) else lines[one].queue.name for one in rows]


def test_without_groups_the_rows_are_the_lines() -> None:
    assert entries(world()) == (0, 1, 2, 3, 4)


def test_groups_come_in_the_boards_order_with_the_worst_on_top() -> None:
    made = world()
    rows = entries(made, "site")
    assert drawn(rows, made) == ["OSLO", "d", "PARIS", "b", "ROME", "a", "c", "(NO SITE)", "e"]
    assert [one.level for one in headings(rows)] == [
        Level.CRITICAL, Level.WARNING, Level.NORMAL, Level.NORMAL,
    ]  # fmt: skip
    assert [one.mark for one in headings(rows)] == ["!!", "!", "", ""]
    made.step(Selected(Selection(order=Order("name", descending=True))))
    assert drawn(entries(made, "site"), made)[:4] == ["(NO SITE)", "e", "OSLO", "d"]


def test_a_heading_has_exact_totals_of_its_queues() -> None:
    rome = next(one for one in headings(entries(world(), "site")) if one.id == "Rome")
    assert [tile.cell.text for tile in rome.totals] == ["2", "3"]
    assert [tile.note for tile in rome.totals] == ["", "seats"]
    assert (len(rome.lines), rome.hidden) == (2, "")


def test_folding_hides_the_queues_and_changes_no_number() -> None:
    made = world()
    whole = entries(made, "site")
    folded = entries(made, "site", frozenset(["Oslo", "Rome"]))
    assert [one.totals for one in headings(whole)] == [one.totals for one in headings(folded)]
    assert len(folded) == len(whole) - 3
    assert [one.hidden for one in headings(folded)] == ["1 !!", "", "", ""]
    assert {one.hidden for one in headings(whole)} == {""}
    lines = made.view().lines
    assert hidden_by_folds(folded, lines) == Hidden(0, 0, 1)
    assert made.view().health.hidden == Hidden(0, 0, 1)
    assert len(made.view().in_order) == len(QUEUES)
    assert hidden_by_folds(whole, lines) == Hidden()


def test_a_group_is_folded_and_unfolded_by_its_id() -> None:
    folded = toggle_fold(frozenset(), "Rome")
    assert folded == {"Rome"}
    assert toggle_fold(folded, "Rome") == frozenset()


def test_a_queue_is_found_among_the_rows_at_its_heading_if_folded() -> None:
    made = world()
    rows = entries(made, "site", frozenset(["Rome"]))
    view = made.view()
    names = [line.queue.name for line in view.lines]
    assert rows[row_of(rows, names.index("b"))] == names.index("b")
    at = rows[row_of(rows, names.index("c"))]
    assert isinstance(at, Heading)
    assert at.id == "Rome"
    assert row_of(rows, 99) == -1


def test_by_pbx_two_of_one_name_stay_apart() -> None:
    made = World(PLAIN, pbxes=("p", "q"))
    made.poll(row("a", "1", waitingCalls=1))
    made.poll(replace(row("b", "1", pbx="q", waitingCalls=6), pbx="p"), pbx="q")
    rows = headings(entries(made, "pbx"))
    assert [(one.id, one.name) for one in rows] == [("q", "p"), ("p", "p")]


def test_sites_of_one_name_in_two_pbxes_are_two_groups_and_age_apart() -> None:
    made = World(PLAIN, ViewOptions(columns=("waitingCalls",)), pbxes=("p", "q"))
    made.poll(row("a", "1", "Rome", waitingCalls=6), row("b", "2", "Oslo", waitingCalls=6))
    fresh = row("c", "3", "Oslo", pbx="q", waitingCalls=1)
    for _ in range(8):
        made.poll(fresh, pbx="q", after=10)
    by_id = {one.id: one for one in headings(entries(made, "site"))}
    assert set(by_id) == {"Rome", "Oslo (p)", "Oslo (q)"}
    assert (by_id["Rome"].tone, by_id["Rome"].mark) == (Tone.OLD, "")
    assert by_id["Oslo (p)"].tone is Tone.OLD
    (mine,), (other,) = by_id["Oslo (q)"].totals, by_id["Oslo (p)"].totals
    assert (by_id["Oslo (q)"].tone, by_id["Oslo (q)"].level) == (Tone.NORMAL, Level.NORMAL)
    assert heading_cell(mine, made.now, True).text == "1"
    assert (other.note, heading_cell(other, made.now, True).text) == ("old", "6*")


def test_a_total_without_values_is_a_dash() -> None:
    (one,) = headings(entries(world(row("a", "1", "Rome")), "site"))
    assert [tile.cell.text for tile in one.totals] == ["–", "–"]
    assert one.tone is Tone.UNKNOWN


def test_a_headings_longest_wait_ticks_with_its_queues() -> None:
    made = world(
        row("a", "1", "Rome", waitingCalls=1, longestWaitingTime=30_000),
        columns=("longestWaitingTime",),
    )
    heading, index = entries(made, "site")
    view = made.view()
    assert isinstance(heading, Heading)
    assert isinstance(index, int)
    moved = tick(view, [index], made.now + 5)[index]
    assert heading_cell(heading.totals[0], made.now + 5, view.tick) == moved
    assert heading_cell(heading.totals[0], made.now + 5, False).text == "00:30"


sites = st.sampled_from(["Rome", "Paris", "Oslo", ""])
counts = st.one_of(st.none(), st.integers(0, 9))


@st.composite
def boards(draw: st.DrawFn) -> World:
    queues = []
    for at in range(draw(st.integers(0, 12))):
        calls, wait = draw(counts), draw(counts)
        values: dict[str, Any] = {} if calls is None else {"waitingCalls": calls}
        values |= {} if wait is None else {"waitingTime": wait * 1_000, "longestWaitingTime": wait}
        queues.append(row(f"q{at}", str(at), draw(sites), **values))
    made = World(PLAIN)
    made.poll(*queues)
    return made


@pytest.mark.parametrize("by", ["site", "pbx"])
@given(boards(), st.frozensets(sites))
def test_every_queue_is_in_one_group_and_the_groups_add_up(
    by: str, made: World, folded: frozenset[str]
) -> None:
    rows = entries(made, by, folded)
    view = made.view()
    groups = headings(rows)
    members = [index for one in groups for index in one.lines]
    assert sorted(members) == list(range(len(view.lines)))
    for one in groups:
        queues = [view.lines[index].queue for index in one.lines]
        exact = totals(queues, METRICS)
        for tile in one.totals:
            total = exact[tile.metric.name]
            assert ("partial" in tile.note) is total.partial
            assert (tile.cell.text == "–") is (total.value is None)
        place = rows.index(one)
        below = rows[place + 1 : place + 1 + len(one.lines)]
        assert one.folded or below == one.lines
    # Within a group and among groups the board's order holds.
    assert [one.lines[0] for one in groups] == sorted(one.lines[0] for one in groups)
    assert all(list(one.lines) == sorted(one.lines) for one in groups)


@pytest.mark.parametrize(
    ("calls", "mark", "gutter", "silenced"),
    [(0, "", "", "z  "), (3, "!", "▌! ", "z! "), (9, "!!", "▌!!", "z!!")],
)
def test_a_groups_heading_has_the_mark_of_the_worst_and_says_when_it_is_silenced(
    calls: int, mark: str, gutter: str, silenced: str
) -> None:
    made = world(row("a", "1", "Rome", waitingCalls=calls), row("b", "2", "Rome", waitingCalls=0))
    (one,) = headings(entries(made, "site"))
    assert (one.mark, one.gutter) == (mark, gutter)
    made.silence(made.view().lines[0].key)
    (one,) = headings(entries(made, "site"))
    assert one.gutter == gutter, "one of them is not silenced"
    made.silence(*(line.key for line in made.view().lines))
    (one,) = headings(entries(made, "site"))
    assert one.gutter == silenced
    made.now += 100
    (one,) = headings(entries(made, "site"))
    assert (one.tone, one.mark, one.gutter) == (Tone.OLD, "", "z  ")


def test_a_heading_has_the_total_of_both_parts_of_a_share_and_none_of_a_trend() -> None:
    options = ViewOptions(columns=("availableOfEligible", "waitingCallsTrend"))
    share, trend = options.table(options.columns)
    made = World(PLAIN, options)
    made.poll(
        row("a", "1", "Rome", availableAgents=2, eligibleAgents=5),
        row("b", "2", "Rome", availableAgents=1, eligibleAgents=4),
    )
    (one,) = headings(entries(made, "site"))
    totals_by_name = {tile.metric.name: tile for tile in one.totals}
    assert non_metric_cell(share, totals_by_name, made.now).text == "3/9*"  # seats, and no people
    assert non_metric_cell(trend, totals_by_name, made.now).text == ""
