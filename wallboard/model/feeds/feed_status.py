"""Feeds that are polled only while somebody looks: how those of one kind are, PBX by PBX."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Generic, TypeVar

from wallboard.errors import Reason
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.events import Trouble
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import clock_text
from wallboard.records import dataclass

Told = TypeVar("Told", bound=AgentsReading | CallsReading)

NEVER_HERE = frozenset((Reason.GONE, Reason.ACCESS))
"""Reasons that waiting does not help against: this account has no such list."""


@dataclass(frozen=True, slots=True)
class FeedReport(Generic[Told]):
    """One PBX's feed as it is at a moment: how fresh, and why there is nothing newer.

    ``name``: the PBX's. ``retry``: when it is asked again.
    """

    feed: FeedId
    name: str
    state: Freshness
    reading: Told | None = None
    trouble: Trouble | None = None
    retry: Moment | None = None

    @property
    def refused(self) -> bool:
        """Whether there is no such list at all."""
        return self.trouble is not None and self.trouble.reason in NEVER_HERE

    @property
    def waiting(self) -> bool:
        """Whether it was not heard of yet, and nothing stands in the way."""
        return self.reading is None and self.trouble is None

    def age(self, now: float) -> float | None:
        """Return how old the newest answer is, in seconds, if there is one."""
        return None if self.reading is None else now - self.reading.measured.elapsed


def feed_reports(state: State, brings: type[Told], now: Moment) -> tuple[FeedReport[Told], ...]:
    """Return the feeds that bring readings of one type as they are at ``now``."""
    return tuple(
        FeedReport(
            feed.info.feed,
            feed.name,
            feed.freshness(now),
            feed.reading if isinstance(feed.reading, brings) else None,
            feed.trouble,
            feed.next_poll,
        )
        for feed in state.feeds.values()
        if feed.kind is brings.KIND
    )


def age_words(feeds: Sequence[FeedReport[Told]], now: float) -> str:
    """Return ``data 4s old``, of the oldest, and ``LATE`` before it if it is."""
    heard = [feed for feed in feeds if feed.reading is not None]
    if not heard:
        return ""
    late = "LATE · " if any(feed.state is Freshness.LATE for feed in heard) else ""
    return f"{late}data {formatting.age(max(feed.age(now) or 0 for feed in heard))} old"


def troubles(feeds: Sequence[FeedReport[Told]], what: str, now: float, zone: tzinfo) -> list[str]:
    """Return a line for each PBX of whose ``what`` (agents, calls) not all is well."""
    told = [(feed.name, _trouble(feed, what, now, zone)) for feed in feeds]
    return [f"{name}: {words}" if len(feeds) > 1 else words for name, words in told if words]


def _trouble(feed: FeedReport[Told], what: str, now: float, zone: tzinfo) -> str:
    trouble = feed.trouble
    if trouble is not None and feed.refused:
        return f"No {what} here: {trouble.words}"
    parts = []
    if feed.reading is not None and feed.state >= Freshness.STALE:
        parts.append(f"The {what} are {feed.state}, {formatting.age(feed.age(now) or 0)} old")
    if trouble is None:
        return parts[0] if parts else f"Asking for the {what}…" if feed.waiting else ""
    parts.append(trouble.words)
    if feed.retry is not None:
        parts.append(f"next try {clock_text(feed.retry.wall, zone)}")
    parts += [trouble.remedy] if trouble.remedy else []
    return " · ".join(parts)


def why_nothing(
    feeds: Sequence[FeedReport[Told]], known: bool, what: str, now: float, zone: tzinfo
) -> list[str]:
    """Return why there is nothing at all to show, in lines; none if any feed has answered.

    ``known``: whether the feeds of the board are known.
    """
    if any(feed.reading is not None for feed in feeds):
        return []
    if not feeds:
        return [f"The {what} are not polled." if known else f"Asking for the {what}…"]
    if all(feed.trouble is not None and feed.trouble.reason is Reason.GONE for feed in feeds):
        return [f"This account has no list of {what}"]
    return troubles(feeds, what, now, zone)
