"""The 28 metrics of a simulated queue, and the totals of an answer.

Times are whole milliseconds and averages rounded down to one, as in the vendor's "Real-time
call-queue metrics"; the totals are the simulator's own sums, so that the board's can be held
against them.
"""

from collections.abc import Collection, Iterable

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Adds, Number
from wallboard.model.data.reading import Values
from wallboard.simulator.centre.entities import Agent, Queue, Stage
from wallboard.simulator.centre.plan import SimulatedStatus


def measure_queue(queue: Queue, now: float) -> dict[str, Number]:
    """Return every metric of a queue at ``now`` (simulated seconds): only calls in progress.

    A call at an agent's phone is still waiting. Conversation leaves out the time on hold;
    handling is everything since the answer.
    """
    waits = [int((now - call.arrived) * 1000) for call in (*queue.waiting, *queue.ringing)]
    handled: list[int] = []
    talks: list[int] = []
    holds: list[int] = []
    for call in queue.handling:
        spent = int((now - call.answered) * 1000)
        handled.append(spent)
        if call.stage is Stage.ON_HOLD:
            holds.append(int((now - call.since) * 1000))
        else:
            talks.append(max(0, spent - int(call.held * 1000)))
    values = _seats(queue.primary, queue.overflow)
    values.update(_waiting(waits))
    values.update(_handling(handled, talks, holds, len(waits)))
    return {name: values[name] for name in CATALOGUE}


def average(total: Number, count: Number) -> float:
    """Return total ÷ count, rounded down to a whole number; 0.0 with nothing to divide by."""
    return float(total // count) if count else 0.0


def percentage(part: int, whole: int) -> Number:
    """Return how much of ``whole`` a part is, from 0 to 100, with two decimals; 0 of nothing."""
    return round(100 * part / whole, 2) if whole else 0


def _waiting(waits: list[int]) -> dict[str, Number]:
    total = sum(waits)
    return {
        "waitingCalls": len(waits),
        "waitingTime": total,
        "avgWaitingTime": average(total, len(waits)),
        "longestWaitingTime": max(waits, default=0),
    }


def _handling(
    handled: list[int], talks: list[int], holds: list[int], waiting: int
) -> dict[str, Number]:
    return {
        "talkingCalls": len(talks),
        "onHoldCalls": len(holds),
        "handlingCalls": len(handled),
        "totalCalls": waiting + len(handled),
        "talkingTime": sum(talks),
        "avgTalkingTime": average(sum(talks), len(talks)),
        "longestTalkingTime": max(talks, default=0),
        "onHoldTime": sum(holds),
        "longestOnHoldTime": max(holds, default=0),
        "totalHandlingTime": sum(handled),
        "avgHandlingTime": average(sum(handled), len(handled)),
        "longestHandlingTime": max(handled, default=0),
    }


def _count(agents: Iterable[Agent]) -> tuple[int, int, int, int, int]:
    """Return how many are available, eligible, wrapping up, in DND, and in DND or logged out."""
    counts = [0] * len(SimulatedStatus)
    for agent in agents:
        counts[agent.status] += 1
    wrap_up, dnd = SimulatedStatus.WRAP_UP, SimulatedStatus.DND
    return counts[0], sum(counts[:wrap_up]), counts[wrap_up], counts[dnd], sum(counts[dnd:])


def _seats(primary: list[Agent], overflow: list[Agent]) -> dict[str, Number]:
    """Return the agents' metrics: a seat is eligible, wrapping up, or logged out or in DND.

    Enabled is every seat whose agent is signed in.
    """
    counts = zip(_count(primary), _count(overflow), strict=True)
    available, eligible, wrapping, dnd, out = counts
    return {
        "availableAgents": sum(available),
        "eligibleAgents": sum(eligible),
        "eligiblePrimaryAgents": eligible[0],
        "eligibleOverflowAgents": eligible[1],
        "enabledPrimaryAgents": eligible[0] + wrapping[0] + dnd[0],
        "enabledOverflowAgents": eligible[1] + wrapping[1] + dnd[1],
        "overflowAgents": len(overflow),
        "loggedOutAndDndAgents": sum(out),
        "loggedOutAndDndOverflowAgents": out[1],
        "wrappingUpAgents": sum(wrapping),
        "primaryWrappingUpAgents": wrapping[0],
        "overflowWrappingUpAgents": wrapping[1],
    }


def totals(rows: Collection[Values], names: Iterable[str]) -> dict[str, Number]:
    """Return the summary of an answer: sums, maxima, and averages over all the calls together."""
    made: dict[str, Number] = {}
    for name in names:
        metric = CATALOGUE[name]
        if metric.adds is Adds.SUM:
            made[name] = sum(row[name] for row in rows)
        elif metric.adds is Adds.MAX:
            made[name] = max((row[name] for row in rows), default=0)
        else:
            total = sum(row[metric.total] for row in rows)
            made[name] = average(total, sum(row[metric.count] for row in rows))
    return made
