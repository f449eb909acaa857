"""The day as data: a queue's, quarter by quarter, over what is usual."""

from dataclasses import dataclass

from wallboard.model.data.metric import Metric
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.judge.trends import TREND_METRICS
from wallboard.model.judge.usual import Band, quarters
from wallboard.model.state import State


@dataclass(frozen=True, slots=True)
class DayLine:
    """One metric's day: one value a quarter of an hour, and what is usual; ``None``: not known."""

    metric: Metric
    values: tuple[float | None, ...]
    bands: tuple[Band | None, ...]


@dataclass(frozen=True, slots=True)
class QueueDay:
    """A queue's day. ``hours``: of each quarter the local hour that begins with it, or nothing."""

    lines: tuple[DayLine, ...]
    hours: tuple[str, ...]


def project_queue_day(state: State, key: QueueKey, now: Moment) -> QueueDay | None:
    """Return a queue's day over what is usual; ``None``: it was not read, or of nothing known."""
    read = state.usual_day
    if read is None or read.key != key or not read.day.holds(now.wall):
        return None
    lines = tuple(
        DayLine(metric, read.values[metric.name], read.bands[metric.name])
        for metric in state.options.metrics(TREND_METRICS)
    )
    if not any(one is not None for line in lines for one in (*line.values, *line.bands)):
        return None
    local = (one.astimezone(state.options.timezone) for one in quarters(read.day))
    hours = tuple("" if one.minute else f"{one.hour:02d}" for one in local)
    return QueueDay(lines, hours)
