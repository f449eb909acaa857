"""The calls in progress: "Active calls" of the vendor's guide.

A call does not name its queue: ``reference`` is the queue's extension. Durations are seconds,
moments are milliseconds since 1970. A call at a ringing phone is still waiting, as in the queues'
metrics.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.directory import Pbx
from wallboard.simulator.centre.entities import Stage
from wallboard.simulator.centre.names import caller
from wallboard.simulator.centre.presence import CallNow
from wallboard.simulator.server.query_params import Query, list_parts
from wallboard.simulator.server.queue_metrics import seconds
from wallboard.simulator.server.responses import MOST_PER_PAGE, Json, invalid

ToInstant = Callable[[float], datetime]
"""Turns simulated seconds into an instant."""

_PAGING = re.compile(r"(\d{1,9}),(\d{1,9})", re.ASCII)
_BY_PAGE = frozenset(("paging", "sorting"))
_BY_CURSOR = frozenset(("limit", "startingAfter", "sortingField", "sortingDirection"))
_FIRST_ID = 1_700_000_000_000
_LABELS = {
    Stage.WAITING: "WAITING",
    Stage.RINGING: "ALERTING",
    Stage.TALKING: "TALKING",
    Stage.ON_HOLD: "ONHOLD",
}


def active_calls(centre: Centre, pbx: Pbx, query: Query, to_instant: ToInstant) -> Json:
    """Return a page of the calls of a PBX that wait or are handled.

    As the guide has it: ``paging``: page (from 0) and size, as ``0,50``; ``sorting``: a field and
    ``,desc`` or ``,asc``. As the reference has it: ``limit``, ``startingAfter`` (the last call's
    id), ``sortingField``, ``sortingDirection``. ``fields``: what a call tells, all of it unless
    told. Raises ``Refusal`` (400).
    """
    by_cursor = not _BY_CURSOR.isdisjoint(query)
    if by_cursor and not _BY_PAGE.isdisjoint(query):
        raise invalid("paging")
    field, direction = _order_of(query, by_cursor=by_cursor)
    calls = [_call(call, to_instant) for call in centre.in_progress(pbx.id)]
    calls.sort(key=lambda call: (_SORTED[field](call), call["callId"]), reverse=direction == "desc")
    total = len(calls)
    start, limit = _cursor(query, calls) if by_cursor else _page(query)
    fields = list_parts(query.get("fields", ""))
    shown = calls[start : start + limit]
    if fields:
        shown = [{name: value for name, value in call.items() if name in fields} for call in shown]
    if by_cursor:
        return {"calls": shown}
    return {"calls": shown, "paging": {"limit": limit, "offset": start, "total": total}}


def _order_of(query: Query, *, by_cursor: bool) -> tuple[str, str]:
    field, _, direction = query.get("sorting", "startTime,desc").partition(",")
    name = "sorting"
    if by_cursor:
        name = "sortingField"
        field = query.get("sortingField", "startTime")
        direction = query.get("sortingDirection", "DESC")
    if field not in _SORTED or direction.lower() not in ("", "asc", "desc"):
        raise invalid(name)
    return field, direction.lower()


def _page(query: Query) -> tuple[int, int]:
    """Return from which call on how many are wanted."""
    paging = _PAGING.fullmatch(query.get("paging", "0,50"))
    if paging is None or not 1 <= (size := int(paging[2])) <= MOST_PER_PAGE:
        raise invalid("paging")
    return int(paging[1]) * size, size


def _cursor(query: Query, calls: Sequence[Json]) -> tuple[int, int]:
    limit, after = query.get("limit", "50"), query.get("startingAfter", "")
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= MOST_PER_PAGE:
        raise invalid("limit")
    ids = [call["callId"] for call in calls]
    if after and after not in ids:
        raise invalid("startingAfter")
    return ids.index(after) + 1 if after else 0, int(limit)


_SORTED: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "startTime": itemgetter("startTime"),
    "callId": itemgetter("callId"),
    "caller.name": lambda call: call["caller"]["name"],
    "callee.name": lambda call: call["latestCallee"]["name"],
}


def _call(call: CallNow, to_instant: ToInstant) -> Json:
    name, address = caller(call.number)
    queue, agent = call.queue, call.agent
    callee = agent or queue
    connected = 0 if call.answered is None else _epoch(to_instant(call.answered))
    return {
        "callId": str(_FIRST_ID + call.number),
        "caller": {"id": f"{name},{address}", "address": address, "name": name},
        "latestCallee": {"address": callee.extension, "name": callee.name},
        "reference": queue.extension,
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
    return [_LABELS[stage] for stage in passed]


def _epoch(at: datetime) -> int:
    return round(at.timestamp() * 1000)
