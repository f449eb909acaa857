"""The day by hours: entered, accepted, abandoned, diverted, beside the same day last week."""

from collections.abc import Callable, Sequence

from wallboard.model.data.catalogue import METRICS
from wallboard.model.judge.hours import COUNTS, HourTotal
from wallboard.model.view.day import HourLine, HoursView
from wallboard.model.view.format import NOTHING, plural
from wallboard.ui.keys import bindings
from wallboard.ui.screens.page import Around, Page
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import wrap

_LABEL, _TODAY, _PAIR = 11, 6, 13
"""Columns of an hour, of one count with its mark, of two counts with what is between."""

_LEAST_BAR, _MOST_BAR = 8, 60
_BAR, _BEFORE = "█", "│"
_UNKNOWN = "░"


class HoursScreen(Page):
    """One line an hour."""

    BINDINGS = bindings("agents", "calls")
    FOOTER = ("back", "palette", "help")
    NAME = "the day by hours"
    ABOUT = (
        "The calls of each hour of today, by when they entered, beside the same weekday last week, "
        "of the queues that the board shows. The bar is what entered, its line what entered last "
        "week. Hours are asked of the API while this page is open, at most two a minute, the "
        "newest first; hours that it does not tell are as polled (~)."
    )

    def __init__(self, around: Around, project: Callable[[], HoursView]) -> None:
        super().__init__(around)
        self._project = project

    def head(self) -> Sequence[Pieces]:
        """Return the two days, and where the counts are from."""
        view = self._project()
        about = ((f"   {view.names[0]} beside {view.names[1]}", "label"),)
        words = [((item, "label"),) for item in wrap(" · ".join(view.words), self.room)]
        return [(("The day by hours", "title"), *about), *words]

    def lines(self) -> Sequence[Pieces]:
        """Return a line an hour under the headings, and the sums of what is known of both days."""
        view = self._project()
        room = self.room - _LABEL - _PAIR * len(COUNTS) - 2
        bar = min(_MOST_BAR, room) if room >= _LEAST_BAR else 0
        most = max((entered for line in view.lines for entered in _entered_counts(line)), default=0)
        names = "".join(fit(METRICS[name].short, _PAIR, right=True) for name in COUNTS)
        heading = (fit("Hour", _LABEL) + names, "columns")
        lines = [(heading,), *(_hour(line, bar, most) for line in view.lines)]
        if view.compared:
            label = fit(plural(view.compared, "hour"), _LABEL)
            cells = "".join(
                _today(_count(view.total, at)) + _before(_count(view.total_before, at))
                for at in range(len(COUNTS))
            )
            lines += [(), ((label + cells, "heading"),)]
        return [(), *lines]


def _entered_counts(line: HourLine) -> list[int]:
    return [
        item.numbers[0]
        for item in (line.today, line.before)
        if item is not None and item.numbers[0] is not None
    ]


def _hour(line: HourLine, bar: int, most: int) -> Pieces:
    """Return one hour; what goes on is told so far and dim, what is to come is blank."""
    tone = "normal" if line.is_over else "label"
    label = line.label if line.is_over or not line.is_begun else f"{line.label} now"
    pieces: list[tuple[str, str]] = [(fit(label, _LABEL), "label")]
    for at in range(len(COUNTS)):
        today = _count(line.today, at) if line.is_begun else ""
        pieces.append((_today(today), tone))
        pieces.append((_before(_count(line.before, at)), "label"))
    if bar:
        pieces += [("  ", ""), *_bars(line, bar, most)]
    return tuple(pieces)


def _count(hour: HourTotal | None, at: int) -> str:
    """Return a count with its marks: ``~`` as polled, ``*`` not of all queues."""
    if hour is None or (number := hour.numbers[at]) is None:
        return NOTHING
    return f"{number}{'*' if hour.partial else ''}{'' if hour.exact else '~'}"


def _today(text: str) -> str:
    return fit(text, _TODAY, right=True)


def _before(text: str) -> str:
    return fit(f"({text})", _PAIR - _TODAY, right=True)


def _bars(line: HourLine, width: int, most: int) -> Pieces:
    """Return what entered as a bar, with a line where last week's ended."""
    entered = line.today.numbers[0] if line.today else None
    if entered is None and line.is_begun:
        return ((_UNKNOWN * width, "gap"),)
    length = 0 if entered is None else -(-entered * width // most) if most else 0
    before = line.before.numbers[0] if line.before else None
    cells = _BAR * length + " " * (width - length)
    if before is None or not most:
        return ((cells, "trend"),)
    at = min(width - 1, before * width // most)
    return ((cells[:at], "trend"), (_BEFORE, "label"), (cells[at + 1 :], "trend"))
