"""Metrics as the user wrote them, in every place that takes one, turned into the API's names.

The names of the API, the board's own labels and headings, and the labels of ``[labels]``, all of
them whatever their case. A name that is none of these stays, and is told by whoever reads it.
"""

from collections.abc import Mapping
from typing import Any

from wallboard.config.layers import Layer, Origin, Problem, Tree, merge
from wallboard.config.lines import KeyPath
from wallboard.config.tables import QUEUES, read_labels
from wallboard.config.values import read_list
from wallboard.model.data.catalogue import METRICS, NO_LABELS, Labels
from wallboard.model.data.metric_names import find_metric, squeeze
from wallboard.model.data.view_options import tile_parts

_NO_METRICS: Mapping[str, tuple[str, ...]] = {
    "thresholds": ("override", "total"),
    "labels": (QUEUES[:-1],),
}
"""Keys of these sections that are no metrics' names."""

_PATTERNS = ("queue", "site")
_LISTS = (("board", "columns"), ("board", "tiles"), ("api", "metrics"), ("metrics", "metrics"))


def to_api_names(layers: list[Layer]) -> tuple[list[Layer], list[Problem]]:
    """Return the layers with metrics as the API spells them, and what was written twice so."""
    usual = [_Translator(NO_LABELS).layer(layer) for layer in layers]
    labels, _ = read_labels(merge(layer for layer, _ in usual).get("labels", {}))
    own = {name: label for name, label in labels.items() if name in METRICS}
    found = [_Translator(own).layer(layer) for layer in layers] if own else usual
    return [layer for layer, _ in found], [problem for _, problems in found for problem in problems]


class _Translator:
    """One reading of a layer. ``labels``: metric → what the user calls it."""

    def __init__(self, labels: Labels) -> None:
        self._own = {squeeze(label): name for name, label in labels.items()}
        self._twice: list[KeyPath] = []

    def layer(self, layer: Layer) -> tuple[Layer, list[Problem]]:
        """Return a layer in the API's names, and each key that was written in two ways."""
        tree = self._table(layer.tree, ())
        self._values(tree)
        origins: dict[KeyPath, Origin] = {}
        for path, origin in layer.origins.items():
            origins.setdefault(self._path(path), origin)
        again = (layer.origins.get(path) for path in self._twice)
        problems = [Problem(origin, "written twice") for origin in again if origin]
        return Layer(tree, origins), problems

    def _path(self, path: KeyPath) -> KeyPath:
        return tuple(self._key(path[:at], part) for at, part in enumerate(path))

    def _key(self, above: KeyPath, key: str | int) -> str | int:
        """Return a key as the API spells it, if it stands where a metric is named."""
        if isinstance(key, int) or not _names_metrics(above):
            return key
        if key in _NO_METRICS.get(str(above[0]), ()):
            return key
        if key in _PATTERNS and above[:2] == ("thresholds", "override"):
            return key
        # What a metric is to be called says nothing of what it was called where this is written.
        own = above[0] != "labels" and self._own.get(squeeze(key))
        metric = find_metric(key)
        return own or (metric.name if metric else key)

    def _table(self, value: Any, path: KeyPath) -> Any:
        if isinstance(value, list):
            return [self._table(part, (*path, at)) for at, part in enumerate(value)]
        if not isinstance(value, dict):
            return value
        tree: Tree = {}
        for key, part in value.items():
            name = self._key(path, key)
            if name in tree:
                self._twice.append((*path, key))
            tree[str(name)] = self._table(part, (*path, key))
        return tree

    def _values(self, tree: Tree) -> None:
        """Replace the user's own labels in lists of metrics and in the order."""
        for section, key in _LISTS:
            table = tree.get(section)
            if not self._own or not isinstance(table, dict) or key not in table:
                continue
            try:
                listed = read_list(table[key])
            except ValueError:
                continue  # whoever reads it says so
            table[key] = [self._tile(tile) for tile in listed]
        board = tree.get("board")
        if isinstance(board, dict) and isinstance(order := board.get("sort"), str):
            plain = order.strip().lstrip("-").strip()
            sign = "-" if order.strip().startswith("-") else ""
            board["sort"] = f"{sign}{self._value(plain)}" if plain != self._value(plain) else order

    def _tile(self, tile: object) -> object:
        group, metric = tile_parts(tile) if isinstance(tile, str) else ("", tile)
        return f"{group}: {self._value(metric)}" if group else self._value(tile)

    def _value(self, name: object) -> object:
        return self._own.get(squeeze(name), name) if isinstance(name, str) else name


def _names_metrics(above: KeyPath) -> bool:
    """Whether the keys of the table at ``above`` are metrics."""
    match above:
        case ("thresholds" | "labels",) | ("thresholds", "total"):
            return True
        case ("thresholds", "override", int()) | ("groups", _, "thresholds"):
            return True
    return False
