"""What a fault leaves of an answer about agents or calls, and of any answer's numbers."""

from collections.abc import Callable, Iterator
from typing import cast

from wallboard.simulator.centre.names import HOSTILE_NAMES
from wallboard.simulator.server.queue_metrics import is_time
from wallboard.simulator.server.responses import Json

NUMBERS: dict[str, Callable[[int, object], object]] = {
    "nan": lambda place, _: (float("nan"), float("inf"), float("-inf"))[place % 3],
    "strings": lambda _, value: str(value),
    "nulls": lambda _, value: None,  # noqa: ARG005 - one signature for all
    "negative": lambda _, value: -1 - abs(cast("float", value)),
}
"""What becomes of a number, by its place."""

_OTHER: Json = {"reference": None, "labels": ["TALKING"], "latestLabel": "TALKING"}
_WAYS = ("OUTBOUND", "INTERNAL", "INBOUND")


def renumber(what: str, metrics: Json) -> Json:
    """Return metrics with other values."""
    return {
        name: NUMBERS[what](place, value) for place, (name, value) in enumerate(metrics.items())
    }


def hostile(place: int) -> str:
    """Return a name that attacks."""
    return HOSTILE_NAMES[place % len(HOSTILE_NAMES)]


def unknown_metrics(entry: Json) -> None:
    """Add metrics that nobody knows."""
    cast("Json", entry["metrics"]).update(quantumFlux=42, moods={"good": 1}, callers=["a", "b"])


def is_people(body: Json) -> bool:
    """Whether an answer is about agents or calls."""
    return not body.keys().isdisjoint(("queuesAgentActivity", "agentActivity", "calls"))


def change(what: str, body: Json) -> None:
    """Change an answer about agents or calls as a fault does."""
    entries = list(_entries(body))
    if what == "ms-units":
        in_milliseconds(body)
    elif what in NUMBERS:
        for holder in (*entries, *_queues(body), body):
            _renumber(what, holder)
    elif what == "hostile-names":
        for place, queue in enumerate(_queues(body)):
            queue.update(queueName=hostile(place), site=hostile(place + 1))
        for place, entry in enumerate(entries):
            _rename(entry, hostile(place), hostile(place + 1))
    elif what == "nobody":
        for holder in (body, *_queues(body)):
            for name in ("calls", "agentActivity", "queueAgentActivity"):
                if name in holder:
                    holder[name] = []
        body.pop("paging", None)
    elif what == "other-calls":
        calls = cast("list[Json]", body["calls"])
        calls += [{**calls[0], "callId": way, **_OTHER, "direction": way} for way in _WAYS if calls]
    elif what in ("no-summary", "summary-name"):
        for holder in (body, *_queues(body)):
            summary = holder.pop("metricsSummary", None)
            if what == "summary-name" and summary is not None:
                holder["summary"] = summary
    elif what == "wrapped-agents":
        inner = {name: body.pop(name) for name in list(body)}
        body["queuesAgentActivity"] = [{"autoLogin": False, **inner}]
    for entry in entries if what in _EACH else ():
        _EACH[what](entry)


def in_milliseconds(body: Json) -> None:
    """Turn every time of an answer of the successor or its siblings from seconds."""
    for name, value in list(body.items()):
        if isinstance(value, list):
            for part in value:
                if isinstance(part, dict):
                    in_milliseconds(part)
        elif name in ("metrics", "metricsSummary", "summary"):
            metrics = cast("dict[str, float | None]", value)
            for metric, number in metrics.items():
                if is_time(metric) and number is not None:
                    metrics[metric] = round(number * 1000)
        elif name.endswith("Duration"):
            body[name] = round(cast("float", value) * 1000)


def _queues(body: Json) -> list[Json]:
    return cast("list[Json]", body.get("queuesAgentActivity", []))


def _entries(body: Json) -> Iterator[Json]:
    """Yield what is said of each agent or call."""
    for holder in (body, *_queues(body)):
        for name in ("calls", "agentActivity", "queueAgentActivity"):
            yield from cast("list[Json]", holder.get(name, []))


def _renumber(what: str, holder: Json) -> None:
    for name in ("metrics", "metricsSummary"):
        if name in holder:
            known = {key: number or 0 for key, number in cast("Json", holder[name]).items()}
            holder[name] = renumber(what, known)
    if "callId" in holder:
        numbers = {
            name: value for name, value in holder.items() if name.endswith(("Duration", "Time"))
        }
        holder.update(renumber(what, numbers))


def _rename(entry: Json, name: str, other: str) -> None:
    if "agentName" in entry:
        entry["agentName"] = name
    if "interaction" in entry:
        entry["interaction"] = {"caller": name, "address": other}
    for field in ("caller", "latestCallee", "workGroup"):
        if field in entry:
            entry[field] = {**cast("Json", entry[field]), "name": name, "address": other}


def _work_group(entry: Json) -> None:
    entry["workGroup"] = {"extension": entry.pop("reference"), "groupType": "CALL_QUEUE"}


def _null_fields(entry: Json) -> None:
    for name in ("agentName", "agentExtension", "interaction", "caller", "latestCallee"):
        if name in entry:
            entry[name] = None


_EACH: dict[str, Callable[[Json], None]] = {
    "null-fields": _null_fields,
    "unknown-fields": lambda entry: entry.update(colour="blue", tags=[1, None, {}]),
    "unknown-metrics": unknown_metrics,
    "work-group": _work_group,
    "roles": lambda entry: entry.update(
        queueStatus="SECONDARY" if entry["overflowAgent"] else "PRIMARY"
    ),
    "no-metrics": lambda entry: entry.__delitem__("metrics"),
    "no-name": lambda entry: entry.__delitem__("agentName"),
}
