"""Which queue makes a total what it is: the worst of those in trouble, else whose maximum it is."""

from collections.abc import Iterable, Iterator, Sequence

from wallboard.model.data.metric import Adds, Metric, Number, Worse
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.select.totals import row_value
from wallboard.model.view.format import bound_text, plural, value
from wallboard.model.view.row import Row
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class WorstQueue:
    """The queue that makes a total what it is: the worst of those in trouble by its metric.

    ``queues``: how many are; 0: none is, and it is only whose maximum the total is. ``level``: of
    the worst. ``bound``: what all of them have reached (``≥ 5``), if there is one such. ``value``:
    its own, as text, where it is not the total itself.
    """

    key: QueueKey
    name: str
    level: Level = Level.NORMAL
    queues: int = 0
    bound: str = ""
    value: str = ""

    @property
    def named(self) -> str:
        """Its name and its value."""
        return f"{self.name} {self.value}".rstrip()

    @property
    def words(self) -> str:
        """``1 queue ≥ 5: Delivery Claims 9``; the name alone where none is in trouble."""
        if not self.queues:
            return self.named
        many = f"{plural(self.queues, 'queue')} {self.bound}".rstrip()
        return f"{many}: {self.named}"


def worst_queue(
    metric: Metric,
    total: str,
    lines: Iterable[Row],
    trouble: Sequence[tuple[Row, Level]],
    book: RuleBook,
) -> WorstQueue | None:
    """Return who of ``lines`` makes a total what it is, if that can be said.

    ``total``: as text. ``trouble``: those in trouble by its metric; of two alike the first speaks.
    One that has no value now, as it is in no answer any more, is none of them.
    """
    found = [
        (level, number, rule, line)
        for (line, level), rule in zip(trouble, _rules(book, trouble, metric), strict=True)
        if (number := row_value(line.queue, metric)) is not None
    ]
    if not found:
        return _whose_maximum(metric, lines) if metric.adds is Adds.MAX else None
    level = max(level for level, *_ in found)
    worst = [judged for judged in found if judged[0] is level]
    down = any(rule.worse is Worse.DOWN for _, _, rule, _ in worst if rule)
    _, number, _, line = (min if down else max)(worst, key=lambda judged: judged[1])
    text = value(metric, number)
    return WorstQueue(
        line.key,
        line.queue.title,
        level,
        len(found),
        _bound_text(metric, [(level, number, rule) for level, number, rule, _ in found]),
        "" if metric.adds is Adds.MAX and text == total else text,
    )


def _whose_maximum(metric: Metric, lines: Iterable[Row]) -> WorstQueue | None:
    known = [
        (number, line.queue)
        for line in lines
        if metric.name not in line.queue.suspect and (number := row_value(line.queue, metric))
    ]
    if not known:
        return None
    _, queue = max(known, key=lambda pair: pair[0])
    return WorstQueue(queue.key, queue.title)


def queue_of_total(
    metric: Metric, worst: WorstQueue | None, queues: Iterable[QueueMetrics]
) -> QueueKey | None:
    """Return the queue that a total is about: who makes it what it is, else who has most of it.

    Or least, where that is worse. ``None``: all have nothing, or no value.
    """
    if worst is not None:
        return worst.key
    known = [
        (number, queue.key)
        for queue in queues
        if metric.name not in queue.suspect and (number := row_value(queue, metric)) is not None
    ]
    if metric.worse is Worse.DOWN:
        return min(known, key=lambda pair: pair[0])[1] if known else None
    most, key = max(known, key=lambda pair: pair[0], default=(0, None))
    return key if most > 0 else None


def _rules(
    book: RuleBook, trouble: Iterable[tuple[Row, Level]], metric: Metric
) -> Iterator[Rule | None]:
    """Yield the rule that judges a metric of each; most queues have the very same rules."""
    last, found = None, None
    for line, _ in trouble:
        rules = book.of(line.queue, metric.kind)
        if rules is not last:
            last, found = rules, next((rule for rule in rules if rule.metric == metric.name), None)
        yield found


def _bound_text(metric: Metric, found: Sequence[tuple[Level, Number, Rule | None]]) -> str:
    """Return the bound that all these have reached; nothing where it is not one for all.

    A level that is not left yet may stand beside a value that reaches no bound any more.
    """
    lowest = min(level for level, _, _ in found)
    bounds: set[tuple[Worse, Number | None]] = set()
    for _, number, rule in found:
        if rule is None or rule.level_of(number) < lowest:
            return ""
        bounds.add((rule.worse, rule.critical if lowest is Level.CRITICAL else rule.warning))
    (worse, bound), *others = bounds
    if others or bound is None:
        return ""
    return f"{'≤' if worse is Worse.DOWN else '≥'} {bound_text(metric, bound)}"
