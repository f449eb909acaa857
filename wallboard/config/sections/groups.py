"""``[groups.NAME]`` as the user wrote it: queues across sites and PBXes under one name.

Every mistake is collected, none ends the reading; no mistake repeats what was written.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field

from wallboard.config.layers import Tree
from wallboard.config.lines import KeyPath
from wallboard.config.rules import RuleMistake, read_group_bounds
from wallboard.config.values import hint, list_or_empty, pattern, read_list
from wallboard.model.data.catalogue import nearest
from wallboard.model.data.metric_names import fold
from wallboard.model.data.name_pattern import NO_GROUP, QueueGroup
from wallboard.model.data.view_options import tile_parts
from wallboard.model.judge.rules import Bounds
from wallboard.records import dataclass

MAX_NAME = 24
"""Characters of a group's name."""

_PATTERNS = ("queues", "sites", "pbx")
_KEYS = (*_PATTERNS, "thresholds")
_NO_LETTERS = frozenset(':,"')
"""What has a meaning where a group is named: in a tile, in a list, in a filter."""


@dataclass(frozen=True, slots=True)
class GroupTables:
    """The groups in the order written, and the bounds of what each shows, by its name.

    ``remind``: how often its alerts are told again, by name and metric, in seconds.
    """

    groups: tuple[QueueGroup, ...] = ()
    bounds: Mapping[str, Mapping[str, Bounds]] = field(default_factory=dict)
    remind: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def read_groups(tree: object) -> tuple[GroupTables, list[RuleMistake]]:
    """Return the groups of ``[groups]``, and every mistake in it."""
    if not isinstance(tree, Mapping):
        return GroupTables(), [RuleMistake(("groups",), "write a table for each: [groups.NAME]")]
    groups: list[QueueGroup] = []
    bounds: dict[str, Mapping[str, Bounds]] = {}
    remind: dict[str, Mapping[str, float]] = {}
    mistakes: list[RuleMistake] = []
    for key, table in tree.items():
        path: KeyPath = ("groups", str(key))
        group, told = _group(str(key), table, path)
        if fold(group.name) in {fold(other.name) for other in groups}:
            told.append(RuleMistake(path, "another group has this name"))
        if isinstance(table, Mapping) and "thresholds" in table:
            own, again, wrong = read_group_bounds(table["thresholds"], (*path, "thresholds"))
            told += wrong
            remind |= {group.name: again} if again else {}
            bounds |= {group.name: own} if own else {}
        groups.append(group)
        mistakes += told
    return GroupTables(tuple(groups), bounds, remind), mistakes


def _group(key: str, table: object, path: KeyPath) -> tuple[QueueGroup, list[RuleMistake]]:
    name = key.strip()
    if not isinstance(table, Mapping):
        return QueueGroup(name), [RuleMistake(path, "write a table: [groups.NAME]")]
    told = [RuleMistake(path, why) for why in _wrong_name(name)]
    told += [
        RuleMistake((*path, str(other)), f"no such key{hint(nearest(str(other), _KEYS, most=1))}")
        for other in table
        if other not in _KEYS
    ]
    found = {}
    for kind in _PATTERNS:
        found[kind], wrong = _patterns(table.get(kind, []), (*path, kind))
        told += wrong
    if not told and not any(found.values()):
        told.append(RuleMistake(path, "an empty group: name queues, sites or pbx, by pattern"))
    return QueueGroup(name, *found.values()), told


def _wrong_name(name: str) -> Iterator[str]:
    if not name or not name.isprintable() or len(name) > MAX_NAME or _NO_LETTERS & set(name):
        yield f"name a group with 1 to {MAX_NAME} characters, without colon, comma and quote"
    elif fold(name) == NO_GROUP:
        yield "another name: this one is what the board calls the queues that are in no group"


def _patterns(written: object, path: KeyPath) -> tuple[tuple[str, ...], list[RuleMistake]]:
    try:
        listed = read_list(written)
    except ValueError as error:
        return (), [RuleMistake(path, str(error))]
    found: dict[str, None] = {}
    told: list[RuleMistake] = []
    for number, name in enumerate(listed):
        try:
            found[pattern(name).strip()] = None
        except ValueError as error:
            told.append(RuleMistake((*path, number), str(error)))
    return tuple(found), told


def tiles_of_no_group(tree: Tree) -> Iterator[RuleMistake]:
    """Give the tiles of ``[board]`` whose group is not there; read from what was written."""
    board, groups = (table_of(tree, name) for name in ("board", "groups"))
    known = {fold(str(name).strip()): str(name) for name in groups}
    for number, tile in enumerate(list_or_empty(board.get("tiles", []))):
        group = tile_parts(tile)[0] if isinstance(tile, str) else ""
        if group and fold(group) not in known:
            near = hint(nearest(group, tuple(known.values()), most=1))
            words = f"no group of this name: write [groups.NAME], or a metric alone{near}"
            yield RuleMistake(("board", "tiles", number), words)


def table_of(tree: Tree, name: str) -> Mapping[str, object]:
    """Return a section as it was written; nothing of what is none."""
    table = tree.get(name)
    return table if isinstance(table, Mapping) else {}
