"""What a name looks like where there is little room."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.sample import row
from wallboard.model.data.catalogue import DEFAULT_COLUMNS, METRICS
from wallboard.model.data.metric import Unit
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.select.selection import Order
from wallboard.model.view.format import value, within
from wallboard.model.view.row import Cell, Row, width
from wallboard.ui.widgets import table_rows
from wallboard.ui.widgets.columns import Column, Names, TableLayout, fit_name, headings, number
from wallboard.ui.widgets.table_layout import APART, lay_out


def test_what_tells_queues_apart_is_cut_last() -> None:
    sales = replace(row("Customer Service International"), qualifier="Europe")
    assert fit_name(sales, 20) == "Customer S… (Europe)"
    assert fit_name(replace(sales, qualifier="Asia"), 20) == "Customer Ser… (Asia)"
    assert fit_name(row("Sales"), 8) == "Sales   "
    # Of twins their number is all that tells them apart.
    key = sales.key._replace(twin=12)
    twin = replace(sales, key=key, qualifier="aurora-americas, no extension #12")
    assert fit_name(twin, 36) == "Custo… (aurora-americas, no ex… #12)"
    assert fit_name(twin, 20) == "Custo… (aurora… #12)"
    assert [cell_len(fit_name(twin, width)) for width in range(40)] == [*range(40)]
    # A PBX may be called by a number too.
    first = replace(sales, qualifier="Acme #1 Contact Centre North")
    assert fit_name(first, 20) == "Custo… (Acme #1 Con…"


@given(st.text("aé東", min_size=1, max_size=30), st.text("xy", max_size=20), st.integers(1, 40))
def test_a_name_takes_the_width_that_it_has(name: str, qualifier: str, width: int) -> None:
    assert cell_len(fit_name(replace(row(name), qualifier=qualifier), width)) == width


def shown(width: int, order: Order = Order(), names: Names = Names(19, 7, 0)) -> TableLayout:  # noqa: B008
    columns = ViewOptions().table(DEFAULT_COLUMNS)
    return lay_out(width, columns, names, sites=True, pbxes=False, order=order)


def test_at_80_columns_who_is_available_is_more_wanted_than_site_and_average() -> None:
    names = [one.metric.name if one.metric else one.kind for one in shown(79).columns]
    assert names[:3] == ["level", "queue", "site"]
    assert set(names) >= {"waitingCalls", "longestWaitingTime", "availableOfEligible"}
    assert "avgWaitingTime" not in [
        one.metric.name for one in shown(68).columns if one.metric is not None
    ]
    few = [one.metric.name if one.metric else one.kind for one in shown(60).columns]
    assert "availableOfEligible" in few
    assert "site" not in few


@pytest.mark.parametrize("width", range(64, 220, 7))
def test_names_are_whole_before_a_less_wanted_column_is_shown(width: int) -> None:
    columns = shown(width).columns
    assert all(one.x + one.width <= width for one in columns)
    if any(one.metric and one.metric.name == "avgWaitingTime" for one in columns):
        assert columns[1].width >= 19


def test_the_numbers_of_the_day_are_a_block_of_their_own() -> None:
    columns = shown(200).columns
    today = [one.today for one in columns]
    assert today == sorted(today)
    first = today.index(True)
    assert columns[first].x - columns[first - 1].x - columns[first - 1].width == APART


def test_the_heading_shows_the_order() -> None:
    assert headings(shown(120)).split()[0] == "!!▼"
    assert "Wait▼" in headings(shown(120, Order("waitingCalls", descending=True)))
    assert "Queue▲" in headings(shown(120, Order("name")))
    assert "Avail/Eli▲" in headings(shown(80, Order("availableAgents")))
    assert sum(one in "▲▼" for one in headings(shown(200, Order("site", True)))) == 1


def test_a_click_on_a_heading_sorts_by_what_it_shows() -> None:
    orders = [one.order for one in shown(120).columns]
    assert orders[:5] == ["worst", "name", "site", "waitingCalls", "waitingCalls"]
    assert orders[5:7] == ["longestWaitingTime", "availableAgents"]


def drawn(name: str, measured: float, mark: str = "", wide: int = 0) -> str:
    metric = METRICS[name]
    column = Column("metric", metric.short, 0, wide or width(metric), metric)
    return number(Cell(value(metric, measured), mark=mark), column).strip()


def test_a_number_without_room_becomes_a_bound_that_is_true() -> None:
    assert drawn("waitingCalls", 123_456, "!!", 7) == "!!9999+"
    assert drawn("waitingCalls", 123_456, "!!") == "!!99999+"
    assert drawn("availableAgents", 12_345, "!!", 6) == "!!999+"
    assert drawn("availableAgents", 1_234, "!!") == "!!1234"
    assert drawn("availableAgents", -12_345, "!!", 6) == "!!<0"
    assert drawn("longestWaitingTime", 45_296_000, "!!?=") == "!!?=12h+"
    assert drawn("longestWaitingTime", 45_296_000, "!!") == "!!12h34m"
    assert drawn("abandonedInWaitingCallsPercentage", 123.4, "!!", 7) == "!!123%+"
    assert drawn("avgWaitingTime", 3_599_000, "!!", 6) == "!!59m+"
    # The place that is kept for the sign of an estimate is given up before a figure is.
    assert drawn("avgWaitingTime", 3_599_000, "!!", 7) == "!!59:59"
    assert within("1h01m", 4) == "1h+"


@pytest.mark.parametrize("wide", range(3, 9))
@pytest.mark.parametrize(("text", "bound"), [("59:59", "59m+"), ("9h59m", "9h+"), ("99h+",) * 2])
def test_no_bound_of_a_time_says_more_than_the_time(text: str, bound: str, wide: int) -> None:
    assert within(text, wide) == (text if len(text) <= wide else bound)


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("mark", ["", "!!", "!!?", "!!?="])
def test_no_number_is_cut(name: str, mark: str) -> None:
    timed = METRICS[name].unit is Unit.MILLISECONDS
    for measured in (1e3, 9.99e4, 1.23456e5, 3.5999e8, 1e12, -1e6):
        text = drawn(name, measured, mark if timed else mark[:2])
        assert "…" not in text
        assert len(text) <= width(METRICS[name])


@pytest.mark.parametrize("width", [60, 79, 100, 119, 200])
@pytest.mark.parametrize("unsure", [False, True])
def test_a_time_below_an_hour_is_whole_whatever_marks_it_has(width: int, unsure: bool) -> None:
    names = ("longestWaitingTime", "avgWaitingTime", "longestTalkingTime", "avgHandlingTime")
    metrics = ViewOptions().table(names)
    layout = lay_out(width, metrics, Names(8, 0, 0), sites=False, pbxes=False, unsure=unsure)
    timed = [column for column in layout.columns if column.metric]
    assert len(timed) > 1
    level = "!!?" if unsure else "!!"
    for column in timed:
        # It does not move, so it is no estimate; or it is one.
        assert number(Cell("02:31", mark=f"{level}="), column).strip() == f"{level}=02:31"
        ticks = column.metric is not None and column.metric.ticks
        told = number(Cell("02:31", mark=level, estimated=ticks), column)
        assert told.strip() == f"{level}02:31{'~' if ticks else ''}"


_DRAWN = st.builds(
    lambda numbers, level, state, day_state, suspect: Row(
        replace(
            row("Sales", **numbers),
            day=numbers,
            suspect=frozenset(["waitingCalls"] if suspect else []),
        ),
        QueueLevels(level, {name: level for name in numbers}),  # noqa: C420 - typed so
        state,
        10.0,
        day_state=day_state,
    ),
    st.dictionaries(st.sampled_from(sorted(METRICS)), st.integers(0, 4) | st.integers(0, 10**8)),
    st.sampled_from(Level),
    st.sampled_from(Freshness),
    st.sampled_from(Freshness),
    st.booleans(),
)


@given(st.lists(st.tuples(_DRAWN, st.integers(10, 13), st.booleans()), max_size=12))
def test_a_row_is_drawn_as_if_no_other_had_been_drawn_before(
    drawn_: list[tuple[Row, int, bool]],
) -> None:
    layout = shown(220)
    painter = table_rows.RowPainter(layout)
    for line, now, lit in drawn_:
        how = {"estimates": True, "cursor": False, "lit": lit}
        alone = table_rows.RowPainter(layout).queue(line, None, now, **how)
        assert painter.queue(line, None, now, **how) == alone
        assert sum(cell_len(text) for text, _ in alone.pieces()) == layout.width


_EVERY = frozenset(METRICS)
_SHARED = ("availableAgents", "eligibleAgents")


def plain_row(number: float, **other: Any) -> Row:
    """A row whose every live number is the same one, and those of its day."""
    level, day_level = (other.pop(name, None) for name in ("level", "day_level"))
    by_metric = {} if level is None else dict.fromkeys(METRICS, level)
    by_metric |= other.pop("levels", {})
    queue = {"values": dict.fromkeys(METRICS, number) | other.pop("some", {})}
    queue["day"] = dict.fromkeys(METRICS, other.pop("day", number))
    queue |= {name: other.pop(name) for name in ("suspect", "unconfirmed") if name in other}
    ages = {"state": Freshness.LIVE, "day_state": Freshness.LIVE, "measured": 10.0, **other}
    return Row(
        replace(row("Sales"), **queue),
        QueueLevels(Level.NORMAL, by_metric),
        day_levels=QueueLevels(Level.NORMAL, dict.fromkeys(METRICS, day_level or Level.NORMAL)),
        **ages,
    )


@pytest.mark.parametrize("number", [0, 1, 4, 999, 1_000, 69_000, 99.95, 0.5, -1, -1_500, -2_000])
@pytest.mark.parametrize(
    "other",
    [
        *({"level": level} for level in Level),
        *({"day_level": level} for level in Level),
        *({"state": state} for state in Freshness),
        *({"day_state": state} for state in Freshness),
        {"day": 3},
        *({"some": {name: number}} for name in _SHARED for number in (0, 7, -1)),
        *({"levels": {name: Level.WARNING}} for name in _SHARED),
        {"frozen": True},
        {"stands": True},
        {"suspect": _EVERY},
        {"unconfirmed": _EVERY},
        *({"number": number} for number in (1_500, 60_000, 69_999, -1_000, -1_999, 0.49)),
    ],
)
def test_a_cell_that_is_remembered_is_of_all_that_decides_it(
    number: float, other: dict[str, Any]
) -> None:
    one, two = plain_row(number), plain_row(**{"number": number, **other})
    calls = replace(one, queue=replace(one.queue, values={**one.queue.values, "handlingCalls": 0}))
    less = {name: value for name, value in two.queue.values.items() if name != "eligibleAgents"}
    bare = replace(two, queue=replace(two.queue, values=less))
    layout, how = shown(220), {"estimates": True, "cursor": False, "lit": False}
    for lines in ((one, two), (two, one), (calls, one), (one, calls), (two, bare)):
        painter = table_rows.RowPainter(layout)
        for line in lines:
            alone = table_rows.RowPainter(layout).queue(line, None, 10.0, **how)
            assert painter.queue(line, None, 10.0, **how) == alone


def test_no_more_cells_are_remembered_than_a_few_tables_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table_rows, "_MOST_CELLS", 10)
    painter = table_rows.RowPainter(shown(220))
    for calls in range(40):
        line = Row(row("Sales", waitingCalls=calls), QueueLevels(Level.NORMAL), Freshness.LIVE, 1.0)
        painter.queue(line, None, 1.0, estimates=True, cursor=False, lit=False)
        assert len(painter.cells) <= 10
