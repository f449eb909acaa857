"""What is done while no poll waits: packing, and taking away what is too old, in small steps."""

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from wallboard.history.minutes import HOUR, MINUTE, hour_from
from wallboard.history.packing import Columns, Roster, pack, roster_from, roster_text, unpack
from wallboard.model.data.metric import Kind
from wallboard.model.data.options import HistoryOptions
from wallboard.model.data.reading import FeedId

POLLS = 30
"""How many polls become one block."""

_LEVEL = 5
"""Of deflating a block: 6 takes half as long again, and saves a hundredth of the room."""

_AT_ONCE = 20
"""Blocks, hours and so on that are taken away in one step."""

_PAGES = 500
"""Pages that are given back to the disk in one step."""

_NOT_USED = """id NOT IN (SELECT roster FROM poll UNION SELECT roster FROM block
 UNION SELECT roster FROM minute UNION SELECT roster FROM newest UNION SELECT roster FROM tally
 UNION SELECT roster FROM past UNION SELECT max(id) FROM roster GROUP BY feed)"""
"""Rosters of nothing that is kept, but for the newest of each feed."""


def feeds_of(db: sqlite3.Connection) -> dict[int, FeedId]:
    """Return the feeds by their number in the file."""
    rows = db.execute("SELECT id, pbx, kind FROM feed").fetchall()
    return {number: FeedId(pbx, Kind(kind)) for number, pbx, kind in rows}


def roster_in(db: sqlite3.Connection, feed: FeedId, number: int) -> Roster:
    """Return a roster by its number. Raises ``ValueError`` where there is none."""
    found = db.execute("SELECT data FROM roster WHERE id = ?", (number,)).fetchone()
    if found is None:
        raise ValueError("no such roster")
    return roster_from(feed, found[0])


def roster_number(db: sqlite3.Connection, feed: int, roster: Roster) -> int:
    """Return a roster's number in the file, where it is put if it is not there."""
    text = roster_text(roster)
    found = db.execute("SELECT id FROM roster WHERE feed = ? AND data = ?", (feed, text)).fetchone()
    if found is None:
        found = (
            db.execute("INSERT INTO roster (feed, data) VALUES (?, ?)", (feed, text)).lastrowid,
        )
    return int(found[0])


def feed_number(db: sqlite3.Connection, feed: FeedId) -> int:
    """Return a feed's number in the file, where it is put if it is not there."""
    names = (feed.pbx, feed.kind.value)
    db.execute("INSERT OR IGNORE INTO feed (pbx, kind) VALUES (?, ?)", names)
    return int(db.execute("SELECT id FROM feed WHERE pbx = ? AND kind = ?", names).fetchone()[0])


def polls_since(
    db: sqlite3.Connection, feed: int, since: int = 0
) -> Iterator[tuple[int, list[str], bytes]]:
    """Give the polls of a feed from a stamp on, in the order in which they were written.

    Of those of a block, or of one alone: the roster, the note of each, and all of them packed.
    """
    for roster, notes, data in db.execute(
        "SELECT roster, notes, data FROM block WHERE feed = ? AND last >= ? ORDER BY id",
        (feed, since),
    ):
        yield roster, texts_of(notes), data
    for roster, note, data in db.execute(
        "SELECT roster, note, data FROM poll WHERE feed = ? AND at >= ? ORDER BY id", (feed, since)
    ):
        yield roster, [note], data


def texts_of(notes: bytes) -> list[str]:
    """Return the notes of a block's polls, as they are kept."""
    return zlib.decompress(notes).decode().split("\n")


def moment_of(note: str) -> int:
    """Return when a poll was, by its note as it is kept: each begins with that."""
    begin = len('{"at": ')
    return int(note[begin : note.index(",", begin)])


def pack_one(db: sqlite3.Connection) -> bool:
    """Pack the oldest polls of one feed into a block; whether there were any to be packed.

    Thirty of one roster, or as many as there were before the queues became others.
    """
    for number, feed in feeds_of(db).items():
        # This is asked twice a second: what the polls hold is read only when they are packed.
        waiting = db.execute(
            "SELECT id, roster FROM poll WHERE feed = ? ORDER BY id LIMIT ?", (number, POLLS + 1)
        ).fetchall()
        first = waiting[0][1] if waiting else 0
        others = (at for at, row in enumerate(waiting) if row[1] != first)
        many = min(next(others, len(waiting)), POLLS)
        # The newest stays alone: another one may follow it in its block.
        if many == len(waiting) or many == len(waiting[:POLLS]) < POLLS:
            continue
        run = db.execute(
            "SELECT id, roster, at, note, data FROM poll WHERE feed = ? AND id <= ? ORDER BY id",
            (number, waiting[many - 1][0]),
        ).fetchall()
        roster = roster_in(db, feed, first)
        polls = [unpack(row[4], roster, 1)[0] for row in run]
        db.execute("BEGIN IMMEDIATE")
        write_block(db, number, first, [(row[2], row[3]) for row in run], polls)
        marks = ",".join("?" * len(run))
        db.execute(f"DELETE FROM poll WHERE id IN ({marks})", [row[0] for row in run])  # noqa: S608
        db.execute("COMMIT")
        return True
    return False


def write_block(
    db: sqlite3.Connection,
    feed: int,
    roster: int,
    notes: list[tuple[int, str]],
    polls: list[Columns],
) -> None:
    """Write polls of one roster as one block. ``notes``: of each when it was, and its note."""
    moments = [at for at, _ in notes]
    texts = zlib.compress("\n".join(text for _, text in notes).encode(), 6)
    db.execute(
        "INSERT INTO block (feed, roster, first, last, polls, notes, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (feed, roster, min(moments), max(moments), len(polls), texts, pack(polls, _LEVEL)),
    )


def purge_some(db: sqlite3.Connection, limits: HistoryOptions, now: int) -> bool:
    """Take away some of what is too old or too much; whether there may be more.

    ``now``: milliseconds since 1970. What the clock says is yet to come is not too old.
    """
    readings = now - int(limits.readings * 1000)
    minutes = now - int(limits.minutes * 1000)
    gone = 0
    for table, column, oldest in (
        ("block", "last", readings),
        ("poll", "at", readings),
        ("happening", "at", readings),
        ("tally", "at", readings),
        ("minute", "hour", minutes // HOUR),
        ("episode", "since", minutes),
        ("past", "begin", minutes),
    ):
        gone += _delete_some(db, table, f"{column} < ?", (oldest,))
    if not gone and size_of(db) > limits.max_size:
        gone = _delete_some(db, "block", "1", order="last") or _delete_some(
            db, "minute", "1", order="hour"
        )
    if not gone:
        return _give_back(db)
    if gone < _AT_ONCE:
        _delete_some(db, "roster", _NOT_USED)
    return True


def _delete_some(
    db: sqlite3.Connection, table: str, which: str, values: tuple[int, ...] = (), order: str = ""
) -> int:
    by = f" ORDER BY {order}" if order else ""
    statement = (
        f"DELETE FROM {table} WHERE rowid IN"  # noqa: S608 - the names are those above
        f" (SELECT rowid FROM {table} WHERE {which}{by} LIMIT {_AT_ONCE})"
    )
    return db.execute(statement, values).rowcount


def _give_back(db: sqlite3.Connection) -> bool:
    """Give free pages back to the disk, some at a time; whether there may be more."""
    (free,) = db.execute("PRAGMA freelist_count").fetchone()
    if free <= _PAGES:
        return False
    give_back_pages(db, _PAGES)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return bool(free > 2 * _PAGES)


def give_back_pages(db: sqlite3.Connection, most: int = 0) -> None:
    """Give so many free pages back to the disk; 0: all."""
    # It stops after each page, with a row of no columns, which only a script steps over.
    db.executescript(f"PRAGMA incremental_vacuum({most})")


def size_of(db: sqlite3.Connection) -> int:
    """Return the bytes that are in use in the file."""
    page, pages, free = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    return int(page * (pages - free))


def copy_polls(
    target: sqlite3.Connection,
    feed: int,
    block: tuple[int, bytes, bytes],
    roster_by: Callable[[int], Roster],
    wanted: Callable[[int], bool],
) -> int:
    """Write those polls of a block that are wanted by their moments as another one; how many.

    ``block``: the number of its roster, its notes and its data.
    """
    number, notes, data = block
    polls = [(moment_of(text), text) for text in texts_of(notes)]
    places = [place for place, (at, _) in enumerate(polls) if wanted(at)]
    if places:
        columns = unpack(data, roster_by(number), len(polls))
        kept = [polls[place] for place in places]
        write_block(target, feed, number, kept, [columns[place] for place in places])
    return len(places)


def forget(db: sqlite3.Connection, begin: int, end: int) -> int:
    """Take away what was from ``begin`` on and before ``end``; how many polls those were."""
    within = (begin, end)
    count = db.execute("DELETE FROM poll WHERE at >= ? AND at < ?", within).rowcount
    for number, feed in feeds_of(db).items():
        rows = db.execute(
            "SELECT id, polls, roster, notes, data FROM block"
            " WHERE feed = ? AND last >= ? AND first < ?",
            (number, *within),
        ).fetchall()
        for row, polls, *block in rows:
            db.execute("DELETE FROM block WHERE id = ?", (row,))
            rosters = partial(roster_in, db, feed)
            stay = copy_polls(db, number, tuple(block), rosters, lambda at: not begin <= at < end)
            count += polls - stay
    db.execute("DELETE FROM happening WHERE at >= ? AND at < ?", within)
    for table in ("newest", "tally"):
        db.execute(f"DELETE FROM {table} WHERE at >= ? AND at < ?", within)  # noqa: S608
    db.execute("DELETE FROM past WHERE begin < ? AND end > ?", (end, begin))
    db.execute("DELETE FROM episode WHERE since < ? AND ifnull(until, since) >= ?", (end, begin))
    _forget_minutes(db, begin, end)
    return count


def _forget_minutes(db: sqlite3.Connection, begin: int, end: int) -> None:
    """Take minutes away: whole hours, and the part of one where a day begins within it."""
    rows = db.execute(
        "SELECT rowid, feed, hour, roster, live, data FROM minute WHERE hour >= ? AND hour <= ?",
        (begin // HOUR, (end - 1) // HOUR),
    ).fetchall()
    feeds = feeds_of(db)
    for row, feed, hour, roster, live, data in rows:
        gone = [begin <= hour * HOUR + at * MINUTE < end for at in range(60)]
        if all(gone):
            db.execute("DELETE FROM minute WHERE rowid = ?", (row,))
            continue
        known = hour_from(hour, len(roster_in(db, feeds[feed], roster).queues), live, data)
        for at in (at for at, item in enumerate(gone) if item):
            known.forget(at)
        db.execute(
            "UPDATE minute SET live = ?, data = ? WHERE rowid = ?", (*known.row(closed=True), row)
        )
