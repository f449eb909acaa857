"""A queue's page: why it is in trouble, every metric, the last hour, its times in trouble."""

from collections.abc import Callable, Sequence

from wallboard.model.board import Tone
from wallboard.model.queue_page import QueueView, Row, Trend
from wallboard.model.state import FeedState
from wallboard.model.thresholds import Level
from wallboard.ui.screens.page import Page
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.painted import Pieces
from wallboard.ui.widgets.sheet import sparkline

_TONES = {Level.WARNING: Tone.WARNING, Level.CRITICAL: Tone.CRITICAL}
_LABEL, _VALUE, _BETWEEN = 28, 11, 4


class QueueScreen(Page):
    """``view`` gives the page as it is now, or ``None`` once the queue is gone."""

    def __init__(self, view: Callable[[], QueueView | None]) -> None:
        super().__init__()
        self._view = view

    def lines(self) -> Sequence[Pieces]:
        """Return the page."""
        view = self._view()
        if view is None:
            return [(("This queue is no longer in the API's answers.", "normal"),)]
        lines: list[Pieces] = [_title(view), ((view.place, "label"),), ()]
        lines += [((sentence, "normal"),) for sentence in view.why] or [(_all_well(view),)]
        lines.append(())
        lines += _trend_lines(view.trends, self.size.width - 4)
        lines.append(())
        lines += _group_lines(view, max(1, (self.size.width - 4) // (_LABEL + _VALUE + _BETWEEN)))
        if view.past:
            lines += [(("Levels since the start", "heading"),)]
            lines += [((f"  {one}", "normal"),) for one in view.past[:20]]
        return lines


def _title(view: QueueView) -> Pieces:
    tone = _TONES.get(view.level)
    if tone is None:
        return ((view.title, "title"),)
    return ((view.title, "title"), ("  ", ""), (f"{view.level.mark} {view.level.word}", tone))


def _all_well(view: QueueView) -> tuple[str, str]:
    if view.state >= FeedState.STALE:
        return (f"The data is {view.state}: levels are not judged.", "label")
    if view.level is Level.UNKNOWN:
        return ("No value to judge.", "label")
    return ("Nothing is past its bounds.", "label")


def _trend_lines(trends: tuple[Trend, ...], width: int) -> list[Pieces]:
    lines: list[Pieces] = [(("Last hour", "heading"),)]
    room = max(10, min(120, width - _LABEL - 22))
    for trend in trends:
        bars = sparkline(trend.values, room)
        lines.append(
            (
                (fit(f"  {trend.metric.label}", _LABEL), "label"),
                (fit(bars, room), "trend"),
                (f"  {trend.span}", "normal"),
            )
        )
    return lines


def _group_lines(view: QueueView, across: int) -> list[Pieces]:
    """Return the groups, ``across`` metrics a line."""
    lines: list[Pieces] = []
    for group, rows in view.groups:
        lines.append(((group, "heading"),))
        high = -(-len(rows) // across)
        for number in range(high):
            line: list[tuple[str, str]] = []
            for row in rows[number::high]:
                line += _row(row)
            lines.append(tuple(line))
        lines.append(())
    return lines


def _row(row: Row) -> list[tuple[str, str]]:
    cell = row.cell
    text = row.note or f"{cell.mark}{cell.text}{'~' if cell.estimated else ''}"
    tone = Tone.UNKNOWN if row.note else cell.tone
    return [
        (fit(f"  {row.metric.label}", _LABEL), "label"),
        (" " * (_VALUE - len(text)), ""),
        (text, tone),
        (" " * _BETWEEN, ""),
    ]
