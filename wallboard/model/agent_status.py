"""What an agent can be doing: the queue statuses of the API, in the words of the field.

Follows ``queueStatus`` of "Queue agent activity" of the vendor's documentation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Status:
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

STATUSES: Mapping[str, Status] = MappingProxyType(
    {one[0]: Status(*one, rank=rank) for rank, one in enumerate(_KNOWN) if one[0]}
)
"""Every status of the API by its id, the most telling first."""

_UNKNOWN = next(rank for rank, one in enumerate(_KNOWN) if not one[0])

OTHER = Status("", "other", "other", "?", _UNKNOWN, known=False)
"""Stands for all that are not known here, where they are counted."""


def status_of(sent: str) -> Status:
    """Return the status that was sent; one that is not known here is shown as its own text."""
    known = STATUSES.get(sent.strip().upper())
    if known is not None:
        return known
    text = sent.strip() or NOTHING
    return Status(sent, text, text, "?", _UNKNOWN, known=False)
