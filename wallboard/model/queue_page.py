"""One queue's page, as data: all metrics in groups, since when and why, trends of the hour."""

from collections.abc import Iterable
from dataclasses import dataclass

from wallboard.model import formatting
from wallboard.model.board import Cell, Line, Tone, cell
from wallboard.model.health import clock_text
from wallboard.model.history import TREND_METRICS
from wallboard.model.metrics import CATALOGUE, Group, Metric
from wallboard.model.snapshot import FeedId, Kind, Moment, QueueKey
from wallboard.model.state import Episode, FeedState, State, feed_state
from wallboard.model.thresholds import UNJUDGED, Level, QueueLevels, Rule


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of the page; ``note`` says "not polled" where it was not asked for."""

    metric: Metric
    cell: Cell
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """The last hour of one metric: values, oldest first, and their range as text."""

    metric: Metric
    values: tuple[float, ...]
    span: str


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page. ``why``: one sentence for each metric that makes trouble, the worst first."""

    title: str
    place: str
    level: Level
    state: FeedState
    why: tuple[str, ...]
    groups: tuple[tuple[Group, tuple[Row, ...]], ...]
    trends: tuple[Trend, ...]
    past: tuple[str, ...]


def project_queue(state: State, key: QueueKey, now: Moment) -> QueueView | None:
    """Return the page of one queue at ``now``; ``None`` once no reading has it."""
    shown = state.paused.snapshot if state.paused else state.snapshot
    queue = next((one for one in shown.queues if one.key == key), None)
    if queue is None:
        return None
    levels = (state.paused.levels if state.paused else state.levels).get(key, UNJUDGED)
    measured = shown.measured(key)
    at = measured.elapsed if measured else None
    age = None if at is None else now.elapsed - at
    line = Line(queue, levels, feed_state(age, state.interval), at)
    reading = shown.readings.get(FeedId(key.pbx, Kind.LIVE))
    asked = reading.metrics if reading else frozenset[str]()
    ticks = state.options.tick and state.paused is None
    rules = {rule.metric: rule for rule in state.book.of(queue)}
    return QueueView(
        queue.name,
        " · ".join(part for part in (queue.site, queue.pbx, f"ext {queue.extension}") if part),
        Level.UNKNOWN if line.tone is Tone.OLD else levels.level,
        line.state,
        tuple(_why(line, rules, now)),
        tuple(_groups(line, asked, now.elapsed, ticks)),
        tuple(_trends(state, key)),
        tuple(_past(state, key)),
    )


def _groups(
    line: Line, asked: frozenset[str], now: float, ticks: bool
) -> Iterable[tuple[Group, tuple[Row, ...]]]:
    for group in Group:
        metrics = [metric for metric in CATALOGUE.values() if metric.group is group]
        yield (
            group,
            tuple(
                Row(
                    metric,
                    cell(line, metric, now, ticks),
                    "" if metric.name in asked or not asked else "not polled",
                )
                for metric in metrics
            ),
        )


def _why(line: Line, rules: dict[str, Rule], now: Moment) -> Iterable[str]:
    """Say what is wrong, since when and past which bound."""
    if line.tone is Tone.OLD:
        return
    levels: QueueLevels = line.levels
    making = [
        (-level, levels.tracks[name].since, name)
        for name, level in levels.by_metric.items()
        if level >= Level.WARNING and name in levels.tracks and name in rules
    ]
    for negative, since, name in sorted(making):
        level, rule, metric = Level(-negative), rules[name], CATALOGUE[name]
        bound = rule.critical if level is Level.CRITICAL else rule.warning
        sign = "≤" if rule.worse.value == "down" else "≥"
        values = f"{formatting.value(metric, line.queue.values.get(name))}"
        limit = f"{sign} {formatting.value(metric, bound)}"
        yield (
            f"{level.word} for {formatting.age(now.elapsed - since)}: "
            f"{metric.label.lower()} {values} ({limit}){_agents_words(line, name)}"
        )


def _agents_words(line: Line, name: str) -> str:
    """Tell "everybody is busy" from "there is nobody": they need different remedies."""
    values = line.queue.values
    if name != "availableAgents" or values.get(name) != 0:
        return ""
    eligible = values.get("eligibleAgents")
    if eligible is None:
        return ""
    return ", all busy" if eligible > 0 else ", no agents"


def _trends(state: State, key: QueueKey) -> Iterable[Trend]:
    for name in TREND_METRICS:
        metric = CATALOGUE[name]
        points = state.history.trend(key, FeedId(key.pbx, Kind.LIVE), name)
        values = tuple(value for _, value in points)
        span = formatting.NOTHING
        if values:
            low, high = min(values), max(values)
            span = f"{formatting.value(metric, low)} to {formatting.value(metric, high)}"
        yield Trend(metric, values, span)


def _past(state: State, key: QueueKey) -> Iterable[str]:
    """Return the queue's times in trouble, newest first."""
    for episode in reversed(state.episodes):
        if episode.key == key:
            yield episode_words(episode, state)


def episode_words(episode: Episode, state: State) -> str:
    """Return ``14:02:10  critical  longest wait 02:31  for 6m 05s``, ``since`` while it lasts."""
    begun = clock_text(episode.since.wall, state.options.timezone)
    metric = CATALOGUE.get(episode.metric)
    what = f"{metric.label.lower()} {formatting.value(metric, episode.value)}" if metric else ""
    lasted = (
        "still"
        if episode.until is None
        else f"for {formatting.age(episode.until.elapsed - episode.since.elapsed)}"
    )
    return f"{begun}  {episode.level.mark:2} {episode.level.word:8}  {what}  {lasted}"
