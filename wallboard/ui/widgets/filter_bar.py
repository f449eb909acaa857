"""The filter field: what is typed is in force at once; a mistake is told under the field."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from wallboard.model.select.filter import FilterMistake, Term


class FilterBar(Vertical, can_focus=False):
    """Hidden until it is opened; ``changed`` gets the text and its terms at every key.

    ``parse``: reads a text, or raises ``FilterMistake``. ``example``: what can be typed.
    """

    def __init__(
        self,
        changed: Callable[[str, tuple[Term, ...]], None],
        parse: Callable[[str], tuple[Term, ...]],
        example: str,
    ) -> None:
        super().__init__()
        self._changed = changed
        self._parse = parse
        self._example = example

    def compose(self) -> ComposeResult:
        """Make the prompt, the field and the place for a mistake."""
        with Horizontal():
            yield Static(" Filter ", id="filter-prompt", markup=False)
            yield Input(
                placeholder=self._example,
                # What is in force is gone on with, not typed over.
                select_on_focus=False,
            )
        yield Static("", id="filter-mistake", markup=False)

    @property
    def opened(self) -> bool:
        """Whether the field is on the screen."""
        return self.display

    def open(self, text: str) -> None:
        """Show the field with the filter in force, ready to type."""
        self.display = True
        self._tell("")
        field = self.query_one(Input)
        with self.prevent(Input.Changed):
            field.value = text
        field.cursor_position = len(text)
        # Now, not by and by: what is typed next is meant for it.
        self.screen.set_focus(field)

    def close(self) -> None:
        """Take the field away; the filter stays in force."""
        self.display = False
        self.screen.set_focus(None)

    def _tell(self, mistake: str) -> None:
        place = self.query_one("#filter-mistake", Static)
        place.update(f" {mistake} " if mistake else "")
        place.display = bool(mistake)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Put what was typed in force, or say what is wrong with it."""
        event.stop()
        try:
            terms = self._parse(event.value)
        except FilterMistake as error:
            self._tell(str(error))
        else:
            self._tell("")
            self._changed(event.value, terms)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter and give the keys back to the board."""
        event.stop()
        self.close()
