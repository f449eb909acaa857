"""A program that changes its whole screen again and again, for a test on a pseudo-terminal.

``python -m tests.ui.flood FD``: a byte is written to the descriptor for each change, ``+`` if the
terminal took anything since the one before.
"""

import os
import sys
import time

from textual.app import App, ComposeResult
from textual.widgets import Static

from wallboard.ui.terminal.driver import SparingDriver, sparing_driver

PERIOD = 0.005


class Flood(App[None]):
    """Says a number on every line."""

    BINDINGS = [("q", "quit")]  # noqa: RUF012 - Textual's own way
    number = 0

    def __init__(self, beats: int) -> None:
        super().__init__(driver_class=sparing_driver(self.get_driver_class(), time.monotonic))
        self._beats = beats

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def on_mount(self) -> None:
        self.set_interval(PERIOD, self.change)

    def change(self) -> None:
        self.number += 1
        line = f"number {self.number} ".ljust(self.size.width, chr(97 + self.number % 26))
        self.query_one(Static).update("\n".join([line] * self.size.height))
        assert isinstance(self._driver, SparingDriver)
        os.write(self._beats, b"+" if self._driver.has_taken() else b".")


if __name__ == "__main__":
    Flood(int(sys.argv[1])).run()
