"""What a feed is to the rest of the program: protocols, so that tests need no HTTP."""

from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from wallboard.model.data.day import Day
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Answer, FeedEvent
from wallboard.model.judge.hours import PastSpan


class Source(Protocol):
    """One feed: a PBX and a kind."""

    @property
    def feed(self) -> FeedId:
        """Who this is."""
        ...

    @property
    def pbx_name(self) -> str:
        """What people call its PBX."""
        ...

    async def fetch(self) -> Answer:
        """Ask once. Raises an error of ``errors.FeedError`` and no other; ends by its deadline."""
        ...


class Account(Protocol):
    """Where sources come from: signed in, names looked up."""

    async def open(self) -> tuple[Source, ...]:
        """Sign in and look the names up; the sources that are to be polled, at least one.

        Raises ``errors.FeedError`` when it cannot be done now and ``errors.UnknownName`` when
        the configuration names something that no visible PBX has. May be called again while its
        sources are asked: those of feeds that were known stay good.
        """
        ...

    @property
    def lacking(self) -> bool:
        """Whether names should be looked up again soon: something that was named is in no
        answer, is unknown, or a list was not complete."""
        ...

    def ask_now(self) -> None:
        """A person asked for an answer at once: a refused sign-in may be tried now.

        At most once a minute has an effect, lest the account be locked.
        """
        ...

    async def aclose(self) -> None:
        """Give the connections back."""
        ...


class Feeds(Protocol):
    """All that the screen knows of polling."""

    async def run(self, post: Callable[[FeedEvent], None]) -> None:
        """Poll for ever, handing each event to ``post``; ends only by cancellation."""
        ...

    def poll_now(self) -> None:
        """Poll every feed now, whatever its next moment was."""
        ...

    def watch(self, kinds: frozenset[Kind]) -> None:
        """Poll feeds of these kinds too, of those that are polled only while they are looked at."""
        ...

    def want_past(self, spans: Collection[Day], known: Iterable[PastSpan] = ()) -> None:
        """Ask for what happened in these spans, beside the polls and gently; none: no more.

        ``known``: those that need not be asked for. What is heard is posted as ``PastHeard``.
        """
        ...
