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
from wallboard.config.rules import Thresholds, read_rules
from wallboard.model.data.catalogue import METRICS
from wallboard.model.judge.rules import Rules
from wallboard.model.select.rule_place import RulePlace, bounds_at, texts_of
from wallboard.settings import LoadedSettings


class ThresholdEditor:
    """What the screens can do to thresholds.

    ``loaded``: gives the settings that are in force. ``apply``: has the configuration read again.
    """

    def __init__(
        self,
        store: ThresholdStore,
        loaded: Callable[[], LoadedSettings],
        apply: Callable[[], None],
    ) -> None:
        self._store = store
        self._loaded = loaded
        self._apply = apply

    def tried(self, place: RulePlace, texts: Mapping[str, str]) -> Rules | str:
        """Return the rules as they would be, or what is wrong with what was typed, in words."""
        thresholds, words = self._read((self._change(place, texts, datetime.min),))
        if words:
            return words
        rules = thresholds.rules
        now = self._loaded().settings.rules
        return replace(now, base=rules.base, overrides=rules.overrides, total=rules.total)

    def keep(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> str:
        """Put what was typed in force and keep it; returns why it is not kept, if so."""
        why = self._store.keep(self._change(place, texts, at))
        self._apply()
        return why

    def _change(self, place: RulePlace, texts: Mapping[str, str], at: datetime) -> ThresholdChange:
        """Return what of the texts is not as it is written elsewhere."""
        written, _ = read_rules(self._loaded().written.get("thresholds", {}))
        usual = texts_of(METRICS[place.metric], bounds_at(written.rules, place))
        typed = {name: text.strip() for name, text in texts.items()}
        others = {name: text for name, text in typed.items() if text and text != usual[name]}
        return ThresholdChange(place, others, at)

    def _read(self, changes: tuple[ThresholdChange, ...]) -> tuple[Thresholds, str]:
        places = {change.place for change in changes}
        known = [item for item in self._store.read()[0] if item.place not in places]
        typed = [change for change in changes if change.texts]
        tree = dict(self._loaded().written)
        over = layer_of_changes((*known, *typed), tree)
        whole = layers.merge([over, layers.Layer(tree)])
        thresholds, mistakes = read_rules(whole.get("thresholds", {}))
        words = [f"{item.path[-1]}: {item.words}" for item in mistakes]
        return thresholds, "; ".join(words)
