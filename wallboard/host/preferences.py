"""What a reader has chosen and finds again at the next start: one small file in the state folder.

The file is a convenience and never a trouble: broken or unreadable it is a warning, and the
configuration holds; where it cannot be written, the board says so and goes on.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wallboard.host.files import read_bounded, replace_whole

NAME = "kept.json"
"""The file's name."""

_MOST_BYTES = 64_000
_MOST_COLUMNS = 100
_MOST_NAME = 100


class Preferences:
    """Reads ``path`` at once. ``warning``: why nothing could be taken from it, if that is so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: Mapping[str, Any] = {}
        self.warning = ""
        try:
            self._data = _read(path)
        except (OSError, ValueError, RecursionError):
            self.warning = f"{path} cannot be read: the columns are those of the configuration"

    def columns(self) -> tuple[str, ...] | None:
        """Return the columns kept last, as names of metrics; ``None``: none were."""
        return _names(self._data.get("columns"))

    def keep_columns(self, columns: tuple[str, ...] | None) -> str:
        """Keep the columns (``None``: those of the configuration) for the next start.

        Returns why they could not be kept; nothing when all is well.
        """
        data = {name: value for name, value in self._data.items() if name != "columns"}
        if columns is not None:
            data["columns"] = list(columns)
        if data == self._data:
            return ""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_whole(self._path, json.dumps(data, indent=1) + "\n")
        except OSError as error:
            return f"Not kept for the next start: {(error.strerror or 'no such file').lower()}"
        self._data = data
        return ""


def _read(path: Path) -> Mapping[str, Any]:
    """Return what a file holds. Raises ``OSError`` and ``ValueError``."""
    try:
        data = json.loads(read_bounded(path, _MOST_BYTES)[0].decode("utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(data, dict) or ("columns" in data and _names(data["columns"]) is None):
        raise ValueError
    return data


def _names(value: object) -> tuple[str, ...] | None:
    """Return a list of names as a tuple, each name once; ``None`` if it is no such list."""
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_COLUMNS:
        return None
    if not all(isinstance(one, str) and 0 < len(one) <= _MOST_NAME for one in value):
        return None
    return tuple(dict.fromkeys(value))
