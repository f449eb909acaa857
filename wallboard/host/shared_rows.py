"""Rows that all boards on one state folder share: each adds and ends its own, none loses another's.

The file is read again before it is written, under a lock, and whenever it is another one than was
read last. Broken or unreadable it is a warning; where it cannot be written, that is said and the
board goes on with what it knows.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wallboard.host.files import keep_json, not_kept_words, read_json
from wallboard.host.watch import Look, look

_MOST_BYTES = 8_000_000
_TRIES, _PAUSE = 20, 0.01
"""How often the lock is tried, and seconds between: no board stands still for another."""

SILENCES = "silences.json"
"""The file, in the state folder, of the queues that boards silence."""

Row = Mapping[str, Any]
"""A JSON object with its identity, a list, under ``key``; of that another one began ``since``."""


class SharedRows:
    """The rows of ``path``. ``warning``: why nothing could be taken from it, if that is so."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: Look = None
        self._known: Sequence[Row] = ()
        self._unheard = False
        self.warning = ""

    def news(self) -> Sequence[Row] | None:
        """Return the rows if others have changed them since they were read last; else ``None``."""
        seen = look(self.path)
        if seen == self._seen and not self._unheard:
            return None
        self._seen, self._unheard, self.warning = seen, False, ""
        try:
            self._known = _read(self.path)
        except (OSError, ValueError, RecursionError):
            self._known = ()
            self.warning = f"{self.path} cannot be read: what was in it is not in force"
        return self._known

    def change(self, added: Collection[Row], ended: Collection[Row]) -> str:
        """Add rows, in place of those of the same keys, and end some; not those begun anew since.

        Returns why it could not be kept; nothing when all is well.
        """
        over, anew = {_identity(row) for row in ended}, {tuple(row["key"]) for row in added}
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(self.path):
                there = _read_or_empty(self.path)
                left = [row for row in there if _identity(row) not in over]
                left = [row for row in left if tuple(row["key"]) not in anew]
                keep_json(self.path, [*left, *added])
                self._seen = look(self.path)
        except BlockingIOError:
            return "Not kept for the next start: another board is writing"
        except OSError as error:
            return not_kept_words(error)
        # What another board has written meanwhile is heard of at the next look.
        self._unheard = self._unheard or list(there) != list(self._known)
        self._known = [*left, *added]
        return ""


def _identity(row: Row) -> tuple[object, ...]:
    return (*row["key"], row.get("since"))


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other boards from writing meanwhile. Raises ``OSError`` where one does so for long."""
    # Beside the file, which is another one after each write.
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for left in reversed(range(_TRIES)):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _read_or_empty(path: Path) -> Sequence[Row]:
    """Return what a file holds, of a broken one nothing. Raises ``OSError``."""
    try:
        return _read(path)
    except (ValueError, RecursionError):
        return ()


def _read(path: Path) -> Sequence[Row]:
    """Return what a file holds. Raises ``OSError``, and ``ValueError`` where that are no rows."""
    try:
        data = read_json(path, _MOST_BYTES)
    except FileNotFoundError:
        return ()
    if not _is_right(data):
        raise ValueError
    return list(data)


def _is_right(data: object) -> bool:
    return isinstance(data, list) and all(
        isinstance(row, dict)
        and isinstance(key := row.get("key"), list)
        and all(isinstance(part, str | int) for part in key)
        for row in data
    )
