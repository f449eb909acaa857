"""Names → ids, through the customer data: which PBXes are polled, and what is asked of each.

A name is unknown only if no PBX has it, and all matches count. A PBX where nothing that is
wanted was found is not polled at all: to the API, no ids mean everything.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from wallboard.api.client import Client
from wallboard.api.customer import Entry, Listing
from wallboard.api.statuses import CHECK_PBXES
from wallboard.api.wire import clean
from wallboard.errors import AccessRefused, EndpointGone, FeedError, Nonsense, UnknownName
from wallboard.model.metrics import nearest
from wallboard.model.snapshot import Named

MOST_IDS = 4_096
"""Letters of ids that are sent with a request; longer lists are filtered here."""

_FEW = 8
"""So many names are all told when none of them looks like the one that was written."""


HasQueue = Callable[[str, str], bool | None]
"""Whether the queue of an id and an extension (either may be ``""``) is wanted.

``None``: there is no such queue, or nobody can tell which one it is.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user named: names, extensions (of queues) or ids; empty is all."""

    pbxes: Sequence[str] = ()
    sites: Sequence[str] = ()
    queues: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked of one PBX; no ids mean all.

    ``keep``: what of the answer is wanted, where the ids are too many to be sent. ``nothing``:
    what was named is not in this PBX. For endpoints that take no ids: ``has_queue`` where queues
    were named, else ``sites``, the ids of all that were.
    """

    site_ids: tuple[str, ...] = ()
    queue_ids: tuple[str, ...] = ()
    keep: Callable[[Named], bool] | None = None
    nothing: bool = False
    has_queue: HasQueue | None = None
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A PBX to be polled. ``scope`` is ``None`` while it refuses to be looked into."""

    pbx: Entry
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class Content:
    """The sites and queues of one PBX, as far as they matter."""

    sites: tuple[Entry, ...] = ()
    queues: tuple[Entry, ...] = ()


class Directory:
    """Looks names up. What was read before a failure is kept for the next try."""

    def __init__(self, client: Client, wanted: Wanted) -> None:
        self._client = client
        self._wanted = wanted
        self._listings: dict[str, Listing] = {}

    async def look_up(self) -> tuple[Found, ...]:
        """Return the PBXes to poll, at least one.

        Raises ``UnknownName`` with every name that no PBX has, ``AccessRefused`` if there is no
        PBX, and the ``FeedError`` that kept a list away. A PBX that refuses access alone does
        not keep the others.
        """
        wanted = self._wanted
        pbxes = await self._list("/v2/pbxes/")
        if not pbxes:
            # Looked up anew each time: somebody may give the user access.
            self._listings.clear()
            raise AccessRefused(
                "The account has no PBX that this user may see",
                CHECK_PBXES,
            )
        chosen = matches(pbxes, wanted.pbxes) if wanted.pbxes else pbxes
        contents, refusals = await self._contents(chosen)
        if refusals and not contents:
            self._listings.clear()
            raise refusals[0]
        everything = Content(
            tuple(site for content in contents.values() for site in content.sites),
            tuple(queue for content in contents.values() for queue in content.queues),
        )
        mistakes = list(unknown("pbx", "PBX", wanted.pbxes, pbxes))
        if contents:
            mistakes += unknown("sites", "site", wanted.sites, everything.sites)
            mistakes += unknown("queues", "queue", wanted.queues, everything.queues)
        scopes = {name: scope_of(wanted, content) for name, content in contents.items()}
        found = tuple(
            Found(pbx, scopes.get(pbx.id))
            for pbx in chosen
            if pbx.id not in scopes or not scopes[pbx.id].nothing
        )
        if not found and not mistakes:
            mistakes.append("api.queues: none of these queues is in one of the sites of api.sites")
        self._listings.clear()
        if mistakes:
            raise UnknownName(mistakes, _remedy(len(refusals)))
        return found

    async def scope(self, pbx: Entry) -> Scope:
        """Return what to ask of one PBX. Raises the ``FeedError`` that kept a list away."""
        content = await self._content(pbx)
        self._listings.clear()
        return scope_of(self._wanted, content)

    async def in_sites(self, pbx: Entry, sites: frozenset[str]) -> HasQueue:
        """Return which queues are in one of ``sites`` (ids) of a PBX.

        Raises the ``FeedError`` that kept the list away, ``Nonsense`` if it tells no sites.
        """
        queues = await self._list(f"{_path(pbx)}/queues")
        self._listings.clear()
        if queues and not any(queue.site_id for queue in queues):
            raise Nonsense(
                "The list of queues does not tell their sites",
                "Name queues in [api] in place of sites",
            )
        return _has_queue([queue for queue in queues if queue.site_id in sites], queues)

    async def _contents(self, pbxes: Iterable[Entry]) -> tuple[dict[str, Content], list[FeedError]]:
        """Return the contents by PBX id, and why some PBXes could not be looked into."""
        contents: dict[str, Content] = {}
        refusals: list[FeedError] = []
        for pbx in pbxes:
            try:
                contents[pbx.id] = await self._content(pbx)
            except (AccessRefused, EndpointGone) as error:
                refusals.append(error)
        return contents, refusals

    async def _content(self, pbx: Entry) -> Content:
        path = _path(pbx)
        return Content(
            await self._list(f"{path}/sites") if self._wanted.sites else (),
            await self._list(f"{path}/queues") if self._wanted.queues else (),
        )

    async def _list(self, path: str) -> tuple[Entry, ...]:
        return await self._client.entries(path, self._listings.setdefault(path, Listing()))


def _path(pbx: Entry) -> str:
    return f"/v2/pbxes/{quote(pbx.id, safe='')}"


def matches(entries: Iterable[Entry], names: Iterable[str]) -> tuple[Entry, ...]:
    """Return all entries that one of ``names`` means: by name, extension or id."""
    wanted = {_folded(name) for name in names}
    return tuple(entry for entry in entries if not wanted.isdisjoint(_called(entry)))


def unknown(key: str, kind: str, names: Sequence[str], entries: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for each of ``names`` that no entry has, with the nearest that there are.

    The name itself is not repeated: it may be a secret that was written into the wrong place.
    """
    listed = tuple(entries)
    known = {called for entry in listed for called in _called(entry)}
    what = "name, extension or id" if kind == "queue" else "name or id"
    shown = sorted({entry.name for entry in listed if entry.name}, key=_folded)
    for number, name in enumerate(names, start=1):
        if _folded(name) in known:
            continue
        close = nearest(name, shown)
        hint = f"; nearest: {', '.join(close)}" if close else ""
        if not close and 0 < len(shown) <= _FEW:
            hint = f"; there are: {', '.join(shown)}"
        yield f"api.{key}[{number}]: no {kind} has this {what}{hint}"


def scope_of(wanted: Wanted, content: Content) -> Scope:
    """Return what to ask of a PBX with this content.

    Where sites and queues are named, a queue must be in one of the sites.
    """
    sites = matches(content.sites, wanted.sites)
    queues = matches(content.queues, wanted.queues)
    if wanted.sites and wanted.queues:
        places = {site.id for site in sites}
        queues = tuple(queue for queue in queues if queue.site_id in places)
    if (wanted.sites and not sites) or (wanted.queues and not queues):
        return Scope(nothing=True)
    site_ids = tuple(site.id for site in sites)
    queue_ids = tuple(queue.id for queue in queues)
    has_queue = _has_queue(queues, content.queues) if queues else None
    alone = frozenset[str]() if queues else frozenset(site_ids)
    ids = site_ids + queue_ids
    # The API takes what is between two commas for an id.
    if len(",".join(ids)) <= MOST_IDS and not any("," in one for one in ids):
        return Scope(site_ids, queue_ids, has_queue=has_queue, sites=alone)
    # By queue it is exact, and where queues are named they are in the sites already.
    if queues:
        return Scope(keep=_among_queues(queues), has_queue=has_queue)
    return Scope(keep=_among_sites(sites), sites=alone)


def _has_queue(chosen: Sequence[Entry], every: Sequence[Entry]) -> HasQueue:
    """Return whether a queue is one of ``chosen``; ``every``: all that there are.

    The id decides where it is one of the list's; an extension that others have too never does.
    """
    ids = {queue.id: False for queue in every} | {queue.id: True for queue in chosen}
    extensions: dict[str, bool | None] = {}
    for queue in every:
        is_wanted = ids[queue.id]
        extensions[queue.extension] = (
            is_wanted if extensions.get(queue.extension, is_wanted) is is_wanted else None
        )
    extensions.pop("", None)
    return lambda id_, extension: ids[id_] if id_ in ids else extensions.get(extension)


def _among_queues(queues: Iterable[Entry]) -> Callable[[Named], bool]:
    extensions = frozenset(queue.extension for queue in queues if queue.extension)
    names = frozenset(_folded(queue.name) for queue in queues)

    def keep(queue: Named) -> bool:
        if queue.extension:
            return queue.extension in extensions
        return _folded(queue.name) in names

    return keep


def _among_sites(sites: Iterable[Entry]) -> Callable[[Named], bool]:
    names = frozenset(_folded(site.name) for site in sites)
    return lambda queue: _folded(queue.site) in names


def _called(entry: Entry) -> tuple[str, ...]:
    """Return all that an entry may be called, folded."""
    return tuple(_folded(one) for one in (entry.id, entry.name, entry.extension) if one)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", clean(text)).casefold()


def _remedy(refusals: int) -> str:
    remedy = "Correct [api] pbx, sites and queues; the names are those of the account's own list"
    if not refusals:
        return remedy
    there = "1 PBX" if refusals == 1 else f"{refusals} PBXes"
    return f"{remedy} ({there} could not be searched: no access)"
