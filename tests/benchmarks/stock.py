"""A board as one writes it with Textual's own widgets, for comparison: header, tiles, DataTable."""

from typing import Literal

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, Header, Static

from wallboard.model.data.catalogue import DEFAULT_COLUMNS, DEFAULT_TILES, METRICS
from wallboard.model.data.metric import TICKING
from wallboard.model.data.reading import QueueMetrics, Reading
from wallboard.model.select.totals import totals
from wallboard.model.view.format import duration, value

_COLUMNS = tuple(name for name in DEFAULT_COLUMNS if name in METRICS)
"""What a stock table can draw: a trend is no value of one answer."""

Way = Literal["cells", "rows"]
"""Whether a poll updates the cells that changed, or clears the table and adds the rows anew."""


class StockBoard(App[None]):
    """The same columns and tiles, worst first; no levels, no ages, no filter."""

    CSS = "Horizontal { height: 3; } Static { width: 1fr; } #status { height: 1; }"

    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way = way
        self._shown: dict[str, tuple[str, ...]] = {}
        self._waits: dict[str, float] = {}

    def compose(self) -> ComposeResult:
        yield Header(show_clock=True)
        with Horizontal():
            for name in DEFAULT_TILES:
                yield Static(id=name)
        yield DataTable()
        yield Static(id="status")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.cursor_type = "row"
        table.add_column("Queue", key="name")
        table.add_column("Site", key="site")
        for name in _COLUMNS:
            table.add_column(METRICS[name].short, key=name)

    def show(self, reading: Reading) -> None:
        """Draw an answer."""
        queues = sorted(reading.queues, key=lambda one: -one.values[TICKING])
        if self._way == "rows" or not self._shown:
            self._add(queues)
        else:
            self._update(queues)
        for name, total in totals(queues, DEFAULT_TILES).items():
            words = f"{METRICS[name].label}\n{value(METRICS[name], total.value)}"
            self.query_one(f"#{name}", Static).update(words)
        self.query_one("#status", Static).update("LIVE · data 0s old")
        self._waits = {one.extension: one.values[TICKING] for one in queues if one.values[TICKING]}

    def _add(self, queues: list[QueueMetrics]) -> None:
        table = self.query_one(DataTable)
        table.clear()
        for queue in queues:
            table.add_row(*_texts(queue), key=queue.extension)
        self._shown = {queue.extension: _texts(queue) for queue in queues}

    def _update(self, queues: list[QueueMetrics]) -> None:
        table = self.query_one(DataTable)
        names = ("name", "site", *_COLUMNS)
        for queue in queues:
            new, old = _texts(queue), self._shown[queue.extension]
            for name, text, before in zip(names, new, old, strict=True):
                if text != before:
                    table.update_cell(queue.extension, name, text)
            self._shown[queue.extension] = new
        table.sort(TICKING, reverse=True)

    def tick(self) -> None:
        """Let a second pass."""
        table = self.query_one(DataTable)
        for extension, wait in self._waits.items():
            self._waits[extension] = wait + 1_000
            table.update_cell(extension, TICKING, duration(wait + 1_000))
        self.query_one("#status", Static).update("LIVE · data 1s old")


def _texts(queue: QueueMetrics) -> tuple[str, ...]:
    values = (value(METRICS[name], queue.values.get(name)) for name in _COLUMNS)
    return (queue.name, queue.site, *values)
