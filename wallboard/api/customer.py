"""Customer data: pages of PBXes, sites, queues and agents, and what an entry says.

Follows "Work Analytics Customer Data" of the vendor's documentation. Two shapes occur: ``_links``
and ``page`` beside ``_embedded``, or inside it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar
from urllib.parse import quote

from wallboard.api.wire.parsing import inner
from wallboard.errors import InvalidResponse
from wallboard.model.data.catalogue import nearest
from wallboard.model.data.metric import Number
from wallboard.model.data.reading import AccountEntry
from wallboard.model.data.sanitize import clean, number_of, text_of

PAGE_SIZE = 100
"""Entries of a page: the most the API gives."""

PBXES = "/v2/pbxes/"
"""Where the list of all PBXes is."""

_PAGE = frozenset({"_embedded", "_links", "page"})


def pbx_path(pbx_id: str) -> str:
    """Return where that which is of one PBX is."""
    return f"/v2/pbxes/{quote(pbx_id, safe='')}"


class CustomerList:
    """A list as far as it was read: after a failure it can be gone on with."""

    def __init__(self) -> None:
        self._seen: dict[str, AccountEntry | None] = {}
        self._count = 0
        self.page = 0
        self.complete = False
        self.unusable = 0
        """Entries of the last page whose id cannot be asked for; they are left out."""
        self._told: Number = 0

    @property
    def length(self) -> Number:
        """How many entries there are, as far as that was told or seen."""
        return max(len(self._seen), self._told)

    @property
    def entries(self) -> tuple[AccountEntry, ...]:
        """What was listed so far; deleted ones are left out."""
        return tuple(entry for entry in self._seen.values() if entry is not None)

    @property
    def short(self) -> str:
        """How much of a list that is over was never sent, as ``1 of 3``; ``""`` if it all was."""
        short = self.complete and self._count < self._told
        return f"{self._count} of {self._told}" if short else ""

    def restart(self) -> None:
        """Forget what was read: it was no list."""
        self._seen, self.page, self._told, self._count = {}, 0, 0, 0

    def take(self, answer: object) -> None:
        """Add the page that was asked for, as parsed. Raises ``InvalidResponse`` if it is none."""
        page = answer if isinstance(answer, dict) and not _PAGE.isdisjoint(answer) else {}
        embedded = page.get("_embedded", {})
        if not page or not isinstance(embedded, dict):
            raise InvalidResponse("The answer is no list of names", "Check base_url in [api]")
        # Its name differs from list to list; for agents, from page to page of the documentation.
        listed = next((value for value in embedded.values() if isinstance(value, list)), [])
        entries = [entry for entry in listed if isinstance(entry, dict)]
        sent = {_id_of(entry): entry for entry in entries}
        self.unusable = sum(not _id_of(entry) for entry in entries) if "" in sent else 0
        self._count += len(listed)
        fresh = {
            name: _entry(name, entry) for name, entry in sent.items() if name not in self._seen
        }
        self._seen |= fresh
        self.page += 1
        about = inner(page, "page") or inner(embedded, "page")
        self._told = number_of(about.get("totalElements")) or 0
        # A page that brings nothing new ends the list, whatever it says of more to come.
        self.complete = not fresh or not _more(page, embedded, len(listed), self.page)


def _id_of(sent: Mapping[str, object]) -> str:
    """Return an id that can be asked for, else ``""``: cleaned it would be another, and ``..`` is
    no part of an address, however it is written."""
    name, written = text_of(sent.get("id")), sent.get("id")
    same = not isinstance(written, str) or written == name
    return name if same and name.strip(".") else ""


def _entry(name: str, sent: Mapping[str, object]) -> AccountEntry | None:
    if not name or sent.get("deleted") is True:
        return None
    extension = text_of(sent.get("extension")) or text_of(sent.get("extensionNumber"))
    # Agents have their name in two parts.
    parts = (text_of(sent.get("firstName")), text_of(sent.get("lastName")))
    called = text_of(sent.get("name")) or " ".join(part for part in parts if part)
    return AccountEntry(name, called, extension, text_of(sent.get("siteId")))


def _more(
    page: Mapping[str, object], embedded: Mapping[str, object], entries: int, number: int
) -> bool:
    links, about = (inner(page, key) or inner(embedded, key) for key in ("_links", "page"))
    total = number_of(about.get("totalPages"))
    if not links and total is None:
        return entries >= PAGE_SIZE
    return bool(links.get("next")) or (total is not None and number < total)


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
