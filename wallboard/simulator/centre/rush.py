"""A scripted rush on a queue, so that there is something to see at any hour."""

from wallboard.simulator.centre.behaviour import Behaviour
from wallboard.simulator.centre.entities import Agent, Queue
from wallboard.simulator.centre.plan import QueuePlan, Rush, SimulatedStatus


class RushFloor(Behaviour):
    """A floor that has rushes."""

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
        if agent.status is SimulatedStatus.LOGGED_OUT:
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
