"""How often Python's collector of garbage looks through what lives."""

import gc
from collections.abc import Callable

_YOUNG = 20_000


COLLECT_EVERY = 10.0
"""Seconds from one look through what lives to the next, while boards come and go."""


def collect_seldom() -> None:
    """Let the collector wait for twenty thousand new objects, not seven hundred.

    A poll of thousands of queues makes tens of thousands of objects that all live until the
    next one: looking through them time and again was a fifth of its cost, and found nothing. The
    imports of a start make as many. For a process of our own, not for one that has a board among
    other things.
    """
    gc.set_threshold(_YOUNG, 10, 10)


def pass_over_all_there_is() -> None:
    """Look through what lives now never again: a program that has begun keeps its modules."""
    gc.collect()
    gc.freeze()


class Leavings:
    """What boards leave behind that ended: looked for soon, not once memory has grown by half.

    ``collect``: takes a tenth of a second with twenty boards beside.
    """

    def __init__(self, collect: Callable[[], object] = gc.collect) -> None:
        self._collect = collect
        self._since: float | None = None

    def left(self, now: float) -> None:
        """A board has ended. ``now``: in seconds on a clock that never goes back."""
        if self._since is None:
            self._since = now

    def look(self, now: float) -> None:
        """Collect, if a board ended a while ago: what the event loop had on its way is over."""
        if self._since is not None and now - self._since >= COLLECT_EVERY:
            self._since = None
            self._collect()
