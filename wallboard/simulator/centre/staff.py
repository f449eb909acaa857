"""Agents for a plan: who sits in which queues."""

from collections.abc import Iterable, Iterator, Sequence

from wallboard.simulator.centre.plan import AgentPlan, SimulatedStatus

_FIRST = (
    "Ada", "Ben", "Carla", "Dario", "Elena", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira",
    "Liam", "Mona", "Nils", "Olga", "Pavel", "Rosa", "Samir", "Tessa", "Uwe", "Vera", "Wim",
    "Yara",
)  # fmt: skip
_LAST = (
    "Abbott", "Brandt", "Costa", "Dumont", "Eriksen", "Ferrari", "Gruber", "Hansen", "Ito",
    "Jansen", "Keller", "Lopez", "Moreau", "Novak", "Okafor", "Petit", "Quinn", "Rossi", "Silva",
    "Tanaka", "Urban", "Vogel", "Weber", "Young", "Zeller",
)  # fmt: skip


_OFF_DUTY = 7
"""One agent in so many is off duty."""


def person(number: int) -> tuple[str, str]:
    """Return the first and last name of the agent with that number."""
    return _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]


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
