"""The two queues of the example in the vendor's "Real-time call-queue metrics", standing still."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from wallboard.model.data.metric import Number
from wallboard.simulator.centre.call_log import Span
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan
from wallboard.simulator.centre.presence import CallNow, Presence
from wallboard.simulator.centre.totals import AgentTotals, CallTotals
from wallboard.simulator.server.directory import directory_of

_PLAN = Plan(
    (
        PbxPlan(
            "coreanalyticsprod",
            (SitePlan("SanJose-Onel"),),
            (QueuePlan("Alerie Hightower", "189751"), QueuePlan("Narbo", "153964")),
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


class SampleCentre:
    """The example. Time has no effect on it."""

    metric_names = tuple(_METRICS[0])
    remembers = False

    def __init__(self, seed: int, start: datetime) -> None:
        self.directory = directory_of(_PLAN, seed)
        self.start = start
        queues = self.directory.queues[self.directory.pbxes[0].id]
        self._rows = {
            queue.id: {**metrics, **counts}
            for queue, metrics, counts in zip(queues, _METRICS, _COUNTS, strict=True)
        }

    def advance_to(self, seconds: float) -> None:
        """Do nothing."""

    def measure(self, queue_id: str) -> Mapping[str, Number]:
        """Return the example's metrics of a queue, and the counts behind its averages."""
        return self._rows[queue_id]

    def past(self, queue_id: str, spans: Iterable[Span]) -> CallTotals:
        """Return nothing: the example has no past."""
        del queue_id, spans
        return CallTotals()

    def past_by_agent(self, queue_id: str, spans: Iterable[Span]) -> Mapping[int, AgentTotals]:
        """Return nothing: the example has no agents."""
        del queue_id, spans
        return {}

    def seats(self, queue_id: str) -> tuple[Presence, ...]:
        """Return nobody."""
        del queue_id
        return ()

    def people(self, pbx_id: str) -> tuple[Presence, ...]:
        """Return nobody."""
        del pbx_id
        return ()

    def in_progress(self, pbx_id: str) -> tuple[CallNow, ...]:
        """Return no call: the example has numbers of them only."""
        del pbx_id
        return ()
