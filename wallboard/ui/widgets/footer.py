"""The footer: the keys and their words, whole ones only, as many as fit."""

from rich.cells import cell_len
from textual import events

from wallboard.ui.keys import Keys, footer_items, replay_items
from wallboard.ui.messages import ActionWanted
from wallboard.ui.widgets.text.line_widget import LineWidget

_KEPT = ("help", "quit")
"""What is named however narrow the terminal is."""


class KeyFooter(LineWidget):
    """A click on a word does what its key does."""

    PREFIX = "key-bar"

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self._keys = keys
        self._items = footer_items(keys)
        self._spans: list[tuple[int, int, str]] = []

    def show_replay(self, *, on: bool, alone: bool) -> None:
        """Name the keys of a replay, or the usual ones; ``alone``: no live board is behind it."""
        self.show_items(replay_items(self._keys, alone=alone) if on else footer_items(self._keys))

    def show_items(self, items: tuple[tuple[str, str, str], ...]) -> None:
        """Name (action, key, words)."""
        if items != self._items:
            self._items = items
            self.on_resize()

    def on_resize(self) -> None:
        """Choose the keys that fit."""
        pieces: list[tuple[str, str]] = []
        self._spans = []
        x = 0
        for action, key, words in fit_items(self._items, self.size.width):
            lead = " "
            pieces += [(lead, ""), (key, "key"), (f" {words} ", "words")]
            wide = cell_len(f"{lead}{key} {words} ")
            self._spans.append((x, x + wide, action))
            x += wide
        self.paint([tuple(pieces)])

    def on_click(self, event: events.Click) -> None:
        """Do what the key under the mouse does."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                self.post_message(ActionWanted(action))


def fit_items(
    items: tuple[tuple[str, str, str], ...], width: int
) -> tuple[tuple[str, str, str], ...]:
    """Return the items that fit ``width``, leaving out from the end but for help and quit."""
    kept = list(items)
    while kept and sum(cell_len(f" {key} {words} ") for _, key, words in kept) > width:
        spare = [item for item in kept if item[0] not in _KEPT]
        kept.remove(spare[-1] if spare else kept[-1])
    return tuple(kept)
