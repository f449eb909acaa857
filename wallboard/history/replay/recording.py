"""A recording: the part of a history that an incident needs, as a file of the same layout."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from wallboard.history.file import open_to_write
from wallboard.history.minutes import HOUR
from wallboard.history.replay.polls import PollFinder
from wallboard.history.upkeep import copy_polls

_STANDS = ("feeds", "missing")
"""What happened before and still held…"""

_NEWEST = (
    "id = (SELECT id FROM happening WHERE at < ? AND what LIKE ? ORDER BY at DESC, id DESC LIMIT 1)"
)
"""… and how the newest of it is found."""

_ROSTERS = (
    "SELECT roster FROM poll UNION SELECT roster FROM block UNION SELECT roster FROM minute"
    " UNION SELECT roster FROM tally"
)


def record(db: sqlite3.Connection, path: Path, begin: int, end: int) -> None:
    """Write what was between two stamps into a new file, which needs nothing beside it.

    Raises ``CannotKeep``, ``sqlite3.Error`` and ``OSError``.
    """
    with closing(open_to_write(path)) as file:
        target = file.connection
        target.execute("BEGIN IMMEDIATE")
        finder = PollFinder(db)
        for number, feed in finder.feeds.items():
            target.execute(
                "INSERT INTO feed (id, pbx, kind) VALUES (?, ?, ?)",
                (number, feed.pbx, feed.kind.value),
            )
            first = finder.moment_before(number, begin + 1)
            _polls(db, target, finder, number, (begin if first is None else first, end))
        _rows(db, target, "minute", "hour >= ? AND hour <= ?", (begin // HOUR - 1, end // HOUR))
        _rows(db, target, "episode", "since <= ? AND ifnull(until, ?) >= ?", (end, end, begin))
        _rows(db, target, "happening", "at >= ? AND at <= ?", (begin, end))
        _rows(db, target, "tally", "at >= ? AND at <= ?", (begin - 60_000, end))
        for what in _STANDS:
            _rows(db, target, "happening", _NEWEST, (begin, f'{{"{what}"%'))
        for (roster,) in target.execute(_ROSTERS).fetchall():
            _rows(db, target, "roster", "id = ?", (roster,))
        target.execute("COMMIT")
        # So it can be read where nothing can be written beside it.
        target.execute("PRAGMA journal_mode=DELETE")
    path.with_name(path.name + ".lock").unlink(missing_ok=True)


def _rows(
    db: sqlite3.Connection,
    target: sqlite3.Connection,
    table: str,
    which: str,
    values: tuple[object, ...],
) -> None:
    rows = db.execute(f"SELECT * FROM {table} WHERE {which}", values).fetchall()  # noqa: S608
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _polls(
    db: sqlite3.Connection,
    target: sqlite3.Connection,
    finder: PollFinder,
    number: int,
    span: tuple[int, int],
) -> None:
    """Copy the polls of a feed; of a block those that are wanted."""
    first, last = span
    _rows(db, target, "poll", "feed = ? AND at >= ? AND at <= ?", (number, first, last))
    blocks = db.execute(
        "SELECT roster, notes, data FROM block WHERE feed = ? AND last >= ? AND first <= ?",
        (number, first, last),
    ).fetchall()
    for block in blocks:
        rosters = partial(finder.roster, number)
        copy_polls(target, number, block, rosters, lambda at: first <= at <= last)
