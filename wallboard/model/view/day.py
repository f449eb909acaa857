"""The day as data: a queue's quarter by quarter over what is usual; all calls hour by hour."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from wallboard.model.data.day import Day
from wallboard.model.data.metric import Metric
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.judge.hours import HourTotal, hour_words, hours_of
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.judge.usual import Band, quarters
from wallboard.model.state import State
from wallboard.model.view.format import plural
from wallboard.records import dataclass


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
    if not any(value is not None for line in lines for value in (*line.values, *line.bands)):
        return None
    local = (quarter.astimezone(state.options.timezone) for quarter in quarters(read.day))
    hours = tuple("" if hour.minute else f"{hour.hour:02d}" for hour in local)
    return QueueDay(lines, hours)


# The day by hours.


@dataclass(frozen=True, slots=True)
class HourLine:
    """One hour: today's counts and those of the same weekday last week; ``None``: not known.

    ``is_over``, ``is_begun``: an hour that goes on is told so far, one to come is blank.
    """

    label: str
    today: HourTotal | None
    before: HourTotal | None
    is_begun: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class HoursView:
    """The page. ``names``: of the two days; ``words``: where the counts are from, and what is not.

    ``total``, ``total_before``: of the hours that are over and known on both days.
    """

    names: tuple[str, str]
    lines: tuple[HourLine, ...]
    total: HourTotal | None
    total_before: HourTotal | None
    compared: int
    words: tuple[str, ...]


def days_compared(state: State, now: datetime) -> tuple[Day, Day]:
    """Return today, and the same weekday last week."""
    today, zone = state.day(now), state.options.timezone
    middle = today.start + (today.end - today.start) / 2
    local = middle.astimezone(zone).replace(tzinfo=None) - timedelta(weeks=1)
    return today, state.day(local.replace(tzinfo=zone))


def project_hours(state: State, keys: Collection[QueueKey] | None, now: Moment) -> HoursView:
    """Return the day by hours over some queues (``None``: all) beside the same day last week."""
    today, before = days_compared(state, now.wall)
    zone = state.options.timezone
    pbxes = {feed.pbx for feed in state.feeds}
    if keys is not None:
        pbxes &= {key.pbx for key in keys}
    past = {_clock(span, zone): span for span in reversed(hours_of(before))}
    lines, alone = [], 0
    for span in hours_of(today):
        # Taken out: an hour that the clocks of today show twice stands beside last week's once.
        other = past.pop(_clock(span, zone), None)
        alone += other is None
        lines.append(
            HourLine(
                hour_words(span, zone),
                state.hours.total(span, pbxes, keys),
                state.hours.total(other, pbxes, keys) if other else None,
                is_begun=span.start <= now.wall,
                is_over=span.end <= now.wall,
            )
        )
    pairs = [
        (line.today, line.before) for line in lines if line.is_over and line.today and line.before
    ]
    return HoursView(
        tuple(f"{day.start.astimezone(zone):%a %d %b}" for day in (today, before)),  # type: ignore[arg-type]
        tuple(lines),
        _sum_hours([hour for hour, _ in pairs]),
        _sum_hours([other for _, other in pairs]),
        len(pairs),
        tuple(_words(state, lines, pbxes, alone)),
    )


def _clock(span: Day, zone: tzinfo) -> str:
    return f"{span.start.astimezone(zone):%H:%M}"


def _sum_hours(hours: Sequence[HourTotal]) -> HourTotal | None:
    """Return the sums of some hours; of what is not known in one of them, none."""
    if not hours:
        return None
    columns = zip(*(hour.numbers for hour in hours), strict=True)
    return HourTotal(
        tuple(None if None in column else sum(column) for column in columns),
        exact=all(hour.exact for hour in hours),
        partial=any(hour.partial for hour in hours),
        until=max(hour.until for hour in hours),
    )


def _words(
    state: State, lines: Sequence[HourLine], pbxes: Collection[str], alone: int
) -> Iterator[str]:
    """Give where the counts are from, and what keeps them from the truth.

    ``alone``: hours that last week did not have, and that will never be known of it.
    """
    known = [hour for line in lines for hour in (line.today, line.before) if hour]
    exact = sum(hour.exact for hour in known)
    if exact:
        yield "from the API" if exact == len(known) else f"{plural(exact, 'hour')} from the API"
    if exact < len(known):
        yield f"{plural(len(known) - exact, 'hour')} as polled (~)"
    unknown = sum(line.today is None and line.is_begun for line in lines)
    unknown += sum(line.before is None for line in lines) - alone
    if unknown:
        yield f"{plural(unknown, 'hour')} not known yet"
    if any(hour.partial for hour in known):
        yield "* some queues are not known"
    names = {feed.pbx: feed.info.pbx_name for feed in state.feeds.values()}
    for pbx in sorted(state.hours.words.keys() & set(pbxes)):
        yield f"{names.get(pbx, pbx)}: {state.hours.words[pbx]}"
