"""Payloads that are not as they should be: what a fault leaves of an answer."""

import re
from collections.abc import Callable
from typing import cast

from wallboard.simulator.centre.names import HOSTILE_NAMES
from wallboard.simulator.faults import people_faults as people
from wallboard.simulator.faults.people_faults import NUMBERS, hostile, renumber, unknown_metrics
from wallboard.simulator.faults.switch import Fault
from wallboard.simulator.server.queue_metrics import live_name
from wallboard.simulator.server.responses import Json

_LIVES = {
    "expires-0": 0, "expires-negative": -60, "expires-string": "1800", "expires-day": 86_400,
}  # fmt: skip
_HOURS_700 = 700 * 3600
_NAME = rb'("name":"[^"]*)'
_IN_FIRST = {
    "bad-letter": (_NAME, b"\xe9"),
    "surrogate": (_NAME, rb"\ud83d"),
    "long-number": (rb'("(?:ongoingW|w)aitingTime":)[0-9.]+', b"9" * 5_000),
}


def spoil(fault: Fault, content: bytes) -> bytes:
    """Return the bytes of an answer as ``fault`` leaves them."""
    if fault.what == "truncated":
        return content[: len(content) // 2]
    if fault.what == "not-utf8":
        return content.replace(b'":"', b'":"\xff\xfe\xc3', 3)
    if fault.what in _IN_FIRST:
        found, put = _IN_FIRST[fault.what]
        return re.sub(found, lambda match: match[1] + put, content, count=1)
    if fault.what == "nan":
        return content.replace(b"Infinity", b"1e999")
    return content


def change(fault: Fault, body: Json, page: str) -> Json:
    """Return a payload as ``fault`` leaves it: ``body`` itself is changed.

    ``page``: the page of a list that was asked for.
    """
    if fault.what.startswith("expires-"):
        _change_life(fault.what, body)
    elif "callQueues" in body:
        _change_queues(fault.what, body, cast("list[Json]", body["callQueues"]))
    elif people.is_people(body):
        people.change(fault.what, body)
    elif "page" in body:
        _change_page(fault.what, body, page)
    return body


def _change_life(what: str, body: Json) -> None:
    if what == "expires-missing":
        del body["expires_in"]
    else:
        body["expires_in"] = _LIVES[what]


def _change_queues(what: str, body: Json, queues: list[Json]) -> None:
    if what in NUMBERS:
        for queue in queues:
            queue["metrics"] = renumber(what, cast("Json", queue["metrics"]))
        if "metricsSummary" in body:
            body["metricsSummary"] = renumber(what, cast("Json", body["metricsSummary"]))
    elif what == "no-summary":
        body.pop("metricsSummary", None)
    elif what == "unknown-fields":
        body["colour"] = {"of": ["money"]}
    elif what == "ms-units":
        people.in_milliseconds(body)
    for queue in queues if what in _EACH else ():
        _EACH[what](queue)
    if what in _LIST and queues:
        _LIST[what](queues)


def _without(name: str) -> Callable[[Json], object]:
    return lambda queue: queue.pop(name, None)


def _name_diverted_calls(queue: Json) -> None:
    metrics = cast("Json", queue["metrics"])
    if "diverted" in metrics:
        metrics["divertedCalls"] = metrics.pop("diverted")


_EACH: dict[str, Callable[[Json], object]] = {
    "no-name": _without("name"),
    "no-site": _without("site"),
    "no-extension": _without("extension"),
    "no-metrics": _without("metrics"),
    "null-fields": lambda queue: queue.update(name=None, extension=None, site=None),
    "extension-number": lambda queue: queue.update(extension=int(str(queue["extension"]))),
    "unknown-metrics": unknown_metrics,
    "diverted-calls": _name_diverted_calls,
    "unknown-fields": lambda queue: queue.update(colour="blue", tags=[1, None, {}], deleted=False),
}


def _twins(queues: list[Json]) -> None:
    metrics = cast("dict[str, float]", queues[0]["metrics"])
    queues.append({**queues[0], "metrics": {name: n + 1 for name, n in metrics.items()}})


def _long_wait(queues: list[Json]) -> None:
    metrics = cast("Json", queues[0]["metrics"])
    waits: Json = {}
    for name in ("waitingTime", "longestWaitingTime", "waitingCalls", "avgWaitingTime"):
        value = 1 if name == "waitingCalls" else _HOURS_700
        waits[live_name(name)] = value
        waits[name] = value if name == "waitingCalls" else value * 1000
    waits["avgWaitingTime"] = float(_HOURS_700 * 1000)
    # The successor's ``longestWaitingTime`` is history.
    live = live_name("longestWaitingTime") in metrics
    for name in waits.keys() & metrics.keys():
        if name.startswith("ongoing") is live:
            metrics[name] = waits[name]


def _name_hostile(queues: list[Json]) -> None:
    """Give every queue a hostile name and site; more queues, until each name is there."""
    for extra in range(len(queues), len(HOSTILE_NAMES)):
        made = {**queues[extra % len(queues)], "extension": f"90{extra:04}"}
        queues.append({**made, "id": f"hostile-{extra}"} if "id" in made else made)
    for place, queue in enumerate(queues):
        queue["name"] = hostile(place)
        queue["site"] = hostile(place // 4)


_LIST: dict[str, Callable[[list[Json]], None]] = {
    "twins": _twins,
    "long-wait": _long_wait,
    "no-queues": list.clear,
    "hostile-names": _name_hostile,
    "vanish": lambda queues: queues.__delitem__(0),
    "one-left": lambda queues: queues.__delitem__(slice(0, -1)),
    "move": lambda queues: queues[0].update(site="Another site"),
    "rename": lambda queues: queues[0].update(name="Another name"),
}


def _change_page(what: str, body: Json, page: str) -> None:
    embedded = cast("dict[str, list[Json]]", body.get("_embedded", {}))
    numbers = cast("dict[str, int]", body["page"])
    if what == "empty":
        body.pop("_embedded", None)
        numbers.update(totalElements=0, totalPages=0)
    elif what == "short":
        for listed in embedded.values():
            del listed[1:]
        numbers.update(totalPages=1)
    elif what == "endless":
        numbers.update(
            totalElements=10**9, totalPages=10**7, number=int(page) if page.isdecimal() else 0
        )
        links = cast("Json", body["_links"])
        links["next"] = links["self"]
        for entry in (item for listed in embedded.values() for item in listed):
            entry["id"] = f"{entry['id']}-{page}"
    elif what == "nested-page" and embedded:
        cast("Json", embedded).update(_links=body.pop("_links"), page=body.pop("page"))
    for entries in list(embedded.values()) if what in ("hostile-names", "extensionNumber") else ():
        for place, entry in enumerate(entries):
            _change_entry(what, entry, place)


def _change_entry(what: str, entry: Json, place: int) -> None:
    if what == "extensionNumber":
        entry["extensionNumber"] = entry.pop("extension")
    elif "firstName" in entry:
        entry.update(firstName=hostile(place), lastName=hostile(place + 1))
    else:
        entry["name"] = hostile(place)
