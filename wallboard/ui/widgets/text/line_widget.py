"""A widget of a few lines, each a row of styled pieces, drawn only when a piece has changed."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from wallboard.ui.widgets.text.style_cache import StyleCache, stretches

CURSOR = ">"
"""The sign at what is under the cursor: seen without colours, and on every console."""

Pieces = tuple[tuple[str, str], ...]
"""Text and the name of its style, from left to right; ``""`` is the widget's own style."""


class LineWidget(Widget, can_focus=False):
    """Draws what ``paint`` was last given. Texts are data: never parsed as markup.

    A subclass lists its styles as component classes ``PREFIX--name``.
    """

    PREFIX: ClassVar[str] = ""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painted: tuple[Pieces, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._style_cache = StyleCache(self, self.PREFIX)

    @property
    def painted(self) -> tuple[Pieces, ...]:
        """The lines as last painted."""
        return self._painted

    def paint(self, lines: Sequence[Pieces]) -> None:
        """Draw ``lines`` from the top, those that are not what is drawn already."""
        old, self._painted = self._painted, tuple(lines)
        pairs = enumerate(zip_longest(old, self._painted))
        changed = [y for y, (before, after) in pairs if before != after]
        for y in changed:
            self._strips.pop(y, None)
        if changed:
            self.refresh(*stretches(changed, self.size.width))

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return some lines; without border and padding they need no more care."""
        width = self.size.width
        return [self._row(y, width) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """Return one line, cut with ``…`` at the widget's width."""
        return self._row(y, self.size.width)

    def _row(self, y: int, width: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            pieces = self._painted[y] if y < len(self._painted) else ()
            strip = self._strips[y] = self._style_cache.strip(fit_pieces(pieces, width), width)
        return strip

    def forget(self) -> None:
        """Keep nothing of what was drawn: all of it is made anew when it is drawn next."""
        self._style_cache.clear()
        self._strips.clear()

    def notify_style_update(self) -> None:
        """Forget the colours of the theme that was."""
        super().notify_style_update()
        self.forget()


def fit_pieces(pieces: Pieces, width: int) -> Pieces:
    """Return ``pieces`` in exactly ``width`` columns: filled up, or cut with ``…``."""
    kept: list[tuple[str, str]] = []
    left = width
    for text, style in pieces:
        have = cell_len(text)
        if have > left:
            kept.append((set_cell_size(text, max(0, left - 1)) + "…"[:left], style))
            return tuple(kept)
        kept.append((text, style))
        left -= have
    return (*kept, (" " * left, ""))


def width_of(pieces: Iterable[tuple[str, str]]) -> int:
    """Return the columns that pieces take."""
    return sum(cell_len(text) for text, _ in pieces)


def under_cursor(pieces: Pieces, width: int = 0) -> Pieces:
    """Return pieces after the sign of the cursor, filled up to ``width``, all in its colours."""
    rest = " " * (width - len(CURSOR) - width_of(pieces))
    return tuple((text, f"cursor {style}") for text, style in ((CURSOR, ""), *pieces, (rest, "")))


def join_runs(pieces: Iterable[tuple[str, str]]) -> Pieces:
    """Return pieces with those of one style beside each other made one."""
    made: list[tuple[str, str]] = []
    run, pen = "", None
    for text, style in pieces:
        if style == pen:
            run += text
            continue
        if pen is not None:
            made.append((run, pen))
        run, pen = text, style
    return () if pen is None else (*made, (run, pen))


def spread(left: Pieces, right: Pieces, width: int) -> Pieces:
    """Return ``left`` and ``right`` at the two ends of ``width`` columns; the left gives way."""
    tail = width_of(right)
    room = max(0, width - tail - 1)
    kept: list[tuple[str, str]] = []
    for text, style in left:
        have = cell_len(text)
        if have > room:
            if room > 1:
                kept.append((set_cell_size(text, room - 1) + "…", style))
            room = 0
            break
        kept.append((text, style))
        room -= have
    return (*kept, (" " * max(0, width - tail - width_of(kept)), ""), *right)
