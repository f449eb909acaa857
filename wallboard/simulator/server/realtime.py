"""The realtime page and the lists, over a centre: "Real-time call-queue metrics" and "Work
Analytics Customer Data" of the vendor's documentation."""

from collections.abc import Callable, Mapping

from starlette.requests import Request

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.server.directory import AgentEntry, Pbx, QueueEntry, SimulatedAccount, Site
from wallboard.simulator.server.measure import totals
from wallboard.simulator.server.query_params import chosen_queues, list_parts, wants_summary
from wallboard.simulator.server.responses import Json, Refusal, page

_ORDERS: Mapping[str, Callable[[QueueEntry], str]] = {
    "site": lambda queue: queue.site.casefold(),
    "name": lambda queue: queue.name.casefold(),
    "extension": lambda queue: queue.extension,
    "extensions": lambda queue: queue.extension,
}


def realtime(centre: Centre, pbx: Pbx, query: Mapping[str, str]) -> Json:
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


def _metrics(centre: Centre, text: str) -> list[str]:
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


def _name(entry: Pbx | Site | QueueEntry | AgentEntry) -> str:
    return entry.name.casefold()


def _pbx(pbx: Pbx) -> Json:
    return {"id": pbx.id, "name": pbx.name, "deleted": pbx.deleted}


def _site(site: Site) -> Json:
    return {"id": site.id, "pbxId": site.pbx_id, "name": site.name, "deleted": site.deleted}


def _queue(queue: QueueEntry) -> Json:
    return {
        "id": queue.id,
        "pbxId": queue.pbx_id,
        "siteId": queue.site_id,
        "name": queue.name,
        "extension": queue.extension,
        "deleted": queue.deleted,
    }


def _agent(agent: AgentEntry) -> Json:
    return {
        "id": agent.id,
        "pbxId": agent.pbx_id,
        "siteId": agent.site_id,
        "firstName": agent.first_name,
        "lastName": agent.last_name,
        "extension": agent.extension,
        "deleted": agent.deleted,
    }
