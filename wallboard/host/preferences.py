"""What a reader has chosen and finds again at the next start: one small file in the state folder.

The file is a convenience and never a trouble: broken or unreadable it is a warning, and the
configuration holds; where it cannot be written, the board says so and goes on.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from wallboard.host.files import keep_json, not_kept_words, read_json

NAME = "kept.json"
"""The file's name."""

_MOST_BYTES = 64_000
_MOST_COLUMNS = 100
_MOST_NAME = 100
_PARTS = 5
_NUMBERS = frozenset("123456789")


class Preferences:
    """Reads ``path`` at once. ``warning``: why nothing could be taken from it, if that is so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data: Mapping[str, Any] = {}
        self.warning = ""
        try:
            self._data = _read(path)
        except (OSError, ValueError, RecursionError):
            self.warning = f"{path} cannot be read: the configuration holds"

    def columns(self) -> tuple[str, ...] | None:
        """Return the columns kept last, as names of metrics; ``None``: none were."""
        return _names(self._data.get("columns"))

    def keep_columns(self, columns: tuple[str, ...] | None) -> str:
        """Keep the columns (``None``: those of the configuration) for the next start.

        Returns why they could not be kept; nothing when all is well.
        """
        return self._keep("columns", None if columns is None else list(columns))

    def pinned_queues(self) -> frozenset[tuple[Any, ...]]:
        """Return who the queues are that were kept at the top, as they were given."""
        return frozenset(map(tuple, self._data.get("pinned", ())))

    def keep_pinned(self, queues: Iterable[tuple[str | int, ...]]) -> str:
        """Keep who the queues at the top are for the next start; returns why not, if so."""
        return self._keep("pinned", sorted(map(list, queues), key=repr) or None)

    def views(self) -> Mapping[int, str]:
        """Return the filters that were kept, by number."""
        return {int(number): text for number, text in self._data.get("views", {}).items()}

    def keep_view(self, number: int, text: str) -> str:
        """Keep a filter under a number (1 to 9; "": none) for the next start.

        Returns why it could not be kept; nothing when all is well.
        """
        kept = {**self._data.get("views", {}), str(number): text}
        kept = {name: value for name, value in sorted(kept.items()) if value}
        return self._keep("views", kept or None)

    def _keep(self, name: str, value: object) -> str:
        """Keep one thing; ``None``: not any more."""
        data = {key: known for key, known in self._data.items() if key != name}
        if value is not None:
            data[name] = value
        if data == self._data:
            return ""
        try:
            keep_json(self._path, data)
        except OSError as error:
            return not_kept_words(error)
        self._data = data
        return ""


def _read(path: Path) -> Mapping[str, Any]:
    """Return what a file holds. Raises ``OSError`` and ``ValueError``."""
    try:
        data = read_json(path, _MOST_BYTES)
    except FileNotFoundError:
        return {}
    if not isinstance(data, dict) or any(
        name in data and not is_right(data[name]) for name, is_right in _RIGHT.items()
    ):
        raise ValueError
    return data


def _names(value: object) -> tuple[str, ...] | None:
    """Return a list of names as a tuple, each name once; ``None`` if it is no such list."""
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_COLUMNS:
        return None
    if not all(isinstance(name, str) and 0 < len(name) <= _MOST_NAME for name in value):
        return None
    return tuple(dict.fromkeys(value))


def _is_pinned(value: object) -> bool:
    """Whether it is a list of who queues are: texts, and a number at the end."""
    return isinstance(value, list) and all(
        isinstance(entry, list)
        and len(entry) == _PARTS
        and all(isinstance(part, str) for part in entry[:-1])
        and isinstance(entry[-1], int)
        for entry in value
    )


def _is_views(value: object) -> bool:
    """Whether it is filters by the numbers 1 to 9."""
    return isinstance(value, dict) and all(
        number in _NUMBERS and isinstance(text, str) for number, text in value.items()
    )


_RIGHT: Mapping[str, Callable[[object], bool]] = {
    "columns": lambda value: _names(value) is not None,
    "pinned": _is_pinned,
    "views": _is_views,
}
"""What each part of the file must be."""
