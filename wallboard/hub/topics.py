"""Where things are published: one prefix, the version of what is published, then what it is.

A name may hold what has a meaning in a topic (``/ + #``): each level is written as addresses
write such letters, ``%2F``.
"""

from urllib.parse import quote, unquote

from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.data.sanitize import clean
from wallboard.records import dataclass

VERSION = 1
"""Of the topics and of what is in them; another one is not understood."""

_NOTHING = "%"
"""Stands for an empty level: no other text is written so."""


def level_of(text: str) -> str:
    """Return a text as one level of a topic."""
    return quote(text, safe="") or _NOTHING


def text_of_level(level: str) -> str:
    """Return the text that a level stands for, cleaned."""
    return "" if level == _NOTHING else clean(unquote(level))


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics under one prefix, of this version."""

    prefix: str = "wallboard"

    @property
    def base(self) -> str:
        """What all of them begin with, without a slash at its end."""
        return f"{self.prefix}/v{VERSION}"

    @property
    def status(self) -> str:
        """How the hub is."""
        return f"{self.base}/status"

    @property
    def any_status(self) -> str:
        """The filter of the status of any version: whoever is newer is found by it."""
        return f"{self.prefix}/+/status"

    @property
    def alert(self) -> str:
        """What fires now."""
        return f"{self.base}/alert"

    @property
    def rules(self) -> str:
        """Which values are trouble, by the hub's configuration."""
        return f"{self.base}/rules"

    def reading(self, feed: FeedId) -> str:
        """The newest answer of a feed."""
        return f"{self.base}/reading/{level_of(feed.pbx)}/{feed.kind.value}"

    def history(self, pbx: str) -> str:
        """The trends of a PBX."""
        return f"{self.base}/history/{level_of(pbx)}"

    def queue_under(self, pbx: str) -> str:
        """What the topics of all queues of a PBX begin with."""
        return f"{self.base}/queue/{level_of(pbx)}/"

    def queue(self, key: QueueKey) -> str:
        """One queue: by its extension, and by what else tells it apart where that does not."""
        more = key[2:]
        who = [key.extension, *map(str, more)] if any(more) else [key.extension]
        return f"{self.queue_under(key.pbx)}{':'.join(map(level_of, who))}"

    @property
    def for_boards(self) -> tuple[str, ...]:
        """The filters of what a board takes."""
        return (self.any_status, self.rules, f"{self.base}/history/+", f"{self.base}/reading/+/+")

    @property
    def kept_by_hub(self) -> tuple[str, ...]:
        """The filters of what a hub may have left behind."""
        return tuple(f"{self.base}/{what}" for what in ("reading/+/+", "queue/+/+", "history/+"))

    def feed_of(self, topic: str) -> FeedId | None:
        """Return the feed whose reading a topic has; ``None``: it has no reading."""
        start = f"{self.base}/reading/"
        pbx, _, kind = topic.removeprefix(start).partition("/")
        if not topic.startswith(start) or kind not in {known.value for known in Kind}:
            return None
        return FeedId(text_of_level(pbx), Kind(kind))

    def pbx_of(self, topic: str) -> str | None:
        """Return the PBX whose trends a topic has; ``None``: it has none."""
        start = f"{self.base}/history/"
        return text_of_level(topic.removeprefix(start)) if topic.startswith(start) else None

    def version_of(self, topic: str) -> str:
        """Return the version level of a status topic, ``v1``."""
        return clean(topic.removeprefix(f"{self.prefix}/").partition("/")[0])
