"""The table in groups: a heading a site, PBX or group of queues with its totals, its queues below.

A queue that is in several groups of queues stands under each; what is in none stands under "no
group". Groups come in the order of the board: whose first queue comes first, comes first; so under
``worst`` the worst group is on top. Headings and queues are rows of one list, so that a cursor
walks over both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Made, Metric
from wallboard.model.data.metric_names import fold
from wallboard.model.data.name_pattern import NO_GROUP
from wallboard.model.data.reading import NO_SITE
from wallboard.model.judge.levels import RuleBook
from wallboard.model.judge.rules import Level, worst
from wallboard.model.select.selection import Selection
from wallboard.model.silences import MARK
from wallboard.model.view.row import NOBODY, Cell, Row, Tone
from wallboard.model.view.tile import Tile, subtotals, tick_tile
from wallboard.records import dataclass

BY = ("", "site", "pbx", "group")
"""What queues can be grouped by; ``""`` is not at all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a group. ``id`` is what folds it: a site's title, a PBX's id, a group's name.

    ``lines``: indices of its queues in the view. ``totals``: one a column, over these queues, as
    tiles are: with level, note (partial, old, late, seats) and ticking. ``level``: the worst that
    is known of queues that are not old, and of what a group of the user's own is judged by.
    ``silenced``: whether all of its queues are.
    """

    id: str
    name: str
    lines: tuple[int, ...]
    level: Level
    tone: Tone
    warning: int
    _: KW_ONLY
    critical: int
    totals: tuple[Tile, ...]
    folded: bool = False
    silenced: bool = False

    @property
    def title(self) -> str:
        """Its name and how many queues it has; of one that finds none, that it does."""
        many = f"({len(self.lines)})" if self.lines else "finds no queue: see [groups]"
        return f"{self.name} {many}"

    @property
    def mark(self) -> str:
        """The level's mark; none where all is old."""
        return "" if self.tone is Tone.OLD else self.level.mark

    @property
    def gutter(self) -> str:
        """A bar and the level's mark, three cells; blank where all is well or old.

        One that is silenced as a whole has a ``z`` for the bar.
        """
        bar = MARK if self.silenced else "▌"
        return f"{bar}{self.mark:2}" if self.mark or self.silenced else ""

    @property
    def hidden(self) -> str:
        """What is hidden while it is folded: ``1 !! 2 !``; else nothing."""
        parts = [f"{self.critical} {Level.CRITICAL.mark}"] if self.critical else []
        parts += [f"{self.warning} {Level.WARNING.mark}"] if self.warning else []
        return " ".join(parts) if self.folded else ""


TableEntry = Heading | int
"""One row of the table: a heading, or a queue by its index in the view's ``lines``."""


def group_rows(
    lines: Sequence[Row],
    columns: Sequence[Metric],
    book: RuleBook,
    selection: Selection,
    empty: Sequence[str],
) -> tuple[TableEntry, ...]:
    """Return the rows of the table, grouped as the reader wants it; else the queues alone.

    Of folded groups only the heading is shown. Totals are exact over the queues of the group,
    folded or not. ``empty``: the groups of queues that find none at all; they come last.
    """
    by = selection.by
    if not by:
        return tuple(range(len(lines)))
    entries: list[TableEntry] = []
    made = (METRICS[name] for column in columns for name in column.parts)
    plain = (column for column in columns if column.made is None)
    metrics = {metric.name: metric for metric in (*made, *plain)}.values()
    for group, indices in _members(lines, by, book, empty).items():
        members, folded = [lines[index] for index in indices], group in selection.folded
        rules = book.groups.rules.get(group, book.total) if by == "group" else book.total
        totals = subtotals(members, metrics, rules)
        judged = {rule.metric for rule in book.groups.own.get(group, ())} if by == "group" else ()
        own = [total.level for total in totals if total.metric.name in judged]
        entries.append(_heading(group, by, indices, members, totals, folded=folded, own=own))
        if not folded:
            entries += indices
    return tuple(entries)


def in_order(entries: Iterable[TableEntry]) -> tuple[int, ...]:
    """Return the queues in the order of the table, as indices; those of folded groups too."""
    order: list[int] = []
    for entry in entries:
        if isinstance(entry, int):
            order.append(entry)
        elif entry.folded:
            order += entry.lines
    # One that is in several groups of queues comes where it stands first.
    return tuple(dict.fromkeys(order))


def _members(
    lines: Iterable[Row], by: str, book: RuleBook, empty: Iterable[str]
) -> dict[str, list[int]]:
    """Return each group with its queues: whose first queue comes first, comes first."""
    members: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        for group in _ids(line, by, book):
            members.setdefault(group, []).append(index)
    return {**members, **{group: [] for group in empty if by == "group"}}


def _ids(line: Row, by: str, book: RuleBook) -> Iterable[str]:
    if by == "group":
        return sorted(book.groups.of(line.queue), key=fold) or ("",)
    return (line.queue.site_title if by == "site" else line.key.pbx,)


_NAMELESS = {"site": NO_SITE, "group": NO_GROUP}


def _heading(
    group: str,
    by: str,
    indices: Iterable[int],
    lines: list[Row],
    totals: tuple[Tile, ...],
    *,
    folded: bool,
    own: Iterable[Level],
) -> Heading:
    levels = [line.levels.level for line in lines if line.tone is not Tone.OLD]
    # A group of the user's own may break a rule while all of its queues are well.
    level = worst(
        [*levels, *(own_level for own_level in own if levels and own_level >= Level.WARNING)]
    )
    name = (lines[0].queue.pbx or group) if by == "pbx" else (group or _NAMELESS[by])
    return Heading(
        group,
        name,
        tuple(indices),
        level,
        Tone(level.word) if levels else Tone.OLD,
        levels.count(Level.WARNING),
        critical=levels.count(Level.CRITICAL),
        totals=totals,
        folded=folded,
        silenced=bool(lines) and all(line.silenced for line in lines),
    )


def row_of(rows: Iterable[TableEntry], index: int, group: str | None = None) -> int:
    """Return the place of a queue (its index in the view) among ``rows``.

    A queue of a folded group stands at its heading; -1: it is in no row. ``group``: of its places
    the one in this group, if it has one there.
    """
    first, below = -1, None
    for place, row in enumerate(rows):
        if isinstance(row, Heading):
            below = row.id
        if row == index or (isinstance(row, Heading) and row.folded and index in row.lines):
            if group is None or below == group:
                return place
            first = place if first < 0 else first
    return first


def toggle_fold(folded: frozenset[str], group: str) -> frozenset[str]:
    """Return the folded groups after one was folded or unfolded."""
    return folded ^ {group}


def non_metric_cell(column: Metric, totals: Mapping[str, Tile], now: float) -> Cell:
    """Return a heading's cell of a column that is made of metrics; a trend has no total."""
    if column.made is not Made.SHARE:
        return Cell("")
    part, whole = (heading_cell(totals[name], now, False) for name in column.parts)
    return part._replace(text=f"{part.text.rstrip('*')}/{whole.text}")


def heading_cell(tile: Tile, now: float, tick: bool) -> Cell:
    """Return a heading's total as a cell at ``now`` (elapsed seconds); ``*`` where it has a note.

    The note says that it is partial, late or old, or that it counts seats and not people.
    """
    cell = tick_tile(tile, now) if tick else tile.cell
    if tile.nobody and cell.tone is Tone.NORMAL:
        cell = cell._replace(text=NOBODY, tone=Tone.QUIET)
    return cell._replace(text=f"{cell.text}*") if tile.note else cell
