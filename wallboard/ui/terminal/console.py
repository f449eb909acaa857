"""The Linux console: which terminal it is, and what stands there for what its fonts do not have.

Its fonts (Lat15 and Uni2 of Debian) have ASCII, Latin-1, lines and arrows, of the blocks only
``█``, ``░`` and ``▒``. Every stand-in is as wide as what it stands for.
"""

from collections.abc import Mapping
from types import MappingProxyType

THEME = "ansi-16"
"""The theme for its sixteen colours."""


def is_console(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is the Linux console."""
    return environ.get("TERM") == "linux"


SIGNS: Mapping[int, str] = MappingProxyType(
    str.maketrans(
        {
            # A bar: the fuller the higher.
            **dict.fromkeys("▁", "_"),
            **dict.fromkeys("▂▃", "░"),
            **dict.fromkeys("▄▅▓", "▒"),
            **dict.fromkeys("▆▇", "█"),
            **dict.fromkeys("▏▎▍▌▋▊▉▐▕", "│"),
            **dict.fromkeys("▀▔", "─"),
            **dict.fromkeys("▖▗▘▙▚▛▜▝▞▟", "▒"),
            # What a status is told by.
            "♪": "*",
            "≡": "=",
            "○": "o",
            "…": ".",
            "▸": "+",
            "▾": "-",
            "▲": "^",
            "▼": "v",
            "\ufffd": "?",
        }
    )
)
"""For ``str.translate``."""
