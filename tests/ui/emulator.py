"""A terminal emulator, and what stands on it cell by cell."""

from typing import Any

import pyte

Cells = list[list[Any]]
"""Rows of pyte's cells: text, colours, bold, italics, underline, strikethrough, reverse."""


class Emulator:
    """Takes bytes as a terminal of ``columns`` × ``rows`` does, without wrapping lines."""

    def __init__(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self.feed("\x1b[?7l")

    def feed(self, text: str) -> None:
        """Show what ``text`` says."""
        self._stream.feed(text)

    def spoil(self) -> None:
        """Lose what was shown, as a terminal does that is resized or written over."""
        for row in range(self.screen.lines):
            self.feed(f"\x1b[{row + 1};1H\x1b[1;35;46m" + "x" * self.screen.columns)
        self.feed("\x1b[m")

    @property
    def cells(self) -> Cells:
        """What stands on it."""
        screen = self.screen
        return [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]

    @property
    def text(self) -> str:
        """What can be read on it."""
        return "\n".join(line.rstrip() for line in self.screen.display)


def shown(text: str, columns: int, rows: int) -> Cells:
    """Return what a fresh terminal shows after ``text``."""
    emulator = Emulator(columns, rows)
    emulator.feed(text)
    return emulator.cells
