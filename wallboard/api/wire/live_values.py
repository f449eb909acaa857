"""Dicts for the live values of queues: all of them share one table of their names.

So they take a third of what others do. An answer of ten thousand queues is there twice while the
next one is read.
"""

from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Number


class _Values:
    """Its ``__dict__`` holds the values of one queue."""


def live_values() -> dict[str, Number]:
    """Return an empty dict for the live values of one queue."""
    return _Values().__dict__


def _make_room(first: _Values) -> None:
    """Enter all names: the first has room for thirty, the next ones for those that it had."""
    for name in CATALOGUE:
        setattr(first, name, 0)


_make_room(_Values())
