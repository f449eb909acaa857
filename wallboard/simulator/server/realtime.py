"""The realtime page and the lists, over a centre: "Real-time call-queue metrics" and "Work
Analytics Customer Data" of the vendor's documentation."""

from collections.abc import Callable, Mapping

from starlette.requests import Request

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.server.directory import AgentEntry, Pbx, QueueEntry, SimulatedAccount, Site
from wallboard.simulator.server.measure import totals
from wallboard.simulator.server.protocol import SimulatedCentre
from wallboard.simulator.server.query_params import chosen_queues, list_parts, wants_summary
from wallboard.simulator.server.responses import Json, Refusal, page

_ORDERS: Mapping[str, Callable[[QueueEntry], str]] = {
    "site": lambda one: one.site.casefold(),
    "name": lambda one: one.name.casefold(),
    "extension": lambda one: one.extension,
    "extensions": lambda one: one.extension,
}


def realtime(centre: SimulatedCentre, pbx: Pbx, query: Mapping[str, str]) -> Json:
    """Return the metrics of the queues of a PBX; times are milliseconds.

    Raises ``Refusal`` (400) for a metric, an order or a truth value that is none.
    """
    names = _metrics(centre, query.get("metrics", ""))
    queues = chosen_queues(centre.directory, pbx, query)
    if sort := query.get("sort", ""):
        field, _, direction = sort.partition(",")
        if field not in _ORDERS or direction.lower() not in ("", "asc", "desc"):
            raise Refusal(400, f"Invalid sort parameter [{sort}].")
        queues.sort(key=_ORDERS[field], reverse=direction.lower() == "desc")
    summary = wants_summary(query)
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
    if summary:
        answer["metricsSummary"] = totals(rows, names)
    return answer


def _metrics(centre: SimulatedCentre, text: str) -> list[str]:
    asked = list_parts(text)
    unknown = [name for name in asked if name not in CATALOGUE]
    if unknown:
        raise Refusal(400, f"Invalid Metrics Passed [{', '.join(unknown)}].")
    return [name for name in centre.metric_names if not asked or name in asked]


def pbx_page(request: Request, directory: SimulatedAccount) -> Json:
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
