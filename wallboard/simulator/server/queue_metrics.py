"""The successor of the realtime page: "Call Queue Metrics" of the vendor's documentation.

The live names are the realtime ones with ``ongoing`` before them, the others tell what became of
the calls that came within a span of time. Times are seconds with up to three decimals: a
thousandth of the milliseconds that the realtime page has at the same moment.

Calls are counted by when they came, with what became of them up to now:
entered = accepted + abandonedInWaiting + abandonedInHandling + diverted + missed + those that
nobody has answered yet, and entered = completed + active.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import Values
from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.directory import Pbx
from wallboard.simulator.centre.measure import average, percentage, totals
from wallboard.simulator.centre.totals import CallTotals
from wallboard.simulator.server.query_params import Query, chosen_queues, metrics_of, wants_summary
from wallboard.simulator.server.responses import Json


def live_name(realtime: str) -> str:
    """Return what the successor calls a realtime metric."""
    return f"ongoing{realtime[0].upper()}{realtime[1:]}"


_REALTIME = {live_name(name): name for name in CATALOGUE}


_HISTORY: Mapping[str, Callable[[CallTotals], Number]] = {
    "abandonedInWaitingCalls": lambda past: past.abandoned,
    "abandonedInWaitingCallsPercentage": lambda past: percentage(past.abandoned, past.entered),
    "acceptedCalls": lambda past: past.accepted,
    "acceptedCallsPercentage": lambda past: percentage(past.accepted, past.entered),
    "activeCalls": lambda past: past.active,
    "averageAnswerTime": lambda past: average(past.ring, past.answered),
    "averageHandlingTime": lambda past: average(past.handled, past.handlings),
    "averageOnHoldTime": lambda past: average(past.held, past.holds),
    "averageTalkTime": lambda past: average(past.talk, past.handlings),
    "averageTimeToAnswer": lambda past: average(past.ring, past.answered),
    "averageWaitingTime": lambda past: average(past.wait, past.waits),
    "completedCalls": lambda past: past.entered - past.active,
    "diverted": lambda past: past.diverted,
    "divertedCallsPercentage": lambda past: percentage(past.diverted, past.entered),
    "enteredCalls": lambda past: past.entered,
    "forwardedToVoiceMail": lambda past: past.voicemail,
    "longestHandlingTime": lambda past: past.longest_handled,
    "longestOnHoldTime": lambda past: past.longest_held,
    "longestTalkTime": lambda past: past.longest_talk,
    "longestWaitingTime": lambda past: past.longest_wait,
    "totalHandlingTime": lambda past: past.handled,
    "totalOnHoldTime": lambda past: past.held,
    "totalTalkTime": lambda past: past.talk,
    "totalWaitingTime": lambda past: past.wait,
    "transferredToCallQueue": lambda past: past.to_queue,
    "transferredToCallQueuePercentage": lambda past: percentage(past.to_queue, past.entered),
    "transferredToExternalNumber": lambda past: past.to_external,
    "transferredToRingGroup": lambda past: past.to_ring_group,
    "transferredToRingGroupPercentage": lambda past: percentage(past.to_ring_group, past.entered),
}
_HISTORY_UNASKED: Mapping[str, Callable[[CallTotals], Number]] = {
    "missedCalls": lambda past: past.missed,
    "missedCallsPercentage": lambda past: percentage(past.missed, past.entered),
    "abandonedInHandlingCalls": lambda past: past.abandoned_in_handling,
}
_PAST = {**_HISTORY, **_HISTORY_UNASKED}

_LIVE_UNASKED: Mapping[str, Callable[[Values], Number]] = {
    "ongoingTotalAgents": lambda row: (
        row["eligibleAgents"] + row["wrappingUpAgents"] + row["loggedOutAndDndAgents"]
    ),
    "ongoingAvgOnHoldTime": lambda row: average(row["onHoldTime"], row["onHoldCalls"]),
}

METRICS = (*sorted(_REALTIME), *_HISTORY)
"""What may be asked for: the table of the vendor's OpenAPI document."""

UNASKED = (*_HISTORY_UNASKED, *_LIVE_UNASKED)
"""What only comes where nothing is asked for: names of the vendor's examples and guide."""


def seconds(milliseconds: Number) -> Number:
    """Return milliseconds as the successor sends them: seconds, with up to three decimals."""
    whole, rest = divmod(milliseconds, 1000)
    return int(whole) if not rest else milliseconds / 1000


def is_time(name: str) -> bool:
    """Whether a metric of the successor or its siblings is a time."""
    return "Time" in name


def queue_metrics(centre: Centre, pbx: Pbx, query: Query, spans: Sequence[Span]) -> Json:
    """Return the metrics of the queues of a PBX, live and of the calls that came in ``spans``.

    Raises ``Refusal`` (400) for a metric or a truth value that is none.
    """
    names = metrics_of(query, METRICS, UNASKED)
    queues = chosen_queues(centre.directory, pbx, query)
    summary = wants_summary(query)
    rows = [centre.measure(queue.id) for queue in queues]
    remembered = centre.remembers and not _PAST.keys().isdisjoint(names)
    pasts = [centre.past(queue.id, spans) if remembered else None for queue in queues]
    answer: Json = {
        "callQueues": [
            {
                "pbx": pbx.name,
                "site": queue.site,
                "id": queue.id,
                "name": queue.name,
                "extension": queue.extension,
                "autoLogin": False,
                "metrics": _metrics(names, centre.metric_names, row, past),
            }
            for queue, row, past in zip(queues, rows, pasts, strict=True)
        ]
    }
    if summary:
        together = CallTotals()
        for past in filter(None, pasts):
            together += past
        total = totals(rows, centre.metric_names)
        answer["metricsSummary"] = _metrics(
            names, centre.metric_names, total, together if remembered else None
        )
    return answer


def _metrics(
    names: Iterable[str], known: Collection[str], row: Values, past: CallTotals | None
) -> dict[str, Number]:
    """Return the metrics called ``names``, of those that there are values of."""
    made: dict[str, Number] = {}
    for name in names:
        if name in _REALTIME:
            if _REALTIME[name] not in known:
                continue
            value = row[_REALTIME[name]]
        elif name in _PAST:
            if past is None:
                continue
            value = _PAST[name](past)
        elif "onHoldTime" in known:
            value = _LIVE_UNASKED[name](row)
        else:
            continue
        made[name] = seconds(value) if is_time(name) else value
    return made
