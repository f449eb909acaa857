"""The two queues of the example in the vendor's "Real-time call-queue metrics", standing still."""

from collections.abc import Mapping
from datetime import datetime

from wallboard.model.data.metric import Number
from wallboard.simulator.centre.centre import Centre
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan

_PLAN = Plan(
    (
        PbxPlan(
            "coreanalyticsprod",
            (SitePlan("SanJose-Onel"),),
            (
                QueuePlan("Alerie Hightower", "189751", per_hour=0),
                QueuePlan("Narbo", "153964", per_hour=0),
            ),
        ),
    )
)
_METRICS: tuple[Mapping[str, Number], ...] = (
    {
        "totalHandlingTime": 0,
        "avgHandlingTime": 0.0,
        "avgTalkingTime": 0.0,
        "waitingTime": 85276,
        "talkingTime": 0,
        "avgWaitingTime": 28425.0,
    },
    {
        "totalHandlingTime": 24069,
        "avgHandlingTime": 12034.0,
        "avgTalkingTime": 14069.0,
        "waitingTime": 14069,
        "talkingTime": 14069,
        "avgWaitingTime": 14069.0,
    },
)
_COUNTS: tuple[Mapping[str, Number], ...] = (
    {"waitingCalls": 3, "talkingCalls": 0, "handlingCalls": 0},
    {"waitingCalls": 1, "talkingCalls": 1, "handlingCalls": 2},
)
"""What the example leaves out and its averages follow from."""


class SampleCentre(Centre):
    """The example: nobody is there, and no call comes. Time has no effect on it."""

    metric_names = tuple(_METRICS[0])
    remembers = False

    def __init__(self, seed: int, start: datetime) -> None:
        super().__init__(_PLAN, seed, start)
        rows = ({**metrics, **counts} for metrics, counts in zip(_METRICS, _COUNTS, strict=True))
        self._rows = dict(zip(self._queues, rows, strict=True))

    def measure(self, queue_id: str) -> dict[str, Number]:
        """Return the example's metrics of a queue, and the counts behind its averages."""
        return self._rows[queue_id]
