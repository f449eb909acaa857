"""Totals over any selection or group of queues, exact, or said to be otherwise.

How totals are made follows the vendor's ``metricsSummary`` ("Work Analytics: real-time
call-queue metrics"): counts and total times are sums, longest times are maxima, averages are
total ÷ count rounded down to a whole millisecond. An average with nothing to divide by and a
longest time of no calls have no value, where the API sends 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import AVERAGE_WAIT, TICKING, Adds, Group, Metric, Number
from wallboard.model.data.reading import QueueMetrics, Reading, Values
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Level, Rule, worst
from wallboard.records import dataclass

_SAFE_AVERAGE = 1_000
"""An average below this (ms) is too coarse to infer a count from."""


@dataclass(frozen=True, slots=True)
class Total:
    """One total. ``None``: no queue had a value. ``partial``: some had none, so it undercounts."""

    value: Number | None = None
    partial: bool = False


NO_TOTAL = Total()

_DIVIDED = (Adds.AVERAGE, Adds.SHARE)

_AVERAGE, _MAX, _SUM, _TODAY = Adds.AVERAGE, Adds.MAX, Adds.SUM, Group.TODAY
"""By themselves: each cell asks for them, and a name is found sooner than a member."""


def totals(queues: Iterable[QueueMetrics], names: Iterable[str]) -> dict[str, Total]:
    """Return the totals of ``names`` over ``queues``; suspect values count as missing."""
    rows = tuple(queues)
    odd = any(row.suspect for row in rows)
    values = {True: [row.day for row in rows], False: [row.values for row in rows]}
    found: dict[str, Total] = {}
    for name in names:
        metric = METRICS.get(name)
        if metric is not None:
            every = values[metric.group is _TODAY]
            if odd:
                pairs = zip(rows, every, strict=True)
                every = [known for row, known in pairs if not _is_suspect(row, metric)]
            found[name] = _total(every, metric, len(rows))
    return found


def _is_suspect(row: QueueMetrics, metric: Metric) -> bool:
    """Whether a queue's part of a total cannot be true."""
    if metric.adds in _DIVIDED:
        return metric.suspects(row.suspect)
    return metric.name in row.suspect


def row_value(queue: QueueMetrics, metric: Metric) -> Number | None:
    """Return what a queue's cell shows: an average or a longest of no calls is nothing, not 0."""
    values = queue.day if metric.group is _TODAY else queue.values
    number = values.get(metric.name)
    if number == 0 and metric.adds is not _SUM and is_of_nothing(values, metric):
        return None
    return number


def is_of_nothing(values: Values, metric: Metric) -> bool:
    """Whether a metric of 0 is an average or a maximum of no calls, whichever count says so.

    Where an average's count was not sent it is inferred, as for totals. The longest wait of now,
    of nobody, is 0: nobody waits.
    """
    if metric.adds is _AVERAGE:
        return _is_without(values, metric) or _count(values, metric) == 0
    return metric.adds is _MAX and _is_without(values, metric)


def _is_without(values: Values, metric: Metric) -> bool:
    return any(values.get(name) == 0 for name in metric.without)


def _total(values: Sequence[Values], metric: Metric, queues: int) -> Total:
    """Return the total of what is known of so many queues."""
    if metric.adds in _DIVIDED:
        return _quotient(values, metric, queues)
    name = metric.name
    known = [number for its in values if (number := its.get(name)) is not None]
    if not known:
        return NO_TOTAL
    partial = len(known) < queues
    if metric.adds is not _MAX:
        return Total(sum(known), partial)
    longest = max(known)
    nothing = longest == 0 and all(is_of_nothing(its, metric) for its in values if name in its)
    return Total(None if nothing else longest, partial)


def _quotient(every: Iterable[Values], metric: Metric, queues: int) -> Total:
    """Return an average (total ÷ count) or a share (part of a whole, in per cent)."""
    time: Number = 0
    calls: Number = 0
    known = 0
    count, total = metric.count, metric.total
    for values in every:
        # Sent as a rule: what is not is inferred.
        divisor = values.get(count)
        part = values.get(total)
        if divisor is None or part is None:
            divisor = _count(values, metric)
            part = _part(values, metric, divisor)
        if part is None or divisor is None:
            continue
        known += 1
        time += part
        calls += divisor
    if not known:
        return NO_TOTAL
    value = None
    if calls > 0:
        value = 100 * time / calls if metric.adds is Adds.SHARE else float(time // calls)
    return Total(value, partial=known < queues)


def _part(values: Values, metric: Metric, divisor: Number | None) -> Number | None:
    """Return what a quotient divides: sent, or what an average times its count comes to."""
    if metric.total:
        part = values.get(metric.total)
        return 0 if part is None and divisor == 0 else part
    average = values.get(metric.name)
    if divisor == 0:
        return 0
    return None if average is None or divisor is None else average * divisor


def _count(values: Values, metric: Metric) -> Number | None:
    """Return how many calls a queue's average is over, inferred where it was not sent."""
    sent = values.get(metric.count)
    if sent is not None or metric.adds is Adds.SHARE:
        return sent
    total = values.get(metric.total)
    if total is None:
        return 0 if not values.get(metric.name) and _is_without(values, metric) else None
    if total == 0:
        # Calls that were all answered at once did wait: for no time.
        return values.get(metric.over, 0)
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


def told_value(queue: QueueMetrics, metric: Metric) -> tuple[Number | None, bool]:
    """Return a queue's value as it is told, and whether it grows by itself between polls.

    The average wait does not contradict the longest one: with one call waiting they are the same.
    The API measures the two at moments of their own: an average that is less than a second above
    the longest is as long as that.
    """
    number = row_value(queue, metric)
    if metric.name != AVERAGE_WAIT:
        return number, metric.ticks
    longest, alone = queue.values.get(TICKING), queue.values.get("waitingCalls") == 1
    if number is None or not longest or TICKING in queue.suspect:
        return number, False
    return (longest if alone or longest < number < longest + 1_000 else number), alone


@dataclass(frozen=True, slots=True)
class GroupTotals:
    """One group: its queues, each once, and the total of each metric that was asked for.

    ``levels``: of totals that reach a bound, by metric.
    """

    name: str
    queues: tuple[QueueMetrics, ...]
    totals: dict[str, Total]
    levels: Mapping[str, Level] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """The worst of them; that of a group which finds no queue is unknown."""
        return worst([Level.NORMAL, *self.levels.values()]) if self.queues else Level.UNKNOWN


def group_totals(
    queues: Iterable[QueueMetrics], book: GroupBook, names: Iterable[str]
) -> tuple[GroupTotals, ...]:
    """Return every group in the order written, those that find no queue too.

    A queue in several groups counts in each of them: groups do not add up to the whole.
    """
    if not book:
        return ()
    wanted = tuple(names)
    made = []
    for name, members in book.members(queues).items():
        rules = [rule for metric, rule in book.rules[name].items() if metric in wanted]
        beside = {rule.only_while for rule in rules if rule.only_while}
        found = totals(members, {*wanted, *beside})
        levels = _levels(members, rules, found)
        made.append(
            GroupTotals(name, tuple(members), {metric: found[metric] for metric in wanted}, levels)
        )
    return tuple(made)


def _levels(
    members: Sequence[QueueMetrics], rules: Sequence[Rule], found: Mapping[str, Total]
) -> dict[str, Level]:
    values = {name: total.value for name, total in found.items() if total.value is not None}
    doubtful = {name for queue in members for name in queue.unconfirmed}
    return {
        rule.metric: level
        for rule in rules
        if rule.metric in values
        and rule.metric not in doubtful
        and rule.applies(values)
        and (level := rule.level_of(values[rule.metric])) > Level.NORMAL
    }
