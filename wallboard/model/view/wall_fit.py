"""What a wall needs to know: what can be read from afar, and the largest that fits.

A character is read well when it is seen under 16 minutes of arc. Tiles and the worst queue are
drawn in big characters; the list of queues is the terminal's own text.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

MINUTES = 16.0
"""Minutes of arc under which a digit is read without effort."""

DIGITS = (7, 5, 3, 1)
"""Heights of digits in rows, largest first; 1 is the terminal's own text."""

WORST = (5, 3, 0)
"""Heights of the letters in which the worst queue can stand; 0: it does not."""

CELLS: Mapping[int, float] = MappingProxyType({1: 0.65, 3: 2.5, 5: 5.0, 7: 7.0})
"""How many cells high a digit of each height is drawn."""

TILE_WIDTH: Mapping[int, int] = MappingProxyType({1: 15, 3: 19, 5: 33, 7: 46})
"""Columns that a tile needs for ``00:00`` in each height, with a margin."""

_MILLIMETRES = 25.4
_WIDE, _HIGH = 16, 9
_CHROME = 3
"""Rows for title, headings and status."""
_MOST_TILES = 6
_ENOUGH_TILES = 3
_LEAST_LIST = 4


@dataclass(frozen=True, slots=True)
class Size:
    """Digits of one height: ``height`` in mm, ``farthest`` in metres from which they are read."""

    rows: int
    height: float
    farthest: float
    readable: bool


@dataclass(frozen=True, slots=True)
class Sizes:
    """What can be read of a screen (inches, 16:9) with so many rows, from ``distance`` metres.

    ``most_rows``: of how many rows the terminal may be for its own text to be read; 0: of none.
    """

    tv: float
    distance: float
    by_rows: Mapping[int, Size]
    most_rows: int

    def reads(self, rows: int) -> bool:
        """Whether characters of so many rows can be read."""
        return self.by_rows[rows].readable


def readable(tv_inches: float, distance_m: float, rows: int) -> Sizes:
    """Reckon which heights of digits can be read. Raises ``ValueError`` for what cannot be."""
    if tv_inches <= 0 or distance_m <= 0 or rows <= 0:
        msg = "a screen, a distance and rows are above 0"
        raise ValueError(msg)
    screen = tv_inches * _MILLIMETRES * _HIGH / math.hypot(_WIDE, _HIGH)
    cell = screen / rows
    # Twice the tangent of half the angle: what a metre away covers it, in mm.
    needed = 2_000 * math.tan(math.radians(MINUTES / 60) / 2)
    sizes = {
        high: Size(high, cells * cell, cells * cell / needed, cells * cell >= needed * distance_m)
        for high, cells in CELLS.items()
    }
    return Sizes(tv_inches, distance_m, sizes, int(screen * CELLS[1] / (needed * distance_m)))


@dataclass(frozen=True, slots=True)
class WallFit:
    """How a wall is divided: ``tiles`` of ``digits`` rows in ``down`` lines of ``across``.

    ``worst``: height of the letters in which the worst queue stands above the list; 0: it does
    not. ``queues``: how many fit on a page, each ``row_height`` rows high. ``words``: what can be
    read from where, and what cannot; empty where no distance is given.
    """

    digits: int
    tiles: int
    across: int
    down: int
    worst: int
    row_height: int
    queues: int
    words: tuple[str, ...] = ()


def layout(columns: int, rows: int, tiles: int, queues: int, sizes: Sizes | None = None) -> WallFit:
    """Return the largest layout that fits a terminal, and can be read where ``sizes`` says so.

    ``tiles``, ``queues``: how many there are to show.
    """
    tiles = min(tiles, _MOST_TILES)
    made = (
        _laid(columns, rows, tiles, queues, *chosen) for chosen in product(DIGITS, (1, 2), WORST)
    )
    least = WallFit(1, min(tiles, max(1, columns // TILE_WIDTH[1])), 1, 1, 0, 1, max(1, rows - 4))
    enough = min(tiles, _ENOUGH_TILES)

    def merit(one: WallFit) -> tuple[bool, bool, int, int, int, int]:
        named = one.worst > 0 if sizes is None else sizes.reads(one.worst or 1)
        return one.tiles >= enough, named, one.digits, one.tiles, one.worst, -one.down

    best = max(filter(None, made), key=merit, default=least)
    return best if sizes is None else replace(best, words=reading_words(sizes, best))


def _laid(
    columns: int, rows: int, tiles: int, queues: int, digits: int, down: int, worst: int
) -> WallFit | None:
    across = min(columns // TILE_WIDTH[digits], -(-tiles // down))
    # Tiles of one row have their label beside them, others above, and words below.
    block = 0 if tiles == 0 else down * (digits + 2 if digits > 1 else 1)
    left = rows - block - (worst + 1 if worst else 0) - _CHROME
    if (tiles and not across) or left < max(_LEAST_LIST, rows // 4):
        return None
    height = 2 if 0 < 2 * queues <= left else 1
    shown = min(tiles, across * down)
    return WallFit(digits, shown, across, down, worst, height, left // height)


def reading_words(sizes: Sizes, chosen: WallFit) -> tuple[str, ...]:
    """Return what can be read of a layout from the distance, and what cannot, in plain words."""
    place = f"at {_metres(sizes.distance)} from a {sizes.tv:g}-inch screen"
    parts = [("the tiles' numbers", chosen.digits)] if chosen.tiles else []
    parts += [("the worst queue", chosen.worst)] if chosen.worst else []
    parts.append(("the list of queues", 1))
    words = [_reads(what, sizes.by_rows[rows], place) for what, rows in parts]
    if not sizes.reads(1):
        words.append(
            f"for a list that can be read from there, the terminal may have {sizes.most_rows} rows"
            if sizes.most_rows >= _CHROME + _LEAST_LIST
            else "no list can be read from there, whatever the terminal: come closer"
        )
    return tuple(words)


def _reads(what: str, size: Size, place: str) -> str:
    high = f"{size.height:.0f} mm high"
    if size.readable:
        return f"{what} can be read {place} ({high}, up to {_metres(size.farthest)})"
    return f"{what} cannot be read {place} ({high}: only up to {_metres(size.farthest)})"


def _metres(metres: float) -> str:
    return f"{math.floor(metres * 10) / 10:g} m"
