"""Addresses of ``[[notify]]`` from the environment and from secret files, by the table's number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wallboard.config.layers import Layer, Origin, Problem
from wallboard.config.lines import KeyPath

NOTIFY = "notify"
MOST_ENTRIES = 20
"""Tables whose address can stand elsewhere than in the file."""

PATHS: Mapping[int, KeyPath] = {n: (NOTIFY, n - 1, "to") for n in range(1, MOST_ENTRIES + 1)}
"""Where an address belongs, by the number of its table."""


def in_tables(layers: Sequence[Layer]) -> tuple[list[Layer], list[Problem]]:
    """Return the layers with each address in its table, and what belongs to no table.

    Of the files' tables those of the strongest file count. An address without a table makes one,
    if it is the next.
    """
    found: dict[int, tuple[object, Origin]] = {}
    rest: list[Layer] = []
    for layer in layers:
        table = layer.tree.get(NOTIFY)
        if not isinstance(table, Mapping):
            rest.append(layer)
            continue
        for number, path in PATHS.items():
            entry = table.get(str(number - 1))
            if entry and path in layer.origins:
                found.setdefault(number, (entry["to"], layer.origins[path]))
        kept = {path: at for path, at in layer.origins.items() if path[0] != NOTIFY}
        tree = {key: value for key, value in layer.tree.items() if key != NOTIFY}
        rest.append(Layer(tree, kept) if found else layer)
    if not found:
        return list(layers), []
    at = next((n for n, layer in enumerate(rest) if NOTIFY in layer.tree), len(rest) - 1)
    rest[at], problems = _fill_addresses(rest[at], found)
    return rest, problems


def _fill_addresses(
    layer: Layer, found: Mapping[int, tuple[object, Origin]]
) -> tuple[Layer, list[Problem]]:
    """Return a layer with the addresses in its tables."""
    written = layer.tree.get(NOTIFY, [])
    if not isinstance(written, list):
        return layer, []  # which is told where it is read
    tables: list[Any] = list(written)
    origins, problems = dict(layer.origins), []
    for number, (address, origin) in sorted(found.items()):
        if number > len(tables) + 1:
            words = f"there is no table {number - 1} of [[notify]] before it"
            problems.append(Problem(origin, words))
            continue
        if number > len(tables):
            tables.append({})
            origins[PATHS[number][:-1]] = origin
        if isinstance(tables[number - 1], Mapping):
            tables[number - 1] = {**tables[number - 1], "to": address}
            origins[PATHS[number]] = origin
    return replace(layer, tree={**layer.tree, NOTIFY: tables}, origins=origins), problems
