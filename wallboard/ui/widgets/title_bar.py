"""The first line: title, how many queues are in which trouble, and the clock."""

from datetime import datetime
from typing import ClassVar

from textual.reactive import var

from wallboard.model.view.board import BoardView
from wallboard.model.view.format import plural
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, spread

_CLOCK = len("23:59:59 ")


class TitleBar(LineWidget):
    """Title on the left, counts beside it, the clock on the right."""

    PREFIX = "title-bar"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "title-bar--title",
        "title-bar--quiet",
        "title-bar--warning",
        "title-bar--critical",
        "title-bar--clock",
    }

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._clock = ""
        self._before: Pieces = ()

    def watch_view(self) -> None:
        """Draw the new counts."""
        if self.view is not None:
            left = ((f" {self.view.title}", "title"), *counts(self.view))
            self._before = spread(left, ((" " * _CLOCK, ""),), self.size.width)[:-1]
            self._draw()

    def show_time(self, local: datetime) -> None:
        """Draw the clock; ``local`` is in the board's time zone."""
        self._clock = local.strftime("%H:%M:%S")
        self._draw()

    def on_resize(self) -> None:
        """Keep the clock at the right edge."""
        self.watch_view()

    def _draw(self) -> None:
        if self._before:
            self.paint([(*self._before, (f"{self._clock} ".rjust(_CLOCK), "clock"))])


def counts(view: BoardView) -> Pieces:
    """Return the counts in words: queues, and those at each level whose data is fresh."""
    health = view.health
    if not health.queues:
        return ()
    pieces = [(f"   {plural(health.queues, 'queue')}", "quiet")]
    if health.missing:
        pieces.append((f"   {health.missing} missing", "quiet"))
    if health.critical:
        pieces += [("   ", ""), (f" !! {health.critical} critical ", "critical")]
    if health.warning:
        pieces += [("   ", ""), (f" ! {health.warning} warning ", "warning")]
    return tuple(pieces)
