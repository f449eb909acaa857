"""Files that are looked at once a second, in a thread of its own, and taken when they are whole.

Whoever looks at a file on a network may hang for ever; then this thread hangs, and nobody waits
for it. Nothing is opened here: a look is what the system says of a file.
"""

import contextlib
import logging
import os
import stat
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from wallboard.errors import WallboardError

EVERY = 1.0
"""Seconds between two looks."""

AGAIN = 10
"""Looks after which what was wrong is read again: the remedy may lie elsewhere than in the file."""


class FileLook(NamedTuple):
    """What tells whether a file is another one. ``changed``: nanoseconds; ``size``: bytes."""

    changed: int
    size: int
    inode: int
    mode: int


Look = FileLook | tuple[object, ...] | None
"""What is at a path; of a folder each TOML file in it. ``None``: nothing is there."""

Looks = Mapping[Path, Look]

_LOG = logging.getLogger(__name__)


def look(path: Path) -> Look:
    """Return what a file, or what a link leads to, looks like now. Never raises."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISDIR(status.st_mode):
        return FileLook(status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)
    with contextlib.suppress(OSError):
        return tuple((file.name, look(file)) for file in sorted(path.glob("*.toml")))
    return None


def is_empty(seen: Look) -> bool:
    """Whether a file that is there has nothing in it."""
    return isinstance(seen, FileLook) and seen.size == 0 and stat.S_ISREG(seen.mode)


def is_settled(taken: Looks, last: Looks, now: Looks) -> bool:
    """Whether files are others than those ``taken``, and as at the last look: nobody writes."""
    return now == last and now != taken


class WatchedFiles:
    """Some files that are read together.

    ``paths``: which they are now. ``read``: reads them; it is given what says whether they are
    still as they were before, and returns whether they could be used. ``taken``: as they were
    when they were last read.
    """

    def __init__(
        self,
        paths: Callable[[], Iterable[Path]],
        read: Callable[[Callable[[], bool], bool], bool],
        taken: Looks,
    ) -> None:
        self._paths = paths
        self._read = read
        self._taken = self._last = taken
        self._wrong = 0

    def look(self, *, forced: bool = False) -> None:
        """Look once, and read what is to be read; ``forced``: whatever it looks like."""
        last, now = self._last, self._look()
        self._last = now
        if self._wrong:
            self._wrong += 1
        due = is_settled(self._taken, last, now)
        if not (forced or due or self._wrong > AGAIN):
            return
        is_right = self._read(lambda: self._look() == now, forced)
        self._wrong = 0 if is_right else 1
        if self._look() == now:
            self._taken = now

    def _look(self) -> Looks:
        return {path: look(path) for path in self._paths()}


class FileWatch:
    """Looks at all that is ``watched``, in a thread that ends with the program."""

    def __init__(self, watched: Iterable[WatchedFiles]) -> None:
        self._watched = tuple(watched)
        self._wake = threading.Event()
        self._over = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._run, name="files", daemon=True).start()

    def look_now(self) -> None:
        """Have everything read again, soon; never waits."""
        self._wake.set()

    def close(self) -> None:
        """Look no more; waits for nothing."""
        self._over.set()
        self._wake.set()

    def _run(self) -> None:
        while True:
            forced = self._wake.wait(EVERY)
            self._wake.clear()
            if self._over.is_set():
                return
            for files in self._watched:
                try:
                    files.look(forced=forced)
                except (OSError, ValueError, WallboardError) as error:
                    _LOG.warning("files could not be read again: %s", type(error).__name__)
