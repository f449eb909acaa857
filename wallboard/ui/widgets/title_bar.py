"""The first line: title, how many queues are in which trouble, and the clock."""

from datetime import datetime

from textual.reactive import var

from wallboard.model.judge.rules import Level
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import plural
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces, fit_pieces, spread, width_of

_WIDE = 110
"""Columns from which on a level has its word."""

_CLOCK = len("23:59:59 ")


class TitleBar(LineWidget):
    """Title on the left, counts beside it, the clock on the right."""

    PREFIX = "title-bar"

    view: var[BoardView | None] = var(None, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._clock = ""
        self._before: Pieces = ()

    def watch_view(self) -> None:
        """Draw the new counts."""
        if self.view is not None:
            width = self.size.width
            left = ((f" {self.view.title}", "title"), *counts(self.view))
            marks = levels(self.view, width)
            # What is in trouble is never cut off: the words before it give way.
            room = max(0, width - _CLOCK - 1 - width_of(marks))
            left = fit_pieces(left, room) if width_of(left) > room else left
            self._before = spread((*left, *marks), ((" " * _CLOCK, ""),), width)[:-1]
            self._draw()

    on_resize = watch_view

    def show_time(self, local: datetime) -> None:
        """Draw the clock; ``local`` is in the board's time zone."""
        self._clock = local.strftime("%H:%M:%S")
        self._draw()

    def _draw(self) -> None:
        if self._before:
            self.paint([(*self._before, (f"{self._clock} ".rjust(_CLOCK), "clock"))])


def counts(view: BoardView) -> Pieces:
    """Return what is shown: how many queues, and which."""
    health = view.health
    if not health.queues:
        return ()
    said = plural(health.queues, "queue")
    if health.selection:
        said = f"{health.shown} of {health.queues} · {health.selection}"
    pieces = [(f"   {said}", "quiet")]
    if health.missing:
        pieces.append((f"   {health.missing} missing", "quiet"))
    return tuple(pieces)


def levels(view: BoardView, width: int) -> Pieces:
    """Return how many queues are at each level, of those whose data is fresh.

    Where ``width`` columns are many, the levels have their words.
    """
    health, pieces = view.health, list[tuple[str, str]]()
    for count, level in ((health.critical, Level.CRITICAL), (health.warning, Level.WARNING)):
        if count:
            word = f" {level.word}" if width >= _WIDE else ""
            pieces += [("  ", ""), (f"▌{level.mark} {count}{word} ", level.word)]
    return tuple(pieces)
