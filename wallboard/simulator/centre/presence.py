"""Who is doing what now: agents in their queues, and the calls in progress, as frozen facts.

Counts and times are those of the realtime answer at the same moment: whole milliseconds, cut
off. An agent in wrap-up is that in every queue, as there.
"""

from wallboard.records import dataclass
from wallboard.simulator.centre.directory import AgentEntry, QueueEntry
from wallboard.simulator.centre.entities import Agent, Call, Queue, Stage
from wallboard.simulator.centre.plan import SimulatedStatus
from wallboard.simulator.centre.totals import OngoingWork

ALERTING, HANDLING, BUSY_OTHER, IDLE = "ALERTING", "HANDLING", "BUSY_OTHER", "AVAILABLE_IDLE"

STATUSES = {
    SimulatedStatus.AVAILABLE: (IDLE, "AVAILABLE"),
    SimulatedStatus.BUSY: (BUSY_OTHER, "BUSY"),
    SimulatedStatus.AWAY: ("PAUSE", "AWAY"),
    SimulatedStatus.APPEAR_OFFLINE: ("PAUSE", "INVISIBLE"),
    SimulatedStatus.WRAP_UP: ("WRAP_UP", "BUSY"),
    SimulatedStatus.DND: ("DND", "DND"),
    SimulatedStatus.OFFLINE: ("OFFLINE", "OFFLINE"),
    SimulatedStatus.LOGGED_OUT: ("LOGGED_OUT", "OFFLINE"),
}
"""Of an agent without a call: the status in a queue, and the agent's own. The latter is
``ON_CALL`` while a call is handled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """An agent in a queue, or in all of them together.

    ``number``: the agent's in the logs; ``status``: in the queue, for ``status_time``;
    ``caller``: number of the caller that the agent talks to or whose call rings, 0 for none;
    ``queues``: extensions of the queues that the agent is signed in to.
    """

    entry: AgentEntry
    number: int
    overflow: bool
    status: str
    status_time: int
    user_status: str
    user_time: int
    caller: int
    ongoing: OngoingWork
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNow:
    """A call in progress: times in milliseconds. ``arrived``, ``answered``: simulated seconds.

    ``agent``: who handles it, or whose phone rings.
    """

    number: int
    queue: QueueEntry
    agent: AgentEntry | None
    stage: Stage
    held_before: bool
    arrived: float
    answered: float | None
    waited: int
    talked: int
    held: int
    total: int


def seat_of(agent: Agent, queue: Queue | None, overflow: bool, now: float) -> Presence:
    """Return what an agent is doing for ``queue``; ``None``: for whichever it is."""
    call = agent.call
    mine = call is not None and queue in (None, call.queue)
    status, since = _status(agent, call, mine)
    on_call = call is not None and call.stage is not Stage.RINGING
    return Presence(
        entry=agent.entry,
        number=agent.number,
        overflow=overflow,
        status=status,
        status_time=ms(now - since),
        user_status="ON_CALL" if on_call else STATUSES[agent.status][1],
        user_time=ms(now - agent.since),
        caller=call.number if call is not None and mine else 0,
        ongoing=_ongoing(agent, queue, now),
        queues=_queue_extensions(agent),
    )


def _status(agent: Agent, call: Call | None, mine: bool) -> tuple[str, float]:
    if call is not None:
        rings = call.stage is Stage.RINGING
        status = (ALERTING if rings else HANDLING) if mine else BUSY_OTHER
        return status, call.rang if rings else call.answered
    if agent.status is SimulatedStatus.AVAILABLE:
        return IDLE, agent.idle_since
    return STATUSES[agent.status][0], agent.since


def _ongoing(agent: Agent, queue: Queue | None, now: float) -> OngoingWork:
    made = OngoingWork()
    call, last = agent.call, agent.last
    if call is not None and call.stage is not Stage.RINGING and queue in (None, call.queue):
        made.handling, made.handled = 1, ms(now - call.answered)
        if call.stage is Stage.ON_HOLD:
            made.on_hold, made.held = 1, ms(now - call.since)
        else:
            made.talking, made.talked = 1, max(0, made.handled - ms(call.held))
    elif (
        agent.status is SimulatedStatus.WRAP_UP and last is not None and queue in (None, last.queue)
    ):
        made.wrap_up, made.wrapped = 1, ms(now - agent.since)
    return made


def _queue_extensions(agent: Agent) -> tuple[str, ...]:
    """Return the queues that an agent is signed in to."""
    if agent.status in (SimulatedStatus.OFFLINE, SimulatedStatus.LOGGED_OUT):
        return ()
    queues = (*agent.primary_of, *agent.overflow_of)
    return tuple(queue.entry.extension for queue in queues if not queue.entry.deleted)


def call_now(call: Call, now: float) -> CallNow:
    """Return a call in progress as it is at ``now``."""
    answered = call.answered if call.stage > Stage.RINGING else None
    handled = ms(now - answered) if answered is not None else 0
    on_hold = now - call.since if call.stage is Stage.ON_HOLD else 0.0
    held = ms(call.held + on_hold)
    return CallNow(
        number=call.number,
        queue=call.queue.entry,
        agent=call.agent.entry if call.agent is not None else None,
        stage=call.stage,
        held_before=call.held > 0,
        arrived=call.arrived,
        answered=answered,
        waited=ms((now if answered is None else answered) - call.arrived),
        talked=max(0, handled - held),
        held=held,
        total=ms(now - call.arrived),
    )


def ms(seconds: float) -> int:
    """Return whole milliseconds, rounded down."""
    return int(seconds * 1000)
