"""Lists to choose from: what is under the bar and what is marked is seen without colours too.

A terminal too low to show a line of them does not break them.
"""

from typing import TypeVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import OptionList, SelectionList

from wallboard.ui.widgets.text.line_widget import CURSOR

Value = TypeVar("Value")

_BOX = 3
"""Segments of the box before an option."""


class Options(OptionList):
    """Turns pages only where there is one: without a line on the screen the library's fails."""

    def action_page_up(self) -> None:
        """Go one page up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Go one page down."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]

    def render_line(self, y: int) -> Strip:
        """Return one line of the list, with a sign at the option under the bar."""
        strip = super().render_line(y)
        first = next(iter(strip), None)
        if first is None or self.highlighted is None or not first.text.startswith(" "):
            return strip
        if first.style is None or first.style.meta.get("option") != self.highlighted:
            return strip
        signed = Segment(CURSOR + first.text[1:], first.style)
        return Strip([signed, *list(strip)[1:]], strip.cell_length)


class Marks(SelectionList[Value], Options):
    """A list of which any number can be marked: ``[x]`` is, ``[ ]`` is not."""

    def render_line(self, y: int) -> Strip:
        """Return one line of the list; its box tells by a letter what the library's by colour."""
        strip = super().render_line(y)
        segments = list(strip)
        index = self.scroll_offset.y + y
        if len(segments) <= _BOX or index >= self.option_count:
            return strip
        marked = self.get_option_at_index(index).value in self._selected
        box = ("[", "x" if marked else " ", "]")
        # One style for the three: the sides are half blocks in the library.
        style = segments[1].style
        return Strip([*(Segment(text, style) for text in box), *segments[_BOX:]])
