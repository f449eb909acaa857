"""The realtime page and the lists, over a centre: "Real-time call-queue metrics" and "Work
Analytics Customer Data" of the vendor's documentation."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.server.directory import AgentEntry, Pbx, QueueEntry, Site
from wallboard.simulator.server.measure import totals
from wallboard.simulator.server.query_params import chosen_queues, list_parts, wants_summary
from wallboard.simulator.server.responses import Json, Refusal, page, sorted_by

Entry = Pbx | Site | QueueEntry | AgentEntry

_ORDERS: Mapping[str, Callable[[Any], str]] = {
    "site": lambda queue: queue.site.casefold(),
    "name": lambda entry: entry.name.casefold(),
    "extension": lambda queue: queue.extension,
    "extensions": lambda queue: queue.extension,
}
_SHOWN = {
    "id": "id", "pbx_id": "pbxId", "site_id": "siteId", "name": "name",
    "first_name": "firstName", "last_name": "lastName", "extension": "extension",
    "deleted": "deleted",
}  # fmt: skip
"""What the lists tell of an entry, and what they call it."""


def realtime(centre: Centre, pbx: Pbx, query: Mapping[str, str]) -> Json:
    """Return the metrics of the queues of a PBX; times are milliseconds.

    Raises ``Refusal`` (400) for a metric, an order or a truth value that is none.
    """
    asked = list_parts(query.get("metrics", ""))
    unknown = [name for name in asked if name not in CATALOGUE]
    if unknown:
        raise Refusal(400, f"Invalid Metrics Passed [{', '.join(unknown)}].")
    names = [name for name in centre.metric_names if not asked or name in asked]
    queues = sorted_by(chosen_queues(centre.directory, pbx, query), query.get("sort", ""), _ORDERS)
    summary = wants_summary(query)
    rows = [centre.measure(queue.id) for queue in queues]
    answer: Json = {
        "callQueues": [
            {
                "name": queue.name,
                "extension": queue.extension,
                "pbx": pbx.name,
                "site": queue.site,
                "metrics": {name: row[name] for name in names},
            }
            for queue, row in zip(queues, rows, strict=True)
        ]
    }
    if summary:
        answer["metricsSummary"] = totals(rows, names)
    return answer


def list_page(request: Request, name: str, entries: Sequence[Entry]) -> Json:
    """Return one page of a list of the customer data, called ``name``."""
    fields = ("name", "extension") if name == "queueList" else ("name",)
    return page(request, name, entries, {field: _ORDERS[field] for field in fields}, _shown)


def _shown(entry: Entry) -> Json:
    return {
        _SHOWN[field.name]: getattr(entry, field.name)
        for field in dataclasses.fields(entry)
        if field.name in _SHOWN
    }
