"""A board that was ended and started again knows the time before."""

import os
import queue
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.sample import row
from tests.unit.history.stores import Desk, shift_clock, until
from tests.unit.model_env import moment
from wallboard.history.file import open_to_write
from wallboard.history.minutes import hour_from
from wallboard.history.writer import Writer
from wallboard.history.writer_work import WriterReport
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.name_pattern import QueueGroup, group_key
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId, QueueMetrics
from wallboard.model.events import Acknowledge, Fresh
from wallboard.model.judge.rules import Bounds, Level, Rules

SALES = row("Sales").key


def sales(calls: int, wait: int = 0) -> QueueMetrics:
    return row("Sales", "1", waitingCalls=calls, longestWaitingTime=wait, availableAgents=2)


def test_the_last_hour_is_there_after_a_start_with_its_gap(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    assert one.begin() is None
    for at in range(120):
        one.poll(sales(at % 7))
    told = one.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    one.keeper.close()

    other = Desk(tmp_path)
    other.begin(after=1_200 + 600)
    again = other.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    assert [value for _, value in again] == [value for _, value in told]
    assert [at for at, _ in again] == pytest.approx([at for at, _ in told])
    other.poll(sales(3))
    newest = other.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    assert newest[-1][0] - newest[-2][0] >= 600
    other.keeper.close()


def test_thirty_closed_polls_are_one_block_and_read_the_same(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    for at in range(65):
        one.poll(sales(at % 5))
    until(lambda: one.rows("SELECT count(*) FROM block") == [(2,)])
    assert one.rows("SELECT count(*) FROM poll") == [(5,)]
    told = one.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    one.keeper.close()
    other = Desk(tmp_path)
    other.begin(after=650)
    again = other.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    assert [value for _, value in again] == [value for _, value in told]
    other.keeper.close()


def test_the_alert_of_a_group_goes_on_after_a_short_stop_and_is_over_after_a_long_one(
    tmp_path: Path,
) -> None:
    rules = Rules(
        {},
        groups=(QueueGroup("All", ("*",)),),
        group_bounds={"All": {"waitingCalls": Bounds(5, 8)}},
    )
    one = Desk(tmp_path, rules=rules)
    one.begin()
    one.poll(sales(0))
    one.poll(sales(9))
    one.step(Acknowledge(frozenset([group_key("All")]), "AB", moment(one.world.now)))
    (told,) = one.world.state.episodes
    one.keeper.close()

    other = Desk(tmp_path, rules=rules, just_started=True)
    other.begin(after=60)
    other.poll(sales(9))
    (again,) = other.world.state.episodes
    assert (again.level, again.lasts, again.since.wall) == (Level.CRITICAL, True, told.since.wall)
    assert again.acknowledged is not None
    other.keeper.close()

    late = Desk(tmp_path, rules=rules, just_started=True)
    late.begin(after=90_000)
    (over,) = late.world.state.episodes
    assert over.gone
    late.keeper.close()


def test_levels_alerts_and_who_saw_them_go_on(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    one.poll(sales(0))
    one.poll(sales(9))
    one.step(Acknowledge(frozenset([SALES]), "AB", moment(one.world.now)))
    (told,) = one.world.state.episodes
    one.keeper.close()

    other = Desk(tmp_path, just_started=True)
    other.begin(after=60)
    other.poll(sales(9))
    (again,) = other.world.state.episodes
    assert (again.level, again.until, again.rule, again.since_before) == (
        Level.CRITICAL, None, told.rule, False,
    )  # fmt: skip
    assert again.acknowledged is not None
    assert again.acknowledged.who == "AB"
    assert again.since.wall == told.since.wall
    other.poll(sales(0))
    (over,) = other.world.state.episodes
    assert over.until is not None
    other.keeper.close()


def test_trouble_that_began_while_the_board_was_off_is_since_before(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    one.poll(sales(0))
    one.keeper.close()
    other = Desk(tmp_path, just_started=True)
    other.begin(after=60)
    other.poll(sales(9))
    (told,) = other.world.state.episodes
    assert told.since_before
    other.keeper.close()


def test_what_else_became_of_a_queue_in_trouble_meanwhile_is_since_before(tmp_path: Path) -> None:
    rules = Rules({"waitingCalls": Bounds(3, 5), "longestWaitingTime": Bounds(60_000, 120_000)})
    one = Desk(tmp_path, rules=rules)
    one.begin()
    one.poll(sales(0))
    one.poll(sales(4))
    one.keeper.close()
    other = Desk(tmp_path, rules=rules, just_started=True)
    other.begin(after=60)
    other.poll(sales(4, wait=130_000))
    warning, critical = other.world.state.episodes
    assert (warning.metric, warning.since_before) == ("waitingCalls", False)
    assert (critical.metric, critical.since_before) == ("longestWaitingTime", True)
    other.keeper.close()


@pytest.mark.parametrize(("off", "lasts"), [(600, True), (7_200, False)])
def test_trouble_that_was_left_alone_for_long_has_ended(
    tmp_path: Path, off: float, lasts: bool
) -> None:
    one = Desk(tmp_path)
    one.begin()
    one.poll(sales(0))
    one.poll(sales(9))
    last = moment(one.world.now).wall
    one.keeper.close()
    other = Desk(tmp_path)
    other.begin(after=off)
    (told,) = other.world.state.episodes
    assert told.lasts is lasts
    if not lasts:
        assert told.gone
        assert told.until is not None
        assert told.until.wall == last
    other.keeper.close()


def test_a_queue_that_went_while_the_board_was_off_is_no_alert_that_lasts(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    one.poll(sales(0))
    one.poll(sales(9))
    one.keeper.close()
    other = Desk(tmp_path, just_started=True)
    other.begin(after=60)
    other.poll(row("Other", "2", waitingCalls=0))
    (told,) = other.world.state.episodes
    assert told.gone
    other.keeper.close()


def test_the_time_in_target_of_today_goes_on_and_counts_no_gap(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    for _ in range(10):
        one.poll(sales(0))
    (told,) = one.world.state.in_target.tallies.values()
    one.keeper.close()
    other = Desk(tmp_path, just_started=True)
    other.begin(after=1_000)
    (again,) = other.world.state.in_target.tallies.values()
    assert (again.within, again.polled, again.day) == (told.within, told.polled, told.day)
    other.poll(sales(0))
    (more,) = other.world.state.in_target.tallies.values()
    assert 0 < more.polled[0] - told.polled[0] <= 25  # what an answer stays LIVE, not the gap
    other.keeper.close()


def test_the_file_is_its_owners_alone_and_in_small_parts(tmp_path: Path) -> None:
    one = Desk(tmp_path / "new" / "folder")
    one.begin()
    one.poll(sales(1))
    one.wait_until_written()
    modes = {stat.S_IMODE(os.stat(part).st_mode) for part in one.path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(one.path.parent.stat().st_mode) == 0o700
    assert one.rows("PRAGMA auto_vacuum") == [(2,)]
    assert one.rows("PRAGMA journal_mode") == [("wal",)]
    one.keeper.close()


def test_minutes_hold_the_worst_and_only_what_was_live(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    for calls in (1, 9, 2):
        one.poll(sales(calls, wait=calls * 1000), after=20)
    one.poll(sales(3), after=600)  # a gap: the answer before it stood for 25 seconds
    one.keeper.close()
    ((live, data),) = one.rows("SELECT live, data FROM minute")
    assert isinstance(live, bytes)
    assert isinstance(data, bytes)
    hour = hour_from(0, 1, live, data)
    assert list(live[30:33]) == [40, 25, 0]
    assert sum(live) == 65
    assert [column[30] for column in hour.columns] == [9, 9, 2, 2]
    assert (hour.columns.calls[32], hour.columns.levels[32]) == (-1, -1)


def test_an_hour_that_was_begun_goes_on_after_a_start(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    one.poll(sales(9))
    one.poll(sales(1), after=25)
    one.keeper.close()
    other = Desk(tmp_path, just_started=True)
    other.begin(after=300)
    other.poll(sales(2))
    other.poll(sales(1), after=25)
    other.keeper.close()
    ((live, data),) = one.rows("SELECT live, data FROM minute")
    assert isinstance(live, bytes)
    assert isinstance(data, bytes)
    hour = hour_from(0, 1, live, data)
    assert [at for at, seconds in enumerate(live) if seconds] == [30, 35]
    assert (hour.columns.calls[30], hour.columns.calls[35]) == (9, 2)


@pytest.mark.parametrize(
    ("begins", "lost", "seconds", "worst"), [(20, 30, 30, (9, 9, 2)), (35, 31, 5, (2, 2, 0))]
)
def test_the_minute_of_a_crash_is_taken_up_at_the_next_start(
    tmp_path: Path, begins: float, lost: int, seconds: int, worst: tuple[int, ...]
) -> None:
    one = Desk(tmp_path / "one")
    one.begin()
    for calls, after in ((1, begins), (9, 10), (2, 10), (3, 10)):
        one.poll(sales(calls, wait=calls * 1000), after=after)
    one.wait_until_written()
    shutil.copytree(tmp_path / "one", tmp_path / "killed")
    one.keeper.close()
    other = Desk(tmp_path / "killed", just_started=True)
    other.begin(after=300)
    other.poll(sales(1))
    other.keeper.close()
    ((live, data),) = other.rows("SELECT live, data FROM minute")
    assert isinstance(live, bytes)
    assert isinstance(data, bytes)
    hour = hour_from(0, 1, live, data)
    assert live[lost] == seconds  # nobody knows how long the board lived after its last answer
    assert (hour.columns.calls[lost], hour.columns.waits[lost], hour.columns.levels[lost]) == worst


def test_the_file_is_looked_after_once_and_not_again_until_enough_was_written(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    waits: list[float] = []
    work = [None, None, *(desk.event(sales(1)) for _ in range(8)), None]

    class Scripted(queue.Queue[Any]):
        def get(self, block: bool = True, timeout: float | None = None) -> Any:
            assert block
            waits.append(timeout or 0.0)
            if not work:
                return None
            item = work.pop(0)
            if item is None:
                raise queue.Empty
            self.unfinished_tasks += 1
            return item

    told = WriterReport()
    writer = Writer(tmp_path, desk.clock, HistoryOptions(), told, again=0.0)
    writer.run(Scripted(), moment(0), lambda _: None)
    idle, long = waits[0], waits[1]
    assert waits == [idle, long, *[long] * 8, idle, long]
    assert idle <= 1 < 60 <= long
    assert told.why == ""
    assert desk.polls == 8


@pytest.mark.parametrize("fails", ["recall_from", "Store.keep"])
def test_whatever_ends_the_writer_the_file_is_free_for_another_board(
    tmp_path: Path, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setattr(f"wallboard.history.writer.{fails}", lambda *_: [][0])
    work: queue.Queue[Any] = queue.Queue()
    work.put(desk.event(sales(1)))
    work.put(None)
    one = Writer(tmp_path, desk.clock, HistoryOptions(), WriterReport(), again=0.0)
    with pytest.raises(IndexError):
        one.run(work, moment(0), lambda _: None)
    open_to_write(desk.path).close()


def test_nothing_of_people_is_kept(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    feed = FeedId("p", Kind.AGENTS)
    at = moment(one.world.now)
    one.step(Fresh(feed, AgentsReading(feed, at, (), ()), at))  # type: ignore[arg-type]
    one.poll(sales(1))
    one.keeper.close()
    assert one.rows("SELECT kind FROM feed") == [("live",)]


def test_what_is_too_old_goes_and_the_rest_stays(tmp_path: Path) -> None:
    one = Desk(tmp_path, HistoryOptions(readings=600.0, minutes=7_200.0))
    one.begin()
    for at in range(200):
        one.poll(sales(at % 3))
    one.keeper.close()
    other = Desk(tmp_path, HistoryOptions(readings=600.0, minutes=7_200.0))
    other.begin(after=2_000)
    other.poll(sales(1))
    oldest = int((moment(other.world.now).wall.timestamp() - 600) * 1000)
    until(lambda: one.rows(f"SELECT min(last) >= {oldest} FROM block") == [(1,)])  # noqa: S608
    assert one.rows("SELECT count(*) > 0 FROM minute") == [(1,)]
    other.keeper.close()


def test_beyond_its_size_the_oldest_readings_go_first(tmp_path: Path) -> None:
    one = Desk(tmp_path, HistoryOptions(max_size=1))
    one.begin()
    for at in range(100):
        one.poll(sales(at % 3))
    until(lambda: one.rows("SELECT count(*) FROM block") == [(0,)])
    assert one.keeper.trouble == ""
    one.keeper.close()


@pytest.mark.parametrize("hour", [3_600, -3_600])
def test_a_clock_put_on_or_back_keeps_every_poll(tmp_path: Path, hour: float) -> None:
    one = Desk(tmp_path)
    one.begin()
    for at in range(40):
        one.poll(sales(at % 5))
    shift_clock(one, hour)
    for at in range(40):
        one.poll(sales(at % 5))
    one.keeper.close()
    assert one.polls == 80
    other = Desk(tmp_path)
    shift_clock(other, hour)
    other.begin(after=800)
    trend = other.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    assert trend == tuple(sorted(trend))
    assert all(at <= other.world.now for at, _ in trend)
    other.keeper.close()


def test_queues_renamed_gone_and_back_keep_their_trend(tmp_path: Path) -> None:
    one = Desk(tmp_path)
    one.begin()
    for _ in range(5):
        one.poll(sales(1), row("Other", "2", waitingCalls=2), after=30)
    one.poll(row("Other", "2", waitingCalls=2), after=30)
    for _ in range(5):
        one.poll(row("Sales 2", "1", "Paris", waitingCalls=4), after=30)
    one.keeper.close()
    other = Desk(tmp_path)
    other.begin(after=400)
    trend = other.world.state.trends.trend(SALES, FeedId("p"), "waitingCalls")
    assert [value for _, value in trend] == [1] * 5 + [4] * 5
    other.keeper.close()


def test_sqlite_is_not_looked_for_before_the_board_is_painted() -> None:
    program = "import sys, wallboard.history.keeper; sys.exit('sqlite3' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
