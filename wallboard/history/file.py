"""The file itself: found, locked, checked, or set aside; nothing of what is in it.

One process writes it, held by a lock that ends with the process whatever ends that. What is
damaged is set aside and never deleted; what a newer program wrote is not touched.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

from wallboard.records import dataclass

NAME = "history.sqlite"
"""The file's name, in whichever folder."""

VERSION = 2
"""Of the tables. A file with a higher one is of a newer program."""

_APPLICATION = 0x57414C4C
"""Says in the file's header whose it is: ``WALL``."""

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_SCHEMA", "SQLITE_MISMATCH", "SQLITE_FORMAT")
_BUSY = 2.0
"""Seconds that a statement waits for a reader who has just come."""

_SINCE_2 = """
CREATE INDEX happening_feed ON happening (feed, at);
CREATE TABLE newest (feed INTEGER PRIMARY KEY, at INTEGER, roster INTEGER, tally BLOB);
CREATE TABLE tally (id INTEGER PRIMARY KEY, feed INTEGER, at INTEGER, roster INTEGER, data BLOB);
CREATE INDEX tally_feed ON tally (feed, at);
CREATE TABLE past (
  feed INTEGER, begin INTEGER, end INTEGER, roster INTEGER, note TEXT, data BLOB,
  PRIMARY KEY (feed, begin, end));
"""
"""What a file of the first layout lacks."""

TABLES = f"""
CREATE TABLE feed (id INTEGER PRIMARY KEY, pbx TEXT, kind TEXT, UNIQUE (pbx, kind));
CREATE TABLE roster (id INTEGER PRIMARY KEY, feed INTEGER, data BLOB);
CREATE INDEX roster_feed ON roster (feed);
CREATE TABLE poll (
  id INTEGER PRIMARY KEY, feed INTEGER, roster INTEGER, at INTEGER, note TEXT, data BLOB);
CREATE INDEX poll_feed ON poll (feed, at);
CREATE TABLE block (
  id INTEGER PRIMARY KEY, feed INTEGER, roster INTEGER, first INTEGER, last INTEGER,
  polls INTEGER, notes BLOB, data BLOB);
CREATE INDEX block_feed ON block (feed, first);
CREATE INDEX block_last ON block (last);
CREATE TABLE happening (id INTEGER PRIMARY KEY, at INTEGER, feed INTEGER, what TEXT);
CREATE INDEX happening_at ON happening (at);
CREATE TABLE minute (
  feed INTEGER, hour INTEGER, roster INTEGER, live BLOB, data BLOB,
  PRIMARY KEY (hour, feed, roster));
CREATE TABLE episode (
  id INTEGER PRIMARY KEY, who TEXT, since INTEGER, until INTEGER, data TEXT, UNIQUE (who, since));
CREATE INDEX episode_since ON episode (since);
{_SINCE_2}"""

_FROM_1 = f"DROP TABLE newest;{_SINCE_2}"


class CannotKeep(Exception):
    """The file cannot be used now; ``words`` say why. ``damaged``: it can never be."""

    def __init__(self, words: str, *, damaged: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.damaged = damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """The open file. ``lock``: ``None`` where it is only read."""

    path: Path
    connection: sqlite3.Connection
    lock: sqlite3.Connection | None
    identity: tuple[int, int]

    @property
    def is_there(self) -> bool:
        """Whether the name still leads to the file that is open."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self.identity

    def close(self) -> None:
        """Give file and lock back."""
        for item in (self.connection, self.lock):
            if item is not None:
                with contextlib.suppress(sqlite3.Error):
                    item.close()


def open_to_write(path: Path) -> OpenFile:
    """Open the file as its only writer, made if it is not there. Raises ``CannotKeep``."""
    with _say_why(path), ExitStack() as on_failure:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _must_be_a_file(path)
        lock = on_failure.enter_context(closing(_take_lock(path)))
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
        connection = on_failure.enter_context(closing(_connect(path)))
        _begin(connection)
        _read_ends(connection)
        opened = _file_of(path, connection, lock)
        on_failure.pop_all()
        return opened


def open_to_read(path: Path) -> OpenFile | None:
    """Open the file to read it, whoever writes it; ``None`` if there is none.

    Raises ``CannotKeep``.
    """
    if not path.exists():
        return None
    with _say_why(path):
        _must_be_a_file(path)
        with ExitStack() as on_failure:
            connection = on_failure.enter_context(closing(_connect(path, _read_mode(path))))
            if not _is_ours(connection):
                return None
            if _version(connection) < VERSION:
                raise CannotKeep(f"{path.name} is of an older wallboard: start a board once")
            _read_ends(connection)
            opened = _file_of(path, connection, None)
            on_failure.pop_all()
            return opened


def _read_mode(path: Path) -> str:
    """Return how a file is opened to be read: it may lie where nothing can be written.

    SQLite makes a file beside it, unless it is told that nobody writes: which is so where its
    writer has ended as it should, or is somebody who left no log of what was written.
    """
    is_left = not path.with_name(path.name + "-wal").exists()
    return "ro&immutable=1" if is_left and not os.access(path.parent, os.W_OK) else "ro"


def _connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, timeout=_BUSY, uri=True, isolation_level=None)


def _file_of(
    path: Path, connection: sqlite3.Connection, lock: sqlite3.Connection | None
) -> OpenFile:
    status = path.stat()
    identity = (status.st_dev, status.st_ino)
    return OpenFile(path=path, connection=connection, lock=lock, identity=identity)


def set_aside(path: Path, now: datetime) -> Path:
    """Give a damaged file another name, with all that belongs to it; returns that name.

    Raises ``CannotKeep`` where it cannot be renamed.
    """
    stem = f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"
    aside = path.with_name(stem)
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{stem}-{number}")
    with _say_why(path):
        path.rename(aside)
        for ending in ("-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
    return aside


def words_of(path: Path, error: sqlite3.Error | OSError) -> CannotKeep:
    """Return why the file cannot be used, in words."""
    if isinstance(error, OSError):
        return CannotKeep((error.strerror or f"{path.parent} cannot be used").lower())
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name.startswith(_DAMAGED):
        return CannotKeep(f"{path.name} is damaged", damaged=True)
    for begins, words in _WORDS.items():
        if name.startswith(begins):
            return CannotKeep(words.format(path.name))
    return CannotKeep(f"{path.name} cannot be used")


_WORDS = {
    "SQLITE_FULL": "disk full",
    "SQLITE_READONLY": "{} cannot be written",
    "SQLITE_PERM": "{} cannot be written",
    "SQLITE_CANTOPEN": "{} cannot be opened",
    "SQLITE_BUSY": "{} is in use",
    "SQLITE_LOCKED": "{} is in use",
    "SQLITE_IOERR": "the disk cannot be written",
    "SQLITE_TOOBIG": "an answer is too large",
}


@contextlib.contextmanager
def _say_why(path: Path) -> Iterator[None]:
    """Turn what the system says into ``CannotKeep``."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise words_of(path, error) from None


def _must_be_a_file(path: Path) -> None:
    """Raise ``CannotKeep`` for a folder, a pipe or a device in the file's place."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        raise CannotKeep(f"{path} is {'a folder' if stat.S_ISDIR(mode) else 'not a file'}")


def _take_lock(path: Path) -> sqlite3.Connection:
    """Take the lock: a transaction on an empty file beside, which ends with the process."""
    name = path.with_name(path.name + ".lock")
    os.close(os.open(name, os.O_RDWR | os.O_CREAT, 0o600))
    lock = sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY"):
            raise CannotKeep(f"another wallboard writes {path.name}") from None
        raise
    return lock


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Whether there are tables of this program; raises ``CannotKeep`` for anybody else's."""
    version = _version(connection)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables and not version:
        return False
    if application != _APPLICATION:
        raise CannotKeep(f"{NAME} is of another program")
    if version > VERSION:
        raise CannotKeep(f"{NAME} is of a newer wallboard (version {version}, not {VERSION})")
    return True


def _begin(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none; one that writes waits for no disk but at its end."""
    if not _is_ours(connection):
        # Only before the first page, and outside a transaction, do these have an effect.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(
            f"BEGIN; {TABLES} PRAGMA application_id={_APPLICATION};"
            f" PRAGMA user_version={VERSION}; COMMIT;"
        )
    elif _version(connection) < VERSION:
        connection.executescript(f"BEGIN; {_FROM_1} PRAGMA user_version={VERSION}; COMMIT;")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


_NEWEST: tuple[str, ...] = ("feed", "roster", "poll", "block", "happening", "episode", "tally")


def _read_ends(connection: sqlite3.Connection) -> None:
    """Read the end of each table: a file that was cut off is seen now, not in an hour."""
    for table in _NEWEST:
        connection.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1").fetchall()  # noqa: S608
    connection.execute("SELECT * FROM minute ORDER BY hour DESC LIMIT 1").fetchall()
    connection.execute("SELECT * FROM newest").fetchall()
