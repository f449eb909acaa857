"""What "today" means: from a local time on, through every change of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.model.data.day import Day, day_of

ZONES = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Africa/Cairo", "America/Havana",
     "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
).map(ZoneInfo)  # fmt: skip
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)
BEGINNINGS = st.sampled_from([time(), time(2, 30), time(6), time(23, 59)])


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@given(INSTANTS, ZONES, BEGINNINGS)
def test_every_instant_is_in_its_day_and_days_follow_each_other(
    now: datetime, zone: ZoneInfo, begins: time
) -> None:
    day = day_of(now, zone, begins)
    assert day.holds(now)
    assert day.start.tzinfo is UTC
    assert day_of(day.start, zone, begins) == day
    assert day_of(day.end, zone, begins).start == day.end
    assert not day.holds(day.end)
    # Apia has left out a whole day; everywhere else it is the change of the clocks.
    assert timedelta(hours=22) <= day.end - day.start <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("zone", "now", "day"),
    [
        ("Europe/Paris", utc(2026, 3, 29, 12), Day(utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))),
        ("Europe/Paris", utc(2026, 10, 25, 12), Day(utc(2026, 10, 24, 22), utc(2026, 10, 25, 23))),
        # Midnight itself is left out: the day begins when the clocks go on, at one.
        ("Africa/Cairo", utc(2026, 4, 24, 12), Day(utc(2026, 4, 23, 22), utc(2026, 4, 24, 21))),
        # Midnight comes twice: the day begins with the first.
        ("America/Havana", utc(2026, 11, 1, 4, 30), Day(utc(2026, 11, 1, 4), utc(2026, 11, 2, 5))),
    ],
)
def test_days_of_23_and_25_hours(zone: str, now: datetime, day: Day) -> None:
    assert day_of(now, ZoneInfo(zone)) == day


@pytest.mark.parametrize(
    ("zone", "begins", "now", "start"),
    [
        # Two to three is left out in New York, Lord Howe moves by half an hour only.
        ("America/New_York", time(2, 30), utc(2026, 3, 8, 12), utc(2026, 3, 8, 7)),
        ("Australia/Lord_Howe", time(2, 10), utc(2026, 10, 4, 2), utc(2026, 10, 3, 15, 30)),
        ("Pacific/Chatham", time(3), utc(2000, 10, 1, 2), utc(2000, 9, 30, 14)),
    ],
)
def test_a_beginning_that_the_clocks_skip_is_when_they_go_on(
    zone: str, begins: time, now: datetime, start: datetime
) -> None:
    assert day_of(now, ZoneInfo(zone), begins).start == start


def test_a_day_that_begins_at_six_is_still_yesterdays_at_five() -> None:
    day = day_of(utc(2026, 6, 2, 3), ZoneInfo("Europe/Paris"), time(6))
    assert (day.start, day.end) == (utc(2026, 6, 1, 4), utc(2026, 6, 2, 4))
