"""The table of queues: a DataTable whose rows are the lines of a board view.

The rows are virtual. The table keeps the view and makes pictures of the lines on screen only;
after a poll, a tick or a move of the cursor it compares pictures and draws the lines that
differ. So a refresh costs what is visible and changed, not how many queues there are. Which
cells of such a line are written to the terminal is the driver's to find out.
"""

from collections.abc import Iterable, Iterator, Mapping

from textual import events
from textual.coordinate import Coordinate
from textual.geometry import Region, Size, clamp
from textual.reactive import var
from textual.strip import Strip
from textual.widgets import DataTable

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.rules import Level
from wallboard.model.judge.trends import TREND_METRICS
from wallboard.model.select.groups import Heading, TableEntry, row_of
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import bound_text
from wallboard.model.view.row import Row, Tone
from wallboard.model.view.status_line import Hidden, closed_words
from wallboard.ui.messages import FoldWanted, HeaderActivated, LineActivated
from wallboard.ui.widgets.columns import Names, TableLayout, headings
from wallboard.ui.widgets.table_layout import lay_out
from wallboard.ui.widgets.table_rows import AT, PINNED, Picture, Piece, RowPainter
from wallboard.ui.widgets.text.line_widget import CURSOR
from wallboard.ui.widgets.text.style_cache import StyleCache, stretches
from wallboard.ui.widgets.text.trend_bars import TrendBars, half

HEADER = 1
"""Rows taken by the headings."""

NAMES_FOR = 3_600.0
"""Seconds for which the widest names are remembered, if nobody is at the keyboard then."""

_HEADINGS = -1
"""Where the headings are kept among the rows drawn."""


class QueueTable(DataTable[str], inherit_bindings=False):
    """The queues in the board's order, in groups or not, with a cursor that follows its queue."""

    COMPONENT_CLASSES = {  # noqa: RUF012 - Textual's own way
        "queue-table--header",
        "queue-table--quiet",
        "queue-table--cursor",
        "queue-table--group",
        "queue-table--lit",
        f"queue-table--{AT}",
        *(f"queue-table--{tone}" for tone in Tone),
        *(f"queue-table--name-{tone}" for tone in Tone),
        *(f"queue-table--trend{end}" for end in ("", "-warning", "-critical")),
    }

    view: var[BoardView | None] = var(None, init=False)
    """What is drawn; bound to the app's."""

    places: var[tuple[TableEntry, ...]] = var((), init=False)
    """The view's lines by index, and headings of groups; set before the view."""

    lit: var[Mapping[QueueKey, bool]] = var(dict, init=False)
    """Queues that nobody has seen in critical yet → whether they are drawn in reverse now."""

    def __init__(self) -> None:
        # First: DataTable's own start already asks for rows and pictures.
        self.lines: tuple[Row, ...] = ()
        self._estimates = False
        self._names = Names()
        self._names_since = 0.0
        self._layout = TableLayout((), 0)
        self._trends = TrendBars()
        self._painter = RowPainter(self._layout)
        self._trouble: tuple[tuple[int, Level], ...] = ()
        self._pictures: dict[int, Picture] = {}
        self._strips: dict[int, Strip] = {}
        self._ink = StyleCache(self, "queue-table")
        self._cursor_key: QueueKey | str | None = None
        self._now = 0.0
        self._places: tuple[bool, bool] = (False, False)
        super().__init__(cursor_type="row", show_cursor=False, zebra_stripes=False)
        self.can_focus = False

    # What DataTable asks of its rows, answered from the view.

    @property
    def row_count(self) -> int:
        """How many rows the table has: queues, and headings of groups."""
        return len(self.places)

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
            return next((self._line(row) for row in self.places if isinstance(row, int)), None)
        row = self.places[self.cursor_row] if self.is_valid_row_index(self.cursor_row) else None
        return self._line(row) if isinstance(row, int) else None

    @property
    def group(self) -> str | None:
        """The id of the group that the cursor is in; of the first one while there is no cursor."""
        at = self.cursor_row if self.show_cursor else len(self.places) - 1
        before = self.places[at::-1] if self.show_cursor else self.places
        return next((row.id for row in before if isinstance(row, Heading)), None)

    def _line(self, row: int) -> Row:
        return self.lines[row]

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

    def move_to_trouble(self, step: int) -> bool:
        """Put the cursor on the next queue in trouble (``step`` 1) or the one before it (-1).

        It goes round the ends; without a cursor it begins at one. Returns whether there is one.
        """
        places = [at for at, _ in self._trouble][::step]
        at = self.cursor_row if self.show_cursor else -step * self.row_count
        if places:
            self.move_to(next((one for one in places if (one - at) * step > 0), places[0]))
        return bool(places)

    @property
    def headings(self) -> tuple[str, ...]:
        """The orders that the columns on the screen stand for, from the left."""
        return tuple(column.order for column in self._layout.columns)

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
        self._show_row(index)
        self._compare((index,))

    def _identity(self, row: TableEntry) -> QueueKey | str:
        return row.id if isinstance(row, Heading) else self.lines[row].key

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
        self._take_height()
        if view is None:
            return
        self._now = max(self._now, view.now)
        past, until = view.past, view.past.until
        self._trends.take(
            past.history, past.rules, past.interval, self._now if until is None else until
        )
        self._trends.forget([self._line(row).key for row in self._in_view()])
        self._trouble = tuple(self._in_trouble())
        self._follow_cursor()
        if self._lay_out(view):
            self._redraw()
        else:
            self._compare(self._visible)

    def _in_view(self) -> Iterator[int]:
        visible = self._visible
        rows = self.places[visible.start : visible.stop]
        return (row for row in rows if isinstance(row, int))

    def _take_height(self) -> None:
        closed = 1 if self.view and self.view.closed else 0
        self.virtual_size = Size(self.size.width, self.row_count + closed + HEADER)

    def _in_trouble(self) -> Iterator[tuple[int, Level]]:
        """Yield the place and level of each queue in trouble; a heading has no level of its own."""
        for at, row in enumerate(self.places):
            if not isinstance(row, Heading):
                line = self.lines[row]
                level = line.levels.level
                if level >= Level.WARNING and not line.old:
                    yield at, level

    def unseen(self) -> Hidden:
        """Count the queues that are above or below what is in view, and the trouble among them."""
        visible = self._visible
        levels = [level for at, level in self._trouble if at not in visible]
        out = max(0, self.row_count - len(visible))
        return Hidden(out, levels.count(Level.WARNING), levels.count(Level.CRITICAL))

    def watch_lit(self) -> None:
        """Draw the queues that have begun or ceased to be in reverse."""
        self._compare(self._visible)

    def tick(self, now: float) -> None:
        """Let the waiting times grow: ``now`` is elapsed seconds."""
        self._now = now
        visible = self._visible
        rows = enumerate(self.places[visible.start : visible.stop], visible.start)
        if moving := [index for index, row in rows if self._ticks(row)]:
            self._compare(moving)

    def _ticks(self, row: TableEntry) -> bool:
        if isinstance(row, Heading):
            return any(tile.waits for tile in row.totals)
        line = self.lines[row]
        if self._estimates and line.ticks:
            return True
        return self._layout.level_times and not line.old and line.levels.level >= Level.WARNING

    def _follow_cursor(self) -> None:
        if not self.show_cursor or self._cursor_key is None:
            return
        place = self._place_of(self._cursor_key)
        row = place if place >= 0 else clamp(self.cursor_row, 0, max(0, self.row_count - 1))
        self.set_reactive(QueueTable.cursor_coordinate, Coordinate(row, 0))
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
        return row_of(self.places, next(lines, -1))

    def _lay_out(self, view: BoardView) -> bool:
        """Reckon the columns anew; whether they moved."""
        queues = [line.queue for line in view.lines]
        if self._now - self._names_since >= NAMES_FOR and not self.show_cursor:
            # What one odd answer has widened must not cost columns for months.
            self._names, self._names_since = Names(), self._now
            self._places = (False, False)
        pins = [PINNED if line.pinned else "" for line in view.lines]
        self._names = self._names.with_all(
            [
                (pin + one.title, one.site_title, one.pbx)
                for pin, one in zip(pins, queues, strict=True)
            ]
        )
        # Columns that came stay: a filter to one site must not make the table jump.
        self._places = (
            self._places[0] or len({one.site_title for one in queues}) > 1,
            self._places[1] or len({one.key.pbx for one in queues}) > 1,
        )
        layout = lay_out(
            # The scrollbar has its place whether there is one or not: columns must not jump.
            max(0, self.size.width - self.styles.scrollbar_size_vertical),
            view.columns,
            self._names,
            sites=self._places[0],
            pbxes=self._places[1],
            order=view.sort,
            scales={
                name: bound_text(METRICS[name], half(view.past.rules.get(name)))
                for name in TREND_METRICS
            },
        )
        moved = layout != self._layout
        self._layout = layout
        if moved:
            self._painter = RowPainter(layout, self._trends)
        return moved

    def forget(self) -> None:
        """Keep nothing of what was drawn: all of it is made anew when it is drawn next."""
        self._ink.clear()
        self._pictures.clear()
        self._strips.clear()

    def _redraw(self) -> None:
        self.forget()
        self.refresh()

    def _on_resize(self, _: events.Resize) -> None:
        if self.view is not None:
            self._lay_out(self.view)
            self._take_height()
        self._redraw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll by whole lines; the pictures are by line, so they stay true."""
        super().watch_scroll_y(old_value, new_value)
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the colours of the theme that was."""
        super().notify_style_update()
        self._redraw()

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
        """Return the picture of a row, made from the one that is there as far as it holds."""
        if index >= self.row_count:
            return self._painter.words(self._words(index))
        row = self.places[index]
        cursor = self.show_cursor and index == self.cursor_row
        if isinstance(row, Heading):
            return self._painter.heading(row, self._now, estimates=self._estimates, cursor=cursor)
        line = self.lines[row]
        return self._painter.queue(
            line,
            old,
            self._now,
            estimates=self._estimates,
            cursor=cursor,
            lit=self.lit.get(line.key, False),
        )

    def _words(self, index: int) -> str:
        """Return what stands below the rows: why there are none, or which are closed."""
        if self.view is None:
            return ""
        if not self.places and index == 1:
            return self.view.empty
        return closed_words(self.view.closed) if index == self.row_count else ""

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
            picture = Picture(((Piece(headings(self._layout), "header"),),))
        else:
            picture = self._pictures.get(index) or self._picture(index, None)
            self._pictures[index] = picture
        # Where there is no scrollbar, the last piece takes its place; where the table has just
        # become narrower, and is about to be laid out anew, some are too many.
        more = max(0, width - self._layout.width)
        *rest, (text, style) = [piece for piece in picture.pieces() if piece.text] or [Piece("")]
        pieces: Iterable[Piece] = (*rest, Piece(text + " " * more, style))
        if picture.cursor:
            # The blank beside the gutter: the cursor is seen without colours too.
            pieces = (
                Piece(CURSOR if style.endswith(AT) else text, f"cursor {style}")
                for text, style in pieces
            )
        return self._ink.strip(pieces, self._layout.width + more).crop(0, width)

    # The mouse.

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        event.stop()
        if event.y < HEADER:
            self._heading_clicked(event.x)
            return
        index = event.y - HEADER + self._first_visible
        if not self.is_valid_row_index(index):
            return
        row, again = self.places[index], self.show_cursor and index == self.cursor_row
        self.move_to(index)
        if isinstance(row, Heading):
            self.post_message(FoldWanted(row.id))
        elif again:
            self.post_message(LineActivated(row))

    def _heading_clicked(self, x: int) -> None:
        for column in self._layout.columns:
            if column.x <= x < column.x + column.width:
                self.post_message(HeaderActivated(column.order))
