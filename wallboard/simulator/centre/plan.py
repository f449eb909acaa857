"""What a simulated contact centre is made of: frozen data, written by hand or generated.

Queues name their site, and agents name their site and queues, by place in the PBX's own lists.
All times are simulated seconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY
from enum import IntEnum

from wallboard.records import dataclass
from wallboard.simulator.centre.names import person

OFFICE_HOURS = (
    0.40, 0.38, 0.36, 0.36, 0.36, 0.38, 0.45, 0.55, 0.80, 1.00, 1.00, 0.95,
    0.85, 0.90, 0.98, 1.00, 0.92, 0.80, 0.65, 0.55, 0.50, 0.46, 0.44, 0.42,
)  # fmt: skip
"""Share of the busiest hour's calls at each full hour; somebody calls at night, too."""

ALWAYS = (1.0,) * 24
"""The same at any hour."""

_OFF_DUTY = 7
"""One agent in so many is off duty."""


class SimulatedStatus(IntEnum):
    """What an agent is doing. One whose phone rings is still ``AVAILABLE``.

    The first four are the statuses that the vendor calls eligible.
    """

    AVAILABLE = 0
    BUSY = 1
    AWAY = 2
    APPEAR_OFFLINE = 3
    WRAP_UP = 4
    DND = 5
    OFFLINE = 6
    LOGGED_OUT = 7


@dataclass(frozen=True, slots=True)
class Rush:
    """A scripted rush on one queue, so that there is something to see.

    ``calls``: when callers arrive, seconds from the rush's beginning. ``help_at``, ``help_end``:
    when the queue's overflow agents come to help, one a second, and when they go away again.
    ``ring``: how long each phone rings meanwhile. ``every``: the rush begins anew after so many
    seconds.
    """

    calls: tuple[float, ...]
    help_at: float
    help_end: float
    ring: float
    every: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What becomes of calls beside being answered or given up: shares, from 0 to 1.

    ``diverted``: of the callers for whom no phone has rung after ``divert_after`` seconds, those
    who are sent elsewhere, four of five to voicemail; with nobody signed in it is every one.
    ``missed``: of the calls that ring, those that nobody answers. ``hung_up``: of the calls on
    hold, those whose caller does not wait for the end of it. ``to_queue``, ``to_ring_group``,
    ``to_external``: of the calls that were handled, those that are transferred.
    """

    diverted: float = 0.0
    divert_after: float = 45.0
    missed: float = 0.0
    hung_up: float = 0.0
    to_queue: float = 0.0
    to_ring_group: float = 0.0
    to_external: float = 0.0


USUAL_FATES = Fates(
    diverted=0.3,
    divert_after=30.0,
    missed=0.003,
    hung_up=0.02,
    to_queue=0.02,
    to_ring_group=0.01,
    to_external=0.01,
)
"""A contact centre as there are many."""


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue. ``per_hour``: calls in the busiest hour; ``handling``, ``wrap_up``, ``ring`` and
    ``patience`` are means; ``overflow_after``: when overflow agents may take a call;
    ``exponential``: handling times are spread like that, and not log-normal.

    ``hold_share`` of the calls are put on hold once, for ``hold`` seconds on average. What else can
    become of them is in ``fates``; without, each is answered or given up, and ends where it began.
    """

    name: str
    extension: str
    site: int = 0
    per_hour: float = 10.0
    _: KW_ONLY
    handling: float = 240.0
    patience: float = 180.0
    wrap_up: float = 20.0
    ring: float = 7.0
    hold_share: float = 0.15
    hold: float = 40.0
    overflow_after: float = 20.0
    exponential: bool = False
    rush: Rush | None = None
    fates: Fates | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """An agent: ``primary`` and ``overflow`` are queues. ``breaks``: whether the status changes
    by itself now and then."""

    first_name: str
    last_name: str
    extension: str
    site: int = 0
    primary: tuple[int, ...] = ()
    overflow: tuple[int, ...] = ()
    _: KW_ONLY
    status: SimulatedStatus = SimulatedStatus.AVAILABLE
    breaks: bool = True
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class SitePlan:
    """A site of a PBX."""

    name: str
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class PbxPlan:
    """A PBX. ``accessible``: whether the account may see its metrics."""

    name: str
    sites: tuple[SitePlan, ...]
    queues: tuple[QueuePlan, ...] = ()
    agents: tuple[AgentPlan, ...] = ()
    deleted: bool = False
    accessible: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole account. ``warm_up``: seconds that pass unseen before the start.

    ``profile``: the share of the busiest hour's calls at each full hour, 24 of them.
    """

    pbxes: tuple[PbxPlan, ...] = ()
    profile: tuple[float, ...] = OFFICE_HOURS
    warm_up: float = 1800.0


def team(
    numbers: Iterator[int],
    size: int,
    site: int,
    primary: int,
    overflow: tuple[int, ...],
    *,
    helpers: int,
    extension: int,
) -> Iterable[AgentPlan]:
    """Yield ``size`` agents on duty who are primary in a queue, and a few who are off duty.

    The first ``helpers`` of them also have an overflow seat in ``overflow``. Extensions count
    up from ``extension`` with ``numbers``.
    """
    for place in range(size + size // (_OFF_DUTY - 1)):
        number = next(numbers)
        yield AgentPlan(
            *person(number),
            str(extension + number),
            site,
            (primary,),
            overflow if place < helpers else (),
            status=SimulatedStatus.AVAILABLE if place < size else SimulatedStatus.OFFLINE,
            breaks=place < size,
        )
