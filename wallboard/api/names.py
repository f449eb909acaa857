"""What an entry of the account's lists may be called, and whether a name means one."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from wallboard.model.data.catalogue import nearest
from wallboard.model.data.sanitize import clean

_FEW = 8
"""So many names are all told when none of them looks like the one that was written."""


class _Entry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def extension(self) -> str: ...


_E = TypeVar("_E", bound=_Entry)


def matches(entries: Iterable[_E], names: Iterable[str]) -> tuple[_E, ...]:
    """Return all entries that one of ``names`` means: by name, extension or id."""
    wanted = {fold_name(name) for name in names}
    return tuple(entry for entry in entries if not wanted.isdisjoint(_names_of(entry)))


def unknown(key: str, kind: str, names: Sequence[str], entries: Iterable[_Entry]) -> Iterator[str]:
    """Yield a line for each of ``names`` that no entry has, with the nearest that there are.

    The name itself is not repeated: it may be a secret that was written into the wrong place.
    """
    listed = tuple(entries)
    known = {called for entry in listed for called in _names_of(entry)}
    what = "name, extension or id" if kind == "queue" else "name or id"
    shown = sorted({entry.name for entry in listed if entry.name}, key=fold_name)
    for number, name in enumerate(names, start=1):
        if fold_name(name) in known:
            continue
        close = nearest(name, shown)
        hint = f"; nearest: {', '.join(close)}" if close else ""
        if not close and 0 < len(shown) <= _FEW:
            hint = f"; there are: {', '.join(shown)}"
        yield f"api.{key}[{number}]: no {kind} has this {what}{hint}"


def _names_of(entry: _Entry) -> tuple[str, ...]:
    """Return all that an entry may be called, folded."""
    return tuple(fold_name(name) for name in (entry.id, entry.name, entry.extension) if name)


def fold_name(text: str) -> str:
    """Return a name as names are compared."""
    return unicodedata.normalize("NFC", clean(text)).casefold()
