"""Hours and days out of the file: exact ones that were kept, others as polled, what was seen."""

import json
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import NamedTuple

from wallboard.history.minutes import HOUR, MINUTE, NOBODY
from wallboard.history.notes import values_of
from wallboard.history.packing import (
    Columns,
    Roster,
    columns_of,
    pack,
    roster_of,
    stamp,
    unpack,
    wall,
)
from wallboard.history.replay.polls import PollFinder
from wallboard.history.upkeep import feed_number, feeds_of, roster_in, roster_number
from wallboard.history.usual import KeptHour, hours_in
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics, Reading
from wallboard.model.judge.hours import COUNTS, KEPT, PastSpan, Seen, Watched, growth, hours_of
from wallboard.model.judge.rules import Level
from wallboard.model.judge.time_in_target import Targets

_LATE = 300_000
"""Milliseconds that a poll may lie before the moment that it tells of."""

Rows = Mapping[QueueKey, Mapping[str, Number]]


# Exact.


def keep_past(db: sqlite3.Connection, past: PastSpan, scope: str) -> None:
    """Keep a span if it is closed, in a transaction. ``scope``: what of the PBX was asked for.

    Raises ``sqlite3.Error``.
    """
    reading = past.reading
    if not past.is_closed:
        return
    feed = feed_number(db, reading.feed)
    roster = roster_of(reading)._replace(metrics=KEPT)
    place = (feed, stamp(past.span.start), stamp(past.span.end))
    note = json.dumps([stamp(reading.measured.wall), reading.confirmed, scope])
    data = pack([columns_of(reading, KEPT)], 6)
    row = (*place, roster_number(db, feed, roster), note, data)
    db.execute("INSERT OR REPLACE INTO past VALUES (?, ?, ?, ?, ?, ?)", row)


def kept_past(db: sqlite3.Connection, spans: Collection[Day], scope: str) -> tuple[PastSpan, ...]:
    """Return what was kept of some spans, of every PBX, where as much was asked for.

    Raises ``sqlite3.Error``.
    """
    found = []
    for number, feed in feeds_of(db).items():
        for span in spans:
            row = db.execute(
                "SELECT roster, note, data FROM past WHERE feed = ? AND begin = ? AND end = ?",
                (number, stamp(span.start), stamp(span.end)),
            ).fetchone()
            if row is not None:
                try:
                    roster = roster_in(db, feed, row[0])
                    at, confirmed, asked_scope = json.loads(row[1])
                    rows = _rows(roster, unpack(row[2], roster, 1)[0])
                except (zlib.error, ValueError):
                    continue
                past = _past(roster, rows, span, wall(at), confirmed=confirmed, exact=True)
                found += [past] if asked_scope == scope else []
    return tuple(found)


def _rows(roster: Roster, columns: Columns) -> dict[QueueKey, dict[str, Number]]:
    """Return the values of each queue of one poll."""
    keys = [who.key for who in roster.queues]
    return dict(zip(keys, values_of(roster, columns), strict=True))


def _past(
    roster: Roster, rows: Rows, span: Day, at: datetime, *, confirmed: bool, exact: bool
) -> PastSpan:
    reading = Reading(
        roster.feed,
        Moment(at, 0.0),
        tuple([QueueMetrics(*who, rows.get(who.key, {})) for who in roster.queues]),
        frozenset(KEPT),
        pbx_name=roster.pbx_name,
        confirmed=confirmed,
        day=span,
    )
    return PastSpan(reading, exact)


# As polled.


class _Poll(NamedTuple):
    at: int
    roster: Roster
    rows: Rows


def polled_past(
    db: sqlite3.Connection, day: Day, spans: Collection[Day], now: datetime
) -> tuple[PastSpan, ...]:
    """Return what the numbers of a day grew by in spans of it, where two polls tell.

    Raises ``sqlite3.Error``, ``zlib.error`` and ``ValueError``.
    """
    found, finder = [], PollFinder(db)
    for number, feed in finder.feeds.items():
        if feed.kind is not Kind.TODAY:
            continue
        polls: dict[datetime, _Poll | None] = {}
        for span in spans:
            for at in (span.start, min(span.end, now)):
                if at not in polls:
                    polls[at] = _poll_before(finder, number, at, day)
            before, after = polls[span.start], polls[min(span.end, now)]
            begins = span.start == day.start
            if after is None or (before is None and not begins):
                continue
            rows = {
                key: {
                    name: more
                    for name in COUNTS
                    if (more := growth(_at_begin(before, key, name), values.get(name))) is not None
                }
                for key, values in after.rows.items()
            }
            until = wall(after.at)
            found.append(_past(after.roster, rows, span, until, confirmed=True, exact=False))
    return tuple(found)


def _at_begin(before: _Poll | None, key: QueueKey, name: str) -> Number | None:
    return 0 if before is None else before.rows.get(key, {}).get(name)


def _poll_before(finder: PollFinder, number: int, at: datetime, day: Day) -> _Poll | None:
    """Return the newest poll of a day before a moment, if it is not too old to tell of it."""
    found = finder.before(number, stamp(at) - 1)
    if found is None or found.note.day is None or found.at < stamp(at) - _LATE:
        return None
    if datetime.fromisoformat(found.note.day[0]) != day.start:
        return None
    return _Poll(found.at, found.roster, _rows(found.roster, found.columns))


def hours_past(
    db: sqlite3.Connection, days: Iterable[Day], now: datetime, scope: str
) -> tuple[PastSpan, ...]:
    """Return the hours of some days, exact or as polled, as far as they are known.

    Raises ``sqlite3.Error``.
    """
    found: list[PastSpan] = []
    for day in days:
        spans = hours_of(day)
        found += kept_past(db, spans, scope)
        with suppress(zlib.error, ValueError):
            found += polled_past(db, day, spans, now)
    return tuple(found)


# What the board saw.


def read_seen(
    db: sqlite3.Connection,
    spans: Sequence[Day],
    targets: Targets,
    is_open: IsOpen | None,
    zone: tzinfo,
) -> tuple[Seen, ...]:
    """Return what the minutes say of some spans. Raises ``sqlite3.Error``."""
    feeds = [feed for feed in feeds_of(db).values() if feed.kind is Kind.LIVE]
    spans_seen = []
    for span in spans:
        first, last = stamp(span.start), stamp(span.end) - 1
        hours = hours_in(db, feeds, range(first // HOUR, last // HOUR + 1))
        queues: dict[QueueKey, Watched] = {}
        names: dict[QueueKey, QueueMetrics] = {}
        live: dict[int, dict[FeedId, float]] = {}
        for kept in (item for found in hours.values() for item in found):
            begin = kept.hour.hour * HOUR
            # Once for all queues: what clocks showed at each minute that was LIVE.
            local = {
                at: wall(begin + at * MINUTE).astimezone(zone)
                for at, seconds in enumerate(kept.hour.live)
                if seconds and first <= begin + at * MINUTE <= last
            }
            for at in local:
                known = live.setdefault(begin + at * MINUTE, {})
                known[kept.feed] = known.get(kept.feed, 0.0) + kept.hour.live[at]
            for place, who in enumerate(kept.queues):
                names[who.key] = QueueMetrics(*who, {})
                open_at = _open_at(names[who.key], local, is_open)
                more = _watched_of(kept, place, open_at, targets.of(who.name, who.site))
                queues[who.key] = queues.get(who.key, Watched()).plus(more)
        there = {feed for known in live.values() for feed in known}
        seconds = sum(min(known.values()) for known in live.values() if len(known) == len(there))
        spans_seen.append(Seen(span=span, queues=queues, names=names, live=seconds))
    return tuple(spans_seen)


def _open_at(
    queue: QueueMetrics, local: Mapping[int, datetime], is_open: IsOpen | None
) -> Sequence[int]:
    """Return the minutes of an hour in which a queue was open, as far as is known.

    ``local``: minutes, and what clocks showed at each.
    """
    if is_open is None:
        return list(local)
    return [at for at, then in local.items() if is_open(queue.name, queue.site, then) is not False]


def _watched_of(kept: KeptHour, place: int, minutes: Sequence[int], target: Number) -> Watched:
    """Return what was seen of one queue in some minutes of an hour."""
    hour, count = kept.hour, kept.hour.queues
    at = [minute * count + place for minute in minutes]
    waits = [(hour.columns.waits[item], hour.live[m]) for item, m in zip(at, minutes, strict=True)]
    levels = [hour.columns.levels[item] for item in at]
    known = [(wait, live) for wait, live in waits if wait != NOBODY]
    return Watched(
        polled=sum(live for _, live in known),
        within=sum(live for wait, live in known if wait * 1000 <= target),
        warning=levels.count(Level.WARNING),
        critical=levels.count(Level.CRITICAL),
        # Where nobody was seen to wait there is no longest wait.
        longest=max((wait for wait, _ in known), default=0) * 1000 or None,
    )
