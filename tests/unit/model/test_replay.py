"""The words of a replay, and its line of trouble: which moment, and how long that is over."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.model.replay import TroubleLine, replay_words

AT = datetime(2026, 3, 2, 14, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"seconds": -5}, "REPLAY 14:02:10 · 0 s ago"),
        ({"seconds": 59}, "REPLAY 14:02:10 · 59 s ago"),
        ({"seconds": 60}, "REPLAY 14:02:10 · 1 min ago"),
        ({"minutes": 59, "seconds": 59}, "REPLAY 14:02:10 · 59 min ago"),
        ({"minutes": 60}, "REPLAY 14:02:10 · 1 h 00 min ago"),
        ({"hours": 23, "minutes": 59}, "REPLAY Mon 14:02:10 · 23 h 59 min ago"),
        ({"hours": 24}, "REPLAY Mon 14:02:10 · 1 day ago"),
        ({"days": 6, "hours": 23}, "REPLAY 2026-03-02 14:02:10 · 6 days ago"),
    ],
)
def test_it_is_told_which_moment_is_shown_and_how_long_it_is_over(
    over: dict[str, int], words: str
) -> None:
    assert replay_words(AT, AT + timedelta(**over), UTC) == words


@given(st.integers(1, 1_500), st.integers(-3_000, 180_000))
def test_a_moment_is_on_the_day_exactly_while_its_minute_is(minutes: int, second: int) -> None:
    line = TroubleLine(begin=AT, minutes=[0] * minutes)
    at = AT + timedelta(seconds=second)
    assert line.holds(at) == (AT <= at < line.end(UTC))
    assert line.end(timezone(timedelta(hours=5))).utcoffset() == timedelta(hours=5)


@given(st.lists(st.sampled_from([None, 0, 1, 2]), min_size=1, max_size=60), st.integers(1, 80))
def test_narrowed_no_trouble_is_lost_and_no_gap_becomes_calm(
    minutes: list[int | None], width: int
) -> None:
    places = TroubleLine(begin=AT, minutes=minutes).narrow(width)
    assert len(places) == width
    worst = max((item for item in minutes if item), default=None)
    if worst:
        assert max(item or 0 for item in places) == worst
    if None in minutes and not worst:
        assert None in places
