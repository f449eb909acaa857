"""The board: title, tiles, filter, queues, status line, keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.reactive import var

from wallboard.model.data.catalogue import NO_LABELS
from wallboard.model.data.reading import QueueKey
from wallboard.model.select.filter import Term, parse_filter
from wallboard.model.select.hidden import OutOfView
from wallboard.model.select.selection import Selection
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Row
from wallboard.ui.keys import Keys, bindings, key_of
from wallboard.ui.messages import PaneEntered, SelectionChosen
from wallboard.ui.replay.trouble_line import TroubleLineBar
from wallboard.ui.screens.dialog import SizedScreen
from wallboard.ui.screens.page import EVERY, HANDS_OFF, MoveActions
from wallboard.ui.widgets.filter_bar import FilterBar
from wallboard.ui.widgets.footer import KeyFooter
from wallboard.ui.widgets.panes.queue_pane import QueuePane
from wallboard.ui.widgets.queue_table import QueueTable
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.tile import TileRow
from wallboard.ui.widgets.title_bar import TitleBar

_EXAMPLE = "paris · site:paris · level:critical · waiting>3 · longest>1:30"
"""What can be typed into the filter."""

_PANES_EVERY = 5
"""Seconds after which a pane looks whether what it says is still so, though nothing was heard."""


class BoardScreen(MoveActions, SizedScreen[None]):
    """What is on the wall. It draws ``view`` and posts what the reader chooses."""

    BINDINGS = bindings(
        "filter", "sites", "queues", "pbxes", "keep_view", "trouble", "order", "open", "alerts",
        "back", "up", "down",
        "page_up", "page_down", "half_up", "half_down", "top", "bottom", "next_trouble",
        "previous_trouble", "order_left", "order_right", "turn", "reset", "pin",
        "pause", "poll", "theme", "kiosk", "copy", "copy_table", "write", "picture",
        "help", "quit", "columns", "acknowledge", "silence", "palette", "group", "fold", "agents",
        "calls", "hours", "panes", "other_pane", "earlier", "later", "much_earlier", "much_later",
        "live",
        *(f"view_{number}" for number in range(1, 10)),
        *(f"tile_{number}" for number in range(1, 9)),
    )  # fmt: skip
    ABOUT = (
        "The queues, the worst first, under tiles of their totals. The line below them says how "
        "old the numbers are and what is left out. A click on a tile, or its key, leads to the "
        "queue that it is about."
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-strip"), (160, "-panes")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - Textual's own way
    # The keys are the board's: the filter field gets them only when it is opened.
    AUTO_FOCUS = ""

    view: var[BoardView | None] = var(None, init=False)
    selection: var[Selection] = var(Selection(), init=False)

    def __init__(self, keys: Keys, tiles: int, *, console: bool = False) -> None:
        # As it is until there are queues: to restyle all of it would hold up the first picture.
        super().__init__(classes="-bare")
        self._keys = keys
        # Kept, not looked up: while the board ends they are gone from the tree before it hears.
        self.table = QueueTable(self.show_panes, key_of(keys, "back"))
        self._title, self._status = TitleBar(), StatusBar()
        self._totals = TileRow(tiles, console=console)
        self.day_line = TroubleLineBar()
        self._pane = QueuePane(key_of(keys, "other_pane"), whole=True, id="pane")
        self._panes = self._pane, QueuePane(whole=False, id="strip")
        self.tell: Callable[[QueuePane, Row | None], None] = lambda *_: None
        self.fill: Callable[[int, int], Sequence[Pieces]] = lambda *_: ()
        self._filled: tuple[BoardView | None, Size, Sequence[Pieces]] = None, Size(), ()
        self._last_key: float | None = None
        self._now = 0.0

    def compose(self) -> ComposeResult:
        """Make the widgets, each bound to the view."""
        yield self._title.data_bind(BoardScreen.view)
        yield self._totals.data_bind(BoardScreen.view)
        yield FilterBar(self._take_filter, self._parse_filter, _EXAMPLE)
        with Horizontal(id="queues"):
            yield self.table.data_bind(BoardScreen.view)
            yield self._pane
        yield self._panes[1]
        yield self.day_line
        yield self._status.data_bind(BoardScreen.view)
        yield KeyFooter(self._keys)

    def tick(self, now: float, local: datetime) -> None:
        """A second has passed: ages, clock and waiting times move, nothing else."""
        self._now = now
        self._title.show_time(local)
        self._status.tick(now)
        self._totals.tick(now)
        self.table.tick(now)
        if self._last_key is not None and now - self._last_key >= HANDS_OFF:
            self._last_key = None
            self._enter_pane(entered=False)
            self.table.rest()
        if self.in_pane or int(now) % _PANES_EVERY == 0:
            self.show_panes()

    def on_mount(self) -> None:
        """Have the status line say what the height of the table leaves out."""
        self.watch(self.table, "out_of_view", self._tell_out_of_view, init=False)

    def _tell_out_of_view(self, what: OutOfView) -> None:
        self._status.out_of_view = what

    def show_panes(self) -> None:
        """Say why of the queue under the cursor, or of the worst, where there is room."""
        if not (self.is_mounted and self.is_current):
            return
        for pane in self._panes:
            if pane.display:
                self.tell(pane, self.table.current)
        self._fill_below()

    def _fill_below(self) -> None:
        """Put into the rows that the table leaves what is worth seeing, once a view and size."""
        view, size, below = self._filled
        is_same = view is self.view and size == self.table.size
        # The table drops what was put there before it heard of its width.
        if self.view is None or (is_same and below is self.table.below):
            return
        self.set_class(not self.view.health.queues, "-bare")
        # One stays blank between what is above and what is below.
        spare = self.table.page - self.table.taken - 1
        self.table.below = self.fill(self.table.size.width, spare) if spare > 0 else ()
        self._filled = self.view, self.table.size, self.table.below
        # What is wrong is told once: in a card, or else in the status line.
        self._status.carded = not self.view.health.queues and bool(self.table.below)

    def action_panes(self) -> None:
        """Show the second pane, or the table alone."""
        self.toggle_class("-alone")
        self.call_after_refresh(self.show_panes)

    @property
    def in_pane(self) -> bool:
        """Whether the keys are the pane's beside the table."""
        return self._pane.entered and self._pane.display

    def action_other_pane(self) -> None:
        """Go into the pane beside the table, or back."""
        self.touch()
        if self._pane.display:
            self._enter_pane(entered=not self._pane.entered)
        elif self.has_class("-alone") and self.has_class("-panes", "-tall"):
            self.notify("The pane beside the table is switched off", markup=False)
        else:
            self.notify("A pane beside the table needs 160 columns and 30 lines", markup=False)

    on_queue_pane_resized = show_panes

    def on_queue_pane_clicked(self) -> None:
        """Go into the pane that was clicked."""
        self._enter_pane(entered=True)

    def _enter_pane(self, *, entered: bool) -> None:
        if entered != self._pane.entered:
            self.query_one(FilterBar).close()
            self._pane.entered = entered
            self.show_panes()
            self.post_message(PaneEntered())

    def touch(self) -> None:
        """Note that somebody is there."""
        self._last_key = max(self._now, self.view.now if self.view else 0.0)

    def on_key(self, event: events.Key) -> None:
        """Note that somebody is at the keyboard."""
        del event
        self.touch()

    def on_click(self) -> None:
        """Note that somebody is at the mouse."""
        self.touch()

    def _parse_filter(self, text: str) -> tuple[Term, ...]:
        return parse_filter(text, self.view.labels if self.view else NO_LABELS)

    def _take_filter(self, text: str, terms: tuple[Term, ...]) -> None:
        self.touch()
        self._choose(replace(self.selection, text=text, terms=terms))

    def _choose(self, selection: Selection) -> None:
        # The next key builds on it, though the program has not heard of it yet.
        self.selection = selection
        self.post_message(SelectionChosen(selection))

    # Actions: each a line or two; what concerns the whole program is the app's.

    def action_filter(self) -> None:
        """Open the filter field."""
        self.query_one(FilterBar).open(self.selection.text)

    def action_trouble(self) -> None:
        """Show only queues in trouble, or all."""
        self._choose(replace(self.selection, only_trouble=not self.selection.only_trouble))

    def action_back(self) -> None:
        """Leave the pane, close the field, else clear the filter, else take the cursor away."""
        field = self.query_one(FilterBar)
        if self.in_pane:
            self._enter_pane(entered=False)
            return
        if field.opened:
            field.close()
        if self.selection.filtered:
            self._choose(self.selection.without_filter())
        else:
            self.table.rest()

    def go_to(self, key: QueueKey) -> bool:
        """Put the cursor on a queue; returns whether it is in the table."""
        self.touch()
        found = self.table.move_to_queue(key)
        if found:
            self.show_panes()
        return found

    def action_next_trouble(self) -> None:
        """Go to the next queue in trouble."""
        self._to_trouble(1)

    def action_previous_trouble(self) -> None:
        """Go to the queue in trouble before."""
        self._to_trouble(-1)

    def _to_trouble(self, step: int) -> None:
        self.touch()
        if self.table.move_to_trouble(step):
            self.show_panes()
        else:
            self.notify("No queue is in trouble among those shown", markup=False)

    @property
    def page(self) -> int:
        """The rows in view at once, of the table or of the pane that the reader is in."""
        return self._pane.page if self.in_pane else self.table.page

    def move(self, rows: int) -> None:
        """Move the cursor, or scroll the pane that the reader is in."""
        self.touch()
        if self.in_pane:
            self._pane.roll(rows)
            return
        if abs(rows) == EVERY:
            self.table.move_to(0 if rows < 0 else self.table.row_count - 1)
        else:
            self.table.move(rows)
        self.show_panes()
