"""Settings as layers: what one place says, where it says it, and one layer over another.

A layer is a tree (section → key → value) with the origin of everything in it. Layers are put
over one another key by key; a list or a single value replaces what is below it as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from wallboard.config.lines import KeyPath
from wallboard.host.output import printable
from wallboard.records import dataclass

_MOST_SHOWN = 200

Tree = dict[str, Any]
"""Tables within tables, as TOML has them."""


class Origin(NamedTuple):
    """Where something was written: ``place`` (``file:line``, environment …) and its name there.

    ``line``: of the configuration file; 0 for every other place.
    """

    place: str
    key: str
    line: int = 0


class Problem(NamedTuple):
    """A mistake, and where it was made."""

    at: Origin
    words: str

    def __str__(self) -> str:
        where = f"{self.at.place}: {self.at.key}" if self.at.key else self.at.place
        return f"{where}: {self.words}"


@dataclass(frozen=True, slots=True)
class Layer:
    """What one place says."""

    tree: Tree = field(default_factory=dict)
    origins: Mapping[KeyPath, Origin] = field(default_factory=dict)

    def origin(self, path: KeyPath) -> tuple[int, Origin | None]:
        """Return how much of ``path`` this place speaks of, and where."""
        for length in range(len(path), 0, -1):
            found = self.origins.get(path[:length])
            if found:
                return length, found
        return 0, None

    def owns(self, path: KeyPath) -> bool:
        """Whether the value at ``path``, or one that it is part of, comes whole from here."""
        value: Any = self.tree
        for part in path:
            if not isinstance(value, Mapping):
                return True
            if part not in value:
                return False
            value = value[part]
        return not isinstance(value, Mapping)


def merge(layers: Iterable[Layer]) -> Tree:
    """Return the trees of ``layers``, the first one strongest, as one."""
    tree: Tree = {}
    for layer in reversed(list(layers)):
        tree = _over(layer.tree, tree)
    return tree


def _over(upper: Tree, lower: Tree) -> Tree:
    tree = dict(lower)
    for key, value in upper.items():
        below = tree.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            value = _over(value, below)
        tree[key] = value
    return tree


def origin(layers: Sequence[Layer], path: KeyPath) -> Origin:
    """Return where the value at ``path`` was written, or else the nearest thing above it."""
    best: tuple[int, Origin] = (0, Origin("settings", ""))
    for layer in layers:
        length, found = layer.origin(path)
        if found and length > best[0]:
            best = length, found
        if found and layer.owns(path):
            best = length, found
            break
    length, found = best
    rest = dotted_path(path[length:])
    joint = "." if found.key and rest and not rest.startswith("[") else ""
    return found._replace(key=f"{found.key}{joint}{rest}")


def dotted_path(path: KeyPath) -> str:
    """Return ``thresholds.override[1].waitingCalls``; nothing in it can control a terminal."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{clean(part)}"
    return text.removeprefix(".")


def clean(text: str) -> str:
    """Return ``text`` (a key, a file's name) fit for a message."""
    shown = printable(text)
    return shown if len(shown) <= _MOST_SHOWN else shown[: _MOST_SHOWN - 1] + "…"


def layer_of(values: Iterable[tuple[KeyPath, object, Origin]]) -> Layer:
    """Return the layer of a place that has no tables, only names of single values."""
    tree: Tree = {}
    origins: dict[KeyPath, Origin] = {}
    for path, value, place in values:
        put(tree, path, value)
        for length in range(min(2, len(path)), len(path) + 1):
            origins.setdefault(path[:length], place)
    return Layer(tree, origins)


def put(tree: Tree, path: KeyPath, value: object) -> None:
    """Set the value at ``path``, making the tables on the way."""
    *tables, last = (str(part) for part in path)
    for part in tables:
        below = tree.get(part)
        if not isinstance(below, dict):
            below = tree[part] = {}
        tree = below
    tree[last] = value


def value_at(tree: object, path: KeyPath) -> object:
    """Return what is written at ``path``, if anything is."""
    for part in path:
        try:
            tree = tree[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return None
    return tree
