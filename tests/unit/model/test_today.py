"""The day's numbers: their own age, their own levels, and percentages that add up."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT, row
from tests.unit.model_env import World, moment
from wallboard.errors import Reason
from wallboard.model.data.catalogue import CATALOGUE, METRICS, TODAY
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueMetrics, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Pause, Selected, Trouble
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection
from wallboard.model.select.totals import row_value, totals
from wallboard.model.view.board import line_of, project
from wallboard.model.view.export import copy_text, rows_to_export
from wallboard.model.view.queue_page import project_queue
from wallboard.model.view.row import Cell, Row, Tone, cell

LIVE, DAY = FeedId("p"), FeedId("p", Kind.TODAY)
ABANDONED = "abandonedInWaitingCallsPercentage"
DOWN = Trouble(Reason.UNREACHABLE, "Cannot reach the API")
OPTIONS = ViewOptions(
    columns=("waitingCalls", "enteredCalls", ABANDONED, "averageTimeToAnswer"),
    tiles=("waitingCalls", "enteredCalls", ABANDONED),
)


def counted(
    entered: int, abandoned: int, name: str = "Sales", extension: str = "1"
) -> QueueMetrics:
    values: dict[str, Any] = {"enteredCalls": entered, "abandonedInWaitingCalls": abandoned}
    if entered:
        values[ABANDONED] = 100 * abandoned / entered
    return row(name, extension, **values)


class Days(World):
    """A world with a feed of the day, polled every minute."""

    def __init__(self, rules: Rules | None = None) -> None:
        super().__init__(rules or Rules(), OPTIONS)
        self.step(Discovered((FeedInfo(LIVE, "P", 10), FeedInfo(DAY, "P", 60)), 10))

    def today(self, *queues: QueueMetrics, after: float = 0.0, end: datetime | None = None) -> None:
        self.now += after
        at = moment(self.now)
        day = Day(datetime(2026, 3, 2, tzinfo=UTC), end or datetime(2026, 3, 3, tzinfo=UTC))
        reading = Reading(DAY, at, queues, frozenset(TODAY), None, "P", day=day)
        self.step(Fresh(DAY, reading, moment(self.now + 60)))

    def line(self, after: float = 0.0) -> Row:
        return self.view(after).lines[0]

    def cell(self, name: str, after: float = 0.0) -> Cell:
        return cell(self.line(after), METRICS[name], self.now + after, tick=True)


def test_the_day_has_its_own_level_and_leaves_the_queues_alone() -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=0, longestWaitingTime=0))
    world.today(counted(100, 9))
    assert world.cell(ABANDONED) == Cell("9.0%", Tone.CRITICAL, "!!")
    assert world.line().levels.level is Level.NORMAL
    assert world.line().tone is not Tone.CRITICAL
    assert not world.state.episodes
    tile = next(one for one in world.view().tiles if one.metric.name == ABANDONED)
    assert (tile.cell.text, tile.level) == ("9.0%", Level.CRITICAL)


def test_a_page_calls_nothing_calm_of_which_the_day_is_past_its_bound() -> None:
    world = Days()

    def said(after: float = 0.0) -> str:
        view = project_queue(world.state, row("Sales").key, moment(world.now + after))
        assert view is not None
        return view.calm

    world.poll(row("Sales", waitingCalls=0, longestWaitingTime=0, avgWaitingTime=0.0))
    world.today(counted(100, 1))
    assert "of today" not in said()
    world.today(counted(100, 9))
    assert (
        said() == "Nothing of now that is known is past its bounds; of today is: abandoned % 9.0%."
    )
    world = Days(Rules({"waitingCalls": Bounds(3, 5), ABANDONED: Bounds(5, 8)}))
    world.poll(row("Sales", waitingCalls=0))
    world.today(counted(100, 9))
    assert said() == "Nothing of now is past its bounds; of today is: abandoned % 9.0%."
    # What is old is judged no more.
    world.poll(row("Sales", waitingCalls=0), after=400)
    assert said() == "Nothing is past its bounds."


@pytest.mark.parametrize("failed", [DAY, LIVE])
def test_a_failed_poll_of_the_day_starts_its_hold_anew(failed: FeedId) -> None:
    world = Days(Rules({ABANDONED: Bounds(5, 8, hold=90)}))
    world.today(counted(100, 9))
    world.today(counted(100, 9), after=60)
    world.step(Failed(failed, DOWN, moment(world.now), moment(world.now + 60)))
    world.today(counted(100, 9), after=60)
    entered = world.state.day_levels[row("Sales").key].level
    assert entered is (Level.NORMAL if failed == DAY else Level.CRITICAL)
    world.today(counted(100, 9), after=60)
    world.today(counted(100, 9), after=60)
    assert world.state.day_levels[row("Sales").key].level is Level.CRITICAL


def test_a_failed_poll_of_one_pbx_leaves_the_hold_of_the_others_alone() -> None:
    other = FeedId("q", Kind.TODAY)
    world = Days(Rules({ABANDONED: Bounds(5, 8, hold=90)}))
    world.step(Discovered((FeedInfo(DAY, "P", 60), FeedInfo(other, "Q", 60)), 10))
    for _ in range(3):
        world.today(counted(100, 9), after=60)
        world.step(Failed(other, DOWN, moment(world.now), moment(world.now + 60)))
    assert world.state.day_levels[row("Sales").key].level is Level.CRITICAL


@pytest.mark.parametrize("opened", [True, False])
def test_a_share_of_a_few_calls_has_no_level_open_or_not(opened: bool) -> None:
    (rule,) = Rules({ABANDONED: Bounds(5, 8)}).for_queue("", "")
    assert rule.applies({"enteredCalls": 19}, opened=opened) is False
    assert rule.applies({"enteredCalls": 20}, opened=opened) is True


@pytest.mark.parametrize(
    ("entered", "abandoned", "text", "tone"),
    [
        (100, 4, "4.0%", Tone.NORMAL),
        (100, 5, "5.0%", Tone.WARNING),
        (100, 8, "8.0%", Tone.CRITICAL),
        (20, 2, "10.0%", Tone.CRITICAL),
        # Rounded for the eye alone: what has not reached its bound has no level.
        (2_000, 99, "5.0%", Tone.NORMAL),
        (2_000, 159, "8.0%", Tone.WARNING),
        # Fewer than twenty calls: one more would change it.
        (19, 10, "52.6%", Tone.NORMAL),
        # Nothing entered is neither 0 % nor 100 %.
        (0, 0, "–", Tone.UNKNOWN),
    ],
)
def test_a_percentage_has_a_level_from_twenty_calls_on(
    entered: int, abandoned: int, text: str, tone: Tone
) -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=0))
    world.today(counted(entered, abandoned))
    shown = world.cell(ABANDONED)
    assert (shown.text, shown.tone) == (text, tone)


def test_live_and_today_go_stale_separately() -> None:
    world = Days()
    world.today(counted(100, 9))
    world.poll(row("Sales", waitingCalls=6))
    world.poll(row("Sales", waitingCalls=6), after=400)
    assert world.cell("waitingCalls").tone is Tone.CRITICAL
    # Six minutes: the day is stale, its value stands without its colour.
    assert world.line().day_state is Freshness.STALE
    assert world.cell(ABANDONED) == Cell("9.0%", Tone.OLD)
    told = world.view().health
    assert (told.state, told.today) == (Freshness.LIVE, "today STALE, 6m 40s old")
    world.today(counted(100, 9), after=400)
    assert world.line().state is Freshness.NO_DATA
    assert world.cell("waitingCalls").text == "–"
    # The day is fresh, and its numbers stand; but nothing shines on a board without live data.
    assert world.line().day_state is Freshness.LIVE
    assert world.cell(ABANDONED) == Cell("9.0%", Tone.OLD)
    tile = next(one for one in world.view().tiles if one.metric.name == ABANDONED)
    assert (tile.cell, tile.note, tile.worst) == (Cell("9.0%", Tone.OLD), "", None)
    assert world.view().health.today == ""
    world.poll(row("Sales", waitingCalls=6))
    assert world.cell(ABANDONED) == Cell("9.0%", Tone.CRITICAL, "!!")


def test_the_status_line_says_why_there_is_nothing_of_the_day() -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=0))
    assert world.view().health.today == ""
    trouble = Trouble(Reason.SERVER, "The API has trouble of its own (HTTP 503)")
    world.step(Failed(DAY, trouble, moment(1000), moment(1030)))
    told = world.view().health
    assert told.today == "today NO DATA: The API has trouble of its own (HTTP 503)"
    assert (told.state, told.trouble) == (Freshness.LIVE, "")
    assert not told.not_polled


def test_an_account_that_has_no_day_is_told_what_ends_the_asking() -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=0))
    trouble = Trouble(Reason.GONE, "The address is not there (HTTP 404)")
    world.step(Failed(DAY, trouble, moment(1000), moment(1060)))
    told = world.view().health.today
    assert told == "no numbers of today on this account ([today] enabled = false)"
    world.today(counted(100, 9))
    world.step(Failed(DAY, trouble, moment(1010), moment(1070)))
    assert world.view(400).health.today.endswith("old: The address is not there (HTTP 404)")


def test_without_a_feed_of_the_day_its_columns_are_not_polled() -> None:
    world = World(Rules(), OPTIONS)
    world.poll(row("Sales", waitingCalls=0))
    assert world.view().health.not_polled == ("Entered today", "Abandoned %", "Ring time today")


def test_yesterdays_numbers_are_not_shown_as_todays() -> None:
    world = Days()
    end = moment(AT.elapsed + 30).wall
    world.today(counted(100, 9), end=end)
    world.poll(row("Sales", waitingCalls=0))
    view = world.view()
    # The board knows by itself when that will be.
    assert view.changes_at == pytest.approx(AT.elapsed + 25.000001)
    assert world.cell(ABANDONED, after=29).text == "9.0%"
    assert world.cell(ABANDONED, after=30) == Cell("–", Tone.OLD)
    (queue,) = rows_to_export(project(world.state, moment(AT.elapsed + 30))).queues
    assert queue.day == {}


def test_a_paused_board_keeps_the_day_it_was_paused_with() -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=0))
    world.today(counted(100, 9))
    world.step(Pause(moment(world.now)))
    world.today(counted(200, 0), after=10)
    assert world.cell("enteredCalls").text == "100"
    assert world.cell(ABANDONED) == Cell("9.0%", Tone.CRITICAL, "!!")
    assert world.cell(ABANDONED, after=60).tone is Tone.OLD


def test_ring_time_is_called_so() -> None:
    label = METRICS["averageTimeToAnswer"].label
    assert "ring" in label.lower()
    assert "asa" not in label.lower()


def test_a_filter_finds_nothing_by_a_number_that_is_not_shown() -> None:
    world = Days()
    world.today(counted(100, 9), end=moment(AT.elapsed + 30).wall)
    world.poll(row("Sales", waitingCalls=6))
    for text in ("aband%>5", "entered>50"):
        world.step(Selected(Selection(text=text, terms=parse_filter(text))))
        assert len(world.view().lines) == 1
        assert not world.view(after=31).lines
    world.step(Selected(Selection(text="waiting>5", terms=parse_filter("waiting>5"))))
    assert len(world.view(after=31).lines) == 1
    assert not world.view(after=400).lines


def test_a_copied_line_tells_when_the_day_was_measured() -> None:
    world = Days()
    world.today(counted(100, 9))
    world.poll(row("Sales", waitingCalls=6), after=400)
    text = copy_text(world.state, world.line().key, moment(world.now))
    assert text.endswith("at 09:36:40 · today at 09:30:00, stale")


def test_of_several_days_the_worst_that_was_heard_of_speaks_by_its_name() -> None:
    world = Days()
    other = FeedId("q", Kind.TODAY)
    infos = (FeedInfo(LIVE, "P", 10), FeedInfo(DAY, "P", 60), FeedInfo(other, "Q", 60))
    world.step(Discovered(infos, 10))
    world.poll(row("Sales", waitingCalls=0))
    world.today(counted(100, 9))
    # The other one is still being asked for the first time: that hides nothing.
    assert world.view(400).health.today == "today STALE (P), 6m 40s old"
    trouble = Trouble(Reason.GONE, "The address is not there (HTTP 404)")
    world.step(Failed(other, trouble, moment(1000), moment(1060)))
    assert world.view().health.today == ("today NO DATA (Q): The address is not there (HTTP 404)")


def test_calls_that_were_all_answered_at_once_count_in_the_average_wait() -> None:
    slow = row("A", "1", enteredCalls=4, totalWaitingTime=8_580_000, averageWaitingTime=2_145_000.0)
    quick = row("B", "2", enteredCalls=4, totalWaitingTime=0, averageWaitingTime=0.0)
    rows = [replace(queue, day=queue.values, values={}) for queue in (slow, quick)]
    metric = METRICS["averageWaitingTime"]
    assert totals(rows, [metric.name])[metric.name].value == 1_072_500
    assert row_value(rows[1], metric) == 0
    # Nobody was handled: there is no average of that.
    idle = replace(rows[1], day={"totalTalkTime": 0, "averageTalkTime": 0.0, "enteredCalls": 4})
    assert row_value(idle, METRICS["averageTalkTime"]) is None


def test_a_queue_of_the_day_alone_is_a_row_until_the_live_answer_comes() -> None:
    world = Days()
    world.today(counted(100, 9))
    line = world.line()
    assert line.word == "no data"
    assert cell(line, METRICS["enteredCalls"], world.now, tick=False).text == "100"
    assert line_of(world.state, line.key, moment(world.now)) == line


def test_times_of_a_unit_that_is_not_confirmed_are_marked_and_make_no_alarm() -> None:
    world = Days()
    at = moment(world.now)
    queues = (row("Sales", waitingCalls=1, longestWaitingTime=130_000, avgHandlingTime=0.0),)
    reading = Reading(LIVE, at, queues, frozenset(CATALOGUE), None, "P", confirmed=False)
    world.step(Fresh(LIVE, reading, moment(1010)))
    assert world.cell("longestWaitingTime") == Cell("02:10", Tone.UNKNOWN, "?")
    assert not world.state.episodes
    assert world.cell("waitingCalls").mark == ""
    assert world.cell("avgHandlingTime").mark == ""
    # The status line speaks of it where such times are on the board.
    assert not world.view().health.unsure
    options = replace(OPTIONS, tiles=("longestWaitingTime", "waitingCalls"))
    world.state = replace(world.state, options=options)
    assert world.view().health.unsure
    assert [tile.note for tile in world.view().tiles] == ["unit?", ""]


def test_what_was_asked_before_the_unit_was_confirmed_is_trusted_once_it_is() -> None:
    world = Days()
    at, later = moment(1000), moment(1010)
    day = Day(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    queues = (row("Sales", acceptedCalls=9, averageTimeToAnswer=7_000.0),)
    today = Reading(DAY, at, queues, frozenset(TODAY), day=day, confirmed=False, unit="s")
    world.step(Fresh(DAY, today, moment(1060)))
    live = Reading(LIVE, later, (row("Sales", waitingCalls=0),), frozenset(CATALOGUE), unit="s")
    for confirmed, unit, mark in (
        (False, "s", "?"),
        (True, "ms", "?"),
        (True, "", "?"),
        (True, "s", ""),
    ):
        world.step(Fresh(LIVE, replace(live, confirmed=confirmed, unit=unit), moment(1020)))
        assert world.cell("averageTimeToAnswer", after=10).mark == mark
    # And the other way round: a unit that is doubted since is doubted of the day as well.
    trusted = replace(today, confirmed=True)
    world.step(Fresh(DAY, trusted, moment(1060)))
    world.step(Fresh(LIVE, replace(live, confirmed=False), moment(1020)))
    assert world.cell("averageTimeToAnswer", after=10).mark == "?"


counts = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda two: (sum(two), two[1]))


@given(st.lists(counts, min_size=1, max_size=8))
def test_percentages_of_a_selection_come_from_its_counts(of: list[tuple[int, int]]) -> None:
    world = Days()
    queues = [counted(e, a, f"Q{at}", str(at)) for at, (e, a) in enumerate(of)]
    world.poll(*(row(f"Q{at}", str(at), waitingCalls=0) for at in range(len(of))))
    world.today(*queues)
    shown = [line.queue for line in world.view().lines]
    entered, abandoned = (sum(part) for part in zip(*of, strict=True))
    found = totals(shown, [ABANDONED, "enteredCalls"])
    assert found["enteredCalls"].value == entered
    assert found[ABANDONED].value == (100 * abandoned / entered if entered else None)
    assert not found[ABANDONED].partial


def test_averages_of_the_day_are_of_all_its_calls() -> None:
    one = row("A", "1", acceptedCalls=30, averageTimeToAnswer=4_000.0, totalTalkTime=600_000,
              averageTalkTime=20_000.0)  # fmt: skip
    other = row("B", "2", acceptedCalls=10, averageTimeToAnswer=8_000.0, totalTalkTime=100_000,
                averageTalkTime=10_000.0)  # fmt: skip
    silent = row("C", "3", acceptedCalls=0, totalTalkTime=0)
    rows = [replace(queue, day=queue.values, values={}) for queue in (one, other, silent)]
    found = totals(rows, ["averageTimeToAnswer", "averageTalkTime"])
    assert found["averageTimeToAnswer"].value == 5_000
    # 30 and 10 calls, as their averages say.
    assert found["averageTalkTime"].value == 17_500
    assert not any(total.partial for total in found.values())


def test_numbers_that_become_dashes_move_no_queue() -> None:
    world = Days()
    world.poll(
        row("A", "1", waitingCalls=1, longestWaitingTime=9_000),
        row("B", "2", waitingCalls=1, longestWaitingTime=30_000),
        row("C", "3", waitingCalls=0, longestWaitingTime=0),
    )
    order = [line.queue.name for line in world.view().lines]
    assert order == ["B", "A", "C"]
    silent = world.view(after=400).lines
    assert [line.queue.name for line in silent] == order
    assert all(line.queue.values == {} for line in silent)


def test_numbers_of_the_day_that_are_lost_are_found_by_no_filter_and_in_no_total() -> None:
    world = Days()
    world.poll(row("Sales", waitingCalls=2))
    odd = replace(counted(100, 9), suspect=frozenset({"enteredCalls", "waitingCalls"}))
    world.today(odd)
    assert world.line().queue.day["enteredCalls"] == 100
    world.poll(row("Sales", waitingCalls=2), after=700)  # and nothing is heard of the day
    line = world.line()
    assert line.day_state is Freshness.NO_DATA
    assert TODAY.keys().isdisjoint(line.queue.day)
    assert "enteredCalls" not in line.queue.suspect
    assert line.queue.values == {"waitingCalls": 2}
    assert world.cell("enteredCalls").text == "–"
    world.step(Selected(Selection(terms=parse_filter("entered>5"))))
    assert world.view().lines == ()
