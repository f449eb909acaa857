"""The wall's message: what the configuration says, or what stands in a file that is watched."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

from wallboard.host.files import read_bounded

MOST = 4_000
"""Bytes of the file that count: more is no message."""

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

_MOST_BYTES = 1_000_000
"""A file that is larger says nothing."""

_MOST_MESSAGE = 1_000


def message(text: str) -> str:
    """Return the ticker's text in one line: no control characters, its lines joined with ``·``."""
    lines = (" ".join(_clean(line).split()) for line in text[:_MOST_MESSAGE].splitlines())
    return " · ".join(line for line in lines if line)


def _clean(line: str) -> str:
    return "".join(
        " " if letter == "\t" else "" if unicodedata.category(letter) in _INVISIBLE else letter
        for letter in line
    )


class MessageFile:
    """Gives the message as one line; a file that is not there, or is empty, says nothing.

    ``said``: the configuration's own message, which stands while the file says nothing. Only
    ``read_again`` opens the file: a wall that asks for the message waits for nobody.
    """

    def __init__(self, said: str, file: Path | None) -> None:
        self._said = message(said)
        self._file = file
        self._read = _text(file)

    def __call__(self) -> str:
        """Return the message now."""
        return self._read or self._said

    def paths(self) -> tuple[Path, ...]:
        """Return the file, if there is one."""
        return (self._file,) if self._file else ()

    def read_again(self, still: Callable[[], bool], forced: bool) -> bool:
        """Read the file, for whoever watches it; always right. Never raises."""
        del forced
        text = _text(self._file)
        if still():
            self._read = text
        return True

    def change(self, said: str, file: Path | None) -> None:
        """Give another message, of another file."""
        self._said = message(said)
        if file != self._file:
            self._file, self._read = file, _text(file)


def _text(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return message(read_bounded(file, _MOST_BYTES)[0][:MOST].decode("utf-8", "replace"))
    except OSError:
        return ""
