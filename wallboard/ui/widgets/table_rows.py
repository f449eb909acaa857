"""The rows of the table as they are drawn: a queue, a group's heading, or words."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wallboard.model.data.metric import Made
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.select.groups import Heading, heading_cell, non_metric_cell
from wallboard.model.view.row import Cell, Row, Tone, cell
from wallboard.model.view.tile import Tile
from wallboard.ui.widgets.columns import (
    GAP,
    Column,
    TableLayout,
    fit,
    fit_name,
    is_at_rest,
    number,
    plain_of,
    words_start,
)
from wallboard.ui.widgets.text.trend_bars import TrendBars

PINNED = "^ "
"""Stands before the name of a queue that the reader keeps at the top."""

AT = "at"
"""The style of the one blank where the cursor's sign stands, right of the gutter."""


_MOST_CELLS = 4_000
"""Cells of a table that are remembered as drawn."""


class Piece(NamedTuple):
    """A part of a picture: text, and the name of its style (``""`` is the table's own)."""

    text: str
    style: str = ""


class Picture(NamedTuple):
    """One row as drawn, from edge to edge.

    ``moving``: what changes though the row's numbers do not, each between two of ``still``.
    ``cursor``: whether it is on this row. ``lit``: whether its gutter is in reverse. ``line``: of
    what this is the picture.
    """

    still: tuple[tuple[Piece, ...], ...]
    moving: tuple[tuple[Piece, ...], ...] = ()
    cursor: bool = False
    lit: bool = False
    line: Row | None = None

    def same(self, other: "Picture | None") -> bool:
        """Whether it looks like another one."""
        return other is not None and self[:4] == other[:4]

    def pieces(self) -> list[Piece]:
        """Return all of it from left to right."""
        first, *rest = self.still
        pieces = list(first)
        for moving, still in zip(self.moving, rest, strict=False):
            pieces += moving
            pieces += still
        return pieces


def _certain(line: Row) -> tuple[bool, bool]:
    """Whether a value, and one of the day, is drawn as its number and its level say, and no more.

    It is not where rows are old or stand still, or where anything of one is doubted.
    """
    live = not (line.old or line.stands or line.queue.doubtful)
    return live, live and line.day_state < Freshness.STALE


class RowPainter:
    """Makes pictures of rows for one layout of columns."""

    def __init__(self, layout: TableLayout, trends: TrendBars | None = None) -> None:
        self.layout = layout
        self.trends = trends or TrendBars()
        columns = layout.columns
        blank = [Piece(" " * gap) for gap in layout.gaps]
        if columns:
            blank[1] = Piece(blank[1].text, AT)
        first = next((at for at, column in enumerate(columns) if column.today), 0)
        if first and columns[first - 1].metric is not None:
            blank[first] = Piece("│".center(len(blank[first].text)), "quiet")
        self.gaps = tuple(blank)
        self.moving = tuple(column for column in columns if column.moves)
        every = tuple(enumerate(self.moving))
        self.by_clock = tuple(at for at, column in every if column.ticks)
        """Which of ``moving`` may be other a second later."""
        self.by_answer = tuple(at for at, column in every if column.metric and not column.ticks)
        """Which may be other with an answer that says the same of a queue where nobody waits."""
        self.cellwise = tuple((column, plain_of(column), column.moves) for column in columns)
        """By column: how it is found out that a cell looks as one did that is remembered."""
        self.cells: dict[object, Piece] = {}
        """What was drawn for a cell, or for what alone decides it, in the column that begins at an
        x: most of them come again."""

    def words(self, words: str) -> Picture:
        """Return a row of words alone."""
        text = fit(f"  {words}" if words else "", self.layout.width)
        return Picture(((Piece(text, "quiet"),),))

    def queue(
        self,
        line: Row,
        old: Picture | None,
        now: float,
        *,
        estimates: bool,
        cursor: bool,
        lit: bool,
    ) -> Picture:
        """Return the picture of a queue, made from the one that is there as far as it holds.

        ``now``: elapsed seconds; ``estimates``: whether waits grow.
        """
        if line.missing:
            return Picture((self._missing(line, lit),), (), cursor, lit, line)
        before = old.line if old is not None else None
        if old is not None and before is not None and line.looks_like(before):
            parts: Iterable[int] = range(len(self.moving))
            if old.lit is lit and before is line:
                parts = self.by_clock  # nothing was heard since
            elif old.lit is lit and not (_grows(line) or _grows(before)):
                parts = self.by_answer
            pieces = list(old.moving)
            for at in parts:
                pieces[at] = self._moving(line, self.moving[at], now, estimates, lit)
            return Picture(old.still, tuple(pieces), cursor, lit, line)
        moving = tuple([self._moving(line, item, now, estimates, lit) for item in self.moving])
        still = self._still(self._pieces(line, now, estimates, lit))
        return Picture(still, moving, cursor, lit, line)

    def _missing(self, line: Row, lit: bool) -> tuple[Piece, ...]:
        """Return a queue that is in no answer: words stand where its numbers would."""
        count, start = words_start(self.layout)
        columns = zip(self.gaps, self.layout.columns[:count], strict=False)
        pieces = [
            piece
            for gap, column in columns
            for piece in (gap, self._piece(line, column, 0.0, False, lit))
        ]
        words = fit(line.missing, max(0, self.layout.width - start))
        return _join([*pieces, Piece(" " * GAP), Piece(words, _style(line.tone))])

    def heading(self, group: Heading, now: float, *, estimates: bool, cursor: bool) -> Picture:
        """Return the picture of a group's heading: its name has the room of all names."""
        totals = {tile.metric.name: tile for tile in group.totals}
        count, _ = words_start(self.layout)
        level, *named = self.layout.columns[:count]
        title = f"{'▸' if group.folded else '▾'} {group.title}  {group.hidden}"
        room = named[-1].x + named[-1].width - named[0].x
        tone = f"group {_style(group.tone)}".rstrip()
        pieces = [
            Piece(" " * level.x, "group"),
            Piece(fit(group.gutter, level.width), tone),
            Piece(self.gaps[1].text, f"group {AT}"),
            Piece(fit(title, room), "group"),
        ]
        if not group.lines:
            # There are no numbers: its words have their room.
            rest = self.layout.width - named[0].x
            return Picture((_join([*pieces[:-1], Piece(fit(title, rest), "group")]),), (), cursor)
        for gap, column in zip(self.gaps[count:], self.layout.columns[count:], strict=False):
            pieces.append(Piece(gap.text, f"group {gap.style}".rstrip()))
            pieces.append(_heading_piece(column, totals, now, estimates))
        pieces.append(Piece(self.gaps[-1].text, "group"))
        return Picture((_join(pieces),), (), cursor)

    def _moving(
        self, line: Row, column: Column, now: float, estimates: bool, lit: bool
    ) -> tuple[Piece, ...]:
        metric, decides = column.metric, None
        if metric is not None:
            if metric.made is Made.TREND:
                bars = self.trends.pieces(line, metric, column.width)
                return tuple([Piece(*piece) for piece in bars])
            if is_at_rest(line, metric) and _certain(line)[0]:
                decides = line.levels.by_metric.get(metric.name), column.x
        piece = self.cells.get(decides)
        if piece is None:
            piece = self._piece(line, column, now, estimates, lit)
            if decides is not None:
                self._remember(decides, piece)
        return (piece,)

    def _pieces(self, line: Row, now: float, estimates: bool, lit: bool) -> Iterator[Piece | None]:
        """Yield the cells of a row from the left, ``None`` for one that moves."""
        live, day = line.queue.values, line.queue.day
        levels = line.levels.by_metric, line.day_levels.by_metric
        sure, remembered = _certain(line), self.cells.get
        for column, how, moves in self.cellwise:
            decides = piece = None
            if how is not None and sure[how.today]:
                # Most cells, most of the time: a number and a level decide what they look like.
                values, level = day if how.of_day else live, levels[how.today].get
                number, of = values.get(how.name, -1), values.get(how.of, -1) if how.of else 0
                if of >= 0 and (number > 0 or (number == 0 and how.counts)):
                    told = number // 1_000 if how.times else number
                    decides = told, of, level(how.name), level(how.of), column.x
                    piece = remembered(decides)
            if piece is None and not moves:
                piece = self._piece(line, column, now, estimates, lit)
                if decides is not None:
                    self._remember(decides, piece)
            yield piece

    def _remember(self, what: object, piece: Piece) -> None:
        if len(self.cells) >= _MOST_CELLS:
            self.cells.clear()
        self.cells[what] = piece

    def _still(self, pieces: Iterable[Piece | None]) -> tuple[tuple[Piece, ...], ...]:
        """Return pieces with the gaps between them, parted at those that are ``None``."""
        parts: list[list[Piece]] = [[]]
        for gap, piece in zip(self.gaps, pieces, strict=False):
            parts[-1].append(gap)
            if piece is None:
                parts.append([])
            else:
                parts[-1].append(piece)
        parts[-1].append(self.gaps[-1])
        return tuple([_join(part) for part in parts])

    def _piece(self, line: Row, column: Column, now: float, estimates: bool, lit: bool) -> Piece:
        if column.metric is not None:
            return self._cell(cell(line, column.metric, now, estimates), column)
        if column.kind == "level":
            # Blinking is the gutter's alone.
            return Piece(line.gutter, f"{_style(line.tone)}{' lit' if lit else ''}")
        if column.kind == "queue":
            sign = PINNED if line.pinned else ""
            name = sign + fit_name(line.queue, max(0, column.width - len(sign)))
            return Piece(name, _style(line.tone, "name-"))
        text = line.queue.site_title if column.kind == "site" else line.queue.pbx
        return Piece(fit(text, column.width), Tone.OLD if line.old else "quiet")

    def _cell(self, shown: Cell, column: Column) -> Piece:
        known = self.cells.get((shown, column.x))
        if known is None:
            # What is of the day looks other than what is of now.
            quiet = column.today and shown.tone is Tone.NORMAL
            known = Piece(number(shown, column), _style(Tone.QUIET if quiet else shown.tone))
            self._remember((shown, column.x), known)
        return known


def _heading_piece(column: Column, totals: dict[str, Tile], now: float, estimates: bool) -> Piece:
    metric = column.metric
    tile = totals.get(metric.name) if metric else None
    if metric is None or (tile is None and metric.made is None):
        return Piece(" " * column.width, "group")
    shown = heading_cell(tile, now, estimates) if tile else non_metric_cell(metric, totals, now)
    return Piece(number(shown, column), f"group {_style(shown.tone)}".rstrip())


def _grows(line: Row) -> bool:
    """Whether a time of a queue, though nothing else of it, may be other with each answer."""
    return line.ticks or line.levels.level >= Level.WARNING


def _style(tone: Tone, kind: str = "") -> str:
    """Return the style of a tone; what is normal looks like the table itself."""
    return "" if tone is Tone.NORMAL else f"{kind}{tone}"


def _join(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with those of one style beside each other made one: fewer to draw with."""
    made: list[Piece] = []
    text = style = ""
    for more, other in pieces:
        if other == style:
            text += more
            continue
        if text:
            made.append(Piece(text, style))
        text, style = more, other
    return (*made, Piece(text, style))
