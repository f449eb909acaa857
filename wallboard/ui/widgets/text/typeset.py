"""Words in large type: as lines of one width, whole, at a smaller size before they are cut."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cell_len

from wallboard.records import dataclass
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text import fonts
from wallboard.ui.widgets.text.line_widget import Pieces

_SMALLER = {5: (4, 2, 1), 4: (2, 1), 3: (2, 1), 2: (1,), 1: (1,)}
"""Types that take less room than another, the largest first."""


@dataclass(frozen=True, slots=True)
class Type:
    """Letters ``rows`` high; 1 is the terminal's own text."""

    rows: int
    console: bool = False

    def can_draw(self, text: str) -> bool:
        """Return whether a text can be drawn: the large types have Latin letters only."""
        return self.rows == 1 or fonts.can_draw(text, self.rows)

    def width(self, text: str) -> int:
        """Return the columns that a text takes."""
        return cell_len(text) if self.rows == 1 else fonts.width(in_capitals(text), self.rows)

    def wrap(self, text: str, columns: int) -> list[str]:
        """Return a text in parts of at most so many columns.

        A word that is wider is cut in the terminal's own text alone: of larger type there is a
        smaller one, in which it may be whole.
        """
        parts: list[str] = []
        for word in text.split():
            if parts and self.width(f"{parts[-1]} {word}") <= columns:
                parts[-1] += f" {word}"
            else:
                parts += [word] if self.rows > 1 else _cut(word, columns)
        return parts

    def pieces(self, text: str, columns: int) -> list[str]:
        """Return the same, broken between two things that it says (`` · ``) where that will do."""
        parts: list[str] = []
        for part in text.split(" · "):
            if parts and self.width(f"{parts[-1]} · {part}") <= columns:
                parts[-1] += f" · {part}"
            else:
                parts += self.wrap(part, columns)
        return parts

    def lines(self, text: str, drop: int = 0, columns: int | None = None) -> tuple[str, ...]:
        """Return a text as lines of one width; ``drop`` 1: half a row lower, if it is of dots.

        ``columns``: what it must fit in, smaller if need be, and cut only as the terminal's text.
        """
        high = self.rows + (drop and self.rows in fonts.DOTS)
        if columns is not None and (self.width(text) > columns or not self.can_draw(text)):
            small = self._smaller(text, columns)
            drawn = (fit(text, columns),) if small.rows == 1 else small.lines(text)
            return fonts.in_middle(drawn, high, " " * cell_len(drawn[0]))
        if self.rows == 1:
            return (text,)
        return fonts.big_lines(in_capitals(text), self.rows, console=self.console, drop=drop)

    def _smaller(self, text: str, columns: int) -> "Type":
        types = (1,) if self.console else _SMALLER[self.rows]
        made = (Type(rows, self.console) for rows in types)
        fits = (item for item in made if item.can_draw(text) and item.width(text) <= columns)
        return next(fits, Type(1, self.console))


def _cut(word: str, columns: int) -> list[str]:
    """Cut a word that is wider than ``columns``; one that is not stays whole."""
    pieces = [""] if columns > 1 else []
    for letter in word if pieces else "":
        if cell_len(pieces[-1] + letter) > columns:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def in_capitals(text: str) -> str:
    """Return a text in capitals, but for the letters of its times: ``LIVE 4s``."""
    words = (
        word if word[:1].isdigit() and word[-1:] in "smh" else fonts.capitals(word)
        for word in text.split(" ")
    )
    return " ".join(words)


def paragraph(text: str, words: Type, columns: int, rows: int, style: str) -> list[Pieces]:
    """Return a text in lines of the largest type up to ``words`` in which all of it fits.

    Where that is the terminal's own, what comes first is large, and the last sentence alone is not.
    """
    for size in (words.rows, *((1,) if words.console else _SMALLER[words.rows])):
        letters = Type(size, words.console)
        head, _, tail = text.rpartition(". ")
        if size == 1 < words.rows and head:
            small = letters.wrap(tail, columns)
            large_ = paragraph(f"{head}.", words, columns, rows - len(small) - 1, style)
            return [*large_, (), *[((f" {line}", style),) for line in small]]
        if not letters.can_draw(text):
            continue
        parts = letters.wrap(text, columns)
        pitch = size + (size > 1)
        if len(parts) * pitch - (size > 1) <= rows or size == 1:
            drawn = [
                line for part in parts for line in (*letters.lines(part), *[""] * (pitch - size))
            ]
            pieces: list[Pieces] = [((f" {line}", style),) for line in drawn]
            return pieces[: max(1, rows)]
    return []


def side_by_side(blocks: Sequence[Sequence[Pieces]]) -> list[Pieces]:
    """Return blocks of lines beside each other, a blank column after each."""
    return [
        tuple(piece for line in lines for piece in (*(line or ()), (" ", "")))
        for lines in zip_longest(*blocks)
    ]
