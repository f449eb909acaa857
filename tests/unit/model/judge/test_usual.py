"""What is usual is a median over weeks: no single week moves it, and of too few nothing is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import World, calm, moment
from wallboard.model.data.day import day_of
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Pause
from wallboard.model.judge.usual import (
    LEAST_MINUTES,
    Band,
    Usual,
    band_of,
    quarter_of,
    quarters,
    usual_of,
    weeks_before,
)
from wallboard.model.select.selection import Order, Selection, order_words, parse_order
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import cell

numbers = st.floats(0, 1e6)
weeks = st.lists(numbers, min_size=LEAST_MINUTES, max_size=15).map(band_of)
SALES, CARE = calm("Sales", "1"), calm("Care", "2")


@given(st.lists(numbers, max_size=15))
def test_a_range_is_in_order_and_of_what_was_measured(minutes: list[float]) -> None:
    band = band_of(minutes)
    assert (band is None) == (len(minutes) < LEAST_MINUTES)
    if band is not None:
        assert band.low <= band.middle <= band.high
        assert set(band) <= set(minutes)


@given(st.lists(weeks, min_size=3, max_size=7), numbers, st.integers(0, 7))
def test_one_odd_week_moves_nothing_out_of_the_others(
    known: list[Band], odd: float, at: int
) -> None:
    with_holiday = [*known[:at], Band(odd, odd, odd), *known[at:]]
    usual = usual_of(with_holiday)
    assert usual is not None
    assert usual.low <= usual.middle <= usual.high
    for part, others in zip(usual, zip(*known, strict=True), strict=True):
        assert min(others) <= part <= max(others)


def test_of_alike_weeks_and_a_holiday_the_alike_ones_are_usual() -> None:
    week, holiday = Band(1, 2, 4), Band(0, 0, 0)
    assert usual_of([week, holiday, week]) == week


@pytest.mark.parametrize("known", [[], [Band(1, 2, 4)], [Band(1, 2, 4), None, None]])
def test_of_fewer_than_two_weeks_nothing_is_said(known: list[Band | None]) -> None:
    assert usual_of(known) is None


@pytest.mark.parametrize(
    ("now", "count"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-11-27", 96)]
)
def test_a_day_has_the_quarters_that_its_clocks_show(now: str, count: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    day = day_of(datetime.fromisoformat(f"{now}T12:00").replace(tzinfo=zone), zone)
    found = quarters(day)
    assert len(found) == count
    assert found[0] == day.start
    assert found[-1] == day.end - timedelta(minutes=15)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"]),
)
def test_the_weeks_before_are_the_same_time_of_the_same_weekday(at: datetime, name: str) -> None:
    zone, begin = ZoneInfo(name), quarter_of(at.replace(tzinfo=UTC))
    local = begin.astimezone(zone).replace(tzinfo=None)
    past = [local - timedelta(weeks=week) for week in range(1, 9)]
    found = [then.astimezone(zone).replace(tzinfo=None) for then in weeks_before(begin, zone)]
    there = [item for item in past if _is_shown(item, zone)]
    assert found == there, "a week whose clocks skipped that time has none"


def _is_shown(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of a zone ever show a time, and do not skip it."""
    return local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def test_a_week_whose_clocks_skipped_the_hour_says_nothing_of_it() -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 4, 12, 2, 15, tzinfo=zone)
    days = [then.astimezone(zone).date().isoformat() for then in weeks_before(begin, zone)]
    assert "2026-03-29" not in days, "its clocks went from 02:00 to 03:00"
    assert (days[0], days[1], len(days)) == ("2026-04-05", "2026-03-22", 7)


# On the board.


def usual_of_both() -> Usual:
    begin = quarter_of(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))
    few, many = Band(0, 2, 4), Band(5, 9, 12)
    return Usual(
        begin=begin,
        queues={SALES.key: (few, None, None), CARE.key: (many, None, Band(3, 4, 6))},
        totals=(Band(5, 11, 16), None, None),
    )


def board(sales: int, care: int, *, agents: int = 4, by: str = "worst") -> BoardView:
    options = ViewOptions(columns=("waitingCalls", "waitingCallsUsual"), tiles=("waitingCalls",))
    world = World(options=options)
    world.poll(
        calm("Sales", "1", waitingCalls=sales),
        calm("Care", "2", waitingCalls=care, availableAgents=agents),
    )
    world.step(usual_of_both())
    world.state = replace(world.state, selection=Selection(order=Order(by)))
    return world.view()


def shown(view: BoardView) -> dict[str, str]:
    column = view.columns[1]
    cells = {line.queue.name: cell(line, column, 0.0, tick=False) for line in view.lines}
    return {name: f"{one.mark}{one.text}" for name, one in cells.items()}


def test_a_column_says_what_is_usual_and_on_which_side_of_it_a_queue_is() -> None:
    assert shown(board(9, 9)) == {"Sales": "▲2", "Care": "9"}
    assert shown(board(4, 1)) == {"Sales": "2", "Care": "▼9"}


def test_the_most_unusual_queue_comes_first_on_the_worse_side_alone() -> None:
    def names(view: BoardView) -> list[str]:
        return [line.queue.name for line in view.lines]

    assert names(board(8, 9, by="unusual")) == ["Sales", "Care"]
    assert names(board(2, 20, by="unusual")) == ["Care", "Sales"]
    assert names(board(5, 9, agents=0, by="unusual")) == ["Care", "Sales"]
    assert names(board(3, 0, by="unusual")) == ["Sales", "Care"]


def test_the_order_has_words_and_can_be_configured() -> None:
    assert parse_order("unusual") == Order("unusual")
    assert order_words(Order("unusual")) == "most unusual first"
    assert order_words(Order("unusual", descending=True)) == "most unusual last"


def test_while_nothing_is_known_the_most_unusual_is_the_worst() -> None:
    world = World()
    world.poll(calm("A", "1"), calm("B", "2", waitingCalls=9))
    world.state = replace(world.state, selection=Selection(order=Order("unusual")))
    assert [line.queue.name for line in world.view().lines] == ["B", "A"]


def test_a_tile_says_what_is_usual_only_over_all_queues() -> None:
    assert board(9, 9).tiles[0].usually == "usually 11"
    world = World(options=ViewOptions(tiles=("waitingCalls",)))
    world.poll(SALES, CARE)
    world.step(usual_of_both())
    world.state = replace(world.state, selection=Selection(queues=frozenset([SALES.key])))
    assert world.view().tiles[0].usually == ""


def test_what_was_usual_half_an_hour_ago_is_not_said() -> None:
    world = World(options=ViewOptions(columns=("waitingCalls", "waitingCallsUsual")))
    world.poll(SALES, CARE)
    world.step(usual_of_both())
    assert shown(world.view())["Sales"] == "2"
    assert shown(world.view(after=1_800))["Sales"] == ""


def test_a_value_that_is_not_known_is_on_no_side() -> None:
    world = World(options=ViewOptions(columns=("waitingCalls", "waitingCallsUsual")))
    world.poll(row("Sales", "1"), CARE)
    world.step(usual_of_both())
    assert shown(world.view())["Sales"] == "2"


def test_a_paused_board_keeps_what_was_usual_when_it_was_paused() -> None:
    world = World(options=ViewOptions(tiles=("waitingCalls",)))
    world.poll(SALES, CARE)
    world.step(usual_of_both())
    world.step(Pause(moment(world.now)))
    world.step(replace(usual_of_both(), totals=(Band(0, 1, 2), None, None)))
    assert world.view().tiles[0].usually == "usually 11"
