"""One answer of a feed as the text that Prometheus reads, a metric at a time.

Names are the API's own, in Prometheus' spelling and in base units.

Each piece is made by prometheus_client and is whole lines without the two above them, so that the
pieces of several feeds can stand under one head.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.core import Metric as Family

from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.metric import Group, Kind, Metric, Number, Unit
from wallboard.model.data.name_pattern import group_key
from wallboard.model.data.reading import FeedId, Moment, QueueMetrics, Reading
from wallboard.model.feeds import missing
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.select.totals import group_totals, row_value
from wallboard.model.state import State
from wallboard.records import dataclass

PREFIX = "wallboard"

LEVEL = f"{PREFIX}_queue_level"
LEVEL_HELP = (
    "Level of the queue: 0 normal, 1 warning, 2 critical; absent while it is not known, or closed"
)

GROUP_LEVEL = f"{PREFIX}_group_level"
GROUP_LEVEL_HELP = (
    "Level of the group by rules of its own: 0 normal, 1 warning, 2 critical; absent without any"
)

_SUFFIX = {Unit.COUNT: "", Unit.MILLISECONDS: "_seconds", Unit.PERCENT: "_ratio"}
_WORDS = {Unit.COUNT: "", Unit.MILLISECONDS: ", in seconds", Unit.PERCENT: ", as a ratio of 1"}
_PARTS = {Unit.COUNT: 1, Unit.MILLISECONDS: 1_000, Unit.PERCENT: 100}

LABELS = ("pbx", "site", "queue", "extension")

GROUP = ("group",)

_SLICE = 500
"""Queues of one metric that are rendered before others have their turn."""

Labels = tuple[str, ...]


def name_of(metric: Metric, of: str = "queue") -> str:
    """Return a metric's name: ``longestWaitingTime`` → ``…_queue_longest_waiting_time_seconds``.

    What is of the day so far has ``today`` in it. ``of``: a ``queue``, or a ``group`` of them.
    """
    words = re.sub(r"(?=[A-Z])", "_", metric.name.removesuffix("Percentage")).lower()
    if metric.group is Group.TODAY:
        words = f"today_{words.removeprefix('today_')}"
    return f"{PREFIX}_{of}_{words}{_SUFFIX[metric.unit]}"


def help_of(metric: Metric) -> str:
    """Return what a metric is, in words, with its unit and the API's name."""
    return f"{metric.label}{_WORDS[metric.unit]} ({metric.name})"


def base_value(metric: Metric, value: Number) -> float:
    """Return a value in its base unit: seconds, a ratio of 1, or a count."""
    return value / _PARTS[metric.unit]


@dataclass(frozen=True, slots=True)
class _Registry:
    """What prometheus_client makes text of: nothing is in it that was not put there."""

    families: Iterable[Family]

    def collect(self) -> Iterable[Family]:
        """Return what is in it."""
        return self.families


def text_of(families: Iterable[Family]) -> bytes:
    """Return families in Prometheus' text format, UTF-8."""
    registry: Any = _Registry(families)  # a collector by what it does
    text: bytes = generate_latest(registry)
    return text


@dataclass(frozen=True, slots=True)
class RenderedFeed:
    """A feed's series as text by name of the metric, and the reading that they are of.

    ``labels``: of its queues. ``doubtful``: how many values were left out.
    """

    reading: Reading
    labels: tuple[Labels, ...]
    series: Mapping[str, bytes]
    doubtful: int


@dataclass(frozen=True, slots=True)
class RenderedGroup:
    """A group's series as text by name of the metric, and the feeds that all of them stand on."""

    feeds: frozenset[FeedId]
    series: Mapping[str, bytes]


class FeedRenderer:
    """Renders the feeds of queues. ``chosen``: metrics by the API's name."""

    def __init__(self, chosen: Iterable[str]) -> None:
        self._metrics = {name_of(METRICS[name]): METRICS[name] for name in chosen}
        self._of_groups = {name_of(metric, "group"): metric for metric in self._metrics.values()}
        self.heads = {
            LEVEL: _head(LEVEL, LEVEL_HELP),
            GROUP_LEVEL: _head(GROUP_LEVEL, GROUP_LEVEL_HELP),
        }
        metrics = (*self._metrics.items(), *self._of_groups.items())
        self.heads |= {name: _head(name, help_of(metric)) for name, metric in metrics}
        """The lines above each metric's series, in the order of the page."""

    async def render(
        self, state: State, feed: FeedId, pbx: str, now: Moment
    ) -> RenderedFeed | None:
        """Return the newest reading of a feed as text; ``None`` where there is none.

        ``pbx``: what its PBX is called. Others have their turn every few milliseconds.
        """
        reading = state.snapshot.readings.get(feed)
        if reading is None:
            return None
        ours = (row for row in state.snapshot.queues if row.key.pbx == feed.pbx)
        rows = self._with_target(state, ours, now)
        labels = tuple(_labels(pbx, row) for row in rows)
        series: dict[str, bytes] = {}
        if feed.kind is Kind.LIVE:
            series[LEVEL] = await _levels(state, feed, pbx, now)
        doubted, doubtful = [row for row in rows if row.doubtful], 0
        for name, metric in self._metrics.items():
            if metric.kind is feed.kind:
                series[name] = await _text(name, labels, (_value(row, metric) for row in rows))
                doubtful += sum(metric.suspects(row.doubtful) for row in doubted)
        return RenderedFeed(reading, labels, series, doubtful)

    async def render_groups(
        self, state: State, kind: Kind, now: Moment
    ) -> tuple[RenderedGroup, ...]:
        """Return what the groups that the user named come to, by the newest of all feeds of a kind.

        A total that leaves any queue out is left out itself.
        """
        if not state.book.groups:
            return ()
        # What a PBX that was never heard would add is not known of any group.
        unheard = {feed for feed in state.feeds if feed not in state.snapshot.readings}
        metrics = {name: item for name, item in self._of_groups.items() if item.kind is kind}
        wanted = [metric.name for metric in metrics.values()]
        groups = []
        rows = self._with_target(state, state.snapshot.queues, now)
        for group in group_totals(rows, state.book.groups, wanted):
            series = {}
            for name, metric in metrics.items():
                total = group.totals[metric.name]
                doubted = any(metric.suspects(row.doubtful) for row in group.queues)
                if total.value is not None and not total.partial and not doubted:
                    value = base_value(metric, total.value)
                    series[name] = await _text(name, [(group.name,)], [value], GROUP)
            level = _level(state.levels.get(group_key(group.name)))
            if kind is Kind.LIVE and level is not None:
                who = [(group.name,)]
                series[GROUP_LEVEL] = await _text(GROUP_LEVEL, who, [level], GROUP)
            feeds = {FeedId(row.key.pbx, kind) for row in group.queues}
            feeds |= {feed for feed in unheard if feed.kind is kind}
            groups.append(RenderedGroup(frozenset(feeds), series))
        return tuple(groups)

    def _with_target(
        self, state: State, rows: Iterable[QueueMetrics], now: Moment
    ) -> tuple[QueueMetrics, ...]:
        """Return queues, with their time in target where that is told."""
        if name_of(METRICS[TIME_IN_TARGET]) in self._metrics:
            rows = state.in_target.with_shares(rows, now.wall)
        return tuple(rows)


def _value(queue: QueueMetrics, metric: Metric) -> float | None:
    """Return a value in its base unit; what is doubted is left out: there is no mark for it."""
    if metric.suspects(queue.doubtful):
        return None
    value = row_value(queue, metric)
    return None if value is None else base_value(metric, value)


async def _levels(state: State, feed: FeedId, pbx: str, now: Moment) -> bytes:
    """Return the levels as text: trouble that left the answer counts as it was."""
    gone = {key: item for key, item in state.missing.items() if key.pbx == feed.pbx}
    rows = [row for row in state.snapshot.queues if row.key.pbx == feed.pbx]
    rows += missing.rows(gone)
    levels = missing.with_missing(state.levels, gone, now.elapsed) if gone else state.levels
    values = (_level(levels.get(row.key)) for row in rows)
    return await _text(LEVEL, [_labels(pbx, row) for row in rows], values)


def _level(known: QueueLevels | None) -> Level | None:
    """Return a level that is known and of something that is open."""
    if known is None or known.closed or known.level is Level.UNKNOWN:
        return None
    return known.level


def _labels(pbx: str, queue: QueueMetrics) -> Labels:
    """Return who a queue is; twins that nothing tells apart have their number."""
    twin = f" #{queue.key.twin}" if queue.key.twin else ""
    return (pbx, queue.site, f"{queue.name}{twin}", queue.extension)


async def _text(
    name: str,
    labels: Sequence[Labels],
    values: Iterable[float | None],
    called: Sequence[str] = LABELS,
) -> bytes:
    """Return a metric's series; ``values`` are made a slice at a time, in the order of labels."""
    pieces, left = [], zip(labels, values, strict=True)
    for _ in range(0, len(labels), _SLICE):
        family = GaugeMetricFamily(name, "", labels=called)
        for who, value in islice(left, _SLICE):
            if value is not None:
                family.add_metric(who, value)
        pieces.append(text_of([family]).split(b"\n", 2)[2])
        await asyncio.sleep(0)
    return b"".join(pieces)


def _head(name: str, words: str) -> bytes:
    return text_of([GaugeMetricFamily(name, words)])
