"""The moving parts of a simulated contact centre: callers, agents, queues. Mutable, private to it.

Times are simulated seconds since the start.
"""

import math
from dataclasses import KW_ONLY
from enum import IntEnum
from random import Random

from wallboard.records import dataclass
from wallboard.simulator.centre.call_log import CallLog
from wallboard.simulator.centre.directory import AgentEntry, QueueEntry
from wallboard.simulator.centre.plan import QueuePlan, SimulatedStatus

_SPREAD = 0.6
"""Standard deviation of the logarithm of log-normal handling times, as measured centres have it."""


class Stage(IntEnum):
    """How far a call has come."""

    WAITING = 0
    RINGING = 1
    TALKING = 2
    ON_HOLD = 3
    GONE = 4


@dataclass(slots=True, eq=False)
class Call:
    """A caller in a queue. ``number``: the caller's own; ``row``: its place in the queue's log.

    ``rang``: when the agent's phone began to ring; ``since``: when the present hold began;
    ``held``: seconds of earlier holds; ``overflows``: whether overflow agents may take it.
    """

    queue: "Queue"
    arrived: float
    number: int
    row: int
    _: KW_ONLY
    stage: Stage = Stage.WAITING
    agent: "Agent | None" = None
    rang: float = 0.0
    answered: float = 0.0
    held: float = 0.0
    since: float = 0.0
    overflows: bool = False


@dataclass(slots=True, eq=False, kw_only=True)
class Agent:
    """An agent now. ``call``: the one that rings or is being handled, if any; ``last``: the one
    before it. ``since``: when the status was taken on; ``number``: from 1, for the logs.

    ``due``: a break begins as soon as the work at hand is done; ``leaving``: so does the end of
    the help in a rush.
    """

    entry: AgentEntry
    number: int
    breaks: bool
    status: SimulatedStatus
    since: float
    idle_since: float
    primary_of: "list[Queue]"
    overflow_of: "list[Queue]"
    call: Call | None = None
    last: Call | None = None
    due: bool = False
    leaving: bool = False

    @property
    def free(self) -> bool:
        """Whether a call can be sent here."""
        return self.call is None and self.status is SimulatedStatus.AVAILABLE

    def become(self, status: SimulatedStatus, now: float) -> None:
        """Take on a status; one who was available and still is has been so all along."""
        if status is not SimulatedStatus.AVAILABLE or self.status is not SimulatedStatus.AVAILABLE:
            self.status, self.since = status, now


class Queue:
    """A queue now. ``waiting``: callers no phone rings for, the longest wait first; ``mu``: mean
    of the logarithm of handling times; ``refers_to``: where its calls are transferred to."""

    def __init__(self, plan: QueuePlan, entry: QueueEntry) -> None:
        self.plan = plan
        self.entry = entry
        self.rate = plan.per_hour / 3600
        self.primary: list[Agent] = []
        self.overflow: list[Agent] = []
        self.waiting: dict[Call, None] = {}
        self.ringing: dict[Call, None] = {}
        self.handling: dict[Call, None] = {}
        self.rushing = False
        self.refers_to: Queue | None = None
        self.log = CallLog()
        self.mu = math.log(plan.handling) - _SPREAD**2 / 2

    def handling_time(self, random: Random) -> float:
        """Draw how long the conversation with one caller takes, holds apart."""
        if self.plan.exponential:
            return random.expovariate(1 / self.plan.handling)
        return random.lognormvariate(self.mu, _SPREAD)

    def ring_time(self, random: Random) -> float:
        """Draw how long a phone rings before it is answered; 0 is at once."""
        if self.rushing and self.plan.rush is not None:
            return self.plan.rush.ring
        return random.uniform(0.5, 1.5) * self.plan.ring


def longest_idle(agents: list[Agent]) -> Agent | None:
    """Return the free agent who has been idle for longest, if any is free."""
    free = (agent for agent in agents if agent.free)
    return min(free, key=lambda agent: agent.idle_since, default=None)
