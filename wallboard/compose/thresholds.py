"""Thresholds that are changed at the board: read as the file is, kept, and put in force."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from wallboard.config import layers
from wallboard.config.live.threshold_changes import (
    ThresholdChange,
    ThresholdStore,
    layer_of_changes,
)
from wallboard.config.rules import RuleMistake, read_rules
from wallboard.config.sections.groups import read_groups
from wallboard.model.data.catalogue import METRICS
from wallboard.model.judge.rules import Rules
from wallboard.model.select.rule_place import RulePlace, bounds_at, texts_of
from wallboard.settings import LoadedSettings


class ThresholdEditor:
    """What the screens can do to thresholds.

    ``loaded``: gives the settings that are in force. ``apply``: has the configuration read again.
    """

    def __init__(
        self, store: ThresholdStore, loaded: Callable[[], LoadedSettings], apply: Callable[[], None]
    ) -> None:
        self._store = store
        self._loaded = loaded
        self._apply = apply

    def rules_with(self, place: RulePlace, texts: Mapping[str, str]) -> Rules | str:
        """Return the rules as they would be, or what is wrong with what was typed, in words."""
        tree = self._tree((self._change(place, texts, datetime.min),))
        rules, mistakes = _rules_of(tree)
        if mistakes:
            return "; ".join(f"{item.path[-1]}: {item.words}" for item in mistakes)
        return rules

    def keep(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> str:
        """Put what was typed in force and keep it; returns why it is not kept, if so."""
        why = self._store.keep(self._change(place, texts, at))
        self._apply()
        return why

    def _change(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> ThresholdChange:
        """Return what of the texts is not as it is written elsewhere."""
        written, _ = _rules_of(self._loaded().written)
        usual = texts_of(METRICS[place.metric], bounds_at(written, place))
        typed = {name: text.strip() for name, text in texts.items()}
        others = {name: text for name, text in typed.items() if text and text != usual[name]}
        return ThresholdChange(place, others, at)

    def _tree(self, changes: tuple[ThresholdChange, ...]) -> layers.Tree:
        """Return all that would be written with these changes."""
        places = {change.place for change in changes}
        known = [item for item in self._store.read()[0] if item.place not in places]
        typed = [change for change in changes if change.texts]
        tree = dict(self._loaded().written)
        over = layer_of_changes((*known, *typed), tree)
        return layers.merge([over, layers.Layer(tree)])


def _rules_of(tree: layers.Tree) -> tuple[Rules, list[RuleMistake]]:
    """Return the rules of queues, totals and groups that are written, and what is wrong there."""
    thresholds, wrong = read_rules(tree.get("thresholds", {}))
    own, wrong_groups = read_groups(tree.get("groups", {}))
    rules = replace(thresholds.rules, groups=own.groups, group_bounds=own.bounds)
    return rules, [*wrong, *wrong_groups]
