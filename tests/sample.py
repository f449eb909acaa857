"""The example answer of the realtime page of the API: the golden case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import FeedId, Moment, NamedQueue, QueueMetrics, Reading, identify
from wallboard.model.judge.rules import DEFAULT_BOUNDS, Rules

ANSWER = {
    "callQueues": [
        {
            "name": "Alerie Hightower", "extension": "189751", "pbx": "coreanalyticsprod",
            "site": "SanJose-Onel",
            "metrics": {
                "totalHandlingTime": 0, "avgHandlingTime": 0.0, "avgTalkingTime": 0.0,
                "waitingTime": 85276, "talkingTime": 0, "avgWaitingTime": 28425.0,
            },
        },
        {
            "name": "Narbo", "extension": "153964", "pbx": "coreanalyticsprod",
            "site": "SanJose-Onel",
            "metrics": {
                "totalHandlingTime": 24069, "avgHandlingTime": 12034.0, "avgTalkingTime": 14069.0,
                "waitingTime": 14069, "talkingTime": 14069, "avgWaitingTime": 14069.0,
            },
        },
    ],
    "metricsSummary": {
        "totalHandlingTime": 24069, "avgHandlingTime": 12034.0, "avgTalkingTime": 14069.0,
        "waitingTime": 99345, "talkingTime": 14069, "avgWaitingTime": 24836.0,
    },
}  # fmt: skip

AT = Moment(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), 1000.0)


def row(
    name: str, extension: str = "1", site: str = "Rome", pbx: str = "p", **values: Number
) -> QueueMetrics:
    key = identify(pbx, [NamedQueue(extension, site, name)])[0]
    return QueueMetrics(key, name, extension, site, pbx, values)


def sample_queues() -> tuple[QueueMetrics, ...]:
    listed = ANSWER["callQueues"]
    assert isinstance(listed, list)
    return tuple(
        row(one["name"], one["extension"], one["site"], one["pbx"], **one["metrics"])
        for one in listed
    )


def sample_reading(summary: Mapping[str, Number] | None = None) -> Reading:
    theirs = ANSWER["metricsSummary"]
    assert isinstance(theirs, dict)
    feed = FeedId("coreanalyticsprod")
    return Reading(feed, AT, sample_queues(), frozenset(CATALOGUE), summary or theirs)


AT_ONCE = Rules({name: replace(one, hold=0.0) for name, one in DEFAULT_BOUNDS.items()})
"""The rules as shipped, but that a level is entered at the first answer that reaches a bound."""
