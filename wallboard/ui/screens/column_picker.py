"""The window in which the table's columns are chosen and put in order, live beside the table."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from wallboard.model.data.metric import Metric
from wallboard.ui.keys import bindings
from wallboard.ui.screens.dialog import Window
from wallboard.ui.screens.pickers import letters
from wallboard.ui.widgets.text.option_list import Options

Columns = tuple[str, ...]
"""Metrics by name, most wanted first."""


class Offer(NamedTuple):
    """What there is to choose from.

    ``metrics``: all, as the user calls them; ``notes``: what is to be said of some, by name;
    ``chosen``: the columns now; ``usual``: those of the configuration.
    """

    metrics: Sequence[Metric]
    notes: Mapping[str, str]
    chosen: Columns
    usual: Columns


class ColumnPicker(Window[Columns | None]):
    """Space shows a column or takes it away, ``J`` and ``K`` move it; each change is shown at once.

    ``changed`` gets every choice, and what was before when ``back`` leaves the window. It answers
    with the columns, or ``None`` if nothing is to be kept.
    """

    BINDINGS = bindings("back", "quit")
    # Under the table, which then shows all of its columns; beside it where there is room for both.
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (140, "-roomy")]  # noqa: RUF012 - Textual's own way

    def __init__(self, offer: Offer, changed: Callable[[Columns], None]) -> None:
        super().__init__()
        self._offer = offer
        self._changed = changed
        self._metrics = {metric.name: metric for metric in offer.metrics}
        self._before = offer.chosen
        self._fill(offer.chosen)

    def _fill(self, columns: Columns) -> None:
        """Put the chosen columns on top, in their order; the others below as the catalogue has."""
        self._marked = set(columns)
        shown = [name for name in columns if name in self._metrics]
        self._order = [*shown, *(name for name in self._metrics if name not in self._marked)]

    def compose(self) -> ComposeResult:
        """Make the list."""
        with Vertical(classes="window") as window:
            window.border_title = Content("Columns")
            yield Options(*(Option(self._words(name)) for name in self._order), markup=False)
            yield Static(
                "space show, hide · J K move · enter keep · d default · esc back",
                classes="hint",
                markup=False,
            )

    def on_mount(self) -> None:
        """Start at the first column."""
        if self.made:
            self._list.highlighted = 0

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def columns(self) -> Columns:
        """The columns as they are chosen now."""
        return tuple(name for name in self._order if name in self._marked)

    def _words(self, name: str) -> Content:
        mark = Content.styled("■ ", "$accent") if name in self._marked else Content("  ")
        label = Content(self._metrics[name].label)
        words = label if name in self._marked else label.stylize("$quiet")
        note = self._offer.notes.get(name, "")
        return mark + words + Content.styled(f"  {note}", "$quiet")

    def on_key(self, event: events.Key) -> None:
        """Take the window's own keys; the others go where they always go."""
        if not self.on_top:
            return
        acts: Mapping[str, Callable[[], None]] = {
            "space": self._toggle,
            "J": lambda: self._move(1),
            "K": lambda: self._move(-1),
            "d": self._restore,
            "enter": lambda: self._leave(self.columns),
        }
        act = acts.get(event.key)
        if act is None:
            letters(event, self._list)
            return
        event.stop()
        event.prevent_default()
        act()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show or hide the column under the mouse."""
        event.stop()
        if self.on_top:
            self._toggle()

    def _toggle(self) -> None:
        place = self._list.highlighted
        if place is None or self._marked == {self._order[place]}:
            # A table without any number says nothing: the last column stays.
            return
        self._marked ^= {self._order[place]}
        self._show()

    def _move(self, step: int) -> None:
        place = self._list.highlighted
        if place is None or not 0 <= place + step < len(self._order):
            return
        order = self._order
        order[place], order[place + step] = order[place + step], order[place]
        self._list.highlighted = place + step
        self._show()

    def _restore(self) -> None:
        self._fill(self._offer.usual)
        self._show()

    def _show(self) -> None:
        for place, name in enumerate(self._order):
            self._list.replace_option_prompt_at_index(place, self._words(name))
        self._changed(self.columns)

    def _leave(self, columns: Columns | None) -> None:
        self.dismiss(columns)

    def action_back(self) -> None:
        """Leave everything as it was."""
        self.close()

    def close(self) -> None:
        """Leave everything as it was."""
        self._changed(self._before)
        self._leave(None)
