"""Bounds that are changed at the board: the rule is chosen, then what is written there."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wallboard.model.data.catalogue import METRICS, relabel
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rejudge import would_be
from wallboard.model.judge.rules import Level, Rules
from wallboard.model.select.rule_place import (
    RulePlace,
    bounds_at,
    level_of_sum,
    place_of,
    rule_places,
    texts_of,
)
from wallboard.model.state import State
from wallboard.ui.reload.actions import ReloadActions
from wallboard.ui.screens.page import Page

IsFresh = Callable[[str, Kind], bool]
"""Whether the numbers of a PBX are fresh, of a kind."""


class ThresholdActions(ReloadActions):
    """The key that changes the bounds of a rule."""

    def action_bounds(self) -> None:
        """Change the bounds of a rule: of the queue of the page, or any."""
        if self._services.thresholds is None or self._setup.kiosk:
            self.notify("Here bounds are changed in the configuration file", markup=False)
            return
        if self.replayed is not None:
            self.notify("What was is not judged anew: go back to live first", markup=False)
            return
        key = self.screen.current if isinstance(self.screen, Page) else None
        places, chosen = self._places(key)
        if not places:
            self.notify("No rule judges this queue", markup=False)
        else:
            self._pick_rule(places, chosen)

    def _places(self, key: QueueKey | None) -> tuple[Sequence[RulePlace], RulePlace | None]:
        """Return the rules that may be meant, and which one most likely."""
        book, state = self.state.book, self.state
        queue = next((item for item in state.snapshot.queues if item.key == key), None)
        if queue is None:
            return rule_places(book.rules), None
        metrics = [rule.metric for kind in QUEUE_KINDS for rule in book.of(queue, kind)]
        places = [place_of(book.rules, metric, queue.name, queue.site) for metric in metrics]
        worst = state.levels.get(queue.key, UNJUDGED).worst_metric
        return places, next((place for place in places if place.metric == worst), None)

    def _pick_rule(self, places: Sequence[RulePlace], chosen: RulePlace | None) -> None:
        from wallboard.ui.screens.pickers import Item, PickOne

        rules = self.state.book.rules

        def words(place: RulePlace) -> str:
            texts = texts_of(METRICS[place.metric], bounds_at(rules, place))
            said = ", ".join(f"{name} {text}" for name, text in texts.items() if text)
            return f"{place.words}: {said or 'off'}"

        items = [Item(place, self._label(place), words(place)) for place in places]
        self.ask(PickOne("Bounds of", items, chosen or places[0]), self._edit)

    def _label(self, place: RulePlace) -> str:
        metric = relabel(place.metric, self.state.options.labels)
        return metric.label if metric else place.metric

    def _edit(self, place: RulePlace) -> None:
        from wallboard.ui.reload.threshold_dialog import Effect, ThresholdDialog

        door = self._services.thresholds
        if door is None:
            return
        metric, rules = METRICS[place.metric], self.state.book.rules
        base = texts_of(metric, bounds_at(rules, replace(place, queue="", site="")))
        now = self._effect_words(place, rules)

        def effect(texts: Mapping[str, str]) -> Effect:
            found = door.rules_with(place, texts)
            if isinstance(found, str):
                return Effect(found, wrong=True)
            return Effect(f"now: {now}\nwould be: {self._effect_words(place, found)}")

        def keep(texts: Mapping[str, str]) -> None:
            local = self._clock.now().astimezone(self.state.options.timezone)
            if why := door.keep(place, texts, local):
                self.notify(why, severity="warning", markup=False)

        title = f"{self._label(place)} · {place.words}"
        texts = texts_of(metric, bounds_at(rules, place))
        if place.total:  # a total is judged as it stands
            texts = {name: texts[name] for name in ("warning", "critical")}
        self.ask(ThresholdDialog(title, texts, base, effect), keep)

    def _effect_words(self, place: RulePlace, rules: Rules) -> str:
        """Return what rules make of what is known now."""
        state, kind = self.state, METRICS[place.metric].kind
        if not place.is_of_sum:
            judged = state if rules is state.book.rules else would_be(state, rules)
            return _words(state, judged, kind, self._fresh)
        queues = [
            queue
            for queue in state.snapshot.queues
            if not place.group or place.group in state.book.groups.of(queue)
        ]
        if not all(self._fresh(queue.key.pbx, kind) for queue in queues):
            return Level.UNKNOWN.word
        return level_of_sum(rules, place, queues).word

    def _fresh(self, pbx: str, kind: Kind) -> bool:
        return self.state.freshness(pbx, self.moment(), kind) < Freshness.STALE


def _words(known: State, judged: State, kind: Kind, is_fresh: IsFresh) -> str:
    """Return how many queues are in trouble of those whose numbers are fresh: ``2 critical``."""
    levels = judged.levels if kind is Kind.LIVE else judged.day_levels
    found = Counter(
        levels.get(queue.key, UNJUDGED).level
        for queue in known.snapshot.queues
        if is_fresh(queue.key.pbx, kind)
    )
    return f"{found[Level.CRITICAL]} critical, {found[Level.WARNING]} warning"
