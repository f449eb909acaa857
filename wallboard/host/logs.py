"""The log: a file that rotates, one line an event, nothing on the screen and nothing secret in it.

What is logged is written with care where it happens; this is the last line of defence: control
characters go, secrets and whatever looks like a token are masked, and of an exception only its
kind and its place are kept, since messages and locals may hold what nobody should read.
"""

import contextlib
import errno
import logging
import os
import re
import stat
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TextIO

from wallboard.errors import WallboardError
from wallboard.host.clock import local
from wallboard.host.masking import Mask, one_line
from wallboard.host.output import place_of
from wallboard.records import dataclass

NAME = "wallboard.log"
"""The name of the newest file; older ones end in ``.1`` to ``.4``."""

SIZE, FILES = 1_000_000, 5
"""Bytes of one file, and how many there are with the newest."""

LEVELS = ("debug", "info", "warning", "error")
"""What ``--log-level`` may be."""

ALIKE, WINDOW = 20, 60.0
"""How many lines alike are written in so many seconds; the rest of them is one line."""

_NOT_A_FILE = "is a link, a folder or a pipe, and no file"
_LINK_OR_PIPE = (errno.ELOOP, errno.ENXIO, errno.EISDIR)
_LONGEST = 1_000
_OURS = "wallboard"
_QUIET = ("httpx", "httpcore", "hpack", "uvicorn", "uvicorn.access", "asyncio", "textual")
"""Loggers of others: below a warning they write addresses, headers, or far too much."""

_NUMBER, _FILLED = re.compile(r"\d+"), re.compile(r"%[-.\d]*[a-z]")


@dataclass(frozen=True, slots=True)
class LogFile:
    """Where the log is; ``None``: nowhere, and ``warning`` says why and what to do."""

    path: Path | None
    warning: str = ""


def start_logging(
    folder: Path,
    level: str,
    secrets: Iterable[str],
    user_names: Iterable[str] = (),
    *,
    stream: TextIO | None = None,
) -> LogFile:
    """Begin to log into ``folder``, which is made if need be, for its owner alone.

    ``level``: one of ``LEVELS``. ``secrets``: what must not appear, whatever happens;
    ``user_names``: what must not where it says who signs in. A log that was begun before ends.
    ``stream``: where the same lines go too, for a service. Where no file can be written, nothing
    is, and the answer says so: never an error, and nothing on the screen.
    """
    stop_logging()
    path = folder / NAME
    problem = ""
    handler: logging.Handler
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _older(path)
        handler = _File(path)
    except (OSError, ValueError) as error:
        problem = (getattr(error, "strerror", None) or "cannot be written").lower()
        # Without any handler Python itself would write warnings to the screen.
        handler = logging.NullHandler()
    line, root = _Line(Mask(secrets, user_names)), logging.getLogger()
    for each in (handler, *([logging.StreamHandler(stream)] if stream else ())):
        each.setFormatter(line)
        each.set_name(_OURS)
        root.addHandler(each)
    logging.getLogger(_OURS).setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    if problem:
        where = one_line(str(folder))
        return LogFile(None, f"No log is written: {where}: {problem}; set [log] folder to another")
    return LogFile(path)


def mask_too(secrets: Iterable[str], user_names: Iterable[str] = ()) -> None:
    """Mask these from now on, beside those that were known."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, _Line):
            mask = handler.formatter.mask
            handler.formatter.mask = mask.with_more(secrets, user_names)


def stop_logging() -> None:
    """End the log, if there is one."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.get_name() == _OURS]:
        logging.captureWarnings(False)
        logging.getLogger(_OURS).setLevel(logging.NOTSET)
        root.removeHandler(handler)
        with contextlib.suppress(OSError):  # a full disk
            handler.close()


class _Alike:
    """Counts lines alike (the same words with other names and numbers in them), so that a flood
    does not push everything else out of the files.
    """

    def __init__(self) -> None:
        self._ends = 0.0
        self._counts: Counter[str] = Counter()
        self._newest: dict[str, logging.LogRecord] = {}

    def passes(self, record: logging.LogRecord) -> bool:
        """Whether a record is written: it is one of the first of its like."""
        shape = _shape(record)
        self._counts[shape] += 1
        if self._counts[shape] <= ALIKE:
            return True
        self._newest[shape] = record
        return False

    def summaries(self, now: float, *, over: bool = False) -> Iterable[logging.LogRecord]:
        """Return a record for each kind that was not written whole, once its time is ``over``."""
        if not over and self._ends - WINDOW <= now < self._ends:
            return []
        at = min(now, self._ends)
        records = [
            _more(self._counts[shape] - ALIKE, newest, at) for shape, newest in self._newest.items()
        ]
        self._ends = now + WINDOW
        self._counts.clear()
        self._newest.clear()
        return records


def _shape(record: logging.LogRecord) -> str:
    """Return what lines alike have in common: the words without what is filled into them."""
    words = str(record.msg)
    if not any(letter.isalpha() for letter in _FILLED.sub("", words)):
        words += str(record.args)
    return f"{record.name} {record.levelno} {_NUMBER.sub('0', words)}"


def _more(count: int, newest: logging.LogRecord, at: float) -> logging.LogRecord:
    """Return a record that stands for ``count`` like ``newest``, in the minute before ``at``."""
    made = logging.makeLogRecord(newest.__dict__)
    made.created = at
    made.msg = f"… {count} more like this in the last minute: {made.msg}"
    return made


class _File(RotatingFileHandler):
    """The file, readable by its owner alone; a full disk is silence, not the end of the board."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=SIZE, backupCount=FILES - 1, encoding="utf-8", errors="replace"
        )
        self._alike = _Alike()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, unless there were many like it just now."""
        for summed in self._alike.summaries(record.created):
            super().emit(summed)
        if self._alike.passes(record):
            super().emit(record)

    def close(self) -> None:
        """Write what was only counted, and close the file."""
        for summed in self._alike.summaries(time.time(), over=True):
            super().emit(summed)
        super().close()

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename, "a", encoding=self.encoding, errors=self.errors, opener=_private
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's
        """Say nothing: the usual handler writes a traceback onto the screen."""


def _private(name: str, flags: int) -> int:
    """Open a file of ours for its owner alone; neither wait for it nor follow a link to another.

    Raises ``OSError`` with words for what is no file, or is not ours: others could read the log,
    or have it written over something else.
    """
    careful = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        opened = os.open(name, flags | careful, 0o600)
    except OSError as error:
        if error.errno in _LINK_OR_PIPE:
            raise OSError(error.errno, f"{Path(name).name} {_NOT_A_FILE}") from None
        raise
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, f"{Path(name).name} {_NOT_A_FILE}")
        if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
            raise OSError(errno.EPERM, f"{Path(name).name} belongs to somebody else")
        if os.name == "posix" and status.st_mode & 0o077:
            os.fchmod(opened, 0o600)
    except OSError:
        os.close(opened)
        raise
    return opened


def _older(path: Path) -> None:
    """Make the older files their owner's alone. Raises ``OSError`` where one is no file of ours."""
    for at in range(1, FILES):
        with contextlib.suppress(FileNotFoundError):
            os.close(_private(f"{path}.{at}", os.O_RDONLY))


class _Line(logging.Formatter):
    """One line an event: time with its offset, level, where, what."""

    def __init__(self, mask: Mask) -> None:
        super().__init__()
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, cut at a thousand characters."""
        message = record.getMessage()
        if not record.name.startswith(_OURS):
            # What others say after the first line are objects, with all that is in them.
            message = message.partition("\n")[0]
        if record.exc_info and record.exc_info[1] is not None:
            message += f" [{_exception(record.exc_info[1])}]"
        when = local(datetime.fromtimestamp(record.created, UTC)).isoformat(timespec="seconds")
        where = record.name.removeprefix(f"{_OURS}.")
        line = f"{when} {record.levelname} {where}: {one_line(self.mask(message))}"
        return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _exception(error: BaseException) -> str:
    """Return an exception's kind and place; words only where they are known to be clean."""
    words = f": {error.words}" if isinstance(error, WallboardError) else ""
    return f"{type(error).__name__}{place_of(error.__traceback__)}{words}"
