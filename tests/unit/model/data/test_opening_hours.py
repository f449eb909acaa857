"""Hours of the week as people write them, judged on the clock on the wall."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.data.opening_hours import (
    ALWAYS,
    NEVER,
    Hours,
    HoursOverride,
    OpeningHours,
    parse_hours,
)

MONDAY = datetime(2026, 3, 2)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def at(day: str, time: str) -> datetime:
    hour, minute = time.split(":")
    days = DAYS.index(day)
    return MONDAY + timedelta(days=days, hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("text", "opened", "closed"),
    [
        ("Mon-Fri 08:00-18:00", ["Mon 08:00", "Fri 17:59"], ["Mon 07:59", "Fri 18:00", "Sat 9:00"]),
        ("08:00-18:00", ["Mon 08:00", "Sun 12:00"], ["Sun 18:00", "Sun 07:59"]),
        ("8-18", ["Mon 08:00"], ["Mon 18:00"]),
        ("mon – fri 8:00 – 12:00", ["Mon 08:00"], ["Mon 12:00", "Sat 08:00"]),
        (
            "Mon-Fri 08:00-12:00, 13:00-17:30, Sat 09:00-12:00",
            ["Mon 11:59", "Tue 13:00", "Fri 17:29", "Sat 09:00"],
            ["Mon 12:30", "Fri 17:30", "Sat 08:30", "Sat 13:00", "Sun 10:00"],
        ),
        ("Mon,Wed,Fri-Sun 10:00-11:00", ["Wed 10:00", "Sun 10:30"], ["Tue 10:00", "Thu 10:00"]),
        ("Fri-Mon 10:00-11:00", ["Fri 10:00", "Mon 10:00"], ["Tue 10:00", "Thu 10:00"]),
        ("Fri 22:00-06:00", ["Fri 22:00", "Sat 05:59"], ["Fri 21:59", "Sat 06:00", "Fri 05:00"]),
        ("Sun 22:00-06:00", ["Sun 23:59", "Mon 05:59"], ["Mon 06:00", "Mon 22:00"]),
        ("22:00-06:00", ["Mon 00:00", "Wed 23:00", "Sun 22:00"], ["Mon 06:00", "Sun 21:59"]),
        ("Sat-Sun", ["Sat 00:00", "Sun 23:59"], ["Fri 23:59", "Mon 00:00"]),
        ("Mon 08:00-12:00; 20:00-21:00", ["Mon 09:00", "Sun 20:00"], ["Sun 09:00"]),
        ("Saturday, Sunday 9-24", ["Sat 23:59"], ["Mon 00:00", "Sat 08:59"]),
        ("Mon 00:00-24:00", ["Mon 00:00", "Mon 23:59"], ["Tue 00:00"]),
        ("Mon 18:00-00:00", ["Mon 23:59"], ["Tue 00:00", "Mon 00:00"]),
    ],
)  # fmt: skip
def test_the_grammar(text: str, opened: list[str], closed: list[str]) -> None:
    hours = parse_hours(text)
    for moment in opened:
        assert hours.is_open(at(*moment.split())), moment
    for moment in closed:
        assert not hours.is_open(at(*moment.split())), moment


def test_always_and_never() -> None:
    assert parse_hours(" Always ") == ALWAYS == parse_hours("Mon-Sun") == parse_hours("0-24")
    assert parse_hours("never") == NEVER
    moments = [MONDAY + timedelta(minutes=15 * step) for step in range(7 * 24 * 4)]
    assert all(map(ALWAYS.is_open, moments))
    assert not any(map(NEVER.is_open, moments))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no hours"),
        (" ; , ", "no hours"),
        ("Mon-Fri 08:00", "not a span of time"),
        ("Mon 08:0-09:00", "not a span of time"),
        ("Mon 08.00-18.00", "not a span of time"),
        ("Mon 08:60-18:00", "no such time"),
        ("Mon 08:00-24:01", "no such time"),
        ("Mon 24:00-06:00", "no such time"),
        ("Mon 08:00-08:00", "ends when it begins"),
        ("Mo 8-9, M 9-10", "no such day"),
        ("Funday 08:00-18:00", "no such day"),
        ("Mon-Funday 8-9", "no such day"),
        ("Mon always", "stand alone"),
        ("Mon-Fri 8-9, never", "stand alone"),
        ("٠٨:00-18:00", "not a span of time"),
    ],
)
def test_what_is_no_hours(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        parse_hours(text)
    assert "Funday" not in str(caught.value)


SPAN = st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)).filter(
    lambda span: span[1] != span[2] % 1440
)


@given(st.lists(SPAN, min_size=1, max_size=6), st.integers(0, 7 * 1440 - 1))
def test_open_is_being_within_some_span(spans: list[tuple[int, int, int]], minute: int) -> None:
    """However many spans overlap, meet, or go past midnight and the end of the week."""
    text = "; ".join(
        f"{DAYS[day]} {begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
        for day, begin, end in spans
    )
    hours = parse_hours(text)
    expected = any(
        (minute - day * 1440 - begin) % (7 * 1440) < (end - begin) % 1440
        or (begin == 0 and end == 1440 and minute // 1440 == day)
        for day, begin, end in spans
    )
    assert hours.is_open(MONDAY + timedelta(minutes=minute)) is expected
    assert list(hours.spans) == sorted(hours.spans)
    assert all(one[1] < other[0] for one, other in zip(hours.spans, hours.spans[1:], strict=False))


def test_hours_are_of_the_clock_on_the_wall_whatever_summer_time_does() -> None:
    """On the day the clocks go forward, 08:00 is still when it opens."""
    hours = parse_hours("Sun 08:00-18:00")
    zone = ZoneInfo("Europe/Paris")
    before, changed = datetime(2026, 3, 22, 8, tzinfo=zone), datetime(2026, 3, 29, 8, tzinfo=zone)
    assert before.utcoffset() != changed.utcoffset()
    for opening in (before, changed):
        assert hours.is_open(opening)
        assert not hours.is_open(opening - timedelta(minutes=1))
    twice = parse_hours("Sun 02:00-03:00")
    for fold in (0, 1):
        assert twice.is_open(datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold))


def override(queue: str, site: str, text: str) -> HoursOverride:
    return HoursOverride(NamePattern(queue, site), parse_hours(text))


def test_the_narrowest_override_wins() -> None:
    """Queue and site beat queue, queue beats site, then the longer literal, then the later."""
    hours = OpeningHours(
        parse_hours("8-18"),
        (
            override("VIP*", "Paris", "1-2"),
            override("VIP Gold", "", "2-3"),
            override("VIP*", "", "3-4"),
            override("VIP*", "", "4-5"),
            override("", "Paris", "5-6"),
        ),
    )
    found = {
        names: hours.of(*names)
        for names in [
            ("VIP Gold", "Paris"),
            ("vip gold", "Nice"),
            ("VIP", "Nice"),
            ("Sales", "Paris"),
            ("Sales", "Nice"),
        ]
    }
    assert list(found.values()) == [
        parse_hours(text) for text in ("1-2", "2-3", "4-5", "5-6", "8-18")
    ]


def test_hours_that_are_not_known_are_neither_open_nor_closed() -> None:
    hours = OpeningHours(None, (override("VIP*", "", "never"),))
    assert hours.is_open("Sales", "Paris", MONDAY) is None
    assert hours.is_open("VIP", "Paris", MONDAY) is False
    assert OpeningHours(Hours()).is_open("Sales", "", MONDAY) is False
