"""Hours of the week: when queues are open, when alerts are quiet, when a wall is dimmed.

Judged on local wall time, as people live by it: a change to or from summer time moves nothing.

The grammar: days, then spans of time, as in ``Mon-Fri 08:00-18:00``. Days are a list of days
and ranges (``Mon,Wed,Fri-Sun``); spans (``08:00-12:00, 13:00-17:30``) belong to the days before
them, or to every day if there are none; days alone are whole days. What follows a span, or a
``;``, begins anew. A span past midnight (``Fri 22:00-06:00``) belongs to the day it begins on.
``always`` and ``never`` stand alone.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.judge.levels import Opening
from wallboard.records import dataclass

_DAY = 1_440
_WEEK = 7 * _DAY
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?-(\d{1,2})(?::(\d\d))?", re.ASCII)
_LEAST_LETTERS = 2

_FORM = 'write as in "Mon-Fri 08:00-18:00, Sat 09:00-12:00", or "always" or "never"'


@dataclass(frozen=True, slots=True)
class Hours:
    """Times of the week. ``spans``: minutes since Monday 00:00, ``[begin, end)``, in order.

    Spans neither touch nor overlap; build them with ``parse_hours``.
    """

    spans: tuple[tuple[int, int], ...] = ()

    def is_open(self, local: datetime) -> bool:
        """Whether ``local`` (a wall-clock time where the queues are) lies within these hours."""
        minute = local.weekday() * _DAY + local.hour * 60 + local.minute
        at = bisect_right(self.spans, (minute, _WEEK)) - 1
        return at >= 0 and minute < self.spans[at][1]


ALWAYS = Hours(((0, _WEEK),))
"""Every minute of the week."""

NEVER = Hours()
"""No minute of the week."""


def parse_hours(text: str) -> Hours:
    """Read hours as a user writes them; the grammar is above.

    Raises ``ValueError`` with words that say what would be right and repeat nothing.
    """
    plain = re.sub(r"\s*[-–—]\s*", "-", text.strip().lower())
    if plain == "always":
        return ALWAYS
    if plain == "never":
        return NEVER
    spans = [span for part in plain.split(";") for span in _part(part)]
    if not spans:
        raise ValueError(f"no hours: {_FORM}")
    return Hours(tuple(_merge(spans)))


def _part(text: str) -> Iterator[tuple[int, int]]:
    """Read what stands between two ``;``."""
    days: list[int] = []
    timed = False
    for word in text.replace(",", " ").split():
        if word[0].isdigit():
            timed = True
            begin, end = _span(word)
            for day in days or range(7):
                yield day * _DAY + begin, day * _DAY + end
        else:
            if timed:
                days, timed = [], False
            days += _days(word)
    if not timed:
        yield from ((day * _DAY, (day + 1) * _DAY) for day in days)


def _span(word: str) -> tuple[int, int]:
    """Return begin and end in minutes since the day began; the end may be on the next day."""
    match = _SPAN.fullmatch(word)
    if match is None:
        raise ValueError(f"not a span of time: {_FORM}")
    hour, minute, to_hour, to_minute = (int(part or 0) for part in match.groups())
    begin, end = hour * 60 + minute, to_hour * 60 + to_minute
    if max(minute, to_minute) > 59 or end > _DAY or begin >= _DAY:
        raise ValueError("no such time: a day goes from 00:00 to 24:00")
    if begin == end:
        raise ValueError("a span that ends when it begins: for a whole day write the day alone")
    return begin, end if end > begin else end + _DAY


def _days(word: str) -> list[int]:
    first, dash, last = word.partition("-")
    begin = _day(first)
    end = _day(last) if dash else begin
    return [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]


def _day(name: str) -> int:
    if name in ("always", "never"):
        raise ValueError('"always" and "never" stand alone; for a whole day write the day alone')
    if len(name) >= _LEAST_LETTERS:
        for number, whole in enumerate(_NAMES):
            if whole.startswith(name):
                return number
    raise ValueError("no such day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun")


def _merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, joined where they meet, cut where the week ends."""
    whole = [(begin, min(end, _WEEK)) for begin, end in spans]
    whole += [(0, end - _WEEK) for _, end in spans if end > _WEEK]
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(whole):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


@dataclass(frozen=True, slots=True)
class HoursOverride:
    """The hours of some queues."""

    where: NamePattern
    hours: Hours


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When queues are open. ``usual``: of a queue that no override names; ``None``: not known.

    A queue whose hours are not known is never closed, and its agents are judged only while calls
    wait.
    """

    usual: Hours | None = None
    overrides: tuple[HoursOverride, ...] = ()

    def of(self, queue: str, site: str) -> Hours | None:
        """Return the hours of one queue: the narrowest override wins, of equals the later."""
        found: HoursOverride | None = None
        for override in self.overrides:
            if override.where.matches(queue, site) and (
                found is None or override.where.narrowness >= found.where.narrowness
            ):
                found = override
        return found.hours if found else self.usual

    def is_open(self, queue: str, site: str, local: datetime) -> bool | None:
        """Whether one queue is open at ``local`` (wall-clock time); ``None``: not known."""
        hours = self.of(queue, site)
        return None if hours is None else hours.is_open(local)


IsOpen = Callable[[str, str, datetime], bool | None]
"""Whether a queue (name, site) is open at a wall time in the board's time zone; ``None``: its
hours are not known. A function of its arguments alone.
"""


def opening_at(is_open: IsOpen | None, local: datetime) -> Opening | None:
    """Return which queues are open at a local time, or nothing where no hours are configured."""
    if is_open is None:
        return None
    return lambda queue: is_open(queue.name, queue.site, local)
