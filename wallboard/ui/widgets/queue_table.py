"""The table of queues: a DataTable whose rows are the lines of a board view.

The rows are virtual. The table keeps the view and makes pictures of the lines on screen only;
after a poll, a tick or a move of the cursor it compares pictures and draws the lines that
differ. So a refresh costs what is visible and changed, not how many queues there are. Which
cells of such a line are written to the terminal is the driver's to find out.
"""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from textual import events
from textual.coordinate import Coordinate
from textual.geometry import Region, Size, clamp
from textual.reactive import var
from textual.strip import Strip
from textual.widgets import DataTable

from wallboard.model.board import BoardView, Cell, Line, Tone, cell
from wallboard.model.snapshot import QueueKey
from wallboard.ui.messages import LineActivated
from wallboard.ui.widgets.columns import Column, Layout, Names, fit, headings, lay_out
from wallboard.ui.widgets.ink import Ink, stretches

HEADER = 1
"""Rows taken by the headings."""

_HEADINGS = -1
"""Where the headings are kept among the lines drawn."""


class Piece(NamedTuple):
    """A part of a picture: text, and the name of its style (``""`` is the table's own)."""

    text: str
    style: str = ""


class Picture(NamedTuple):
    """One row as drawn, from edge to edge: what grows by itself stands apart.

    ``cursor``: whether it is on this row. ``line``: of what this is the picture.
    """

    left: tuple[Piece, ...]
    growing: Piece = Piece("")
    right: tuple[Piece, ...] = ()
    cursor: bool = False
    line: Line | None = None

    def same(self, other: "Picture | None") -> bool:
        """Whether it looks like another one."""
        return other is not None and self[:4] == other[:4]


class QueueTable(DataTable[str], inherit_bindings=False):
    """The queues in the board's order, with a cursor that follows its queue."""

    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own way
        "queue-table--header",
        "queue-table--quiet",
        "queue-table--cursor",
        *(f"queue-table--{tone}" for tone in Tone),
        *(f"queue-table--name-{tone}" for tone in Tone),
    }

    view: var[BoardView | None] = var(None, init=False)
    """What is drawn; bound to the app's."""

    def __init__(self) -> None:
        # First: DataTable's own start already asks for rows and pictures.
        self.lines: tuple[Line, ...] = ()
        self._estimates = False
        self._names = Names()
        self._layout = Layout((), 0)
        self._gaps = [Piece("")]
        self._growing: Column | None = None
        self._pictures: dict[int, Picture] = {}
        self._strips: dict[int, Strip] = {}
        self._ink = Ink(self, "queue-table")
        self._cursor_key: QueueKey | None = None
        self._now = 0.0
        self._places: tuple[bool, bool] = (False, False)
        super().__init__(cursor_type="row", show_cursor=False, zebra_stripes=False)
        self.can_focus = False

    # What DataTable asks of its rows, answered from the view.

    @property
    def row_count(self) -> int:
        """How many queues the table has."""
        return len(self.lines)

    def is_valid_row_index(self, row_index: int) -> bool:
        """Whether there is a queue at this place."""
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
    def current(self) -> Line | None:
        """The line under the cursor; the first one while there is no cursor."""
        if not self.lines:
            return None
        return self.lines[self.cursor_row if self.show_cursor else 0]

    def move(self, rows: int) -> None:
        """Move the cursor by ``rows``; the first move only shows it, on the top line in view."""
        if not self.lines:
            return
        if not self.show_cursor:
            self.show_cursor = True
            self._place_cursor(self._first_visible)
            return
        self._place_cursor(self.cursor_row + rows)

    def move_to(self, index: int) -> None:
        """Put the cursor on a line."""
        if self.lines:
            self.show_cursor = True
            self._place_cursor(index)

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
        self._cursor_key = self.lines[index].key
        self.cursor_coordinate = Coordinate(index, 0)
        self._show_row(index)
        self._compare((index,))

    def _show_row(self, index: int) -> None:
        top = self._first_visible
        if index < top:
            self.scroll_to(y=index, animate=False)
        elif index >= top + self.page:
            self.scroll_to(y=index - self.page + 1, animate=False)

    @property
    def _first_visible(self) -> int:
        return int(self.scroll_offset.y)

    @property
    def _visible(self) -> range:
        """The lines in view, with the places that no queue is in."""
        return range(self._first_visible, self._first_visible + self.page)

    # New views, seconds, sizes.

    def watch_view(self, view: BoardView | None) -> None:
        """Take a new view: keep the cursor on its queue and draw what differs."""
        self.lines = view.lines if view else ()
        self._estimates = view is not None and view.tick
        self.virtual_size = Size(self.size.width, self.row_count + HEADER)
        if view is None:
            return
        self._now = max(self._now, view.now)
        self._follow_cursor(view)
        if self._lay_out(view):
            self._redraw()
        else:
            self._compare(self._visible)

    def tick(self, now: float) -> None:
        """Let the waiting times grow: ``now`` is elapsed seconds."""
        self._now = now
        if self._estimates:
            visible = self._visible
            lines = enumerate(self.lines[visible.start : visible.stop], visible.start)
            self._compare([index for index, line in lines if line.ticks])

    def _follow_cursor(self, view: BoardView) -> None:
        if not self.show_cursor or self._cursor_key is None:
            return
        for index, line in enumerate(view.lines):
            if line.key == self._cursor_key:
                self.set_reactive(QueueTable.cursor_coordinate, Coordinate(index, 0))
                self._show_row(index)
                return
        self.set_reactive(
            QueueTable.cursor_coordinate,
            Coordinate(clamp(self.cursor_row, 0, max(0, len(view.lines) - 1)), 0),
        )

    def _lay_out(self, view: BoardView) -> bool:
        """Reckon the columns anew; whether they moved."""
        queues = [line.queue for line in view.lines]
        self._names = self._names.with_all([(one.name, one.site, one.pbx) for one in queues])
        # Columns that came stay: a filter to one site must not make the table jump.
        self._places = (
            self._places[0] or len({one.site for one in queues}) > 1,
            self._places[1] or len({one.key.pbx for one in queues}) > 1,
        )
        layout = lay_out(
            # The scrollbar has its place whether there is one or not: columns must not jump.
            max(0, self.size.width - self.styles.scrollbar_size_vertical),
            view.columns,
            self._names,
            sites=self._places[0],
            pbxes=self._places[1],
        )
        moved = layout != self._layout
        self._layout = layout
        self._gaps = [Piece(" " * gap) for gap in layout.gaps]
        ticking = (one for one in layout.columns if one.metric and one.metric.ticks)
        self._growing = next(ticking, None)
        return moved

    def _redraw(self) -> None:
        self._pictures.clear()
        self._strips.clear()
        self.refresh()

    def _on_resize(self, _: events.Resize) -> None:
        if self.view is not None:
            self._lay_out(self.view)
            self.virtual_size = Size(self.size.width, self.row_count + HEADER)
        self._redraw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll by whole lines; the pictures are by line, so they stay true."""
        super().watch_scroll_y(old_value, new_value)
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the colours of the theme that was."""
        super().notify_style_update()
        self._ink.clear()
        self._strips.clear()
        self.refresh()

    # Pictures.

    def _compare(self, indices: Iterable[int]) -> None:
        """Make the pictures of some lines anew and draw those that differ."""
        visible = self._visible
        # What is out of view is forgotten: it would not be true any more when it comes back.
        for index in [one for one in self._pictures if one not in visible]:
            del self._pictures[index]
            self._strips.pop(index, None)
        changed: list[int] = []
        for index in indices:
            if index in visible:
                old = self._pictures.get(index)
                new = self._pictures[index] = self._picture(index, old)
                if not new.same(old):
                    changed.append(index - visible.start + HEADER)
                    self._strips.pop(index, None)
        if changed:
            self.refresh(*stretches(changed, self._drawn_width))

    def _picture(self, index: int, old: Picture | None) -> Picture:
        """Return the picture of a line, made from the one that is there as far as it holds."""
        if index >= len(self.lines):
            words = self.view.empty if self.view and index == 1 and not self.lines else ""
            return Picture((Piece(fit(f"  {words}", self._layout.width), "quiet"),))
        line = self.lines[index]
        cursor = self.show_cursor and index == self.cursor_row
        growing = self._piece(line, self._growing) if self._growing else Piece("")
        if old is not None and old.line is not None and line.looks_like(old.line):
            return Picture(old.left, growing, old.right, cursor, line)
        left: list[Piece] = []
        right: list[Piece] = []
        side = left
        for gap, column in zip(self._gaps, self._layout.columns, strict=False):
            side.append(gap)
            if column is self._growing:
                side = right
            else:
                side.append(self._piece(line, column))
        side.append(self._gaps[-1])
        return Picture(_joined(left), growing, _joined(right), cursor, line)

    def _piece(self, line: Line, column: Column) -> Piece:
        if column.metric is not None:
            return _number(cell(line, column.metric, self._now, self._estimates), column)
        if column.kind == "level":
            text = f"{line.mark:2} {line.word}" if column.width > 2 else line.mark
            return Piece(fit(text, column.width), _style(line.tone))
        if column.kind == "queue":
            return Piece(fit(line.queue.name, column.width), _style(line.tone, "name-"))
        text = line.queue.site if column.kind == "site" else line.queue.pbx
        return Piece(fit(text, column.width), Tone.OLD if line.old else "quiet")

    # Drawing.

    @property
    def _drawn_width(self) -> int:
        return self.size.width - self.scrollbar_size_vertical

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return some rows of the screen; without border and padding they need no more care."""
        first, width = self._first_visible - HEADER, self._drawn_width
        return [self._row(y + first if y >= HEADER else _HEADINGS, width) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen: the headings, a queue, or nothing."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def _row(self, index: int, width: int) -> Strip:
        strip = self._strips.get(index)
        if strip is None or strip.cell_length != width:
            strip = self._strips[index] = self._strip(index, width)
        return strip

    def _strip(self, index: int, width: int) -> Strip:
        if index == _HEADINGS:
            picture = Picture((Piece(headings(self._layout), "header"),))
        else:
            picture = self._pictures.get(index) or self._picture(index, None)
            self._pictures[index] = picture
        # Where there is no scrollbar, the last piece takes its place; where the table has just
        # become narrower, and is about to be laid out anew, some are too many.
        more = max(0, width - self._layout.width)
        every = (*picture.left, picture.growing, *picture.right)
        *rest, (text, style) = [piece for piece in every if piece.text] or [Piece("")]
        pieces: Iterable[Piece] = (*rest, Piece(text + " " * more, style))
        if picture.cursor:
            pieces = (Piece(text, f"cursor {style}") for text, style in pieces)
        return self._ink.strip(pieces, self._layout.width + more).crop(0, width)

    # The mouse.

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        event.stop()
        index = event.y - HEADER + self._first_visible
        if event.y >= HEADER and self.is_valid_row_index(index):
            again = self.show_cursor and index == self.cursor_row
            self.move_to(index)
            if again:
                self.post_message(LineActivated(index))


def _number(value: Cell, column: Column) -> Piece:
    """Return a value right-aligned, its mark before it; an estimate's ``~`` has a place kept."""
    metric = column.metric
    keeps = "~" if value.estimated else " " if metric is not None and metric.ticks else ""
    text = fit(f"{value.mark}{value.text}{keeps}", column.width, right=True)
    return Piece(text, _style(value.tone))


def _style(tone: Tone, kind: str = "") -> str:
    """Return the style of a tone; what is normal looks like the table itself."""
    return "" if tone is Tone.NORMAL else f"{kind}{tone}"


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with those of one style beside each other made one: fewer to draw with."""
    groups = groupby(pieces, key=attrgetter("style"))
    return tuple(Piece("".join([one.text for one in group]), style) for style, group in groups)
