"""The filter field of the agents page: the board's own field with another grammar."""

from collections.abc import Callable

from textual.widgets import Input

from wallboard.model.data.catalogue import NO_LABELS
from wallboard.model.select.agents_filter import parse_agents_filter
from wallboard.model.select.filter import FilterMistake, Term
from wallboard.ui.widgets.filter_bar import FilterBar


class AgentFilterBar(FilterBar):
    """``sought`` gets the text and its parts at every key."""

    def __init__(self, sought: Callable[[str, tuple[Term, ...]], None]) -> None:
        super().__init__(lambda _text, _terms: None, lambda: NO_LABELS)
        self._sought = sought

    def on_mount(self) -> None:
        """Give examples of what can be typed here."""
        self.query_one(Input).placeholder = "ada · status:pause · queue:sales · level:warning"

    def on_input_changed(self, event: Input.Changed) -> None:
        """Put what was typed in force, or say what is wrong with it."""
        event.stop()
        event.prevent_default()
        try:
            found = parse_agents_filter(event.value)
        except FilterMistake as error:
            self._tell(str(error))
        else:
            self._tell("")
            self._sought(event.value, found)
