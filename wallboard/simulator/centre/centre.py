"""A contact centre that does not exist: a seeded discrete-event model, and what it can be asked.

Pure: time is what ``advance_to`` is told, chance is ``random.Random(seed)``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number
from wallboard.simulator.centre.behaviour import BREAK_EVERY, Behaviour
from wallboard.simulator.centre.call_log import CallRow, Span
from wallboard.simulator.centre.directory import directory_of
from wallboard.simulator.centre.entities import Agent, Queue
from wallboard.simulator.centre.measure import measure_queue
from wallboard.simulator.centre.plan import PbxPlan, Plan, SimulatedStatus
from wallboard.simulator.centre.presence import CallNow, Presence, call_now, seat_of
from wallboard.simulator.centre.totals import AgentTotals, CallTotals


class Centre(Behaviour):
    """The contact centre. ``start``: the date and time at second 0 of the simulation.

    ``since``: when its life began, if that is before the plan's warm-up: what came since then is
    remembered at second 0 already. ``KeyError`` of a method that is told a queue: it is deleted
    or unknown.
    """

    metric_names: tuple[str, ...] = tuple(CATALOGUE)
    """What it can measure, in the order of its answers."""

    remembers = True
    """Whether it knows the calls of the day, and its agents."""

    def __init__(
        self, plan: Plan, seed: int, start: datetime, since: datetime | None = None
    ) -> None:
        before = max(0.0, (start - since).total_seconds()) if since is not None else 0.0
        of_day = start.hour * 3600.0 + start.minute * 60.0 + start.second
        super().__init__(seed, -before - plan.warm_up, plan.profile, of_day)
        self.directory = directory_of(plan, seed)
        self.start = start
        self._queues: dict[str, Queue] = {}
        self._by_pbx: dict[str, list[Queue]] = {}
        self._agents: dict[str, list[Agent]] = {}
        self._numbered = 0
        for pbx, entry in zip(plan.pbxes, self.directory.pbxes, strict=True):
            if not pbx.deleted:
                self._open(pbx, entry.id)
        self.advance_to(0.0)

    # -- what is asked ------------------------------------------------------------------------

    def measure(self, queue_id: str) -> dict[str, Number]:
        """Return all 28 metrics of a queue now."""
        return measure_queue(self._queues[queue_id], self._now)

    def calls(self, queue_id: str) -> tuple[CallRow, ...]:
        """Return every call that the queue remembers, the oldest first."""
        return tuple(self._queues[queue_id].log.rows())

    def past(self, queue_id: str, spans: Iterable[Span]) -> CallTotals:
        """Return what became of the calls that came within the spans (simulated seconds)."""
        return self._queues[queue_id].log.past(spans, self._now)

    def past_by_agent(self, queue_id: str, spans: Iterable[Span]) -> dict[int, AgentTotals]:
        """Return the same for each agent whose phone rang, by the agent's number."""
        return self._queues[queue_id].log.by_agent(spans, self._now)

    def seats(self, queue_id: str) -> tuple[Presence, ...]:
        """Return what the agents of a queue are doing for it, the primary ones first."""
        queue, now = self._queues[queue_id], self._now
        return (
            *(seat_of(agent, queue, False, now) for agent in queue.primary),
            *(seat_of(agent, queue, True, now) for agent in queue.overflow),
        )

    def people(self, pbx_id: str) -> tuple[Presence, ...]:
        """Return what the agents of a PBX are doing, each once, in the directory's order."""
        return tuple(seat_of(agent, None, False, self._now) for agent in self._agents[pbx_id])

    def in_progress(self, pbx_id: str) -> tuple[CallNow, ...]:
        """Return the calls of a PBX that wait or are handled."""
        return tuple(
            call_now(call, self._now)
            for queue in self._by_pbx[pbx_id]
            for calls in (queue.waiting, queue.ringing, queue.handling)
            for call in calls
        )

    # -- setting up ---------------------------------------------------------------------------

    def _open(self, pbx: PbxPlan, pbx_id: str) -> None:
        entries = self.directory.queues[pbx_id]
        queues = [Queue(plan, entry) for plan, entry in zip(pbx.queues, entries, strict=True)]
        self._by_pbx[pbx_id] = [queue for queue in queues if not queue.entry.deleted]
        self._agents[pbx_id] = self._seat_agents(pbx, pbx_id, queues)
        for queue in self._by_pbx[pbx_id]:
            self._queues[queue.entry.id] = queue
            if queue.rate > 0:
                self._at(self._random.expovariate(queue.rate), self._arrive, queue)
            if queue.plan.rush is not None:
                self._at(-self._now, self._rush, queue)

    def _seat_agents(self, pbx: PbxPlan, pbx_id: str, queues: Sequence[Queue]) -> list[Agent]:
        """Return the agents of a PBX, each in its queues."""
        agents: list[Agent] = []
        for plan, entry in zip(pbx.agents, self.directory.agents[pbx_id], strict=True):
            if plan.deleted:
                continue
            self._numbered += 1
            agent = Agent(
                entry=entry,
                number=self._numbered,
                breaks=plan.breaks,
                status=plan.status,
                since=self._now,
                idle_since=self._now,
                primary_of=[queues[place] for place in plan.primary],
                overflow_of=[queues[place] for place in plan.overflow],
            )
            for queue in agent.primary_of:
                queue.primary.append(agent)
                beside = [queue for queue in agent.overflow_of if not queue.entry.deleted]
                queue.refers_to = queue.refers_to or next(iter(beside), None)
            for queue in agent.overflow_of:
                queue.overflow.append(agent)
            if agent.breaks:
                self._at(self._random.uniform(0, BREAK_EVERY), self._break, agent)
            agents.append(agent)
        return agents

    # -- a scripted rush, so that there is something to see at any hour ------------------------

    def _rush(self, queue: Queue) -> None:
        """Begin a rush, which goes the same way with any seed: other callers stay away meanwhile,
        and nobody hangs up."""
        rush = queue.plan.rush
        if rush is None:
            return
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
        if agent.status is SimulatedStatus.LOGGED_OUT:
            self._release(agent)

    def _rush_ends(self, queue: Queue) -> None:
        queue.rushing = False
        for agent in queue.overflow:
            agent.leaving = True
            if agent.free:
                self._release(agent)
