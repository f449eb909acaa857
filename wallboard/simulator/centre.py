"""A contact centre that does not exist: a seeded discrete-event model in the manner of Erlang-A.

Callers arrive as a Poisson stream whose rate follows the time of day, wait for as long as their
exponential patience lasts, and are handled by agents who come and go. With exponential handling
times, one queue, phones answered at once and agents who stay, it is the M/M/n+M queue of the
formulas.

Pure: time is what ``advance_to`` is told, chance is ``random.Random(seed)``.
"""

import heapq
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

from wallboard.model.metrics import CATALOGUE, Number
from wallboard.simulator.directory import directory_of
from wallboard.simulator.measure import measured
from wallboard.simulator.parts import Agent, Call, Queue, Stage, longest_idle
from wallboard.simulator.plan import PbxPlan, Plan, QueuePlan, Rush, Status
from wallboard.simulator.statistics import QueueStatistics

_BREAK_EVERY = 2700.0
"""Mean seconds between an agent's breaks."""

_BREAKS = (
    (Status.AWAY, 45, 240.0),
    (Status.BUSY, 25, 180.0),
    (Status.DND, 15, 150.0),
    (Status.APPEAR_OFFLINE, 5, 120.0),
    (Status.OFFLINE, 5, 600.0),
    (Status.LOGGED_OUT, 5, 600.0),
)
"""What an agent does in a break: status, weight, mean seconds."""

_WEIGHTS = [weight for _, weight, _ in _BREAKS]

_Event = tuple[float, int, Callable[[Any], None], Any]


class Centre:
    """The contact centre. ``start``: the date and time at second 0 of the simulation."""

    metric_names: tuple[str, ...] = tuple(CATALOGUE)
    """What it can measure, in the order of its answers."""

    def __init__(self, plan: Plan, seed: int, start: datetime) -> None:
        self.directory = directory_of(plan, seed)
        self.start = start
        self._random = random.Random(seed)  # noqa: S311 - a simulation, not a secret
        self._now = -plan.warm_up
        self._of_day = start.hour * 3600.0 + start.minute * 60.0 + start.second
        self._peak = max(plan.profile)
        self._profile = [share / self._peak for share in plan.profile]
        self._flat = min(plan.profile) == self._peak
        self._events: list[_Event] = []
        self._count = 0
        self._queues: dict[str, Queue] = {}
        for pbx, entry in zip(plan.pbxes, self.directory.pbxes, strict=True):
            if not pbx.deleted:
                self._open(pbx, entry.id)
        self.advance_to(0.0)
        for queue in self._queues.values():
            queue.statistics.restart(0.0)

    @property
    def seconds(self) -> float:
        """Simulated seconds since the start."""
        return self._now

    def advance_to(self, seconds: float) -> None:
        """Let everything happen up to ``seconds`` since the start; the past is left alone."""
        events = self._events
        while events and events[0][0] <= seconds:
            self._now, _, happen, subject = heapq.heappop(events)
            happen(subject)
        self._now = max(self._now, seconds)

    def measure(self, queue_id: str) -> dict[str, Number]:
        """Return all 28 metrics of a queue now; ``KeyError`` if it is deleted or unknown."""
        return measured(self._queues[queue_id], self._now)

    def statistics(self, queue_id: str) -> QueueStatistics:
        """Return what the queue did since the start."""
        queue = self._queues[queue_id]
        queue.statistics.length_was(queue.length, self._now)
        return queue.statistics

    # -- setting up ---------------------------------------------------------------------------

    def _open(self, pbx: PbxPlan, pbx_id: str) -> None:
        queues = [Queue(plan) for plan in pbx.queues]
        for plan in pbx.agents:
            if plan.deleted:
                continue
            agent = Agent(plan)
            agent.primary_of = [queues[place] for place in plan.primary]
            agent.overflow_of = [queues[place] for place in plan.overflow]
            for queue in agent.primary_of:
                queue.primary.append(agent)
            for queue in agent.overflow_of:
                queue.overflow.append(agent)
            if agent.breaks:
                self._at(self._random.uniform(0, _BREAK_EVERY), self._break, agent)
        for queue, entry in zip(queues, self.directory.queues[pbx_id], strict=True):
            if entry.deleted:
                continue
            self._queues[entry.id] = queue
            if queue.rate > 0:
                self._at(self._random.expovariate(queue.rate), self._arrive, queue)
            if queue.plan.rush is not None:
                self._at(-self._now, self._rush, queue)

    def _at(self, delay: float, happen: Callable[[Any], None], subject: object) -> None:
        self._count += 1
        heapq.heappush(self._events, (self._now + delay, self._count, happen, subject))

    # -- callers ------------------------------------------------------------------------------

    def _share(self) -> float:
        """Return how much of the busiest hour's calls come at this time of day."""
        hours = (self._of_day + self._now) / 3600 % 24
        whole = int(hours)
        low, high = self._profile[whole % 24], self._profile[(whole + 1) % 24]
        return low + (high - low) * (hours - whole)

    def _arrive(self, queue: Queue) -> None:
        # Thinning: the stream has the rate of the busiest hour, and part of it stays away.
        chance = self._random
        self._at(chance.expovariate(queue.rate), self._arrive, queue)
        if not queue.rushing and (self._flat or chance.random() < self._share()):
            self._join(queue)

    def _join(self, queue: Queue) -> None:
        call = Call(queue, self._now)
        statistics = queue.statistics
        statistics.length_was(queue.length, self._now)
        statistics.arrived += 1
        queue.waiting[call] = None
        self._offer(queue)
        if call.stage is Stage.TALKING:
            return
        statistics.waited += 1
        if not queue.rushing:
            self._at(self._random.expovariate(1 / queue.plan.patience), self._abandon, call)
        if call.stage is Stage.WAITING and queue.overflow:
            self._at(queue.plan.overflow_after, self._overflow, call)

    def _abandon(self, call: Call) -> None:
        if call.stage > Stage.RINGING:
            return
        agent = call.agent
        self._leave(call)
        call.queue.statistics.abandoned += 1
        call.stage = Stage.GONE
        if agent is not None:
            agent.call = call.agent = None
            self._release(agent)

    def _leave(self, call: Call) -> None:
        """Take a call out of the waiting ones, whatever becomes of it."""
        queue = call.queue
        queue.statistics.length_was(queue.length, self._now)
        queue.statistics.wait += self._now - call.arrived
        del (queue.ringing if call.stage is Stage.RINGING else queue.waiting)[call]

    def _overflow(self, call: Call) -> None:
        if call.stage is Stage.WAITING:
            call.overflows = True
            self._offer(call.queue)

    # -- who answers --------------------------------------------------------------------------

    def _offer(self, queue: Queue) -> None:
        """Send waiting calls to free agents, the longest wait first."""
        while queue.waiting:
            call = next(iter(queue.waiting))
            agent = longest_idle(queue.primary)
            if agent is None and _may_overflow(call):
                agent = longest_idle(queue.overflow)
            if agent is None:
                return
            self._ring(call, agent)

    def _ring(self, call: Call, agent: Agent) -> None:
        queue = call.queue
        agent.call, call.agent = call, agent
        rings = queue.ring_time(self._random)
        if rings <= 0:
            self._answer(call)
            return
        del queue.waiting[call]
        queue.ringing[call] = None
        call.stage = Stage.RINGING
        self._at(rings, self._answer, call)

    def _answer(self, call: Call) -> None:
        agent = call.agent
        if call.stage > Stage.RINGING or agent is None:
            return
        queue, chance = call.queue, self._random
        self._leave(call)
        queue.statistics.answered += 1
        queue.handling[call] = None
        call.stage = Stage.TALKING
        call.answered = self._now
        agent.status = Status.BUSY
        talk = queue.handling_time(chance)
        hold = 0.0
        if queue.plan.hold_share and chance.random() < queue.plan.hold_share:
            hold = chance.expovariate(1 / queue.plan.hold)
            begin = talk * chance.uniform(0.2, 0.8)
            self._at(begin, self._hold, call)
            self._at(begin + hold, self._resume, call)
        self._at(talk + hold, self._end, call)

    def _hold(self, call: Call) -> None:
        call.stage = Stage.ON_HOLD
        call.since = self._now

    def _resume(self, call: Call) -> None:
        call.stage = Stage.TALKING
        call.held += self._now - call.since

    def _end(self, call: Call) -> None:
        agent, call.agent = call.agent, None
        del call.queue.handling[call]
        call.stage = Stage.GONE
        if agent is None:
            return
        agent.call = None
        if call.queue.plan.wrap_up > 0:
            agent.status = Status.WRAP_UP
            wrap_up = self._random.uniform(0.5, 1.5) * call.queue.plan.wrap_up
            self._at(wrap_up, self._release, agent)
        else:
            self._release(agent)

    # -- agents -------------------------------------------------------------------------------

    def _release(self, agent: Agent) -> None:
        """An agent has nothing left to do: leave, a break that is due, the next call, or idle."""
        if agent.leaving:
            agent.leaving = False
            agent.status = Status.AWAY
            return
        if agent.due:
            agent.due = False
            self._leave_for_break(agent)
            return
        agent.status = Status.AVAILABLE
        agent.idle_since = self._now
        for queues in (agent.primary_of, agent.overflow_of):
            calling = [queue for queue in queues if queue.waiting]
            for queue in sorted(calling, key=_first_arrival):
                self._offer(queue)
                if not agent.free:
                    return

    def _break(self, agent: Agent) -> None:
        if agent.free:
            self._leave_for_break(agent)
        else:
            agent.due = True

    def _leave_for_break(self, agent: Agent) -> None:
        ((status, _, mean),) = self._random.choices(_BREAKS, _WEIGHTS)
        agent.status = status
        self._at(self._random.expovariate(1 / mean), self._back, agent)
        for queue in agent.primary_of if status >= Status.DND else ():
            self._offer(queue)

    def _back(self, agent: Agent) -> None:
        self._at(self._random.uniform(0.5, 1.5) * _BREAK_EVERY, self._break, agent)
        self._release(agent)

    # -- a scripted rush ----------------------------------------------------------------------

    def _rush(self, queue: Queue) -> None:
        """Begin a rush, which goes the same way with any seed: other callers stay away meanwhile,
        and nobody hangs up."""
        rush = _rush_of(queue.plan)
        queue.rushing = True
        for moment in rush.calls:
            self._at(moment, self._join, queue)
        self._at(rush.help_at, self._help, queue)
        self._at(rush.help_end, self._rush_ends, queue)
        self._at(rush.every, self._rush, queue)

    def _help(self, queue: Queue) -> None:
        for place, agent in enumerate(queue.overflow):
            self._at(float(place), self._helps, agent)

    def _helps(self, agent: Agent) -> None:
        if agent.status is Status.AWAY:
            self._release(agent)

    def _rush_ends(self, queue: Queue) -> None:
        queue.rushing = False
        for agent in queue.overflow:
            agent.leaving = True
            if agent.free:
                self._release(agent)


def _rush_of(plan: QueuePlan) -> Rush:
    if plan.rush is None:
        raise ValueError("a queue without a rush")
    return plan.rush


def _may_overflow(call: Call) -> bool:
    return call.overflows or all(one.status >= Status.DND for one in call.queue.primary)


def _first_arrival(queue: Queue) -> float:
    return next(iter(queue.waiting)).arrived
