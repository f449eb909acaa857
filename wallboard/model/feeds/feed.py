"""One feed: which PBX and kind, its newest reading, its trouble, its next poll."""

from collections.abc import Mapping

from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment, Reading, Snapshot
from wallboard.model.events import Answer, FeedInfo, Trouble
from wallboard.model.feeds.freshness import Freshness, feed_state, next_change
from wallboard.model.feeds.merge import merge
from wallboard.model.feeds.movement import Movement
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is known of one feed.

    ``interval``: seconds between two polls. ``reading``: the newest answer. ``trouble``: of the
    newest poll, ``None`` after a success. ``movement``: of a live feed, whether its answers move.
    """

    info: FeedInfo
    interval: float
    reading: Answer | None = None
    trouble: Trouble | None = None
    next_poll: Moment | None = None
    movement: Movement | None = None

    @property
    def pbx(self) -> str:
        """The id of its PBX."""
        return self.info.feed.pbx

    @property
    def kind(self) -> Kind:
        """What it brings."""
        return self.info.feed.kind

    @property
    def name(self) -> str:
        """The name of its PBX."""
        return self.info.pbx_name

    @property
    def queues(self) -> Reading | None:
        """Its newest reading, if that is one of queues."""
        return self.reading if isinstance(self.reading, Reading) else None

    @property
    def stands_since(self) -> Moment | None:
        """Since when its answers do not move; ``None`` while they do."""
        movement = self.movement
        return movement.since if movement is not None and movement.stands else None

    @property
    def data_since(self) -> float | None:
        """From when its data is, in elapsed seconds: what does not move is from its last move."""
        if self.reading is None:
            return None
        return (self.stands_since or self.reading.measured).elapsed

    def age(self, now: float) -> float | None:
        """Return how old the newest reading is at ``now``, in seconds, if there is one."""
        return None if self.reading is None else now - self.reading.measured.elapsed

    def freshness(self, now: Moment) -> Freshness:
        """Return how fresh the data is at ``now``; of a day that is over there is none of today."""
        reading = self.queues
        if reading is not None and reading.day is not None and not reading.day.holds(now.wall):
            return Freshness.NO_DATA
        return feed_state(self.age(now.elapsed), self.interval)

    def changes_at(self, now: Moment) -> float | None:
        """Return when its freshness is another by age alone, in elapsed seconds, if ever."""
        moments = []
        age = self.age(now.elapsed)
        bound = next_change(age, self.interval)
        if age is not None and bound is not None:
            moments.append(now.elapsed - age + bound)
        reading = self.queues
        if reading is not None and reading.day is not None and reading.day.holds(now.wall):
            moments.append(now.elapsed + (reading.day.end - now.wall).total_seconds())
        return min(moments, default=None)


def merge_feeds(feeds: Mapping[FeedId, Feed], before: Snapshot) -> Snapshot:
    """Return the queues of all feeds side by side; ``before``: as they were until now."""
    return merge([reading for feed in feeds.values() if (reading := feed.queues)], before)
