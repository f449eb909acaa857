"""The realtime page: "Real-time call-queue metrics" of the vendor's documentation."""

from collections.abc import Mapping

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.directory import Pbx
from wallboard.simulator.centre.measure import totals
from wallboard.simulator.server.lists import sort_by
from wallboard.simulator.server.query_params import chosen_queues, list_parts, wants_summary
from wallboard.simulator.server.responses import Json, Refusal


def realtime(centre: Centre, pbx: Pbx, query: Mapping[str, str]) -> Json:
    """Return the metrics of the queues of a PBX; times are milliseconds.

    Raises ``Refusal`` (400) for a metric, an order or a truth value that is none.
    """
    asked = list_parts(query.get("metrics", ""))
    unknown = [name for name in asked if name not in CATALOGUE]
    if unknown:
        raise Refusal(400, f"Invalid Metrics Passed [{', '.join(unknown)}].")
    names = [name for name in centre.metric_names if not asked or name in asked]
    queues = sort_by(chosen_queues(centre.directory, pbx, query), query.get("sort", ""))
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
