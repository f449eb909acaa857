"""What of the environment Textual and Rich would stumble over, to be left out before they start.

They look into it while they are imported, and some values end them. So nothing here imports
either, but for a driver that is named.
"""

import importlib
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping

from wallboard.errors import ConfigurationError

_SIZES = {"COLUMNS": "columns", "LINES": "lines", "ROWS": "lines"}
_SIZE = re.compile("0{0,3}[1-9][0-9]{0,2}")
"""A board of an absurd size would take all memory that there is."""

_COLOURS = frozenset({"auto", "standard", "256", "truecolor", "windows"})


def remove_unusable(environ: MutableMapping[str, str]) -> tuple[str, ...]:
    """Take out what cannot be used; return why, in words without the values."""
    told = []
    for name, words in unusable(environ):  # one by one: the driver is imported without the rest
        del environ[name]
        told.append(words)
    return tuple(told)


def require_screen(environ: Mapping[str, str]) -> None:
    """Raise ``ConfigurationError`` where there is no screen: a file would get the board."""
    # Textual draws on standard error, unless another driver (to a browser) was chosen.
    screen = sys.__stderr__
    if "TEXTUAL_DRIVER" not in environ and (screen is None or not screen.isatty()):
        raise ConfigurationError(
            ["standard error: no terminal, and that is where the board is drawn"],
            "Run it in a terminal, without 2>; `wallboard once` prints into files and pipes",
        )


def unusable(environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give each variable that cannot be used, and why: the driver last, for it may be imported."""
    for name, what in _SIZES.items():
        if environ.get(name) and not _SIZE.fullmatch(environ[name]):
            yield name, f"{name}: no number of {what} that can be, so the terminal's own is used"
    if environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in _COLOURS:
        yield "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_COLOR_SYSTEM: not one of Textual's; it is not used"
    if "TEXTUAL_LOG" in environ:
        # It would hold what is on the screen, names of people too.
        yield "TEXTUAL_LOG", "TEXTUAL_LOG: not used; [log] says what is logged, and where"
    if "TEXTUAL_DRIVER" in environ and not _is_driver(environ["TEXTUAL_DRIVER"]):
        yield "TEXTUAL_DRIVER", "TEXTUAL_DRIVER: no driver that can be found; it is not used"


def _is_driver(written: str) -> bool:
    module, _, name = written.partition(":")
    try:
        return isinstance(getattr(importlib.import_module(module), name), type)
    except (ImportError, AttributeError, ValueError, TypeError):
        return False
