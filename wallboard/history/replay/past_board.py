"""The board at any moment that is kept, out of the file. Used by one thread.

Levels, episodes and what was missing are taken as they were written, so that they are those of
then, under the rules of then; nothing is judged again. Trends are those of the minutes, and the
time in target is that of the minute before.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from wallboard.errors import Reason
from wallboard.history import judgements
from wallboard.history.notes import reading_from
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.minute_reader import MinuteReader
from wallboard.history.replay.polls import KeptPoll, PollFinder
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment, QueueKey, Reading
from wallboard.model.events import Failed, FeedInfo, Trouble
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.merge import merge
from wallboard.model.feeds.missing import NONE, Missings
from wallboard.model.feeds.movement import Movement
from wallboard.model.judge.episodes import MOST_EPISODES, Episode
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.time_in_target import Tally, TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.replay import Replayed, Seek
from wallboard.model.state import State

_FEEDS, _MISSING, _FAILED = (f'{{"{what}"%' for what in ("feeds", "missing", "failed"))
"""How what happened begins, for LIKE."""

Judged = tuple[dict[QueueKey, QueueLevels], dict[QueueKey, Number]]


class PastBoard:
    """Reads an open file. ``anchor``: a moment from which all others are reckoned."""

    def __init__(self, connection: sqlite3.Connection, anchor: Moment) -> None:
        self.db = connection
        self._polls = PollFinder(connection)
        self._anchor = anchor
        self._anchor_at = stamp(anchor.wall)
        self._minutes = MinuteReader(self._polls, self.elapsed_at)
        self._episodes: dict[int, tuple[str, Episode]] = {}

    def elapsed_at(self, at: int) -> float:
        """Return the elapsed seconds of a stamp."""
        return self._anchor.elapsed + (at - self._anchor_at) / 1000

    def moment(self, at: datetime) -> Moment:
        """Return an instant on both clocks."""
        # One reckoning for all: by a rounding's breadth a sample would be of later than now.
        return Moment(at, self.elapsed_at(stamp(at)))

    def seek(self, base: State, wanted: int, to: Seek) -> Replayed | None:
        """Return the board as it was; ``None``: there is no poll that way.

        ``base``: what the configuration says; ``wanted``: milliseconds since 1970. Raises
        ``sqlite3.Error``, ``zlib.error``, ``ValueError`` for what cannot be read.
        """
        # One view of the file for all of it: polls are packed meanwhile.
        self.db.execute("BEGIN")
        try:
            self._polls.look_again()
            at = self._place(wanted, to)
            return None if at is None else self._board(base, at)
        finally:
            self.db.execute("COMMIT")

    def each(self, base: State, begin: int, end: int) -> Iterator[Replayed]:
        """Give the board at each poll between two stamps."""
        found = self.seek(base, begin - 1, Seek.AFTER)
        while found is not None and (at := stamp(found.at.wall)) <= end:
            yield found
            found = self.seek(base, at, Seek.AFTER)

    def day(self, begin: int, end: int) -> list[int | None]:
        """Return the worst level of any queue, minute by minute, between two stamps."""
        self._polls.look_again()
        return self._minutes.day(begin, end)

    def span(self) -> tuple[int, int] | None:
        """Return when the first and the last poll were, if there are any."""
        first, last = self.db.execute(
            "SELECT min(first), max(last) FROM (SELECT first, last FROM block"
            " UNION ALL SELECT at, at FROM poll)"
        ).fetchone()
        return None if first is None else (first, last)

    def _place(self, wanted: int, to: Seek) -> int | None:
        live = [number for number, feed in self._polls.feeds.items() if feed.kind is Kind.LIVE]
        if to is Seek.AFTER:
            return min(
                _without_none(self._polls.moment_after(item, wanted) for item in live), default=None
            )
        if to is Seek.BEFORE:
            return max(
                _without_none(self._polls.moment_before(item, wanted) for item in live),
                default=None,
            )
        return wanted

    def _board(self, base: State, at: int) -> Replayed | None:
        polls = {
            number: poll
            for number in self._polls.feeds
            if (poll := self._polls.before(number, at)) is not None
        }
        if not polls:
            return None
        feeds = self._feeds(polls, at)
        live, worst = self._levels(polls, Kind.LIVE)
        missing, worst_missing = self._missing(at)
        known = [number for number in polls if self._polls.feeds[number].kind is Kind.LIVE]
        intervals = [feed.interval for feed in feeds.values() if feed.kind is Kind.LIVE]
        trends = {
            self._polls.feeds[number]: self._minutes.trend(number, at, polls[number])
            for number in known
        }
        state = replace(
            base,
            feeds=feeds,
            interval=max(intervals, default=base.interval),
            snapshot=merge([feed.queues for feed in feeds.values() if feed.queues]),
            levels=live,
            day_levels=self._levels(polls, Kind.TODAY)[0],
            episodes=self._episode_log(at, {**worst_missing, **worst}),
            trends=Trends(trends),
            in_target=TimeInTarget(dict(filter(None, (self._tally(item, at) for item in known)))),
            missing=missing,
            trouble=self._account(at, polls.values()),
            paused=None,
            usual=None,
        )
        return Replayed(state=state, at=self.moment(wall(at)))

    def _levels(self, polls: Mapping[int, KeptPoll], kind: Kind) -> Judged:
        """Return the levels of all queues, and the worst values, as the polls' notes have them."""
        levels: dict[QueueKey, QueueLevels] = {}
        worst: dict[QueueKey, Number] = {}
        for number, poll in polls.items():
            if self._polls.feeds[number].kind is kind and poll.note.levels is not None:
                keys = [who.key for who in poll.roster.queues]
                found, worst_values = judgements.levels_from(
                    poll.note.levels, keys, self.elapsed_at
                )
                levels.update(found)
                worst.update(worst_values)
        return levels, worst

    # Feeds.

    def _feeds(self, polls: Mapping[int, KeptPoll], at: int) -> dict[FeedId, Feed]:
        """Return the feeds of then, in the order in which the account told them."""
        text = self._newest_happening("feed IS NULL", _FEEDS, at)
        numbers = {feed: number for number, feed in self._polls.feeds.items()}
        if text:
            infos = _infos_from(text)
        else:
            # Not kept any more: whoever has answers was one.
            infos = {
                feed: FeedInfo(feed, poll.roster.pbx_name, poll.note.interval)
                for feed, number in numbers.items()
                if (poll := polls.get(number))
            }
        return {
            feed: self._feed(number, info, polls.get(number), at)
            for feed, info in infos.items()
            if (number := numbers.get(feed)) is not None
        }

    def _feed(self, number: int, info: FeedInfo, poll: KeptPoll | None, at: int) -> Feed:
        since = poll.at if poll else 0
        failed = self._newest_happening("feed = ? AND at > ?", _FAILED, at, number, since)
        trouble, next_poll = None, None
        reading: Reading | None = None
        interval, movement = info.interval, None
        if poll is not None:
            note = poll.note
            reading = reading_from(poll.roster, poll.columns, note, self.moment)
            next_poll, interval = self.moment(wall(note.next_poll)), note.interval
            if note.stands:
                movement = Movement(self.moment(wall(note.stands)), {}, stands=True)
        if failed:
            what = json.loads(failed)
            reason, words, remedy = what["failed"]
            trouble, next_poll = Trouble(Reason(reason), words, remedy), self._retry(what)
        return Feed(
            info=info,
            interval=interval,
            reading=reading,
            trouble=trouble,
            next_poll=next_poll,
            movement=movement,
        )

    def _retry(self, what: dict[str, int]) -> Moment:
        return self.moment(wall(what["retry"]))

    def _newest_happening(self, where: str, like: str, at: int, *values: int) -> str | None:
        """Return the newest of what happened up to a moment, as it was written."""
        row = self.db.execute(
            f"SELECT what FROM happening WHERE {where} AND at <= ? AND what LIKE ?"  # noqa: S608
            " ORDER BY at DESC, id DESC LIMIT 1",
            (*values, at, like),
        ).fetchone()
        return str(row[0]) if row else None

    def _account(self, at: int, polls: Iterable[KeptPoll | None]) -> Failed | None:
        """Return why the account could not be opened, if that was so."""
        since = max((poll.at for poll in polls if poll), default=0)
        text = self._newest_happening("feed IS NULL AND at > ?", _FAILED, at, since)
        if text is None:
            return None
        what = json.loads(text)
        reason, words, remedy = what["failed"]
        return Failed(
            None, Trouble(Reason(reason), words, remedy), self.moment(wall(at)), self._retry(what)
        )

    def _missing(self, at: int) -> tuple[Missings, dict[QueueKey, Number]]:
        text = self._newest_happening("feed IS NULL", _MISSING, at)
        return judgements.missing_from(text, self.moment) if text else (NONE, {})

    # What was made of them.

    def _episode_log(self, at: int, worst: dict[QueueKey, Number]) -> tuple[Episode, ...]:
        """Return the newest episodes as they were known at a moment, oldest first."""
        rows = self.db.execute(
            "SELECT id, until FROM episode WHERE since <= ? ORDER BY since DESC, id DESC LIMIT ?",
            (at, MOST_EPISODES),
        ).fetchall()
        kept = self._episodes
        # What is over and was read is as it was read: that of all others is looked at once more.
        self._read_episodes(
            number
            for number, until in rows
            if until is None or number not in kept or kept[number][1].until is None
        )
        now = self.elapsed_at(at)
        episodes = [kept[number][1] for number, _ in reversed(rows)]
        # Nobody marks as seen what is over: what had ended by then is as it was known.
        return tuple(
            [
                episode
                if episode.until and episode.until.elapsed <= now
                else self._as_known(episode, now, worst)
                for episode in episodes
            ]
        )

    def _read_episodes(self, wanted: Iterable[int]) -> None:
        numbers = list(wanted)
        marks = ",".join("?" * len(numbers))
        rows = self.db.execute(f"SELECT id, data FROM episode WHERE id IN ({marks})", numbers)  # noqa: S608
        for number, text in rows:
            known = self._episodes.get(number)
            if known is None or known[0] != text:
                self._episodes[number] = text, judgements.episode_from(text, self.moment)

    def _as_known(self, episode: Episode, now: float, worst: dict[QueueKey, Number]) -> Episode:
        """Return an episode without what came after a moment, elapsed seconds."""
        acknowledged = episode.acknowledged
        if acknowledged is not None and acknowledged.at.elapsed > now:
            episode = replace(episode, acknowledged=None)
        if episode.until is None or episode.until.elapsed > now:
            episode = replace(
                episode, until=None, gone=False, worst=worst.get(episode.key, episode.value)
            )
        return episode

    def _tally(self, number: int, at: int) -> tuple[FeedId, Tally] | None:
        row = self.db.execute(
            "SELECT roster, data FROM tally WHERE feed = ? AND at <= ? ORDER BY at DESC LIMIT 1",
            (number, at),
        ).fetchone()
        if row is None:
            return None
        keys = tuple([who.key for who in self._polls.roster(number, row[0]).queues])
        tally = judgements.tally_from(row[1], keys, self.moment)
        return self._polls.feeds[number], tally


def _without_none(moments: Iterable[int | None]) -> Iterator[int]:
    return (moment for moment in moments if moment is not None)


def _infos_from(said: str) -> dict[FeedId, FeedInfo]:
    """Return the feeds that were polled, as the account told them."""
    what = json.loads(said)
    infos = (
        FeedInfo(FeedId(pbx, Kind(kind)), name, interval or what["interval"])
        for pbx, kind, name, interval in what["feeds"]
    )
    return {info.feed: info for info in infos}
