"""The wall's message: what the configuration says, or what stands in a file that is watched."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

from wallboard.host.files import read_bounded

MOST = 4_000
"""Bytes of the file that count: more is no message."""

AGAIN = 5.0
"""Seconds between two looks at the file."""

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

    ``said``: the configuration's own message, which stands while the file says nothing.
    ``elapsed``: seconds on a clock that never goes back.
    """

    def __init__(self, said: str, file: Path | None, elapsed: Callable[[], float]) -> None:
        self._said = message(said)
        self._file = file
        self._elapsed = elapsed
        self._read = ""
        self._looked: float | None = None

    def __call__(self) -> str:
        """Return the message now; never raises."""
        now = self._elapsed()
        if self._file is not None and (self._looked is None or now - self._looked >= AGAIN):
            self._looked = now
            self._read = _text(self._file)
        return self._read or self._said


def _text(file: Path) -> str:
    try:
        return message(read_bounded(file, _MOST_BYTES)[0][:MOST].decode("utf-8", "replace"))
    except OSError:
        return ""
