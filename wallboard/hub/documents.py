"""What everybody may read as plain JSON: how the hub is, and each queue by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wallboard import __version__
from wallboard.errors import InvalidResponse, Reason
from wallboard.hub.json_payload import REMEDY, Document
from wallboard.hub.reading_payload import time_of
from wallboard.hub.topics import VERSION
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import QUEUE_KINDS, Kind
from wallboard.model.data.reading import FeedId, Moment, QueueMetrics
from wallboard.model.data.sanitize import number_of, text_of
from wallboard.model.events import FeedInfo, Trouble
from wallboard.model.feeds.feed import Feed
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.select.totals import row_value
from wallboard.model.state import State
from wallboard.model.view.format import iso
from wallboard.records import dataclass

ONLINE, GONE, ENDED = "online", "gone", "ended"
"""How a hub is: it publishes, the broker has lost it, it was stopped."""

_MOST_FEEDS = 4_000
_MOST_INTERVAL = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class HubStatus:
    """How a hub is. ``trouble``: of the account; ``failed``: the feeds that are not answered."""

    state: str
    hub: str = ""
    since: datetime | None = None
    interval: float = 10.0
    standby: bool = False
    feeds: tuple[FeedInfo, ...] = ()
    trouble: Trouble | None = None
    failed: Mapping[FeedId, Trouble]


def will_document(hub: str) -> Document:
    """Return what the broker says of a hub that is gone."""
    return {"version": VERSION, "state": GONE, "hub": hub}


def status_document(
    state: State, hub: str, since: datetime, *, standby: bool, people: bool
) -> Document:
    """Return how a hub is that publishes. ``since``: when it began to."""
    feeds = [_feed(feed) for feed in state.feeds.values() if people or feed.kind in QUEUE_KINDS]
    return {
        "version": VERSION,
        "state": ONLINE,
        "hub": hub,
        "program": __version__,
        "since": iso(since),
        "standby": standby,
        "interval": state.interval,
        "trouble": _trouble(state.trouble.trouble if state.trouble else None),
        "feeds": feeds,
    }


def ended_document(hub: str, now: datetime) -> Document:
    """Return that a hub was stopped."""
    return {"version": VERSION, "state": ENDED, "hub": hub, "since": iso(now)}


def _feed(feed: Feed) -> Document:
    state = "failed" if feed.trouble else "live" if feed.reading else "waiting"
    return {
        "pbx": {"id": feed.pbx, "name": feed.name},
        "kind": feed.kind.value,
        "interval": feed.interval,
        "state": state,
        "trouble": _trouble(feed.trouble),
    }


def _trouble(trouble: Trouble | None) -> Document | None:
    if trouble is None:
        return None
    return {"reason": trouble.reason.value, "words": trouble.words, "remedy": trouble.remedy}


def status_of(document: Document) -> HubStatus:
    """Return the status that a hub has published. Raises ``InvalidResponse``."""
    try:
        sent = document.get("feeds", [])[:_MOST_FEEDS]
        feeds = [_info_of(feed) for feed in sent]
        failed = {
            info.feed: trouble
            for info, feed in zip(feeds, sent, strict=True)
            if (trouble := _trouble_of(feed.get("trouble")))
        }
        return HubStatus(
            state=text_of(document["state"]),
            hub=text_of(document["hub"]),
            since=time_of(document.get("since")),
            interval=_interval(document.get("interval", 10)),
            standby=document.get("standby") is True,
            feeds=tuple(feeds),
            trouble=_trouble_of(document.get("trouble")),
            failed=failed,
        )
    except (TypeError, ValueError, LookupError, AttributeError):
        raise InvalidResponse("The hub's status makes no sense", REMEDY) from None


def _info_of(sent: Document) -> FeedInfo:
    pbx = sent["pbx"]
    feed = FeedId(text_of(pbx["id"]), Kind(sent["kind"]))
    return FeedInfo(feed, text_of(pbx["name"]), _interval(sent["interval"]))


def _interval(sent: object) -> float:
    number = number_of(sent)
    if number is None or not 1 <= number <= _MOST_INTERVAL:
        raise ValueError("no interval")
    return float(number)


def _trouble_of(sent: Mapping[str, Any] | None) -> Trouble | None:
    if sent is None:
        return None
    known = {reason.value: reason for reason in Reason}
    reason = known.get(text_of(sent["reason"]), Reason.NONSENSE)
    return Trouble(reason, text_of(sent["words"]), text_of(sent["remedy"]))


def queue_document(
    queue: QueueMetrics, levels: QueueLevels, asked: frozenset[str], at: Moment, now: Moment
) -> Document:
    """Return one queue for any tool: names and units of the API, its level and since when.

    ``asked``: the live metrics that were asked for. ``at``: when it was measured so.
    """
    since, before = levels.held
    wall = None if since is None else iso(now.wall - timedelta(seconds=now.elapsed - since))
    names = [name for name in METRICS if name in asked]
    day = {name: row_value(queue, METRICS[name]) for name in METRICS if name in queue.day}
    return {
        "version": VERSION,
        "pbx": {"id": queue.key.pbx, "name": queue.pbx},
        "site": queue.site,
        "name": queue.name,
        "extension": queue.extension,
        "level": levels.level.word,
        "since": wall,
        "since_before": before,
        "levels": {name: level.word for name, level in levels.by_metric.items()},
        "metrics": {name: row_value(queue, METRICS[name]) for name in names},
        "today": day,
        "suspect": sorted(queue.doubtful),
        "changed": iso(at.wall),
    }
