"""``[keys]``, ``[views]`` and ``[labels]`` as the user wrote them: tables of a name and a text.

Every mistake is collected, none ends the reading; no mistake repeats what was written.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from wallboard import actions
from wallboard.config.layers import dotted_path
from wallboard.config.rules import RuleMistake, Thresholds, read_rules
from wallboard.config.sections.groups import GroupTables, read_groups
from wallboard.config.values import read_list
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric_names import find_metric, hint_of
from wallboard.model.select.filter import FilterMistake, parse_filter

Keymap = Mapping[str, tuple[str, ...]]
"""Each action's keys, as Textual names them."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def read_keys(tree: object) -> tuple[Keymap, list[RuleMistake]]:
    """Return every action's keys with those of a ``[keys]`` table in place, and its mistakes."""
    chosen, mistakes = _read("keys", tree, lambda action, written: (action, _keys(written)))
    keys, told = actions.keymap(chosen)
    mistakes += (RuleMistake(("keys", action), words) for action, words in told)
    return keys, mistakes


def _read(
    section: str, tree: object, read: Callable[[str, object], tuple[_Key, _Value]]
) -> tuple[dict[_Key, _Value], list[RuleMistake]]:
    """Return what ``read`` makes of each entry of a table, and the mistakes that it raised."""
    if not isinstance(tree, Mapping):
        return {}, [RuleMistake((section,), f"write a table: [{section}]")]
    found: dict[_Key, _Value] = {}
    mistakes: list[RuleMistake] = []
    for name, written in tree.items():
        try:
            key, value = read(str(name), written)
        except ValueError as error:
            mistakes.append(RuleMistake((section, str(name)), str(error)))
        else:
            found[key] = value
    return found, mistakes


def _keys(written: object) -> list[str]:
    """Read the keys of one action; a single character is that key, the comma too."""
    if isinstance(written, int) and not isinstance(written, bool):
        written = str(written)
    split = [written] if isinstance(written, str) and len(written) == 1 else read_list(written)
    if not all(isinstance(key, str) for key in split):
        raise ValueError("not a key: write it as text")
    named = {actions.key_name(str(key)) or str(key): str(key) for key in split}
    return list(named.values())


QUEUES = "queues."
"""Before the names of queues among the labels."""

MAX_VIEW, MAX_LABEL = 200, 24
"""Characters."""


def read_views(tree: object) -> tuple[Mapping[int, str], list[RuleMistake]]:
    """Return what each of the keys 1 to 9 calls up, and every mistake in ``[views]``.

    Whether the filters can be read is for ``view_mistakes`` to say: that takes the labels.
    """
    views, mistakes = _read("views", tree, _view)
    return dict(sorted(views.items())), mistakes


def _view(key: str, written: object) -> tuple[int, str]:
    if key not in "123456789" or len(key) != 1:
        raise ValueError("a view is called by a key from 1 to 9")
    return int(key), _text(written, MAX_VIEW)


def view_mistakes(views: Mapping[int, str], labels: Mapping[str, str]) -> list[RuleMistake]:
    """Return what is wrong with the filters; ``labels``: metric → what the user calls it."""
    mistakes: list[RuleMistake] = []
    for key, text in views.items():
        try:
            parse_filter(text, labels)
        except FilterMistake as error:
            mistakes.append(RuleMistake(("views", str(key)), str(error)))
    return mistakes


def read_labels(tree: object) -> tuple[Mapping[str, str], list[RuleMistake]]:
    """Return the metrics' labels of one's own, and every mistake in ``[labels]``.

    No two metrics may be called the same, whatever the case: nobody could tell them apart. The
    short names of ``[labels.queues]`` stand among them with ``QUEUES`` before the name.
    """
    shorts: dict[str, str] = {}
    told: list[RuleMistake] = []
    if isinstance(tree, Mapping):
        shorts, told = _short_names(tree)
        tree = {name: text for name, text in tree.items() if not _of_queues(str(name))}
    labels, mistakes = _read("labels", tree, _label)
    mistakes += _same(labels) if isinstance(tree, Mapping) else []
    return {**labels, **shorts}, [*mistakes, *told]


def _label(key: str, written: object) -> tuple[str, str]:
    metric = find_metric(key)
    if metric is None:
        raise ValueError(f"no such metric{hint_of(key)}")
    return metric.name, _text(written, MAX_LABEL)


def _of_queues(key: str) -> bool:
    return key == QUEUES[:-1] or key.startswith(QUEUES)


def _short_names(tree: Mapping[object, object]) -> tuple[dict[str, str], list[RuleMistake]]:
    """Return ``[labels.queues]``: what is written small of queues whose names are long."""
    top = ("labels", QUEUES[:-1])
    # Once they are read they stand beside the others.
    shorts = {str(name): str(text) for name, text in tree.items() if str(name).startswith(QUEUES)}
    table = tree.get(top[1], {})
    if not isinstance(table, Mapping):
        return shorts, [RuleMistake(top, "write a table: [labels.queues]")]
    mistakes: list[RuleMistake] = []
    for name, written in table.items():
        try:
            text = _text(written, MAX_LABEL)
            if text.casefold() in map(str.casefold, shorts.values()):
                raise ValueError("another queue has this short name")
            shorts[f"{QUEUES}{name}"] = text
        except ValueError as error:
            mistakes.append(RuleMistake((*top, str(name)), str(error)))
    return shorts, mistakes


def _same(labels: Mapping[str, str]) -> list[RuleMistake]:
    """Return the labels that another metric has too, each told of the one that was written."""
    owners: dict[str, list[str]] = {}
    for name in sorted(METRICS, key=lambda name: name in labels):
        label = labels.get(name, METRICS[name].label)
        owners.setdefault(label.casefold(), []).append(name)
    return [
        RuleMistake(("labels", names[-1]), f"{names[0]} is called the same; give one another label")
        for names in owners.values()
        if len(names) > 1
    ]


def _text(written: object, most: int) -> str:
    if not isinstance(written, str):
        raise ValueError("write it as text, in quotes")
    text = written.strip()
    if not text or not text.isprintable() or len(text) > most:
        raise ValueError(f"write 1 to {most} characters on one line")
    return text


READERS: Mapping[str, Callable[[object], tuple[Any, list[RuleMistake]]]] = {
    "thresholds": read_rules,
    "keys": read_keys,
    "views": read_views,
    "labels": read_labels,
    "groups": read_groups,
}
"""Sections whose keys are not fixed: read by hand, all mistakes at once."""


def read_open(tree: Mapping[str, object]) -> tuple[dict[str, Any], list[RuleMistake]]:
    """Return all of ``READERS`` that is sound, by section, and every mistake in the rest."""
    read = {name: reader(tree.get(name, {})) for name, reader in READERS.items()}
    mistakes = [mistake for _, told in read.values() for mistake in told]
    mistakes += view_mistakes(read["views"][0], read["labels"][0])
    return {name: found for name, (found, told) in read.items() if not told}, mistakes


def sound(section: str) -> Callable[[object], Any]:
    """Return what reads a section of ``READERS``; it raises ``ValueError`` with all mistakes."""

    def read(value: object) -> Any:
        if isinstance(value, Thresholds | GroupTables):
            return value
        found, mistakes = READERS[section](value)
        if mistakes:
            raise ValueError("; ".join(f"{dotted_path(at)}: {words}" for at, words in mistakes))
        return found

    return read
