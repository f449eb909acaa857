"""Pickers: one of several (order, theme), or any of several (sites, queues)."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, SelectionList
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection as Choice

from wallboard.model.data.metric_names import fold
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Window
from wallboard.ui.widgets.text.option_list import Marks, Options

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

Acts = Mapping[str, Callable[[], None]]
"""Key → what it does."""


class Item(NamedTuple, Generic[Key]):
    """One thing to pick: what it is, its words, and quieter words behind them.

    ``also``: other words that it is found by.
    """

    key: Key
    words: str
    more: str = ""
    also: str = ""

    def has(self, words: Iterable[str]) -> bool:
        """Whether every one of some folded words is found in it."""
        text = fold(f"{self.words} {self.more} {self.also}")
        return all(word in text for word in words)

    @property
    def content(self) -> Content:
        """The words as they are drawn: data, never markup."""
        return Content(self.words) + Content.styled(f"  {self.more}", "$quiet")


class NarrowField(Input):
    """What is typed narrows a list; some keys act on the list instead.

    ``does``: those that always do; ``first``: those that do while nothing is typed, and are letters
    after ``/``, or from the start (``letters``).
    """

    def __init__(
        self,
        does: Acts,
        first: Acts,
        words: str = "type to narrow the list",
        *,
        letters: bool = False,
    ) -> None:
        super().__init__(placeholder=words)
        self._does = does
        self._first = first
        self._letters = letters

    def on_key(self, event: events.Key) -> None:
        """Take a key from the field if it is for the list."""
        act = self._does.get(event.key)
        if not self.value and not self._letters:
            bound = self.screen.active_bindings.get(event.key)
            act = act or self._first.get(event.key)
            if bound is not None and bound.binding.id == "quit":
                act = act or self._first["quit"]
            if event.key == "slash":
                act = self._literally
        if act is not None:
            event.stop()
            event.prevent_default()
            act()

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Whether a key is a letter of what is typed: not that which closes, at the start."""
        typing = bool(self.value) or self._letters
        return typing and super().check_consume_key(key, character)

    def _literally(self) -> None:
        self._letters = True


class Picker(Window[Answer | None], Generic[Key, Answer]):
    """A list under a field: what is typed narrows it, the arrows move in it."""

    BINDINGS = bindings("quit")

    def __init__(self, title: str, items: Sequence[Item[Key]]) -> None:
        super().__init__(title)
        self._items = items
        self._shown: Sequence[Item[Key]] = items

    def compose_inside(self) -> ComposeResult:
        """Make the field and the list."""
        yield self.field()
        yield self.listing()

    def field(self) -> NarrowField:
        """Return the field."""
        return NarrowField(self.acts(), self.first())

    def listing(self) -> OptionList:
        """Return the list."""
        return Options(markup=False)

    def find(self, text: str) -> Sequence[Item[Key]]:
        """Return what has every word of ``text`` in it."""
        words = fold(text).split()
        return [item for item in self._items if item.has(words)]

    def options(self) -> Iterable[Option]:
        """Return what is in the list now."""
        raise NotImplementedError

    def take(self) -> None:
        """Answer."""
        raise NotImplementedError

    def acts(self) -> dict[str, Callable[[], None]]:
        """Return what keys do to the list."""
        moves = {
            "up": "action_cursor_up",
            "down": "action_cursor_down",
            "pageup": "action_page_up",
            "pagedown": "action_page_down",
        }
        acts: dict[str, Callable[[], None]] = {"enter": self.take}
        return acts | {key: partial(self._run_on_list, move) for key, move in moves.items()}

    def first(self) -> dict[str, Callable[[], None]]:
        """Return what keys do as long as nothing is typed."""
        acts = self.acts()
        ends = {"home": "action_first", "end": "action_last"}
        moves = {key: partial(self._run_on_list, move) for key, move in ends.items()}
        return {"j": acts["down"], "k": acts["up"], "quit": self.close, **moves}

    def _run_on_list(self, action: str) -> None:
        getattr(self.list, action)()

    @property
    def list(self) -> OptionList:
        """The list."""
        return self.query_one(OptionList)

    def on_mount(self) -> None:
        """Show all, ready to type."""
        if self.made:
            self.list.can_focus = False
            self.query_one(Input).focus()
            self.fill("")

    def fill(self, text: str) -> None:
        """Show what is found by ``text``."""
        self._shown = self.find(text)
        self.list.clear_options()
        self.list.add_options(self.options())
        self.list.highlighted = 0 if self._shown else None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        if self.on_top:
            self.fill(event.value)


class PickOne(Picker[Key, Key], Generic[Key]):
    """Pick one with enter; ``back`` leaves things as they are."""

    HINT = "type to narrow · enter choose"

    def __init__(self, title: str, items: Sequence[Item[Key]], current: Key | None) -> None:
        super().__init__(title, items)
        self._current = current

    def options(self) -> Iterable[Option]:
        """Return what is in the list now."""
        return [Option(item.content) for item in self._shown]

    def fill(self, text: str) -> None:
        """Show what matches; of all, the current one is under the bar."""
        super().fill(text)
        keys = [item.key for item in self._shown]
        if not text and self._current in keys:
            self.list.highlighted = keys.index(self._current)

    def take(self) -> None:
        """Answer with the one under the bar."""
        if self.on_top and (at := self.list.highlighted) is not None:
            self.dismiss(self._shown[at].key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the one that was clicked."""
        self.dismiss(self._shown[event.option_index].key)


class PickSome(Picker[Key, frozenset[Key]], Generic[Key]):
    """Pick any number: space marks, enter takes the marked, or the one under the bar if none is.

    Those that are marked come first. Marking none and choosing "all" shows everything.
    """

    HINT = "type to narrow · space mark · enter choose · * all"

    def __init__(self, title: str, items: Sequence[Item[Key]], chosen: frozenset[Key]) -> None:
        super().__init__(title, sorted(items, key=lambda item: item.key not in chosen))
        self._chosen = set(chosen)

    def listing(self) -> OptionList:
        """Return the list, with boxes."""
        return Marks[int]()

    def options(self) -> Iterable[Option]:
        """Return what is in the list now."""
        return [
            Choice(item.content, index, item.key in self._chosen)
            for index, item in enumerate(self._shown)
        ]

    def fill(self, text: str) -> None:
        """Show what matches, with its marks."""
        with self.prevent(SelectionList.SelectedChanged):
            super().fill(text)

    def acts(self) -> dict[str, Callable[[], None]]:
        """Return what keys do to the list."""
        acts = super().acts()
        acts["space"] = partial(self._run_on_list, "action_select")
        acts["asterisk"] = self._all
        return acts

    def _all(self) -> None:
        self.dismiss(frozenset())

    def on_selection_list_selection_toggled(
        self, event: SelectionList.SelectionToggled[int]
    ) -> None:
        """Remember a mark, also while the list is narrowed to something else."""
        self._chosen ^= {self._shown[event.selection_index].key}

    def take(self) -> None:
        """Answer with the marked, or with the one under the bar if none is."""
        if not self.on_top:
            return
        index = self.list.highlighted
        if not self._chosen and index is not None:
            self._chosen = {self._shown[index].key}
        self.dismiss(frozenset(self._chosen))
