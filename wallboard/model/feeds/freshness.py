"""How old data may be: LIVE, LATE, STALE, NO DATA, by its age and how often it is polled."""

from enum import IntEnum

_AFTER = 1e-6


class Freshness(IntEnum):
    """How old the data on screen is, best first."""

    LIVE = 0
    LATE = 1
    STALE = 2
    NO_DATA = 3

    def __str__(self) -> str:
        return self.name.replace("_", " ")


def feed_state(age: float | None, interval: float) -> Freshness:
    """Return the state of data ``age`` seconds old, polled every ``interval`` seconds."""
    if age is None:
        return Freshness.NO_DATA
    late, stale, none = _bounds(interval)
    if age > stale:
        return Freshness.NO_DATA if age > none else Freshness.STALE
    return Freshness.LATE if age > late else Freshness.LIVE


def live_for(interval: float) -> float:
    """Return for how many seconds data is LIVE."""
    return 2 * interval + 5


def _bounds(interval: float) -> tuple[float, float, float]:
    """Return the ages (seconds) beyond which data is LATE, STALE and NO DATA."""
    return live_for(interval), max(60.0, 6 * interval), max(300.0, 10 * interval)


def next_change(age: float | None, interval: float) -> float | None:
    """Return the age at which data that is ``age`` seconds old gets its next state, if any."""
    if age is None:
        return None
    # An age equal to a bound is still of the state before it.
    return next((bound + _AFTER for bound in _bounds(interval) if bound >= age), None)
