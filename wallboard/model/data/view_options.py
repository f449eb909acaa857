"""What the configuration says of the picture, as plain data; and which columns there are."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import UTC, tzinfo
from functools import cache
from types import MappingProxyType

from wallboard.model.data.catalogue import (
    CATALOGUE,
    DEFAULT_COLUMNS,
    DEFAULT_TILES,
    METRICS,
    NO_LABELS,
    Labels,
    relabel,
)
from wallboard.model.data.metric import Adds, Group, Made, Metric, Unit, Worse
from wallboard.model.data.metric_names import metrics_by_name, squeeze
from wallboard.records import dataclass

_REMEMBERED = ("waitingCalls", "longestWaitingTime", "availableAgents")
"""Of which it is known what is usual."""

_MADE = (
    Metric(
        "availableOfEligible", "Available of eligible", "Avail/Elig", Unit.COUNT, Adds.SUM,
        Worse.DOWN, group=Group.AGENTS, made=Made.SHARE,
        parts=("availableAgents", "eligibleAgents"),
    ),
    Metric(
        "timeInLevel", "Time in its level", "In state", Unit.MILLISECONDS, Adds.MAX,
        Worse.NEITHER, group=Group.CALLS, made=Made.LEVEL_TIME,
    ),
    Metric(
        "waitingCallsTrend", "Trend of waiting", "Trend", Unit.COUNT, Adds.SUM, Worse.UP,
        group=Group.CALLS, made=Made.TREND, parts=("waitingCalls",),
    ),
    Metric(
        "longestWaitingTimeTrend", "Trend of the longest wait", "Trend", Unit.MILLISECONDS,
        Adds.MAX, Worse.UP, group=Group.WAITING, made=Made.TREND, parts=("longestWaitingTime",),
    ),
    *(
        Metric(
            f"{metric.name}Usual", f"{metric.label}, usually", "Usually", metric.unit,
            metric.adds, metric.worse, group=metric.group, made=Made.USUAL,
            parts=(metric.name,),
        )
        for metric in map(CATALOGUE.__getitem__, _REMEMBERED)
    ),
)  # fmt: skip

COLUMNS: Mapping[str, Metric] = MappingProxyType(
    {**METRICS, **{column.name: column for column in _MADE}}
)
"""Everything that can be a column of the table: each metric, and what is made of them."""


@cache
def _columns_by_name() -> Mapping[str, Metric]:
    return MappingProxyType(metrics_by_name(among=COLUMNS))


def find_column(name: str) -> Metric | None:
    """Return the column of that API's name, label or heading, if there is one."""
    return _columns_by_name().get(squeeze(name))


SITE_AFTER = 4
"""How many columns of metrics are more wanted than the site, where there is little room."""


def metrics_of(columns: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the metrics that some columns show, each once."""
    return tuple(
        dict.fromkeys(
            part
            for name in columns
            for part in (COLUMNS[name].parts if name in COLUMNS and COLUMNS[name].made else (name,))
        )
    )


def tile_parts(tile: str) -> tuple[str, str]:
    """Return the group (``""``: all that is shown) and the metric of a tile as it is named."""
    group, colon, metric = tile.partition(":")
    return (group.strip(), metric.strip()) if colon else ("", tile)


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the configuration says of the picture; metrics by the API's names.

    ``tiles``: a metric, or of a group: ``Sales: waitingCalls``. ``labels``: metric → what the user
    calls it.
    """

    title: str = "Contact centre"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    tiles: tuple[str, ...] = DEFAULT_TILES
    tick: bool = True
    timezone: tzinfo = UTC
    labels: Labels = field(default_factory=lambda: NO_LABELS)

    @property
    def tile_metrics(self) -> tuple[str, ...]:
        """The metrics of the tiles, each once."""
        return tuple(dict.fromkeys(tile_parts(tile)[1] for tile in self.tiles))

    def metric(self, name: str) -> Metric | None:
        """Return a metric as this board calls it, if there is one of that name."""
        return relabel(name, self.labels)

    def metrics(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the metrics of some names as this board calls them, without unknown ones.

        For a column that is made of metrics come these.
        """
        return tuple(metric for name in metrics_of(names) if (metric := self.metric(name)))

    def table(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the columns of some names as this board calls them, without unknown ones."""
        return tuple(
            column for name in names if (column := self.metric(name) or self._other_column(name))
        )

    def _other_column(self, name: str) -> Metric | None:
        """Return a column that is no metric, by what the user calls its parts."""
        column = COLUMNS.get(name)
        if column is None or not any(part in self.labels for part in column.parts):
            return column
        parts = self.metrics(column.parts)
        if column.made is Made.USUAL:
            return replace(column, label=f"{parts[0].label}, usually")
        if column.made is Made.TREND:
            return replace(column, label=f"Trend of {parts[0].label}")
        return replace(
            column,
            label=" of ".join(part.label for part in parts),
            short="/".join(part.short for part in parts),
        )
