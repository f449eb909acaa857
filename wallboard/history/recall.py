"""What a start takes from the file: the last hour's trends, levels, alerts, today's target."""

import json
import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from wallboard.history import judgements
from wallboard.history.minutes import HOUR, MINUTE, MinuteColumns, measure
from wallboard.history.packing import (
    MISSING,
    Columns,
    Roster,
    ToMoment,
    numbers,
    stamp,
    unpack,
    wall,
)
from wallboard.history.replay.polls import PollFinder
from wallboard.history.upkeep import feeds_of, polls_since, roster_in
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment, QueueKey
from wallboard.model.events import Remembered
from wallboard.model.feeds.freshness import live_for
from wallboard.model.judge.episodes import MOST_EPISODES, Episode
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.samples import TREND_METRICS, Column, Sample, column_of
from wallboard.model.judge.time_in_target import TimeInTarget
from wallboard.model.judge.trends import SPAN, Trends

LASTING = 3_600.0
"""Seconds after which nobody knows whether a level that was left alone still lasts."""


def moments(now: Moment) -> ToMoment:
    """Return what gives both clocks' reading of a wall time; nothing that was is yet to come."""

    def moment(at: datetime) -> Moment:
        ago = (now.wall - at).total_seconds()
        return Moment(at, now.elapsed - max(0.0, ago))

    return moment


def recall_from(db: sqlite3.Connection, now: Moment) -> Remembered | None:
    """Return what is known of the time before; ``None`` if nothing is.

    Raises ``sqlite3.Error``, ``zlib.error`` and ``ValueError`` for what cannot be read.
    """
    moment = moments(now)
    feeds = {at: feed for at, feed in feeds_of(db).items() if feed.kind is Kind.LIVE}
    levels: dict[QueueKey, QueueLevels] = {}
    worst: dict[QueueKey, Number] = {}
    tallies = {}
    last: dict[str, Moment] = {}
    newest = db.execute("SELECT feed, at, roster, tally FROM newest").fetchall()
    for number, at, roster, tally in newest:
        feed = feeds.get(number)
        if feed is None:
            continue
        last[feed.pbx] = moment(wall(at))
        keys = tuple([who.key for who in roster_in(db, feed, roster).queues])
        if tally:
            tallies[feed] = judgements.tally_from(tally, keys, moment)
        kept, worst_values = _read_levels(db, number, at, keys, moment)
        worst.update(worst_values)
        if now.elapsed - last[feed.pbx].elapsed <= LASTING:
            levels.update(judgements.in_trouble(kept))
    if not last:
        return None
    trends = Trends()
    for number, feed in feeds.items():
        for sample in _samples(db, number, feed, now):
            trends = trends.with_sample(feed, sample)
    episodes = [
        replace(episode, worst=worst.get(episode.key, episode.worst)) if episode.lasts else episode
        for episode in _episodes(db, moment)
    ]
    # A group goes on with the newest of all answers.
    last[""] = max(last.values(), key=lambda at: at.elapsed)
    still = tuple(_as_left(episode, now, last.get(episode.key.pbx)) for episode in episodes)
    return Remembered(trends, levels, still, TimeInTarget(tallies))


def unwritten_minute(
    db: sqlite3.Connection, feed: int
) -> Iterator[tuple[Moment, Roster, MinuteColumns, float]]:
    """Give the answers of the newest minute of a feed if nothing of it was written, oldest first.

    Each with what it adds, and for how many seconds it stands at most. Nobody knows how long the
    board lived after the last one.
    """
    row = db.execute("SELECT at FROM newest WHERE feed = ?", (feed,)).fetchone()
    if row is None:
        return
    begin = row[0] // MINUTE * MINUTE
    hours = db.execute(
        "SELECT live FROM minute WHERE feed = ? AND hour = ?", (feed, begin // HOUR)
    ).fetchall()
    if any(live[begin % HOUR // MINUTE] for (live,) in hours):
        return
    finder = PollFinder(db)
    polls = [finder.before(feed, row[0])]
    while (oldest := polls[-1]) is not None and oldest.at > begin:
        polls.append(finder.before(feed, oldest.at - 1))
    for poll in filter(None, reversed(polls)):
        keys = [who.key for who in poll.roster.queues]
        levels = judgements.levels_from(poll.note.levels or "", keys, lambda _: 0.0)[0]
        at, early = max(poll.at, begin), max(0, begin - poll.at) / 1000
        stands_for = 0.0 if poll.note.stands else live_for(poll.note.interval) - early
        column = judgements.level_numbers(judgements.not_calm(levels, keys), len(keys))
        worst = measure(poll.roster, poll.columns, poll.note, column)
        yield Moment(wall(at), at / 1000), poll.roster, worst, max(0.0, stands_for)


def _read_levels(
    db: sqlite3.Connection, feed: int, at: int, keys: tuple[QueueKey, ...], moment: ToMoment
) -> tuple[dict[QueueKey, QueueLevels], dict[QueueKey, Number]]:
    """Return what the newest poll's note says of levels, and the worst values."""
    row = db.execute("SELECT note FROM poll WHERE feed = ? AND at = ?", (feed, at)).fetchone()
    text = json.loads(row[0]).get("levels") if row else None
    return judgements.levels_from(text or "", keys, lambda item: moment(wall(item)).elapsed)


def _episodes(db: sqlite3.Connection, moment: ToMoment) -> list[Episode]:
    """Return the newest episodes, oldest first."""
    rows = db.execute(
        "SELECT data FROM episode ORDER BY since DESC, id DESC LIMIT ?", (MOST_EPISODES,)
    ).fetchall()
    return [judgements.episode_from(text, moment) for (text,) in reversed(rows)]


def _as_left(episode: Episode, now: Moment, seen: Moment | None) -> Episode:
    """Return an episode as a start finds it: one that was left alone for long has ended."""
    if episode.until is None and (seen is None or now.elapsed - seen.elapsed > LASTING):
        # Nobody has seen it end: it is closed at the last moment at which it was seen.
        return replace(episode, until=seen or episode.since, gone=True)
    return episode


def _samples(db: sqlite3.Connection, number: int, feed: FeedId, now: Moment) -> Iterator[Sample]:
    """Give what trends keep of each poll of the last hour, oldest first."""
    since = stamp(now.wall - timedelta(seconds=SPAN))
    until = stamp(now.wall)
    rosters: dict[int, Roster] = {}
    for roster_id, texts, polls in polls_since(db, number, since):
        notes = list(map(_brief, texts))
        roster = rosters.get(roster_id)
        if roster is None:
            roster = rosters[roster_id] = roster_in(db, feed, roster_id)
        keys = tuple([who.key for who in roster.queues])
        for (at, suspect), columns in zip(
            notes, unpack(polls, roster, len(notes), TREND_METRICS), strict=True
        ):
            if since <= at <= until:
                start = now.elapsed - (until - at) / 1000
                yield Sample(start, keys, trend_columns(roster, columns, suspect))


def _brief(text: str) -> tuple[int, dict[str, list[str]]]:
    note = json.loads(text)
    return note["at"], note["suspect"]


def trend_columns(
    roster: Roster, columns: Columns, suspect: Mapping[str, Sequence[str]]
) -> tuple[Column, ...]:
    """Return what trends keep of a poll. ``suspect``: place of a queue → metrics."""
    count = len(roster.queues)
    found = []
    for name in TREND_METRICS:
        place = roster.metrics.index(name) if name in roster.metrics else None
        column = None if place is None else columns[place]
        if column is not None and column.typecode in "bi" and MISSING not in column:
            drawn = column.tolist()
        else:
            drawn = [math.nan if x is None else x for x in numbers(column, count)]
        for queue, names in suspect.items():
            if name in names:
                drawn[int(queue)] = math.nan
        found.append(column_of(drawn))
    return tuple(found)
