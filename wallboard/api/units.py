"""The unit of an endpoint's times, confirmed by growth, or said by the user.

A wrong unit is silent: 85 s read as milliseconds are a green 00:00. But whoever waits goes on
waiting, and a call goes on, so the longest of them grows by the time between two answers: by its
seconds, or by its milliseconds. Until that was seen the unit is only believed. Where the API says
when something began, its age tells the unit as well.
"""

from collections import deque
from collections.abc import Collection, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal

from wallboard.api.wire.successor_names import OWN_UNIT, SCALE, TimeUnit
from wallboard.model.data.metric import Number

LEAST_APART = 2.0
"""Seconds between two answers that are compared: less is lost in the time that an answer takes."""

TOLERANCE = 0.2
"""Part of its due by which growth may differ."""

JITTER = 2.0
"""Seconds by which it may differ in any case: answers take their time, and not always the same."""

MOST_TOLERANCE = 0.5
"""Part of its due beyond which nothing is growth that was expected."""

CONTRADICTED = 3
"""So many times more often must the other unit have fitted, until the one in use is wrong."""

REMEMBERED = 60.0
"""Seconds: growth is measured over them, too, for an API that renews its numbers seldom."""

LEAST_AGE = 10.0
"""Seconds: the age of anything younger may be that of anything in any unit."""

Waits = Mapping[Any, Number]
"""Those who wait, by any key → for how long, in the API's own unit."""

Ages = Mapping[Any, float]
"""Those of them whose beginning is known → seconds since then."""

NO_AGES: Ages = MappingProxyType({})


class Finding(Enum):
    """What an answer settled."""

    NOTHING = "nothing"
    CONFIRMED = "confirmed"
    SWITCHED = "switched"
    CONTRADICTED = "contradicted"


class Growth(Enum):
    """What two answers say of the unit."""

    NONE = "none"
    SECONDS = "s"
    MILLISECONDS = "ms"
    NO_SECONDS = "more than any wait can grow in seconds"


def growth(before: Waits, after: Waits, seconds: float) -> Growth:
    """Return what waits tell that are ``seconds`` apart.

    Milliseconds win: a thousand times too much growth is no accident, while one of many callers
    who follow each other may well seem to have waited a few milliseconds longer. Growth beyond
    the time itself is none in seconds, whatever else seems to be.
    """
    tolerance = min(max(TOLERANCE, JITTER / seconds), MOST_TOLERANCE)
    found = Growth.NONE
    for key, wait in after.items():
        old = before.get(key)
        if old is None or wait <= old:
            continue
        rate = (wait - old) / seconds
        if abs(rate / 1_000 - 1) <= tolerance:
            return Growth.MILLISECONDS
        if rate > 1 + tolerance:
            found = Growth.NO_SECONDS
        elif rate >= 1 - tolerance and found is Growth.NONE:
            found = Growth.SECONDS
    return found


def find_unit(waits: Waits, ages: Ages) -> TimeUnit | None:
    """Return the unit in which most of ``waits`` are as long as their ages, if there is one.

    The clock here may be wrong, and then nothing fits: that proves nothing.
    """
    pairs = [(waits[key], age) for key, age in ages.items() if age >= LEAST_AGE and waits.get(key)]
    for unit, scale in SCALE.items():
        fits = sum(abs(wait * scale / 1_000 - age) <= JITTER for wait, age in pairs)
        if 2 * fits > len(pairs):
            return unit
    return None


def _unit_by_growth(found: Collection[Growth]) -> TimeUnit | None:
    """Return the unit that growth over several spans tells."""
    if Growth.MILLISECONDS in found:
        return "ms"
    return "s" if Growth.SECONDS in found and Growth.NO_SECONDS not in found else None


class UnitWatch:
    """One endpoint's unit in one PBX.

    ``asked``: ``auto`` for the endpoint's own, which is believed at first, may turn out to be
    wrong, and is known in the end; else the unit that the user said. That is kept whatever is
    seen, and is ``confirmed`` from the start until enough was seen against it, and again when as
    much was seen for it.
    """

    def __init__(self, asked: Literal["auto", "ms", "s"] = "auto") -> None:
        self.unit: TimeUnit = OWN_UNIT if asked == "auto" else asked
        self._forced = asked != "auto"
        self.confirmed = self._forced
        self._warned = False
        self._balance = 0
        self._seen: dict[str, deque[tuple[float, Waits]]] = {}

    @property
    def settled(self) -> bool:
        """Whether nothing that is seen can change anything any more."""
        return self.confirmed and not self._forced

    def see(self, at: float, waits: Waits, line: str = "", ages: Ages = NO_AGES) -> Finding:
        """Take the waits of one answer. ``at``: elapsed seconds when it was asked for.

        Answers of one ``line`` only are compared with each other.
        """
        if self.settled:
            return Finding.NOTHING
        seen = self._seen.setdefault(line, deque())
        if seen and at - seen[-1][0] < LEAST_APART:
            return Finding.NOTHING
        pairs = (seen[0], seen[-1]) if seen else ()
        found = {growth(before, waits, at - when) for when, before in pairs}
        seen.append((at, waits))
        while at - seen[0][0] > REMEMBERED and len(seen) > 1:
            seen.popleft()
        for unit in (find_unit(waits, ages), _unit_by_growth(found)):
            if unit and (finding := self._weigh(unit)) is not Finding.NOTHING:
                return finding
        return Finding.NOTHING

    def _weigh(self, unit: TimeUnit) -> Finding:
        step = 1 if unit == self.unit else -1
        self._balance = max(self._balance + step, -CONTRADICTED)
        if self._forced:
            return self._doubt()
        if self._balance > 0:
            return self._settle(Finding.CONFIRMED)
        if self._balance > -CONTRADICTED:
            return Finding.NOTHING
        self.unit = unit
        return self._settle(Finding.SWITCHED)

    def _doubt(self) -> Finding:
        """Give up or take back the trust in what the user said. It is warned of once."""
        self._balance = min(self._balance, 0)
        if self.confirmed and self._balance == -CONTRADICTED:
            self.confirmed = False
            warned, self._warned = self._warned, True
            return Finding.NOTHING if warned else Finding.CONTRADICTED
        if not self.confirmed and self._balance == 0:
            self.confirmed = True
            return Finding.CONFIRMED
        return Finding.NOTHING

    def _settle(self, finding: Finding) -> Finding:
        self.confirmed = True
        self._seen.clear()
        return finding
