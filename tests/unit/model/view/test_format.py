"""Numbers as people read them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.metric import Metric
from wallboard.model.view import format as formatting
from wallboard.model.view.row import width


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (None, "–"), (0, "00:00"), (999, "00:00"), (1_000, "00:01"), (85_276, "01:25"),
        (28_425.0, "00:28"), (14_069.0, "00:14"), (3_599_999, "59:59"), (3_600_000, "1h00m"),
        (3_661_000, "1h01m"), (359_999_999, "99h59m"), (360_000_000, "99h+"),
        (math.inf, "–"), (math.nan, "–"), (-5_000, "-00:05"), (-1, "00:00"),
    ],
)  # fmt: skip
def test_durations(milliseconds: float | None, text: str) -> None:
    assert formatting.duration(milliseconds) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"),
        (0, "0"),
        (7, "7"),
        (7.9, "7"),
        (99_999, "99999"),
        (100_000, "99999+"),
        (-3, "-3"),
    ],
)
def test_counts(number: float | None, text: str) -> None:
    assert formatting.count(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "–"), (0, "0%"), (0.0, "0%"), (0.04, "0%"), (0.05, "0.1%"), (0.15, "0.2%"),
        (1.005, "1.0%"), (4.94, "4.9%"), (4.95, "5.0%"), (12.25, "12.3%"), (100 / 3, "33.3%"),
        (99.94, "99.9%"), (99.95, "100%"), (100, "100%"), (123.45, "123.5%"), (998.95, "999%+"),
        (1e300, "999%+"), (-4.95, "-5.0%"), (math.nan, "–"), (math.inf, "–"),
    ],
)  # fmt: skip
def test_percentages_are_rounded_half_up_to_one_decimal(number: float | None, text: str) -> None:
    assert formatting.percent(number) == text


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_share_of_whole_calls_is_rounded_as_on_paper(part: int, whole: int) -> None:
    part = min(part, whole)
    tenths = (2_000 * part + whole) // (2 * whole)  # half up, in whole numbers
    assert formatting.percent_shown(100 * part / whole) == tenths / 10


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (-3, "0s"), (59.9, "59s"), (125, "2m 05s"), (3_720, "1h 02m"), (93_600, "1d 2h")],
)
def test_ages(seconds: float, text: str) -> None:
    assert formatting.age(seconds) == text


@given(st.sampled_from(list(CATALOGUE.values())), st.integers(0, 359_999_999))
def test_a_value_is_never_wider_than_its_column(metric: Metric, number: int) -> None:
    number = number if metric.unit.value == "ms" else number % 10_000
    assert len(formatting.value(metric, number)) + 2 + metric.ticks <= width(metric)


@given(st.one_of(st.none(), st.integers(), st.floats()))
def test_any_number_has_a_short_text(number: float | None) -> None:
    assert 1 <= len(formatting.duration(number)) <= formatting.WIDTH + 1
    assert 1 <= len(formatting.count(number)) <= formatting.COUNT_WIDTH


@given(st.integers(0, 359_999))
def test_what_is_shown_is_read_back(seconds: int) -> None:
    whole = seconds if seconds < 3_600 else seconds - seconds % 60
    assert formatting.parse_duration(formatting.duration(seconds * 1000)) == whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1:30", 90), ("1m30s", 90), ("90s", 90), ("1h", 3_600), ("1:00:00", 3_600),
     ("500ms", 0.5), (" 2 m ", 120), ("1.5", 1.5), ("0", 0)],
)  # fmt: skip
def test_durations_of_the_user(text: str, seconds: float) -> None:
    assert formatting.parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1:99",
        "-5",
        "1m-2s",
        "5 apples",
        "٣",
        *("9" * 400 + end for end in ("", ".5", ":00", "h", "s", "ms")),
    ],
)
def test_what_is_no_duration_is_told_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration") as caught:
        formatting.parse_duration(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("12h34m", 6, "12h34m"), ("12h34m", 5, "12h+"), ("59:59", 4, "59m+"),
        ("123.4%", 5, "123%+"), ("99999+", 4, "999+"), ("1234", 3, "99+"), ("-12345", 4, "<0"),
        ("-01:30", 5, "<0"), ("–", 3, "–"), ("12h34m", 1, "12h34m"), ("99h+", 3, "99h+"),
    ],
)  # fmt: skip
def test_where_there_is_no_room_less_is_said(text: str, width: int, shown: str) -> None:
    assert formatting.within(text, width) == shown


_WORTH = {"h+": 3_600_000, "m+": 60_000, "%+": 1, "+": 1}


@given(
    st.sampled_from(sorted(METRICS)),
    st.integers(0, 10**9) | st.integers(0, 2_000_000).map(lambda tenths: tenths / 10),
    st.integers(1, 8),
)
def test_what_stands_in_little_room_is_not_more_than_is_so(
    name: str, number: float, width: int
) -> None:
    metric = METRICS[name]
    text = formatting.value(metric, number)
    shown = formatting.within(text, width)
    if shown == text:
        return
    digits = shown.rstrip("hm%+")
    assert shown.endswith("+")
    assert int(digits) * _WORTH[shown.removeprefix(digits)] <= number
    assert len(shown) < len(text)
