"""The successor's answers → readings: the same live queues as the realtime endpoint's, and today.

Follows "Call queue metrics" of the vendor's documentation. It has live and past metrics side by
side; its times are seconds as a rule, and become milliseconds here.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from wallboard.api.wire.live_values import live_values
from wallboard.api.wire.parsing import with_turns
from wallboard.api.wire.queue_names import QueueNames
from wallboard.api.wire.realtime import (
    MOST_COUNT,
    MOST_TIME,
    NONE,
    NOT_SENT,
    QueueList,
    RawAnswer,
    impossible,
    queue_list,
    reading_of,
)
from wallboard.api.wire.successor_names import ONGOING, PAST, SCALE, TimeUnit
from wallboard.model.data.catalogue import CATALOGUE, ENTERED, TODAY
from wallboard.model.data.day import Day
from wallboard.model.data.metric import TICKING, Adds, Metric, Number, Unit
from wallboard.model.data.reading import Endpoint, QueueKey, Reading, Values
from wallboard.model.data.sanitize import MOST_NUMBER, number_of
from wallboard.model.select.totals import is_of_nothing
from wallboard.records import dataclass

Waits = Mapping[tuple[QueueKey, str], Number]
"""Each queue's longest wait and longest call as they were sent, where there is one.

Both grow by themselves: a contact centre where nobody waits has calls nevertheless.
"""

_GROWING = (TICKING, "longestHandlingTime")

MOST_DAY_COUNT = 100_000_000
"""No queue has as many calls in a day."""

MOST_DAY_TIME = 10_000 * MOST_TIME
"""Milliseconds: all calls of a day together, where it is not known how many they were."""


class _Read(NamedTuple):
    """How one value is read: what the model calls it, its limit, and what kind of number it is."""

    name: str
    most: int
    time: bool
    average: bool


def _reader_of(metric: Metric, count: int, total: int) -> _Read:
    if metric.unit is Unit.COUNT:
        return _Read(metric.name, count, time=False, average=False)
    if metric.unit is Unit.PERCENT:
        return _Read(metric.name, MOST_NUMBER, time=False, average=True)
    most = total if metric.adds is Adds.SUM else MOST_TIME
    return _Read(metric.name, most, time=True, average=metric.adds is Adds.AVERAGE)


_LIVE = {
    ONGOING[name]: _reader_of(metric, MOST_COUNT, MOST_TIME) for name, metric in CATALOGUE.items()
}
_DAY = {sent: _reader_of(TODAY[name], MOST_DAY_COUNT, MOST_DAY_TIME) for sent, name in PAST.items()}

_SHARES = tuple(
    (metric.name, metric.total) for metric in TODAY.values() if metric.adds is Adds.SHARE
)
_SUMS = tuple(
    metric.name
    for metric in TODAY.values()
    if metric.adds is Adds.SUM and metric.unit is Unit.MILLISECONDS
)
_AVERAGES = tuple(metric for metric in TODAY.values() if metric.adds is Adds.AVERAGE)

_SLACK = 0.001
"""Milliseconds: what binary fractions of a second may lack of a whole one."""


@dataclass(frozen=True, slots=True)
class TranslatedQueues:
    """A reading, what its unit of time can be confirmed by, and whether it has live numbers."""

    reading: Reading
    waits: Waits
    lives: bool = False


async def live(
    raw: RawAnswer, asked: Collection[str], *, unit: TimeUnit, names: QueueNames | None = None
) -> TranslatedQueues:
    """Translate the live part of an answer whose times are ``unit``.

    ``names``: the queues of the feed's last answer. Raises ``InvalidResponse`` for what is no
    such answer.
    """
    scale = SCALE[unit]
    found = await queue_list(raw, partial(_live, scale=scale), names)
    summary = None if found.summary is None else _live(found.summary, scale)[0]
    waits = {
        (queue.key, name): wait / scale
        for queue in found.queues
        for name in _GROWING
        if (wait := queue.values.get(name, 0)) > 0
    }
    return TranslatedQueues(_reading(raw, found, asked, summary), waits)


async def today(
    raw: RawAnswer, day: Day, *, unit: TimeUnit, names: QueueNames | None = None
) -> TranslatedQueues:
    """Translate the past part of an answer that was asked for ``day`` so far.

    Percentages are computed from their counts where those are known. With nothing to divide by,
    percentages and averages are missing, where the API sends 0. ``names``: as for ``live``.
    Raises ``InvalidResponse``.
    """
    found = await queue_list(raw, partial(_day, scale=SCALE[unit]), names)
    waits: dict[tuple[QueueKey, str], Number] = {}
    lives = False
    async for queue, metrics in with_turns(list(zip(found.queues, found.sent, strict=True))):
        sent = metrics if isinstance(metrics, dict) else {}
        lives = lives or any(number_of(sent[name]) is not None for name in sent.keys() & _LIVE)
        for name in _GROWING:
            wait = number_of(sent.get(ONGOING[name]))
            if wait is not None and wait > 0:
                waits[queue.key, name] = wait
    reading = replace(_reading(raw, found, TODAY, None), day=day)
    return TranslatedQueues(reading, waits, lives)


def _reading(
    raw: RawAnswer, found: QueueList, asked: Collection[str], summary: Values | None
) -> Reading:
    reading = reading_of(raw, found, asked, summary)
    return replace(reading, endpoint=Endpoint.QUEUE_METRICS, confirmed=False)


def _live(sent: object, scale: int) -> tuple[Values, frozenset[str]]:
    values, odd = _translate(sent, _LIVE, scale, live_values())
    return values, (impossible(odd, values) if odd else NONE)


def _day(sent: object, scale: int) -> tuple[Values, frozenset[str]]:
    values, odd = _translate(sent, _DAY, scale, {})
    entered = values.get(ENTERED)
    odd += _shares(values, entered)
    for metric in _AVERAGES:
        # Some calls that agents had are not counted as accepted: an average of them is not 0.
        nothing = values.get(metric.name) == 0 and is_of_nothing(values, metric)
        if nothing or values.get(metric.count or metric.over) == 0:
            values.pop(metric.name, None)
    if entered is not None:
        most = MOST_TIME * max(entered, 1)
        odd += [name for name in _SUMS if values.get(name, 0) >= most]
    return values, (frozenset(name for name in odd if _is_told(name, values)) if odd else NONE)


def _is_told(name: str, values: Values) -> bool:
    """Return whether an odd value of the day matters: of nothing there is no average or share."""
    metric = TODAY[name]
    whole = ENTERED if metric.adds is Adds.SHARE else metric.count or metric.over
    return name in values or not (values.get(whole) == 0 or is_of_nothing(values, metric))


def _shares(values: dict[str, Number], entered: Number | None) -> list[str]:
    """Put the percentages in, and return which of them are none; of no calls there are none."""
    odd = []
    for name, part in _SHARES:
        if entered == 0:
            values.pop(name, None)
        elif entered is not None and part in values:
            values[name] = 100 * values[part] / entered
        if not 0 <= values.get(name, 0) <= 100:
            odd.append(name)
    return odd


def _translate(
    sent: object, known: Mapping[str, _Read], scale: int, values: dict[str, Number]
) -> tuple[dict[str, Number], list[str]]:
    """Return what is known of one ``metrics`` object, and what of it is no number or too high.

    ``values``: empty, to be filled.
    """
    odd: list[str] = []
    if not isinstance(sent, dict):
        return values, odd if sent in NOT_SENT else [read.name for read in known.values()]
    find = known.get
    for key, value in sent.items():
        read = find(key)
        if read is None:
            continue
        name, most, time, average = read
        kind = type(value)
        if kind is int and not (time or average) and 0 <= value < most:
            values[name] = value  # a count as it should be: nothing is to be done
            continue
        if kind is not int and kind is not float:
            if value in NOT_SENT:
                continue
            value = number_of(value)
        number = None if value is None else _number(value * scale if time else value, time, average)
        if number is not None:
            values[name] = number
        if number is None or not 0 <= number < most:
            odd.append(name)
    return values, odd


def _number(value: Number, time: bool, average: bool) -> Number | None:
    """Return one value as the realtime endpoint sends it; ``None``: it cannot be such a number.

    Totals and longest times become whole milliseconds, averages are rounded down to one.
    """
    if not -MOST_NUMBER <= value <= MOST_NUMBER:  # nor is it what is no number at all
        return None
    if average:
        return float(int(value + _SLACK)) if time and value >= 0 else float(value)
    if time:
        return round(value)
    return int(value) if value == int(value) else None
