"""Thresholds that were changed at the board: kept in the state folder, laid over the file.

They are kept as they were typed, and read as the file is. What cannot be read is a warning and
counts for nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from wallboard.config.layers import Layer, Origin, Tree, dotted_path, put, value_at
from wallboard.config.lines import KeyPath
from wallboard.host.files import keep_json, not_kept_words, read_json
from wallboard.model.select.rule_place import RulePlace
from wallboard.records import dataclass

NAME = "thresholds.json"
"""The file's name."""

HERE = "changed here"
"""How the origin of such a threshold begins."""

FIELDS = ("warning", "critical", "for", "recover")
"""What can be changed at the board."""

_MOST_BYTES, _MOST_TEXT, _MOST = 256_000, 200, 1_000


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """What was typed for the rule of a place, by field, and when."""

    place: RulePlace
    texts: Mapping[str, str]
    at: datetime

    @property
    def origin(self) -> str:
        """Where such a threshold was set: ``changed here 29 Nov 14:05``."""
        return f"{HERE} {self.at.day} {self.at:%b %H:%M}"

    @property
    def is_narrow(self) -> bool:
        """Whether it is for some queues only."""
        return bool(self.place.queue or self.place.site)

    @property
    def table(self) -> KeyPath:
        """The table that it would stand in, where it is not for some queues only."""
        if self.place.group:
            return ("groups", self.place.group, "thresholds")
        return ("thresholds", "total") if self.place.total else ("thresholds",)


Changes = tuple[ThresholdChange, ...]


def layer_of_changes(changes: Changes, tree: Tree) -> Layer:
    """Return the changes as a layer over ``tree``, which is all that is written elsewhere."""
    below = _table(tree.get("thresholds"))
    written = below.get("override", [])
    overrides = list(written) if isinstance(written, list) else []
    over: Tree = {}
    origins: dict[KeyPath, Origin] = {}
    for change in changes:
        metric = change.place.metric
        path: KeyPath = (*change.table, metric)
        if change.is_narrow:
            path = ("thresholds", "override", len(overrides), metric)
            overrides.append({**_patterns(change.place), metric: dict(change.texts)})
            origins[path[:-1]] = Origin(change.origin, dotted_path(path[:-1]))
        else:
            put(over, path, _with_recovery(change.texts, _table(value_at(tree, path))))
        for part in (path, *((*path, name) for name in change.texts)):
            origins[part] = Origin(change.origin, dotted_path(part))
    if any(change.is_narrow for change in changes):
        put(over, ("thresholds", "override"), overrides)
    return Layer(over, origins)


def unfit(mistakes: Sequence[str]) -> str:
    """Return that the changes do not fit what the configuration says now, in words."""
    return (
        f"What was changed at the board is not in force: {mistakes[0]}; "
        "`wallboard config --reset` forgets it"
    )


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _patterns(place: RulePlace) -> dict[str, str]:
    both = {"queue": place.queue, "site": place.site}
    return {name: text for name, text in both.items() if text}


def _with_recovery(texts: Mapping[str, str], below: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed; where the file has two bounds to recover, it is the first of them."""
    typed: dict[str, Any] = dict(texts)
    both = below.get("recover")
    if "recover" in typed and isinstance(both, Mapping):
        typed["recover"] = {**both, "warning": typed["recover"]}
    return typed


def as_toml(changes: Changes, tree: Tree) -> str:
    """Return the changed rules as lines for the configuration file, each whole; ``""``: none.

    ``tree``: what is written elsewhere.
    """
    below = _table(tree.get("thresholds"))
    lines: list[str] = []
    heading = ""
    for change in sorted(changes, key=lambda change: (change.is_narrow, change.table)):
        metric = change.place.metric
        if change.is_narrow:
            rule = _merged_override(below.get("override"), change)
            lines += ["", f"# {change.origin}", "[[thresholds.override]]"]
            patterns = _patterns(change.place)
            lines += [f"{name} = {_value(text)}" for name, text in patterns.items()]
        else:
            rule = _over(_table(value_at(tree, (*change.table, metric))), change.texts)
            last, heading = heading, f"[{'.'.join(map(_key, change.table))}]"
            lines += ["", heading] if heading != last else []
            lines.append(f"# {change.origin}")
        lines.append(f"{metric} = {_value(rule)}")
    return "\n".join(lines).strip() + "\n" if lines else ""


def _merged_override(written: object, change: ThresholdChange) -> Mapping[str, Any]:
    found: Mapping[str, Any] = {}
    for table in written if isinstance(written, list) else ():
        patterns = tuple(str(_table(table).get(name, "")) for name in ("queue", "site"))
        if patterns == (change.place.queue, change.place.site):
            found = _over(found, _table(table.get(change.place.metric)))
    return _over(found, change.texts)


def _over(below: Mapping[str, Any], texts: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**below, **_with_recovery(texts, below)}


def _key(part: str | int) -> str:
    """Return a part of a table's name as TOML writes it."""
    text = str(part)
    bare = text.isascii() and text.replace("-", "").replace("_", "").isalnum()
    return text if bare else json.dumps(text, ensure_ascii=False)


def _value(value: object) -> str:
    """Return a value as TOML writes it; what is a plain number as one."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, str) and not value.isdecimal():
        return json.dumps(value, ensure_ascii=False)
    return str(value)


class ThresholdStore:
    """Keeps the changes in a file, or without one for as long as the board runs."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._unkept: Changes | None = None if path else ()

    def read(self) -> tuple[Changes, str]:
        """Return the changes, and why there are none though there were, in words. Never raises."""
        if self._unkept is not None or self.path is None:
            return self._unkept or (), ""
        try:
            data = read_json(self.path, _MOST_BYTES)
            return tuple(_change(written) for written in data[:_MOST]), ""
        except FileNotFoundError:
            return (), ""
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return (), f"{self.path} cannot be read: the thresholds are those of the configuration"

    def keep(self, change: ThresholdChange) -> str:
        """Keep a change in the place of the one before it, if there is one.

        Without texts the one before is forgotten. Returns why it will be gone with the next start,
        if so.
        """
        others = [other for other in self.read()[0] if other.place != change.place]
        changes = (*others, change) if change.texts else tuple(others)
        return self._write(changes)

    def forget(self) -> bool:
        """Forget all changes; whether there were any. Raises ``OSError``."""
        if self.path is None:
            return False
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def _write(self, changes: Changes) -> str:
        if self.path is None:
            self._unkept = changes
            return ""
        try:
            keep_json(self.path, [_data(change) for change in changes])
        except OSError as error:
            self._unkept = changes
            return not_kept_words(error)
        self._unkept = None
        return ""


def _data(change: ThresholdChange) -> dict[str, object]:
    place = {"metric": change.place.metric, **_patterns(change.place)}
    if change.place.is_of_sum:
        place |= {"whole": change.place.group}
    return {**place, "set": dict(change.texts), "at": change.at.isoformat(timespec="seconds")}


def _change(data: Mapping[str, Any]) -> ThresholdChange:
    """Return one change of the file. Raises ``ValueError``, ``TypeError``, ``KeyError``."""
    names = [data["metric"], data.get("queue", ""), data.get("site", ""), data.get("whole", "")]
    texts = data["set"]
    if not _are_texts([*names, *texts, *texts.values()]) or not set(texts) <= set(FIELDS):
        raise ValueError
    place = replace(RulePlace(*names), total="whole" in data and not data["whole"])
    return ThresholdChange(place, texts, datetime.fromisoformat(data["at"]))


def _are_texts(items: Iterable[object]) -> bool:
    found: Sequence[object] = list(items)
    return all(isinstance(text, str) and len(text) <= _MOST_TEXT for text in found)
