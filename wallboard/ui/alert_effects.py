"""What an alert does beside its colour and its mark, and what keeps it from doing so.

The bell, a command, and blinking; and silences: set, ended, kept, and shared by all boards.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from wallboard.model.data.name_pattern import group_key, is_group
from wallboard.model.data.reading import QueueKey
from wallboard.model.data.sanitize import clean
from wallboard.model.events import Silenced
from wallboard.model.feeds.endpoint_words import came_and_went, endpoint_changes
from wallboard.model.judge.alerts import Alert, Cause, attention, document, due
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.silences import (
    MOST_WHY,
    Silence,
    changes,
    from_rows,
    is_silenced,
    offers,
    row_of,
)
from wallboard.model.state import State
from wallboard.model.view.format import plural
from wallboard.model.view.not_calm import not_calm
from wallboard.ui.core import Core
from wallboard.ui.page_actions import PageActions
from wallboard.ui.screens.dialog import Ask
from wallboard.ui.screens.page import Page

_LOG = logging.getLogger(__name__)


class AlertEffects(Core):
    """Hears of every step; only a fresh answer makes anything fire."""

    _drew = False

    def note_drawn(self) -> None:
        """Take note that what a second changed was drawn."""
        self._drawn()
        self._drew = True

    def note_picture(self) -> None:
        """Say that a picture was drawn and taken, if both is so; a second after it was drawn."""
        if self._services.heartbeat is not None and self._drew and self.reaches_terminal():
            self._services.heartbeat.note_drawn()
        self._drew = False

    def after_step(self, previous: State) -> None:
        """Ring and tell, if this step made an alert fire and it is not a quiet hour.

        An endpoint that became another one, and PBXes that came or went, are told on the screen.
        """
        super().after_step(previous)
        if previous.feeds is not self.state.feeds:
            for words in came_and_went(previous, self.state):
                self.notify(words, markup=False, timeout=8)
        if self._setup.tells_endpoint:
            for words in endpoint_changes(previous, self.state):
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

    def mark_unseen(self) -> None:
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


class SilenceActions(PageActions):
    """The action that silences, and what makes silences the same on all boards of a folder."""

    def take_silences(self) -> None:
        """Take over what this board, or another one of the same folder, has kept."""
        store = self._services.silences
        if store is None or (rows := store.news()) is None:
            return
        if store.warning:
            self.notify(store.warning, severity="warning", markup=False, timeout=20)
        found = from_rows(rows, self._clock.now())
        if found != self.state.silences:
            self.step(Silenced(found))

    def after_step(self, previous: State) -> None:
        """Say which queues are silenced, and which are not any more; keep what ended by itself."""
        super().after_step(previous)
        before, after = previous.silences, self.state.silences
        if self.wall is None:  # who wants what quiet, and why, is not for everybody
            for words in changes(before, after, self.moment(), self.state.options.timezone):
                self.notify(words, markup=False, timeout=8)
        if previous.snapshot is not self.state.snapshot:
            if ended := before.keys() - after.keys():
                self._keep((), [before[key] for key in ended])
            self.call_later(self.take_silences)

    def action_silence(self) -> None:
        """Silence the queue that is looked at, or let it be heard again; a group as a whole."""
        from wallboard.ui.screens.pickers import Item, PickOne

        if self.replayed is not None:
            self._reply("What is over cannot be silenced: go back to live first")
            return
        keys = self._queues_meant()
        if not keys:
            self._reply("No queue is in trouble: move the cursor to the one that is to be silenced")
            return
        now = self.moment()
        if all(is_silenced(self.state.silences, key, now) for key in keys):
            self._end(keys)
            return
        in_trouble = any(
            self.state.levels.get(key, UNJUDGED).level >= Level.WARNING for key in keys
        )
        # What is calm already would be silenced for no time at all.
        offered = [
            (words, until)
            for words, until in offers(now.wall, self.state.day(now.wall))
            if until is not None or in_trouble
        ]
        items = [Item(place, words) for place, (words, _) in enumerate(offered)]
        window = PickOne(f"Silence {self._name_of(keys)}", items, 0)
        self.ask(window, lambda place: self._ask_why(keys, offered[place][1]))

    def _queues_meant(self) -> tuple[QueueKey, ...]:
        """Return the queues of the group under the cursor, else the queue that is looked at."""
        group = self.board.table.heading
        if self.view and group is not None and not isinstance(self.screen, Page):
            keys = tuple(self.view.lines[index].key for index in group.lines)
            # A group of queues may have rules, and so alerts, of its own.
            own = (group_key(group.id),) if keys and self.selection.by == "group" else ()
            return (*keys, *own)
        key = self._queue_looked_at()
        return (key,) if key else ()

    def _name_of(self, keys: Collection[QueueKey]) -> str:
        if len(keys) > 1:
            return plural(sum(not is_group(key) for key in keys), "queue")
        return next((item.place for item in self._silences(keys, "", None)), "")

    def _ask_why(self, keys: Collection[QueueKey], until: datetime | None) -> None:
        window = Ask("Why, in a word", "nothing, if you like", MOST_WHY, optional=True)
        self.ask(window, lambda why: self._begin(keys, why, until))

    def _silences(
        self, keys: Collection[QueueKey], why: str, until: datetime | None
    ) -> Iterable[Silence]:
        """Give the silences of queues that are known, beginning now."""
        who = clean(self._setup.alerts.initials or self._who or self._services.user)
        gone = {key: absence.queue for key, absence in self.state.missing.items()}
        known = {**gone, **{queue.key: queue for queue in self.state.snapshot.queues}}
        now = self._clock.now().replace(microsecond=0)  # as it is kept
        for key in keys:
            queue = known.get(key)
            if queue is not None or is_group(key):
                yield Silence(
                    key=key,
                    name=queue.title if queue else key.name,
                    site=queue.site_title if queue else "",
                    who=who,
                    why=clean(why),
                    since=now,
                    until=until and until.replace(microsecond=0),
                )

    def _begin(self, keys: Collection[QueueKey], why: str, until: datetime | None) -> None:
        begun = {item.key: item for item in self._silences(keys, why, until)}
        self._keep(begun.values(), ())
        self._put_in_force(Silenced({**self.state.silences, **begun}))

    def _end(self, keys: Collection[QueueKey]) -> None:
        self._keep((), [self.state.silences[key] for key in keys if key in self.state.silences])
        left = {key: item for key, item in self.state.silences.items() if key not in keys}
        self._put_in_force(Silenced(left))

    def _put_in_force(self, event: Silenced) -> None:
        self.step(event)
        if isinstance(self.screen, Page):
            self.screen.refresh_page()

    def _keep(self, begun: Iterable[Silence], ended: Iterable[Silence]) -> None:
        if self._services.silences is not None:
            why = self._services.silences.change([*map(row_of, begun)], [*map(row_of, ended)])
            if why:
                self.notify(why, severity="warning", markup=False)
