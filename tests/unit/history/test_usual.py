"""What is usual comes out of the minutes that were kept: week by week, gaps left out."""

import asyncio
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.sample import row
from tests.unit.history.stores import Desk
from wallboard.history.file import NAME, open_to_write
from wallboard.history.minutes import HOUR, Hour, MinuteColumns, no_columns
from wallboard.history.packing import Roster, RosterQueue, roster_text, stamp
from wallboard.history.usual import usual_day, usual_now
from wallboard.model.data.day import day_of
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.judge.usual import Band

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 10, 5, tzinfo=ZONE)
FEED = FeedId("p")
SALES, CARE = row("Sales", "1").key, row("Care", "2").key

Calls = Callable[[int], tuple[int, ...]]
"""Gives the waiting calls of each queue by the minute of the hour."""


class Weeks:
    """A store with hours of earlier weeks in it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def roster(self, *keys: QueueKey, pbx: str = "p") -> int:
        self.db.execute("INSERT OR IGNORE INTO feed (pbx, kind) VALUES (?, 'live')", (pbx,))
        who = tuple(RosterQueue(key, key.extension, key.extension, "", "P") for key in keys)
        text = roster_text(Roster(FeedId(pbx), "P", who, (), (), ()))
        made = self.db.execute("INSERT INTO roster (feed, data) VALUES (1, ?)", (text,))
        assert made.lastrowid is not None
        return made.lastrowid

    def hour(
        self,
        at: datetime,
        roster: int,
        calls: Calls,
        *,
        minutes: range = range(60),
        pbx: str = "p",
    ) -> None:
        """Put the hour of ``at`` into the store, measured in some of its minutes."""
        number = stamp(at) // HOUR
        count = len(calls(0))
        hour = Hour(hour=number, queues=count, columns=no_columns(60 * count))
        for minute in minutes:
            known = array("i", calls(minute))
            levels, waits = array("b", [0] * count), array("i", [30 * one for one in known])
            agents = array("i", [4] * count)
            worst = MinuteColumns(waits=waits, calls=known, agents=agents, levels=levels)
            hour.add(minute, worst, 60.0)
        (feed,) = self.db.execute("SELECT id FROM feed WHERE pbx = ?", (pbx,)).fetchone()
        row_of = (feed, number, roster, *hour.row(closed=True))
        self.db.execute("INSERT INTO minute VALUES (?, ?, ?, ?, ?)", row_of)


@pytest.fixture
def weeks(tmp_path: Path) -> Iterator[Weeks]:
    with closing(open_to_write(tmp_path / NAME)) as file:
        yield Weeks(file.connection)


def before(count: int) -> datetime:
    """The same time so many weeks ago, by the clocks of the zone."""
    return (NOW.replace(tzinfo=None) - timedelta(weeks=count)).replace(tzinfo=ZONE)


def test_the_same_quarter_of_the_same_weekday_is_usual_whatever_the_summer_time(
    weeks: Weeks,
) -> None:
    both = weeks.roster(SALES, CARE)
    for count in range(1, 8):  # the fifth week back had summer time
        weeks.hour(before(count), both, lambda minute: (2 if minute < 15 else 50, 7))
    usual = usual_now(weeks.db, NOW, ZONE, [FEED])
    assert usual.holds(NOW)
    assert usual.of(SALES, "waitingCalls") == Band(2, 2, 2)
    assert usual.of(SALES, "longestWaitingTime") == Band(60_000, 60_000, 60_000)
    assert usual.of(CARE, "availableAgents") == Band(4, 4, 4)
    assert usual.total("waitingCalls") == Band(9, 9, 9)
    assert usual.total("longestWaitingTime") == Band(210_000, 210_000, 210_000)


def busy(minute: int) -> tuple[int, ...]:
    return (3 + minute % 3,)


def test_a_holiday_among_the_weeks_changes_nothing(weeks: Weeks) -> None:
    roster = weeks.roster(SALES)
    for count in range(1, 4):
        weeks.hour(before(count), roster, (lambda _: (0,)) if count == 2 else busy)
    assert usual_now(weeks.db, NOW, ZONE, [FEED]).of(SALES, "waitingCalls") == Band(3, 4, 5)


def test_of_one_week_and_of_minutes_that_nobody_measured_nothing_is_said(weeks: Weeks) -> None:
    roster = weeks.roster(SALES)
    weeks.hour(before(1), roster, lambda _: (3,))
    weeks.hour(before(2), roster, lambda _: (3,), minutes=range(4))
    weeks.hour(before(3), roster, lambda _: (3,), minutes=range(15, 60))
    usual = usual_now(weeks.db, NOW, ZONE, [FEED])
    assert usual.of(SALES, "waitingCalls") is None
    assert usual.total("waitingCalls") is None


def test_a_queue_that_came_in_the_middle_of_the_hour_is_one_week_and_one_queue(
    weeks: Weeks,
) -> None:
    one, both = weeks.roster(SALES), weeks.roster(SALES, CARE)
    for count in (1, 2):
        weeks.hour(before(count), one, lambda _: (3,), minutes=range(8))
        weeks.hour(before(count), both, lambda _: (3, 5), minutes=range(8, 15))
    usual = usual_now(weeks.db, NOW, ZONE, [FEED])
    assert usual.of(SALES, "waitingCalls") == Band(3, 3, 3)
    assert usual.of(CARE, "waitingCalls") == Band(5, 5, 5)


def test_a_total_without_one_of_the_pbxes_is_not_known(weeks: Weeks) -> None:
    roster, other = weeks.roster(SALES), weeks.roster(QueueKey("q", "9"), pbx="q")
    for count in (1, 2):
        weeks.hour(before(count), roster, lambda _: (3,))
    feeds = [FEED, FeedId("q")]
    assert usual_now(weeks.db, NOW, ZONE, feeds).total("waitingCalls") is None
    for count in (1, 2):
        weeks.hour(before(count), other, lambda _: (4,), pbx="q")
    assert usual_now(weeks.db, NOW, ZONE, feeds).total("waitingCalls") == Band(7, 7, 7)


def test_a_damaged_hour_is_a_week_that_is_not_known(weeks: Weeks) -> None:
    roster = weeks.roster(SALES)
    for count in (1, 2, 3):
        weeks.hour(before(count), roster, lambda _: (3,))
    weeks.db.execute("UPDATE minute SET data = x'00' WHERE hour = ?", (stamp(before(1)) // HOUR,))
    usual = usual_now(weeks.db, NOW, ZONE, [FEED])
    assert usual.of(SALES, "waitingCalls") == Band(3, 3, 3)


def growing(hour: int, minute: int) -> tuple[int, ...]:
    return 99, hour + minute // 15


def test_the_day_of_a_queue_goes_as_far_as_it_has_come_over_what_is_usual(weeks: Weeks) -> None:
    roster = weeks.roster(CARE, SALES)
    for count in range(3):
        for hour in range(8, 11):
            at = before(count).replace(hour=hour)
            minutes = range(6) if count == 0 and hour == 10 else range(60)
            weeks.hour(at, roster, partial(growing, hour), minutes=minutes)
    made = usual_day(weeks.db, SALES, FEED, day_of(NOW, ZONE), NOW, ZONE)
    values, bands = made.values["waitingCalls"], made.bands["waitingCalls"]
    assert len(values) == len(bands) == 96
    assert values[32:44] == (8, 9, 10, 11, 9, 10, 11, 12, 10, None, None, None)
    assert bands[31:34] == (None, Band(8, 8, 8), Band(9, 9, 9))
    assert bands[43] == Band(13, 13, 13)
    assert not any(values[:32])


def test_the_thread_answers_behind_what_it_has_to_write(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.begin()
    for at in range(70):
        desk.poll(row("Sales", "1", waitingCalls=at % 3), after=20)
    later = desk.clock.now() + timedelta(days=14)
    usual = asyncio.run(desk.keeper.usual(later, ZONE, [FEED]))
    assert usual is not None
    assert usual.queues == {SALES: (None, None, None)}
    desk.keeper.close()


def test_a_board_that_only_reads_knows_what_is_usual_too(tmp_path: Path) -> None:
    desk, second = Desk(tmp_path), Desk(tmp_path)
    desk.begin()
    desk.poll(row("Sales", "1", waitingCalls=1))
    desk.wait_until_written()
    second.begin()
    usual = asyncio.run(second.keeper.usual(second.clock.now(), ZONE, [FEED]))
    assert usual is not None
    assert usual.queues == {}
    second.keeper.close()
    desk.keeper.close()


def test_without_a_file_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    desk = Desk(tmp_path)
    desk.begin()
    assert asyncio.run(desk.keeper.usual(NOW, ZONE, [FEED])) is None
    assert "folder" in desk.keeper.trouble
    desk.keeper.close()


def test_200_queues_take_25_ms_and_not_seconds(weeks: Weeks) -> None:
    keys = [QueueKey("p", f"{at}") for at in range(200)]
    roster = weeks.roster(*keys)
    for count in range(1, 9):
        weeks.hour(before(count), roster, lambda m: tuple(at % 9 + m % 3 for at in range(200)))
    took = []
    for _ in range(3):
        begun = time.thread_time()
        usual = usual_now(weeks.db, NOW, ZONE, [FEED])
        took.append(time.thread_time() - begun)
    assert len(usual.queues) == 200
    assert min(took) < 0.5, "room for a small machine that is busy"
