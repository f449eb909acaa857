"""The table of queues: a DataTable whose rows are the lines of a board view.

The rows are virtual. The table keeps the view and makes pictures of the lines on screen only;
after a poll, a tick or a move of the cursor it compares pictures and refreshes just the cells
that differ. So a refresh costs what is visible and changed, not how many queues there are.
"""

from collections.abc import Iterable
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.coordinate import Coordinate
from textual.geometry import Region, Size, clamp
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import DataTable

from wallboard.model.board import BoardView, Cell, Line, Tone, cell
from wallboard.model.snapshot import QueueKey
from wallboard.ui.messages import LineActivated
from wallboard.ui.widgets.columns import Column, Layout, Names, fit, lay_out

HEADER = 1
"""Rows taken by the headings."""

_NO_VIEW = None


class Piece(NamedTuple):
    """One cell of a picture: text as wide as its column, and the name of its style."""

    text: str
    style: str


class Picture(NamedTuple):
    """One line as drawn: its pieces in column order, and whether the cursor is on it."""

    pieces: tuple[Piece, ...]
    cursor: bool


class QueueTable(DataTable[str], inherit_bindings=False):
    """The queues in the board's order, with a cursor that follows its queue."""

    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own way
        "queue-table--header",
        "queue-table--quiet",
        "queue-table--cursor",
        *(f"queue-table--{tone}" for tone in Tone),
        *(f"queue-table--name-{tone}" for tone in Tone),
    }

    view: reactive[BoardView | None] = reactive(_NO_VIEW, init=False)
    """What is drawn; bound to the app's."""

    def __init__(self) -> None:
        # First: DataTable's own start already asks for rows and pictures.
        self._names = Names()
        self._layout = Layout((), 0)
        self._pictures: dict[int, Picture] = {}
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}
        self._cursor_key: QueueKey | None = None
        self._now = 0.0
        self._places: tuple[bool, bool] = (False, False)
        super().__init__(cursor_type="row", show_cursor=False, zebra_stripes=False)
        self.can_focus = False

    # What DataTable asks of its rows, answered from the view.

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the view, in order."""
        return self.view.lines if self.view else ()

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
        self._compare((index,))
        self._show_row(index)

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
        first = self._first_visible
        return range(first, min(self.row_count, first + self.page))

    # New views, seconds, sizes.

    def watch_view(self, view: BoardView | None) -> None:
        """Take a new view: keep the cursor on its queue and draw what differs."""
        self.virtual_size = Size(self.size.width, self.row_count + HEADER)
        if view is None:
            return
        self._now = max(self._now, view.now)
        self._follow_cursor(view)
        if self._lay_out(view):
            self._redraw()
        else:
            self._compare(self._visible)
            if len(self._visible) < self.page:
                self._clear_below()

    def tick(self, now: float) -> None:
        """Let the waiting times grow: ``now`` is elapsed seconds."""
        self._now = now
        if self.view is not None and self.view.tick:
            self._compare(index for index in self._visible if self.lines[index].ticks)

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
        self._names = self._names.with_all((one.name, one.site, one.pbx) for one in queues)
        # Columns that came stay: a filter to one site must not make the table jump.
        self._places = (
            self._places[0] or len({one.site for one in queues}) > 1,
            self._places[1] or len({one.key.pbx for one in queues}) > 1,
        )
        layout = lay_out(
            self.size.width,
            view.columns,
            self._names,
            sites=self._places[0],
            pbxes=self._places[1],
        )
        moved = layout != self._layout
        self._layout = layout
        return moved

    def _redraw(self) -> None:
        self._pictures.clear()
        self._strips.clear()
        self.refresh()

    def _clear_below(self) -> None:
        gone = [index for index in self._pictures if index >= self.row_count]
        for index in gone:
            del self._pictures[index]
            self._strips.pop(index, None)
        if gone:
            top = HEADER + len(self._visible)
            self.refresh(Region(0, top, self.size.width, max(0, self.size.height - top)))

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
        self._styles.clear()
        self._strips.clear()
        self.refresh()

    # Pictures.

    def _compare(self, indices: Iterable[int]) -> None:
        """Make the pictures of some lines anew and refresh the cells that differ."""
        visible = self._visible
        top = HEADER - self._first_visible
        regions: list[Region] = []
        kept: dict[int, Picture] = {}
        for index in indices:
            if index not in visible:
                continue
            old = self._pictures.get(index)
            new = kept[index] = self._picture(index)
            if new == old:
                continue
            self._strips.pop(index, None)
            regions.extend(self._differences(old, new, index + top))
        self._pictures = {
            index: picture for index, picture in self._pictures.items() if index in visible
        } | kept
        if regions:
            self.refresh(*regions)

    def _differences(self, old: Picture | None, new: Picture, y: int) -> Iterable[Region]:
        if old is None or old.cursor != new.cursor or len(old.pieces) != len(new.pieces):
            return (Region(0, y, self.size.width, 1),)
        pairs = zip(self._layout.columns, old.pieces, new.pieces, strict=True)
        return [Region(column.x, y, column.width, 1) for column, a, b in pairs if a != b]

    def _picture(self, index: int) -> Picture:
        line = self.lines[index]
        on_cursor = self.show_cursor and index == self.cursor_row
        return Picture(
            tuple(self._piece(line, column) for column in self._layout.columns), on_cursor
        )

    def _piece(self, line: Line, column: Column) -> Piece:
        if column.metric is not None:
            tick = self.view is not None and self.view.tick
            return _number(cell(line, column.metric, self._now, tick), column)
        if column.kind == "level":
            text = f"{line.mark:2} {line.word}" if column.width > 2 else line.mark
            return Piece(fit(text, column.width), line.tone)
        if column.kind == "queue":
            return Piece(fit(line.queue.name, column.width), f"name-{line.tone}")
        text = line.queue.site if column.kind == "site" else line.queue.pbx
        return Piece(fit(text, column.width), Tone.OLD if line.tone is Tone.OLD else "quiet")

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Return one row of the screen: the headings, a queue, or nothing."""
        width = self.size.width
        if y < HEADER:
            return self._header(width)
        index = y - HEADER + self._first_visible
        if index >= self.row_count:
            return self._note(y, width)
        strip = self._strips.get(index)
        if strip is None or strip.cell_length != width:
            picture = self._pictures.get(index)
            if picture is None:
                picture = self._pictures[index] = self._picture(index)
            strip = self._strips[index] = self._strip(picture, width)
        return strip

    def _note(self, y: int, width: int) -> Strip:
        """Return the words that stand in an empty table, or a blank line."""
        words = self.view.empty if self.view and not self.lines and y == HEADER + 1 else ""
        style = self.rich_style + self._style("quiet")
        return Strip([Segment(fit(f"  {words}", width), style)], width)

    def _strip(self, picture: Picture, width: int) -> Strip:
        base = self.rich_style
        extra = self._style("cursor") if picture.cursor else Style.null()
        blank = base + extra
        segments: list[Segment] = []
        x = 0
        for column, piece in zip(self._layout.columns, picture.pieces, strict=True):
            segments.append(Segment(" " * (column.x - x), blank))
            segments.append(Segment(piece.text, base + extra + self._style(piece.style)))
            x = column.x + column.width
        if x < width:
            segments.append(Segment(" " * (width - x), blank))
        return Strip(segments).adjust_cell_length(width, blank)

    def _header(self, width: int) -> Strip:
        style = self.rich_style + self._style("header")
        text = ""
        for column in self._layout.columns:
            text += " " * (column.x - len(text)) + fit(
                column.title, column.width, right=column.right
            )
        return Strip([Segment(fit(text, width), style)], width)

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            found = self.get_component_rich_style(f"queue-table--{name}", partial=True)
            style = self._styles[name] = found
        return style

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
    return Piece(fit(f"{value.mark}{value.text}{keeps}", column.width, right=True), value.tone)
