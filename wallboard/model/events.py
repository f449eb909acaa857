"""What can happen to the board: the feeds' news, and what the reader does, as frozen data."""

from dataclasses import field
from typing import TYPE_CHECKING

from wallboard.errors import Reason, WallboardError
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.opening_hours import IsOpen
from wallboard.model.data.reading import FeedId, Moment, QueueKey, Reading
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.hours import PastHeard
from wallboard.model.judge.levels import Levels
from wallboard.model.judge.rules import Rules
from wallboard.model.judge.time_in_target import Targets, TimeInTarget
from wallboard.model.judge.trends import Trends
from wallboard.model.select.selection import Order, Selection
from wallboard.records import dataclass

if TYPE_CHECKING:
    from wallboard.model.silences import Silences

Answer = Reading | AgentsReading | CallsReading
"""What a feed brings, by its kind: the queues live or today, the agents, the calls."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is nothing fresh: a stable reason, what happened, and what to do about it."""

    reason: Reason
    words: str
    remedy: str = ""

    @classmethod
    def of(cls, error: WallboardError) -> "Trouble":
        """Keep the words of an error and drop the error: its traceback holds locals."""
        return cls(error.reason, error.words, error.remedy)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed that is polled, and its PBX's name. ``interval``: seconds; 0: the live feeds'."""

    feed: FeedId
    pbx_name: str
    interval: float = 0.0


@dataclass(frozen=True, slots=True)
class Discovered:
    """The account was opened: these feeds are polled from now on.

    ``interval``: seconds between two polls of a live one.
    """

    feeds: tuple[FeedInfo, ...]
    interval: float


@dataclass(frozen=True, slots=True)
class Fresh:
    """A feed answered. ``next_poll``: when it will be asked again."""

    feed: FeedId
    reading: Answer
    next_poll: Moment


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll brought nothing; it is tried again at ``retry_at``, ``None``: nobody here tries.

    ``feed`` is ``None`` while the account itself could not be opened (sign-in, names).
    """

    feed: FeedId | None
    trouble: Trouble
    at: Moment
    retry_at: Moment | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What another board knew before this one began; its moments are on this one's clocks.

    ``levels``: of the queues that were in trouble, as far as that may still be so.
    ``trends_alone``: nothing is known but the trends, and they may come at any time.
    """

    trends: Trends
    levels: Levels = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()
    in_target: TimeInTarget = field(default_factory=TimeInTarget)
    trends_alone: bool = False


@dataclass(frozen=True, slots=True)
class Configured:
    """The configuration has become another one while the board runs.

    ``rules``, ``options``, ``is_open`` and ``targets``: as of ``state.start``. ``order``: of the
    table, where the configuration's is another one now.
    """

    rules: Rules
    options: ViewOptions
    is_open: IsOpen | None
    targets: Targets
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class HubRules:
    """The rules by which the hub judges, which are the board's from now on; groups are its own."""

    rules: Rules


FeedEvent = Discovered | Fresh | Failed | PastHeard | Remembered | HubRules


# What the reader does.


@dataclass(frozen=True, slots=True)
class Selected:
    """The reader chose what to see."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class ColumnsChosen:
    """The reader chose the table's columns: metrics by name, most wanted first."""

    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pause:
    """The reader froze the rows."""

    at: Moment


@dataclass(frozen=True, slots=True)
class Resume:
    """The reader let the rows go on."""


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Somebody (a name or initials) has seen the trouble that these queues are in now."""

    keys: frozenset[QueueKey]
    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Silenced:
    """Which queues are to be quiet from now on, all of them: by a key, or by another board."""

    silences: "Silences"
