"""The day that "today" means: from its beginning in a time zone to the next one's, as instants.

Clocks that are put forward or back make a day of 23 or 25 hours, and nothing else.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from wallboard.records import dataclass

MIDNIGHT = time()
_SECOND = timedelta(seconds=1)

DayRule = Callable[[datetime], "Day"]
"""Gives the day that an instant is in. A function of its argument alone."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day as two instants in UTC: it begins at ``start`` and is over at ``end``."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether an instant (with its zone) is in this day."""
        return self.start <= at < self.end


def day_of(now: datetime, zone: tzinfo, begins: time = MIDNIGHT) -> Day:
    """Return the day that ``now`` (an instant, with its zone) is in.

    ``begins``: the local time at which a day begins; where clocks skip it, the moment they skip
    to; where they show it twice, the first time.
    """
    local = now.astimezone(zone).date()
    instants = [_begin(local + timedelta(days=days), zone, begins) for days in (-1, 0, 1, 2)]
    index = max(at for at, start in enumerate(instants[:-1]) if start <= now or at == 0)
    return Day(instants[index], instants[index + 1])


def _begin(day: date, zone: tzinfo, begins: time) -> datetime:
    """Return the first instant at which the zone's clocks show this time of this day, or later."""
    wanted = datetime.combine(day, begins, zone)
    after = wanted.astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return after
    # The clocks skip it. Reckoned as before the skip it lies after that, and the other way round.
    before = wanted.replace(fold=1).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
