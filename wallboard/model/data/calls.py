"""The calls in progress, as one answer has them, frozen.

Follows "Active calls" of the vendor's guide. Callers are personal, as in ``people``.
"""

from dataclasses import KW_ONLY
from typing import ClassVar

from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class ActiveCall:
    """One call. ``label``: the API's newest label (``WAITING``, ``TALKING``), ``""`` if not sent.

    ``queue``, ``queue_extension``: of the queue that it names; ``reference``: what may be the
    extension of one. Times are milliseconds when it was measured, ``None`` if not sent. ``agent``:
    who has it, or whose phone rings.
    """

    id: str
    label: str = ""
    direction: str = ""
    caller: str = ""
    address: str = ""
    queue: str = ""
    _: KW_ONLY
    queue_extension: str = ""
    agent: str = ""
    waiting: Number | None = None
    talking: Number | None = None
    on_hold: Number | None = None
    total: Number | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many calls are not listed: that tell no queue, and that are no queue's by direction."""

    untold: int = 0
    outbound: int = 0
    internal: int = 0

    def __add__(self, other: "LeftOut") -> "LeftOut":
        return LeftOut(
            self.untold + other.untold,
            self.outbound + other.outbound,
            self.internal + other.internal,
        )


NONE_LEFT_OUT = LeftOut()


@dataclass(frozen=True, slots=True)
class CallsReading:
    """One answer of a PBX about its calls; the fields are those of ``Reading``.

    ``more``: how many calls the API has beyond those that were asked for; ``at_least``: it has
    some, and nobody knows how many. ``confirmed``: whether the unit of the times is known to be
    right. ``left_out``: what was sent and is not among ``calls``.
    """

    KIND: ClassVar[Kind] = Kind.CALLS

    feed: FeedId
    measured: Moment
    calls: tuple[ActiveCall, ...]
    pbx_name: str = ""
    more: int = 0
    _: KW_ONLY
    notes: tuple[str, ...] = ()
    confirmed: bool = True
    at_least: bool = False
    left_out: LeftOut = NONE_LEFT_OUT
