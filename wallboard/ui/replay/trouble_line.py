"""The line of a day: its trouble and its gaps, and where in it the replay is."""

from datetime import datetime
from itertools import groupby

from wallboard.model.replay import TroubleLine
from wallboard.ui.widgets.text.line_widget import LineWidget, Pieces

_SIGNS = {
    None: ("·", "gap"),
    -1: ("·", "gap"),
    0: ("▁", ""),
    1: ("▄", "warning"),
    2: ("█", "critical"),
}
"""A bar: the worse the higher; what nobody measured is a point."""

_PLACE = "▲"
_NOTHING = (" ", "")


class TroubleLineBar(LineWidget):
    """One line over the status line; shown while the board is a replay."""

    PREFIX = "trouble-line"

    _line: TroubleLine | None = None
    _at: datetime | None = None

    def show_line(self, line: TroubleLine | None, at: datetime) -> None:
        """Draw a day; ``at``: where the replay is, in the board's time zone."""
        self._line, self._at = line, at
        self._draw()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._line is not None and self._at is not None:
            self.paint([pieces(self._line, self._at, self.size.width)])


def pieces(line: TroubleLine, at: datetime, width: int) -> Pieces:
    """Return a day in one line: its begin, its bars, its end."""
    begin = line.begin.astimezone(at.tzinfo)
    first, last = f" {begin:%H:%M} ", f" {line.end(at.tzinfo):%H:%M} "
    room = max(1, width - len(first) - len(last))
    parts = line.narrow(room)
    known = [place for place, part in enumerate(parts) if part is not None]
    signs = [
        _SIGNS[part] if known and known[0] <= place <= known[-1] else _NOTHING
        for place, part in enumerate(parts)
    ]
    if line.holds(at):
        signs[min(room - 1, line.place(at) * room // len(line.minutes))] = _PLACE, "place"
    runs = groupby(signs, key=lambda sign: sign[1])
    drawn = tuple(("".join(text for text, _ in run), style) for style, run in runs)
    return ((first, ""), *drawn, (last, ""))
