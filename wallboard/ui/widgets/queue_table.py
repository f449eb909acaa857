"""The table of queues: a DataTable whose rows are the lines of a board view.

The table keeps the view and makes pictures of the lines on screen only;
after a poll, a tick or a move of the cursor it compares pictures and draws the lines that
differ. So a refresh costs what is visible and changed, not how many queues there are. Which
cells of such a line are written to the terminal is the driver's to find out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import starmap

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.reactive import var
from textual.strip import Strip

from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.select.groups import Heading, TableEntry
from wallboard.model.view.board import BoardView
from wallboard.model.view.status_line import closed_words
from wallboard.ui.messages import FoldWanted, HeaderActivated, LineActivated
from wallboard.ui.widgets.columns import TableLayout, headings
from wallboard.ui.widgets.cursor_table import HEADER, CursorTable
from wallboard.ui.widgets.table_layout import TableColumns
from wallboard.ui.widgets.table_rows import AT, Picture, Piece, RowPainter
from wallboard.ui.widgets.text.line_widget import CURSOR, Pieces, fit_pieces
from wallboard.ui.widgets.text.style_cache import StyleCache, stretches
from wallboard.ui.widgets.text.trend_bars import TrendBars

_HEADINGS = -1
"""Where the headings are kept among the rows drawn."""


class QueueTable(CursorTable):
    """The queues in the board's order, in groups or not, with a cursor that follows its queue."""

    lit: var[Mapping[QueueKey, bool]] = var(dict, init=False)
    """Queues that nobody has seen in critical yet → whether they are drawn in reverse now."""

    below: var[Sequence[Pieces]] = var((), init=False)
    """What is drawn under the queues, where no queue needs the rows."""

    def __init__(self, resized: Callable[[], object] = lambda: None, back: str = "") -> None:
        """``resized``: called once another size is drawn; ``back``: the key that shows all."""
        # First: DataTable's own start already asks for pictures.
        self._resized = resized
        self._back = back
        self._below: tuple[Picture, ...] = ()
        self._estimates = False
        self._columns = TableColumns()
        self._layout = TableLayout((), 0)
        self._trends = TrendBars()
        self._painter = RowPainter(self._layout)
        self._pictures: dict[int, Picture] = {}
        self._strips: dict[int, Strip] = {}
        self._still_segments: dict[int, tuple[object, list[list[Segment]]]] = {}
        self._style_cache = StyleCache(self, "queue-table")
        self._now = 0.0
        super().__init__()

    # New views, seconds, sizes.

    @property
    def headings(self) -> tuple[str, ...]:
        """The orders that the columns on the screen stand for, from the left."""
        return tuple(column.order for column in self._layout.columns)

    def watch_view(self, view: BoardView | None) -> None:
        """Take a new view: keep the cursor on its queue and draw what differs."""
        self._estimates = view is not None and view.tick
        self._take_height()
        if view is None:
            return
        # A view may be made just before a second that is drawn; what is over is drawn as of then.
        self._now = view.now if view.health.replay else max(self._now, view.now)
        past, until = view.past, view.past.until
        self._trends.take(
            past.trends, past.rules, past.interval, self._now if until is None else until
        )
        self._trends.forget(
            [self.lines[row].key for _, row in self._in_view() if isinstance(row, int)]
        )
        self.follow()
        if self._lay_out(view):
            self._redraw()
        else:
            self._compare(self._visible)

    def _in_view(self) -> Iterator[tuple[int, TableEntry]]:
        visible = self._visible
        return enumerate(self.places[visible.start : visible.stop], visible.start)

    def _take_height(self) -> None:
        self.virtual_size = Size(self.size.width, self.taken + HEADER)

    def watch_lit(self, before: Mapping[QueueKey, bool], lit: Mapping[QueueKey, bool]) -> None:
        """Draw the queues that have begun or ceased to be in reverse."""
        keys = before.keys() | lit.keys()
        turned = {key for key in keys if before.get(key, False) is not lit.get(key, False)}
        self._compare(
            index
            for index, row in self._in_view()
            if isinstance(row, int) and self.lines[row].key in turned
        )

    def watch_below(self) -> None:
        """Draw what is below the queues, those lines of it that differ."""
        lines = (fit_pieces(line, self._layout.width) for line in self.below)
        self._below = tuple([Picture((tuple(starmap(Piece, line)),)) for line in lines])
        # The words above it give way to a card.
        self._compare(range(self.row_count, self._visible.stop))

    def tick(self, now: float) -> None:
        """Let the waiting times grow: ``now`` is elapsed seconds."""
        self._now = now
        if moving := [index for index, row in self._in_view() if self._ticks(row)]:
            self._compare(moving)

    def _ticks(self, row: TableEntry) -> bool:
        if isinstance(row, Heading):
            return any(tile.waits for tile in row.totals)
        line = self.lines[row]
        if not self._estimates:
            return False
        lasts = line.state is Freshness.LIVE and line.levels.level >= Level.WARNING
        return line.ticks or (self._layout.level_times and lasts)

    def _lay_out(self, view: BoardView) -> bool:
        """Reckon the columns anew; whether they moved."""
        # The scrollbar has its place whether there is one or not: columns must not jump.
        width = max(0, self.size.width - self.styles.scrollbar_size_vertical)
        layout = self._columns.of(view, width, self._now, forgets=not self.show_cursor)
        self.no_room = layout.lacking(view.columns)
        if layout == self._layout:
            return False
        self._layout, self._painter = layout, RowPainter(layout, self._trends)
        return True

    def forget(self) -> None:
        """Keep nothing of what was drawn: all of it is made anew when it is drawn next."""
        self._style_cache.clear()
        self._pictures.clear()
        self._still_segments.clear()
        self._strips.clear()

    def _redraw(self) -> None:
        self.forget()
        self.refresh()

    def _on_resize(self, _: events.Resize) -> None:
        before = self._layout.width
        if self.view is not None:
            self._lay_out(self.view)
            self._take_height()
        if self._layout.width != before:
            # It was made for another width; for another height it stands until it is made anew.
            self.below = ()
        self._redraw()
        self.call_after_refresh(self._resized)

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
        for index in [picture for picture in self._pictures if picture not in visible]:
            del self._pictures[index]
            self._strips.pop(index, None)
            self._still_segments.pop(index, None)
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
            at = index - self.taken - 1
            below = self._below[at] if 0 <= at < len(self._below) else None
            return below or self._painter.words(self._words(index))
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
            if self.view.health.queues and self.view.empty:
                how = "show all" if self.view.only_trouble else "clear it"
                return f"{self.view.empty} Press {self._back} to {how}."
            # Where no queue is known at all, a card says it.
            return "" if self.below else self.view.empty
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
        if picture.moving and not picture.cursor:
            return self._moving_strip(index, picture, more).crop(0, width)
        *rest, (text, style) = [piece for piece in picture.pieces() if piece.text] or [Piece("")]
        pieces: Sequence[Piece] = (*rest, Piece(text + " " * more, style))
        if picture.cursor:
            # The blank beside the gutter: the cursor is seen without colours too.
            pieces = [
                Piece(CURSOR if style.endswith(AT) else text, f"cursor {style}")
                for text, style in pieces
            ]
        return self._style_cache.strip(pieces, self._layout.width + more).crop(0, width)

    def _moving_strip(self, index: int, picture: Picture, more: int) -> Strip:
        """Return a row of which only what moves is drawn anew, with so many blanks behind it."""
        kept = self._still_segments.get(index)
        if kept is None or kept[0] is not picture.still:
            still = [self._style_cache.segments(pieces) for pieces in picture.still]
            kept = self._still_segments[index] = picture.still, still
        first, *rest = kept[1]
        segments = first.copy()
        for moving, part in zip(picture.moving, rest, strict=True):
            segments += (*self._style_cache.segments(moving), *part)
        segments.append(Segment(" " * more, segments[-1].style))
        return Strip([item for item in segments if item.text], self._layout.width + more)

    # The mouse.

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        event.stop()
        if event.y < HEADER:
            for column in self._layout.columns:
                if column.x <= event.x < column.x + column.width:
                    self.post_message(HeaderActivated(column.order))
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
