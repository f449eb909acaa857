"""What is drawn in the rows that the table leaves: sites, alerts, the hour; or why it is empty."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from wallboard.model.judge.alert_log import AlertRow
from wallboard.model.judge.rules import Level
from wallboard.model.view.format import NOTHING, count
from wallboard.model.view.overview import Card, Overview, SiteWaits
from wallboard.model.view.row import NOBODY, TONES, Tone
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.last_hour import LEAST_ROWS, totals_in_charts
from wallboard.ui.widgets.text.line_widget import Pieces, width_of
from wallboard.ui.widgets.text.text_panel import wrap

MOST_ALERTS = 24
_MOST_SITES = 3
"""Lines of sites."""

_FEW_ALERTS = 6
"""Alerts that count for more than the hour of the totals."""

_AROUND_CHARTS = 3
"""Rows beside those of charts: the blank before them, the heading, the time."""

_STYLES = {
    "label": "quiet",
    "calm": "quiet",
    "gap": "quiet",
    "bar-warning": "trend-warning",
    "bar-critical": "trend-critical",
}
"""What the table calls the styles of charts."""

_LABEL = 9
"""Columns before sites and alerts, where it is said what they are."""

_APART = 3
"""Columns between two sites."""

_MOST_NAME = 32
_SIGNS = 9
"""Columns of a level's sign and of the blanks in a line of an alert."""

_CARD, _LEAST_CARD = 64, 24
"""Columns of a card, and those below which it has no border."""


def below_lines(found: Overview, width: int, rows: int) -> list[Pieces]:
    """Return sites, alerts and charts in at most ``rows`` lines; what has no room is left out.

    The last alerts make room for as many charts as can be.
    """
    sites = _sites(found.sites, width) if len(found.sites) > 1 else []
    sites = sites[: _MOST_SITES if rows > 2 * _MOST_SITES else 1]
    left = rows - len(sites) - bool(sites)
    charts = len(found.hour) * LEAST_ROWS + _AROUND_CHARTS if found.hour else 0
    few = min(len(found.alerts) or 1, _FEW_ALERTS)
    alerts = _alerts(found.alerts, width, max(few, left - charts) if left > few else left)
    hour = totals_in_charts(found.hour, found.over, left - len(alerts) - 1, old=found.old)
    told = [part for part in (sites, alerts, [_in_table(line) for line in hour]) if part]
    lines = [line for part in told for line in ((), *part)][1:]
    return lines[: max(0, rows)]


def _in_table(line: Pieces) -> Pieces:
    return tuple((text, _STYLES.get(style, style)) for text, style in line)


def _sites(sites: Iterable[SiteWaits], width: int) -> list[Pieces]:
    """Return the sites in lines, each site whole."""
    lines: list[Pieces] = []
    for site in sites:
        pieces = _site(site)
        if not lines or width_of(lines[-1]) + _APART + width_of(pieces) > width:
            lines.append(((fit("" if lines else "  Sites", _LABEL), "quiet"), *pieces))
        else:
            lines[-1] += ((" " * _APART, ""), *pieces)
    return lines


def _site(site: SiteWaits) -> Pieces:
    number = NOTHING if site.waiting is None else count(site.waiting)
    text = NOBODY if site.waiting == 0 else number
    star = "*" if site.partial and site.waiting is not None else ""
    if site.old:
        return ((f"{site.name} {text}{star}", Tone.OLD),)
    if site.level >= Level.WARNING:
        return ((f"{site.name} {text}{star} {site.level.mark}", TONES[site.level]),)
    style = "" if site.waiting else "quiet"
    return ((f"{site.name} ", "quiet"), (f"{text}{star}", style))


def _alerts(alerts: Sequence[AlertRow], width: int, rows: int) -> list[Pieces]:
    shown = alerts[: max(0, rows)]
    if not shown:
        return [(("  Alerts   none so far", "quiet"),)] if rows > 0 else []
    when = max(len(item.when) for item in shown)
    name = min(_MOST_NAME, max(cell_len(item.queue) for item in shown))
    what = max(len(_what(item)) for item in shown)
    # Where there is no room for both, that it is not known counts for more than why it began.
    note = max(len(item.note) for item in shown)
    if note and _LABEL + when + name + what + note + _SIGNS > width:
        what = 0
    lines: list[Pieces] = []
    for item in shown:
        known = item.open and not item.note
        lines.append(
            (
                (fit("" if lines else "  Alerts", _LABEL), "quiet"),
                (f"{item.when:{when}} ", "quiet"),
                (
                    f"{'▌' if known else ' '}{item.level.mark:2}",
                    TONES[item.level] if known else "quiet",
                ),
                (f" {fit(item.queue, name)}  ", "name-critical" if known else "quiet"),
                (f"{_what(item):{what}}  " if what else "", "" if known else "quiet"),
                (item.note or ("still" if item.open else item.lasted), "" if known else "quiet"),
            )
        )
    return lines


def _what(row: AlertRow) -> str:
    """Return ``Waiting ≥ 5: 9, worst 10``; of what is over the worst, of what is not known none."""
    if row.open and row.note:
        return row.rule
    now = row.present if row.open and row.present else row.worst
    worst = f", worst {row.worst}" if row.worst not in (now, NOTHING) else ""
    return f"{row.rule}: {now}{worst}"


def card_lines(told: Card, width: int, rows: int) -> list[Pieces]:
    """Return a card for the middle of so many rows, with the blank lines above it.

    Nothing where it is not whole: the status line tells the same.
    """
    wide = min(_CARD, width - 2)
    room = wide - 4
    words: list[tuple[str, str]] = [(item, "name-critical") for item in wrap(told.words, room)]
    remedy: list[tuple[str, str]] = (
        [(item, "") for item in wrap(told.remedy, room)] if told.remedy else []
    )
    text = [*words, *([("", "")] if remedy else []), *remedy]
    lines: list[Pieces]
    if rows < len(text):
        return []
    if wide < _LEAST_CARD or rows < len(text) + 2:
        return [((f" {item}", style),) for item, style in text]
    margin = (" " * ((width - wide) // 2), "")
    head = f"┌ {told.title} "
    lines = [(margin, (f"{head}{'─' * (wide - len(head) - 1)}┐", "quiet"))]
    for item, style in text:
        lines.append((margin, ("│ ", "quiet"), (fit(item, room), style), (" │", "quiet")))
    lines.append((margin, (f"└{'─' * (wide - 2)}┘", "quiet")))
    return [*[()] * ((rows - len(lines)) // 2), *lines]
