"""One agent as shown: status, time in it, level; and how many are in each status.

A tile tells its own time each second, so that a tick changes digits only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, field, replace
from types import MappingProxyType

from wallboard.model.data.agent_status import NOTHING, OTHER, AgentStatus
from wallboard.model.data.agents import PersonKey
from wallboard.model.data.metric import Number
from wallboard.model.data.privacy import PICTURED, shown_caller, shown_name
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.view.format import duration
from wallboard.model.view.row import TONES, Cell, Tone, estimate
from wallboard.records import dataclass

DERIVED_MARK = "*"

DERIVED = f"{DERIVED_MARK} derived from calls and presence: the API tells no status here"
"""What the mark of a status means that the API has not told."""

_SECOND, _MINUTE = 1_000, 60_000

Times = tuple[Number | None, Number | None]
"""From how many milliseconds in a status on it is a warning, and critical; ``None``: never."""

LEVELS: Mapping[str, Times] = MappingProxyType(
    {
        "WRAP_UP": (_MINUTE, 3 * _MINUTE),
        "PAUSE": (15 * _MINUTE, 30 * _MINUTE),
        "ALERTING": (20 * _SECOND, None),
    }
)
"""What is told of the time in a status where the configuration says nothing."""


@dataclass(frozen=True, slots=True)
class AgentOptions:
    """What the configuration says of agents. ``levels``: status, as the API names it → bounds.

    A bound that is reached counts.
    """

    levels: Mapping[str, Times] = field(default_factory=lambda: LEVELS)

    def level(self, status: str, since: Number | None) -> Level:
        """Return the level of a time (milliseconds) in a status; no time is no alarm."""
        warning, critical = self.levels.get(status, (None, None))
        if since is None:
            return Level.NORMAL
        if critical is not None and since >= critical:
            return Level.CRITICAL
        return Level.WARNING if warning is not None and since >= warning else Level.NORMAL


@dataclass(frozen=True, slots=True)
class AgentTile:
    """One agent as shown. ``level``: as it was measured, ``since`` in milliseconds, too.

    ``state``: of the data. ``measured``: elapsed seconds. ``confirmed``: whether the unit of the
    time was seen to be right. ``derived``: whether the status was. ``queues``: where the
    status is held; ``call``: with whom; ``seats``: all queues that it sits in, these first.
    """

    person: PersonKey
    queue: QueueKey
    name: str
    status: AgentStatus
    level: Level
    state: Freshness
    _: KW_ONLY
    since: Number | None
    measured: float
    confirmed: bool = True
    overflow: bool = False
    queues: tuple[str, ...] = ()
    seats: tuple[QueueKey, ...] = ()
    call: str = ""
    derived: bool = False

    @property
    def old(self) -> bool:
        """Whether it was not just measured: then no part of it has a level's colour."""
        return self.state >= Freshness.STALE

    @property
    def gone(self) -> bool:
        """Whether it is too old to be shown: its values are dashes."""
        return self.state is Freshness.NO_DATA

    @property
    def told(self) -> Level:
        """The level that is told: none of old data."""
        return Level.UNKNOWN if self.old else self.level

    @property
    def tone(self) -> Tone:
        """The tone of the whole tile."""
        return Tone.OLD if self.old else TONES[self.level]

    @property
    def word(self) -> str:
        """The status in a word."""
        return NOTHING if self.gone else self.status.word

    def time(self, now: float) -> Cell:
        """Return the time in the status at ``now``, elapsed seconds; ``~`` where it is estimated.

        While the data is LIVE it counts on; then the measured value returns.
        """
        if self.gone:
            return Cell(NOTHING, Tone.OLD)
        mark = "" if self.confirmed or self.since is None else "?"
        if self.since is None or self.state is not Freshness.LIVE:
            return Cell(duration(self.since), self.tone, mark)
        return estimate(self.since, self.measured, now, self.tone, mark)


Counts = tuple[tuple[AgentStatus, int], ...]
"""How many are in each status, the most telling first; those in none are left out."""


@dataclass(frozen=True, slots=True)
class AgentGroup:
    """All people (``title`` is empty), or the seats of one queue."""

    title: str
    place: str
    counts: Counts
    tiles: tuple[AgentTile, ...]


def veil_group(group: AgentGroup) -> AgentGroup:
    """Return a group without anything personal."""
    return replace(
        group,
        tiles=tuple(
            replace(
                tile,
                name=shown_name(PICTURED, True, tile.name),
                call=shown_caller(PICTURED, True, tile.call, ""),
            )
            for tile in group.tiles
        ),
    )


def count_statuses(tiles: Iterable[AgentTile]) -> Counts:
    """Return how many are in each status; what is too old to be shown is in none."""
    numbers = Counter(
        tile.status if tile.status.known else OTHER for tile in tiles if not tile.gone
    )
    return tuple(sorted(numbers.items(), key=lambda pair: (pair[0].rank, pair[0].id)))
