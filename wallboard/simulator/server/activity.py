"""Who is doing what: "Queue Agent Activity" and "Agent Activity" of the vendor's documentation.

Times are seconds, as in the queues' metrics. What an agent did is told of the calls that came
within a span of time and for which the agent's phone rang.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from wallboard.model.data.metric import Number
from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.directory import Pbx
from wallboard.simulator.centre.measure import average, percentage
from wallboard.simulator.centre.names import caller
from wallboard.simulator.centre.presence import Presence
from wallboard.simulator.centre.totals import AgentTotals, OngoingWork
from wallboard.simulator.server.query_params import (
    Query,
    chosen_queues,
    list_parts,
    metrics_of,
    statuses_of,
    wants_summary,
)
from wallboard.simulator.server.queue_metrics import is_time, seconds
from wallboard.simulator.server.responses import Json

USER_STATUSES = (
    "AVAILABLE", "BUSY", "DND", "AWAY", "AUTO_AWAY", "OFFLINE", "ON_CALL", "INVISIBLE",
)  # fmt: skip
"""What ``userStatuses`` may name."""

QUEUE_STATUSES = (
    "AVAILABLE_IDLE", "HANDLING", "ALERTING", "PAUSE", "WRAP_UP", "BUSY_OTHER", "DND", "LOGGED_OUT",
)  # fmt: skip
"""What ``queueStatuses`` may name. Answers have ``OFFLINE``, too, as the vendor's do."""

_STATUS_TIME, _USER_TIME = "queueStatusTime", "userStatusTime"

_ONGOING: Mapping[str, Callable[[OngoingWork], Number]] = {
    "ongoingHandlingInteractions": lambda now: now.handling,
    "ongoingTotalHandlingInteractionsTime": lambda now: now.handled,
    "ongoingAvgHandlingInteractionsTime": lambda now: average(now.handled, now.handling),
    "ongoingTalkingInteractions": lambda now: now.talking,
    "ongoingTalkingInteractionsTime": lambda now: now.talked,
    "ongoingAvgTalkingInteractionsTime": lambda now: average(now.talked, now.talking),
    "ongoingOnHoldInteractions": lambda now: now.on_hold,
    "ongoingOnHoldInteractionsTime": lambda now: now.held,
    "ongoingWrapUpInteractions": lambda now: now.wrap_up,
    "ongoingWrapUpInteractionsTime": lambda now: now.wrapped,
    "ongoingHandlingInteractionsTime": lambda now: now.handled,
}


_PAST: Mapping[str, Callable[[AgentTotals], Number | None]] = {
    "enteredInteractions": lambda past: past.entered,
    "acceptedInteractions": lambda past: past.accepted,
    "acceptedInteractionsPercentage": lambda past: percentage(past.accepted, past.entered),
    "missedInteractions": lambda past: past.missed,
    "missedInteractionsPercentage": lambda past: percentage(past.missed, past.entered),
    # Nobody here rejects a call.
    "rejectedInteractions": lambda _: 0,
    "rejectedInteractionsPercentage": lambda _: 0,
    "totalInteractionTime": lambda past: past.handled,
    "averageTalkingInteractionsTime": lambda past: average(past.talk, past.handlings),
    "averageOnHoldInteractionsTime": lambda past: average(past.held, past.holds),
    "averageWrapUpTime": lambda past: average(past.wrap, past.wraps),
    "agentAverageTimeToAnswer": lambda past: (
        average(past.ring, past.accepted) if past.accepted else None
    ),
}

UNASKED = ("ongoingHandlingInteractionsTime",)
"""What only comes where nothing is asked for: it is in the vendor's example, not in its table."""

PEOPLE_METRICS = (*(name for name in _ONGOING if name not in UNASKED), *_PAST, _USER_TIME)
"""What agent-activity may be asked for."""

SEAT_METRICS = (*PEOPLE_METRICS, _STATUS_TIME)
"""What queue-agent-activity may be asked for."""

_Pasts = Mapping[int, AgentTotals]


def queue_agent_activity(centre: Centre, pbx: Pbx, query: Query, spans: Sequence[Span]) -> Json:
    """Return the agents of each queue. Raises ``Refusal`` for what may not be asked."""
    names = metrics_of(query, SEAT_METRICS, UNASKED)
    wanted = _seat_filter(query, by_queue=True)
    summary = wants_summary(query)
    queues: list[Json] = []
    for queue in chosen_queues(centre.directory, pbx, query):
        pasts = centre.past_by_agent(queue.id, spans) if _asks_past(names) else {}
        seats = [seat for seat in centre.seats(queue.id) if wanted(seat)]
        entry: Json = {
            "pbx": pbx.name,
            "site": queue.site,
            "queueId": queue.id,
            "queueExtension": queue.extension,
            "queueName": queue.name,
            "autoLogin": False,
            "queueAgentActivity": [_entry(seat, names, pasts, by_queue=True) for seat in seats],
        }
        if summary:
            entry["metricsSummary"] = _summary(seats, names, pasts)
        queues.append(entry)
    return {"queuesAgentActivity": queues}


def agent_activity(centre: Centre, pbx: Pbx, query: Query, spans: Sequence[Span]) -> Json:
    """Return the agents of a PBX, each once; queues and sites choose those who sit there."""
    names = metrics_of(query, PEOPLE_METRICS, UNASKED)
    wanted = _seat_filter(query, by_queue=False)
    summary = wants_summary(query)
    queues = chosen_queues(centre.directory, pbx, query)
    chosen: set[int] | None = None
    if query.get("siteIds") or query.get("queueIds"):
        chosen = {seat.number for queue in queues for seat in centre.seats(queue.id)}
    pasts: dict[int, AgentTotals] = {}
    for queue in queues if _asks_past(names) else ():
        for number, past in centre.past_by_agent(queue.id, spans).items():
            pasts[number] = pasts.get(number, AgentTotals())
            pasts[number] += past
    people = [
        person
        for person in centre.people(pbx.id)
        if wanted(person) and (chosen is None or person.number in chosen)
    ]
    answer: Json = {
        "agentActivity": [_entry(person, names, pasts, by_queue=False) for person in people]
    }
    if summary:
        answer["metricsSummary"] = _summary(people, names, pasts)
    return answer


def _asks_past(names: Iterable[str]) -> bool:
    return not _PAST.keys().isdisjoint(names)


def _seat_filter(query: Query, *, by_queue: bool) -> Callable[[Presence], bool]:
    users = frozenset(list_parts(query.get("userIds", "")))
    of_user = statuses_of(query, "userStatuses", USER_STATUSES)
    of_queue = statuses_of(query, "queueStatuses", QUEUE_STATUSES) if by_queue else frozenset()
    return lambda seat: (
        (not users or seat.entry.id in users)
        and (not of_user or seat.user_status in of_user)
        and (not of_queue or seat.status in of_queue)
    )


def _entry(seat: Presence, names: Sequence[str], pasts: _Pasts, *, by_queue: bool) -> Json:
    entry: Json = {
        "userId": seat.entry.id,
        "agentExtension": seat.entry.extension,
        "agentName": seat.entry.name,
        **({"queueStatus": seat.status} if by_queue else {"loggedInQueues": list(seat.queues)}),
        "userStatus": seat.user_status,
        **({"overflowAgent": seat.overflow} if by_queue else {"activityStatus": seat.status}),
    }
    if seat.caller:
        name, address = caller(seat.caller)
        entry["interaction"] = {"caller": name, "address": address}
    metrics = _metrics(names, seat.ongoing, pasts.get(seat.number, AgentTotals()))
    for name, time in ((_STATUS_TIME, seat.status_time), (_USER_TIME, seat.user_time)):
        if name in names:
            metrics[name] = seconds(time)
    entry["metrics"] = metrics
    return entry


def _metrics(
    names: Iterable[str], ongoing: OngoingWork, past: AgentTotals
) -> dict[str, Number | None]:
    made: dict[str, Number | None] = {}
    for name in names:
        if name in _ONGOING:
            value: Number | None = _ONGOING[name](ongoing)
        elif name in _PAST:
            value = _PAST[name](past)
        else:
            continue
        made[name] = seconds(value) if value is not None and is_time(name) else value
    return made


def _summary(
    seats: Iterable[Presence], names: Sequence[str], pasts: _Pasts
) -> dict[str, Number | None]:
    ongoing, past = OngoingWork(), AgentTotals()
    for seat in seats:
        ongoing += seat.ongoing
        past += pasts.get(seat.number, AgentTotals())
    return _metrics(names, ongoing, past)
