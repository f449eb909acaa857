"""The trend column: one bar a few minutes, the worst of them, on one scale for all queues.

Warning begins at half the height, so that the same bar says the same in every row.
"""

import math
from collections.abc import Mapping, Sequence

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind, Metric, Worse
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.judge.rules import Rule
from wallboard.model.judge.samples import TREND_METRICS, Sample
from wallboard.model.judge.trends import STEP, Trends, space_out
from wallboard.model.view.row import Row, Tone
from wallboard.ui.widgets.text.line_widget import Pieces, join_runs

_BARS = "▁▂▃▄▅▆▇█"
_HALF = 4
_MOST_KEPT = 64

Slots = tuple[float | None, ...]


def minutes_back(width: int) -> int:
    """Return how far back a column of so many bars goes."""
    return 60 if width >= 15 else 30


class TrendBars:
    """Bars of queues, with what is over kept: a poll costs the newest bar of each row in view."""

    def __init__(self) -> None:
        self._trends = Trends()
        self._rules: Mapping[str, Rule] = {}
        self._interval = 0.0
        self._now = 0.0
        self._rows: dict[int, tuple[tuple[QueueKey, ...], dict[QueueKey, int]]] = {}
        self._over: dict[tuple[QueueKey, str], tuple[int, int, Pieces]] = {}
        self._drawn: dict[tuple[QueueKey, str, int, bool], Pieces] = {}

    def take(self, trends: Trends, rules: Mapping[str, Rule], interval: float, now: float) -> None:
        """Draw from now on what is in ``trends``; ``interval`` and ``now``: seconds."""
        if rules is not self._rules or interval != self._interval or not self._goes_on(trends):
            self._over.clear()
        self._trends, self._rules = trends, rules
        self._interval, self._now = interval, now
        self._drawn.clear()

    def _goes_on(self, trends: Trends) -> bool:
        """Whether trends are the ones before with a sample more: what is over stays as it was.

        It is not where a store or another board tells later what was, or where a replay jumps.
        """
        for feed, samples in trends.samples.items():
            before = self._trends.samples.get(feed, ())
            is_same = len(before) < 2 or any(sample is before[-2] for sample in samples[-3:])
            if len(samples) > len(before) + 1 or not is_same:
                return False
        return True

    def pieces(self, line: Row, column: Metric, width: int) -> Pieces:
        """Return the bars of a queue, ``width`` of them, with their styles."""
        (name,) = column.parts
        kept = (line.key, name, width, line.old)
        # Between two views nothing of it changes, and the row is drawn each second.
        found = self._drawn.get(kept)
        if found is None:
            found = self._drawn[kept] = self._make(line, name, width)
        return found

    def _make(self, line: Row, name: str, width: int) -> Pieces:
        length = minutes_back(width) * 60 / width
        newest = math.floor(self._now / length)
        key, rule = (line.key, name), self._rules.get(name)
        begun, count, over = self._over.get(key, (0, 0, ()))
        if (begun, count) != (newest, width):
            past = self._worst(line.key, name, newest * length, width - 1, length)
            over = join_runs([_bar(value, rule) for value in past])
            self._over[key] = newest, width, over
        # What was measured just before the newest part began may still stand.
        since = max(STEP, self._now - newest * length)
        (value,) = self._worst(line.key, name, self._now, 1, since)
        bars, (bar, style) = over, _bar(value, rule)
        if bars and bars[-1][1] == style:
            bars, bar = bars[:-1], bars[-1][0] + bar
        bars = (*bars, (bar, style))
        return join_runs([(text, Tone.OLD) for text, _ in bars]) if line.old else bars

    def _worst(self, key: QueueKey, name: str, end: float, count: int, length: float) -> Slots:
        """Return the worst of each of ``count`` parts of time; the last one ends at ``end``."""
        which, span = TREND_METRICS.index(name), count * length
        points = []
        for sample in reversed(self._trends.samples.get(FeedId(key.pbx, Kind.LIVE), ())):
            row = self._row(sample, key)
            if row is not None and not math.isnan(value := sample.columns[which][row]):
                points.append((sample.start, value))
            if sample.start < end - span:
                break
        return space_out(points[::-1], end, count, CATALOGUE[name], self._interval, span)

    def _row(self, sample: Sample, key: QueueKey) -> int | None:
        known = self._rows.get(id(sample.keys))
        if known is None:
            if len(self._rows) > _MOST_KEPT:
                self._rows.clear()
            known = (sample.keys, {item: at for at, item in enumerate(sample.keys)})
            self._rows[id(sample.keys)] = known
        return known[1].get(key)

    def forget(self, keys: Sequence[QueueKey]) -> None:
        """Keep what is over of these queues alone."""
        kept = set(keys)
        self._over = {item: bars for item, bars in self._over.items() if item[0] in kept}


def half_height(rule: Rule | None) -> float:
    """Return what half the height stands for: the first bound of the rule, if it has one."""
    bounds = [item for item in (rule.warning, rule.critical) if item] if rule else []
    return float(bounds[0]) if bounds else 5.0


def _bar(value: float | None, rule: Rule | None) -> tuple[str, str]:
    if value is None:
        return " ", Tone.QUIET
    if value <= 0:
        return _BARS[0], Tone.QUIET
    bar = _BARS[min(len(_BARS) - 1, max(1, math.floor(value / half_height(rule) * _HALF)))]
    if rule is None or rule.worse is Worse.DOWN:
        return bar, "trend"
    if rule.critical is not None and value >= rule.critical:
        return bar, "trend-critical"
    return bar, "trend-warning" if value >= half_height(rule) else "trend"
