"""One call as shown.

It tells its own times each second, so that a tick changes digits only.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY
from types import MappingProxyType

from wallboard.model.data.metric import Number
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.view.format import NOTHING, duration
from wallboard.model.view.row import Cell, Tone, estimate
from wallboard.records import dataclass

WAITING = "WAITING"
"""The label of a call that nobody has yet."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        WAITING: "Waiting",
        "ALERTING": "Ringing",
        "TALKING": "Talking",
        "ONHOLD": "On hold",
        "ON_HOLD": "On hold",
        "HOLD": "On hold",
        "IN_VOICEMAIL": "Voicemail",
        "TRANSFERRED": "Transfer",
        "DISCONNECTED": "Hung up",
    }
)
"""The labels of the API that read otherwise in the words of the field."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call as shown. ``waits``: whether nobody has it yet. Times as they were measured, in ms.

    ``state``: of the data. ``measured``: elapsed seconds. ``confirmed``: whether the unit of the
    times is known to be right. ``key``: the queue that it is in, if that is known.
    """

    id: str
    word: str
    waits: bool
    state: Freshness
    measured: float
    waiting: Number | None
    _: KW_ONLY
    total: Number | None
    caller: str
    queue: str
    agent: str
    direction: str
    confirmed: bool = True
    key: QueueKey | None = None

    @property
    def old(self) -> bool:
        """Whether it was not just measured."""
        return self.state >= Freshness.STALE

    @property
    def tone(self) -> Tone:
        """The tone of the whole line."""
        return Tone.OLD if self.old else Tone.NORMAL

    def wait_cell(self, now: float) -> Cell:
        """Return how long it has waited at ``now``, elapsed seconds: it counts on while it does."""
        return self._time(self.waiting, now, grows=self.waits)

    def duration_cell(self, now: float) -> Cell:
        """Return how long it has been there in all at ``now``, elapsed seconds."""
        return self._time(self.total, now, grows=True)

    def _time(self, time: Number | None, now: float, *, grows: bool) -> Cell:
        # No time at all is none in any unit.
        mark = "?" if time and not self.confirmed else ""
        if time is None or not grows or self.state is not Freshness.LIVE:
            return Cell(duration(time), self.tone, mark)
        return estimate(time, self.measured, now, self.tone, mark)


def label_words(label: str) -> str:
    """Return a label of the API as it reads: ``Ringing``; ``PARKED_BY`` as ``Parked by``."""
    text = label.strip()
    return _WORDS.get(text.upper()) or text.replace("_", " ").strip().capitalize() or NOTHING
