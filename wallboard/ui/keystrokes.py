"""Keys that come faster than the screen: what is typed behind a key is meant for what it opens."""

from textual import events
from textual.widgets import Input

from wallboard.ui.core import Core
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.page import Page


class Keystrokes(Core):
    """Does what a key is bound to before the next key is looked at.

    A key goes to the screen, and only then comes back here for what it is bound to; by then the
    next ones are on their way there, and a text typed behind the key that opens its field would
    be commands.
    """

    async def on_event(self, event: events.Event) -> None:
        """Take the keys of the board and its pages at once, and those that come back too late."""
        if isinstance(event, events.Key):
            if self.return_code is not None or not self.screen_stack:
                return  # The board ends: nothing is opened any more.
            if event.is_forwarded and not self.screen.is_mounted:
                # What lies on top is still being made: it hears of the key once it is there.
                event.stop()
                event = events.Key(event.key, event.character)
            elif await self._taken(event):
                event.stop()
                return
        await super().on_event(event)

    async def _taken(self, event: events.Key) -> bool:
        return self._too_late(event) if event.is_forwarded else await self._at_once(event)

    async def _at_once(self, event: events.Key) -> bool:
        """Do what the key is bound to, if no field has the keys; whether it was done."""
        self.app_focus = True
        screen = self.screen
        if self.focused or not isinstance(screen, BoardScreen | Page) or not screen.is_mounted:
            return False
        found = screen.active_bindings.get(event.key)
        if found is None or not found.enabled or found.binding.priority:
            return False
        if isinstance(screen, BoardScreen):
            screen.touched()
        return await self.run_action(found.binding.action, found.node)

    def _too_late(self, event: events.Key) -> bool:
        """Type a letter that was on its way while the field was opened; whether it was one.

        A field keeps every letter that it has seen: what comes back here was not typed in it.
        """
        field = self.focused
        if not isinstance(field, Input) or not event.is_printable or event.character is None:
            return False
        field.insert_text_at_cursor(event.character)
        return True
