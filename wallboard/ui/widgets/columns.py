"""The columns of the table, and what stands in them: texts in exactly the room that there is."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from wallboard.model.data.metric import TICKING, Group, Kind, Made, Metric, Unit
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.rules import Level
from wallboard.model.view import row as lines
from wallboard.model.view.format import within
from wallboard.records import dataclass
from wallboard.ui.widgets.text.line_widget import Pieces

GAP = 2
"""Blanks between columns, and before words that stand in place of a row's numbers."""

_MOST_SEEN = 50_000
_LEAST_OF_NAME = 6


ORDERS: Mapping[str, str] = MappingProxyType(
    {
        "level": "worst",
        "queue": "name",
        "site": "site",
        "availableOfEligible": "availableAgents",
        "timeInLevel": "worst",
    }
)
"""What the table is sorted by for headings that are no metric's, by kind or name."""


@dataclass(frozen=True, slots=True)
class Names:
    """The widest texts of each kind seen so far; they grow and never shrink.

    ``seen``: the (queue, site, pbx) names that need no more looking at.
    """

    queue: int = 0
    site: int = 0
    pbx: int = 0
    seen: frozenset[tuple[str, str, str]] = frozenset()

    def with_all(self, names: Iterable[tuple[str, str, str]]) -> "Names":
        """Return the widths after (queue, site, pbx) names were seen."""
        new = frozenset(names) - self.seen
        if not new:
            return self
        queues, sites, pbxes = zip(*new, strict=True)
        return Names(
            max(self.queue, *map(cell_len, queues)),
            max(self.site, *map(cell_len, set(sites))),
            max(self.pbx, *map(cell_len, set(pbxes))),
            new if len(self.seen) > _MOST_SEEN else self.seen | new,
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``kind`` is ``level``, ``queue``, ``site``, ``pbx`` or ``metric``."""

    kind: str
    title: str
    x: int
    width: int
    metric: Metric | None = None

    @property
    def right(self) -> bool:
        """Whether the column is right-aligned: numbers are."""
        return self.metric is not None and self.metric.made is not Made.TREND

    @property
    def today(self) -> bool:
        """Whether it is of the day so far."""
        return self.metric is not None and self.metric.kind is Kind.TODAY

    @property
    def moves(self) -> bool:
        """Whether it may change though its row's numbers do not: by the clock, or with a trend.

        The gutter blinks.
        """
        metric = self.metric
        if metric is None:
            return self.kind == "level"
        return self.ticks or metric.made is Made.TREND

    @property
    def ticks(self) -> bool:
        """Whether it may change by the clock alone."""
        metric = self.metric
        return metric is not None and (metric.ticks or metric.made is Made.LEVEL_TIME)

    @property
    def order(self) -> str:
        """What the table is sorted by when the heading is clicked; nothing: it cannot be."""
        by = ORDERS.get(self.metric.name if self.metric else self.kind, "")
        if by or self.metric is None:
            return by
        if self.metric.made is Made.USUAL:
            return "unusual"
        return self.metric.parts[0] if self.metric.made else self.metric.name


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The columns from left to right, and the table's width."""

    columns: tuple[Column, ...]
    width: int

    def lacking(self, metrics: Iterable[Metric]) -> frozenset[str]:
        """Return the names of those metrics that have no column here."""
        shown = {column.metric.name for column in self.columns if column.metric}
        return frozenset([metric.name for metric in metrics if metric.name not in shown])

    @property
    def level_times(self) -> bool:
        """Whether any column tells for how long a queue has been in its level."""
        return any(
            column.metric and column.metric.made is Made.LEVEL_TIME for column in self.columns
        )

    @property
    def gaps(self) -> tuple[int, ...]:
        """The blank columns before each column, and those after the last one."""
        ends = (0, *(column.x + column.width for column in self.columns))
        starts = (*(column.x for column in self.columns), self.width)
        return tuple(max(0, start - end) for start, end in zip(starts, ends, strict=True))


class Plain(NamedTuple):
    """A column that does not move, of a metric or of one count ``of`` another.

    ``of_day``: whether its values are among those of the day; ``today``: whether it is as old as
    these. ``times``: of a time only whole seconds are shown. ``counts``: a 0 of it is always drawn
    as nobody.
    """

    name: str
    of_day: bool
    today: bool
    times: bool
    counts: bool
    of: str = ""


def plain_of(column: Column) -> Plain | None:
    """Return what a column is if numbers and their levels alone decide its cells, else nothing."""
    metric = column.metric
    if metric is None or column.moves:
        return None
    if metric.made is Made.SHARE:
        return Plain(metric.parts[0], False, False, False, True, metric.parts[1])
    if metric.made is not None:
        return None
    times, counts = metric.unit is Unit.MILLISECONDS, metric.unit is Unit.COUNT
    return Plain(metric.name, metric.group is Group.TODAY, column.today, times, counts)


def is_at_rest(line: lines.Row, metric: Metric) -> bool:
    """Whether a time that the clock moves does not move now, so that its level decides its look.

    That is where nobody waits; and of the time in a level where this is a good one: none is told.
    """
    if metric.made is not None:
        return line.levels.level < Level.WARNING
    told = line.queue.values.get
    return not (told(metric.name, 1) or told(TICKING, 1) or told("waitingCalls", 1))


def words_start(layout: TableLayout) -> tuple[int, int]:
    """Return where words stand in place of a row's numbers: how many columns they follow, and x."""
    named = [column for column in layout.columns if column.metric is None]
    return len(named), named[-1].x + named[-1].width + GAP if named else 0


def headings(layout: TableLayout) -> str:
    """Return the columns' titles, each over its column, as wide as the table."""
    text = ""
    for column in layout.columns:
        title = fit(column.title, column.width, right=column.right)
        text += " " * (column.x - cell_len(text)) + title
    return fit(text, layout.width)


def in_columns(
    texts: Iterable[tuple[str, str]], widths: Iterable[int], right: Collection[int], gap: str = ""
) -> Pieces:
    """Return texts beside each other, each with its style in its width; none where that is 0.

    ``right``: the places of those that are right-aligned; ``gap``: the style of what is between.
    """
    pieces: list[tuple[str, str]] = []
    for place, ((text, style), wide) in enumerate(zip(texts, widths, strict=True)):
        if wide:
            pieces += [(" " * GAP, gap), (fit(text, wide, right=place in right), style)]
    return tuple(pieces[1:])


def fit_name(queue: QueueMetrics, width: int) -> str:
    """Return a queue's title in ``width`` columns; what tells it apart is the last to be cut."""
    if not queue.qualifier or cell_len(queue.title) <= width:
        return fit(queue.title, width)
    tail = f" ({queue.qualifier})"
    room = width - cell_len(tail)
    if room < _LEAST_OF_NAME:
        # The number of twins is all that tells them apart.
        number = f" #{queue.key.twin})"
        number = number if tail.endswith(number) else ""
        space = max(0, width - _LEAST_OF_NAME - cell_len(number))
        tail = fit(tail.removesuffix(number), space) + number
        room = width - cell_len(tail)
    return fit(fit(queue.name, room) + tail, width)


def number(shown: lines.Cell, column: Column) -> str:
    """Return a value right-aligned, its mark before it; an estimate's ``~`` has a place kept."""
    keeps = "~" if shown.estimated else " " if column.metric and column.metric.ticks else ""
    room = column.width - len(shown.mark) - len(keeps)
    if keeps == " " and len(shown.text) > room:
        keeps, room = "", room + 1
    return fit(f"{shown.mark}{within(shown.text, room)}{keeps}", column.width, right=True)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` in exactly ``width`` columns, cut with ``…`` where it is longer."""
    have = cell_len(text)
    if have > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    blank = " " * (width - have)
    return blank + text if right else text + blank
