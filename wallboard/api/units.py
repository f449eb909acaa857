"""The unit of an endpoint's times, confirmed by growth.

A wrong unit is silent: 85 s read as milliseconds are a green 00:00. But whoever waits goes on
waiting, so the longest wait grows by the time between two answers: by its seconds, or by its
milliseconds. Until that was seen the unit is only believed.
"""

from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

from wallboard.api.successor import OWN_UNIT, TimeUnit
from wallboard.model.metrics import Number

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

Waits = Mapping[Any, Number]
"""Those who wait, by any key → for how long, in the API's own unit."""


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


class UnitWatch:
    """One endpoint's unit in one PBX: believed at first, in the end known.

    ``asked``: ``auto`` for the endpoint's own, which may turn out to be wrong; else the unit that
    the user said, which is kept whatever is seen.
    """

    def __init__(self, asked: Literal["auto", "ms", "s"] = "auto") -> None:
        self.unit: TimeUnit = OWN_UNIT if asked == "auto" else asked
        self.confirmed = False
        self._forced = asked != "auto"
        self._told = False
        self._balance = 0
        self._seen: dict[str, deque[tuple[float, Waits]]] = {}

    def see(self, at: float, waits: Waits, line: str = "") -> Finding:
        """Take the waits of one answer. ``at``: elapsed seconds when it was asked for.

        Answers of one ``line`` only are compared with each other.
        """
        if self.confirmed:
            return Finding.NOTHING
        seen = self._seen.setdefault(line, deque())
        if seen and at - seen[-1][0] < LEAST_APART:
            return Finding.NOTHING
        pairs = (seen[0], seen[-1]) if seen else ()
        found = {growth(before, waits, at - when) for when, before in pairs}
        seen.append((at, waits))
        while at - seen[0][0] > REMEMBERED and len(seen) > 1:
            seen.popleft()
        if Growth.MILLISECONDS in found:
            return self._weigh("ms")
        if Growth.SECONDS in found and Growth.NO_SECONDS not in found:
            return self._weigh("s")
        return Finding.NOTHING

    def _weigh(self, unit: TimeUnit) -> Finding:
        step = 1 if unit == self.unit else -1
        self._balance = max(self._balance + step, -CONTRADICTED)
        if self._balance > 0:
            return self._settle(Finding.CONFIRMED)
        if self._balance > -CONTRADICTED:
            return Finding.NOTHING
        if not self._forced:
            self.unit = unit
            return self._settle(Finding.SWITCHED)
        if self._told:
            return Finding.NOTHING
        self._told = True
        return Finding.CONTRADICTED

    def _settle(self, finding: Finding) -> Finding:
        self.confirmed = True
        self._seen.clear()
        return finding
