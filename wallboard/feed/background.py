"""A board without a screen: it knows what a board knows, and lets the same hear of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, field, replace
from typing import Generic, TypeVar

from wallboard.feed.listeners import Listeners
from wallboard.host.clock import Clock
from wallboard.model.data.day import DayRule
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import Moment
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Configured, Remembered, Silenced
from wallboard.model.judge.alerts import document, due
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets
from wallboard.model.silences import from_rows
from wallboard.model.state import Event, State, start, step
from wallboard.records import dataclass

Document = Mapping[str, object]
"""An alert, as ``model.judge.alerts.document`` makes it."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JudgeSetup:
    """What the configuration says of how is judged and told, with a screen or without.

    ``is_open``: opening hours, if there are any. ``targets`` and ``day_rule``: for the time in
    target. ``privacy``: what is shown of people. ``rules_of_hub``: whether a hub's thresholds
    judge, once they are known.
    """

    options: ViewOptions
    _: KW_ONLY
    alerts: AlertOptions = field(default_factory=AlertOptions)
    is_open: IsOpen | None = None
    targets: Targets = field(default_factory=Targets)
    day_rule: DayRule | None = None
    privacy: Privacy = field(default_factory=Privacy)
    rules_of_hub: bool = False

    def start(self, rules: Rules) -> State:
        """Return the state of a board that has heard nothing and judges so."""
        return start(
            rules,
            self.options,
            is_open=self.is_open,
            targets=self.targets,
            day_rule=self.day_rule,
        )

    def configuration(self, rules: Rules, known: State) -> Configured:
        """Return what makes the state of a board that runs judge so."""
        if self.rules_of_hub:
            hubs = known.book.rules
            rules = replace(hubs, groups=rules.groups, group_bounds=rules.group_bounds)
        return Configured(rules, self.options, self.is_open, self.targets)


Setup = TypeVar("Setup", bound=JudgeSetup)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationNews(Generic[Setup]):
    """What came of reading the configuration again.

    ``mistake``: why it cannot be used, as one line; ``""``: it is right. ``words``: what is told of
    it. ``setup``, ``rules``: what holds from now on, if that is another. ``sign_in``: whether
    credentials are others.
    """

    mistake: str = ""
    words: tuple[str, ...] = ()
    setup: Setup | None = None
    rules: Rules | None = None
    sign_in: bool = False


class BackgroundBoard:
    """What is known, where nobody looks at it. ``state``: all of it."""

    def __init__(
        self,
        setup: JudgeSetup,
        rules: Rules,
        clock: Clock,
        listeners: Listeners | None = None,
        alert: Callable[[Document], None] = lambda _: None,
    ) -> None:
        """``alert`` hears of each alert that fires, beside the alerts' command."""
        self.setup = setup
        self.listeners = listeners or Listeners()
        self._alert = alert
        self._clock = clock
        self._trouble = ""
        self.state = setup.start(rules)

    async def begin(self) -> None:
        """Know what was known before."""
        history = self.listeners.history
        if history is not None and (before := await history.recall()) is not None:
            self.state = step(self.state, before)

    def hear(self, event: Event) -> None:
        """Take an event, and let all hear of it, and of the alerts that it makes fire."""
        before, self.state = self.state, step(self.state, event)
        self.listeners.remember(event, self.state)
        now, alerts = self._now(), self.setup.alerts
        fired = due(before, self.state, now, alerts.remind.every)
        if not fired or alerts.quiet.is_open(now.wall.astimezone(self.setup.options.timezone)):
            return
        for alert in fired:
            self._alert(document(alert))
            if self.listeners.tell is not None:
                self.listeners.tell.tell(document(alert), alert.episode.level)

    def each_second(self) -> None:
        """Take over what boards of the machine silence; log what nobody here could read."""
        self._take_silences()
        listeners = self.listeners
        if listeners.heartbeat is not None:
            listeners.heartbeat.note_drawn()  # whoever draws is somewhere else
        history = listeners.history
        for words in history.notes() if history is not None else ():
            _LOG.warning("%s", words)
        trouble = history.trouble if history is not None else ""
        if trouble and trouble != self._trouble:
            _LOG.warning("%s", trouble)
        self._trouble = trouble

    def _take_silences(self) -> None:
        store = self.listeners.silences
        if store is None or (rows := store.news()) is None:
            return
        if store.warning:
            _LOG.warning("%s", store.warning)
        found = from_rows(rows, self._clock.now())
        if found != self.state.silences:
            self.hear(Silenced(found))

    def configure(self, setup: JudgeSetup, rules: Rules) -> None:
        """Judge by another configuration from now on."""
        self.setup = setup
        self.hear(setup.configuration(rules, self.state))

    def memories(self) -> Remembered:
        """Return what a board that begins now would know, had it been there all the time."""
        known = self.state
        return Remembered(known.trends, known.levels, known.episodes, known.in_target)

    def _now(self) -> Moment:
        return Moment(self._clock.now(), self._clock.elapsed())
