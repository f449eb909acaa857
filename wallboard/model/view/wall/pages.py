"""A wall's pages, its message, and what is kind to its screen: all a function of the time.

All here is reckoned from what is given: no clock, no screen, no file.
"""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from wallboard.model.data.name_pattern import NO_GROUP
from wallboard.model.data.options import WallPages
from wallboard.model.judge.levels import RuleBook
from wallboard.model.view.row import Row, Tone
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class WallPage:
    """One page of queues. ``top``: how many of its lines, the first ones, are on every page.

    ``number`` counts from 1, ``of`` is how many pages there are; ``title``: the site, or the
    group of queues, if it is one.
    """

    lines: tuple[Row, ...]
    top: int
    number: int
    of: int
    title: str = ""


def pages(
    lines: Sequence[Row],
    per_page: int,
    by: WallPages = "page",
    book: RuleBook | None = None,
    empty: Sequence[str] = (),
) -> tuple[WallPage, ...]:
    """Return the pages of a wall, in the board's order; never none.

    Queues in trouble are on top of every page; where they fill one, the worst of them stand still.
    ``by`` ``site``, ``group``: a site, or a group of queues (of ``book``), has pages of its own,
    with the worst of all on half of each. ``empty``: the groups that find no queue.
    """
    per_page = max(2, per_page)
    trouble = [line for line in lines if line.tone in (Tone.WARNING, Tone.CRITICAL)]
    if by == "page" and (len(lines) <= per_page or len(trouble) >= per_page):
        return (WallPage(tuple(lines[:per_page]), 0, 1, 1),)
    top = trouble if by == "page" else trouble[: per_page // 2]
    on_top = {line.key for line in top}
    rest = [line for line in lines if line.key not in on_top]
    room = per_page - len(top)
    made: list[tuple[str, Sequence[Row]]] = []
    for title, group in _groups(lines, rest, by, book, empty):
        made += [(title, part) for part in _even(group, room)]
    return tuple(
        WallPage((*top, *part), len(top), number, len(made), title)
        for number, (title, part) in enumerate(made, 1)
    )


def _groups(
    lines: Sequence[Row],
    rest: Sequence[Row],
    by: WallPages,
    book: RuleBook | None,
    empty: Sequence[str],
) -> list[tuple[str, Sequence[Row]]]:
    if by == "page" or not lines:
        return [("", rest)]
    # By name: a page must not move while others are read.
    titles = {title for line in lines for title in _titles(line, by, book)}
    titles |= set(empty if by == "group" else ())
    return [
        (title, lines_of_page(rest, title, by, book))
        for title in sorted(titles, key=lambda title: (title == NO_GROUP, title))
    ]


def lines_of_page(
    lines: Sequence[Row], title: str, by: str, book: RuleBook | None
) -> tuple[Row, ...]:
    """Return those of the lines that belong on the pages of that title."""
    return tuple(line for line in lines if title in _titles(line, by, book))


def _titles(line: Row, by: str, book: RuleBook | None) -> tuple[str, ...]:
    if by == "site" or book is None:
        return (line.queue.site_title,)
    return book.groups.of(line.queue) or (NO_GROUP,)


def _even(rows: Sequence[Row], room: int) -> Iterator[Sequence[Row]]:
    """Give rows in as few parts as there must be, none much shorter than another."""
    count = -(-len(rows) // room) or 1
    edges = [-(-len(rows) * at // count) for at in range(count + 1)]
    return (rows[first:last] for first, last in pairwise(edges))


def page_at(elapsed: float, seconds: float, of: int) -> tuple[int, float]:
    """Return which page (from 0) stands at ``elapsed`` seconds, and how far it is through (0–1)."""
    if of <= 1 or seconds <= 0:
        return 0, 0.0
    turns = elapsed / seconds
    return math.floor(turns) % of, turns - math.floor(turns)


# Kind to the screen.

_SHIFTS = ((0, 0), (1, 0), (1, 1), (0, 1))
_SHIFT_SECONDS = 240.0


def shift(elapsed: float) -> tuple[int, int]:
    """Return by how many columns and rows the picture is moved: a cell every four minutes."""
    return _SHIFTS[math.floor(elapsed / _SHIFT_SECONDS) % len(_SHIFTS)]
