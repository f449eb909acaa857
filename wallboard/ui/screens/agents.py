"""The agents: who is doing what since when, worst first, sixty of them on one screen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import ClassVar

from textual.widget import Widget

from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.metric import Kind
from wallboard.model.judge.rules import Level
from wallboard.model.select.agents_filter import parse_agents_filter
from wallboard.model.select.filter import Term
from wallboard.model.view.agent_tile import DERIVED, AgentGroup, AgentOptions, AgentTile
from wallboard.model.view.agents_page import AgentsChoice, AgentsView, project_agents, veiled
from wallboard.model.view.format import plural
from wallboard.model.view.status_line import Hidden
from wallboard.ui.keys import bindings
from wallboard.ui.screens.block_scroll import SIDE, UNSURE, BlockScrollPage, Heard, said
from wallboard.ui.screens.page import Around
from wallboard.ui.widgets.agent_panel import Block
from wallboard.ui.widgets.agent_tiles import TileGrid, counts, grid, levels, lined, row_lines
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.filter_bar import FilterBar
from wallboard.ui.widgets.text.flow_layout import wide
from wallboard.ui.widgets.text.line_widget import Pieces

_EXAMPLE = "ada · status:pause · queue:sales · level:warning"
"""What can be typed into the filter."""


class AgentsScreen(BlockScrollPage[AgentsReading]):
    """Tiles of people, or of seats under their queues."""

    BINDINGS = bindings("filter", "group", "calls")
    FOOTER = ("back", "filter", "group", "calls", "palette", "help")
    NAME = "the agents"
    ABOUT = (
        "Who is doing what and since when, the worst first; or the seats of each queue. They "
        "are asked for only while this page is open."
    )
    KINDS = frozenset((Kind.AGENTS,))
    WHAT: ClassVar[str] = "agents"

    def __init__(
        self,
        around: Around,
        hear: Callable[[], Heard[AgentsReading]],
        options: AgentOptions,
    ) -> None:
        super().__init__(around, hear)
        self._options = options
        self._choice = AgentsChoice()
        self._made: tuple[object, ...] = ()
        self._view: AgentsView | None = None
        self._tiles: list[Sequence[AgentTile]] = []

    def body(self) -> Sequence[Widget]:
        """Return the counts, the filter field and the tiles."""
        *under, rolling = super().body()
        return (*under, FilterBar(self._typed, parse_agents_filter, _EXAMPLE), rolling)

    # What is drawn.

    def _project(self, heard: Heard[AgentsReading]) -> AgentsView:
        """Return the page; made anew only when something was heard, chosen, or got old."""
        made = (heard.feeds, self._choice, heard.privacy, heard.pictured)
        if self._view is None or made != self._made:
            view = project_agents(heard.feeds, self._choice, self._options, heard.privacy)
            self._view = veiled(view) if heard.pictured else view
            self._made = made
        return self._view

    def blocks(self, heard: Heard[AgentsReading]) -> Sequence[Block]:
        """Return the rows of tiles, each group with its heading if there are groups."""
        view = self._project(heard)
        self._tiles = []
        if not view.groups:
            none = "No agent matches the filter. Press esc to clear it."
            return [said(""), said(none if view.every else "No queue has agents.")]
        headed = self._choice.by_queue
        size = self.rolling.size
        made = lined(size.width) if headed else grid(size.width, size.height, view.every)
        found: list[Block] = []
        for number, group in enumerate(view.groups):
            if number and headed:
                found.append(said(""))
            if headed:
                found.append(self._heading(group))
            self._tiles += [()] * (len(found) - len(self._tiles))
            for block, tiles in _rows(group, made, heard.now.elapsed):
                found.append(block)
                self._tiles.append(tiles)
        return found

    def _heading(self, group: AgentGroup) -> Block:
        room = self.room

        def lines() -> Sequence[Pieces]:
            place = f"  {group.place}" if group.place else ""
            seats = f"  {plural(len(group.tiles), 'seat')}   "
            head = (SIDE, (group.title, "heading"), (place + seats, "label"))
            old = all(one.old for one in group.tiles)
            return [(*head, *counts(group.counts, room - wide(head), old=old))]

        return Block(1, lines)

    def headlines(self) -> Sequence[Pieces]:
        """Return how many people there are, how many in trouble, and of those out of sight."""
        view = self._view
        if view is None:
            return [(("Agents", "title"),)]
        people = plural(view.every, "person", "people")
        words = f"{view.people} of {people}" if view.filter else people
        title, number = ("Agents", "title"), (f"   {words}", "label")
        hidden = view.hidden.with_more(self._unseen()).words
        out = (("   ", ""), (f" {hidden} ", "critical")) if hidden else ()
        told, marks = (levels(view.warning, view.critical, words=long) for long in (True, False))
        return [(title, number, *out, *told), (title, number, *out, *marks), (title, *out, *marks)]

    def _unseen(self) -> Hidden:
        """Return how many are out of sight, and how many in trouble among them."""
        seen = self.rolling.seen
        rows = [tiles for at, tiles in enumerate(self._tiles) if at not in seen]
        told = [one.told for one in chain.from_iterable(rows)]
        return Hidden(len(told), told.count(Level.WARNING), told.count(Level.CRITICAL))

    def aside(self) -> Sequence[str]:
        """Return what part of the list is in view, and how it is grouped."""
        seen = self.rolling.seen
        every = sum(map(len, self._tiles))
        before = sum(map(len, self._tiles[: seen.start]))
        within = sum(map(len, self._tiles[seen.start : seen.stop]))
        part = "" if within == every else f"{before + 1}–{before + within} of {every}"
        by_queue = "by queue" if self._choice.by_queue else ""
        return (part, by_queue, UNSURE if self._unsure else "", *super().aside())

    @property
    def _unsure(self) -> bool:
        """Whether any time is shown that has a mark."""
        return any(
            not (one.confirmed or one.gone) and one.since is not None
            for one in chain.from_iterable(self._tiles)
        )

    def under(self) -> Sequence[Pieces]:
        """Return how many are in each status, and the filter in force."""
        view = self._view
        if view is None:
            return []
        old = all(one.old for group in view.groups for one in group.tiles)
        lines = [counts(view.counts, self.room, old=old)]
        # While the field is open, it says so itself.
        if view.filter and not self.query_one(FilterBar).opened:
            lines.append(((f"filter: {view.filter}", "normal"),))
        if view.derived:
            lines.append(((fit(DERIVED, self.room), "label"),))
        return [*lines, *self.blank]

    # What the reader chooses.

    def _typed(self, text: str, sought: tuple[Term, ...]) -> None:
        self._choose(replace(self._choice, text=text, sought=sought))

    def _choose(self, choice: AgentsChoice) -> None:
        self._choice = choice
        self.refresh_page()

    def action_filter(self) -> None:
        """Open the filter field."""
        self.query_one(FilterBar).open(self._choice.text)

    def action_back(self) -> None:
        """Close the field, else clear the filter, else leave."""
        field = self.query_one(FilterBar)
        opened = field.opened
        if opened:
            field.close()
        if self._choice.sought:
            self._choose(replace(self._choice, text="", sought=()))
        elif not opened:
            super().action_back()

    def regroup(self) -> bool:
        """Show people, or seats under their queues."""
        self._choose(replace(self._choice, by_queue=not self._choice.by_queue))
        self.action_top()
        return True


def _rows(
    group: AgentGroup, made: TileGrid, now: float
) -> Iterator[tuple[Block, Sequence[AgentTile]]]:
    """Give the rows of tiles of a group, and blank lines between them if the grid has some."""
    for at in range(0, len(group.tiles), made.across):
        tiles = group.tiles[at : at + made.across]
        if at and made.blank:
            yield said(""), ()
        yield Block(made.high, partial(row_lines, tiles, made, now)), tiles
