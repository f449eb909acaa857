"""The alerts: the log of levels as it is read, what fires now, and what still wants attention.

Only a fresh answer fires or ends anything. While a feed is silent its alerts stand still, and
one banner says so for all of its queues.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wallboard.model.data.catalogue import NO_LABELS, Labels, labelled
from wallboard.model.data.metric import Metric, Number, Worse
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.episodes import Episode, lasting
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import when_text
from wallboard.model.view.not_calm import standing_words

BLINKS_FOR = 5.0
"""Seconds for which a queue that has entered critical blinks."""

_HALF_PERIOD = 1.0
"""Seconds of light and of dark: 0.5 Hz, which no guideline holds to be harmful."""

Every = Callable[[str, str, str], float]
"""Seconds between reminders of a rule: metric, queue, site → seconds; 0: none."""


def never(_metric: str, _queue: str, _site: str) -> float:
    """Remind of nothing."""
    return 0.0


# What fires.


class Cause(StrEnum):
    """Why an alert fires: the level was entered, or it still lasts."""

    ENTERED = "entered"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Alert:
    """What somebody should hear of now. ``value``: the metric's newest, in its unit."""

    cause: Cause
    episode: Episode
    value: Number | None
    at: Moment


def due(previous: State, state: State, now: Moment, every: Every = never) -> tuple[Alert, ...]:
    """Return what the step from ``previous`` to ``state`` makes fire, the worst first.

    A level that was entered, if it is worse than the one before and was seen to begin: what held
    in the first answer may have been told before a restart. And a reminder when ``every`` so
    many seconds of an episode that nobody has acknowledged have passed, told at the first fresh
    answer after that. Quiet hours are the caller's.
    """
    if state.episodes is previous.episodes and state.snapshot is previous.snapshot:
        return ()
    before = lasting(previous.episodes)
    fires = {
        episode.key: (cause, episode)
        for episode in lasting(state.episodes).values()
        if (cause := _cause(previous, state, before, episode, every))
    }
    if not fires:
        return ()
    alerts = [
        Alert(*fires[queue.key], queue.values.get(fires[queue.key][1].metric), now)
        for queue in state.snapshot.queues
        if queue.key in fires
    ]
    return tuple(sorted(alerts, key=lambda one: -one.episode.level))


def _cause(
    previous: State,
    state: State,
    before: Mapping[QueueKey, Episode],
    episode: Episode,
    every: Every,
) -> Cause | None:
    known = before.get(episode.key)
    if known is None or known.since != episode.since:
        return Cause.ENTERED if episode.rises and not episode.since_before else None
    seconds = every(episode.metric, episode.name, episode.site)
    if seconds <= 0 or episode.acknowledged or not _is_measured(state, episode):
        return None
    then, at = previous.snapshot.measured(episode.key), state.snapshot.measured(episode.key)
    if then is None or at is None:
        return None
    begun = episode.since.elapsed
    passed = (at.elapsed - begun) // seconds > (then.elapsed - begun) // seconds
    return Cause.REMINDER if passed else None


def _is_measured(state: State, episode: Episode) -> bool:
    """Whether the newest answer says that the episode lasts: nothing stands still."""
    levels = state.levels.get(episode.key, UNJUDGED)
    return levels.level is episode.level


def document(alert: Alert) -> dict[str, object]:
    """Return an alert for a program: JSON types, times in UTC, values in the API's units."""
    one = alert.episode
    return {
        "alert": alert.cause.value,
        "level": one.level.word,
        "queue": one.name,
        "extension": one.key.extension,
        "site": one.site,
        "pbx": one.key.pbx,
        "metric": one.metric,
        "value": alert.value,
        "entered": one.value,
        "worst": one.worst,
        "bound": _bound(one.rule, one.level),
        "words": rule_words(one.rule, one.level),
        "since": one.since.wall.isoformat(timespec="seconds"),
        "since_before": one.since_before,
        "at": alert.at.wall.isoformat(timespec="seconds"),
    }


# What wants attention.


def blinking(episode: Episode, now: float) -> bool:
    """Whether a queue blinks at ``now`` (elapsed seconds): it has just entered critical."""
    return _wants(episode) and 0 <= now - episode.since.elapsed < BLINKS_FOR


def lit(episode: Episode, now: float) -> bool:
    """Whether a queue is drawn in reverse at ``now``: each other second, then until it is seen."""
    if not _wants(episode):
        return False
    age = now - episode.since.elapsed
    return not blinking(episode, now) or int(age / _HALF_PERIOD) % 2 == 0


def _wants(episode: Episode) -> bool:
    critical = episode.level is Level.CRITICAL and episode.rises
    return critical and episode.until is None and episode.acknowledged is None


def attention(state: State, now: Moment) -> Mapping[QueueKey, bool]:
    """Return the queues that nobody has seen in critical yet → whether they are lit at ``now``.

    Queues whose data is not fresh, or that are missing, have no level that could be told.
    """
    return {
        one.key: lit(one, now.elapsed)
        for one in state.episodes
        if _wants(one)
        and one.key not in state.missing
        and state.freshness(one.key.pbx, now) < Freshness.STALE
    }


# The log as it is read.

MOST_LISTED = 1_000
"""Rows beyond which nobody reads; without an end they would hold the board up each second."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One episode in words. ``lasted``: how long it did, or has so far, as far as that is known.

    ``value``: when it was entered, ``worst``: since then, ``present``: now, if it lasts. ``note``:
    what keeps it from being known now (``no data since 14:05:10``). ``seen``: by whom and when,
    ``who``: by whom alone. ``open``: it lasts; ``wants``: it lasts, critical, and nobody
    has seen it.
    """

    key: QueueKey
    when: str
    level: Level
    queue: str
    site: str
    rule: str
    value: str
    lasted: str
    note: str = ""
    seen: str = ""
    open: bool = False
    wants: bool = False
    who: str = ""
    worst: str = ""
    present: str = ""


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The log, newest first; ``banner``: one line for all feeds that are silent, if any are.

    ``more``: how many older ones are not listed. ``critical``, ``warning``: how many last, listed
    or not, and how many ``unseen`` of them are critical.
    """

    rows: tuple[AlertRow, ...]
    banner: str = ""
    more: int = 0
    critical: int = 0
    warning: int = 0
    unseen: int = 0


def alerts(state: State, now: Moment) -> AlertsView:
    """Return the log of levels since the start, as of ``now``; of one moment the worst first."""
    rows = {queue.key: queue for queue in state.snapshot.queues}
    newest = sorted(state.episodes, key=lambda one: (-one.since.elapsed, -one.level))
    still = [one.level for one in newest if one.until is None]
    return AlertsView(
        tuple(_row(state, one, now, rows) for one in newest[:MOST_LISTED]),
        banner(state, now),
        max(0, len(newest) - MOST_LISTED),
        still.count(Level.CRITICAL),
        still.count(Level.WARNING),
        sum(map(_wants, newest)),
    )


def _row(
    state: State, one: Episode, now: Moment, rows: Mapping[QueueKey, QueueMetrics]
) -> AlertRow:
    zone = state.options.timezone
    metric = state.options.metric(one.metric)
    queue = rows.get(one.key)
    end, note = _end(state, one, now, rows)
    measured = queue.values.get(one.metric) if queue and one.until is None and not note else None
    value, worst, present = (
        formatting.value(metric, number) if metric else formatting.NOTHING
        for number in (one.value, one.worst, measured)
    )
    return AlertRow(
        one.key,
        one.begun(when_text(one.since.wall, now.wall, zone)),
        one.level,
        queue.title if queue else one.name,
        queue.site_title if queue else one.site,
        rule_words(one.rule, one.level, state.options.labels) or (metric.label if metric else ""),
        value,
        formatting.NOTHING if end is None else _lasted(one, end),
        note,
        seen_words(state, one, now),
        one.until is None,
        _wants(one),
        one.acknowledged.who if one.acknowledged else "",
        worst,
        present if measured is not None else "",
    )


def values_words(one: Episode, metric: Metric, present: Number | None = None) -> str:
    """Return ``6, worst 9, now 7``: what is not another value than the one before is left out."""
    words = formatting.value(metric, one.value)
    if one.worst not in (None, one.value):
        words += f", worst {formatting.value(metric, one.worst)}"
    if present not in (None, one.worst):
        words += f", now {formatting.value(metric, present)}"
    return words


def _lasted(one: Episode, end: float) -> str:
    """Return how long an episode lasted, ``+`` where it had begun before."""
    return formatting.age(end - one.since.elapsed) + ("+" if one.since_before else "")


def seen_words(state: State, one: Episode, now: Moment) -> str:
    """Return ``seen by AB 14:02:10``; nothing while nobody has."""
    seen = one.acknowledged
    if seen is None:
        return ""
    return f"seen by {seen.who} {when_text(seen.at.wall, now.wall, state.options.timezone)}"


def _end(
    state: State, one: Episode, now: Moment, rows: Mapping[QueueKey, QueueMetrics]
) -> tuple[float | None, str]:
    """Return until when an episode is known to have lasted, and what is not known now."""
    if one.until is not None:
        return one.until.elapsed, "gone or closed" if one.gone else ""
    gone = state.missing.get(one.key)
    if gone is not None:
        since = when_text(gone.since.wall, now.wall, state.options.timezone)
        return None, f"not in the answer since {since}"
    measured = state.snapshot.measured(one.key)
    if measured is None or one.key not in rows:
        return None, "not in the last answer"
    if not _is_measured(state, one):
        return None, "no value now"
    feed = state.feeds.get(FeedId(one.key.pbx))
    if feed is not None and (stands := feed.stands_since) is not None:
        since = when_text(stands.wall, now.wall, state.options.timezone)
        return stands.elapsed, f"not moving since {since}"
    if state.freshness(one.key.pbx, now) is Freshness.LIVE:
        return now.elapsed, ""
    since = when_text(measured.wall, now.wall, state.options.timezone)
    return measured.elapsed, f"no data since {since}"


def rule_words(rule: Rule | None, level: Level, labels: Labels = NO_LABELS) -> str:
    """Return ``Longest wait ≥ 02:00``: what made the level; nothing if that is not known."""
    bound = _bound(rule, level)
    metric = labelled(rule.metric, labels) if rule else None
    if rule is None or bound is None or metric is None:
        return ""
    sign = "≤" if rule.worse is Worse.DOWN else "≥"
    return f"{metric.label} {sign} {formatting.value(metric, bound)}"


def _bound(rule: Rule | None, level: Level) -> Number | None:
    if rule is None:
        return None
    return rule.critical if level is Level.CRITICAL else rule.warning


def banner(state: State, now: Moment) -> str:
    """Return one line that says which feeds are silent, or do not move: no alert of them ends."""
    silent = list(_silent(state, now))
    if not silent:
        standing = standing_words(state, now)
        return f"{standing} · no alert ends" if standing else ""
    zone = state.options.timezone
    live = state.live_feeds()
    name, worst, since, words = max(silent, key=lambda one: one[1])
    when = f" since {when_text(since.wall, now.wall, zone)}" if since else ""
    if len(silent) > 1:
        who = "no PBX" if len(silent) == len(live) else f"{len(silent)} of {len(live)} PBXes"
        verb = "has fresh data" if len(silent) == len(live) else "without fresh data"
        told = f"{who} {verb}; {name}: {worst}{when}"
    else:
        told = f"{name}: {worst}{when}" if len(live) > 1 else f"{worst}{when}"
    why = f" · {words}" if words else ""
    return f"{told}{why} · alerts stand still"


def _silent(state: State, now: Moment) -> Iterator[tuple[str, Freshness, Moment | None, str]]:
    """Give the feeds that are not LIVE and have been heard of: name, state, last data, why."""
    for feed in state.live_feeds():
        at, reading, trouble = feed.freshness(now), feed.reading, feed.trouble
        if at is not Freshness.LIVE and (reading or trouble):
            measured = reading.measured if reading else None
            yield feed.name, at, measured, trouble.words if trouble else ""
