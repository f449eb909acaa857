"""Which columns the table has at a width, and how wide each is.

Columns that do not fit go by priority, whole: the metrics from the end of the configured list, the
site after the first few of them, then the PBX. The numbers of the day are a block of their own on
the right. Widths depend on the kind of value and not on its digits, so that nothing moves when
numbers change.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Kind, Made, Metric, Unit
from wallboard.model.data.view_options import SITE_AFTER
from wallboard.model.judge.samples import TREND_METRICS
from wallboard.model.select.selection import Order
from wallboard.model.view import row as rows
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import bound_text
from wallboard.ui.widgets.columns import ORDERS, Column, Names, TableLayout
from wallboard.ui.widgets.table_rows import PINNED
from wallboard.ui.widgets.text.trend_bars import half_height, minutes_back

GUTTER = 3
"""Columns of the level: a bar and a mark."""

APART = 3
"""Columns between what is of now and what is of the day; a line stands in the middle."""

_LEVEL_MARK = 2
"""Columns of a level's mark before a value."""

_NAME_AFTER = 5
"""How many are more wanted than a name that is whole."""

_NAME_LEAST, _NAME_USUAL, _NAME_MOST = 16, 24, 36
_SITE_LEAST, _SITE_MOST = 6, 18
_SITE_FROM = 64
_PBX_FROM = 150


class _Size(NamedTuple):
    """How much room there is: blanks before the table and between columns, digits of a count.

    ``unsure``: whether times have the mark of a unit that is not confirmed.
    """

    margin: int
    gap: int
    digits: int
    wide: bool = False
    unsure: bool = False


_SIZES = ((0, _Size(0, 1, 3)), (110, _Size(1, 2, 4)), (160, _Size(1, 2, 6, wide=True)))
"""From which width on."""

NO_SCALES: Mapping[str, str] = MappingProxyType({})

_BRIEF: Mapping[str, str] = MappingProxyType(
    {
        "Waiting": "Wait",
        "Avg wait": "Avg",
        "Handling": "Hand",
        "Wrap-up": "Wrap",
        "Eligible": "Elig",
        "Usually": "Usual",
    }
)
"""Headings where there is little room."""


def lay_out(
    width: int,
    metrics: Iterable[Metric],
    names: Names,
    *,
    sites: bool,
    pbxes: bool,
    order: Order = Order(),  # noqa: B008 - frozen
    scales: Mapping[str, str] = NO_SCALES,
    unsure: bool = False,
) -> TableLayout:
    """Return the layout for ``width`` columns. ``sites``, ``pbxes``: whether there are several.

    ``order``: which heading has an arrow. ``scales``: by metric, what half a trend's height is.
    ``unsure``: whether times have the mark of a unit that is not confirmed.
    """
    size = [size for least, size in _SIZES if width >= least][-1]._replace(unsure=unsure)
    least, most, site, pbx = _name_widths(width, names, size)
    room = _Room(width - (size.margin + GUTTER + 1 + least), size.gap)
    sites = sites and width >= _SITE_FROM
    wanted = tuple(metrics)
    name, site_shown = least, 0
    fitting: list[Metric] = []
    for at, metric in enumerate(wanted):
        if at == SITE_AFTER and sites:
            site_shown = room.take(site)
        if at == _NAME_AFTER:
            name += room.widen(min(most, _NAME_USUAL) - name)
        first = metric.kind is Kind.TODAY and not any(item.kind is Kind.TODAY for item in fitting)
        if not room.take(_metric_width(metric, size), APART if first else None):
            break
        fitting.append(metric)
    if len(wanted) <= SITE_AFTER and sites:
        site_shown = room.take(site)
    pbx_shown = room.take(pbx) if pbxes and width >= _PBX_FROM else 0
    name += room.widen(most - name)
    texts = ((name, "Queue"), (site_shown, "Site"), (pbx_shown, "PBX"))
    return _place_columns(width, size, texts, fitting, order, scales)


class _Room:
    """The columns that are left while others are given away."""

    def __init__(self, left: int, gap: int) -> None:
        self._left = left
        self._gap = gap

    def take(self, wide: int, gap: int | None = None) -> int:
        """Give a column its width and the gap before it; returns 0 if there is no room."""
        need = wide + (self._gap if gap is None else gap)
        if need > self._left:
            return 0
        self._left -= need
        return wide

    def widen(self, by: int) -> int:
        """Give as much of ``by`` columns as is left; returns how many."""
        given = min(self._left, max(0, by))
        self._left -= given
        return given


def _name_widths(width: int, names: Names, size: _Size) -> tuple[int, int, int, int]:
    """Return the least and the most of the queues' column, and that of sites and of PBXes."""
    most = min(max(names.queue, 8), _NAME_MOST)
    least = min(most, _NAME_LEAST if width >= _SITE_FROM else max(8, width // 3))
    site = min(max(names.site, _SITE_LEAST), _SITE_MOST if size.margin else 12)
    return least, most, site, min(max(names.pbx, _SITE_LEAST), _SITE_MOST)


def _place_columns(
    width: int,
    size: _Size,
    texts: tuple[tuple[int, str], ...],
    metrics: Iterable[Metric],
    order: Order,
    scales: Mapping[str, str],
) -> TableLayout:
    worst = f"!!{_arrow(order.descending)}" if order.by == "worst" else ""
    columns = [Column("level", worst, size.margin, GUTTER)]
    x = size.margin + GUTTER + 1
    for wide, title in texts:
        if wide:
            kind = title.lower()
            by = ORDERS.get(kind)
            columns.append(Column(kind, _with_arrow(title, wide, order, by == order.by), x, wide))
            x += wide + size.gap
    every = tuple(metrics)
    live = [metric for metric in every if metric.kind is not Kind.TODAY]
    today = [metric for metric in every if metric.kind is Kind.TODAY]
    sorts = _sort_column([*live, *today], order)
    for metric in (*live, *today):
        if today and metric is today[0]:
            x += APART - size.gap
        wide = _metric_width(metric, size)
        title = _with_arrow(_heading(metric, size, scales), wide, order, metric is sorts)
        columns.append(Column("metric", title, x, wide, metric))
        x += wide + size.gap
    return TableLayout(tuple(columns), width)


def _sort_column(metrics: Iterable[Metric], order: Order) -> Metric | None:
    """Return the column that the table is sorted by: the metric's own before one made of it."""
    made = [
        metric
        for metric in metrics
        if (order.by == "unusual" if metric.made is Made.USUAL else order.by in metric.parts[:1])
        or metric.name == order.by
    ]
    return min(
        made, key=lambda metric: (metric.made is not None, metric.made is Made.TREND), default=None
    )


def _arrow(falling: bool) -> str:
    return "▲" if falling else "▼"


def _with_arrow(title: str, width: int, order: Order, sorts: bool) -> str:
    """Return a heading with the arrow of the order, if the table is sorted by it."""
    return f"{title[: width - 1]}{_arrow(not order.descending)}" if sorts else title


def _heading(metric: Metric, size: _Size, scales: Mapping[str, str] = NO_SCALES) -> str:
    if metric.made is Made.TREND:
        wide = _metric_width(metric, size)
        title = f"{minutes_back(wide)} min"
        scale = f" ▅{scales.get(metric.parts[0], '')}"
        return title + scale if len(title + scale) <= wide and len(scale) > 2 else title
    return metric.short if size.wide else _BRIEF.get(metric.short, metric.short)


def _metric_width(metric: Metric, size: _Size) -> int:
    """Return a column's width: mark, usual value, ``~``, or its heading with an arrow."""
    if metric.made is Made.TREND:
        return 20 if size.wide else 10 if size.margin else 6
    heading = _heading(metric, size)
    if metric.made is Made.SHARE:
        return max(3 + 2 * size.digits, len(heading))
    if metric.made is Made.LEVEL_TIME:
        return max(6, len(heading))
    if size.wide:
        return max(rows.width(metric), len(heading) + 1)
    if metric.unit is Unit.COUNT:
        return max(_LEVEL_MARK + size.digits, len(heading) + 1)
    # Where an estimate has its sign, a wait that does not move has its mark.
    more = 1 + size.unsure if metric.unit is Unit.MILLISECONDS else 0
    return max(_LEVEL_MARK + 5 + more, len(heading) + 1)


NAMES_FOR = 3_600.0
"""Seconds for which the widest names are remembered, if nobody is at the keyboard then."""


class TableColumns:
    """The columns of a table from view to view: what came stays, or the table would jump."""

    def __init__(self) -> None:
        self._begin(0.0)

    def _begin(self, now: float) -> None:
        self._since = now
        self._names = Names()
        self._sites = self._pbxes = False

    def of(self, view: BoardView, width: int, now: float, *, forgets: bool) -> TableLayout:
        """Return the layout of a view in ``width`` columns.

        ``now``: elapsed seconds. ``forgets``: whether columns may move, for nobody is looking.
        """
        if forgets and now - self._since >= NAMES_FOR:
            # What one odd answer has widened must not cost columns for months.
            self._begin(now)
        lines = view.lines
        self._names = self._names.with_all(
            [
                ((PINNED if line.pinned else "") + line.queue.title, line.queue.site_title,
                 line.queue.pbx)
                for line in lines
            ]
        )  # fmt: skip
        # A filter to one site must not take the sites' column away.
        self._sites = self._sites or len({line.queue.site_title for line in lines}) > 1
        self._pbxes = self._pbxes or len({line.key.pbx for line in lines}) > 1
        rules = view.past.rules
        return lay_out(
            width,
            view.columns,
            self._names,
            sites=self._sites,
            pbxes=self._pbxes,
            order=view.sort,
            unsure=view.health.unsure,
            scales={
                name: bound_text(METRICS[name], half_height(rules.get(name)))
                for name in TREND_METRICS
            },
        )
