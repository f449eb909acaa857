"""What the configuration says of the picture, as plain data."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from wallboard.model.data.catalogue import (
    DEFAULT_COLUMNS,
    DEFAULT_TILES,
    NO_LABELS,
    Labels,
    labelled,
)
from wallboard.model.data.metric import Metric


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What the configuration says of the picture; metrics by the API's names.

    ``labels``: metric → what the user calls it.
    """

    title: str = "Contact centre"
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    tiles: tuple[str, ...] = DEFAULT_TILES
    tick: bool = True
    timezone: tzinfo = UTC
    labels: Labels = field(default_factory=lambda: NO_LABELS)

    def metric(self, name: str) -> Metric | None:
        """Return a metric as this board calls it, if there is one of that name."""
        return labelled(name, self.labels)

    def metrics(self, names: Iterable[str]) -> tuple[Metric, ...]:
        """Return the metrics of some names as this board calls them, without unknown ones."""
        return tuple(metric for name in names if (metric := self.metric(name)))
