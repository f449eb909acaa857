"""A widget of a few lines, each a row of styled pieces, redrawn only when a piece changed."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

Pieces = tuple[tuple[str, str], ...]
"""Text and the name of its style, from left to right; ``""`` is the widget's own style."""


class Painted(Widget, can_focus=False):
    """Draws what ``paint`` was last given. Texts are data: never parsed as markup.

    A subclass lists its styles as component classes ``PREFIX--name``.
    """

    PREFIX: ClassVar[str] = ""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painted: tuple[Pieces, ...] = ()
        self._styles: dict[str, Style] = {}

    @property
    def painted(self) -> tuple[Pieces, ...]:
        """The lines as last painted."""
        return self._painted

    def paint(self, lines: Sequence[Pieces]) -> None:
        """Draw ``lines`` from the top; nothing happens when they are what is drawn already."""
        new = tuple(lines)
        if new != self._painted:
            self._painted = new
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line, cut with ``…`` at the widget's width."""
        width = self.size.width
        base = self.rich_style
        pieces = self._painted[y] if y < len(self._painted) else ()
        segments: list[Segment] = []
        left = width
        for text, name in pieces:
            have = cell_len(text)
            if have > left:
                text = set_cell_size(text, max(0, left - 1)) + "…"[:left]
                have = left
            segments.append(Segment(text, base + self._style(name)))
            left -= have
            if left <= 0:
                break
        if left > 0:
            segments.append(Segment(" " * left, base))
        return Strip(segments, width)

    def notify_style_update(self) -> None:
        """Forget the colours of the theme that was."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str) -> Style:
        if not name:
            return Style.null()
        style = self._styles.get(name)
        if style is None:
            component = f"{self.PREFIX}--{name}"
            style = self._styles[name] = self.get_component_rich_style(component, partial=True)
        return style


def spread(left: Pieces, right: Pieces, width: int) -> Pieces:
    """Return ``left`` and ``right`` at the two ends of ``width`` columns; the left gives way."""
    tail = sum(cell_len(text) for text, _ in right)
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
    used = sum(cell_len(text) for text, _ in kept)
    return (*kept, (" " * max(0, width - tail - used), ""), *right)
