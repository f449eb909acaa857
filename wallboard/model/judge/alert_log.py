"""The log of alerts as it is read: each episode in words, newest first.

While a feed is silent its alerts stand still, and one banner says so for all of its queues.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY
from datetime import datetime

from wallboard.model.data.metric import Metric, Number
from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import FeedId, Moment, QueueKey, QueueMetrics
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.alerts import is_measured, rule_words, wants_attention
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.group_levels import is_heard, queues_of
from wallboard.model.judge.rules import Level
from wallboard.model.select.totals import totals
from wallboard.model.silences import is_silenced, silence_lines
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import when_text
from wallboard.model.view.not_calm import standing_words
from wallboard.records import dataclass

MOST_LISTED = 1_000
"""Rows beyond which nobody reads; without an end they would hold the board up each second."""


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One episode in words. ``lasted``: how long it did, or has so far, as far as that is known.

    ``value``: when it was entered, ``worst``: since then, ``present``: now, if it lasts. ``note``:
    what keeps it from being known now (``no data since 14:05:10``). ``seen``: by whom and when,
    ``who``: by whom alone. ``open``: it lasts; ``wants``: it lasts, critical, and nobody
    has seen it. ``began`` and ``name``: by what it is found in the history.
    """

    key: QueueKey
    when: str
    level: Level
    queue: str
    site: str
    rule: str
    _: KW_ONLY
    value: str
    lasted: str
    note: str = ""
    seen: str = ""
    open: bool = False
    wants: bool = False
    who: str = ""
    worst: str = ""
    present: str = ""
    began: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The log, newest first; ``banner``: one line for all feeds that are silent, if any are.

    ``more``: how many older ones are not listed. ``critical``, ``warning``: how many last, listed
    or not, and how many ``unseen`` of them are critical. ``silenced``: which queues are to be
    quiet, until when, because of whom: a line each.
    """

    rows: tuple[AlertRow, ...]
    banner: str = ""
    more: int = 0
    critical: int = 0
    warning: int = 0
    unseen: int = 0
    _: KW_ONLY
    silenced: tuple[str, ...] = ()


def alerts(state: State, now: Moment) -> AlertsView:
    """Return the log of levels as far as is known, as of ``now``; of one moment the worst first."""
    log = _newest_first(state.episodes)
    still = [episode.level for episode in log if episode.lasts]
    return AlertsView(
        _rows(state, log[:MOST_LISTED], now),
        banner(state, now),
        max(0, len(log) - MOST_LISTED),
        still.count(Level.CRITICAL),
        still.count(Level.WARNING),
        sum(
            wants_attention(episode) and not is_silenced(state.silences, episode.key, now)
            for episode in log
        ),
        silenced=silence_lines(state.silences, now, state.options.timezone),
    )


def newest(state: State, now: Moment, most: int) -> tuple[AlertRow, ...]:
    """Return the newest ``most`` of the log, as ``alerts`` lists them."""
    log = state.episodes  # entered one after the other: those of one moment are put in order
    first = len(log) - min(max(most, 0), len(log))
    while 0 < first < len(log) and log[first - 1].since.elapsed >= log[first].since.elapsed:
        first -= 1
    return _rows(state, _newest_first(log[first:])[:most], now)


def _newest_first(log: Iterable[Episode]) -> list[Episode]:
    return sorted(log, key=lambda episode: (-episode.since.elapsed, -episode.level))


def _rows(state: State, log: Sequence[Episode], now: Moment) -> tuple[AlertRow, ...]:
    keys = {episode.key for episode in log}
    rows = {queue.key: queue for queue in state.snapshot.queues if queue.key in keys}
    return tuple(_row(state, episode, now, rows) for episode in log)


def _row(
    state: State, episode: Episode, now: Moment, rows: Mapping[QueueKey, QueueMetrics]
) -> AlertRow:
    zone = state.options.timezone
    metric = state.options.metric(episode.metric)
    queue = rows.get(episode.key)
    end, note = _end(state, episode, now, rows)
    measured = _present(state, episode, queue) if episode.lasts and not note else None
    value, worst, present = (
        formatting.value(metric, number) if metric else formatting.NOTHING
        for number in (episode.value, episode.worst, measured)
    )
    return AlertRow(
        episode.key,
        episode.start_text(when_text(episode.since.wall, now.wall, zone)),
        episode.level,
        queue.title if queue else episode.name,
        queue.site_title if queue else "group" if is_group(episode.key) else episode.site,
        rule_words(episode.rule, episode.level, state.options.labels)
        or (metric.label if metric else ""),
        value=value,
        lasted=formatting.NOTHING if end is None else _duration(episode, end),
        note=note,
        seen=seen_words(state, episode, now),
        open=episode.lasts,
        wants=wants_attention(episode),
        who=episode.acknowledged.who if episode.acknowledged else "",
        worst=worst,
        present=present if measured is not None else "",
        began=episode.since.wall,
        name=episode.name,
    )


def _present(state: State, episode: Episode, queue: QueueMetrics | None) -> Number | None:
    """Return the newest value of what made an alert: of a group, its total."""
    if is_group(episode.key):
        return totals(queues_of(state, episode.key), [episode.metric])[episode.metric].value
    return queue.values.get(episode.metric) if queue else None


def values_words(episode: Episode, metric: Metric) -> str:
    """Return ``6, worst 9``; the worst is left out where it is no other value."""
    words = formatting.value(metric, episode.value)
    if episode.worst not in (None, episode.value):
        words += f", worst {formatting.value(metric, episode.worst)}"
    return words


def _duration(episode: Episode, end: float) -> str:
    """Return how long an episode lasted, ``+`` where it had begun before."""
    return formatting.age(end - episode.since.elapsed) + ("+" if episode.since_before else "")


def seen_words(state: State, episode: Episode, now: Moment) -> str:
    """Return ``seen by AB 14:02:10``; nothing while nobody has."""
    seen = episode.acknowledged
    if seen is None:
        return ""
    return f"seen by {seen.who} {when_text(seen.at.wall, now.wall, state.options.timezone)}"


def _end(
    state: State, episode: Episode, now: Moment, rows: Mapping[QueueKey, QueueMetrics]
) -> tuple[float | None, str]:
    """Return until when an episode is known to have lasted, and what is not known now."""
    if episode.until is not None:
        return episode.until.elapsed, "gone or closed" if episode.gone else ""
    if is_group(episode.key):
        return _end_of_group(state, episode, now)
    gone = state.missing.get(episode.key)
    if gone is not None:
        since = when_text(gone.since.wall, now.wall, state.options.timezone)
        return None, f"not in the answer since {since}"
    measured = state.snapshot.moment_of(episode.key)
    if measured is None or episode.key not in rows:
        return None, "not in the last answer"
    if not is_measured(state, episode):
        return None, "no value now"
    feed = state.feeds.get(FeedId(episode.key.pbx))
    if feed is not None and (stands := feed.stands_since) is not None:
        since = when_text(stands.wall, now.wall, state.options.timezone)
        return stands.elapsed, f"not moving since {since}"
    freshness = state.freshness(episode.key.pbx, now)
    if freshness < Freshness.STALE:
        # What is LATE is told as the table tells it; no time is counted that was not measured.
        return (now if freshness is Freshness.LIVE else measured).elapsed, ""
    since = when_text(measured.wall, now.wall, state.options.timezone)
    return measured.elapsed, f"no data since {since}"


def _end_of_group(state: State, episode: Episode, now: Moment) -> tuple[float | None, str]:
    pbxes = {queue.key.pbx for queue in queues_of(state, episode.key)}
    if not is_measured(state, episode) or not pbxes:
        return None, "no value now"
    if all(is_heard(state, pbx, now) for pbx in pbxes):
        return now.elapsed, ""
    return None, "not known of every PBX now"


def banner(state: State, now: Moment) -> str:
    """Return one line that says which feeds are silent, or do not move: no alert of them ends."""
    silent = list(_silent(state, now))
    if not silent:
        standing = standing_words(state, now)
        return f"{standing} · no alert ends" if standing else ""
    zone = state.options.timezone
    live = state.live_feeds()
    name, worst, since, words = max(silent, key=lambda item: item[1])
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
