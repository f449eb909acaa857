"""Pickers: one of several (order, theme), or any of several (sites, queues)."""

from collections.abc import Hashable, Sequence
from typing import Generic, NamedTuple, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection as Choice

from wallboard.model.select.filter import fold
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Window
from wallboard.ui.widgets.text.option_list import Marks, Options

Key = TypeVar("Key", bound=Hashable)


class Item(NamedTuple, Generic[Key]):
    """One thing to pick: what it is, its words, and quieter words behind them."""

    key: Key
    words: str
    more: str = ""

    @property
    def content(self) -> Content:
        """The words as they are drawn: data, never markup."""
        return Content(self.words) + Content.styled(f"  {self.more}", "$quiet")


class PickOne(Window[Key | None], Generic[Key]):
    """Pick one with enter; ``back`` leaves things as they are."""

    BINDINGS = bindings("back", "quit")

    def __init__(self, title: str, items: Sequence[Item[Key]], current: Key | None) -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._current = current

    def compose(self) -> ComposeResult:
        """Make the list, the current one under the bar."""
        with Vertical(classes="window") as window:
            window.border_title = Content(self._title)
            yield Options(*(Option(item.content) for item in self._items), markup=False)
            yield Static("enter choose · esc back", classes="hint", markup=False)

    def on_mount(self) -> None:
        """Start at what is chosen now."""
        keys = [item.key for item in self._items]
        if self.made and self._current in keys:
            self.query_one(OptionList).highlighted = keys.index(self._current)

    def on_key(self, event: events.Key) -> None:
        """Let j and k move, as they do on the board."""
        if self.on_top:
            letters(event, self.query_one(OptionList))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the one chosen."""
        self.dismiss(self._items[event.option_index].key)

    def action_back(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class PickSome(Window[frozenset[Key] | None], Generic[Key]):
    """Pick any number: space marks, enter takes the marked, or the one under the bar if none is.

    The field above narrows the list. Marking none and choosing "all" shows everything.
    """

    BINDINGS = bindings("back", "quit")

    def __init__(self, title: str, items: Sequence[Item[Key]], chosen: frozenset[Key]) -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._chosen = set(chosen)
        self._shown: list[Item[Key]] = list(items)

    def compose(self) -> ComposeResult:
        """Make the narrowing field and the list."""
        with Vertical(classes="window") as window:
            window.border_title = Content(self._title)
            if len(self._items) > 10:
                yield Input(placeholder="tab, then type to narrow the list")
            yield Marks[int]()
            yield Static(
                "space mark · enter choose · a all · esc back", classes="hint", markup=False
            )

    def on_mount(self) -> None:
        """Fill the list and start in it."""
        if self.made:
            self._fill("")
            self._list.focus()

    @property
    def _list(self) -> SelectionList[int]:
        return self.query_one(SelectionList)

    def _fill(self, text: str) -> None:
        wanted = fold(text)
        self._shown = [one for one in self._items if wanted in fold(f"{one.words} {one.more}")]
        with self.prevent(SelectionList.SelectedChanged):
            self._list.clear_options()
            self._list.add_options(
                Choice(item.content, index, item.key in self._chosen)
                for index, item in enumerate(self._shown)
            )
        if self._shown:
            self._list.highlighted = 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        if self.on_top:
            self._fill(event.value)

    def on_input_submitted(self) -> None:
        """Go to the list."""
        if self.on_top:
            self._list.focus()

    def on_selection_list_selection_toggled(
        self, event: SelectionList.SelectionToggled[int]
    ) -> None:
        """Remember a mark, also while the list is narrowed to something else."""
        self._chosen ^= {self._shown[event.selection_index].key}

    async def on_key(self, event: events.Key) -> None:
        """Take enter (the list itself would mark with it) and the letters."""
        if isinstance(self.focused, Input) or not self.on_top:
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._take()
        elif event.key == "a":
            event.stop()
            self.dismiss(frozenset())
        else:
            letters(event, self._list)

    def _take(self) -> None:
        index = self._list.highlighted
        if not self._chosen and index is not None and index < len(self._shown):
            self._chosen = {self._shown[index].key}
        self.dismiss(frozenset(self._chosen))

    def action_back(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def letters(event: events.Key, listed: OptionList) -> None:
    """Let j and k move in a list, as they do on the board."""
    if event.key == "j":
        listed.action_cursor_down()
    elif event.key == "k":
        listed.action_cursor_up()
