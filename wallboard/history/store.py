"""What is written for each event. Used by one thread; raises ``sqlite3.Error`` when it cannot."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from wallboard.history import judgements
from wallboard.history.minutes import MINUTE, MinuteKeeper, measure
from wallboard.history.notes import note_of
from wallboard.history.packing import Roster, columns_of, is_of, pack, roster_of, stamp
from wallboard.history.past import keep_past
from wallboard.history.recall import unwritten_minute
from wallboard.history.upkeep import feed_number, roster_number
from wallboard.model.data.metric import QUEUE_KINDS, Kind, Number
from wallboard.model.data.reading import FeedId, Moment, QueueKey, Reading
from wallboard.model.events import Discovered, Failed, Fresh
from wallboard.model.feeds.freshness import live_for
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.hours import PastHeard
from wallboard.model.state import Event, State


class Store:
    """Writes events into an open file: numbers of queues, and nothing of people."""

    def __init__(
        self, connection: sqlite3.Connection, now: Callable[[], datetime], scope: str = ""
    ) -> None:
        """``now``: the wall time, for what does not say when it was. ``scope``: what is asked."""
        self._db = connection
        self._scope = scope
        self._now = now
        self._feeds: dict[FeedId, int] = {}
        self._rosters: dict[FeedId, tuple[int, Roster]] = {}
        self._minutes = MinuteKeeper(connection, self._feed)
        self._episodes: tuple[Episode, ...] = ()
        self._told: dict[tuple[QueueKey, Moment], tuple[object, ...]] = {}
        self._missing: str | None = None
        self._tallied: dict[FeedId, int] = {}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write all of it or nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield

    def keep(self, event: Event, state: State) -> None:
        """Write what an event brought; ``state``: after it."""
        with self._transaction():
            match event:
                case Fresh(feed=feed, reading=Reading() as reading) if feed.kind in QUEUE_KINDS:
                    self._keep_reading(reading, event.next_poll, state)
                case Failed(feed=feed) if feed is None or feed.kind in QUEUE_KINDS:
                    self._keep_failure(event)
                case Discovered():
                    self._keep_feeds(event)
                    self._keep_missing(stamp(self._now()), state)
                case PastHeard(spans, fresh=True):
                    for span in spans:
                        keep_past(self._db, span, self._scope)
                case _:
                    pass
            self._keep_episodes(state.episodes)

    # Readings.

    def _keep_reading(self, reading: Reading, next_poll: Moment, state: State) -> None:
        roster_id, roster = self._roster(reading)
        columns = columns_of(reading, roster.metrics)
        feed, is_live = state.feeds[reading.feed], reading.feed.kind is Kind.LIVE
        keys = [queue.key for queue in reading.queues]
        levels = judgements.not_calm(state.levels if is_live else state.day_levels, keys)
        worst = _worst_of(state) if is_live else {}
        text = judgements.levels_text(levels, keys, worst, reading.measured)
        note = note_of(reading, next_poll, feed.interval, levels=text, stands=feed.stands_since)
        # A live answer is soon deflated with its neighbours: until then to write more costs less.
        data = pack([columns], 0 if is_live else 1)
        self._db.execute(
            "INSERT INTO poll (feed, roster, at, note, data) VALUES (?, ?, ?, ?, ?)",
            (self._feed(reading.feed), roster_id, note.at, note.text, data),
        )
        if is_live:
            stands_for = 0.0 if feed.stands_since else live_for(feed.interval)
            answer = measure(roster, columns, note, judgements.level_numbers(levels, len(keys)))
            self._resume_minute(reading.feed)
            self._minutes.keep(reading.feed, reading.measured, roster_id, answer, stands_for)
            self._keep_newest(reading, roster_id, state)
            self._keep_missing(note.at, state)

    def _resume_minute(self, feed: FeedId) -> None:
        """Write the minute that a crash or a full disk has cut off: its polls are kept."""
        if self._minutes.knows(feed):
            return
        last = None
        for at, roster, worst, stands_for in unwritten_minute(self._db, self._feed(feed)):
            number = roster_number(self._db, self._feed(feed), roster)
            self._minutes.keep(feed, at, number, worst, stands_for)
            last = at
        if last is not None:
            self._minutes.end(last, feed)

    def _feed(self, feed: FeedId) -> int:
        known = self._feeds.get(feed)
        if known is None:
            known = self._feeds[feed] = feed_number(self._db, feed)
        return known

    def _roster(self, reading: Reading) -> tuple[int, Roster]:
        known = self._rosters.get(reading.feed)
        if known is not None and is_of(reading, known[1]):
            return known
        roster = roster_of(reading)
        number = roster_number(self._db, self._feed(reading.feed), roster)
        self._rosters[reading.feed] = number, roster
        return number, roster

    def forget_rosters(self) -> None:
        """Look the rosters up anew: some may have been taken away."""
        self._rosters.clear()

    def end(self, now: Moment) -> None:
        """Write the minutes that were still going on, at the end or before a pause."""
        with self._transaction():
            self._minutes.end(now)

    # What a start begins with.

    def _keep_newest(self, reading: Reading, roster_id: int, state: State) -> None:
        at, feed = stamp(reading.measured.wall), reading.feed
        tally = state.in_target.tallies.get(feed)
        row = (self._feed(feed), at, roster_id, judgements.tally_text(tally) if tally else b"")
        self._db.execute(
            "INSERT OR REPLACE INTO newest (feed, at, roster, tally) VALUES (?, ?, ?, ?)", row
        )
        if tally and self._tallied.get(feed) != at // MINUTE:
            self._tallied[feed] = at // MINUTE
            self._db.execute("INSERT INTO tally (feed, at, roster, data) VALUES (?, ?, ?, ?)", row)

    def _keep_episodes(self, episodes: tuple[Episode, ...]) -> None:
        if episodes is self._episodes:
            return
        known = set(map(id, self._episodes))
        rows = []
        for episode in episodes:
            if id(episode) in known:
                continue
            # The worst of one that lasts grows with each answer: it stands in that one's note.
            who = episode.key, episode.since
            ending = episode.until, episode.acknowledged, episode.gone
            if self._told.get(who) == ending:
                continue
            self._told[who] = ending
            if not episode.lasts:
                del self._told[who]
            rows.append(
                (
                    judgements.key_text(episode.key),
                    stamp(episode.since.wall),
                    stamp(episode.until.wall) if episode.until else None,
                    judgements.episode_text(episode),
                )
            )
        self._db.executemany(
            "INSERT INTO episode (who, since, until, data) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (who, since) DO UPDATE SET until = excluded.until, data = excluded.data",
            rows,
        )
        # Held here, so that no id is given to another one.
        self._episodes = episodes

    # What happened to feeds.

    def _keep_missing(self, at: int, state: State) -> None:
        """Write what is in no answer, when that is other than it was."""
        worst = _worst_of(state) if state.missing else {}
        text = judgements.missing_text(state.missing, worst)
        if text != self._missing:
            self._happening(at, None, text)
            self._missing = text

    def _keep_failure(self, event: Failed) -> None:
        trouble = event.trouble
        what = {
            "failed": [trouble.reason.value, trouble.words, trouble.remedy],
            "retry": stamp((event.retry_at or event.at).wall),
        }
        self._happening(stamp(event.at.wall), event.feed, json.dumps(what))

    def _keep_feeds(self, event: Discovered) -> None:
        feeds = [
            [feed.feed.pbx, feed.feed.kind.value, feed.pbx_name, feed.interval]
            for feed in event.feeds
            if feed.feed.kind in QUEUE_KINDS
        ]
        what = json.dumps({"feeds": feeds, "interval": event.interval})
        self._happening(stamp(self._now()), None, what)

    def _happening(self, at: int, feed: FeedId | None, what: str) -> None:
        self._db.execute(
            "INSERT INTO happening (at, feed, what) VALUES (?, ?, ?)",
            (at, None if feed is None else self._feed(feed), what),
        )


def _worst_of(state: State) -> dict[QueueKey, Number | None]:
    """Return the worst value of each episode that lasts."""
    return {episode.key: episode.worst for episode in state.episodes if episode.lasts}
