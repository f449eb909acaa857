"""Files that the board writes for people: a view as CSV and JSON, a picture."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from wallboard.host.files import write_new

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
def removed_if_empty(folder: Path) -> Iterator[None]:
    """Leave no empty folder behind."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()
