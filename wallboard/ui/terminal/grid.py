"""A screen of cells, painted by what Textual writes and written as the difference to another.

Textual writes a frame as cursor moves, colours and text. ``Grid.paint`` reads it into cells;
``Grid.lay`` takes a row in pieces, as a widget made it. ``Grid.become`` says what a terminal that
shows one grid must be sent to show another. A cell is a text and a pen (the parameters of its SGR
sequence); the cell right of a wide character has the text ``""``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne, or_
from sys import intern
from typing import Protocol

from rich.cells import split_graphemes
from rich.segment import Segment
from rich.style import Style

from wallboard.ui.terminal.pencil import Pencil

_UNKNOWN = "?"
"""The pen of a cell of which nobody knows what the terminal shows."""

_TOKEN = re.compile(r"\x1b\[([\d;]*)([Hm])([^\x1b\n]*)(?:\x1b\[0m(?=[\x1b\n]))?")
"""A cursor move or a colour, and the text after it; whatever else is in a frame is left out.

The reset that Textual puts behind each text goes with it, unless more text follows.
"""

_PLAIN = re.compile(r"[^\x1b\n]*")

_SINGLE = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2264\u2265\u2500-\u259f]*")
"""Texts each of whose characters takes one cell and combines with no other."""

_BRIDGE = 3
"""So many unchanged cells are written again rather than stepped over: a step costs as much."""


class Pieces(Protocol):
    """A part of a row, in pieces of one style each: a strip of Textual's."""

    @property
    def cell_length(self) -> int:
        """How many columns it takes."""
        ...

    def __iter__(self) -> Iterator[Segment]: ...


class Grid:
    """``width`` × ``height`` cells, and where the cursor is left (column and row, from 0).

    A new one knows nothing: what was never painted is never written.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.cursor = (0, 0)
        self._texts = [[" "] * width for _ in range(height)]
        self._pens = [[_UNKNOWN] * width for _ in range(height)]
        self._touched: dict[int, list[int]] = {}
        """Row → the columns between which it was written."""
        self._known: dict[str, str] = {}
        self._laid: list[dict[int, tuple[int, Pieces]]] = [{} for _ in range(height)]
        """By row: column → the column where what was laid from there on ends, and what it was."""

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.width, self.height

    def forget(self) -> None:
        """Take nothing that is on the terminal for granted any more."""
        self._pens = [[_UNKNOWN] * self.width for _ in range(self.height)]
        self._touched = {y: [0, self.width] for y in range(self.height)}

    # Being painted.

    def paint(self, frame: str) -> None:
        """Put into the cells what ``frame``, as Textual renders it, puts on a terminal."""
        x = y = 0
        known = self._known.setdefault
        for codes, kind, text in _TOKEN.findall(frame):
            if kind == "H":
                row, _, column = codes.partition(";")
                x, y = int(column or 1) - 1, int(row or 1) - 1
                pen = ""
            else:
                # The same pen is one object: they are compared cell by cell.
                pen = "" if codes == "0" else known(codes, codes)
            if text:
                if y < self.height:
                    self._laid[y].clear()
                x = self._put(x, y, text, pen)
        self.cursor = (x, y)

    def lay(
        self,
        x: int,
        y: int,
        pieces: Pieces,
        pen: Callable[[Style | None], str],
        signs: Mapping[int, str] | None = None,
    ) -> None:
        """Put ``pieces`` into a row from column ``x`` on, those that do not stand there already.

        ``pen`` gives the parameters of a style's SGR sequence. ``signs``: what is drawn in place of
        some characters.
        """
        if y >= self.height:
            return  # the frame is of another size: one of this size comes soon
        laid, end = self._laid[y], x + pieces.cell_length
        until, before = laid.get(x, (-1, None))
        if until != end:
            for start in [start for start, (stop, _) in laid.items() if start < end and stop > x]:
                del laid[start]
            before = None
        laid[x] = end, pieces
        if before is pieces:
            return
        known, old = self._known.setdefault, iter(before or ())
        for text, style, _ in pieces:
            there = next(old, None)
            if there is not None:
                before_text, before_style, _ = there
                if before_text == text and (before_style is style or before_style == style):
                    x += len(text) if text.isascii() else _width(text)
                    continue
                if before_text != text and _width(before_text) != _width(text):
                    old = iter(())  # nothing of what follows stands where it stood
            if text:
                codes, shown = pen(style), _plain(text)
                if signs:
                    shown = shown.translate(signs)
                x = self._put(x, y, shown, known(codes, codes))

    def _put(self, x: int, y: int, text: str, pen: str) -> int:
        """Write in one row from column ``x`` on, up to the edge; the column after the text."""
        if y >= self.height or x >= self.width:
            return x
        cells: Sequence[str] = text if text.isascii() else _cells(text)
        if x + len(cells) > self.width:
            cells = _cut(cells, self.width - x)
        end = x + len(cells)
        row = self._texts[y]
        if x and not row[x]:
            row[x - 1] = " "  # a wide character loses its right half
        row[x:end] = cells
        if end < self.width and not row[end]:
            row[end] = " "  # one has lost its left half
        self._pens[y][x:end] = [pen] * len(cells)
        touched = self._touched.setdefault(y, [x, end])
        # With the halves of wide characters at both sides.
        if x <= touched[0]:
            touched[0] = max(0, x - 1)
        if end >= touched[1]:
            touched[1] = end + 1
        return end

    # Being written.

    def become(self, wanted: "Grid") -> str:
        """Return what turns this grid on a terminal into ``wanted``, of the same size; be as it.

        Nothing, if nothing differs. What is returned takes no pen for granted and leaves none.
        """
        pencil = Pencil()
        for y in sorted(wanted._touched.keys() | self._touched.keys()):
            spans = [grid._touched[y] for grid in (wanted, self) if y in grid._touched]
            within = slice(min(start for start, _ in spans), max(end for _, end in spans))
            texts, pens = wanted._texts[y], wanted._pens[y]
            old_texts, old_pens = self._texts[y], self._pens[y]
            changed = _changed_columns((texts, pens), (old_texts, old_pens), within)
            for start, end in _runs(changed, pens):
                pencil.go(start, y)
                pencil.write(texts, start, end, pens[start])
            old_texts[within], old_pens[within] = texts[within], pens[within]
        self._touched.clear()
        wanted._touched.clear()
        if pencil.out or wanted.cursor != self.cursor:
            self.cursor = wanted.cursor
            pencil.rest(*self.cursor)
        return "".join(pencil.out)


@lru_cache(1024)
def _cells(text: str) -> tuple[str, ...]:
    """Return the text of each cell that ``text`` takes, combined characters together."""
    if _SINGLE.fullmatch(text):
        return tuple(map(intern, text))
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            # One object a sign, however many cells show it: they are kept by the thousand.
            cells += (intern(text[start:end]), *[""] * (width - 1))
        elif cells:
            cells[-1 if cells[-1] else -2] += text[start:end]
    return tuple(cells)


def _cut(cells: Sequence[str], width: int) -> Sequence[str]:
    """Return the first cells; a wide character that would be cut through becomes a blank."""
    return cells[:width] if cells[width] else (*cells[: width - 1], " ")


def _width(text: str) -> int:
    """Return the cells that a text takes."""
    return len(text) if text.isascii() else len(_cells(text))


def _plain(text: str) -> str:
    """Return a text without what steers a terminal, as ``Grid.paint`` leaves it out."""
    if text.isprintable():
        return text
    found = _PLAIN.match(text)
    return found[0] if found else ""


_Row = tuple[list[str], list[str]]
"""Texts and pens."""


def _changed_columns(row: _Row, before: _Row, within: slice) -> list[int]:
    """Return the columns of a row that have to be written, of those between two."""
    (texts, pens), (old_texts, old_pens) = row, before
    some, old = pens[within], old_pens[within]
    marks = map(ne, texts[within], old_texts[within])
    if some != old:
        marks = map(or_, marks, map(ne, some, old))
    found = list(compress(range(within.start, len(texts)), marks))
    for x in found:
        # Terminals disagree about the width of combined characters, and one that takes more
        # room than it has spoils what is right of it: that is written again too.
        if len(texts[x]) > 1 or len(old_texts[x]) > 1:
            return [*(item for item in found if item < x), *range(x, len(texts))]
    return found


def _runs(columns: Iterable[int], pens: list[str]) -> Iterator[tuple[int, int]]:
    """Group columns of a row into runs (start, end) of one pen, over gaps not worth a step."""
    start = end = -1
    for x in columns:
        if x == end and pens[x] == pens[start]:
            end += 1
            continue
        if start < 0:
            start = x
        elif x - end > _BRIDGE or pens[end : x + 1].count(pens[start]) <= x - end:
            yield start, end
            start = x
        end = x + 1
    if start >= 0:
        yield start, end
