"""The window in which the bounds of a rule are changed, with what that does beside them."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from wallboard.ui.screens.dialog import Window

Texts = Mapping[str, str]
"""What is typed, by field."""

_MOST = 20
"""Letters that can be typed into a field."""

_LABELS = {
    "warning": "warning at",
    "critical": "critical at",
    "for": "for at least",
    "recover": "until back at",
}


class Effect(NamedTuple):
    """What texts would do, in words; ``wrong``: they cannot be taken, and the words say why."""

    words: str
    wrong: bool = False


class ThresholdDialog(Window[Texts | None]):
    """Answers with what was typed; ``None``: nothing is changed.

    ``texts``: what is in force; ``usual``: what holds where nothing is written.
    """

    CLASS = "thresholds"

    def __init__(
        self, title: str, texts: Texts, usual: Texts, effect: Callable[[Texts], Effect]
    ) -> None:
        super().__init__(title)
        self._texts = texts
        self._usual = usual
        self._effect = effect

    def compose_inside(self) -> ComposeResult:
        """Make the fields, and what is said of them."""
        for name, text in self._texts.items():
            with Horizontal():
                yield Static(_LABELS[name], markup=False)
                yield Input(
                    text,
                    placeholder=self._usual[name] or "–",
                    max_length=_MOST,
                    id=f"field-{name}",
                )
        yield Static("", id="effect", markup=False)

    @property
    def hint(self) -> str:
        """What keys do."""
        keep = f"enter in force at once · tab next · {self.back_key} as it was"
        return f"{keep} · empty: as configured"

    def on_mount(self) -> None:
        """Be ready to type."""
        if self.made:
            self.query(Input).first().focus()
            self._show()

    @property
    def typed(self) -> Texts:
        """What stands in the fields now."""
        return {name: self.query_one(f"#field-{name}", Input).value for name in self._texts}

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what that would do."""
        event.stop()
        if self.made:
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, if it can be taken."""
        event.stop()
        if self.made and not self._show().wrong:
            self.dismiss(self.typed)

    def _show(self) -> Effect:
        found = self._effect(self.typed)
        effect = self.query_one("#effect", Static)
        effect.update(Content(found.words))
        effect.set_class(found.wrong, "-wrong")
        return found
