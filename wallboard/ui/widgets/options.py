"""Lists to choose from that a terminal too low to show a line of them does not break."""

from typing import TypeVar

from textual.widgets import OptionList, SelectionList

Value = TypeVar("Value")


class _Paged(OptionList):
    """Turns pages only where there is one: without a line on the screen the library's fails."""

    def action_page_up(self) -> None:
        """Go one page up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]

    def action_page_down(self) -> None:
        """Go one page down."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]


class Options(_Paged):
    """A list of which one is chosen."""


class Marks(SelectionList[Value], _Paged):
    """A list of which any number can be marked."""
