"""What a wall needs to know: what can be read from afar, and the layout that fits.

A character is read well when it is seen under 16 minutes of arc. The smallest type that can be
read so is taken for labels, names, state and clock; the digits of the tiles take what is left.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY
from itertools import product
from types import MappingProxyType

from wallboard.records import dataclass

MINUTES = 16.0
"""Minutes of arc under which a character is read without effort."""

USUAL = (55.0, 10.0)
"""The screen (inches) and the distance (metres) that are meant where none are given."""

CELLS: Mapping[int, float] = MappingProxyType({1: 0.65, 2: 2.0, 3: 2.5, 4: 3.5, 5: 5.0, 7: 7.0})
"""How many cells high a character of each height in rows is drawn; 1 is the terminal's own text."""

TYPES = (1, 2, 3, 4, 5)
"""Heights of words in rows; digits alone may be higher."""

CONSOLE_TYPES = (1, 3, 5)
"""Those that the Linux console can draw."""

DIGITS = (7, 5, 3, 2, 1)
"""Heights of the tiles' digits in rows, largest first."""

PITCH: Mapping[int, int] = MappingProxyType({1: 2, 2: 5, 3: 6, 4: 8, 5: 12})
"""Half rows from one line of words to the next."""

_LETTER: Mapping[int, float] = MappingProxyType({1: 1, 2: 2.5, 3: 4, 4: 3, 5: 7})
_VALUE: Mapping[int, int] = MappingProxyType({1: 6, 2: 13, 3: 18, 5: 33, 7: 44})
"""Columns of ``00:00`` and the mark of an estimate, by the height of its digits."""

_MILLIMETRES = 25.4
_WIDE, _HIGH = 16, 9
_LABEL = 6
"""Letters of a label for which a tile must have room beside a time."""
_MOST_TILES = 6
_ENOUGH_TILES = 4
_LINES = 5
"""Queues for which there is room before digits are made larger."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What can be read of a screen (inches, 16:9) with so many rows, from ``distance`` metres."""

    tv: float
    distance: float
    cell: float
    """Millimetres of one row."""

    @property
    def needed(self) -> float:
        """Millimetres that a character must have to be read from there."""
        return _per_metre() * self.distance

    def height(self, rows: int) -> float:
        """Return the millimetres of a character of so many rows."""
        return CELLS[rows] * self.cell

    def farthest(self, rows: int) -> float:
        """Return the metres from which characters of so many rows are read."""
        return self.height(rows) / _per_metre()

    def reads(self, rows: int) -> bool:
        """Return whether characters of so many rows can be read."""
        return self.height(rows) >= self.needed


def _per_metre() -> float:
    # Twice the tangent of half the angle: what a metre away covers it, in mm.
    return 2_000 * math.tan(math.radians(MINUTES / 60) / 2)


def readable_sizes(tv_inches: float, distance_m: float, rows: int) -> Sizes:
    """Reckon what can be read. Raises ``ValueError`` for what cannot be."""
    if tv_inches <= 0 or distance_m <= 0 or rows <= 0:
        raise ValueError("a screen, a distance and rows are above 0")
    screen = tv_inches * _MILLIMETRES * _HIGH / math.hypot(_WIDE, _HIGH)
    return Sizes(tv_inches, distance_m, screen / rows)


@dataclass(frozen=True, slots=True)
class WallFit:
    """How a wall is divided.

    ``type``: height of its words in rows. ``digits``: of the tiles' values; ``tiles`` of them in
    ``down`` lines of ``across``, each ``tile_rows`` high. ``queues``: lines of the list; ``more``:
    whether there is one below them for what is not in it. ``details``: whether a row is left for
    small text.
    """

    type: int
    digits: int
    tiles: int
    across: int
    down: int
    tile_rows: int
    _: KW_ONLY
    queues: int
    more: bool
    details: bool


def blank_rows(digits: int) -> int:
    """Return the blank rows between two lines of tiles: digits of whole cells fill theirs."""
    return int(digits >= TYPES[-1])


def list_rows(rows: int, lines: int) -> int:
    """Return how many rows some lines of words take, with what parts them."""
    return max(0, -(-(PITCH[rows] * lines - (rows == 2)) // 2))


def line_start(rows: int, line: int) -> tuple[int, int]:
    """Return the row in which a line of words begins, and whether it stands half a row lower."""
    return divmod(PITCH[rows] * line, 2)


def layout(
    columns: int,
    rows: int,
    tiles: int,
    queues: int,
    sizes: Sizes,
    types: Iterable[int] = TYPES,
) -> WallFit:
    """Return the layout in the smallest type that can be read, else in the largest that fits.

    ``tiles``, ``queues``: how many there are to show.
    """
    tiles = min(tiles, _MOST_TILES)
    read = [size for size in types if sizes.reads(size)][:1]
    small = sorted((size for size in types if not sizes.reads(size)), reverse=True)
    for size in (*read, *small):
        if fit := _lay_out(columns, rows, tiles, queues, size):
            return fit
    return WallFit(1, 1, min(tiles, 1), 1, 1, 1, queues=max(1, rows - 2), more=False, details=False)


def _lay_out(columns: int, rows: int, tiles: int, queues: int, words: int) -> WallFit | None:
    if columns < 12 * _LETTER[words]:
        return None
    wanted = max(1, min(queues, _LINES))
    for lines in range(wanted, min(wanted, 2) - 1, -1):
        for more, details in ((True, True), (True, False), (False, False)):
            listed = list_rows(words, lines + more)
            left = rows - words - listed - details
            block = _tiles(
                columns, min(left, max(rows * 2 // 5, 3)) if tiles else left, tiles, words
            )
            if block is None:
                continue
            down, digits, across, high, shown = block
            spare = rows - words - details - down * high - (down - 1) * blank_rows(digits)
            room = lines
            while room < queues and list_rows(words, room + 1 + more) <= spare:
                room += 1
            return WallFit(
                words, digits, shown, across, down, high, queues=room, more=more, details=details
            )
    return None


def _tiles(
    columns: int, left: int, tiles: int, words: int
) -> tuple[int, int, int, int, int] | None:
    """Return lines, height of digits, tiles in a line, rows of a tile, tiles; best that fits."""
    if not tiles:
        return (0, 1, 1, 0, 0) if left >= 0 else None
    found = []
    for digits, down, across in product(DIGITS, (1, 2), (1, 2, 3)):
        width = columns // across - 1
        high = max(digits, words + (1 < words < digits))
        need = _LABEL * _LETTER[words] + 1 + _VALUE[digits]
        block = down * high + (down - 1) * blank_rows(digits)
        fits = block <= left and need <= width and digits >= min(words, 3)
        if fits and across * (down - 1) < tiles:
            shown = min(tiles, across * down)
            found.append((min(shown, _ENOUGH_TILES), digits, shown, down, across, high))
    if not found:
        return None
    _, digits, shown, down, across, high = max(found)
    return (down, digits, across, high, shown)


def reading_words(sizes: Sizes, chosen: WallFit) -> str:
    """Return what can be read of a layout from the distance, in plain words."""
    far = _metres(sizes.farthest(chosen.type))
    place = f"at {_metres(sizes.distance)} from a {sizes.tv:g}-inch screen"
    high = f"{sizes.height(chosen.type):.0f} mm high, up to {far}"
    return f"names, labels and state can be read {place} ({high})"


def help_words(sizes: Sizes, chosen: WallFit) -> str:
    """Return what would help where a layout cannot be read from the distance; else nothing."""
    if sizes.reads(chosen.type):
        return ""
    far = sizes.farthest(chosen.type)
    inches = math.ceil(sizes.tv * sizes.distance / far)
    return (
        f"Too small to read at {_metres(sizes.distance)}. Come within {_metres(far)}, "
        f"take a screen of {inches} inches, or a larger font"
    )


def _metres(metres: float) -> str:
    return f"{math.floor(metres * 10) / 10:g} m"
