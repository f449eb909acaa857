"""How the feeds are, in words for the status line: state, age, reason, and what is hidden."""

from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, field, replace
from datetime import tzinfo

from wallboard.errors import Reason
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.metric import TICKING, Kind, Metric
from wallboard.model.data.reading import Moment
from wallboard.model.events import Trouble
from wallboard.model.feeds.feed import Feed
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.group_levels import current_episodes
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.select.selection import Selection
from wallboard.model.select.totals import totals
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import clock_text, count, plural
from wallboard.model.view.not_calm import CALM, NotCalm, not_calm
from wallboard.model.view.row import Row
from wallboard.records import dataclass

_MOST_SITES = 3
"""How many chosen sites are named before the others are counted."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many queues are left out of what is seen, and how many of them are in trouble.

    ``silenced``: how many of those in trouble somebody wants quiet.
    """

    queues: int = 0
    warning: int = 0
    critical: int = 0
    silenced: int = 0

    def with_more(self, other: "Hidden") -> "Hidden":
        """Return what two ways of leaving out leave out together."""
        return Hidden(
            self.queues + other.queues,
            self.warning + other.warning,
            self.critical + other.critical,
            self.silenced + other.silenced,
        )

    @property
    def words(self) -> str:
        """``hidden: 2 !! 1 ! (1 silenced)``, or nothing while no trouble is hidden."""
        parts = []
        if self.critical:
            parts.append(f"{self.critical} {Level.CRITICAL.mark}")
        if self.warning:
            parts.append(f"{self.warning} {Level.WARNING.mark}")
        if parts and self.silenced:
            parts.append(f"({self.silenced} silenced)")
        return f"hidden: {' '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True)
class StatusLine:
    """The status line as data. Moments are elapsed seconds, so that ages move by themselves.

    ``state``: of the worst feed, ``where`` its PBX if not all are so. ``trouble`` and
    ``remedy``: why, and what to do. ``retry``: wall time of the next try, as text.
    ``not_polled``: labels of what is shown and was not asked for, so that its dash is explained.
    ``today``: what is wrong with the numbers of the day, in words, if anything is. ``unsure``:
    whether times are shown whose unit is not known to be right. ``queues``: how many there are,
    with the ``missing`` ones. ``groups``: those of queues that break a
    rule of their own. ``not_calm``: what is told though no row of an answer says it.
    ``services``: what else of the board does not work now, in words. ``replay``: which moment that
    is over is shown instead of now. ``mistake``: what is wrong with the configuration, if it was
    read again.
    """

    state: Freshness
    where: str = ""
    measured: float | None = None
    next_poll: float | None = None
    trouble: str = ""
    remedy: str = ""
    _: KW_ONLY
    retry: str = ""
    paused_at: float | None = None
    newly_critical: int = 0
    selection: str = ""
    hidden: Hidden = field(default_factory=Hidden)
    shown: int = 0
    queues: int = 0
    warning: int = 0
    critical: int = 0
    waiting: bool = False
    not_polled: tuple[str, ...] = ()
    today: str = ""
    unsure: bool = False
    missing: int = 0
    groups: str = ""
    groups_level: Level = Level.NORMAL
    not_calm: NotCalm = CALM
    services: str = ""
    replay: str = ""
    mistake: str = ""

    def age(self, now: float) -> str:
        """Return the data's age as text; nothing when there is no data."""
        return "" if self.measured is None else formatting.age(now - self.measured)


def health(state: State, now: Moment, hidden: Hidden, shown: int) -> StatusLine:
    """Return how the feeds are at ``now``; the worst of them speaks."""
    levels, groups = _levels(state, now), current_episodes(state, now)
    missing = sum(not absence.elsewhere for absence in state.missing.values())
    base = StatusLine(
        Freshness.NO_DATA,
        paused_at=state.paused.at.elapsed if state.paused else None,
        newly_critical=_newly_critical(state),
        selection=selection_words(state.selection),
        hidden=hidden,
        shown=shown,
        queues=len(state.snapshot.queues) + missing,
        warning=levels.count(Level.WARNING),
        critical=levels.count(Level.CRITICAL),
        not_polled=_not_polled(state),
        today=today_words(state, now),
        unsure=_is_unsure(state),
        missing=missing,
        groups=_group_words(groups),
        groups_level=groups[0].level if groups else Level.NORMAL,
        not_calm=not_calm(state, now),
    )
    zone = state.options.timezone
    live = state.live_feeds()
    if not live:
        failed = state.trouble
        if failed is None:
            return replace(base, waiting=True)
        return _because(base, failed.trouble, failed.retry_at, zone)
    worst = max(live, key=lambda feed: _badness(feed, now))
    base = replace(
        base,
        state=worst.freshness(now),
        where=_names(live, worst, now),
        measured=worst.data_since,
        next_poll=worst.next_poll.elapsed if worst.next_poll else None,
        waiting=worst.reading is None and worst.trouble is None,
    )
    return _because(base, worst.trouble, worst.next_poll, zone) if worst.trouble else base


def _levels(state: State, now: Moment) -> list[Level]:
    """Return the levels of all queues whose live numbers are fresh."""
    fresh = {feed.pbx for feed in state.live_feeds() if feed.freshness(now) < Freshness.STALE}
    return [
        state.levels.get(queue.key, UNJUDGED).level
        for queue in state.snapshot.queues
        if queue.key.pbx in fresh
    ]


def _group_words(groups: Iterable[Episode]) -> str:
    """Return ``groups: Sales !!, Care !``."""
    told = ", ".join(f"{group.name} {group.level.mark}" for group in groups)
    return f"groups: {told}" if told else ""


def _not_polled(state: State) -> tuple[str, ...]:
    """Return the labels of the metrics on the board that some answer was not asked for."""
    options = state.options
    shown = options.metrics(dict.fromkeys((*options.tile_metrics, *options.columns)))
    return tuple(metric.label for metric in shown if not is_polled(state, metric))


def _is_unsure(state: State) -> bool:
    """Whether there are times on the board that may be in another unit."""
    if all(reading.confirmed for reading in state.snapshot.readings.values()):
        return False
    shown = {*state.options.tile_metrics, *state.options.columns}
    return any(not shown.isdisjoint(queue.unconfirmed) for queue in state.snapshot.queues)


def is_polled(state: State, metric: Metric) -> bool:
    """Whether every answer so far that could have a metric was asked for it.

    The day's numbers are not polled at all where no feed of them is.
    """
    if metric.name == TIME_IN_TARGET:
        metric = METRICS[TICKING]
    readings = state.snapshot.readings.items()
    asked = [item.metrics for feed, item in readings if feed.kind is metric.kind]
    if metric.kind is Kind.TODAY and not asked:
        return not state.feeds or any(feed.kind is Kind.TODAY for feed in state.feeds)
    return all(metric.name in names for names in asked)


def today_words(state: State, now: Moment) -> str:
    """Return ``today STALE, 3m 10s old: The API …`` where the day's numbers are not fresh."""
    every = [feed for feed in state.feeds.values() if feed.kind is Kind.TODAY]
    feeds = [feed for feed in every if feed.reading or feed.trouble]
    if not feeds:
        return ""
    worst = max(feeds, key=lambda feed: (feed.freshness(now), feed.trouble is not None))
    how, age = worst.freshness(now), worst.age(now.elapsed)
    if how is Freshness.LIVE:
        return ""
    gone = [feed for feed in feeds if feed.trouble and feed.trouble.reason is Reason.GONE]
    if len(gone) == len(every) and not any(feed.reading for feed in gone):
        return "no numbers of today on this account ([today] enabled = false)"
    words = f"today {how}"
    if names := _names(every, worst, now):
        words += f" ({names})"
    if age is not None and how < Freshness.NO_DATA:
        words += f", {formatting.age(age)} old"
    return f"{words}: {worst.trouble.words}" if worst.trouble else words


def _because(base: StatusLine, trouble: Trouble, retry: Moment | None, zone: tzinfo) -> StatusLine:
    return replace(
        base,
        next_poll=retry.elapsed if retry else None,
        trouble=trouble.words,
        remedy=trouble.remedy,
        retry=clock_text(retry.wall, zone) if retry else "",
    )


def _names(feeds: Sequence[Feed], worst: Feed, now: Moment) -> str:
    """Return whose the worst feed is, ``pbx-1 +2`` if others are as bad; nothing if all are."""

    def how(feed: Feed) -> tuple[Freshness, str]:
        return feed.freshness(now), feed.trouble.words if feed.trouble else ""

    alike = sum(how(feed) == how(worst) for feed in feeds)
    more = f" +{alike - 1}" if alike > 1 else ""
    return "" if alike == len(feeds) else worst.name + more


def _badness(feed: Feed, now: Moment) -> tuple[int, bool, float]:
    """Rank a feed: its state, then whether it failed, then the age of its data."""
    since = feed.data_since
    age = now.elapsed if since is None else now.elapsed - since
    return feed.freshness(now), feed.trouble is not None, age


def _newly_critical(state: State) -> int:
    """Count the queues that went critical behind a paused board, and are in the last answers."""
    if state.paused is None:
        return 0
    before = state.paused.state.levels
    return sum(
        state.levels.get(queue.key, UNJUDGED).level is Level.CRITICAL
        and before.get(queue.key, UNJUDGED).level is not Level.CRITICAL
        for queue in state.snapshot.queues
    )


def selection_words(selection: Selection) -> str:
    """Return the filter in force in words; nothing when all queues are shown."""
    parts = [selection.text.strip()] if selection.terms else []
    if selection.sites:
        names = sorted(selection.sites)
        more = f" +{len(names) - _MOST_SITES}" if len(names) > _MOST_SITES else ""
        word = "site" if len(names) == 1 else "sites"
        parts.append(f"{word}: {', '.join(names[:_MOST_SITES])}{more}")
    if selection.pbxes:
        parts.append(formatting.plural(len(selection.pbxes), "PBX", "PBXes"))
    if selection.queues:
        parts.append(formatting.plural(len(selection.queues), "chosen queue"))
    if selection.only_trouble:
        parts.append("only trouble")
    return " · ".join(parts)


def closed_words(lines: Iterable[Row]) -> str:
    """Return ``3 queues closed``, with the calls that wait there nevertheless; else nothing."""
    folded = tuple(lines)
    if not folded:
        return ""
    words = f"{plural(len(folded), 'queue')} closed"
    seen = [line.queue for line in folded if not line.old]
    waiting = totals(seen, ("waitingCalls",))["waitingCalls"].value
    return f"{words} · {count(waiting)} waiting" if waiting else words
