"""Digits three rows high, of box-drawing characters that every console font has."""

from collections.abc import Mapping
from types import MappingProxyType

ROWS = 3
"""How many rows a big digit takes."""

_FONT: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "0": ("┌─┐", "│ │", "└─┘"),
        "1": (" ┐ ", " │ ", " ┴ "),
        "2": (" ─┐", "┌─┘", "└─ "),
        "3": (" ─┐", " ─┤", " ─┘"),
        "4": ("│ │", "└─┤", "  │"),
        "5": ("┌─ ", "└─┐", " ─┘"),
        "6": ("┌─ ", "├─┐", "└─┘"),
        "7": (" ─┐", "  │", "  │"),
        "8": ("┌─┐", "├─┤", "└─┘"),
        "9": ("┌─┐", "└─┤", " ─┘"),
        "–": ("   ", "───", "   "),
        "-": ("   ", " ──", "   "),
        ":": (" ", ":", " "),
    }
)


def big(text: str) -> tuple[str, str, str]:
    """Return ``text`` as three rows of the same width; a character without glyph stays small."""
    glyphs = [_FONT.get(character, (" ", character, " ")) for character in text]
    top, middle, bottom = ("".join(glyph[row] for glyph in glyphs) for row in range(ROWS))
    return top, middle, bottom
