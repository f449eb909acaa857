"""What stands where the table leaves room: sites, newest alerts, last hour; or why it is empty."""

from collections.abc import Iterable
from dataclasses import replace

from wallboard.model.data.metric import Number
from wallboard.model.data.reading import Moment
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.alert_log import AlertRow, newest
from wallboard.model.judge.rules import Level
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.trends import SPAN, total_trend
from wallboard.model.state import State
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import plural
from wallboard.model.view.last_hour import Trend, trends_until
from wallboard.model.view.row import Row
from wallboard.records import dataclass

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
    """The sites, those in trouble first, the newest alerts, and the hour of the totals.

    ``over``: over which queues these are, in words; ``old``: whether they are not of now.
    """

    sites: tuple[SiteWaits, ...]
    alerts: tuple[AlertRow, ...]
    hour: tuple[Trend, ...] = ()
    over: str = ""
    old: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """Why there is nothing to show: a title, what happened, and what to do about it."""

    title: str
    words: str
    remedy: str


def overview(state: State, view: BoardView, now: Moment, most: int, slots: int) -> Overview:
    """Return the sites of the queues shown, and up to ``most`` alerts, newest first.

    ``slots``: into how many parts the hour of their totals is divided.
    """
    number = len(view.lines)
    every = "all " if number == view.health.queues and number > 1 else ""
    return Overview(
        sites_of(view.lines),
        newest(state, now, most),
        _hour(state, view, now, slots),
        f"{every}{plural(number, 'queue')}",
        all(line.old for line in view.lines),
    )


def _hour(state: State, view: BoardView, now: Moment, slots: int) -> tuple[Trend, ...]:
    """Return the last hour of the totals over the queues shown, as far as anything is known."""
    keys = {line.key for line in view.lines}
    trends, then = state.shown().trends, trends_until(state, now).elapsed
    made = []
    for metric in state.options.metrics(TREND_METRICS):
        found = total_trend(trends, keys, metric, then, state.interval, count=slots, span=SPAN)
        # A sum over agents is no number of people.
        seats = metric.seats and len(keys) > 1
        label = f"{metric.label} (seats)" if seats else metric.label
        rule = state.book.total.get(metric.name)
        if found:
            made.append(Trend(replace(metric, label=label), (), "", found, rule))
    return tuple(made)


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
    return tuple(sorted(sites.values(), key=lambda site: (-site.level, site.name)))


def card(state: State, view: BoardView) -> Card | None:
    """Return why no queue is known at all; ``None`` while one is, or nothing has failed yet."""
    health = view.health
    if health.queues or view.lines or not view.empty:
        return None
    if state.snapshot.readings and not health.trouble:
        return Card("Nothing to show", view.empty, NO_QUEUES_REMEDY)
    return Card("No data", health.trouble, health.remedy) if health.trouble else None
