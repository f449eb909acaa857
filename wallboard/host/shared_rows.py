"""Rows that all boards on one state folder share: each adds and ends its own, none loses another's.

The file is read again before it is written, and whenever it is another one than was read last.
Broken or unreadable it is a warning; where it cannot be written, that is said and the board goes
on with what it knows.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from wallboard.host.files import read_bounded, replace_whole
from wallboard.host.watch import Look, look

_MOST_BYTES = 256_000

Row = Mapping[str, Any]
"""A JSON object with its identity, a list, under ``key``."""


class SharedRows:
    """The rows of ``path``. ``warning``: why nothing could be taken from it, if that is so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: Look = None
        self.warning = ""

    def news(self) -> Sequence[Row] | None:
        """Return the rows if the file is another one than was read last; else ``None``."""
        seen = look(self._path)
        if seen == self._seen:
            return None
        self._seen = seen
        return self._read()

    def change(self, added: Collection[Row], ended: Collection[Sequence[Any]]) -> str:
        """Add rows, in place of those of the same keys, and end those of some keys.

        Returns why it could not be kept; nothing when all is well.
        """
        gone = {tuple(key) for key in ended} | {tuple(row["key"]) for row in added}
        rows = [row for row in self._read() if tuple(row["key"]) not in gone]
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_whole(self._path, json.dumps([*rows, *added], indent=1) + "\n")
        except OSError as error:
            return f"Not kept for the next start: {(error.strerror or 'no such file').lower()}"
        self._seen = look(self._path)
        return ""

    def _read(self) -> Sequence[Row]:
        self.warning = ""
        try:
            data = json.loads(read_bounded(self._path, _MOST_BYTES)[0].decode("utf-8"))
            if not _is_right(data):
                raise ValueError
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, RecursionError):
            self.warning = f"{self._path} cannot be read: what was in it is not in force"
            return ()
        return list(data)


def _is_right(data: object) -> bool:
    return isinstance(data, list) and all(
        isinstance(row, dict)
        and isinstance(key := row.get("key"), list)
        and all(isinstance(part, str | int) for part in key)
        for row in data
    )
