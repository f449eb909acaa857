"""A question of one line."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from wallboard.ui.screens.dialog import Window


class Ask(Window[str | None]):
    """Answers with what was typed, without blanks at its ends; ``None``: nothing was.

    ``most``: letters that can be typed. ``optional``: nothing typed is an answer too, ``""``.
    """

    def __init__(self, title: str, example: str, most: int, *, optional: bool = False) -> None:
        super().__init__()
        self._title = title
        self._example = example
        self._most = most
        self._optional = optional

    def compose(self) -> ComposeResult:
        """Make the field."""
        with Vertical(classes="window question") as window:
            window.border_title = Content(self._title)
            yield Input(placeholder=self._example, max_length=self._most)
            yield Static("enter go on · esc back", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Be ready to type."""
        if self.made:
            self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        self.dismiss(event.value.strip() or ("" if self._optional else None))
