"""The rows of the table as they are drawn: a queue, a group's heading, or words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from wallboard.model.select.groups import Heading, heading_cell
from wallboard.model.view.row import Row, Tone, cell
from wallboard.model.view.tile import Tile
from wallboard.ui.widgets.columns import (
    GAP,
    Column,
    TableLayout,
    fit,
    fit_name,
    number,
    words_start,
)

PINNED = "^ "
"""Stands before the name of a queue that the reader keeps at the top."""


class Piece(NamedTuple):
    """A part of a picture: text, and the name of its style (``""`` is the table's own)."""

    text: str
    style: str = ""


class Picture(NamedTuple):
    """One row as drawn, from edge to edge: what grows by itself stands apart.

    ``cursor``: whether it is on this row. ``lit``: whether it is drawn in reverse. ``line``: of
    what this is the picture.
    """

    left: tuple[Piece, ...]
    growing: Piece = Piece("")
    right: tuple[Piece, ...] = ()
    cursor: bool = False
    lit: bool = False
    line: Row | None = None

    def same(self, other: "Picture | None") -> bool:
        """Whether it looks like another one."""
        return other is not None and self[:5] == other[:5]


@dataclass(frozen=True)
class RowPainter:
    """Makes pictures of rows for one layout of columns."""

    layout: TableLayout
    gaps: tuple[Piece, ...] = field(init=False)
    growing: Column | None = field(init=False)

    def __post_init__(self) -> None:
        ticking = (one for one in self.layout.columns if one.metric and one.metric.ticks)
        object.__setattr__(self, "gaps", tuple(Piece(" " * gap) for gap in self.layout.gaps))
        object.__setattr__(self, "growing", next(ticking, None))

    def words(self, words: str) -> Picture:
        """Return a row of words alone."""
        return Picture((Piece(fit(f"  {words}" if words else "", self.layout.width), "quiet"),))

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
        column = self.growing
        growing = _metric(line, column, now, estimates) if column else Piece("")
        before = old.line if old is not None and old.lit is lit else None
        if old is not None and before is not None and line.looks_like(before):
            growing = Piece("") if line.missing else growing
            return Picture(old.left, growing, old.right, cursor, lit, line)
        if line.missing:
            return Picture(self._missing(line, lit), cursor=cursor, lit=lit, line=line)
        left, right = self._sides(
            _queue_piece(line, one, now, estimates, lit) if one is not column else None
            for one in self.layout.columns
        )
        return Picture(left, growing, right, cursor, lit, line)

    def _missing(self, line: Row, lit: bool) -> tuple[Piece, ...]:
        """Return a queue that is in no answer: words stand where its numbers would."""
        count, start = words_start(self.layout)
        columns = zip(self.gaps, self.layout.columns[:count], strict=False)
        pieces = [
            piece
            for gap, column in columns
            for piece in (gap, _queue_piece(line, column, 0.0, False, lit))
        ]
        words = fit(line.missing, max(0, self.layout.width - start))
        return _joined([*pieces, Piece(" " * GAP), Piece(words, _style(line.tone))])

    def heading(self, group: Heading, now: float, *, estimates: bool, cursor: bool) -> Picture:
        """Return the picture of a group's heading."""
        totals = {tile.metric.name: tile for tile in group.totals}
        pieces = {
            one: _heading_piece(group, one, totals, now, estimates) for one in self.layout.columns
        }
        column = self.growing
        left, right = self._sides(
            pieces[one] if one is not column else None for one in self.layout.columns
        )
        growing = pieces[column] if column else Piece("")
        return Picture(left, growing, right, cursor)

    def _sides(self, pieces: Iterable[Piece | None]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
        """Return pieces with the gaps between them, left and right of the one that is ``None``."""
        left: list[Piece] = []
        right: list[Piece] = []
        side = left
        for gap, piece in zip(self.gaps, pieces, strict=False):
            side.append(gap)
            if piece is None:
                side = right
            else:
                side.append(piece)
        side.append(self.gaps[-1])
        return _joined(left), _joined(right)


def _queue_piece(line: Row, column: Column, now: float, estimates: bool, lit: bool) -> Piece:
    if column.metric is not None:
        return _metric(line, column, now, estimates)
    shine = " lit" if lit else ""
    if column.kind == "level":
        text = f"{line.mark:2} {line.word}" if column.width > 2 else line.mark or line.age_mark
        return Piece(fit(text, column.width), f"{_style(line.tone)}{shine}")
    if column.kind == "queue":
        sign = PINNED if line.pinned else ""
        name = sign + fit_name(line.queue, max(0, column.width - len(sign)))
        return Piece(name, f"{_style(line.tone, 'name-')}{shine}")
    text = line.queue.site_title if column.kind == "site" else line.queue.pbx
    return Piece(fit(text, column.width), Tone.OLD if line.old else "quiet")


def _metric(line: Row, column: Column, now: float, estimates: bool) -> Piece:
    if column.metric is None:
        return Piece("")
    shown = cell(line, column.metric, now, estimates)
    return Piece(number(shown, column), _style(shown.tone))


def _heading_piece(
    group: Heading, column: Column, totals: dict[str, Tile], now: float, estimates: bool
) -> Piece:
    if column.metric is not None:
        tile = totals.get(column.metric.name)
        if tile is None:
            return Piece(" " * column.width, "group")
        shown = heading_cell(tile, now, estimates)
        return Piece(number(shown, column), f"group {_style(shown.tone)}".rstrip())
    if column.kind == "level":
        return Piece(fit(group.mark, column.width), f"group {_style(group.tone)}".rstrip())
    if column.kind == "queue":
        sign = "+" if group.folded else "-"
        return Piece(fit(f"{sign} {group.name} ({len(group.lines)})", column.width), "group")
    text = group.hidden if column.kind == "site" else ""
    return Piece(fit(text, column.width), "group")


def _style(tone: Tone, kind: str = "") -> str:
    """Return the style of a tone; what is normal looks like the table itself."""
    return "" if tone is Tone.NORMAL else f"{kind}{tone}"


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with those of one style beside each other made one: fewer to draw with."""
    groups = groupby(pieces, key=attrgetter("style"))
    return tuple(Piece("".join([one.text for one in group]), style) for style, group in groups)
