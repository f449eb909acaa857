"""How a board looks and listens: what the command line hands to the screens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from wallboard.model.options import AlertOptions, KioskOptions
from wallboard.model.selection import Selection
from wallboard.model.state import IsOpen, ViewOptions
from wallboard.ui.keys import Keys
from wallboard.ui.theme import Themes


def _nothing() -> str:
    """There is no message."""
    return ""


@dataclass(frozen=True, slots=True)
class Look:
    """What the configuration says of screens and keys.

    ``warnings``: told at the start. ``files``: what the help says of files, as (what, where).
    ``kiosk``: whether the board starts as a wall. ``message``: gives the wall's message now.
    ``is_open``: opening hours, if there are any. ``views``: saved filters by number.
    """

    options: ViewOptions
    themes: Themes
    theme: str
    keys: Keys
    selection: Selection = field(default_factory=Selection)
    warnings: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    kiosk: bool = False
    wall: KioskOptions = field(default_factory=KioskOptions)
    message: Callable[[], str] = _nothing
    alerts: AlertOptions = field(default_factory=AlertOptions)
    is_open: IsOpen | None = None
    views: Mapping[int, str] = field(default_factory=dict)
