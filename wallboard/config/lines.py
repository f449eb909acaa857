"""Which line of a TOML file each key stands on, so that a mistake can be told where it is.

``tomllib`` has read the text before and found it valid; this scanner only walks over it again
and notes lines. It judges nothing.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping

KeyPath = tuple[str | int, ...]
"""Where a value is: names of tables and keys, and indices of arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})'''
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]+")


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Return the line (from 1) of every table, key and array item of a valid TOML text."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    scanner.document()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._breaks = [at for at, letter in enumerate(text) if letter == "\n"]
        self._last: dict[KeyPath, int] = {}
        """Arrays of tables: the index of the newest table of each."""

    def document(self) -> None:
        table: KeyPath = ()
        self._take(_BLANK)
        while self.at < len(self.text):
            if self._next("["):
                table = self._header()
            else:
                self._pair(table)
            self._take(_BLANK)

    def _header(self) -> KeyPath:
        start = self.at
        array = self._next("[[")
        self.at += 2 if array else 1
        path = self._resolve(self._key(), whole=not array)
        self.at = self.text.index("]]" if array else "]", self.at) + (2 if array else 1)
        if array:
            self._note(path, start)
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
        self._note(path, start)
        return path

    def _resolve(self, parts: KeyPath, *, whole: bool) -> KeyPath:
        """Return the path of a header: inside an array of tables, its newest table is meant."""
        path: KeyPath = ()
        for number, part in enumerate(parts, 1):
            path = (*path, part)
            if path in self._last and (whole or number < len(parts)):
                path = (*path, self._last[path])
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self.at
        path = table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _key(self) -> KeyPath:
        parts: list[str | int] = []
        while True:
            self._take(_BLANK)
            part = self._take(_PART)
            parts.append(tomllib.loads(f"it = {part}")["it"] if part[0] in "\"'" else part)
            self._take(_BLANK)
            if not self._next("."):
                return tuple(parts)
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        self._take(_BLANK)
        if self._next("{"):
            self._items("}", lambda _number: self._pair(path))
        elif self._next("["):
            self._items("]", lambda number: self._item((*path, number)))
        elif self._next('"') or self._next("'"):
            self._take(_STRING)
        else:
            self._take(_PLAIN)

    def _item(self, path: KeyPath) -> None:
        self._note(path, self.at)
        self._value(path)

    def _items(self, end: str, read: Callable[[int], None]) -> None:
        self.at += 1
        number = 0
        while True:
            self._take(_BLANK)
            if self._next(","):
                self.at += 1
            elif self._next(end):
                self.at += 1
                return
            else:
                read(number)
                number += 1

    def _next(self, start: str) -> bool:
        return self.text.startswith(start, self.at)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError("the text is not valid TOML")
        self.at = match.end()
        return match.group()

    def _note(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._breaks, at - 1) + 1)
