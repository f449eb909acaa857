"""How often Python's collector of garbage looks through what lives."""

import gc

_YOUNG = 20_000


def collect_seldom() -> None:
    """Let the collector wait for twenty thousand new objects, not seven hundred.

    A poll of thousands of queues makes tens of thousands of objects that all live until the
    next one: looking through them time and again was a fifth of its cost, and found nothing. The
    imports of a start make as many. For a process of our own, not for one that has a board among
    other things.
    """
    gc.set_threshold(_YOUNG, 10, 10)
