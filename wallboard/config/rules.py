"""``[thresholds]`` as the user wrote it, read into the model's types.

Every mistake is collected, none ends the reading; no mistake repeats what was written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import partial
from typing import NamedTuple, TypeVar

from wallboard.config.bound_order import NOTHING_SET, conflicts, out_of_order
from wallboard.config.lines import KeyPath
from wallboard.config.values import hint, pattern, read_bound, seconds
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET, nearest
from wallboard.model.data.metric import Metric, Number, Worse
from wallboard.model.data.metric_names import find_metric, hint_of
from wallboard.model.data.name_pattern import NamePattern
from wallboard.model.data.options import Reminder, Reminders
from wallboard.model.judge.rules import DEFAULT_BOUNDS, Bounds, Override, Rules
from wallboard.records import dataclass

_FIELDS = ("warning", "critical", "for", "recover", "direction", "remind")
_TOTAL_FIELDS = ("warning", "critical", "direction")
_GROUP_FIELDS = _FIELDS
_PATTERNS = ("queue", "site")
_AS_IT_STANDS = "a total is judged as it stands"
_DIRECTIONS = {"up": Worse.UP, "down": Worse.DOWN}
_DEFAULT = "a bound that is not written has its default"
_JUDGED = {name: metric for name, metric in METRICS.items() if name != TIME_IN_TARGET}
_Read = TypeVar("_Read")

_LEAST_REMIND = 30.0
"""Seconds: what reminds more often than it can be measured only annoys."""


class RuleMistake(NamedTuple):
    """What is wrong (``words``) with the value at ``path``."""

    path: KeyPath
    words: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What ``[thresholds]`` says: when a level is reached, and how often one is told again."""

    rules: Rules = field(default_factory=Rules)
    remind: Reminders = field(default_factory=Reminders)


def read_rules(tree: object) -> tuple[Thresholds, list[RuleMistake]]:
    """Return a ``[thresholds]`` table over the defaults, and every mistake in it."""
    reader = _Rules()
    thresholds = reader.read(tree)
    return thresholds, reader.mistakes


def read_group_bounds(
    tree: object, path: KeyPath
) -> tuple[Mapping[str, Bounds], Mapping[str, float], list[RuleMistake]]:
    """Return the bounds of what a group shows (the table at ``path``), and every mistake in it.

    Between them how often each metric's alert is told again, in seconds.
    """
    reader = _Rules()
    bounds = reader.own_of_total(tree, path, _GROUP_FIELDS, "[groups.NAME.thresholds]")
    return bounds, reader.reminders_at(path), reader.mistakes


class _Rules:
    """One reading of ``[thresholds]``; collects the mistakes on its way."""

    def __init__(self) -> None:
        self.mistakes: list[RuleMistake] = []
        self._remind: dict[KeyPath, dict[str, float]] = {}

    def read(self, tree: object) -> Thresholds:
        root: KeyPath = ("thresholds",)
        if not isinstance(tree, Mapping):
            self._mistake(root, "write a table: [thresholds]")
            return Thresholds()
        metrics = {key: tree[key] for key in tree if key not in ("override", "total")}
        base = dict(DEFAULT_BOUNDS)
        for name, bounds in self._table(metrics, root, _FIELDS, ("override", "total")).items():
            base[name] = bounds.fill_from(DEFAULT_BOUNDS.get(name))
            self._check(name, base[name], (*root, name), f"; {_DEFAULT})")
        total = self.own_of_total(
            tree.get("total", {}), (*root, "total"), _TOTAL_FIELDS, "[thresholds.total]"
        )
        overrides = self._overrides(tree.get("override", []), (*root, "override"), base)
        return Thresholds(Rules(base, overrides, total), self._reminders(root, overrides))

    def reminders_at(self, path: KeyPath) -> Mapping[str, float]:
        """Return how often what is judged by a table is told again, by metric."""
        return self._remind.get(path, {})

    def _reminders(self, root: KeyPath, overrides: Iterable[Override]) -> Reminders:
        narrow = (
            Reminder(
                NamePattern(override.queue, override.site),
                self._remind.get((*root, "override", number), {}),
            )
            for number, override in enumerate(overrides)
        )
        return Reminders(self._remind.get(root, {}), tuple(narrow))

    def own_of_total(
        self, tree: object, path: KeyPath, fields: tuple[str, ...], table: str
    ) -> dict[str, Bounds]:
        """Return the bounds of totals themselves: nothing is inherited; ``table``: its heading."""
        if not isinstance(tree, Mapping):
            self._mistake(path, f"write a table: {table}")
            return {}
        total = self._table(tree, path, fields, ())
        for name, bounds in total.items():
            self._check(name, bounds, (*path, name), ")")
        return total

    def _overrides(
        self, tree: object, path: KeyPath, base: Mapping[str, Bounds]
    ) -> tuple[Override, ...]:
        if not isinstance(tree, list) or not all(isinstance(table, Mapping) for table in tree):
            self._mistake(path, "write [[thresholds.override]] above each override")
            return ()
        overrides: list[Override] = []
        for number, table in enumerate(tree):
            here = (*path, number)
            patterns = {key: self._one(table, key, here, pattern) or "" for key in _PATTERNS}
            if not any(key in table for key in _PATTERNS):
                self._mistake(here, "an override names a queue or a site, or both, by pattern")
            metrics = {key: table[key] for key in table if key not in _PATTERNS}
            bounds = self._table(metrics, here, _FIELDS, _PATTERNS)
            overrides.append(Override(bounds, patterns["queue"], patterns["site"]))
        self._check_overrides(overrides, path, base)
        return tuple(overrides)

    def _one(
        self,
        table: Mapping[object, object],
        key: str,
        path: KeyPath,
        read: Callable[[object], _Read],
    ) -> _Read | None:
        """Return one value of the table at ``path``; ``None`` where there is none, or a mistake."""
        if key not in table:
            return None
        try:
            return read(table[key])
        except ValueError as error:
            self._mistake((*path, key), str(error))
            return None

    def _check_overrides(
        self, overrides: list[Override], path: KeyPath, base: Mapping[str, Bounds]
    ) -> None:
        for number, name, words in conflicts(overrides, base):
            here = (*path, number, name)
            if not self._has_mistake(here):
                self._mistake(here, words)

    def _table(
        self, tree: Mapping[object, object], path: KeyPath, fields: Iterable[str],
        others: tuple[str, ...],
    ) -> dict[str, Bounds]:  # fmt: skip
        """Read metric → bounds. ``others``: further keys that are valid in the same place."""
        read: dict[str, Bounds] = {}
        for key, written in tree.items():
            metric = find_metric(str(key))
            here = (*path, str(key))
            if metric is not None and metric.name == TIME_IN_TARGET:
                self._mistake(here, "it is measured by the board itself, and has no levels")
                continue
            if metric is None:
                self._mistake(here, f"no such metric{hint_of(str(key), _JUDGED, others)}")
                continue
            bounds = self._bounds(metric, written, here, tuple(fields))
            if bounds:
                read[metric.name] = bounds
        return read

    def _bounds(
        self, metric: Metric, written: object, path: KeyPath, fields: tuple[str, ...]
    ) -> Bounds | None:
        if written is False or (isinstance(written, str) and written.lower() == "false"):
            return Bounds(off=True)
        if not isinstance(written, Mapping):
            self._mistake(path, "write { warning = …, critical = … }, or false for no rule")
            return None
        for key in written:
            if key not in fields:
                why = (
                    f"{_AS_IT_STANDS}; possible are {', '.join(fields)}"
                    if key in _FIELDS
                    else f"no such key{hint(nearest(str(key), fields))}"
                )
                self._mistake((*path, str(key)), why)
        if "remind" in fields:
            self._note_remind(metric, written, path)
        recover = self._recover(metric, written, path) if "recover" in fields else (None, None)
        return Bounds(
            self._read_bound(metric, written, "warning", path),
            self._read_bound(metric, written, "critical", path),
            self._one(written, "for", path, seconds) if "for" in fields else None,
            *recover,
            self._direction(written, path),
        )

    def _read_bound(
        self, metric: Metric, table: Mapping[object, object], key: str, path: KeyPath
    ) -> Number | None:
        return self._one(table, key, path, partial(read_bound, metric))

    def _recover(
        self, metric: Metric, table: Mapping[object, object], path: KeyPath
    ) -> tuple[Number | None, Number | None]:
        written = table.get("recover")
        if not isinstance(written, Mapping):
            return self._read_bound(metric, table, "recover", path), None
        here = (*path, "recover")
        both = ("warning", "critical")
        for key in written:
            if key not in both:
                self._mistake((*here, str(key)), f"no such key{hint(nearest(str(key), both))}")
        warning, critical = (self._read_bound(metric, written, key, here) for key in both)
        return warning, critical

    def _note_remind(self, metric: Metric, table: Mapping[object, object], path: KeyPath) -> None:
        every = self._one(table, "remind", path, seconds)
        if every is not None and 0 < every < _LEAST_REMIND:
            self._mistake(
                (*path, "remind"), f"at least {_LEAST_REMIND:g} seconds, or 0 for no reminder"
            )
        elif every is not None:
            self._remind.setdefault(path[:-1], {})[metric.name] = every

    def _direction(self, table: Mapping[object, object], path: KeyPath) -> Worse | None:
        written = table.get("direction")
        read = _DIRECTIONS.get(written.lower()) if isinstance(written, str) else None
        if "direction" in table and read is None:
            self._mistake(
                (*path, "direction"), "write up (higher is worse) or down (lower is worse)"
            )
        return read

    def _check(self, name: str, bounds: Bounds, path: KeyPath, rest: str) -> None:
        """Check that the bounds lie in order; ``rest`` says what those not written are."""
        if bounds.off or self._has_mistake(path):
            return
        if bounds.warning is None and bounds.critical is None:
            self._mistake(path, NOTHING_SET)
        for _, _, words in out_of_order(name, bounds):
            self._mistake(path, words + rest)

    def _has_mistake(self, path: KeyPath) -> bool:
        return any(mistake.path[: len(path)] == path for mistake in self.mistakes)

    def _mistake(self, path: KeyPath, words: str) -> None:
        self.mistakes.append(RuleMistake(path, words))
