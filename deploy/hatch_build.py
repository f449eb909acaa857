"""Builds the manual page into the wheel, out of the help of the command line."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPage(BuildHookInterface):
    """The hook of ``[tool.hatch.build.targets.wheel.hooks.custom]``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the page; it is installed where ``man`` looks. An editable install has none."""
        if version == "editable":
            return
        sys.dont_write_bytecode = True  # nothing of this belongs into the wheel
        sys.path.insert(0, self.root)
        from wallboard import __version__
        from wallboard.cli import wallboard
        from wallboard.commands.man_page import man_page

        self._folder = tempfile.TemporaryDirectory()
        page = Path(self._folder.name) / "wallboard.1"
        page.write_text(man_page(wallboard, __version__), encoding="utf-8")
        build_data["shared_data"][str(page)] = "share/man/man1/wallboard.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - the names are hatchling's
        """Take the page away again: it is in the wheel."""
        if version != "editable":
            self._folder.cleanup()
