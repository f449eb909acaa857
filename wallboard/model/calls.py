"""The calls in progress, as one answer has them, frozen.

Follows "Active calls" of the vendor's guide. Callers are personal, as in ``people``.
"""

from dataclasses import dataclass

from wallboard.model.metrics import Number
from wallboard.model.snapshot import FeedId, Moment


@dataclass(frozen=True, slots=True)
class ActiveCall:
    """One call. ``label``: the API's newest label (``WAITING``, ``TALKING``), ``""`` if not sent.

    Times are milliseconds when it was measured, ``None`` if not sent. ``agent``: who has it, or
    whose phone rings.
    """

    id: str
    label: str = ""
    direction: str = ""
    caller: str = ""
    address: str = ""
    queue: str = ""
    queue_extension: str = ""
    agent: str = ""
    waiting: Number | None = None
    talking: Number | None = None
    on_hold: Number | None = None
    total: Number | None = None


@dataclass(frozen=True, slots=True)
class CallsReading:
    """One answer of a PBX about its calls; the fields are those of ``Reading``.

    ``more``: how many calls the API has beyond those that were asked for; ``at_least``: it has
    some, and nobody knows how many. ``confirmed``: whether the unit of the times is known to be
    right.
    """

    feed: FeedId
    measured: Moment
    calls: tuple[ActiveCall, ...]
    pbx_name: str = ""
    more: int = 0
    notes: tuple[str, ...] = ()
    confirmed: bool = True
    at_least: bool = False
