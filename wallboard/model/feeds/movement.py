"""Whether the live answers of a PBX move: waits grow by the clock, or what brings them stands.

A call that waits is a clock of its own. Answers in which every wait is the same to the
millisecond, one after the other, are one old answer told again and again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from wallboard.model.data.metric import TICKING, Number
from wallboard.model.data.reading import Moment, QueueKey, Reading
from wallboard.records import dataclass

LEAST_SECONDS = 60.0
"""How long answers must have been alike, in seconds, before they are said not to move…"""

LEAST_ANSWERS = 3
"""… and how many of them must have followed the first."""

_WAITS = (TICKING, "waitingTime", "avgWaitingTime")
_TOLD = ("waitingCalls", *_WAITS)

Waits = Mapping[QueueKey, tuple[Number | None, ...]]
"""What an answer tells of the queues in which calls wait, for some known time."""


@dataclass(frozen=True, slots=True)
class Movement:
    """How long the live answers of one PBX have been alike.

    ``since``: when the first of them was asked for. ``alike``: how many followed it. ``stands``:
    whether they do not move. ``waits``, ``served``: what the newest tells of waits, and of time.
    """

    since: Moment
    waits: Waits
    served: datetime | None = None
    alike: int = 0
    stands: bool = False


def next_movement(before: Movement | None, reading: Reading) -> Movement:
    """Return how a PBX's answers move after a live one.

    They are alike while calls wait and no wait is another than before, or while nobody waits and
    the server's own clock stands still. A PBX that is idle moves, as far as anybody knows.
    """
    waits = waits_of(reading)
    if before is None or not _alike(before, waits, reading.served):
        return Movement(reading.measured, waits, reading.served)
    alike = before.alike + 1
    lasted = reading.measured.elapsed - before.since.elapsed
    stands = alike >= LEAST_ANSWERS and lasted >= LEAST_SECONDS
    return replace(before, served=reading.served, alike=alike, stands=stands)


def _alike(before: Movement, waits: Waits, served: datetime | None) -> bool:
    if waits != before.waits:
        return False
    return bool(waits) or (served is not None and served == before.served)


def waits_of(reading: Reading) -> Waits:
    """Return the waits of an answer; a value that cannot be true is no clock."""
    waits: dict[QueueKey, tuple[Number | None, ...]] = {}
    for queue in reading.queues:
        values = queue.values
        if not (values.get("waitingCalls") or values.get(TICKING)):
            continue
        if not queue.suspect.isdisjoint(_TOLD):
            continue
        if any((values.get(name) or 0) > 0 for name in _WAITS):
            waits[queue.key] = tuple([values.get(name) for name in _TOLD])
    return waits
