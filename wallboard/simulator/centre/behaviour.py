"""The floor of a simulated contact centre: how callers, agents and queues behave.

In the manner of Erlang-A: callers arrive as a Poisson stream whose rate follows the time of day,
wait for as long as their exponential patience lasts, and are handled by agents who come and go.
With exponential handling times, one queue, phones answered at once and agents who stay, it is the
M/M/n+M queue of the formulas.
"""

from collections.abc import Sequence

from wallboard.simulator.centre.call_log import CallOutcome, Destination
from wallboard.simulator.centre.engine import Engine
from wallboard.simulator.centre.entities import Agent, Call, Queue, Stage, longest_idle
from wallboard.simulator.centre.plan import Fates, SimulatedStatus

BREAK_EVERY = 2700.0
"""Mean seconds between an agent's breaks."""

_BREAKS = (
    (SimulatedStatus.AWAY, 45, 240.0),
    (SimulatedStatus.BUSY, 25, 180.0),
    (SimulatedStatus.DND, 15, 150.0),
    (SimulatedStatus.APPEAR_OFFLINE, 5, 120.0),
    (SimulatedStatus.OFFLINE, 5, 600.0),
    (SimulatedStatus.LOGGED_OUT, 5, 600.0),
)
"""What an agent does in a break: status, weight, mean seconds."""

_WEIGHTS = [weight for _, weight, _ in _BREAKS]

_RINGS_OUT = 20.0
"""Seconds that a phone rings to which nobody comes."""

_TO_VOICEMAIL = 0.8
"""Share of the diverted calls that end in voicemail."""


class Behaviour(Engine):
    """Callers and agents. ``profile``: the share of the busiest hour's calls at each full hour;
    ``of_day``: the time of day at second 0, in seconds."""

    def __init__(self, seed: int, begins: float, profile: Sequence[float], of_day: float) -> None:
        super().__init__(seed, begins)
        peak = max(profile)
        self._of_day = of_day
        self._profile = [share / peak for share in profile]
        self._flat = min(profile) == peak
        self._callers = 0

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

    def _join(self, queue: Queue, caller: int = 0) -> None:
        if not caller:
            self._callers += 1
            caller = self._callers
        call = Call(queue, self._now, caller, queue.log.note_arrival(self._now))
        queue.waiting[call] = None
        self._offer(queue)
        if call.stage is Stage.TALKING:
            return
        if not queue.rushing:
            self._at(self._random.expovariate(1 / queue.plan.patience), self._abandon, call)
        if call.stage is not Stage.WAITING:
            return
        if queue.overflow:
            self._at(queue.plan.overflow_after, self._overflow, call)
        if queue.plan.fates is not None and not queue.rushing:
            self._at(queue.plan.fates.divert_after, self._divert, call)

    def _abandon(self, call: Call) -> None:
        if call.stage <= Stage.RINGING:
            self._lose(call, CallOutcome.ABANDONED)

    def _divert(self, call: Call) -> None:
        """Send a caller elsewhere for whom no phone has rung."""
        queue = call.queue
        if call.stage is not Stage.WAITING or queue.plan.fates is None:
            return
        agents = (*queue.primary, *queue.overflow)
        if self._fate.random() >= queue.plan.fates.diverted and any(
            agent.status < SimulatedStatus.DND for agent in agents
        ):
            return
        voicemail = self._fate.random() < _TO_VOICEMAIL
        self._lose(
            call, CallOutcome.DIVERTED, Destination.VOICEMAIL if voicemail else Destination.NOWHERE
        )

    def _miss(self, call: Call) -> None:
        """Nobody has come to the ringing phone: the caller is cut off."""
        if call.stage is Stage.RINGING:
            self._lose(call, CallOutcome.MISSED)

    def _lose(
        self, call: Call, outcome: CallOutcome, sent: Destination = Destination.NOWHERE
    ) -> None:
        """Let a caller go whom nobody has answered."""
        agent = call.agent
        self._leave(call)
        call.queue.log.note_loss(call.row, self._now, outcome, self._now - call.arrived, sent)
        call.stage = Stage.GONE
        if agent is not None:
            agent.call = call.agent = None
            self._release(agent)

    def _leave(self, call: Call) -> None:
        """Take a call out of the waiting ones, whatever becomes of it."""
        del (call.queue.ringing if call.stage is Stage.RINGING else call.queue.waiting)[call]

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
        queue, fates = call.queue, call.queue.plan.fates
        agent.call, call.agent, call.rang = call, agent, self._now
        queue.log.note_ring(call.row, agent.number)
        rings = queue.ring_time(self._random)
        if rings <= 0:
            self._answer(call)
            return
        del queue.waiting[call]
        queue.ringing[call] = None
        call.stage = Stage.RINGING
        if fates is not None and not queue.rushing and self._fate.random() < fates.missed:
            self._at(_RINGS_OUT, self._miss, call)
        else:
            self._at(rings, self._answer, call)

    def _answer(self, call: Call) -> None:
        agent = call.agent
        if call.stage > Stage.RINGING or agent is None:
            return
        queue, chance = call.queue, self._random
        self._leave(call)
        queue.log.note_answer(call.row, self._now - call.arrived, self._now - call.rang)
        queue.handling[call] = None
        call.stage = Stage.TALKING
        call.answered = self._now
        agent.become(SimulatedStatus.BUSY, self._now)
        talk = queue.handling_time(chance)
        hold = 0.0
        if queue.plan.hold_share and chance.random() < queue.plan.hold_share:
            hold = chance.expovariate(1 / queue.plan.hold)
            begin = talk * chance.uniform(0.2, 0.8)
            self._at(begin, self._hold, call)
            if queue.plan.fates is not None and self._fate.random() < queue.plan.fates.hung_up:
                self._at(begin + hold, self._hang_up, call)
                return
            self._at(begin + hold, self._resume, call)
        self._at(talk + hold, self._end, call)

    def _hold(self, call: Call) -> None:
        call.stage = Stage.ON_HOLD
        call.since = self._now

    def _resume(self, call: Call) -> None:
        call.stage = Stage.TALKING
        call.held += self._now - call.since

    def _hang_up(self, call: Call) -> None:
        """A caller does not wait for the end of a hold."""
        call.held += self._now - call.since
        self._end_call(call, CallOutcome.ABANDONED_IN_HANDLING)

    def _end(self, call: Call) -> None:
        queue, fates = call.queue, call.queue.plan.fates
        sent = Destination.NOWHERE
        if fates is not None and not queue.rushing:
            sent = self._draw_transfer(queue, fates)
        self._end_call(call, CallOutcome.ACCEPTED, sent)
        if sent is Destination.QUEUE and queue.refers_to is not None:
            self._join(queue.refers_to, call.number)

    def _draw_transfer(self, queue: Queue, fates: Fates) -> Destination:
        """Draw where a call goes on to that was handled."""
        draw = self._fate.random()
        for share, where in (
            (fates.to_queue, Destination.QUEUE),
            (fates.to_ring_group, Destination.RING_GROUP),
            (fates.to_external, Destination.EXTERNAL),
        ):
            if draw < share:
                closed = queue.refers_to is None or queue.refers_to.rushing
                return Destination.RING_GROUP if where is Destination.QUEUE and closed else where
            draw -= share
        return Destination.NOWHERE

    def _end_call(
        self, call: Call, outcome: CallOutcome, sent: Destination = Destination.NOWHERE
    ) -> None:
        """A call that was handled is over; its agent has work after it, or none."""
        now, agent = self._now, call.agent
        del call.queue.handling[call]
        call.queue.log.note_end(call.row, now, now - call.answered, call.held, outcome, sent)
        call.stage, call.agent = Stage.GONE, None
        if agent is None:
            return
        agent.call, agent.last = None, call
        if call.queue.plan.wrap_up > 0:
            agent.become(SimulatedStatus.WRAP_UP, now)
            wrap_up = self._random.uniform(0.5, 1.5) * call.queue.plan.wrap_up
            self._at(wrap_up, self._end_wrap_up, agent)
        else:
            self._release(agent)

    def _end_wrap_up(self, agent: Agent) -> None:
        if agent.last is not None:
            agent.last.queue.log.note_wrap_up(agent.last.row, self._now - agent.since)
        self._release(agent)

    # -- agents -------------------------------------------------------------------------------

    def _release(self, agent: Agent) -> None:
        """An agent has nothing left to do: leave, a break that is due, the next call, or idle."""
        if agent.leaving:
            agent.leaving = False
            agent.become(SimulatedStatus.LOGGED_OUT, self._now)
            return
        if agent.due:
            agent.due = False
            self._leave_for_break(agent)
            return
        agent.become(SimulatedStatus.AVAILABLE, self._now)
        agent.idle_since = self._now
        for queues in (agent.primary_of, agent.overflow_of):
            calling = [queue for queue in queues if queue.waiting]
            for queue in sorted(calling, key=lambda queue: next(iter(queue.waiting)).arrived):
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
        agent.become(status, self._now)
        self._at(self._random.expovariate(1 / mean), self._return_from_break, agent)
        for queue in agent.primary_of if status >= SimulatedStatus.DND else ():
            self._offer(queue)

    def _return_from_break(self, agent: Agent) -> None:
        self._at(self._random.uniform(0.5, 1.5) * BREAK_EVERY, self._break, agent)
        self._release(agent)


def _may_overflow(call: Call) -> bool:
    return call.overflows or all(
        agent.status >= SimulatedStatus.DND for agent in call.queue.primary
    )
