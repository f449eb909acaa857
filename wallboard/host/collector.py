"""What a program of ours keeps in memory: how often garbage is looked for, what is left out."""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType

_YOUNG, _YOUNG_OF_MANY = 5_000, 20_000
"""New objects from one look through them to the next: with few queues, with thousands."""
_TRIM_THRESHOLD = -1
"""``M_TRIM_THRESHOLD`` of malloc.h."""
_KEPT_FREE = 131_072
"""Bytes: what glibc begins with."""
_STARTING = 200_000
"""Objects: more than a start makes."""
_SOON_DUE = 5
"""Looks through what is young since the last one through all: at eleven one comes by itself."""

_LOADER = "pydantic.plugin._loader"

COLLECT_EVERY = 10.0
"""Seconds from one look through what lives to the next, while boards come and go."""


def collect_seldom() -> None:
    """Let the collector wait for five thousand new objects, not seven hundred.

    A poll of thousands of queues makes tens of thousands of objects that all live until the
    next one: looking through them time and again was a fifth of its cost, and found nothing. The
    imports of a start make as many. For a process of our own, not for one that has a board among
    other things.
    """
    gc.set_threshold(_YOUNG, 10, 10)


def collect_more_seldom() -> None:
    """Let the collector that waits for five thousand objects wait for twenty thousand.

    For who has thousands of queues: a poll of 2,000 takes a twelfth less time. With few it would
    take 1.5 MB more for nothing.
    """
    if gc.get_threshold()[0] == _YOUNG:
        gc.set_threshold(_YOUNG_OF_MANY, 10, 10)


def begin_without_looking() -> None:
    """Let the collector wait while a program starts: all that its modules make lives to its end.

    Whoever runs for long calls ``collect_seldom`` or ``pass_over_all_there_is`` once it has begun.
    """
    gc.set_threshold(_STARTING, 10, 10)


class _NoPlugins(ModuleType):
    """Stands for the module with which pydantic looks for plugins among all that is installed."""

    get_plugins = staticmethod(tuple)

    def __getattr__(self, name: str) -> object:
        """Return what another release of pydantic wants of that module: it is imported then."""
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(import_module(self.__name__), name)


def leave_out_what_nobody_calls() -> None:
    """Have httpx and pydantic imported without what a wallboard does not need of them.

    Httpx's command line brings 3 MB that draw on terminals. To look for pydantic's plugins opens a
    file of each package and imports what reads e-mail: a thirtieth of the time to a first picture.
    Pydantic's own switch for that is a variable, which every program that a board starts would get.
    """
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_LOADER, _NoPlugins(_LOADER))


@cache
def give_back_what_is_free() -> None:
    """Have the C library give free memory at the end of its heap back to the system, from now on.

    For who handles megabytes: once such a block was freed, glibc keeps as much for itself twice
    over. Elsewhere nothing is done. It is told once in a process, however often this is called.
    """
    # What of ctypes there is depends on the system: no such function, no library, no closures.
    with suppress(ImportError, MemoryError, OSError, AttributeError, TypeError):
        import ctypes

        ctypes.CDLL(None).mallopt(_TRIM_THRESHOLD, _KEPT_FREE)


def pass_over_all_there_is() -> None:
    """Look through what lives now never again: a program that has begun keeps its modules.

    From now on it is collected seldom.
    """
    gc.collect()
    gc.freeze()
    collect_seldom()


def look_in_a_turn_of_its_own() -> None:
    """Have all that lives looked through next, by itself, if that is due soon.

    With ten thousand queues it takes 25 ms, and would come in the midst of a poll.
    """
    if gc.get_count()[2] >= _SOON_DUE:
        import asyncio

        asyncio.get_running_loop().call_soon(gc.collect)


class Leavings:
    """What boards leave behind that ended: looked for soon, not once memory has grown by half.

    ``collect``: takes a tenth of a second with twenty boards beside.
    """

    def __init__(self, collect: Callable[[], object] = gc.collect) -> None:
        self._collect = collect
        self._since: float | None = None

    def note_end(self, now: float) -> None:
        """A board has ended. ``now``: in seconds on a clock that never goes back."""
        if self._since is None:
            self._since = now

    def look(self, now: float) -> None:
        """Collect, if a board ended a while ago: what the event loop had on its way is over."""
        if self._since is not None and now - self._since >= COLLECT_EVERY:
            self._since = None
            self._collect()
