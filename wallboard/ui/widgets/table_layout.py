"""Which columns the table has at a width, and how wide each is: a pure function.

Columns that do not fit go by priority, whole: the metrics from the end of the configured list, the
site after the first few of them, then the PBX. The numbers of the day are a block of their own on
the right. Widths depend on the kind of value and not on its digits, so that nothing moves when
numbers change.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from wallboard.model.data.metric import Kind, Made, Metric, Unit
from wallboard.model.select.selection import Order
from wallboard.model.view import row as lines
from wallboard.ui.widgets.columns import ORDERS, Column, Names, TableLayout
from wallboard.ui.widgets.text.trend_bars import minutes

GUTTER = 3
"""Columns of the level: a bar and a mark."""

APART = 3
"""Columns between what is of now and what is of the day; a line stands in the middle."""

_SITE_AFTER = 4
"""How many metrics are more wanted than the site."""

_NAME_AFTER = 5
"""How many are more wanted than a name that is whole."""

_NAME_LEAST, _NAME_USUAL, _NAME_MOST = 16, 24, 36
_SITE_LEAST, _SITE_MOST = 6, 18
_SITE_FROM = 64
_PBX_FROM = 150


class _Size(NamedTuple):
    """How much room there is: blanks before the table and between columns, digits of a count."""

    margin: int
    gap: int
    digits: int
    wide: bool = False


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
) -> TableLayout:
    """Return the layout for ``width`` columns. ``sites``, ``pbxes``: whether there are several.

    ``order``: which heading has an arrow. ``scales``: by metric, what half a trend's height is.
    """
    size = [size for least, size in _SIZES if width >= least][-1]
    site = min(max(names.site, _SITE_LEAST), _SITE_MOST if size.margin else 12)
    pbx = min(max(names.pbx, _SITE_LEAST), _SITE_MOST)
    most = min(max(names.queue, 8), _NAME_MOST)
    name = min(most, _NAME_LEAST if width >= _SITE_FROM else max(8, width // 3))
    left = width - (size.margin + GUTTER + 1 + name)
    fitting: list[Metric] = []
    shown = {"site": 0, "pbx": 0}

    def place(kind: str, wide: int) -> None:
        nonlocal left
        if wide + size.gap <= left:
            shown[kind], left = wide, left - wide - size.gap

    wanted = tuple(metrics)
    for at, metric in enumerate(wanted):
        if at == _SITE_AFTER and sites and width >= _SITE_FROM:
            place("site", site)
        if at == _NAME_AFTER:
            wider = min(left, max(0, min(most, _NAME_USUAL) - name))
            name, left = name + wider, left - wider
        first = metric.kind is Kind.TODAY and not any(one.kind is Kind.TODAY for one in fitting)
        need = _metric_width(metric, size) + (APART if first else size.gap)
        if need > left:
            break
        fitting.append(metric)
        left -= need
    if len(wanted) <= _SITE_AFTER and sites and width >= _SITE_FROM:
        place("site", site)
    if pbxes and width >= _PBX_FROM:
        place("pbx", pbx)
    name += min(left, max(0, most - name))
    texts = ((name, "Queue"), (shown["site"], "Site"), (shown["pbx"], "PBX"))
    return _placed(width, size, texts, fitting, order, scales)


def _placed(
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
            columns.append(Column(kind, _headed(title, wide, order, by == order.by), x, wide))
            x += wide + size.gap
    every = tuple(metrics)
    live = [metric for metric in every if metric.kind is not Kind.TODAY]
    today = [metric for metric in every if metric.kind is Kind.TODAY]
    sorts = _sorting([*live, *today], order)
    for metric in (*live, *today):
        if today and metric is today[0]:
            x += APART - size.gap
        wide = _metric_width(metric, size)
        title = _headed(_heading(metric, size, scales), wide, order, metric is sorts)
        columns.append(Column("metric", title, x, wide, metric))
        x += wide + size.gap
    return TableLayout(tuple(columns), width)


def _sorting(metrics: Iterable[Metric], order: Order) -> Metric | None:
    """Return the column that the table is sorted by: the metric's own before one made of it."""
    made = [one for one in metrics if one.name == order.by or order.by in one.parts[:1]]
    return min(made, key=lambda one: (one.made is not None, one.made is Made.TREND), default=None)


def _arrow(falling: bool) -> str:
    return "▲" if falling else "▼"


def _headed(title: str, width: int, order: Order, sorts: bool) -> str:
    """Return a heading with the arrow of the order, if the table is sorted by it."""
    return f"{title[: width - 1]}{_arrow(not order.descending)}" if sorts else title


def _heading(metric: Metric, size: _Size, scales: Mapping[str, str] = NO_SCALES) -> str:
    if metric.made is Made.TREND:
        wide = _metric_width(metric, size)
        title = f"{minutes(wide)} min"
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
        return max(lines.width(metric), len(heading) + 1)
    usual = size.digits if metric.unit is Unit.COUNT else 5
    return max(2 + usual + metric.ticks, len(heading) + 1)
