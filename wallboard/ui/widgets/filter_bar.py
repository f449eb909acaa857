"""The filter field: what is typed is in force at once; a mistake is told beside the field."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from wallboard.model.selection import FilterMistake, Term, parse_filter


class FilterBar(Horizontal, can_focus=False):
    """Hidden until it is opened; ``changed`` gets the text and its terms at every key."""

    def __init__(self, changed: Callable[[str, tuple[Term, ...]], None]) -> None:
        super().__init__()
        self._changed = changed

    def compose(self) -> ComposeResult:
        """Make the prompt, the field and the place for a mistake."""
        yield Static(" Filter ", id="filter-prompt", markup=False)
        yield Input(placeholder="name, site or extension · site:paris · level:warning")
        yield Static("", id="filter-mistake", markup=False)

    @property
    def opened(self) -> bool:
        """Whether the field is on the screen."""
        return self.display

    def open(self, text: str) -> None:
        """Show the field with the filter in force, ready to type."""
        self.display = True
        field = self.query_one(Input)
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        field.focus()

    def close(self) -> None:
        """Take the field away; the filter stays in force."""
        self.display = False
        self.screen.set_focus(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Put what was typed in force, or say what is wrong with it."""
        event.stop()
        mistake = self.query_one("#filter-mistake", Static)
        try:
            terms = parse_filter(event.value)
        except FilterMistake as error:
            mistake.update(f" {error} ")
        else:
            mistake.update("")
            self._changed(event.value, terms)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and give the keys back to the board."""
        event.stop()
        self.close()
