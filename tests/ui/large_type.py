"""Reading what is drawn in large type."""

from collections.abc import Iterator, Sequence

from wallboard.ui.widgets.text.fonts import big_lines, width
from wallboard.ui.widgets.text.typeset import Type, in_capitals

TYPES = (2, 3, 4, 5, 1)
_ODD = {2: " ", 4: "s"}
"""What is an odd number of dots wide."""


def size_of(rows: Sequence[str], text: str, *, console: bool = False) -> int:
    """Return the height in rows of the type in which ``text`` stands in ``rows``; 0: nowhere."""
    for high in (1, 3, 5) if console else TYPES:
        if any(_stands(rows, drawn) for drawn in _drawn(text, high, console=console)):
            return high
    return 0


def _drawn(text: str, high: int, *, console: bool) -> Iterator[list[str]]:
    """Give the ways in which a text may be drawn: half a row lower, or half a column farther."""
    for drop in (0, 1):
        yield [line.rstrip() for line in Type(high, console).lines(text, drop)]
        if high in _ODD:
            before = _ODD[high]
            cut = width(before, high) - 1
            made = big_lines(f"{before}{in_capitals(text)}", high, drop=drop)
            yield [line[cut:].rstrip() for line in made]


def _stands(rows: Sequence[str], drawn: Sequence[str]) -> bool:
    for top in range(len(rows) - len(drawn) + 1):
        lines = [(rows[top + at], line) for at, line in enumerate(drawn) if line]
        if not all(line in row for row, line in lines):
            continue
        for x in range(len(rows[top])):
            if all(row.startswith(line, x) for row, line in lines):
                return True
    return False
