"""Files read whole within a bound, and written whole or not at all; and those of a reader."""

import contextlib
import errno
import json
import os
import signal
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

NOT_A_FILE = "not a file"
"""Why a pipe, a device or a folder is not read."""


def read_bounded(path: Path, most: int) -> tuple[bytes, os.stat_result]:
    """Return what a file holds and its status, as they are in the file that was opened.

    Raises ``OSError`` whose ``strerror`` says why: a pipe or a device (which could hold the reader
    for ever), more than ``most`` bytes, or what the system says.
    """
    with open(path, "rb", opener=_open_at_once) as opened:
        # Of the file that was opened: between a check and an open the name could change.
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, NOT_A_FILE)
        data = opened.read(most + 1)
        if len(data) > most:
            raise OSError(errno.EFBIG, f"larger than {most:,} bytes")
        return data, status


def read_json(path: Path, most: int) -> Any:
    """Return what a file of JSON says. Raises ``OSError``, ``ValueError``, ``RecursionError``."""
    return json.loads(read_bounded(path, most)[0].decode("utf-8"))


def keep_json(path: Path, data: object) -> None:
    """Write what the next start finds again, its folder too if need be. Raises ``OSError``."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(path, json.dumps(data, indent=1) + "\n")


def not_kept_words(error: OSError) -> str:
    """Return that something could not be kept, and why, in words."""
    return f"Not kept for the next start: {(error.strerror or 'no such file').lower()}"


def readable(file: str) -> bool:
    """Return whether ``file`` is one that can be read to its end: no pipe, no device."""
    try:
        return stat.S_ISREG(os.stat(file).st_mode) and os.access(file, os.R_OK)
    except (OSError, ValueError):
        return False


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet, for its owner alone.

    Raises ``FileExistsError``, and ``OSError`` where it cannot be written whole; nothing is left
    behind then.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with _remove_if_failed(path):
        _write(descriptor, text)


def replace_whole(path: Path, text: str) -> None:
    """Put ``text`` in the place of a file in one step: there is never half of it.

    Raises ``OSError``; the file that was there stays then.
    """
    replace_all({path: text})


def replace_all(texts: Mapping[Path, str]) -> None:
    """Put texts in the place of files, their owner's alone: all of them, or none.

    Raises ``OSError`` before the first one is replaced; ctrl+c waits while several are.
    """
    ready: dict[Path, Path] = {}
    with contextlib.ExitStack() as left_behind:
        for path, text in texts.items():
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
            left_behind.enter_context(_remove_if_failed(Path(name)))
            _write(descriptor, text)
            ready[Path(name)] = path
        with _hold_signals() if len(ready) > 1 else contextlib.nullcontext():
            for new, path in ready.items():
                new.replace(path)


@contextlib.contextmanager
def _hold_signals() -> Iterator[None]:
    """Let ctrl+c and the like not come between; what was sent meanwhile comes after.

    Of the main thread alone. A mask would not do: the signal would go to another thread.
    """
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _: came.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for sent in dict.fromkeys(came):
        signal.raise_signal(sent)


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
        file.flush()
        # Some file systems tell of a full disk only now.
        os.fsync(file.fileno())


@contextlib.contextmanager
def _remove_if_failed(path: Path) -> Iterator[None]:
    whole = False
    try:
        yield
        whole = True
    finally:
        if not whole:  # ctrl+c too
            with contextlib.suppress(OSError):
                path.unlink()


def _open_at_once(name: str, flags: int) -> int:
    """Open without waiting for somebody to write, as a pipe would have it."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


_MOST = 100


class ExportFolder:
    """``folder`` is made when the first file is put into it, for its owner alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, text: str) -> Path:
        """Write ``text`` to a new file; returns its path. Raises ``OSError``; nothing is left then.

        A file that is there is never written over: the new one gets a number.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem, dot, ending = name.rpartition(".")
        for number in range(1, _MOST):
            path = self._folder / (name if number == 1 else f"{stem}-{number}{dot}{ending}")
            try:
                write_new(path, text)
            except FileExistsError:
                continue
            return path
        raise FileExistsError("too many files of this name")


def new_folder(path: Path) -> Path:
    """Make a folder that was not there, for its owner alone; returns it. Raises ``OSError``.

    Where one of its name is there, the new one gets a number.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(1, _MOST):
        made = path if number == 1 else path.with_name(f"{path.name}-{number}")
        try:
            made.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return made
    raise FileExistsError("too many folders of this name")


@contextlib.contextmanager
def remove_if_empty(folder: Path) -> Iterator[None]:
    """Leave no empty folder behind."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()
