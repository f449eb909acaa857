"""The table's rows and its cursor: a DataTable whose rows are those of a board view.

The rows are virtual: nothing is kept of them but the view. The cursor is on a queue or a group, not
on a row, and goes with it.
"""

from collections.abc import Iterable

from textual import events
from textual.coordinate import Coordinate
from textual.geometry import Region, clamp
from textual.reactive import var
from textual.widgets import DataTable

from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.select.groups import Heading, TableEntry, in_order, row_of
from wallboard.model.select.hidden import OutOfView
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Row, Tone
from wallboard.model.view.status_line import Hidden, closed_words

HEADER = 1
"""Rows taken by the headings."""

_WHY = 2
"""Rows taken by the words that say why there is no queue, and the blank one before them."""


class CursorTable(DataTable[str], inherit_bindings=False):
    """Rows of a view without a picture; what draws them says so in ``_compare``."""

    view: var[BoardView | None] = var(None, init=False)
    """What is drawn; bound to the app's."""

    out_of_view: var[OutOfView] = var(OutOfView(), init=False)
    """What the height leaves out, as of the view, the size and where it is scrolled to."""

    no_room: var[frozenset[str]] = var(frozenset(), init=False)
    """What the width leaves out: metrics by name that are chosen as columns."""

    def __init__(self) -> None:
        # First: DataTable's own start already asks for rows.
        self._trouble: tuple[tuple[int, Level], ...] = ()
        self._unclear: tuple[int, ...] = ()
        self._cursor_key: QueueKey | str | None = None
        self._cursor_group: str | None = None
        super().__init__(cursor_type="row", show_cursor=False, zebra_stripes=False)
        self.can_focus = False

    lines: tuple[Row, ...] = ()
    """The queues of the view, those of folded groups too."""

    places: tuple[TableEntry, ...] = ()
    """The rows: queues by their index in ``lines``, and headings of groups."""

    def validate_view(self, view: BoardView | None) -> BoardView | None:
        """Take the rows out of a new view: they are asked for more often than a reactive bears."""
        self.lines, self.places = (view.lines, view.entries) if view else ((), ())
        return view

    def _compare(self, indices: Iterable[int]) -> None:
        """Draw those of some rows that look other than they are drawn."""
        raise NotImplementedError

    # What DataTable asks of its rows, answered from the view.

    @property
    def row_count(self) -> int:
        """How many rows the table has: queues, and headings of groups."""
        return len(self.places)

    @property
    def taken(self) -> int:
        """How many rows are needed, with those that say which are closed, or why there are none."""
        why = _WHY if self.view and self.view.empty else 0
        return max(why, self.row_count + bool(self.view and self.view.closed))

    def is_valid_row_index(self, row_index: int) -> bool:
        """Whether there is a row at this place."""
        return 0 <= row_index < self.row_count

    def validate_cursor_coordinate(self, value: Coordinate) -> Coordinate:
        """Keep the cursor on a line."""
        return Coordinate(clamp(value.row, 0, max(0, self.row_count - 1)), 0)

    def watch_cursor_coordinate(self, old: Coordinate, new: Coordinate) -> None:
        """Draw the lines the cursor left and entered."""
        self._compare((old.row, new.row))

    def _get_row_region(self, row_index: int) -> Region:
        return Region(0, row_index + HEADER, self.size.width, 1)

    # The cursor.

    @property
    def current(self) -> Row | None:
        """The queue under the cursor, or the first one while there is no cursor; else ``None``."""
        if not self.show_cursor:
            return next((self.lines[row] for row in self.places if isinstance(row, int)), None)
        row = self.places[self.cursor_row] if self.is_valid_row_index(self.cursor_row) else None
        return self.lines[row] if isinstance(row, int) else None

    @property
    def heading(self) -> Heading | None:
        """The heading under the cursor, if the cursor is on one."""
        on = self.show_cursor and self.is_valid_row_index(self.cursor_row)
        row = self.places[self.cursor_row] if on else None
        return row if isinstance(row, Heading) else None

    @property
    def group(self) -> str | None:
        """The id of the group that the cursor is in; of the first one while there is no cursor."""
        at = self.cursor_row if self.show_cursor else len(self.places) - 1
        before = self.places[at::-1] if self.show_cursor else self.places
        return next((row.id for row in before if isinstance(row, Heading)), None)

    def move(self, rows: int) -> None:
        """Move the cursor by ``rows``; the first move only shows it, on the top line in view."""
        if not self.places:
            return
        if not self.show_cursor:
            self.show_cursor = True
            self._place_cursor(self._first_visible)
            return
        self._place_cursor(self.cursor_row + rows)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row."""
        if self.places:
            self.show_cursor = True
            self._place_cursor(index)

    def move_to_queue(self, key: QueueKey) -> bool:
        """Put the cursor on a queue; returns whether it is in a row, and not folded away."""
        places = enumerate(self.places)
        found = next((at for at, row in places if self._identity(row) == key), None)
        if found is not None:
            self.move_to(found)
        return found is not None

    def move_to_trouble(self, step: int) -> bool:
        """Put the cursor on the next queue in trouble (``step`` 1) or the one before it (-1).

        It goes round the ends; without a cursor it begins at one. Returns whether there is one.
        """
        places = [at for at, _ in self._trouble][::step]
        at = self.cursor_row if self.show_cursor else -step * self.row_count
        if places:
            self.move_to(next((place for place in places if (place - at) * step > 0), places[0]))
        return bool(places)

    def rest(self) -> None:
        """Take the cursor away and go back to the top: nobody is at the keyboard."""
        if self.show_cursor or self.scroll_offset.y:
            self.show_cursor = False
            self._cursor_key = None
            self.scroll_to(y=0, animate=False)
            self._compare(self._visible)

    def watch_show_cursor(self, show_cursor: bool) -> None:
        """Draw the line the cursor is on, or was on."""
        del show_cursor
        self._compare((self.cursor_row,))

    @property
    def page(self) -> int:
        """How many queues are in view."""
        return max(1, self.size.height - HEADER)

    def _place_cursor(self, index: int) -> None:
        index = clamp(index, 0, self.row_count - 1)
        self._cursor_key = self._identity(self.places[index])
        self.cursor_coordinate = Coordinate(index, 0)
        self._cursor_group = self.group
        self._show_row(index)
        self._compare((index,))

    def _identity(self, row: TableEntry) -> QueueKey | str:
        return row.id if isinstance(row, Heading) else self.lines[row].key

    def _show_row(self, index: int) -> None:
        top = self._first_visible
        first = min(index, max(top, index - self.page + 1))
        if first != top:
            # Forced: where rows have just become too many, the scrollbar comes with the layout.
            self.scroll_to(y=first, animate=False, force=True)

    @property
    def _first_visible(self) -> int:
        return int(self.scroll_offset.y)

    @property
    def _visible(self) -> range:
        """The lines in view, with the places that no queue is in."""
        return range(self._first_visible, self._first_visible + self.page)

    # New views.

    def follow(self) -> None:
        """Take note of the trouble in a new view, and keep the cursor on its queue."""
        self._take_levels()
        self._look_out()
        if not self.show_cursor or self._cursor_key is None:
            return
        place = self._place_of(self._cursor_key)
        row = place if place >= 0 else clamp(self.cursor_row, 0, max(0, self.row_count - 1))
        self.set_reactive(CursorTable.cursor_coordinate, Coordinate(row, 0))
        if place >= 0:
            self._show_row(place)

    def _place_of(self, identity: QueueKey | str) -> int:
        """Return the row of a queue or a group; a queue that is folded away is at its heading.

        -1: it is in no row.
        """
        if isinstance(identity, str):
            found = (at for at, row in enumerate(self.places) if self._identity(row) == identity)
            return next(found, -1)
        lines = (at for at, line in enumerate(self.lines) if line.key == identity)
        return row_of(self.places, next(lines, -1), self._cursor_group)

    def _take_levels(self) -> None:
        """Note where trouble is, and where it is not known whether there is any just now.

        A heading has no level of its own; of a folded group it stands for the queues.
        """
        lines, trouble, unclear = self.lines, list[tuple[int, Level]](), list[int]()
        for at, row in enumerate(self.places):
            if isinstance(row, Heading):
                if row.folded and (
                    row.tone is not Tone.NORMAL
                    or any(lines[index].state is not Freshness.LIVE for index in row.lines)
                ):
                    unclear.append(at)
                continue
            line = lines[row]
            level = line.levels.level
            if line.old or level is Level.UNKNOWN:
                unclear.append(at)
            elif level >= Level.WARNING:
                trouble.append((at, level))
            elif line.state is not Freshness.LIVE:  # late: it was not just measured
                unclear.append(at)
        self._trouble, self._unclear = tuple(trouble), tuple(unclear)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Count what is out of view now."""
        super().watch_scroll_y(old_value, new_value)
        self._look_out()

    def _on_resize(self, _: events.Resize) -> None:
        self._look_out()

    def _look_out(self) -> None:
        """Count the queues that are above or below what is in view, and the trouble among them."""
        self.out_of_view = self._out_of_view() if self.view and self.size.height else OutOfView()

    def _out_of_view(self) -> OutOfView:
        visible, rows = self._visible, self.places
        last = self.row_count in visible
        closed = closed_words(self.view.closed) if self.view and not last else ""
        above, below = rows[: visible.start], rows[visible.stop :]
        if not above and not below:
            return OutOfView(closed=closed)
        many = len(above), len(below)
        seen = {row for row in rows[visible.start : visible.stop] if isinstance(row, int)}
        if isinstance(rows[0], Heading):
            # Each queue once, in however many groups it stands; those of folded groups too.
            shown = set(in_order(rows[visible.start : visible.stop]))
            over = set(in_order(above)) - shown
            many = len(over), len(set(in_order(below)) - shown - over)
        # The level of one that stands in several groups is the same in each.
        rest = {row: level for at, level in self._trouble if (row := rows[at]) not in seen}
        levels = list(rest.values())
        silenced = sum(isinstance(row, int) and self.lines[row].silenced for row in rest)
        hidden = Hidden(
            sum(many), levels.count(Level.WARNING), levels.count(Level.CRITICAL), silenced
        )
        unclear = any(at not in visible and rows[at] not in seen for at in self._unclear)
        calm = not rest and not unclear
        return OutOfView(*many, calm=calm, hidden=hidden, closed=closed)
