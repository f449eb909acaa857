"""The agents: who is doing what since when, worst first, sixty of them on one screen."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import ClassVar

from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.metric import IN_STATUS, Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.rules import Level
from wallboard.model.select.page_filter import NO_QUEUES, KnownQueues, parse_agents_filter
from wallboard.model.view.agent_tile import DERIVED, AgentGroup, AgentOptions, AgentTile
from wallboard.model.view.agents_page import AgentsView, hide_people, project_agents
from wallboard.model.view.format import plural
from wallboard.model.view.status_line import Hidden
from wallboard.ui.keys import bindings
from wallboard.ui.screens.list_page import SIDE, UNSURE, FeedListPage, Heard, note
from wallboard.ui.screens.page import Around
from wallboard.ui.widgets.agent_tiles import (
    GAP,
    TileGrid,
    counts,
    grid,
    levels,
    row_lines,
    seat_grid,
)
from wallboard.ui.widgets.block_panel import Block
from wallboard.ui.widgets.columns import fit
from wallboard.ui.widgets.text.line_widget import Pieces, width_of


class AgentsScreen(FeedListPage[AgentsReading]):
    """Tiles of people, or of seats under their queues."""

    BINDINGS = bindings("previous", "next", "group", "calls")
    FOOTER = ("back", "open", "filter", "order", "group", "calls", "palette", "help")
    NAME = "the agents"
    ABOUT = (
        "Who is doing what and since when, the worst first; or the seats of each queue. They "
        "are asked for while somebody looks at them. A filter may compare: time>5:00, queues>1, "
        "and the numbers of their queues, waiting>3."
    )
    KINDS = frozenset((Kind.AGENTS,))
    WHAT: ClassVar[str] = "agents"
    EXAMPLE: ClassVar[str] = "ada · status:pause · queue:sales · time>5:00 · waiting>3"
    BY: ClassVar[tuple[str, ...]] = ("name", "status", IN_STATUS.name, "queue")

    def __init__(
        self,
        around: Around,
        hear: Callable[[], Heard[AgentsReading]],
        known: Callable[[bool], KnownQueues],
        options: Callable[[], AgentOptions],
    ) -> None:
        super().__init__(around, hear, known)
        self._options = options
        self._made: tuple[object, ...] = ()
        self._view: AgentsView | None = None
        self._tiles: list[Sequence[AgentTile]] = []

    parse = staticmethod(parse_agents_filter)

    # What is drawn.

    def _project(self, heard: Heard[AgentsReading]) -> AgentsView:
        """Return the page; made anew only when something was heard, chosen, or got old."""
        choice, privacy = self._choice, heard.privacy
        known = self.known_queues() if choice.asks_of_queues else NO_QUEUES
        options = self._options()
        made = (heard.feeds, choice, privacy, heard.pictured, known, options)
        if self._view is None or made != self._made:
            view = project_agents(heard.feeds, choice, options, privacy, known)
            self._view = hide_people(view) if heard.pictured else view
            self._made = made
        return self._view

    def blocks(self, heard: Heard[AgentsReading]) -> Sequence[Block]:
        """Return the rows of tiles, each group with its heading if there are groups."""
        view = self._project(heard)
        self._tiles = []
        if not view.groups:
            none = f"No agent matches the filter. Press {self.back_key} to clear it."
            return [note(""), note(none if view.every else "No queue has agents.")]
        headed = self._choice.by_queue
        # Before each tile stands the place of the cursor's sign.
        width = self.room
        made = seat_grid(width) if headed else grid(width, self.list.size.height, view.every)
        found: list[Block] = []
        for number, group in enumerate(view.groups):
            if number and headed:
                found.append(note(""))
            if headed:
                found.append(self._heading(group))
            self._tiles += [()] * (len(found) - len(self._tiles))
            for block, tiles in _rows(group, made, heard.now.elapsed, by_queue=headed):
                found.append(block)
                self._tiles.append(tiles)
        return found

    def _heading(self, group: AgentGroup) -> Block:
        room = self.room

        def lines(_cursor: int) -> Sequence[Pieces]:
            place = f"  {group.place}" if group.place else ""
            seats = f"  {plural(len(group.tiles), 'seat')}   "
            head = (SIDE, (group.title, "heading"), (place + seats, "label"))
            old = all(tile.old for tile in group.tiles)
            return [(*head, *counts(group.counts, room - width_of(head), old=old))]

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
        seen = self.list.seen
        rows = [tiles for at, tiles in enumerate(self._tiles) if at not in seen]
        told = [item.told for item in chain.from_iterable(rows)]
        return Hidden(len(told), told.count(Level.WARNING), told.count(Level.CRITICAL))

    def aside(self) -> Sequence[str]:
        """Return how the list is grouped, and what its marks mean."""
        by_queue = "by queue" if self._choice.by_queue else ""
        return (by_queue, UNSURE if self._unsure else "", *super().aside())

    @property
    def _unsure(self) -> bool:
        """Whether any time is shown that has a mark."""
        return any(
            not (episode.confirmed or episode.gone) and episode.since is not None
            for episode in chain.from_iterable(self._tiles)
        )

    def under(self) -> Sequence[Pieces]:
        """Return how many are in each status, and the filter in force."""
        view = self._view
        if view is None:
            return []
        old = all(tile.old for group in view.groups for tile in group.tiles)
        lines = [counts(view.counts, self.room, old=old)]
        if view.filter and self.told_filter:
            lines.append(((f"filter: {view.filter}", "normal"),))
        if view.derived:
            lines.append(((fit(DERIVED, self.room), "label"),))
        return [*lines, *self.blank]

    # Who is under the cursor.

    @property
    def _chosen(self) -> AgentTile | None:
        who = self.list.under
        tiles = chain.from_iterable(self._tiles)
        return next((tile for tile in tiles if _id(tile, self._choice.by_queue) == who), None)

    @property
    def queues(self) -> tuple[QueueKey, ...]:
        """The queues of the person under the cursor, or that of the seat, as far as known."""
        tile, known = self._chosen, {queue.key for queue in self.known_queues().queues}
        if tile is None:
            return ()
        keys = (tile.queue,) if self._choice.by_queue else tile.seats
        return tuple(key for key in keys if key in known)

    @property
    def subject(self) -> str:
        """Whose queues they are."""
        return self._chosen.name if self._chosen else ""

    def action_previous(self) -> None:
        """Go to the one on the left."""
        self.move(0, -1)

    def action_next(self) -> None:
        """Go to the one on the right."""
        self.move(0, 1)

    def regroup(self) -> bool:
        """Show people, or seats under their queues."""
        self.list.rest()
        self.choose(replace(self._choice, by_queue=not self._choice.by_queue))
        return True


def _id(tile: AgentTile, by_queue: bool) -> Hashable:
    """Return who a tile is: a person, or a seat of one."""
    return (tile.person, tile.queue) if by_queue else tile.person


def _rows(
    group: AgentGroup, made: TileGrid, now: float, *, by_queue: bool
) -> Iterator[tuple[Block, Sequence[AgentTile]]]:
    """Give the rows of tiles of a group, and blank lines between them if the grid has some."""
    for at in range(0, len(group.tiles), made.across):
        tiles = group.tiles[at : at + made.across]
        if at and made.blank:
            yield note(""), ()
        ids = tuple(_id(tile, by_queue) for tile in tiles)
        drawn = partial(row_lines, tiles, made, now)
        yield Block(made.high, drawn, ids, made.width + GAP), tiles
