"""Agents for a plan: who sits in which queues."""

from collections.abc import Iterable, Iterator, Sequence

from wallboard.simulator.centre.names import person
from wallboard.simulator.centre.plan import AgentPlan, SimulatedStatus

_OFF_DUTY = 7
"""One agent in so many is off duty."""


def team(
    numbers: Iterator[int],
    size: int,
    site: int,
    primary: Sequence[int],
    overflow: Sequence[int] = (),
    *,
    helpers: int = 0,
    extension: int = 2000,
) -> Iterable[AgentPlan]:
    """Yield ``size`` agents on duty who are primary in ``primary``, and a few who are off duty.

    The first ``helpers`` of them also have an overflow seat in ``overflow``. Extensions count
    up from ``extension`` with ``numbers``.
    """
    for place in range(size + size // (_OFF_DUTY - 1)):
        number = next(numbers)
        yield AgentPlan(
            *person(number),
            str(extension + number),
            site,
            tuple(primary),
            tuple(overflow) if place < helpers else (),
            status=SimulatedStatus.AVAILABLE if place < size else SimulatedStatus.OFFLINE,
            breaks=place < size,
        )
