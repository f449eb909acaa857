"""Keys that come faster than the screen: each is done before the next one is looked at."""

from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Any

from textual import events
from textual.message_pump import MessagePump

from wallboard.ui.core import Core
from wallboard.ui.keys import key_of
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.page import Page

_MOST_WAITING = 1_000
"""Keys that may be typed ahead; what comes behind them is lost."""

_PATIENCE = 2.0
"""Seconds after which a key is not waited for any more: nothing may make the board deaf."""


class KeyQueue(Core):
    """Does what a key is for, all that comes of it included, before the next key is looked at.

    A key goes to the field or the screen that has the keys, and what it does there (a field that
    closes, a window that opens) is done in further messages. A key that is typed behind it is
    meant for what there is afterwards: it waits until all of them have been heard.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._waited_since: float | None = None
        self._hinted = False

    @property
    def typing(self) -> bool:
        """Whether a key waits, or is waited for."""
        return bool(self._typed) or self._waited_since is not None

    async def on_event(self, event: events.Event) -> None:
        """Put keys and pastes in line; a key that ends the board waits for no other."""
        if (
            not isinstance(event, events.Key | events.Paste)
            or event.is_forwarded
            or (isinstance(event, events.Key) and event.key == "ctrl+c")
        ):
            await super().on_event(event)
        elif len(self._typed) < _MOST_WAITING:
            self._typed.append(event)
            since = self._waited_since
            if since is None or self._clock.elapsed() - since >= _PATIENCE:
                await self._go_on()

    async def _go_on(self) -> None:
        """Do what the keys in line are for, up to one that has to be waited for."""
        self._waited_since = None
        while self._typed and self._waited_since is None:
            if self.return_code is not None or not self.screen_stack:
                self._typed.clear()  # The board ends: nothing is opened any more.
                return
            event, place = self._typed.popleft(), self._place()
            done = isinstance(event, events.Key) and await self._at_once(event)
            if not done:
                await super().on_event(event)
            if not done or place != self._place():
                self._waited_since = self._clock.elapsed()
                self._wait_for(self._passed_by_key(), self._place())

    async def _at_once(self, event: events.Key) -> bool:
        """Do what the key is bound to, if no field has the keys; whether it was done."""
        self.app_focus = True
        screen = self.screen
        if self.focused or not isinstance(screen, BoardScreen | Page) or not screen.is_mounted:
            return False
        found = screen.active_bindings.get(event.key)
        if found is None:
            self._hint(event)
        if found is None or not found.enabled or found.binding.priority:
            return False
        if self._is_behind():
            # It is meant for the rows as the key before it has left them.
            self.show()
        if isinstance(screen, BoardScreen):
            screen.touch()
        return await self.run_action(found.binding.action, found.node)

    def _hint(self, event: events.Key) -> None:
        """Say once that a key does nothing here, and where those that do are told."""
        if event.is_printable and not self._hinted:
            self._hinted = True
            known = key_of(self._setup.keys, "help")
            words = f"{event.character} does nothing here: {known} lists the keys"
            self.notify(words, markup=False)

    def _place(self) -> tuple[object, ...]:
        """Return what a key would go to."""
        return (*self.screen_stack, self.focused)

    def _passed_by_key(self) -> Iterator[MessagePump]:
        """Give all that a key passes, and once more: what it is bound to is done at its end."""
        passed = (self.focused or self.screen).ancestors_with_self
        return chain(passed, passed)

    def _wait_for(self, concerned: Iterator[MessagePump], place: tuple[object, ...]) -> None:
        """Go on once each has done what waits there, and with it nothing was opened or closed."""
        for item in concerned:
            if item.call_later(self._wait_for, concerned, place):
                return
        if self.screen_stack and self._place() != place:
            self._wait_for(self._passed_by_key(), self._place())
        else:
            self.call_later(self._go_on)
