"""The calls in progress: "Active calls" of the vendor's guide, worded as its "Aggregated Calls".

Durations are seconds, moments are milliseconds since 1970. A call at a ringing phone is still
waiting, as in the queues' metrics.
"""

import re
from collections.abc import Callable
from datetime import datetime

from wallboard.simulator.answers import MOST_PER_PAGE, Json
from wallboard.simulator.asking import Query, invalid, listed
from wallboard.simulator.callers import caller_address, caller_name
from wallboard.simulator.directory import Pbx
from wallboard.simulator.measurable import Measurable
from wallboard.simulator.parts import Stage
from wallboard.simulator.queue_metrics import seconds
from wallboard.simulator.seats import CallNow

ToInstant = Callable[[float], datetime]
"""Turns simulated seconds into an instant."""

_PAGING = re.compile(r"(\d{1,9}),(\d{1,9})", re.ASCII)
_FIRST_ID = 1_700_000_000_000
_LABELS = {
    Stage.WAITING: "WAITING",
    Stage.RINGING: "ALERTING",
    Stage.TALKING: "TALKING",
    Stage.ON_HOLD: "ONHOLD",
}


def active_calls(centre: Measurable, pbx: Pbx, query: Query, to_instant: ToInstant) -> Json:
    """Return a page of the calls of a PBX that wait or are handled.

    ``paging``: offset and number, as ``0,50``; ``sorting``: ``startTime,desc`` or ``,asc``;
    ``fields``: what a call tells, all of it unless told. Raises ``Refusal`` (400).
    """
    paging = _PAGING.fullmatch(query.get("paging", "0,50"))
    if paging is None or not 1 <= (limit := int(paging[2])) <= MOST_PER_PAGE:
        raise invalid("paging")
    offset = int(paging[1])
    field, _, direction = query.get("sorting", "startTime,desc").partition(",")
    if field != "startTime" or direction.lower() not in ("", "asc", "desc"):
        raise invalid("sorting")
    calls = sorted(
        centre.in_progress(pbx.id),
        key=lambda one: (one.arrived, one.number),
        reverse=direction.lower() == "desc",
    )
    fields = listed(query.get("fields", ""))
    shown = [_call(one, to_instant) for one in calls[offset : offset + limit]]
    if fields:
        shown = [{name: value for name, value in one.items() if name in fields} for one in shown]
    return {"calls": shown, "paging": {"limit": limit, "offset": offset, "total": len(calls)}}


def _call(call: CallNow, to_instant: ToInstant) -> Json:
    name, address = caller_name(call.number), caller_address(call.number)
    queue, agent = call.queue, call.agent
    callee: Json = {"id": queue.id, "address": queue.extension, "name": queue.name}
    if agent is not None:
        callee = {"id": agent.id, "address": agent.extension, "name": agent.name}
    connected = 0 if call.answered is None else _epoch(to_instant(call.answered))
    return {
        "callId": str(_FIRST_ID + call.number),
        "workGroup": {
            "id": queue.id,
            "name": queue.name,
            "extension": queue.extension,
            "groupType": "CALL_QUEUE",
        },
        "caller": {"id": f"{name},{address}", "address": address, "name": name},
        "latestCallee": callee,
        "status": "ACTIVE",
        "outcome": None,
        "latestLabel": _LABELS[call.stage],
        "labels": _labels(call),
        "startTime": _epoch(to_instant(call.arrived)),
        "connectedTime": connected,
        "waitingDuration": seconds(call.waited),
        "talkingDuration": seconds(call.talked),
        "onHoldDuration": seconds(call.held),
        "totalDuration": seconds(call.total),
        "direction": "EXTERNAL",
    }


def _labels(call: CallNow) -> list[str]:
    """Return what the call has gone through, the newest last."""
    passed = [Stage.WAITING]
    if call.agent is not None:
        passed.append(Stage.RINGING)
    if call.answered is not None:
        passed.append(Stage.TALKING)
    if call.held_before:
        passed += [Stage.ON_HOLD, Stage.TALKING]
    if call.stage is Stage.ON_HOLD:
        passed.append(Stage.ON_HOLD)
    return [_LABELS[one] for one in passed]


def _epoch(at: datetime) -> int:
    return round(at.timestamp() * 1000)
