"""Where what the program writes goes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wallboard.config.model import Files, HistorySection, Log
from wallboard.host import paths


class Folders:
    """What the sections of files say together; each folder need not exist."""

    if TYPE_CHECKING:  # pydantic would take them for its own, and for the first of all
        log: Log
        history: HistorySection
        files: Files

    def log_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of the log."""
        return self._folder(self.log.folder, environ)

    def history_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of the history."""
        return self._folder(self.history.folder, environ)

    def _folder(self, chosen: str, environ: Mapping[str, str]) -> Path:
        return Path(chosen) if chosen else paths.state_folder(environ)

    def files_folder(self, environ: Mapping[str, str]) -> Path:
        """Return the folder of what the reader takes along."""
        return Path(self.files.folder) if self.files.folder else paths.files_folder(environ)
