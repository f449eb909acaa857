"""themes/*.toml → Textual themes. A broken file is a warning and the default, never a dead board.

A theme file has a ``name``, ``dark`` and ``ansi`` (true or false), a table ``[colors]`` with
Textual's base colours and a table ``[variables]`` with the board's own, listed in ``NEEDED``.
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from textual.color import Color, ColorParseError
from textual.theme import Theme

from wallboard.host.files import read_bounded
from wallboard.records import dataclass

_MOST_BYTES = 100_000

DEFAULT = "control-room"
"""The theme that is there when nothing else is."""

FALLBACK: Mapping[str, str] = {
    "quiet": "#8594a6",
    "rule": "#2a3644",
    "cursor-background": "#2b3b4e",
    "level-warning": "#f0b441",
    "level-warning-background": "#3a2f14",
    "level-critical": "#ffffff",
    "level-critical-background": "#b3262d",
    "level-unknown": "#8594a6",
    "level-old": "#6d7a8a",
    "level-suspect": "#c79bf2",
    "state-live": "#58b368",
    "state-late": "#f0b441",
    "state-stale": "#f0b441",
    "state-no-data": "#ff8589",
}
"""The board's own variables, should no theme file be readable at all."""

NEEDED = frozenset(FALLBACK)
"""What ``[variables]`` must have."""

_COLOURS = frozenset(
    ("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "boost")
) | {"success", "warning", "error"}


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that could be read, by name, and a warning for each that could not."""

    by_name: Mapping[str, Theme]
    warnings: tuple[str, ...] = ()

    def find(self, wanted: str) -> tuple[str, str]:
        """Return the name to use for ``wanted`` and a warning if it is another one."""
        if wanted in self.by_name:
            return wanted, ""
        names = ", ".join(self.by_name)
        return DEFAULT, f'No theme is called "{wanted}"; using {DEFAULT}. There are: {names}'


def load_themes(folders: Iterable[Path]) -> Themes:
    """Read every ``*.toml`` of ``folders``; a later folder's theme replaces one of its name."""
    found: dict[str, Theme] = {DEFAULT: fallback_theme()}
    warnings: list[str] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
            try:
                theme = read_theme(path)
            except (OSError, ValueError) as error:
                why = str(getattr(error, "strerror", None) or error)
                warnings.append(f"Theme file {path.name} is not used: {why[:1].lower()}{why[1:]}")
            else:
                found[theme.name] = theme
    return Themes(found, tuple(warnings))


def fallback_theme() -> Theme:
    """Return the default theme's least form: for a board without theme files."""
    return Theme(
        DEFAULT,
        primary="#5ba3d9",
        background="#10151c",
        foreground="#d5dbe3",
        surface="#161d26",
        panel="#1e2733",
        variables=dict(FALLBACK),
    )


def read_theme(path: Path) -> Theme:
    """Read one file. Raises ``OSError`` or ``ValueError`` that says what is wrong with it."""
    try:
        data = tomllib.loads(read_bounded(path, _MOST_BYTES)[0].decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not TOML ({error.__class__.__name__})") from None
    colours = _table(data, "colors", _COLOURS)
    variables = _table(data, "variables", None)
    if missing := sorted(NEEDED - variables.keys()):
        raise ValueError(f"[variables] lacks {', '.join(missing)}")
    if "primary" not in colours:
        raise ValueError("[colors] lacks primary")
    name = data.get("name", path.stem)
    if not isinstance(name, str) or not name.isprintable() or not name:
        raise ValueError("name must be a short text")
    return Theme(
        name,
        colours.pop("primary"),
        **colours,  # type: ignore[arg-type]
        dark=data.get("dark", True) is True,
        ansi=data.get("ansi", False) is True,
        variables=variables,
    )


def _table(data: Mapping[str, object], name: str, known: frozenset[str] | None) -> dict[str, str]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise ValueError(f"the table [{name}] is missing")
    for key, value in table.items():
        if known is not None and key not in known:
            raise ValueError(f"[{name}] knows no {key}")
        if not isinstance(value, str) or not _is_colour(value):
            raise ValueError(f"[{name}] {key} is not a colour")
    return dict(table)


def _is_colour(text: str) -> bool:
    try:
        Color.parse(text)
    except ColorParseError:
        return False
    return True
