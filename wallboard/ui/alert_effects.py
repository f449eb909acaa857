"""What an alert does beside its colour and its mark: the bell, a command, and blinking."""

import logging
from collections.abc import Iterable

from textual import work

from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.endpoint_words import came_and_went, moved
from wallboard.model.judge.alerts import Alert, Cause, attention, document, due
from wallboard.model.judge.rules import Level
from wallboard.model.state import State
from wallboard.model.view.not_calm import not_calm
from wallboard.ui.core import Core

_LOG = logging.getLogger(__name__)


class AlertEffects(Core):
    """Hears of every step; only a fresh answer makes anything fire."""

    _drew = False

    def start_senses(self) -> None:
        """Begin to run commands and to tell others, if there is anything to run or anybody."""
        if self._services.tell is not None:
            self._run_commands()
        if self._services.messages is not None:
            self._send_messages()
        if self._services.heartbeat is not None:
            self._give_signs()

    @work(name="alerts")
    async def _run_commands(self) -> None:
        if self._services.tell is not None:
            await self._services.tell.run()

    @work(name="messages")
    async def _send_messages(self) -> None:
        if self._services.messages is not None:
            await self._services.messages.run()

    @work(name="heartbeat")
    async def _give_signs(self) -> None:
        if self._services.heartbeat is not None:
            await self._services.heartbeat.run(lambda: self.state)

    def drew(self) -> None:
        """Take note that what a second changed was drawn."""
        self._drawn()
        self._drew = True

    def note_picture(self) -> None:
        """Say that a picture was drawn and taken, if both is so; a second after it was drawn."""
        if self._services.heartbeat is not None and self._drew and self.reaches_terminal():
            self._services.heartbeat.note_drawn()
        self._drew = False

    def stepped(self, previous: State) -> None:
        """Ring and tell, if this step made an alert fire and it is not a quiet hour.

        An endpoint that became another one, and PBXes that came or went, are told on the screen.
        """
        super().stepped(previous)
        if previous.feeds is not self.state.feeds:
            for words in came_and_went(previous, self.state):
                self.notify(words, markup=False, timeout=8)
        if self._setup.tells_endpoint:
            for words in moved(previous, self.state):
                self.notify(words, markup=False, timeout=8)
        now = self.moment()
        untold = not_calm(self.state, now)
        if untold.headline and not not_calm(previous, now).headline:
            _LOG.warning("%s", untold.why)
        options = self._setup.alerts
        if not options.bell and self._services.tell is None and self.replayed is None:
            return
        fired = due(previous, self.state, now, options.remind.every)
        if self.replayed is not None:
            self._tell_of_now(fired)
        if not fired or options.quiet.is_open(now.wall.astimezone(self.state.options.timezone)):
            return
        if options.bell and any(map(_rings, fired)):
            self.bell()
        if self._services.tell is not None:
            for alert in fired:
                self._services.tell.tell(document(alert), alert.episode.level)

    def _tell_of_now(self, fired: Iterable[Alert]) -> None:
        """Say which queues are critical now, while what is shown is over."""
        for item in (alert.episode for alert in fired if alert.cause is Cause.ENTERED):
            if item.level is Level.CRITICAL:
                where = f" ({item.site})" if item.site else ""
                words = f"Now, not in the replay: {item.name}{where} is critical"
                self.notify(words, severity="error", markup=False, timeout=20)

    def shine(self) -> None:
        """Draw in reverse what nobody has seen in critical yet; each second while it blinks."""
        table = self.board.table if self.board.is_mounted else None
        if table is not None and (lit := self.lit()) != table.lit:
            table.lit = lit

    def lit(self) -> dict[QueueKey, bool]:
        """Return the queues that nobody has seen in critical yet → whether they are lit now."""
        if not self._setup.alerts.blink or self.replayed is not None:
            return {}
        return dict(attention(self.state, self.moment()))


def _rings(alert: Alert) -> bool:
    return alert.episode.level is Level.CRITICAL or alert.cause is Cause.REMINDER
