"""Big type, two to seven rows high: for the wall's words and numbers, and for the board's tiles.

Two and four rows are of dots, four in a cell: the narrowest letters that can be read. Three, five
and seven rows are of full and half blocks. The Linux console has no halves: there the type of three
rows is made of lines, and there is none of two and four.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from wallboard.ui.widgets.text import glyphs

Font = Mapping[str, tuple[str, ...]]
"""Character → its rows, of one width."""

ROWS = (2, 3, 4, 5, 7)
"""The fonts there are, by their height in rows."""

BLOCKS, DOTS = (3, 5, 7), (2, 4)
"""Those of blocks, and those of dots."""

_GAPS = {3: 1, 5: 1, 7: 2}
"""Blank columns between two characters of blocks."""

_BLANK_DOTS = {2: 2, 4: 3}
_QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""A cell by its dots: 1 and 2 above, 4 and 8 below."""

_LINES = "■╹╻┃╸┛┓┫╺┗┏┣━┻┳╋"
"""A line by where it goes on: 1 up, 2 down, 4 left, 8 right."""


@lru_cache(maxsize=2048)
def big_lines(text: str, rows: int, *, console: bool = False, drop: int = 0) -> tuple[str, ...]:
    """Return ``text`` as ``rows`` (one of ``ROWS``) lines of one width.

    A character that the font does not have stays small; one that is no ASCII is left blank.
    ``console``: in signs that the Linux console has. ``drop`` 1: half a row lower, in a row more,
    if the type is of dots.
    """
    if rows in DOTS:
        return _draw_dots(text, rows, drop)
    glyph_of = _console_glyph if console else _glyph
    drawn = [glyph_of(character, rows) for character in text]
    gap = " " * _GAPS[rows]
    return tuple(gap.join(glyph[row] for glyph in drawn) for row in range(rows))


def capitals(text: str) -> str:
    """Return a name as it is drawn big: what remains in small letters has no large ones."""
    spread = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def can_draw(text: str, rows: int) -> bool:
    """Return whether every character of a text, in capitals, has a glyph of its own."""
    known = _dots(rows) if rows in DOTS else _font(rows)
    return all(letter == " " or letter in known for letter in capitals(text))


@lru_cache(maxsize=4096)
def width(text: str, rows: int) -> int:
    """Return the columns that ``big_lines`` needs for ``text``."""
    if rows in DOTS:
        return -(-_dots_wide(text, rows) // 2)
    return len(big_lines(text, rows)[0])


def largest_font(text: str, columns: int, most: int, among: Iterable[int] = BLOCKS) -> int:
    """Return the height of the largest font up to ``most`` rows in which ``text`` fits; 1: none."""
    fits = (rows for rows in among if rows <= most and width(text, rows) <= columns)
    return max(fits, default=1)


def value(
    text: str, columns: int, rows: int, *, estimated: bool = False, console: bool = False
) -> tuple[str, ...]:
    """Return a value in ``rows`` lines, in the largest font that fits ``columns``.

    The mark of an estimate is behind it, and stays small.
    """
    high = largest_font(text, columns - 1, rows, (2, *BLOCKS)[console:])
    drawn = big_lines(text, high, console=console) if high > 1 else (text,)
    middle = len(drawn) // 2
    tilde = "~" if estimated else ""
    drawn = (*drawn[:middle], f"{drawn[middle]}{tilde}", *drawn[middle + 1 :])
    return in_middle(drawn, rows)


def in_middle(lines: Sequence[str], rows: int, blank: str = "") -> tuple[str, ...]:
    """Return lines in the middle of so many rows; ``blank``: what the others are."""
    above = (rows - len(lines)) // 2
    return (*(blank,) * above, *lines, *(blank,) * (rows - len(lines) - above))


# Type of dots.


@cache
def _dots(rows: int) -> Font:
    """Return a font's characters: each its rows of ``#`` and ``.``."""
    return _characters(glyphs.DOTS[rows], 2 * rows - (rows > 2))


def _dots_wide(text: str, rows: int) -> int:
    known, blank = _dots(rows), _BLANK_DOTS[rows]
    return sum(len(known[item][0]) + 1 if item in known else blank + 1 for item in text)


def _draw_dots(text: str, rows: int, drop: int) -> tuple[str, ...]:
    known = _dots(rows)
    nothing = ("." * _BLANK_DOTS[rows],) * len(known["0"])
    drawn = [known.get(character, nothing) for character in text]
    lines = ["".join(f"{glyph[at]}." for glyph in drawn) for at in range(len(nothing))]
    blank = "." * (len(lines[0]) + len(lines[0]) % 2)
    lines = [blank] * drop + [line.ljust(len(blank), ".") for line in lines]
    lines += [blank] * (2 * (rows + drop) - len(lines))
    return tuple(
        "".join(_cell(above[x : x + 2], below[x : x + 2]) for x in range(0, len(blank), 2))
        for above, below in zip(lines[::2], lines[1::2], strict=True)
    )


def _cell(above: str, below: str) -> str:
    return _QUARTERS[sum(1 << at for at, dot in enumerate(above + below) if dot == "#")]


# Type of blocks.


@cache
def _font(rows: int) -> Font:
    font = _blocks(glyphs.BLOCKS[rows], rows)
    return {**font, " ": (" " * len(font["0"][0]),) * rows}  # nothing moves when digits go


@cache
def _console_font(rows: int) -> Font:
    return _blocks(glyphs.CONSOLE[rows], rows)


def _blocks(sheet: str, rows: int) -> Font:
    drawn = _characters(sheet, rows).items()
    return {letter: tuple(row.replace(".", " ") for row in glyph) for letter, glyph in drawn}


def _characters(sheet: str, high: int) -> Font:
    """Return the characters of a sheet, each ``high`` lines of it under its name."""
    lines = [line.split() for line in sheet.splitlines()]
    bands = (lines[at : at + high + 1] for at in range(0, len(lines), high + 1))
    return {
        letter: tuple(glyph)
        for names, *drawn in bands
        for letter, *glyph in zip(names, *drawn, strict=True)
    }


def _glyph(character: str, rows: int) -> tuple[str, ...]:
    known = _font(rows).get(character)
    if known is not None:
        return known
    small = character if character.isascii() and character.isprintable() else " "
    return in_middle((small,), rows, " ")


def _console_glyph(character: str, rows: int) -> tuple[str, ...]:
    known = _console_font(rows).get(character)
    if known is not None:
        return known
    return _glyph(character, rows) if rows > min(_GAPS) else _lines(_glyph(character, rows))


def _lines(blocks: tuple[str, ...]) -> tuple[str, ...]:
    """Return a character in lines: the upper half of each cell, joined to those around it."""
    halves = [[cell in part for cell in row] for row in blocks for part in ("█▀", "█▄")]
    edge = [False] * (len(blocks[0]) + 1)
    field = [*([*row, False] for row in halves), edge]  # so that what is outside is blank

    def line(y: int, x: int) -> str:
        if not field[y][x]:
            return blocks[y // 2][x].replace("▄", " ")
        joined = (field[y - 1][x], field[y + 1][x], field[y][x - 1], field[y][x + 1])
        return _LINES[sum(item << bit for bit, item in enumerate(joined))]

    return tuple("".join(line(2 * y, x) for x in range(len(row))) for y, row in enumerate(blocks))
