"""Feeds that are asked only while somebody looks: how those of one kind are, PBX by PBX."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Generic, TypeVar

from wallboard.errors import Reason
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.events import Trouble
from wallboard.model.feeds.freshness import Freshness, feed_state
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import clock_text

Told = TypeVar("Told", bound=AgentsReading | CallsReading)

NEVER_HERE = frozenset((Reason.GONE, Reason.ACCESS))
"""Reasons that waiting does not help against: this account has no such list."""


@dataclass(frozen=True, slots=True)
class FeedReport(Generic[Told]):
    """One PBX's feed: its newest answer, how old that is, why there is no newer one.

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


def asked(
    state: State, kind: Kind, readings: Mapping[FeedId, Told], now: float
) -> tuple[FeedReport[Told], ...]:
    """Return the feeds of one kind as they are at ``now``, elapsed seconds."""
    found = []
    for feed, status in state.feeds.items():
        if feed.kind is not kind:
            continue
        reading = readings.get(feed)
        age = None if reading is None else now - reading.measured.elapsed
        aged = feed_state(age, state.interval_of(feed))
        found.append(
            FeedReport(feed, status.info.pbx_name, aged, reading, status.trouble, status.next_poll)
        )
    return tuple(found)


def age_words(feeds: Sequence[FeedReport[Told]], now: float) -> str:
    """Return ``data 4s old``, of the oldest, and ``LATE`` before it if it is."""
    heard = [one for one in feeds if one.reading is not None]
    if not heard:
        return ""
    late = "LATE · " if any(one.state is Freshness.LATE for one in heard) else ""
    return f"{late}data {formatting.age(max(one.age(now) or 0 for one in heard))} old"


def troubles(feeds: Sequence[FeedReport[Told]], what: str, now: float, zone: tzinfo) -> list[str]:
    """Return a line for each PBX of whose ``what`` (agents, calls) not all is well."""
    told = [(one, _trouble(one, what, now, zone)) for one in feeds]
    return [f"{one.name}: {words}" if len(feeds) > 1 else words for one, words in told if words]


def _trouble(one: FeedReport[Told], what: str, now: float, zone: tzinfo) -> str:
    trouble = one.trouble
    if trouble is not None and one.refused:
        return f"No {what} here: {trouble.words}"
    parts = []
    if one.reading is not None and one.state >= Freshness.STALE:
        parts.append(f"The {what} are {one.state}, {formatting.age(one.age(now) or 0)} old")
    if trouble is None:
        return parts[0] if parts else f"Asking for the {what}…" if one.waiting else ""
    parts.append(trouble.words)
    if one.retry is not None:
        parts.append(f"next try {clock_text(one.retry.wall, zone)}")
    parts += [trouble.remedy] if trouble.remedy else []
    return " · ".join(parts)


def nothing_yet(
    feeds: Sequence[FeedReport[Told]], known: bool, what: str, now: float, zone: tzinfo
) -> list[str]:
    """Return why there is nothing at all to show, in lines; none if any feed has answered.

    ``known``: whether the feeds of the board are known.
    """
    if any(one.reading is not None for one in feeds):
        return []
    if not feeds:
        return [f"The {what} are not polled." if known else f"Asking for the {what}…"]
    if all(one.trouble is not None and one.trouble.reason is Reason.GONE for one in feeds):
        return [f"This account has no list of {what}"]
    return troubles(feeds, what, now, zone)
