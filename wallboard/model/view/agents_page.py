"""Who is doing what, as data: one tile a person, or one a seat under its queue.

A person sits in many queues. The status of the person is the most telling one of these seats
(``agent_status``: handling before ringing, … before logged out), the time the longest in it. The
level follows from that status and from the time as it was measured: nothing estimated raises an
alarm. ``project_agents`` runs when something was heard or chosen, never for a tick.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, replace
from types import MappingProxyType
from typing import NamedTuple

from wallboard.model.data.agent_status import AgentStatus, status_of
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.metric import IN_STATUS, SEATED, Number
from wallboard.model.data.metric_names import fold
from wallboard.model.data.privacy import HIDDEN, Privacy, shown_caller, shown_name
from wallboard.model.data.reading import QueueKey, QueueMetrics
from wallboard.model.feeds.feed_status import FeedReport
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Level
from wallboard.model.select.page_filter import NO_QUEUES, KnownQueues, PageChoice, Shown, matches
from wallboard.model.select.selection import WORST_FIRST, Order, sort_by
from wallboard.model.view.agent_tile import (
    AgentGroup,
    AgentOptions,
    AgentTile,
    Counts,
    count_statuses,
    veil_group,
)
from wallboard.model.view.status_line import Hidden
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class AgentsView:
    """The page. ``counts``, ``people``: of distinct persons shown, ``every``: of all there are.

    ``hidden``: who is left out by the filter; ``filter``: the one in force, in words.
    """

    groups: tuple[AgentGroup, ...]
    counts: Counts
    people: int
    every: int
    warning: int
    critical: int
    _: KW_ONLY
    filter: str
    hidden: Hidden

    @property
    def derived(self) -> bool:
        """Whether any status is shown that the API has not told."""
        return any(tile.derived and not tile.gone for group in self.groups for tile in group.tiles)


def project_agents(
    feeds: Sequence[FeedReport[AgentsReading]],
    choice: PageChoice,
    options: AgentOptions,
    privacy: Privacy,
    known: KnownQueues = NO_QUEUES,
) -> AgentsView:
    """Return what is to be drawn; ``privacy``: settled, as it holds on this screen.

    ``known``: the queues by whose metrics a filter may compare.
    """
    people: dict[PersonKey, list[_Placed]] = {}
    for place in (placed := _place_seats(feeds)):
        people.setdefault(place.seat.person, []).append(place)
    queues = {queue.key: queue for queue in known.queues}
    every = [_agent(held, options, privacy, queues) for held in people.values()]
    shown = [agent.tile for agent in every if matches(choice.terms, agent.shown, known.groups)]
    if choice.by_queue:
        seats = [_agent([place], options, privacy, queues) for place in placed]
        groups = _by_queue(seats, placed, choice, known.groups, several=len(feeds) > 1)
    else:
        groups = [AgentGroup("", "", (), _order(shown, choice.order))]
    _, warning, critical = found = _count_told(shown)
    total = _count_told(agent.tile for agent in every)
    return AgentsView(
        tuple(group for group in groups if group.tiles),
        count_statuses(shown),
        len(shown),
        len(every),
        warning,
        critical,
        filter=choice.filter,
        hidden=Hidden(*(all_of - these for all_of, these in zip(total, found, strict=True))),
    )


def queue_agents(
    feeds: Sequence[FeedReport[AgentsReading]],
    key: QueueKey,
    options: AgentOptions,
    privacy: Privacy,
) -> AgentGroup:
    """Return the seats of one queue: primary before overflow, the worst first."""
    placed = [place for place in _place_seats(feeds) if place.seat.queue == key]
    tiles = [_agent([place], options, privacy).tile for place in placed]
    title, place = _heading(placed[0], several=False) if placed else ("", "")
    return AgentGroup(title, place, count_statuses(tiles), _order(tiles, overflow_last=True))


def hide_people(view: AgentsView) -> AgentsView:
    """Return a view without anything personal: for pictures."""
    return replace(
        view,
        groups=tuple(map(veil_group, view.groups)),
        filter=HIDDEN if view.filter else "",
    )


class _Placed(NamedTuple):
    """A seat with its status and the time in it, and the answer that it stands in."""

    seat: Seat
    status: AgentStatus
    since: Number | None
    reading: AgentsReading
    state: Freshness
    pbx: str


class _Agent(NamedTuple):
    """A tile, and what a filter sees of it: also the queues where the status is not held."""

    tile: AgentTile
    shown: Shown


def _place_seats(feeds: Iterable[FeedReport[AgentsReading]]) -> list[_Placed]:
    return [
        _Placed(seat, *_status(seat), feed.reading, feed.state, feed.name)
        for feed in feeds
        if feed.reading is not None
        for seat in feed.reading.seats
    ]


def _status(seat: Seat) -> tuple[AgentStatus, Number | None]:
    """Return the status of a seat, the user's own where the queue's was not sent."""
    if seat.status:
        return status_of(seat.status), seat.since
    return status_of(seat.user_status), seat.user_since


def _agent(
    held: Sequence[_Placed],
    options: AgentOptions,
    privacy: Privacy,
    queues: Mapping[QueueKey, QueueMetrics] = MappingProxyType({}),
) -> _Agent:
    """Return the tile of a person in the seats ``held``, all of one answer."""
    least = min(place.status.rank for place in held)
    telling = [place for place in held if place.status.rank == least]
    longest = max(telling, key=lambda place: place.since or 0)
    seat, status, since, reading, state, _ = longest
    caller = next(
        (placed.seat for placed in telling if placed.seat.caller or placed.seat.address), seat
    )
    tile = AgentTile(
        seat.person,
        seat.queue,
        shown_name(privacy, False, seat.name),
        status,
        _level(options, status, since, reading),
        state,
        since=since,
        measured=reading.measured.elapsed,
        confirmed=reading.confirmed,
        overflow=all(placed.seat.overflow for placed in telling),
        queues=tuple(
            dict.fromkeys(placed.seat.queue_name for placed in telling if placed.seat.queue_name)
        ),
        seats=tuple(dict.fromkeys(placed.seat.queue for placed in (*telling, *held))),
        call=_call(caller, privacy),
        derived=seat.derived,
    )
    return _Agent(tile, _filter_fields(tile, held, queues))


def _filter_fields(
    tile: AgentTile, held: Sequence[_Placed], queues: Mapping[QueueKey, QueueMetrics]
) -> Shown:
    """Return what a filter sees: the queues where the status is not held, too."""
    texts = {
        "name": (tile.name,),
        "status": (tile.word, tile.status.id, tile.status.short) if not tile.gone else (),
        "queue": tuple(placed.seat.queue_name for placed in held),
        "site": tuple(dict.fromkeys(placed.seat.site for placed in held)),
        "pbx": (held[0].pbx,),
    }
    numbers: dict[str, Number] = {SEATED.name: len(tile.seats)}
    if tile.since is not None and not tile.gone:
        numbers[IN_STATUS.name] = tile.since
    found = tuple(queues[key] for key in tile.seats if key in queues)
    return Shown(texts, tile.told, numbers=numbers, queues=found)


def _level(
    options: AgentOptions, status: AgentStatus, since: Number | None, reading: AgentsReading
) -> Level:
    """Return the level of a time; as on the board none as long as its unit is not confirmed."""
    return options.level(status.id, since) if reading.confirmed else Level.NORMAL


def _call(seat: Seat, privacy: Privacy) -> str:
    """Return whom an agent talks to in few letters: of a name in full the number is left out."""
    named = seat.caller.strip() and privacy.callers == "shown"
    return shown_caller(privacy, False, seat.caller, "" if named else seat.address)


def _order(
    tiles: Iterable[AgentTile], order: Order = WORST_FIRST, *, overflow_last: bool = False
) -> tuple[AgentTile, ...]:
    """Return the worst first, then by status, the longest in it, by name; or in ``order``.

    All of this is as it was measured: so the order changes with a poll, never with a tick.
    """

    def key(tile: AgentTile) -> tuple[bool, int, int, float, str, PersonKey]:
        longest = -1.0 if tile.since is None else tile.since
        late = overflow_last and tile.overflow and order.by == "worst"
        return late, -tile.level, tile.status.rank, -longest, fold(tile.name), tile.person

    found = sorted(tiles, key=key)
    if order.by == "worst":
        return tuple(reversed(found) if order.descending else found)
    if order.by == IN_STATUS.name:
        return sort_by(found, lambda tile: tile.since, order.descending)
    if order.by == "status":
        return sort_by(found, lambda tile: float(tile.status.rank), order.descending)
    return sort_by(found, lambda tile: _text_of(tile, order.by), order.descending)


def _text_of(tile: AgentTile, by: str) -> str | None:
    """Return by what a tile stands in an order by name or queue; nothing comes last."""
    return fold("".join(tile.queues[:1]) if by == "queue" else tile.name) or None


def _heading(placed: _Placed, *, several: bool) -> tuple[str, str]:
    """Return a queue's name and place. ``several``: whether there are several PBXes."""
    seat = placed.seat
    parts = (seat.site, placed.pbx if several else "")
    return seat.queue_name or seat.queue.extension, " · ".join(part for part in parts if part)


def _by_queue(
    seats: Sequence[_Agent],
    placed: Sequence[_Placed],
    choice: PageChoice,
    known: GroupBook,
    *,
    several: bool,
) -> list[AgentGroup]:
    """Return a group a queue: that with the worst seat first, then by name.

    Where seats have another order, by name alone.
    """
    members: dict[QueueKey, list[AgentTile]] = {}
    heads: dict[QueueKey, tuple[str, str]] = {}
    for seat, where in zip(seats, placed, strict=True):
        heads.setdefault(seat.tile.queue, _heading(where, several=several))
        if matches(choice.terms, seat.shown, known):
            members.setdefault(seat.tile.queue, []).append(seat.tile)
    order = choice.order
    groups = [
        AgentGroup(*heads[key], count_statuses(tiles), _order(tiles, order, overflow_last=True))
        for key, tiles in members.items()
    ]
    groups.sort(key=lambda group: (fold(group.title), group.place))
    if order.by == "worst":
        groups.sort(key=lambda group: max(tile.level for tile in group.tiles), reverse=True)
    if order.descending and order.by in ("worst", "queue"):
        groups.reverse()
    return groups


def _count_told(tiles: Iterable[AgentTile]) -> tuple[int, int, int]:
    """Return how many there are, and how many in warning and in critical."""
    levels = [tile.told for tile in tiles]
    return len(levels), levels.count(Level.WARNING), levels.count(Level.CRITICAL)
