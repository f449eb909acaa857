"""Values as people read them: the one place where a number becomes text, and text a duration.

Every result is plain text without markup or control characters, and fits ``WIDTH`` columns for
durations and ``COUNT_WIDTH`` for counts, so that a column never jumps when digits change.
"""

import math
import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from wallboard.model.data.metric import Metric, Number, Unit

NOTHING = "–"
"""Drawn where there is no value; a missing number is never 0."""

WIDTH = 6
"""The widest duration: ``99h59m``."""

COUNT_WIDTH = 6
"""The widest count: ``99999+``, ``-99999``."""

PERCENT_WIDTH = 6
"""The widest percentage: ``123.4%``, ``-99.9%``."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_SECOND, _MINUTE, _HOUR = 1_000, 60, 3_600
_MOST_COUNT = 99_999
_MOST_PERCENT = 999
_LEAST_BOUND = 3
_DIGITS = re.compile(r"\d+")
_TENTH = Decimal("0.1")
# As many digits as anybody means: a number of any length could be beyond what a float can hold.
_SECONDS = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,9}:)?\d{1,3}:[0-5]\d", re.ASCII)
_DURATION = re.compile(
    r"(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,12}(?:\.\d{1,12})?)s)?(?:(\d{1,12})ms)?", re.ASCII
)


def duration(milliseconds: Number | None) -> str:
    """Return ``mm:ss`` below one hour, ``1h01m`` from one hour, ``99h+`` from a hundred.

    Never what reads as a time of day. Floors to the second, from an hour on to the minute; ``–``
    for no value or one that is not finite; a negative one keeps its sign (it is the API's mistake,
    shown as it is).
    """
    if milliseconds is None or not math.isfinite(milliseconds):
        return NOTHING
    sign = "-" if milliseconds <= -_SECOND else ""
    seconds = int(abs(milliseconds)) // _SECOND
    if seconds >= 100 * _HOUR:
        return f"{sign}99h+"
    minutes, second = divmod(seconds, _MINUTE)
    if minutes < _MINUTE:
        return f"{sign}{minutes:02d}:{second:02d}"
    hour, minute = divmod(minutes, _MINUTE)
    return f"{sign}{hour}h{minute:02d}m"


def count(value: Number | None) -> str:
    """Return a whole number, ``99999+`` beyond that, ``–`` for none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    whole = math.floor(value)
    if whole > _MOST_COUNT:
        return f"{_MOST_COUNT}+"
    return str(max(whole, -_MOST_COUNT))


def percent(value: Number | None) -> str:
    """Return ``4.9%``, rounded half up to a tenth; ``0%``, ``100%`` without one; ``–`` for none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    shown = percent_shown(value)
    if abs(shown) >= _MOST_PERCENT:
        return f"{'-' if shown < 0 else ''}{_MOST_PERCENT}%+"
    return f"{shown:.0f}%" if shown in (0, 100) else f"{shown:.1f}%"


def percent_shown(value: Number) -> float:
    """Return a percentage rounded half up to the tenth that is shown of it.

    As the decimal number that it reads as: 0.15 is 0.2, though its binary fraction is less.
    """
    if not abs(value) < _MOST_PERCENT:
        return float(value)
    written = Decimal(repr(float(value)))
    return float(written.quantize(_TENTH, ROUND_HALF_UP))


def value(metric: Metric, number: Number | None) -> str:
    """Return a value of ``metric`` as text, by its unit."""
    if metric.unit is Unit.MILLISECONDS:
        return duration(number)
    return percent(number) if metric.unit is Unit.PERCENT else count(number)


def usual_words(metric: Metric, middle: Number | None) -> str:
    """Return ``usually 2``; nothing where that is not known."""
    return "" if middle is None else f"usually {value(metric, round(middle))}"


def bound_text(metric: Metric, number: Number) -> str:
    """Return a bound as one writes it: ``1:00``, ``5%``, ``3``."""
    if metric.unit is Unit.PERCENT:
        return f"{number:g}%"
    text = value(metric, number)
    return text[1:] if text.startswith("0") and metric.unit is Unit.MILLISECONDS else text


def within(text: str, width: int) -> str:
    """Return a value's text if ``width`` columns are enough for it, else the nearest bound it has.

    ``12h34m`` becomes ``12h+``, ``59:59`` ``59m+``, ``123.4%`` ``123%+``, ``99999+`` ``999+``:
    less is said, and nothing that is not so. It may still be wider.
    """
    if len(text) <= width or width < _LEAST_BOUND:
        return text
    whole = _DIGITS.match(text)
    if whole is None:
        return "<0" if text.startswith("-") else text
    if "%" in text:
        return f"{whole[0]}%+"
    if "h" in text or ":" in text:
        return f"{whole[0]}{'h' if 'h' in text else 'm'}+"
    return "9" * (width - 1) + "+"


def age(seconds: float) -> str:
    """Return an age for the status line: ``4s``, ``2m 05s``, ``3h 07m``, ``2d 4h``."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m {whole % _MINUTE:02d}s"
    if whole < 24 * _HOUR:
        return f"{whole // _HOUR}h {whole % _HOUR // _MINUTE:02d}m"
    return f"{whole // (24 * _HOUR)}d {whole // _HOUR % 24}h"


def parse_duration(text: str) -> float:
    """Read ``90``, ``1:30``, ``1:00:00``, ``1m30s``, ``90s``, ``500ms`` as seconds.

    Raises ``ValueError`` whose message says the forms that are understood and repeats nothing.
    """
    plain = text.strip().lower().replace(" ", "")
    if _SECONDS.fullmatch(plain):
        return float(plain)
    if _CLOCK.fullmatch(plain):
        seconds = 0
        for part in plain.split(":"):
            seconds = seconds * _MINUTE + int(part)
        return float(seconds)
    match = _DURATION.fullmatch(plain)
    if plain and match:
        hours, minutes, secs, millis = (float(part or 0) for part in match.groups())
        return hours * _HOUR + minutes * _MINUTE + secs + millis / _SECOND
    raise ValueError('not a duration: write seconds ("90"), "1:30" or "1m30s"')


def plural(number: int, one: str, many: str = "") -> str:
    """Return ``1 queue``, ``3 queues``: the number with the word that fits it."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def clock_text(wall: datetime, zone: tzinfo) -> str:
    """Return ``14:02:10`` in the board's time zone."""
    return wall.astimezone(zone).strftime("%H:%M:%S")


def when_text(wall: datetime, now: datetime, zone: tzinfo) -> str:
    """Return ``14:02:10``, ``Mon 14:02:10`` or ``2026-03-02 14:02:10``: as short as it is clear."""
    local, today = wall.astimezone(zone), now.astimezone(zone)
    days = (today.date() - local.date()).days
    if not days:
        return clock_text(wall, zone)
    day = _DAYS[local.weekday()] if 0 < days < len(_DAYS) else local.strftime("%Y-%m-%d")
    return f"{day} {clock_text(wall, zone)}"


def columns_of(text: str) -> int:
    """Return the columns of a text: East Asian wide letters take two, combining ones none."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def iso(at: datetime) -> str:
    """Return an instant as programs like it: in UTC, ``2026-03-02T09:30:00.000Z``."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
