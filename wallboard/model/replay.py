"""The board as it was: what a replay shows instead of now."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from wallboard.model.data.reading import Moment
from wallboard.model.state import State
from wallboard.model.view.format import plural, when_text
from wallboard.records import dataclass


class Seek(StrEnum):
    """Where to go from a moment: to that moment, or to the poll before or after it."""

    AT = "at"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """All that the board knew at a moment that is over. ``at``: when that was.

    Its moments are on clocks of their own, which stand as far apart as those of the board did.
    """

    state: State
    at: Moment


class NotKept(Exception):
    """The past cannot be shown; ``words`` say why, ``nearest`` what could be, a line each."""

    def __init__(self, words: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(words)
        self.words = words
        self.nearest = tuple(nearest)


def replay_words(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return ``REPLAY 14:02:10 · 23 min ago``: which moment is shown, and how long that is over."""
    minutes, seconds = divmod(max(0, int((now - at).total_seconds())), 60)
    ago = f"{minutes} min" if minutes else f"{seconds} s"
    if minutes >= 60:
        ago = f"{minutes // 60} h {minutes % 60:02d} min"
    if minutes >= 24 * 60:
        ago = plural(minutes // (24 * 60), "day")
    return f"REPLAY {when_text(at, now, zone)} · {ago} ago"


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleLine:
    """A day minute by minute: the worst level of any queue, ``None`` where nothing was LIVE."""

    begin: datetime
    minutes: Sequence[int | None]

    def end(self, zone: tzinfo | None) -> datetime:
        """Return when it ends."""
        return (self.begin + timedelta(minutes=len(self.minutes))).astimezone(zone)

    def holds(self, at: datetime) -> bool:
        """Whether a moment is on this day."""
        return 0 <= self.place(at) < len(self.minutes)

    def place(self, at: datetime) -> int:
        """Return the minute that a moment is in."""
        return int((at - self.begin).total_seconds() // 60)

    def narrow(self, width: int) -> tuple[int | None, ...]:
        """Return the day in ``width`` places: of each the worst, ``None`` if any of it is a gap.

        Trouble is never hidden by a gap beside it.
        """
        edges = [len(self.minutes) * at // width for at in range(width + 1)]
        parts = [self.minutes[a : max(b, a + 1)] for a, b in pairwise(edges)]
        return tuple(_of_part(part) for part in parts)


def _of_part(part: Sequence[int | None]) -> int | None:
    known = [level for level in part if level is not None]
    worst = max(known, default=-1)
    return worst if known and (worst > 0 or len(known) == len(part)) else None
