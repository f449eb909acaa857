"""The alerts: which queue was in trouble when, for how long, by what, and who has seen it."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from rich.cells import cell_len
from textual.widget import Widget

from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.alert_log import AlertRow, AlertsView
from wallboard.model.judge.rules import Level
from wallboard.model.view.row import TONES, Tone
from wallboard.ui.keys import bindings
from wallboard.ui.screens.list_page import SIDE, ListPage, line_block
from wallboard.ui.screens.page import Around
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.columns import GAP, fit, in_columns
from wallboard.ui.widgets.text.line_widget import Pieces, spread
from wallboard.ui.widgets.text.text_panel import wrap

_MARK, _WHEN, _VALUE, _LASTED, _REMARK = 2, 8, 8, 7, 19
_NAME_LEAST, _NAME_MOST, _SITE_MOST, _RULE_MOST = 12, 30, 16, 28
_WITH_SITE = 90
_WITH_VALUES = 110
_RIGHT = (5, 6, 7, 8)
"""The places of the columns that are right-aligned: the values, and how long it lasted."""


class AlertsScreen(ListPage):
    """The log with a cursor, newest first; ``alerts`` gives it as it is now."""

    BINDINGS = bindings("open", "acknowledge", "silence", "incident")
    FOOTER = ("back", "open", "acknowledge", "silence", "incident", "palette", "help")
    NAME = "the alerts"
    ABOUT = (
        "Every change of a queue's level, the newest first, as far back as is remembered: which "
        "rule, the value, how long it lasted, and who has seen it."
    )

    def __init__(self, around: Around, alerts: Callable[[], AlertsView]) -> None:
        super().__init__(around)
        self._alerts = alerts
        self._log = AlertsView(())
        self._widths: tuple[int, ...] = ()

    def body(self) -> Sequence[Widget]:
        """Return the list, whose cursor is there from the first."""
        return (BlockPanel(self.refresh_page, always=True),)

    @property
    def current(self) -> QueueKey | None:
        """The queue of the alert under the cursor."""
        return self.chosen.key if self.chosen else None

    @property
    def chosen(self) -> AlertRow | None:
        """The alert under the cursor."""
        return next((row for row in self._log.rows if _id(row) == self.list.under), None)

    @property
    def over(self) -> bool:
        """Whether the alert under the cursor has ended."""
        return self.chosen is not None and not self.chosen.open

    def refresh_page(self) -> None:
        """Take the log as it is now and draw what has changed; the cursor stays on its alert."""
        if self.is_mounted and self.made:
            self._log = self._alerts()
            self._widths = widths(self._log.rows, self.room - len(SIDE[0]))
            super().refresh_page()

    def head(self) -> Sequence[Pieces]:
        """Return how many alerts there are, which feeds are silent, and the headings."""
        log = self._log
        seen = self.list.seen
        total = len(log.rows) + log.more
        shown = f"{seen.start + 1} to {seen.stop} of {total}" if log.rows else ""
        lines: list[Pieces] = [spread(_title(log), ((shown, "label"),), self.room)]
        lines += [
            ((fit(f" {text}", self.room), "warning"),)
            for text in wrap(log.banner, self.room - 2)
            if text
        ]
        most = max(1, self.size.height // 4)
        quiet = log.silenced
        lines += [((fit(f" {text}", self.room), "label"),) for text in quiet[:most]]
        if len(quiet) > most:
            lines.append(((f" … {len(quiet) - most} more silenced", "label"),))
        if not log.rows:
            return [*lines, (), (("No queue has been in trouble so far.", "label"),)]
        return [*lines, (), ((SIDE[0], "columns"), *_headings(self._widths))]

    def draw_body(self) -> None:
        """Draw the alerts in view."""
        rows, columns, width = self._log.rows, self._widths, self.list.size.width
        self.show_blocks([line_block(partial(line, row, columns), _id(row), width) for row in rows])


def _id(row: AlertRow) -> Hashable:
    """Return which alert it is."""
    return row.key, row.when


def _title(log: AlertsView) -> Pieces:
    """Return the title with what is known to last, and how much of it nobody has seen."""
    pieces = [("Alerts", "title")]
    known = [row.level for row in log.rows if row.open and not row.note]
    for level, every in ((Level.CRITICAL, log.critical), (Level.WARNING, log.warning)):
        if number := known.count(level) if log.banner else every:
            pieces += [("   ", ""), (f" {level.mark} {number} {level.word} ", TONES[level])]
    if log.unseen:
        pieces.append((f"   {log.unseen} unseen", "label"))
    return tuple(pieces)


def widths(rows: Sequence[AlertRow], room: int) -> tuple[int, ...]:
    """Return the columns' widths: mark, when, queue, site, rule, three values, lasted, remark.

    A width of 0 leaves a column out: where there is little room, the site, the worst and the
    present value, and then the remark.
    """

    def longest(name: str, least: int, most: int) -> int:
        have = max((cell_len(getattr(row, name)) for row in rows), default=0)
        return min(max(have, least), most)

    when, rule = longest("when", _WHEN, 19), longest("rule", 10, _RULE_MOST)
    site = longest("site", 0, _SITE_MOST) if room >= _WITH_SITE else 0
    remark = max((cell_len(_remark(row)) for row in rows), default=0)
    more = _VALUE if room >= _WITH_VALUES else 0
    fixed = [_MARK, when, site, rule, _VALUE, more, more, _LASTED]
    left = room - sum(wide + GAP for wide in fixed if wide)
    name = longest("queue", _NAME_LEAST, _NAME_MOST)
    if left - name - GAP < remark:
        who = max((cell_len(row.who) for row in rows), default=0)
        name = max(_NAME_LEAST, min(name, left - GAP - who))
    remark = max(0, left - name - GAP)
    return _MARK, when, name, site, rule, _VALUE, more, more, _LASTED, remark


def _headings(columns: tuple[int, ...]) -> Pieces:
    seen = "Seen by" if columns[-1] > 6 else "Seen"
    names = ("", "Since", "Queue", "Site", "Rule", "Value", "Worst", "Now", "Lasted", seen)
    return in_columns([(name, "columns") for name in names], columns, _RIGHT, "columns")


def line(row: AlertRow, columns: tuple[int, ...]) -> Pieces:
    """Return an alert as a line of the list."""
    known = row.open and not row.note
    level = TONES[row.level]
    plain = "normal" if row.open else "label"
    mark = level if known else Tone.OLD if row.open else "label"
    texts = (
        (row.level.mark, mark),
        (row.when, plain),
        (row.queue, level if known and not row.seen else plain),
        (row.site, "label"),
        (row.rule, plain),
        (row.value, plain),
        (row.worst, plain),
        (row.present, Tone.OLD if row.note else plain),
        (row.lasted, Tone.OLD if row.note else plain),
        (_fit_remark(row, columns[-1]), "label"),
    )
    return in_columns(texts, columns, _RIGHT)


def _remark(row: AlertRow) -> str:
    return " · ".join(part for part in (row.seen.removeprefix("seen by "), row.note) if part)


def _fit_remark(row: AlertRow, room: int) -> str:
    """Return as much of who has seen it, and of what is not known, as there is room for."""
    for text in (_remark(row), row.seen.removeprefix("seen by "), row.who):
        if cell_len(text) <= room:
            return text
    return ""
