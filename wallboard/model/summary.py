"""Totals over any selection of queues, exact, or said to be otherwise.

How totals are made follows the vendor's ``metricsSummary`` ("Work Analytics: real-time
call-queue metrics"): counts and total times are sums, longest times are maxima, averages are
total ÷ count rounded down to a whole millisecond. An average with nothing to divide by has no
value, where the API sends 0.0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wallboard.model.metrics import CATALOGUE, Adds, Metric, Number
from wallboard.model.snapshot import QueueMetrics, Reading, Values

_SAFE_AVERAGE = 1_000
"""An average below this (ms) is too coarse to infer a count from."""


@dataclass(frozen=True, slots=True)
class Total:
    """One total. ``None``: no queue had a value. ``partial``: some had none, so it undercounts."""

    value: Number | None = None
    partial: bool = False


NO_TOTAL = Total()


def totals(queues: Iterable[QueueMetrics], names: Iterable[str]) -> dict[str, Total]:
    """Return the totals of ``names`` over ``queues``; suspect values count as missing."""
    rows = tuple(queues)
    return {name: _total(rows, CATALOGUE[name]) for name in names if name in CATALOGUE}


def row_value(queue: QueueMetrics, metric: Metric) -> Number | None:
    """Return what a queue's cell shows: an average over no calls is nothing, not 0.

    Where the count was not sent it is inferred, as for totals.
    """
    number = queue.values.get(metric.name)
    if metric.adds is Adds.AVERAGE and number == 0 and _count(queue.values, metric) == 0:
        return None
    return number


def _total(rows: Sequence[QueueMetrics], metric: Metric) -> Total:
    if metric.adds is Adds.AVERAGE:
        return _average(rows, metric)
    name = metric.name
    known = [
        number
        for row in rows
        if (number := row.values.get(name)) is not None and name not in row.suspect
    ]
    if not known:
        return NO_TOTAL
    value = max(known) if metric.adds is Adds.MAX else sum(known)
    return Total(value, partial=len(known) < len(rows))


def _average(rows: Sequence[QueueMetrics], metric: Metric) -> Total:
    time: Number = 0
    calls: Number = 0
    known = 0
    for row in rows:
        if metric.suspects(row.suspect):
            continue
        part = row.values.get(metric.total)
        divisor = _count(row.values, metric)
        if part is None or divisor is None:
            continue
        known += 1
        time += part
        calls += divisor
    if not known:
        return NO_TOTAL
    value = float(time // calls) if calls > 0 else None
    return Total(value, partial=known < len(rows))


def _count(values: Values, metric: Metric) -> Number | None:
    """Return how many calls a queue's average is over, inferred where it was not sent."""
    sent = values.get(metric.count)
    if sent is not None:
        return sent
    total = values.get(metric.total)
    if total is None:
        return None
    if total == 0:
        return 0
    average = values.get(metric.name)
    if average is not None and average >= _SAFE_AVERAGE:
        return round(total / average)
    return None


def differences(reading: Reading) -> tuple[str, ...]:
    """Return the metrics whose total differs from the API's own summary, for the log.

    Averages that have nothing to divide by, and partial totals, are not compared.
    """
    summary: Mapping[str, Number] = reading.summary or {}
    ours = totals(reading.queues, summary)
    return tuple(
        name
        for name, total in ours.items()
        if total.value is not None and not total.partial and total.value != summary[name]
    )
