"""Standard output and standard error, as commands write to them.

What programs read is UTF-8 whatever the locale says; in text for people, what the encoding lacks
is ``?``. What could not be written is an error of its own kind. Standard error is a courtesy:
where it is closed or full, nothing is said, and the exit code stands.
"""

import contextlib
import errno
import io
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO, cast

from wallboard.errors import OutputFailed, ReaderGone, WallboardError

_COLUMNS = re.compile("0{0,3}[1-9][0-9]{0,3}")


class StandardOutput(io.TextIOBase):
    """A text stream over ``stream``; that is ``None`` where its descriptor was closed.

    Raises ``OutputFailed`` for what cannot be written, unless that is not ``needed``.
    """

    def __init__(self, stream: TextIO | None, *, needed: bool = True) -> None:
        self._stream = stream
        self._needed = needed
        self._failed: OutputFailed | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of text for people."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Return whether a terminal shows it."""
        return self._stream is not None and self._stream.isatty()

    def columns(self, environ: Mapping[str, str]) -> int | None:
        """Return how many letters a line has room for; ``None`` where nothing says so.

        ``COLUMNS`` says it for terminals, files and pipes; one that is no such number says nothing.
        """
        if _COLUMNS.fullmatch(told := environ.get("COLUMNS", "")):
            return int(told)
        try:
            return (os.get_terminal_size(self.fileno()).columns or None) if self.isatty() else None
        except (OSError, ValueError):
            return None

    def fileno(self) -> int:
        """Return the descriptor. Raises ``OSError`` where there is none."""
        return super().fileno() if self._stream is None else self._stream.fileno()

    def writable(self) -> bool:
        """Return ``True``."""
        return True

    def write(self, text: str | bytes) -> int:
        """Write text for people, at once; bytes, as click has for shells, go as they are.

        Returns the number of letters.
        """
        self._put(text if isinstance(text, bytes) else text.encode(self.encoding, "replace"))
        return len(text)

    def data(self, text: str) -> None:
        """Write what programs read, at once."""
        self._put(text.encode("utf-8", "replace"))

    def _put(self, content: bytes) -> None:
        if content and not self._failed:
            try:
                if self._stream is None:
                    raise OSError(errno.EBADF, _CLOSED)
                self._stream.buffer.write(content)
                self._stream.buffer.flush()
            except (OSError, ValueError) as error:
                self._failed = _failure(error)
                _discard(self._stream)
        if self._failed and self._needed:
            raise self._failed


_CLOSED = "it is closed"


def _failure(error: OSError | ValueError) -> OutputFailed:
    if isinstance(error, BrokenPipeError):
        return ReaderGone("the reader of the output is gone")
    why = ((isinstance(error, OSError) and error.strerror) or _CLOSED).lower()
    return OutputFailed(
        f"standard output cannot be written: {why}", "What was written until then is not whole"
    )


def _discard(stream: TextIO | None) -> None:
    """Let what a buffer still holds go nowhere: at its end Python would try to write it again."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def printable(text: str) -> str:
    """Return ``text`` without anything that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def standard_output() -> StandardOutput:
    """Return standard output as it is now."""
    return _wrap(sys.stdout)


def take_over() -> None:
    """Have everything that is printed from now on, by libraries too, go through this.

    A standard input that is closed reads as nothing: else the next file would take its place.
    """
    if sys.stdin is None:
        sys.stdin = sys.__stdin__ = open(os.devnull, encoding="utf-8")  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = cast("TextIO", _wrap(sys.stdout))
    sys.stderr = cast("TextIO", _wrap(sys.stderr, needed=False))
    sys.excepthook = _tell_crash


def _wrap(stream: object, *, needed: bool = True) -> StandardOutput:
    if isinstance(stream, StandardOutput):
        return stream
    return StandardOutput(cast("TextIO | None", stream), needed=needed)


def tell(error: WallboardError) -> None:
    """Say on standard error what went wrong and what to do; of a reader that left, nothing."""
    if isinstance(error, ReaderGone):
        return
    lines = [f"wallboard: {line}" for line in error.words.splitlines()]
    _say("\n".join([*lines, error.remedy] if error.remedy else lines))


def _say(text: str) -> None:
    _wrap(sys.stderr, needed=False).write(f"{text}\n")


def crash_words(kind: type[BaseException], where: str = "") -> str:
    """Return the one line of a crash: its kind and ``where``, nothing of what it holds.

    What is missing on the disk, or half written there, is no fault of the program: parts of it
    are read when they are first needed, and somebody may have replaced it since it was started.
    """
    if issubclass(kind, ImportError | SyntaxError):
        return (
            "wallboard: a part of the program could not be read from the disk "
            f"({kind.__name__}{where}): it was replaced while it ran, "
            "or is not whole there and is to be installed anew"
        )
    return f"wallboard: a fault in the program itself ({kind.__name__}{where})"


def _tell_crash(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Tell a crash in one line: its message and locals may hold what nobody should read."""
    del error
    _say(crash_words(kind, place_of(traceback)))


def place_of(traceback: TracebackType | None) -> str:
    """Return where something was raised, as `` at file.py:12``; ``""`` where nobody knows."""
    if traceback is None:
        return ""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f" at {Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno}"
