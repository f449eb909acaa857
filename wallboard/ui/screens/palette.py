"""The palette: everything that can be done here, found by a word of it."""

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from wallboard.actions import Action
from wallboard.model.data.metric_names import fold
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Window
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.option_list import Options

_WORDS, _HELP = 12, 46


class Palette(Window[str | None]):
    """Answers with the action's id. ``items``: (keys as read, action), in the order of the help."""

    BINDINGS = bindings("back")
    MOST_ROWS = 14

    def __init__(self, items: Sequence[tuple[str, Action]]) -> None:
        super().__init__()
        self._items = items
        self._shown = list(items)

    def compose(self) -> ComposeResult:
        """Make the field and the list under it."""
        with Vertical(classes="window palette") as window:
            window.border_title = Content("Commands")
            yield Input(placeholder="type a word of what you want to do")
            yield Options(markup=False)
            yield Static("↑ ↓ choose · enter do it · esc back", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Show all, ready to type."""
        if self.made:
            self._list.can_focus = False
            self.query_one(Input).focus()
            self._narrow("")

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _narrow(self, text: str) -> None:
        """Show what has every word of ``text`` in it; what begins with it comes first."""
        wanted = fold(text).split()
        found = [
            (keys, action)
            for keys, action in self._items
            if all(word in fold(f"{action.words} {action.help}") for word in wanted)
        ]
        found.sort(key=lambda item: not fold(item[1].words).startswith(fold(text).strip()))
        self._shown = found
        listed = self._list
        listed.clear_options()
        listed.add_options(Option(_line(keys, action)) for keys, action in found)
        listed.highlighted = 0 if found else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        if self.on_top:
            self._narrow(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what is under the bar."""
        event.stop()
        place = self._list.highlighted if self.on_top else None
        if place is not None:
            self.dismiss(self._shown[place][1].id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do what was clicked."""
        event.stop()
        self.dismiss(self._shown[event.option_index][1].id)

    def on_key(self, event: events.Key) -> None:
        """Move the bar while the field has the keys."""
        if not self.on_top:
            return
        moves: Mapping[str, Callable[[], None]] = {
            "up": self._list.action_cursor_up,
            "down": self._list.action_cursor_down,
            "pageup": self._list.action_page_up,
            "pagedown": self._list.action_page_down,
        }
        if event.key in moves:
            event.stop()
            event.prevent_default()
            moves[event.key]()

    def action_back(self) -> None:
        """Do nothing."""
        self.dismiss(None)


def _line(keys: str, action: Action) -> Content:
    return (
        Content(fit(action.words, _WORDS))
        + Content.styled(fit(action.help, _HELP), "$quiet")
        + Content.styled(f"  {keys}", "$accent")
    )
