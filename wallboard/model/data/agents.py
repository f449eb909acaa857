"""Who is doing what: agents in their queues, as one answer has them, frozen.

Follows "Queue agent activity" of the vendor's documentation. Names and callers are personal:
nothing here goes into logs, files or pictures, and ``privacy`` decides what a screen shows.
"""

from dataclasses import KW_ONLY
from typing import ClassVar, NamedTuple

from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import FeedId, Moment, QueueKey
from wallboard.records import dataclass


class PersonKey(NamedTuple):
    """One person, in however many queues: the id of the PBX and of the user."""

    pbx: str
    user: str


@dataclass(frozen=True, slots=True)
class Seat:
    """One agent in one queue.

    ``status``: the API's queue status (``HANDLING``) and ``user_status`` its user status, ``""``
    if not sent. ``derived``: whether the status follows from all else, for the API told a role.
    ``since``, ``user_since``: milliseconds in each, ``None`` if not sent or beyond
    belief. ``overflow``: a secondary agent of this queue. ``caller``, ``address``: whom the agent
    talks to, name and number.
    """

    person: PersonKey
    name: str
    extension: str
    queue: QueueKey
    queue_name: str
    site: str
    _: KW_ONLY
    status: str = ""
    user_status: str = ""
    since: Number | None = None
    user_since: Number | None = None
    overflow: bool = False
    caller: str = ""
    address: str = ""
    derived: bool = False


@dataclass(frozen=True, slots=True)
class AgentsReading:
    """One answer of a PBX about its agents; the fields are those of ``Reading``.

    ``confirmed``: whether the unit of its times was seen to be right.
    """

    KIND: ClassVar[Kind] = Kind.AGENTS

    feed: FeedId
    measured: Moment
    seats: tuple[Seat, ...]
    pbx_name: str = ""
    confirmed: bool = True
    _: KW_ONLY
    notes: tuple[str, ...] = ()
