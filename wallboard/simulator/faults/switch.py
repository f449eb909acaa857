"""The fault switch: what goes wrong, where, and for how long.

A fault is written ``WHERE:WHAT[:HOW[,HOW]]``, as in ``realtime:503-html:seconds=20``.
"""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, fields
from typing import Any

from wallboard.errors import ConfigurationError
from wallboard.records import dataclass
from wallboard.simulator.faults.fault_list import WHAT, WHERE


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. It meets the requests to ``where`` (of the PBX called ``pbx``, if that is set).

    It begins after ``after`` requests that it lets pass, and lasts for ``times`` requests and for
    ``seconds`` from the first one it meets; ``None``: no end. ``retry``: what ``Retry-After`` of a
    429 says: seconds, ``date+SECONDS``, ``absurd`` or ``none``. ``delay``: seconds; for a drip
    between bytes. ``metric``: the one that ``400-metric`` refuses.
    """

    where: str
    what: str
    _: KW_ONLY
    times: int | None = None
    seconds: float | None = None
    after: int = 0
    pbx: str = ""
    retry: str = "20"
    delay: float | None = None
    metric: str = "wrappingUpAgents"
    megabytes: int = 1024

    def __post_init__(self) -> None:
        if self.where not in WHERE or self.what not in WHAT:
            raise ValueError(f"no such fault: {self.where}:{self.what}")

    def meets(self, endpoint: str, pbx: str) -> bool:
        """Whether a request to ``endpoint`` for the PBX called ``pbx`` is one that it meets."""
        here = self.where in (endpoint, "all") and endpoint in WHAT[self.what][0]
        return here and (not self.pbx or self.pbx == pbx)

    def __str__(self) -> str:
        defaults = {option.name: option.default for option in fields(self)}
        values = {name: getattr(self, name) for name in _HOW}
        how = ",".join(
            f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in values.items()
            if value != defaults[name]
        )
        return f"{self.where}:{self.what}" + (f":{how}" if how else "")


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError
    return int(text)


def _at_least_one(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise ValueError
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e9:
        raise ValueError
    return number


def _retry(text: str) -> str:
    if text not in ("absurd", "none"):
        _whole(text.removeprefix("date+"))
    return text


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


_HOW: dict[str, tuple[Callable[[str], int | float | str], str]] = {
    "times": (_at_least_one, "a whole number above 0"),
    "seconds": (_seconds, "seconds"),
    "after": (_whole, "a whole number"),
    "pbx": (_text, "a PBX's name"),
    "retry": (_retry, "seconds, date+SECONDS, absurd or none"),
    "delay": (_seconds, "seconds"),
    "metric": (_text, "a metric's name"),
    "megabytes": (_at_least_one, "a whole number above 0"),
}


def parse(text: str) -> Fault:
    """Read ``WHERE:WHAT[:HOW[,HOW]]``; raises ``ConfigurationError`` that tells the mistake."""
    where, _, rest = text.strip().partition(":")
    what, _, hows = rest.partition(":")
    where, what = where.strip(), what.strip()
    if where not in WHERE:
        raise _mistake(text, f"{where!r} is no endpoint", where, WHERE)
    if what not in WHAT:
        raise _mistake(text, f"{what!r} is no fault", what, WHAT)
    places = WHAT[what][0]
    if where != "all" and where not in places:
        raise _mistake(text, f"{what!r} does not happen at {where!r}", "", places)
    values: dict[str, Any] = {}
    for how in filter(None, (part.strip() for part in hows.split(","))):
        name, _, value = how.partition("=")
        name = name.strip()
        if name not in _HOW:
            raise _mistake(text, f"{name!r} is nothing a fault has", name, _HOW)
        reader, words = _HOW[name]
        try:
            values[name] = reader(value.strip())
        except ValueError:
            raise _mistake(text, f"{name} is {words}, not {value!r}", "", ()) from None
    return Fault(where, what, **values)


def _mistake(text: str, words: str, name: str, among: Iterable[str]) -> ConfigurationError:
    near = names = list(among)
    if name:
        begin_so = [known for known in names if known.startswith(name)]
        alike = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        near = list(dict.fromkeys(begin_so + alike))[:3]
    hint = f"; {'perhaps' if name else 'only at'} {', '.join(near)}" if near else ""
    return ConfigurationError(
        [f"fault {text!r}: {words}{hint}"],
        "A fault is WHERE:WHAT[:HOW[,HOW]], as realtime:503-html:seconds=20; "
        "all of them are in docs/simulator.md",
    )


@dataclass(slots=True)
class _Active:
    fault: Fault
    passed: int = 0
    met: int = 0
    began: float | None = None

    def is_over(self, now: float) -> bool:
        times, seconds, began = self.fault.times, self.fault.seconds, self.began
        if times is not None and self.met >= times:
            return True
        return seconds is not None and began is not None and now - began >= seconds


class FaultSwitch:
    """The faults that are on. ``now``: gives the seconds in which they are timed."""

    def __init__(self, now: Callable[[], float], faults: Iterable[Fault | str] = ()) -> None:
        self._now = now
        self._active: list[_Active] = []
        for fault in faults:
            self.add(fault)

    def add(self, fault: Fault | str) -> None:
        """Switch a fault on; raises ``ConfigurationError`` for text that is none."""
        self._active.append(_Active(parse(fault) if isinstance(fault, str) else fault))

    def clear(self) -> None:
        """Switch all faults off."""
        self._active.clear()

    def active(self) -> tuple[Fault, ...]:
        """Return the faults that have not ended, the oldest first."""
        now = self._now()
        self._active = [state for state in self._active if not state.is_over(now)]
        return tuple(state.fault for state in self._active)

    def take(self, endpoint: str, pbx: str = "") -> Fault | None:
        """Return the fault that this request meets, if any; it counts as met."""
        self.active()
        for state in self._active:
            if not state.fault.meets(endpoint, pbx):
                continue
            if state.passed < state.fault.after:
                state.passed += 1
                continue
            state.met += 1
            state.began = self._now() if state.began is None else state.began
            return state.fault
        return None
