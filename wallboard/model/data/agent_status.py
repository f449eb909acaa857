"""What an agent can be doing: the queue statuses of the API, in the words of the field.

Follows ``queueStatus`` of "Queue agent activity" of the vendor's documentation.
"""

from collections.abc import Mapping
from types import MappingProxyType

from wallboard.model.data.metric import Number
from wallboard.records import dataclass

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """One status: ``id`` is the API's, ``word`` is read, ``short`` where there is no room.

    ``mark``: its sign, of one column, which the Linux console has too. ``rank``: how much it
    tells, most first: of several queues of one person that status is the person's.
    """

    id: str
    word: str
    short: str
    mark: str
    rank: int
    known: bool = True


_KNOWN = (
    ("HANDLING", "Handling", "Handl", "■"),
    ("ALERTING", "Ringing", "Ring", "♪"),
    ("WRAP_UP", "Wrap-up", "Wrap", "≡"),
    ("BUSY_OTHER", "Busy elsewhere", "Busy", "»"),
    ("AVAILABLE_IDLE", "Available", "Avail", "○"),
    ("PAUSE", "Pause", "Pause", "║"),
    ("DND", "DND", "DND", "x"),
    ("", "", "", "?"),
    ("LOGGED_OUT", "Logged out", "Out", "·"),
    ("OFFLINE", "Offline", "Off", "·"),
)
"""Most telling first; the empty one is the place of statuses that are not known here."""

STATUSES: Mapping[str, AgentStatus] = MappingProxyType(
    {item[0]: AgentStatus(*item, rank=rank) for rank, item in enumerate(_KNOWN) if item[0]}
)
"""Every status of the API by its id, the most telling first."""

_UNKNOWN = next(rank for rank, item in enumerate(_KNOWN) if not item[0])

UNTOLD = AgentStatus("UNTOLD", "Not told", "Untold", "?", _UNKNOWN)
"""Of whom the API tells a role, and nothing that a status could be derived from."""

OTHER = AgentStatus("", "other", "other", "?", _UNKNOWN, known=False)
"""Stands for all that are not known here, where they are counted."""


def status_of(sent: str) -> AgentStatus:
    """Return the status that was sent; one that is not known here is shown as its own text."""
    known = STATUSES.get(sent.strip().upper())
    if known is not None:
        return known
    if sent == UNTOLD.id:
        return UNTOLD
    text = sent.strip() or NOTHING
    return AgentStatus(sent, text, text, "?", _UNKNOWN, known=False)


ROLES = frozenset({"PRIMARY", "SECONDARY", "OVERFLOW"})
"""What the API may tell as queue status: what the agent is to the queue, not what it does."""

_OF_USER: Mapping[str, str] = MappingProxyType(
    {
        "AVAILABLE": "AVAILABLE_IDLE",
        "BUSY": "BUSY_OTHER",
        "ON_CALL": "BUSY_OTHER",
        "AWAY": "PAUSE",
        "AUTO_AWAY": "PAUSE",
        "INVISIBLE": "PAUSE",
        "DND": "DND",
        "OFFLINE": "OFFLINE",
    }
)
"""User status → the queue status of whom this queue has no call."""


@dataclass(frozen=True, slots=True)
class Ongoing:
    """What an agent has of a queue now, as numbers of calls; ``None`` if not sent.

    ``calls``: whether somebody is told whom the agent talks to, or whose call rings.
    """

    handling: Number | None = None
    talking: Number | None = None
    on_hold: Number | None = None
    wrap_up: Number | None = None
    calls: bool = False


def derive_status(ongoing: Ongoing, user_status: str) -> str:
    """Return the id of the queue status that follows from all else; ``UNTOLD`` if none does."""
    if ongoing.talking or ongoing.on_hold:
        return "HANDLING"
    if ongoing.wrap_up:
        return "WRAP_UP"
    if ongoing.handling:
        return "HANDLING"
    if ongoing.calls:
        told = (ongoing.handling, ongoing.talking)
        return "HANDLING" if told == (None, None) else "ALERTING"
    return _OF_USER.get(user_status.strip().upper(), UNTOLD.id)
