"""What a visitor's board can call: it reads what is known and kept, and changes nothing."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from wallboard.feed.background import ConfigurationNews
    from wallboard.feed.listeners import History
    from wallboard.host.shared_rows import Row, SharedRows
    from wallboard.model.data.day import Day
    from wallboard.model.data.reading import FeedId, QueueKey
    from wallboard.model.events import Remembered
    from wallboard.model.judge.hours import PastSpan
    from wallboard.model.judge.usual import Usual, UsualDay
    from wallboard.model.state import Event, State
    from wallboard.ui.setup import BoardSetup, Services


def visitors_services(
    services: "Services",
    silences: "SharedRows | None",
    remembered: "Callable[[], Remembered]",
    reload: "VisitorReload",
) -> "Services":
    """Return what one visitor's board can call, of what a board at the server could.

    ``silences``: read by nobody else. ``remembered``: what is known when he comes.
    """
    from wallboard.ui.setup import Services

    return Services(
        message=services.message,
        history=VisitorHistory(services.history, remembered),
        past=services.past,
        silences=VisitorSilences(silences) if silences is not None else None,
        reload=reload,
    )


class VisitorReload:
    """Implements ``ui.setup.Reload``: what the server has read again. ``tell``: tells the board."""

    def __init__(self) -> None:
        self.tell: Callable[[ConfigurationNews[BoardSetup]], None] = lambda _: None

    def start(self, tell: "Callable[[ConfigurationNews[BoardSetup]], None]") -> None:
        """Begin to hear of it."""
        self.tell = tell

    def read_now(self) -> None:
        """Read nothing: the files are the server's."""

    def close(self) -> None:
        """Nothing is open on a visitor's behalf."""


class VisitorSilences:
    """Implements ``ui.setup.SilenceStore``: which queues the boards of the server silence."""

    warning = ""
    """What is wrong with the file is for who runs the server."""

    def __init__(self, store: "SharedRows") -> None:
        self._store = store

    def news(self) -> "Sequence[Row] | None":
        """Return the silences, if they are others than before."""
        return self._store.news()

    def change(self, added: "Collection[Row]", ended: "Collection[Row]") -> str:
        """Change nothing."""
        del added, ended
        return ""


class VisitorHistory:
    """Implements ``feed.listeners.History``: what the server knows and keeps, to be read only."""

    def __init__(self, keeper: "History | None", remembered: "Callable[[], Remembered]") -> None:
        self._keeper = keeper
        self._remembered = remembered

    @property
    def trouble(self) -> str:
        """Why nothing is kept now, in words; ``""`` while all is well."""
        return self._keeper.trouble if self._keeper else ""

    def notes(self) -> tuple[str, ...]:
        """There is nothing to be said to a visitor."""
        return ()

    def remember(self, event: "Event", state: "State") -> None:
        """Keep nothing: it is kept once, behind all boards."""

    async def recall(self) -> "Remembered":
        """Return what a board would know that had been there since the server began."""
        return self._remembered()

    async def usual(
        self, now: "datetime", zone: "tzinfo", feeds: "Collection[FeedId]"
    ) -> "Usual | None":
        """Return what is usual now of the queues of these feeds."""
        return await self._keeper.usual(now, zone, feeds) if self._keeper else None

    async def usual_day(
        self, key: "QueueKey", day: "Day", now: "datetime", zone: "tzinfo"
    ) -> "UsualDay | None":
        """Return what is usual of a queue through the day."""
        return await self._keeper.usual_day(key, day, now, zone) if self._keeper else None

    async def hours(
        self, days: "tuple[Day, ...]", now: "datetime"
    ) -> "tuple[PastSpan, ...] | None":
        """Return what is known of the hours of some days."""
        return await self._keeper.hours(days, now) if self._keeper else None

    def close(self) -> None:
        """Nothing is open on a visitor's behalf."""
