"""A board without a screen: it knows what a board knows, keeps it, and tells it to those that
come late."""

from collections.abc import Callable

from wallboard.feed.source import Feeds
from wallboard.model.events import FeedEvent, Remembered
from wallboard.model.state import Event, State, step


class BackgroundBoard:
    """``kept`` is handed each event and the state after it, to be kept.

    ``shared``: gives the state before an event what others have said of it: who is to be quiet.
    """

    def __init__(
        self,
        feeds: Feeds,
        state: State,
        kept: Callable[[Event, State], None] = lambda *_: None,
        shared: Callable[[State], State] = lambda state: state,
    ) -> None:
        self._feeds = feeds
        self._kept = kept
        self._shared = shared
        self.state = state

    async def run(self, before: Remembered | None = None) -> None:
        """Begin with what was known before, and hear for ever; ends only by cancellation."""
        if before is not None:
            self.state = step(self.state, before)
        await self._feeds.run(self._hear)

    def _hear(self, event: FeedEvent) -> None:
        self.state = step(self._shared(self.state), event)
        self._kept(event, self.state)

    def remembered(self) -> Remembered:
        """Return what a board that begins now would know, had it been there all the time."""
        known = self.state
        return Remembered(known.history, known.levels, known.episodes, known.in_target)
