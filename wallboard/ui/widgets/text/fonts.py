"""Big digits for a wall: fonts three, five and seven rows high, and letters in two of them.

Made of full and half blocks, with strokes as thick as a cell is wide, so that they stay apart when
seen from afar. All digits of a font are of one width, and so is the blank: nothing moves when
digits change. The Linux console has no half blocks: there the font of three rows is made of lines.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

ROWS = (3, 5, 7)
"""The fonts there are, by their height in rows."""

_GAPS: Mapping[int, int] = MappingProxyType({3: 1, 5: 1, 7: 2})
"""Blank columns between two characters."""

_Font = Mapping[str, tuple[str, ...]]

_THREE: _Font = MappingProxyType(
    {
        "0": ("█▀█", "█ █", "▀▀▀"),
        "1": ("▀█ ", " █ ", "▀▀▀"),
        "2": ("▀▀█", "█▀▀", "▀▀▀"),
        "3": ("▀▀█", "▀▀█", "▀▀▀"),
        "4": ("█ █", "▀▀█", "  ▀"),
        "5": ("█▀▀", "▀▀█", "▀▀▀"),
        "6": ("█▀▀", "█▀█", "▀▀▀"),
        "7": ("▀▀█", "  █", "  ▀"),
        "8": ("█▀█", "█▀█", "▀▀▀"),
        "9": ("█▀█", "▀▀█", "▀▀▀"),
        "–": ("   ", "▀▀▀", "   "),
        "-": ("   ", " ▀▀", "   "),
        "+": (" ▄ ", "▀█▀", "   "),
        "~": ("   ", "▀▄▀", "   "),
        "%": ("▀ █", "▄▀ ", "▀ ▀"),
        ":": ("▄", "▄", " "),
        ".": (" ", " ", "▀"),
        "s": (" ", " ", "s"),
        "h": (" ", " ", "h"),
        " ": ("   ", "   ", "   "),
    }
)

_FIVE: _Font = MappingProxyType(
    {
        "0": (" ████ ", "██  ██", "██  ██", "██  ██", " ████ "),
        "1": ("  ██  ", "████  ", "  ██  ", "  ██  ", "██████"),
        "2": ("█████ ", "    ██", " ████ ", "██    ", "██████"),
        "3": ("█████ ", "    ██", " ████ ", "    ██", "█████ "),
        "4": ("██  ██", "██  ██", "██████", "    ██", "    ██"),
        "5": ("██████", "██    ", "█████ ", "    ██", "█████ "),
        "6": (" ████ ", "██    ", "█████ ", "██  ██", " ████ "),
        "7": ("██████", "    ██", "   ██ ", "  ██  ", "  ██  "),
        "8": (" ████ ", "██  ██", " ████ ", "██  ██", " ████ "),
        "9": (" ████ ", "██  ██", " █████", "    ██", " ████ "),
        "–": ("      ", "      ", "██████", "      ", "      "),
        "-": ("      ", "      ", " ████ ", "      ", "      "),
        "+": ("      ", "  ██  ", "██████", "  ██  ", "      "),
        "~": ("      ", "      ", "▄▀▀▄▄▀", "      ", "      "),
        "%": ("██  ██", "   ██ ", "  ██  ", " ██   ", "██  ██"),
        ":": ("  ", "██", "  ", "██", "  "),
        ".": ("  ", "  ", "  ", "  ", "██"),
        "s": ("     ", "     ", "▄█▀▀▀", " ▀▀█▄", "▀▀▀▀ "),
        "h": ("██    ", "██    ", "█████ ", "██  ██", "██  ██"),
        " ": ("      ", "      ", "      ", "      ", "      "),
    }
)

_N7, _L7, _R7, _B7 = " " * 8, "██      ", "      ██", "██    ██"
_SEVEN: _Font = MappingProxyType(
    {
        "0": (" ██████ ", _B7, _B7, _B7, _B7, _B7, " ██████ "),
        "1": ("   ██   ", " ████   ", *("   ██   ",) * 4, " ██████ "),
        "2": (" ██████ ", _B7, _R7, "   ████ ", " ███    ", _L7, "████████"),
        "3": ("███████ ", _R7, _R7, "  █████ ", _R7, _R7, "███████ "),
        "4": (_B7, _B7, _B7, "████████", _R7, _R7, _R7),
        "5": ("████████", _L7, _L7, "███████ ", _R7, _R7, "███████ "),
        "6": (" ██████ ", _L7, _L7, "███████ ", _B7, _B7, " ██████ "),
        "7": ("████████", _R7, "     ██ ", "    ██  ", *("   ██   ",) * 3),
        "8": (" ██████ ", _B7, _B7, " ██████ ", _B7, _B7, " ██████ "),
        "9": (" ██████ ", _B7, _B7, " ███████", _R7, _R7, " ██████ "),
        "–": (_N7, _N7, _N7, "████████", _N7, _N7, _N7),
        "-": (_N7, _N7, _N7, " ██████ ", _N7, _N7, _N7),
        "+": (_N7, "   ██   ", "   ██   ", "████████", "   ██   ", "   ██   ", _N7),
        "~": (_N7, _N7, " ▄███▄▄█", "█▀  ▀██▀", _N7, _N7, _N7),
        "%": ("██    ██", "██   ██ ", "    ██  ", "   ██   ", "  ██    ", " ██   ██", "██    ██"),
        ":": ("  ", "██", "  ", "  ", "  ", "██", "  "),
        ".": (*("  ",) * 6, "██"),
        "s": (*("      ",) * 3, "▄████▀", "██▄▄▄ ", " ▀▀▀██", "▀████▀"),
        "h": (_L7, _L7, _L7, "███████ ", _B7, _B7, _B7),
        " ": (_N7,) * 7,
    }
)

_THREE_LETTERS: _Font = MappingProxyType(
    {
        "A": ("█▀█", "█▀█", "▀ ▀"),
        "B": ("█▀▄", "█▀▄", "▀▀ "),
        "C": ("█▀▀", "█  ", "▀▀▀"),
        "D": ("█▀▄", "█ █", "▀▀ "),
        "E": ("█▀▀", "█▀ ", "▀▀▀"),
        "F": ("█▀▀", "█▀ ", "▀  "),
        "G": ("█▀▀", "█ █", "▀▀▀"),
        "H": ("█ █", "█▀█", "▀ ▀"),
        "I": ("█", "█", "▀"),
        "J": ("  █", "▄ █", "▀▀▀"),
        "K": ("█▄▀", "█▄ ", "▀ ▀"),
        "L": ("█  ", "█  ", "▀▀▀"),
        "M": ("█▄ ▄█", "█ ▀ █", "▀   ▀"),
        "N": ("█▄ █", "█ ▀█", "▀  ▀"),
        "O": ("█▀█", "█ █", "▀▀▀"),
        "P": ("█▀█", "█▀▀", "▀  "),
        "Q": ("█▀█", "█▄█", "  ▀"),
        "R": ("█▀▄", "█▀▄", "▀ ▀"),
        "S": ("█▀▀", "▀▀█", "▀▀▀"),
        "T": ("▀█▀", " █ ", " ▀ "),
        "U": ("█ █", "█ █", "▀▀▀"),
        "V": ("█ █", "█ █", " ▀ "),
        "W": ("█   █", "█▄▀▄█", "▀   ▀"),
        "X": ("█ █", "▄▀▄", "▀ ▀"),
        "Y": ("█ █", " █ ", " ▀ "),
        "Z": ("▀▀█", "▄▀ ", "▀▀▀"),
        "/": ("  █", "▄▀ ", "▀  "),
    }
)

_FIVE_LETTERS: _Font = MappingProxyType(
    {
        "A": (" ████ ", "██  ██", "██████", "██  ██", "██  ██"),
        "B": ("█████ ", "██  ██", "█████ ", "██  ██", "█████ "),
        "C": (" █████", "██    ", "██    ", "██    ", " █████"),
        "D": ("████  ", "██ ██ ", "██  ██", "██ ██ ", "████  "),
        "E": ("██████", "██    ", "████  ", "██    ", "██████"),
        "F": ("██████", "██    ", "████  ", "██    ", "██    "),
        "G": (" █████", "██    ", "██ ███", "██  ██", " █████"),
        "H": ("██  ██", "██  ██", "██████", "██  ██", "██  ██"),
        "I": ("██", "██", "██", "██", "██"),
        "J": ("    ██", "    ██", "    ██", "██  ██", " ████ "),
        "K": ("██  ██", "██ ██ ", "████  ", "██ ██ ", "██  ██"),
        "L": ("██    ", "██    ", "██    ", "██    ", "██████"),
        "M": ("██    ██", "███  ███", "████████", "██ ██ ██", "██    ██"),
        "N": ("██   ██", "███  ██", "██ █ ██", "██  ███", "██   ██"),
        "O": (" ████ ", "██  ██", "██  ██", "██  ██", " ████ "),
        "P": ("█████ ", "██  ██", "█████ ", "██    ", "██    "),
        "Q": (" ████ ", "██  ██", "██  ██", "██ ███", " █████"),
        "R": ("█████ ", "██  ██", "█████ ", "██ ██ ", "██  ██"),
        "S": (" █████", "██    ", " ████ ", "    ██", "█████ "),
        "T": ("██████", "  ██  ", "  ██  ", "  ██  ", "  ██  "),
        "U": ("██  ██", "██  ██", "██  ██", "██  ██", " ████ "),
        "V": ("██  ██", "██  ██", "██  ██", " ████ ", "  ██  "),
        "W": ("██    ██", "██ ██ ██", "████████", "███  ███", "██    ██"),
        "X": ("██  ██", " ████ ", "  ██  ", " ████ ", "██  ██"),
        "Y": ("██  ██", " ████ ", "  ██  ", "  ██  ", "  ██  "),
        "Z": ("██████", "   ██ ", "  ██  ", " ██   ", "██████"),
        "/": ("    ██", "   ██ ", "  ██  ", " ██   ", "██    "),
    }
)

_FONTS: Mapping[int, _Font] = MappingProxyType(
    {3: {**_THREE, **_THREE_LETTERS}, 5: {**_FIVE, **_FIVE_LETTERS}, 7: _SEVEN}
)


def big(text: str, rows: int, *, console: bool = False) -> tuple[str, ...]:
    """Return ``text`` as ``rows`` (3, 5 or 7) lines of one width.

    A character that the font does not have stays small; one that is no ASCII is left blank.
    ``console``: in signs that the Linux console has.
    """
    glyph_of = _console_glyph if console else _glyph
    glyphs = [glyph_of(character, rows) for character in text]
    gap = " " * _GAPS[rows]
    return tuple(gap.join(glyph[row] for glyph in glyphs) for row in range(rows))


def big_words(text: str, rows: int, *, console: bool = False) -> tuple[str, ...]:
    """Return a name as ``rows`` (3 or 5) lines: in capitals, without accents."""
    return big(capitals(text), rows, console=console)


def capitals(text: str) -> str:
    """Return a name as it is drawn big: what remains in small letters has no large ones."""
    spread = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def width(text: str, rows: int) -> int:
    """Return the columns that ``big`` needs for ``text``."""
    return len(big(text, rows)[0])


def fitting(text: str, columns: int, most: int) -> int:
    """Return the height of the largest font up to ``most`` rows in which ``text`` fits; 1: none."""
    fits = (rows for rows in reversed(ROWS) if rows <= most and width(text, rows) <= columns)
    return next(fits, 1)


_LINES = "■╹╻┃╸┛┓┫╺┗┏┣━┻┳╋"
"""A line by where it goes on: 1 up, 2 down, 4 left, 8 right."""


_SLANTED: _Font = MappingProxyType(
    {
        "B": ("┏┓ ", "┣┻┓", "┗━┛"),
        "D": ("┳━┓", "┃ ┃", "┻━┛"),
        "K": ("╻ ╱", "┣╸ ", "╹ ╲"),
        "M": ("┏━┳━┓", "┃ ╹ ┃", "╹   ╹"),
        "N": ("┏╲ ╻", "┃ ╲┃", "╹  ╹"),
        "Q": ("┏━┓", "┃ ┃", "┗━╲"),
        "R": ("┏━┓", "┣┳┛", "╹┗╸"),
        "V": ("╻ ╻", "┃┏┛", "┗┛ "),
        "W": ("╻   ╻", "┃ ╻ ┃", "┗━┻━┛"),
        "X": ("╲ ╱", " ╳ ", "╱ ╲"),
        "Z": ("╺━┓", " ╱ ", "┗━╸"),
        "/": ("  ╱", " ╱ ", "╱  "),
        "%": ("■ ╱", " ╱ ", "╱ ■"),
        "~": ("   ", "╱╲╱", "   "),
        ":": ("■", "■", " "),
        "Y": ("╻ ╻", "┗┳┛", " ╹ "),
    }
)
"""What has slanted strokes, in lines."""

_CONSOLE: Mapping[int, _Font] = MappingProxyType(
    {
        3: _SLANTED,
        5: {
            "~": ("      ", " ██  █", "█  ██ ", "      ", "      "),
            "s": ("     ", " ████", "██   ", "   ██", "████ "),
        },
        7: {
            "~": (_N7, _N7, " ███  ██", "██  ███ ", _N7, _N7, _N7),
            "s": (*("      ",) * 2, " █████", "██    ", " ████ ", "    ██", "█████ "),
        },
    }
)
"""What is not simply drawn otherwise where there are no half blocks."""


def _console_glyph(character: str, rows: int) -> tuple[str, ...]:
    known = _CONSOLE[rows].get(character)
    if known is not None:
        return known
    return _glyph(character, rows) if rows > min(ROWS) else _lines(_glyph(character, rows))


def _lines(blocks: tuple[str, ...]) -> tuple[str, ...]:
    """Return a character in lines: the upper half of each cell, joined to those around it."""
    halves = [[cell in part for cell in row] for row in blocks for part in ("█▀", "█▄")]
    edge = [False] * (len(blocks[0]) + 1)
    field = [*([*row, False] for row in halves), edge]  # so that what is outside is blank

    def line(y: int, x: int) -> str:
        if not field[y][x]:
            return blocks[y // 2][x].replace("▄", " ")
        joined = (field[y - 1][x], field[y + 1][x], field[y][x - 1], field[y][x + 1])
        return _LINES[sum(one << bit for bit, one in enumerate(joined))]

    return tuple("".join(line(2 * y, x) for x in range(len(row))) for y, row in enumerate(blocks))


def _glyph(character: str, rows: int) -> tuple[str, ...]:
    known = _FONTS[rows].get(character)
    if known is not None:
        return known
    small = character if character.isascii() and character.isprintable() else " "
    middle = rows // 2
    return (*(" ",) * middle, small, *(" ",) * (rows - middle - 1))
