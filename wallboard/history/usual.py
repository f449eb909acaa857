"""What is usual, read from the minutes: for all queues now, for one queue through the day."""

import sqlite3
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from wallboard.history.minutes import HOUR, MINUTE, Hour, hour_from
from wallboard.history.packing import RosterQueue, stamp
from wallboard.history.upkeep import feeds_of, roster_in
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Adds
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.usual import (
    QUARTER,
    Bands,
    Usual,
    UsualDay,
    band_of,
    quarter_of,
    quarters,
    usual_of,
    weeks_before,
)

_MINUTES = QUARTER.seconds * 1000 // MINUTE


class KeptHour(NamedTuple):
    """One hour of a feed's queues, as it was kept."""

    feed: FeedId
    queues: tuple[RosterQueue, ...]
    hour: Hour


def hours_in(
    db: sqlite3.Connection, feeds: Collection[FeedId], hours: Iterable[int]
) -> dict[int, list[KeptHour]]:
    """Return what is kept of some hours (since 1970); what cannot be read is not known.

    Raises ``sqlite3.Error``.
    """
    numbers = {number: feed for number, feed in feeds_of(db).items() if feed in feeds}
    rosters: dict[int, tuple[RosterQueue, ...]] = {}
    found: dict[int, list[KeptHour]] = {}
    for hour in hours:
        rows = db.execute("SELECT feed, roster, live, data FROM minute WHERE hour = ?", (hour,))
        for number, roster, live, data in rows.fetchall():
            if number not in numbers:
                continue
            feed = numbers[number]
            try:
                if roster not in rosters:
                    rosters[roster] = roster_in(db, feed, roster).queues
                queues = rosters[roster]
                kept = KeptHour(feed, queues, hour_from(hour, len(queues), live, data))
            except (zlib.error, ValueError):
                continue
            found.setdefault(hour, []).append(kept)
    return found


def usual_now(
    db: sqlite3.Connection, now: datetime, zone: tzinfo, feeds: Collection[FeedId]
) -> Usual:
    """Return what is usual for every queue of these feeds, and for all together.

    Raises ``sqlite3.Error``.
    """
    begin = quarter_of(now)
    weeks: dict[QueueKey, list[Bands]] = {}
    totals: list[Bands] = []
    for then in weeks_before(begin, zone):
        hour, first = _place(then)
        found = hours_in(db, feeds, [hour]).get(hour, [])
        minutes: dict[QueueKey, list[list[int]]] = {}
        for _, queues, kept in found:
            for at, who in enumerate(queues):
                known = minutes.setdefault(who.key, [[] for _ in TREND_METRICS])
                for item, more in zip(known, kept.of_queue(at, first, _MINUTES), strict=True):
                    item += more
        for key, columns in minutes.items():
            weeks.setdefault(key, []).append(tuple(map(band_of, columns)))
        totals.append(_total(found, first, len(feeds)))
    return Usual(
        begin=begin,
        queues={key: _over_weeks(bands) for key, bands in weeks.items()},
        totals=_over_weeks(totals),
    )


def usual_day(
    db: sqlite3.Connection, key: QueueKey, feed: FeedId, day: Day, now: datetime, zone: tzinfo
) -> UsualDay:
    """Return one queue's day as it was so far, and what is usual. Raises ``sqlite3.Error``."""
    begins = quarters(day)
    past = [weeks_before(begin, zone) for begin in begins]
    hours = {_place(item)[0] for item in (*begins, *(then for weeks in past for then in weeks))}
    found = hours_in(db, [feed], hours)
    places = {
        id(item): at
        for kept in found.values()
        for item in kept
        for at, who in enumerate(item.queues)
        if who.key == key
    }

    def bands(then: datetime) -> Bands:
        hour, first = _place(then)
        known: list[list[int]] = [[] for _ in TREND_METRICS]
        for item in found.get(hour, ()):
            if (at := places.get(id(item))) is not None:
                for minutes, more in zip(
                    known, item.hour.of_queue(at, first, _MINUTES), strict=True
                ):
                    minutes += more
        return tuple(map(band_of, known))

    so_far = [bands(begin) if begin <= now else (None,) * len(TREND_METRICS) for begin in begins]
    usual = [_over_weeks([bands(then) for then in weeks]) for weeks in past]
    return UsualDay(
        key=key,
        day=day,
        begin=quarter_of(now),
        values={
            name: tuple(None if (band := item[at]) is None else band.middle for item in so_far)
            for at, name in enumerate(TREND_METRICS)
        },
        bands={name: tuple(item[at] for item in usual) for at, name in enumerate(TREND_METRICS)},
    )


def _place(begin: datetime) -> tuple[int, int]:
    """Return the hour since 1970 of a quarter, and its first minute there."""
    at = stamp(begin)
    return at // HOUR, at % HOUR // MINUTE


def _over_weeks(weeks: Sequence[Bands]) -> Bands:
    return tuple(usual_of(part) for part in zip(*weeks, strict=True))


def _total(found: Sequence[KeptHour], first: int, feeds: int) -> Bands:
    """Return one week's range of all queues together: of minutes in which all are known."""
    minutes: list[list[int]] = [[] for _ in TREND_METRICS]
    for minute in range(first, first + _MINUTES):
        parts: dict[FeedId, tuple[int | None, ...]] = {}
        for item in found:
            if item.hour.live[minute]:
                parts[item.feed] = item.hour.total(minute)
        if len(parts) < feeds:
            continue
        for at, numbers in enumerate(zip(*parts.values(), strict=True)):
            known = [number for number in numbers if number is not None]
            if len(known) == feeds:
                adds = CATALOGUE[TREND_METRICS[at]].adds
                minutes[at].append(max(known) if adds is Adds.MAX else sum(known))
    return tuple(map(band_of, minutes))
