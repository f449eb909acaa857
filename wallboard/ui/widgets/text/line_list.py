"""A list of lines with a cursor: it makes and draws only the lines that are in view."""

from collections.abc import Callable

from textual import events
from textual.geometry import clamp

from wallboard.ui.messages import RowClicked
from wallboard.ui.widgets.text.line_widget import Pieces, under_cursor
from wallboard.ui.widgets.text.text_panel import TextPanel

_WHEEL = 3


class LineList(TextPanel):
    """As high as there is room. ``cursor``: the place of the line that is chosen.

    A sign stands there, in a column of its own before the lines, ``GUTTER`` wide.
    """

    GUTTER = 1

    def __init__(self) -> None:
        super().__init__(classes="listing")
        self._count = 0
        self._line: Callable[[int], Pieces] = lambda _: ()
        self._top = 0
        self.cursor = 0

    def show_rows(self, count: int, line: Callable[[int], Pieces]) -> None:
        """Show ``count`` lines; ``line`` makes one of them by its place."""
        self._count = count
        self._line = line
        self._place()

    @property
    def seen(self) -> range:
        """The places in view."""
        return range(self._top, min(self._count, self._top + max(1, self.size.height)))

    @property
    def page(self) -> int:
        """How many lines are in view at once."""
        return max(1, self.size.height)

    def move_to(self, place: int) -> None:
        """Put the cursor on a line and show it."""
        self.cursor = place
        self._place()

    def _place(self) -> None:
        """Keep the cursor on a line that there is, in view, and draw."""
        self.cursor = clamp(self.cursor, 0, max(0, self._count - 1))
        lowest = max(0, self.cursor - self.page + 1)
        self._top = clamp(self._top, lowest, self.cursor)
        self._draw()

    def _draw(self) -> None:
        self._top = clamp(self._top, 0, max(0, self._count - self.page))
        self.paint([self._drawn(place) for place in self.seen])

    def _drawn(self, place: int) -> Pieces:
        pieces = self._line(place)
        if place != self.cursor:
            return ((" ", ""), *pieces)
        return under_cursor(pieces, self.size.width)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._place()

    # The mouse.

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down; the cursor stays in view."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up; the cursor stays in view."""
        event.stop()
        self._scroll(-_WHEEL)

    def _scroll(self, lines: int) -> None:
        self._top = clamp(self._top + lines, 0, max(0, self._count - self.page))
        self.cursor = clamp(self.cursor, self._top, max(self._top, self._top + self.page - 1))
        self._place()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the line under the mouse; a second click opens it."""
        place = self._top + event.y
        if place in self.seen:
            again = place == self.cursor
            self.move_to(place)
            self.post_message(RowClicked(place, again=again))
