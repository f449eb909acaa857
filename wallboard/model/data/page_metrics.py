"""What agents and calls are compared and ordered by, beside the metrics of their queues."""

from collections.abc import Mapping
from types import MappingProxyType

from wallboard.model.data.metric import Adds, Group, Metric, Unit, Worse

IN_STATUS = Metric(
    "time", "Time", "Time", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.AGENTS
)
"""How long an agent has been in the status that is shown."""

SEATED = Metric("queues", "Queues", "Queues", Unit.COUNT, Adds.SUM, Worse.UP, group=Group.AGENTS)
"""In how many queues an agent sits."""

WAITED = Metric(
    "waited", "Waited", "Waited", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.WAITING
)
"""How long a call has waited, or did."""

LASTED = Metric("total", "Total", "Total", Unit.MILLISECONDS, Adds.MAX, Worse.UP, group=Group.CALLS)
"""How long a call has been there in all."""

PAGE_METRICS: Mapping[str, Metric] = MappingProxyType(
    {metric.name: metric for metric in (IN_STATUS, SEATED, WAITED, LASTED)}
)
"""All of them by name; no metric of queues is called so."""
