"""What Prometheus calls the numbers: the API's own names, in its spelling and in base units."""

import re

from wallboard.model.data.metric import Group, Metric, Number, Unit

PREFIX = "wallboard"

LEVEL = f"{PREFIX}_queue_level"
LEVEL_HELP = (
    "Level of the queue: 0 normal, 1 warning, 2 critical; absent while it is not known, or closed"
)

GROUP_LEVEL = f"{PREFIX}_group_level"
GROUP_LEVEL_HELP = (
    "Level of the group by rules of its own: 0 normal, 1 warning, 2 critical; absent without any"
)

_SUFFIX = {Unit.COUNT: "", Unit.MILLISECONDS: "_seconds", Unit.PERCENT: "_ratio"}
_WORDS = {Unit.COUNT: "", Unit.MILLISECONDS: ", in seconds", Unit.PERCENT: ", as a ratio of 1"}
_PARTS = {Unit.COUNT: 1, Unit.MILLISECONDS: 1_000, Unit.PERCENT: 100}


def name_of(metric: Metric, of: str = "queue") -> str:
    """Return a metric's name: ``longestWaitingTime`` → ``…_queue_longest_waiting_time_seconds``.

    What is of the day so far has ``today`` in it. ``of``: a ``queue``, or a ``group`` of them.
    """
    words = re.sub(r"(?=[A-Z])", "_", metric.name.removesuffix("Percentage")).lower()
    if metric.group is Group.TODAY:
        words = f"today_{words.removeprefix('today_')}"
    return f"{PREFIX}_{of}_{words}{_SUFFIX[metric.unit]}"


def help_of(metric: Metric) -> str:
    """Return what a metric is, in words, with its unit and the API's name."""
    return f"{metric.label}{_WORDS[metric.unit]} ({metric.name})"


def base_value(metric: Metric, value: Number) -> float:
    """Return a value in its base unit: seconds, a ratio of 1, or a count."""
    return value / _PARTS[metric.unit]
