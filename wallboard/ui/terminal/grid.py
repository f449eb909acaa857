"""A screen of cells, painted by what Textual writes and written as the difference to another.

Textual writes a frame as cursor moves, colours and text. ``Grid.paint`` reads it into cells;
``Grid.become`` says what a terminal that shows one grid must be sent to show another. A cell
is a text and a pen (the parameters of its SGR sequence); the cell right of a wide character
has the text ``""``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress
from operator import ne, or_
from sys import intern
from typing import NamedTuple

from rich.cells import split_graphemes

_UNKNOWN = "?"
"""The pen of a cell of which nobody knows what the terminal shows."""

_TOKEN = re.compile(r"\x1b\[([\d;]*)([Hm])([^\x1b\n]*)(?:\x1b\[0m(?=[\x1b\n]))?")
"""A cursor move or a colour, and the text after it; whatever else is in a frame is left out.

The reset that Textual puts behind each text goes with it, unless more text follows.
"""

_BRIDGE = 3
"""So many unchanged cells are written again rather than stepped over: a step costs as much."""


_LONG_ATTRIBUTES = ("21", "51", "52", "53")
"""Double underline, frame, circle, overline: all other attributes have one digit."""


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
        self._touched: set[int] = set()
        self._known: dict[str, str] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return self.width, self.height

    def forget(self) -> None:
        """Take nothing that is on the terminal for granted any more."""
        self._pens = [[_UNKNOWN] * self.width for _ in range(self.height)]
        self._touched.update(range(self.height))

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
                x = self._put(x, y, text, pen)
        self.cursor = (x, y)

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
        self._touched.add(y)
        return end

    # Being written.

    def become(self, wanted: "Grid") -> str:
        """Return what turns this grid on a terminal into ``wanted``, of the same size; be as it.

        Nothing, if nothing differs. What is returned takes no pen for granted and leaves none.
        """
        pencil = _Pencil()
        for y in sorted(wanted._touched | self._touched):
            texts, pens = wanted._texts[y], wanted._pens[y]
            old_texts, old_pens = self._texts[y], self._pens[y]
            for start, end in _runs(_changed(texts, pens, old_texts, old_pens), pens):
                pencil.go(start, y)
                pencil.write(texts, start, end, pens[start])
            old_texts[:], old_pens[:] = texts, pens
        self._touched.clear()
        wanted._touched.clear()
        if pencil.out or wanted.cursor != self.cursor:
            self.cursor = wanted.cursor
            pencil.rest(*self.cursor)
        return "".join(pencil.out)


@lru_cache(1024)
def _cells(text: str) -> tuple[str, ...]:
    """Return the text of each cell that ``text`` takes, combined characters together."""
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


def _changed(
    texts: list[str], pens: list[str], old_texts: list[str], old_pens: list[str]
) -> list[int]:
    """Return the columns of a row that have to be written."""
    other = map(ne, texts, old_texts)
    marks = other if pens == old_pens else map(or_, other, map(ne, pens, old_pens))
    found = list(compress(range(len(texts)), marks))
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
        if start < 0:
            start = x
        elif x - end > _BRIDGE or pens[end : x + 1].count(pens[start]) <= x - end:
            yield start, end
            start = x
        end = x + 1
    if start >= 0:
        yield start, end


class _Pencil:
    """Collects what is written, knowing where the cursor is and which pen is on."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._pen = ""
        self._x = self._y = -1

    def go(self, x: int, y: int) -> None:
        """Move the cursor by the shorter of the two ways."""
        step = x - self._x
        if y != self._y or step < 0:
            self.out.append(f"\x1b[{y + 1};{x + 1}H")
        elif step:
            self.out.append(f"\x1b[{step}C" if step > 1 else "\x1b[C")
        self._x, self._y = x, y

    def write(self, row: list[str], start: int, end: int, pen: str) -> None:
        """Write some cells of a row, whose first the cursor is on."""
        if pen != self._pen:
            self.out.append(_change(self._pen, pen))
            self._pen = pen
        text = "".join(row[start:end])
        if text.isascii() or ("" not in row[start : end + 1] and len(text) == end - start):
            self.out.append(text)
            self._x = end
        else:
            self._write_wide(row, start, end)

    def _write_wide(self, row: list[str], start: int, end: int) -> None:
        """Write cells of any width: the cursor is placed anew after each that is not plain."""
        y = self._y
        for x in range(start, end):
            cell = row[x]
            if not cell:
                continue
            self.go(x, y)
            wide = row[x + 1 : x + 2] == [""]
            if len(cell) > 1:
                # Should a terminal take less room for it than it has, the rest is blank.
                self.out.append("  " if wide else " ")
                self._y = -1
                self.go(x, y)
            self.out.append(cell)
            self._x = x + 1
            if wide or len(cell) > 1:
                self._y = -1

    def rest(self, x: int, y: int) -> None:
        """Put the pen down and leave the cursor where it is wanted."""
        if self._pen:
            self.out.append("\x1b[m")
        self.out.append(f"\x1b[{y + 1};{x + 1}H" if x or y else "\x1b[H")


@lru_cache(4096)
def _change(before: str, after: str) -> str:
    """Return the shortest SGR sequence that turns one pen into another."""
    old, new = _parts(before), _parts(after)
    if not old.how <= new.how or (old.colour and not new.colour) or (old.ground and not new.ground):
        return f"\x1b[0;{after}m" if after else "\x1b[m"
    codes = sorted(new.how - old.how)
    if new.colour != old.colour:
        codes.append(new.colour)
    if new.ground != old.ground:
        codes.append(new.ground)
    return f"\x1b[{';'.join(codes)}m"


class _Parts(NamedTuple):
    """A pen's attributes, foreground and background, as SGR parameters."""

    how: frozenset[str]
    colour: str
    ground: str


def _parts(pen: str) -> _Parts:
    codes = pen.split(";") if pen else []
    how: set[str] = set()
    colour = ground = ""
    while codes:
        code = codes.pop(0)
        if code in ("38", "48"):
            # Followed by 5 and a number, or by 2 and three.
            more = 2 if codes[:1] == ["5"] else 4
            code = ";".join((code, *codes[:more]))
            del codes[:more]
        if len(code) == 1 or code in _LONG_ATTRIBUTES:
            how.add(code)
        elif code[0] in "39":
            colour = code
        else:
            ground = code
    return _Parts(frozenset(how), colour, ground)
