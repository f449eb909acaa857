"""The window in which the table's columns are chosen and put in order, live beside the table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from wallboard.model.data.metric import Metric
from wallboard.ui.screens.pickers import Item, Picker
from wallboard.ui.widgets.queue_table import QueueTable

Columns = tuple[str, ...]
"""Metrics by name, most wanted first."""


class Offer(NamedTuple):
    """What there is to choose from.

    ``metrics``: all, as the user calls them; ``notes``: what is to be said of some, by name;
    ``chosen``: the columns now; ``usual``: those of the configuration; ``table``: what shows them.
    """

    metrics: Sequence[Metric]
    notes: Mapping[str, str]
    chosen: Columns
    usual: Columns
    table: QueueTable


class ColumnPicker(Picker[str, Columns]):
    """Space shows a column or takes it away, ``J`` and ``K`` move it; each change is shown at once.

    ``changed`` gets every choice, and what was before when ``back`` leaves the window. It answers
    with the columns, or ``None`` if nothing is to be kept.
    """

    MOST_ROWS = 0  # its list has the room that it has
    HINT = "space show, hide · J K move · enter keep · d default"
    # Under the table, which then shows all of its columns; beside it where there is room for both.
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]  # noqa: RUF012 - Textual's own way

    def __init__(self, offer: Offer, changed: Callable[[Columns], None]) -> None:
        super().__init__("Columns", ())
        self._offer = offer
        self._changed = changed
        self._before = offer.chosen
        self._arrange(offer.chosen)

    def on_mount(self) -> None:
        """Say which columns the table has no room for, whenever that changes."""
        self.watch(self._offer.table, "no_room", self._tell_room)

    def _tell_room(self) -> None:
        lacking = self._offer.table.no_room & self._marked
        words = f"no room for {len(lacking)} at this width" if lacking else ""
        if self.made:
            self.query_one(".window").border_subtitle = words
            self._draw()

    def _arrange(self, columns: Columns) -> None:
        """Put the chosen columns on top, in their order; the others below as the catalogue has."""
        notes = self._offer.notes
        items = {
            metric.name: _item(metric, notes.get(metric.name, "")) for metric in self._offer.metrics
        }
        self._marked = set(columns)
        chosen = [items[name] for name in columns if name in items]
        self._items = [*chosen, *(item for item in items.values() if item.key not in self._marked)]

    @property
    def columns(self) -> Columns:
        """The columns as they are chosen now."""
        return tuple(item.key for item in self._items if item.key in self._marked)

    def options(self) -> Iterable[Option]:
        """Return what is in the list now."""
        return [Option(self._words(item)) for item in self._shown]

    def _words(self, item: Item[str]) -> Content:
        mark = Content.styled("■ ", "$accent") if item.key in self._marked else Content("  ")
        label = Content(item.words)
        words = label if item.key in self._marked else label.stylize("$quiet")
        lacks = item.key in self._offer.table.no_room & self._marked
        more = " · ".join(filter(None, ("no room" if lacks else "", item.more)))
        return mark + words + Content.styled(f"  {more}", "$quiet")

    def acts(self) -> dict[str, Callable[[], None]]:
        """Return what keys do to the list."""
        return {**super().acts(), "space": self._toggle}

    def first(self) -> dict[str, Callable[[], None]]:
        """Return what keys do as long as nothing is typed."""
        moves = {"J": lambda: self._move(1), "K": lambda: self._move(-1)}
        return {**super().first(), **moves, "d": self._restore}

    def take(self) -> None:
        """Answer with the columns."""
        if self.on_top:
            self.dismiss(self.columns)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show or hide the column under the mouse."""
        event.stop()
        self._toggle()

    def _toggle(self) -> None:
        place = self.list.highlighted if self.on_top else None
        if place is None or self._marked == {self._shown[place].key}:
            # A table without any number says nothing: the last column stays.
            return
        self._marked ^= {self._shown[place].key}
        self._show()

    def _move(self, step: int) -> None:
        place = self.list.highlighted if self.on_top else None
        if place is None or not 0 <= place + step < len(self._items):
            return
        order = self._items = list(self._items)
        order[place], order[place + step] = order[place + step], order[place]
        self._shown = list(order)
        self.list.highlighted = place + step
        self._show()

    def _restore(self) -> None:
        if self.on_top:
            self._arrange(self._offer.usual)
            self.fill(self.query_one(Input).value)
            self._changed(self.columns)

    def _show(self) -> None:
        self._draw()
        self._changed(self.columns)

    def _draw(self) -> None:
        for place, item in enumerate(self._shown):
            self.list.replace_option_prompt_at_index(place, self._words(item))

    def close(self) -> None:
        """Leave everything as it was."""
        self._changed(self._before)
        self.dismiss(None)


def _item(metric: Metric, note: str) -> Item[str]:
    """Return a column as it is picked: by its label, its heading or the API's name."""
    return Item(metric.name, metric.label, note, f"{metric.short} {metric.name}")
