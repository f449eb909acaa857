"""What is written for each event. Used by one thread; raises ``sqlite3.Error`` when it cannot."""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from wallboard.history import judgements
from wallboard.history.minutes import Hour, Worst, hour_from, parts_of, worst_of
from wallboard.history.packing import (
    Roster,
    columns_of,
    note_of,
    packed,
    roster_from,
    roster_of,
    roster_text,
    stamp,
)
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading
from wallboard.model.events import Discovered, Failed, Fresh
from wallboard.model.feeds.freshness import live_for
from wallboard.model.judge.episodes import Episode
from wallboard.model.state import Event, State

KEPT = frozenset((Kind.LIVE, Kind.TODAY))
"""What is kept: numbers of queues. Agents and callers are people, and never are."""


@dataclass(slots=True, kw_only=True)
class _Standing:
    """The newest live answer of a feed: it stands until the next one comes."""

    roster_id: int
    at: Moment
    worst: Worst
    live_for: float
    hour: Hour | None = None


class Store:
    """Writes events into an open file."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        """``now``: the wall time, for what does not say when it was."""
        self._db = connection
        self._now = now
        self._feeds: dict[FeedId, int] = {}
        self._rosters: dict[FeedId, tuple[int, Roster]] = {}
        self._standing: dict[FeedId, _Standing] = {}
        self._episodes: tuple[Episode, ...] = ()
        self._levels: dict[FeedId, str] = {}

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Write all of it or nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def keep(self, event: Event, state: State) -> None:
        """Write what an event brought; ``state``: after it."""
        with self._together():
            match event:
                case Fresh(feed=feed, reading=Reading() as reading) if feed.kind in KEPT:
                    self._keep_reading(reading, event.next_poll, state)
                case Failed(feed=feed) if feed is None or feed.kind in KEPT:
                    self._keep_failure(event)
                case Discovered():
                    self._keep_feeds(event)
                case _:
                    pass
            self._keep_episodes(state.episodes)

    # Readings.

    def _keep_reading(self, reading: Reading, next_poll: Moment, state: State) -> None:
        roster_id, roster = self._roster(reading)
        columns = columns_of(reading, roster.metrics)
        feed = state.feeds[reading.feed]
        note = note_of(reading, next_poll, feed.interval)
        self._db.execute(
            "INSERT INTO poll (feed, roster, at, note, data) VALUES (?, ?, ?, ?, ?)",
            (
                self._feed(reading.feed),
                roster_id,
                note.at,
                note.text,
                packed([columns], 1),
            ),
        )
        if reading.feed.kind is Kind.LIVE:
            stands_for = 0.0 if feed.stands_since else live_for(feed.interval)
            worst = worst_of(roster, columns, note, state.levels)
            self._keep_minutes(reading, roster_id, worst, stands_for)
            self._keep_newest(reading, roster_id, state)

    def _feed(self, feed: FeedId) -> int:
        known = self._feeds.get(feed)
        if known is None:
            names = (feed.pbx, feed.kind.value)
            self._db.execute("INSERT OR IGNORE INTO feed (pbx, kind) VALUES (?, ?)", names)
            (known,) = self._db.execute(
                "SELECT id FROM feed WHERE pbx = ? AND kind = ?", names
            ).fetchone()
            self._feeds[feed] = known
        return int(known)

    def _roster(self, reading: Reading) -> tuple[int, Roster]:
        roster = roster_of(reading)
        known = self._rosters.get(reading.feed)
        if known is not None and known[1] == roster:
            return known
        feed = self._feed(reading.feed)
        found = self._db.execute(
            "SELECT id, data FROM roster WHERE feed = ? ORDER BY id DESC LIMIT 20", (feed,)
        )
        for number, text in found.fetchall():
            if roster_from(reading.feed, text) == roster:
                self._rosters[reading.feed] = number, roster
                return number, roster
        made = self._db.execute(
            "INSERT INTO roster (feed, data) VALUES (?, ?)", (feed, roster_text(roster))
        )
        assert made.lastrowid is not None  # noqa: S101 - for the type checker
        self._rosters[reading.feed] = made.lastrowid, roster
        return made.lastrowid, roster

    def forget_rosters(self) -> None:
        """Look the rosters up anew: some may have been taken away."""
        self._rosters.clear()

    # Minutes.

    def _keep_minutes(
        self, reading: Reading, roster_id: int, worst: Worst, stands_for: float
    ) -> None:
        """Let the answer before stand until this one; what does not move is not LIVE."""
        feed, at = reading.feed, reading.measured
        before = self._standing.get(feed)
        if before is not None:
            self._stand(feed, before, at.elapsed - before.at.elapsed)
        goes_on = before is not None and before.roster_id == roster_id
        if before is not None and not goes_on:
            self._write_hour(feed, before, closed=False)
        self._standing[feed] = _Standing(
            roster_id=roster_id,
            at=at,
            worst=worst,
            live_for=stands_for,
            hour=before.hour if before is not None and goes_on else None,
        )

    def _stand(self, feed: FeedId, one: _Standing, seconds: float) -> None:
        """Let an answer stand in the minutes after it."""
        start = stamp(one.at.wall)
        for hour, minute, part in parts_of(start, max(0.0, min(seconds, one.live_for))):
            if one.hour is not None and one.hour.hour != hour:
                self._write_hour(feed, one, closed=True)
                one.hour = None
            if one.hour is None:
                one.hour = self._hour(feed, one, hour)
            one.hour.add(minute, one.worst, part)
        if one.hour is not None and start % 60_000 + seconds * 1000 >= 60_000:
            self._write_hour(feed, one, closed=False)

    def _hour(self, feed: FeedId, one: _Standing, hour: int) -> Hour:
        """Return an hour: as far as it is known already, after a start or a clock put back."""
        queues = len(one.worst.levels)
        found = self._db.execute(
            "SELECT live, data FROM minute WHERE feed = ? AND hour = ? AND roster = ?",
            (self._feed(feed), hour, one.roster_id),
        ).fetchone()
        try:
            return hour_from(hour, queues, *found) if found else Hour(hour=hour, queues=queues)
        except (zlib.error, ValueError):
            return Hour(hour=hour, queues=queues)

    def _write_hour(self, feed: FeedId, one: _Standing, *, closed: bool) -> None:
        if one.hour is None:
            return
        row = one.hour.row(closed=closed)
        self._db.execute(
            "INSERT OR REPLACE INTO minute (feed, hour, roster, live, data) VALUES (?, ?, ?, ?, ?)",
            (self._feed(feed), one.hour.hour, one.roster_id, *row),
        )

    def end(self, now: Moment) -> None:
        """Write the minutes that were still going on, at the end or before a pause."""
        with self._together():
            for feed, one in self._standing.items():
                self._stand(feed, one, now.elapsed - one.at.elapsed)
                self._write_hour(feed, one, closed=False)
        self._standing.clear()

    # What a start begins with.

    def _keep_newest(self, reading: Reading, roster_id: int, state: State) -> None:
        at, feed = reading.measured, reading.feed

        def to_wall(elapsed: float) -> datetime:
            return at.wall + timedelta(seconds=elapsed - at.elapsed)

        tally = state.in_target.tallies.get(feed)
        self._db.execute(
            "INSERT OR REPLACE INTO newest (feed, at, roster, levels, tally)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                self._feed(feed),
                stamp(at.wall),
                roster_id,
                judgements.levels_text(state.levels, feed.pbx, to_wall),
                judgements.tally_text(tally) if tally else b"",
            ),
        )

    def _keep_episodes(self, episodes: tuple[Episode, ...]) -> None:
        if episodes is self._episodes:
            return
        known = set(map(id, self._episodes))
        rows = [
            (
                judgements.key_text(one.key),
                stamp(one.since.wall),
                stamp(one.until.wall) if one.until else None,
                judgements.episode_text(one),
            )
            for one in episodes
            if id(one) not in known
        ]
        self._db.executemany(
            "INSERT INTO episode (who, since, until, data) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (who, since) DO UPDATE SET until = excluded.until, data = excluded.data",
            rows,
        )
        # Held here, so that no id is given to another one.
        self._episodes = episodes

    # What happened to feeds.

    def _keep_failure(self, event: Failed) -> None:
        trouble = event.trouble
        what = {
            "failed": [trouble.reason.value, trouble.words, trouble.remedy],
            "retry": stamp(event.retry_at.wall),
        }
        self._happening(stamp(event.at.wall), event.feed, what)

    def _keep_feeds(self, event: Discovered) -> None:
        feeds = [
            [one.feed.pbx, one.feed.kind.value, one.pbx_name, one.interval]
            for one in event.feeds
            if one.feed.kind in KEPT
        ]
        self._happening(stamp(self._now()), None, {"feeds": feeds, "interval": event.interval})

    def _happening(self, at: int, feed: FeedId | None, what: object) -> None:
        self._db.execute(
            "INSERT INTO happening (at, feed, what) VALUES (?, ?, ?)",
            (at, None if feed is None else self._feed(feed), json.dumps(what)),
        )
