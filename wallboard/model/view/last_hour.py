"""The last hour of a queue as data, and what is known of the time before it."""

from collections.abc import Iterable
from datetime import timedelta

from wallboard.model.data.metric import Kind, Metric
from wallboard.model.data.reading import FeedId, Moment, QueueKey
from wallboard.model.feeds.row_freshness import Ages
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.trends import SPAN, STEP, space_out
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.row import Row
from wallboard.records import dataclass

_WORTH_TELLING = 600.0
"""Seconds that must be known before their most is told."""


@dataclass(frozen=True, slots=True)
class Trend:
    """The last hour of one metric: values, oldest first, and their range as text.

    ``slots``: the same hour in equal parts, the worst of each; ``None`` where nothing was measured.
    ``rule``: what judges it, if anything does. ``usually``: what is usual now, in words, if known.
    """

    metric: Metric
    values: tuple[float, ...]
    span: str
    slots: tuple[float | None, ...] = ()
    rule: Rule | None = None
    usually: str = ""


def trends_until(state: State, now: Moment) -> Moment:
    """Return the moment up to which trends are shown: while it is paused, when that began."""
    return state.paused.at if state.paused else now


def trends_of(state: State, line: Row, now: Moment, slots: int) -> tuple[Trend, ...]:
    """Return the last hour of each metric of which it is kept, in ``slots`` equal parts."""
    key, rules = line.key, {rule.metric: rule for rule in state.book.of(line.queue)}
    trends, then = state.shown().trends, trends_until(state, now).elapsed
    made, usual = [], Ages(state, now).usual
    for metric in state.options.metrics(TREND_METRICS):
        points = trends.trend(key, FeedId(key.pbx, Kind.LIVE), metric.name)
        values = tuple(value for _, value in points)
        span = formatting.NOTHING
        if values:
            low, high = min(values), max(values)
            texts = formatting.value(metric, low), formatting.value(metric, high)
            span = " to ".join(dict.fromkeys(texts))
        parts = space_out(points, then, slots, metric, state.interval)
        band = usual.of(key, metric.name) if usual else None
        usually = formatting.usual_words(metric, band.middle if band else None)
        made.append(Trend(metric, values, span, parts, rules.get(metric.name), usually))
    return tuple(made)


def level_slots(
    state: State, line: Row, now: Moment, trends: Iterable[Trend], slots: int
) -> tuple[Level, ...]:
    """Return the worst level of each part of the last hour."""
    if not line.queue.judged or not state.book.of(line.queue):
        return (Level.UNKNOWN,) * slots
    measured = [
        any(number is not None for number in part)
        for part in zip(*(t.slots for t in trends), strict=True)
    ]
    past = [episode for episode in state.episodes if episode.key == line.key]
    now = trends_until(state, now)
    length = SPAN / slots
    strip = []
    for slot in range(slots):
        begin = now.elapsed - SPAN + slot * length
        ago = timedelta(seconds=now.elapsed - begin - length / 2)
        local = (now.wall - ago).astimezone(state.options.timezone)
        closed = state.is_open and state.is_open(line.queue.name, line.queue.site, local) is False
        if closed or not measured[slot]:
            strip.append(Level.UNKNOWN)
            continue
        within = (
            episode.level
            for episode in past
            if episode.since.elapsed < begin + length
            and (episode.until is None or episode.until.elapsed > begin)
        )
        strip.append(max(within, default=Level.NORMAL))
    return tuple(strip)


def before_words(state: State, key: QueueKey, now: Moment) -> str:
    """Return ``1 h ago: 0 waiting · today max 4``; nothing of what is not known.

    Where only a part of the day is known, since when: ``max 4 since 10:31``.
    """
    feed, (metric,) = FeedId(key.pbx, Kind.LIVE), state.options.metrics(("waitingCalls",))
    trends, now = state.shown().trends, trends_until(state, now)
    points = trends.trend(key, feed, metric.name)
    words = []
    if points and now.elapsed - points[0][0] >= SPAN - 2 * STEP:
        words.append(f"1 h ago: {formatting.value(metric, points[0][1])} {metric.word}")
    day = now.elapsed - (now.wall - state.day(now.wall).start).total_seconds()
    known = trends.worst(key, feed, metric.name, day)
    if known and now.elapsed - known[0] >= _WORTH_TELLING:
        whole = known[0] - day < 2 * STEP
        most = f"max {formatting.value(metric, known[1])}"
        since = now.wall - timedelta(seconds=now.elapsed - known[0])
        clock = formatting.clock_text(since, state.options.timezone)[:5]
        words.append(f"today {most}" if whole else f"{most} since {clock}")
    return " · ".join(words)
