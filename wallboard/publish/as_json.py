"""A report as JSON: metric names of the API, durations in milliseconds, ``null`` for no value."""

import json

from wallboard.model.metrics import CATALOGUE, Number
from wallboard.model.snapshot import QueueMetrics
from wallboard.model.summary import row_value
from wallboard.publish.report import Report, iso


def as_json(report: Report) -> str:
    """Return the report as one JSON document, ending in a newline.

    ``queues[].metrics`` has every metric that was asked for; one that was not is left out.
    """
    document = {
        "at": iso(report.at.wall),
        "pbxes": [
            {
                "id": feed.pbx,
                "name": reading.pbx_name,
                "measured": iso(reading.measured.wall),
                "queues": len(reading.queues),
            }
            for feed, reading in report.snapshot.readings.items()
        ],
        "queues": [_queue(report, queue) for queue in report.queues],
        "totals": {
            name: {"value": total.value, "partial": total.partial}
            for name, total in report.totals.items()
        },
        "failures": [
            {
                "pbx": {"id": failure.pbx_id, "name": failure.pbx},
                "reason": failure.reason,
                "words": failure.words,
                "remedy": failure.remedy,
            }
            for failure in report.failures
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _queue(report: Report, queue: QueueMetrics) -> dict[str, object]:
    levels = report.level_of(queue)
    return {
        "pbx": {"id": queue.key.pbx, "name": queue.pbx},
        "site": queue.site,
        "name": queue.name,
        "extension": queue.extension,
        "level": levels.level.word,
        "levels": {name: level.word for name, level in levels.by_metric.items()},
        "metrics": _metrics(report, queue),
        "suspect": sorted(queue.suspect),
    }


def _metrics(report: Report, queue: QueueMetrics) -> dict[str, Number | None]:
    asked = {
        name
        for feed, reading in report.snapshot.readings.items()
        if feed.pbx == queue.key.pbx
        for name in reading.metrics
    }
    return {name: row_value(queue, metric) for name, metric in CATALOGUE.items() if name in asked}
