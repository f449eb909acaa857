"""The realtime page and the lists, over a centre: "Real-time call-queue metrics" and "Work
Analytics Customer Data" of the vendor's documentation."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from starlette.requests import Request

from wallboard.model.metrics import CATALOGUE, Number
from wallboard.simulator.answers import Json, Refusal, page
from wallboard.simulator.directory import AgentEntry, Directory, Pbx, QueueEntry, Site
from wallboard.simulator.measure import totals


class Measurable(Protocol):
    """A centre, as the API needs it. ``metric_names``: what it has values of."""

    @property
    def directory(self) -> Directory:
        """Names and ids."""
        ...

    @property
    def start(self) -> datetime:
        """Date and time at second 0."""
        ...

    @property
    def metric_names(self) -> tuple[str, ...]:
        """The metrics that it has values of, in the order of its answers."""
        ...

    def advance_to(self, seconds: float) -> None:
        """Let everything happen up to ``seconds`` since the start."""
        ...

    def measure(self, queue_id: str) -> Mapping[str, Number]:
        """Return the metrics of a queue now, those that averages need among them."""
        ...


_ORDERS: Mapping[str, Callable[[QueueEntry], str]] = {
    "site": lambda one: one.site.casefold(),
    "name": lambda one: one.name.casefold(),
    "extension": lambda one: one.extension,
    "extensions": lambda one: one.extension,
}


def realtime(centre: Measurable, pbx: Pbx, query: Mapping[str, str]) -> Json:
    """Return the metrics of the queues of a PBX; times are milliseconds.

    Raises ``Refusal`` (400) for a metric, an order or a truth value that is none.
    """
    names = _metrics(centre, query.get("metrics", ""))
    queues = [one for one in centre.directory.queues[pbx.id] if not one.deleted]
    queues = _chosen(queues, query, "siteIds", lambda one: one.site_id)
    queues = _chosen(queues, query, "queueIds", lambda one: one.id)
    if sort := query.get("sort", ""):
        field, _, direction = sort.partition(",")
        if field not in _ORDERS or direction.lower() not in ("", "asc", "desc"):
            raise Refusal(400, f"Invalid sort parameter [{sort}].")
        queues.sort(key=_ORDERS[field], reverse=direction.lower() == "desc")
    summary = query.get("includeSummary", "true").lower()
    if summary not in ("true", "false"):
        raise Refusal(400, "Invalid value for parameter includeSummary.")
    rows = [centre.measure(one.id) for one in queues]
    answer: Json = {
        "callQueues": [
            {
                "name": one.name,
                "extension": one.extension,
                "pbx": pbx.name,
                "site": one.site,
                "metrics": {name: row[name] for name in names},
            }
            for one, row in zip(queues, rows, strict=True)
        ]
    }
    if summary == "true":
        answer["metricsSummary"] = totals(rows, names)
    return answer


def _listed(text: str) -> list[str]:
    return [part for part in (one.strip() for one in text.split(",")) if part]


def _metrics(centre: Measurable, text: str) -> list[str]:
    asked = _listed(text)
    unknown = [name for name in asked if name not in CATALOGUE]
    if unknown:
        raise Refusal(400, f"Invalid Metrics Passed [{', '.join(unknown)}].")
    return [name for name in centre.metric_names if not asked or name in asked]


def _chosen(
    queues: list[QueueEntry],
    query: Mapping[str, str],
    name: str,
    belongs: Callable[[QueueEntry], str],
) -> list[QueueEntry]:
    """Return the queues that a list of ids names; an empty list means all of them."""
    wanted = set(_listed(query.get(name, "")))
    return [one for one in queues if belongs(one) in wanted] if wanted else queues


def pbx_page(request: Request, directory: Directory) -> Json:
    """Return one page of the PBXes."""
    return page(request, "pbxList", directory.pbxes, {"name": _name}, _pbx)


def site_page(request: Request, sites: tuple[Site, ...]) -> Json:
    """Return one page of a PBX's sites."""
    return page(request, "siteList", sites, {"name": _name}, _site)


def queue_page(request: Request, queues: tuple[QueueEntry, ...]) -> Json:
    """Return one page of the queues of a PBX or a site."""
    orders = {"name": _name, "extension": _ORDERS["extension"]}
    return page(request, "queueList", queues, orders, _queue)


def agent_page(request: Request, agents: tuple[AgentEntry, ...]) -> Json:
    """Return one page of a PBX's agents."""
    return page(request, "agentList", agents, {"name": _name}, _agent)


def _name(one: Pbx | Site | QueueEntry | AgentEntry) -> str:
    return one.name.casefold()


def _pbx(one: Pbx) -> Json:
    return {"id": one.id, "name": one.name, "deleted": one.deleted}


def _site(one: Site) -> Json:
    return {"id": one.id, "pbxId": one.pbx_id, "name": one.name, "deleted": one.deleted}


def _queue(one: QueueEntry) -> Json:
    return {
        "id": one.id,
        "pbxId": one.pbx_id,
        "siteId": one.site_id,
        "name": one.name,
        "extension": one.extension,
        "deleted": one.deleted,
    }


def _agent(one: AgentEntry) -> Json:
    return {
        "id": one.id,
        "pbxId": one.pbx_id,
        "siteId": one.site_id,
        "firstName": one.first_name,
        "lastName": one.last_name,
        "extension": one.extension,
        "deleted": one.deleted,
    }
