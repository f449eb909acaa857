"""The palette: everything that can be done here, found by a word of it."""

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from wallboard.actions import Action
from wallboard.model.data.metric_names import fold
from wallboard.ui.screens.pickers import Item, NarrowField, PickOne
from wallboard.ui.widgets.columns import fit

_WORDS, _HELP = 12, 46


class Palette(PickOne[str]):
    """Answers with the action's id. ``items``: (keys as read, action), in the order of the help."""

    HINT = "↑ ↓ choose · enter do it"
    CLASS = "palette"
    MOST_ROWS = 14

    def __init__(self, items: Sequence[tuple[str, Action]]) -> None:
        actions = [Item(action.id, action.words, action.help) for _, action in items]
        super().__init__("Commands", actions, None)
        self._keys = {action.id: keys for keys, action in items}

    def field(self) -> NarrowField:
        """Return the field: every letter is one of a word."""
        return NarrowField(self.acts(), {}, "type a word of what you want to do", letters=True)

    def find(self, text: str) -> Sequence[Item[str]]:
        """Return what has every word of ``text`` in it; what begins with it comes first."""
        begin = fold(text).strip()
        return sorted(super().find(text), key=lambda item: not fold(item.words).startswith(begin))

    def options(self) -> Iterable[Option]:
        """Return what is in the list now."""
        return [
            Option(
                Content(fit(item.words, _WORDS))
                + Content.styled(fit(item.more, _HELP), "$quiet")
                + Content.styled(f"  {self._keys[item.key]}", "$accent")
            )
            for item in self._shown
        ]
