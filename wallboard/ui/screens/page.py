"""A screen of text over the board, which goes on behind it: the base of help, queue and alerts."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from wallboard.ui.keys import bindings
from wallboard.ui.widgets.painted import Pieces
from wallboard.ui.widgets.sheet import Sheet


class Page(Screen[None]):
    """Shows ``lines()``; ``back`` leaves it, the arrows scroll it."""

    BINDINGS = bindings("back", "up", "down", "page_up", "page_down", "top", "bottom")

    def compose(self) -> ComposeResult:
        """Make the scroll and the line of keys under it."""
        with Vertical(classes="page"):
            with VerticalScroll(can_focus=False):
                yield Sheet()
            yield Static(self.hint(), classes="quiet", markup=False)

    def hint(self) -> str:
        """Return the words under the page."""
        return "esc back · ↑ ↓ scroll"

    def lines(self) -> Sequence[Pieces]:
        """Return what the page says."""
        raise NotImplementedError

    def refresh_page(self) -> None:
        """Draw what has changed."""
        self.query_one(Sheet).show(self.lines())

    def on_mount(self) -> None:
        """Draw for the first time."""
        self.refresh_page()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.refresh_page()

    @property
    def _scroll(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def action_back(self) -> None:
        """Leave the page."""
        self.dismiss()

    def action_up(self) -> None:
        """Scroll up."""
        self._scroll.scroll_up(animate=False)

    def action_down(self) -> None:
        """Scroll down."""
        self._scroll.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """Scroll one page up."""
        self._scroll.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """Scroll one page down."""
        self._scroll.scroll_page_down(animate=False)

    def action_top(self) -> None:
        """Scroll to the top."""
        self._scroll.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self._scroll.scroll_end(animate=False)
