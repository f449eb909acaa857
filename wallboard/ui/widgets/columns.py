"""Which columns the table has at a width, and how wide each is: a pure function.

Columns that do not fit go by priority, whole: the metrics from the end of the configured list,
then the PBX, then the site. Widths depend on the kind of value and not on its digits, so that
nothing moves when numbers change.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from wallboard.model.data.metric import Metric
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.view import row as lines
from wallboard.model.view.format import within

GAP = 2
"""Blank columns between two columns of the table."""

_MARK = 2
_MARK_AND_WORD = 11
_WIDE = 110
_NAME_LEAST, _NAME_MOST = 16, 36
_SITE_LEAST, _SITE_MOST = 6, 18
_SITE_FROM = 64
_PBX_FROM = 150
_MOST_SEEN = 50_000
_LEAST_OF_NAME = 6


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
        return self.metric is not None


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The columns from left to right, and the table's width."""

    columns: tuple[Column, ...]
    width: int

    @property
    def gaps(self) -> tuple[int, ...]:
        """The blank columns before each column, and those after the last one."""
        ends = (0, *(one.x + one.width for one in self.columns))
        starts = (*(one.x for one in self.columns), self.width)
        return tuple(max(0, start - end) for start, end in zip(starts, ends, strict=True))


def lay_out(
    width: int, metrics: Iterable[Metric], names: Names, *, sites: bool, pbxes: bool
) -> TableLayout:
    """Return the layout for ``width`` columns. ``sites``, ``pbxes``: whether there are several."""
    level = _MARK_AND_WORD if width >= _WIDE else _MARK
    site = min(max(names.site, _SITE_LEAST), _SITE_MOST) if sites and width >= _SITE_FROM else 0
    pbx = min(max(names.pbx, _SITE_LEAST), _SITE_MOST) if pbxes and width >= _PBX_FROM else 0
    name = min(max(names.queue, _NAME_LEAST), _NAME_MOST)
    if width < _WIDE:
        name, site = min(name, _NAME_LEAST + 4), min(site, 12)
    if width < _SITE_FROM:
        name = max(8, min(name, width // 3))
    taken = 1 + sum(part + GAP for part in (level, name, site, pbx) if part)
    fitting: list[Metric] = []
    for metric in metrics:
        need = lines.width(metric) + GAP
        if taken + need > width:
            break
        fitting.append(metric)
        taken += need
    return _placed(width, ((level, ""), (name, "Queue"), (site, "Site"), (pbx, "PBX")), fitting)


def _placed(
    width: int, texts: tuple[tuple[int, str], ...], metrics: Iterable[Metric]
) -> TableLayout:
    columns: list[Column] = []
    x = 1
    for (wide, title), kind in zip(texts, ("level", "queue", "site", "pbx"), strict=True):
        if wide:
            columns.append(Column(kind, title, x, wide))
            x += wide + GAP
    for metric in metrics:
        wide = lines.width(metric)
        columns.append(Column("metric", metric.short, x, wide, metric))
        x += wide + GAP
    return TableLayout(tuple(columns), width)


def words_start(layout: TableLayout) -> tuple[int, int]:
    """Return where words stand in place of a row's numbers: how many columns they follow, and x."""
    named = [one for one in layout.columns if one.metric is None]
    return len(named), named[-1].x + named[-1].width + GAP if named else 0


def headings(layout: TableLayout) -> str:
    """Return the columns' titles, each over its column, as wide as the table."""
    text = ""
    for column in layout.columns:
        title = fit(column.title, column.width, right=column.right)
        text += " " * (column.x - len(text)) + title
    return fit(text, layout.width)


def fit_name(queue: QueueMetrics, width: int) -> str:
    """Return a queue's title in ``width`` columns; what tells it apart is the last to be cut."""
    if not queue.qualifier or cell_len(queue.title) <= width:
        return fit(queue.title, width)
    tail = f" ({queue.qualifier})"
    room = width - cell_len(tail)
    if room < _LEAST_OF_NAME:
        tail = fit(tail, max(0, width - _LEAST_OF_NAME))
        room = width - cell_len(tail)
    return fit(fit(queue.name, room) + tail, width)


def number(shown: lines.Cell, column: Column) -> str:
    """Return a value right-aligned, its mark before it; an estimate's ``~`` has a place kept."""
    keeps = "~" if shown.estimated else " " if column.metric and column.metric.ticks else ""
    room = column.width - len(shown.mark) - len(keeps)
    return fit(f"{shown.mark}{within(shown.text, room)}{keeps}", column.width, right=True)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Return ``text`` in exactly ``width`` columns, cut with ``…`` where it is longer."""
    have = cell_len(text)
    if have > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    blank = " " * (width - have)
    return blank + text if right else text + blank
