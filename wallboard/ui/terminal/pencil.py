"""What is sent to a terminal: cursor moves, colours and text, as few bytes as will do."""

from functools import lru_cache
from typing import NamedTuple

_LONG_ATTRIBUTES = ("21", "51", "52", "53")
"""Double underline, frame, circle, overline: all other attributes have one digit."""


class Pencil:
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
