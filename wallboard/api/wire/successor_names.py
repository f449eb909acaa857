"""What the successor of the realtime endpoint calls things, and how it counts time.

Follows "Call queue metrics" of the vendor's documentation: live metrics have ``ongoing`` before
their name, those of the past have not.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from wallboard.model.data.catalogue import CATALOGUE, TODAY

TimeUnit = Literal["s", "ms"]
"""Seconds or milliseconds."""

OWN_UNIT: TimeUnit = "s"
"""What the vendor's guide says of the successor and its siblings."""

SCALE: Mapping[TimeUnit, int] = MappingProxyType({"s": 1_000, "ms": 1})
"""Milliseconds of one."""

ONGOING: Mapping[str, str] = MappingProxyType(
    {name: f"ongoing{name[0].upper()}{name[1:]}" for name in CATALOGUE}
)
"""Live metric → its name here."""

PAST: Mapping[str, str] = MappingProxyType(
    {
        "divertedCalls": "divertedCalls",
        **{metric.sent or name: name for name, metric in TODAY.items()},
        "diverted": "divertedCalls",
    }
)
"""Name here → the day's metric. Both spellings of one occur; the later is the documented one."""

_ONLY_SEEN = frozenset(
    {"missedCalls", "missedCallsPercentage", "abandonedInHandlingCalls", "divertedCalls"}
)
"""Read if sent, but not among the names that the documentation allows to be asked for."""

MAY_BE_ASKED = frozenset({*ONGOING.values(), *PAST} - _ONLY_SEEN)
"""A name beyond these would be a 400."""

AGENT_METRICS = (
    "queueStatusTime",
    "userStatusTime",
    "ongoingHandlingInteractions",
    "ongoingTalkingInteractions",
    "ongoingOnHoldInteractions",
    "ongoingWrapUpInteractions",
    "ongoingTalkingInteractionsTime",
    "ongoingWrapUpInteractionsTime",
)
"""What is asked of "Queue agent activity": a status follows from it where none is told."""


def instant(at: datetime) -> str:
    """Return a moment as the API takes it: UTC with ``Z``, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
