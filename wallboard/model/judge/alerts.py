"""The alerts: what fires now, and what still wants attention.

Only a fresh answer fires or ends anything.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from wallboard.model.data.catalogue import NO_LABELS, Labels, relabel
from wallboard.model.data.metric import Number, Worse
from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.episodes import Episode, lasting
from wallboard.model.judge.group_levels import queues_of
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.select.totals import totals
from wallboard.model.silences import is_silenced
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.records import dataclass

BLINKS_FOR = 5.0
"""Seconds for which a queue that has entered critical blinks."""

_HALF_PERIOD = 1.0
"""Seconds of light and of dark: 0.5 Hz, which no guideline holds to be harmful."""

Every = Callable[[str, str, str, str], float]
"""Seconds between reminders of a rule: metric, queue, site, or group → seconds; 0: none."""


def never(_metric: str, _queue: str, _site: str, _group: str) -> float:
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
    answer after that. Nothing of a queue that is silenced. Quiet hours are the caller's.
    """
    if state.episodes is previous.episodes and state.snapshot is previous.snapshot:
        return ()
    before = lasting(previous.episodes)
    fires = {
        episode.key: (cause, episode)
        for episode in lasting(state.episodes).values()
        if not is_silenced(state.silences, episode.key, now)
        and (cause := _cause(previous, state, before, episode, every))
    }
    if not fires:
        return ()
    alerts = [
        Alert(*fires[queue.key], queue.values.get(fires[queue.key][1].metric), now)
        for queue in state.snapshot.queues
        if queue.key in fires
    ]
    alerts += [
        Alert(
            cause, episode, episode.value if cause is Cause.ENTERED else _whole(state, episode), now
        )
        for key, (cause, episode) in fires.items()
        if is_group(key)
    ]
    return tuple(sorted(alerts, key=lambda alert: -alert.episode.level))


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
    if is_group(episode.key):
        seconds = every(episode.metric, "", "", episode.name)
    else:
        seconds = every(episode.metric, episode.name, episode.site, "")
    if seconds <= 0 or episode.acknowledged or not is_measured(state, episode):
        return None
    then, at = _moment_of(previous, episode.key), _moment_of(state, episode.key)
    if then is None or at is None:
        return None
    begun = episode.since.elapsed
    passed = (at.elapsed - begun) // seconds > (then.elapsed - begun) // seconds
    return Cause.REMINDER if passed else None


def _whole(state: State, episode: Episode) -> Number | None:
    """Return what a group comes to now."""
    return totals(queues_of(state, episode.key), [episode.metric])[episode.metric].value


def _moment_of(state: State, key: QueueKey) -> Moment | None:
    """Return when a queue was measured last; a group with each answer of a PBX of its queues."""
    if not is_group(key):
        return state.snapshot.moment_of(key)
    heard = (state.snapshot.moment_of(queue.key) for queue in queues_of(state, key))
    return max(filter(None, heard), key=lambda at: at.elapsed, default=None)


def is_measured(state: State, episode: Episode) -> bool:
    """Whether the newest answer says that the episode lasts: nothing stands still."""
    levels = state.levels.get(episode.key, UNJUDGED)
    return levels.level is episode.level


def document(alert: Alert) -> dict[str, object]:
    """Return an alert for a program: JSON types, times in UTC, values in the API's units."""
    episode = alert.episode
    return {
        "alert": alert.cause.value,
        "level": episode.level.word,
        "queue": "" if is_group(episode.key) else episode.name,
        "group": episode.name if is_group(episode.key) else "",
        "extension": episode.key.extension,
        "site": episode.site,
        "pbx": episode.key.pbx,
        "metric": episode.metric,
        "value": alert.value,
        "entered": episode.value,
        "worst": episode.worst,
        "bound": _bound_of(episode.rule, episode.level),
        "words": rule_words(episode.rule, episode.level),
        "since": episode.since.wall.isoformat(timespec="seconds"),
        "since_before": episode.since_before,
        "at": alert.at.wall.isoformat(timespec="seconds"),
    }


def rule_words(rule: Rule | None, level: Level, labels: Labels = NO_LABELS) -> str:
    """Return ``Longest wait ≥ 02:00``: what made the level; nothing if that is not known."""
    bound = _bound_of(rule, level)
    metric = relabel(rule.metric, labels) if rule else None
    if rule is None or bound is None or metric is None:
        return ""
    sign = "≤" if rule.worse is Worse.DOWN else "≥"
    return f"{metric.label} {sign} {formatting.value(metric, bound)}"


def _bound_of(rule: Rule | None, level: Level) -> Number | None:
    if rule is None:
        return None
    return rule.critical if level is Level.CRITICAL else rule.warning


# What wants attention.


def is_blinking(episode: Episode, now: float) -> bool:
    """Whether a queue blinks at ``now`` (elapsed seconds): it has just entered critical."""
    return wants_attention(episode) and 0 <= now - episode.since.elapsed < BLINKS_FOR


def is_lit(episode: Episode, now: float) -> bool:
    """Whether a queue is drawn in reverse at ``now``: each other second, then until it is seen."""
    if not wants_attention(episode):
        return False
    age = now - episode.since.elapsed
    return not is_blinking(episode, now) or int(age / _HALF_PERIOD) % 2 == 0


def wants_attention(episode: Episode) -> bool:
    """Whether an episode lasts, critical, and nobody has seen it."""
    critical = episode.level is Level.CRITICAL and episode.rises
    return critical and episode.lasts and episode.acknowledged is None


def attention(state: State, now: Moment) -> Mapping[QueueKey, bool]:
    """Return the queues that nobody has seen in critical yet → whether they are lit at ``now``.

    Queues whose data is not fresh, or that are missing, have no level that could be told; those
    that are silenced are to be quiet.
    """
    wanting = [episode for episode in state.episodes if wants_attention(episode)]
    pbxes = {episode.key.pbx for episode in wanting}
    fresh = {pbx for pbx in pbxes if state.freshness(pbx, now) < Freshness.STALE}
    return {
        episode.key: is_lit(episode, now.elapsed)
        for episode in wanting
        if episode.key.pbx in fresh
        and not is_silenced(state.silences, episode.key, now)
        and episode.key not in state.missing
    }
