"""What stands where the table leaves room: its sites, the newest alerts; or why it is empty."""

from collections.abc import Iterable
from dataclasses import dataclass

from wallboard.model.data.metric import Number
from wallboard.model.data.reading import Moment
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.alert_log import AlertRow, newest
from wallboard.model.judge.rules import Level
from wallboard.model.state import State
from wallboard.model.view.board import BoardView
from wallboard.model.view.row import Row

_WAITING = "waitingCalls"

NO_QUEUES_REMEDY = (
    "Check [api] pbx, sites and queues; wallboard check says what the account can see."
)


@dataclass(slots=True)
class SiteWaits:
    """What waits at one site. ``level``: the worst of its queues that are just measured.

    ``waiting``: ``None`` where it is not known of any queue; ``partial``: of some it is not.
    """

    name: str
    waiting: Number | None = None
    level: Level = Level.NORMAL
    partial: bool = False
    old: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The sites, those in trouble first, and the newest alerts."""

    sites: tuple[SiteWaits, ...]
    alerts: tuple[AlertRow, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Why there is nothing to show: a title, what happened, and what to do about it."""

    title: str
    words: str
    remedy: str


def overview(state: State, view: BoardView, now: Moment, most: int) -> Overview:
    """Return the sites of the queues shown, and up to ``most`` alerts, newest first."""
    return Overview(sites_of(view.lines), newest(state, now, most))


def sites_of(lines: Iterable[Row]) -> tuple[SiteWaits, ...]:
    """Return what waits at each site: in trouble first, then by name."""
    sites: dict[str, SiteWaits] = {}
    for line in lines:
        name = line.queue.site_title
        site = sites.get(name)
        if site is None:
            site = sites[name] = SiteWaits(name)
        number = line.queue.values.get(_WAITING)
        lost = line.state is Freshness.NO_DATA or _WAITING in line.queue.suspect
        if number is None or lost:
            site.partial = True
        else:
            site.waiting = number + (site.waiting or 0)
        if line.old:
            site.old = True
        elif line.levels.level > site.level:
            site.level = line.levels.level
    return tuple(sorted(sites.values(), key=lambda item: (-item.level, item.name)))


def card(state: State, view: BoardView) -> Card | None:
    """Return why no queue is known at all; ``None`` while one is, or nothing has failed yet."""
    health = view.health
    if health.queues or view.lines or not view.empty:
        return None
    if state.snapshot.readings and not health.trouble:
        return Card("Nothing to show", view.empty, NO_QUEUES_REMEDY)
    return Card("No data", health.trouble, health.remedy) if health.trouble else None
