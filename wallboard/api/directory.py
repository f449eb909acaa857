"""Names → ids, through the customer data: which PBXes are polled, and what is asked of each.

A name is unknown only if no PBX has it, and all matches count. A PBX where nothing that is
wanted was found is not polled at all: to the API, no ids mean everything.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from wallboard.api.client import Client
from wallboard.api.customer import PBXES, CustomerList, fold_name, matches, pbx_path, unknown
from wallboard.api.http.status_errors import CHECK_PBXES
from wallboard.errors import AccessRefused, EndpointGone, FeedError, InvalidResponse, UnknownName
from wallboard.model.data.reading import AccountEntry, NamedQueue, QueueMetrics
from wallboard.records import dataclass

MOST_IDS = 4_096
"""Letters of ids that are sent with a request; longer lists are filtered here."""

HasQueue = Callable[[str, str], bool | None]
"""Whether the queue of an id and an extension (either may be ``""``) is wanted.

``None``: there is no such queue, or nobody can tell which one it is.
"""


@dataclass(frozen=True, slots=True)
class NameLists:
    """What the user named: names, extensions (of queues) or ids; empty is all."""

    pbxes: Sequence[str] = ()
    sites: Sequence[str] = ()
    queues: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked of one PBX; no ids mean all.

    ``keep``: what of the answer is wanted, where the ids are too many to be sent. ``nothing``:
    what was named is not in this PBX. For endpoints that take no ids: ``has_queue`` where queues
    were named, else ``sites``, the ids of all that were. ``named``: the queues that were named,
    as the account lists them.
    """

    site_ids: tuple[str, ...] = ()
    queue_ids: tuple[str, ...] = ()
    keep: Callable[[NamedQueue], bool] | None = None
    nothing: bool = False
    has_queue: HasQueue | None = None
    sites: frozenset[str] = frozenset()
    named: tuple[NamedQueue, ...] = ()

    def lacks(self, answer: Sequence[QueueMetrics]) -> bool:
        """Whether a queue that was named is not in an answer."""
        if not self.named:
            return False
        extensions = {queue.extension for queue in answer}
        names = {fold_name(queue.name) for queue in answer}
        return not all(
            (queue.extension and queue.extension in extensions) or fold_name(queue.name) in names
            for queue in self.named
        )


@dataclass(frozen=True, slots=True)
class PolledPbx:
    """A PBX to be polled. ``scope`` is ``None`` while it cannot be looked into."""

    pbx: AccountEntry
    scope: Scope | None


@dataclass(frozen=True, slots=True)
class PbxContent:
    """The sites and queues of one PBX, as far as they matter; ``whole``: all that there are."""

    sites: tuple[AccountEntry, ...] = ()
    queues: tuple[AccountEntry, ...] = ()
    whole: bool = True


class Directory:
    """Looks names up. What was read before a failure is kept for the next try.

    ``doubts``: what the newest look-up could not find, or was not given whole, a line each.
    ``whole``: whether it was given all PBXes.
    """

    def __init__(self, client: Client, wanted: NameLists) -> None:
        self._client = client
        self._wanted = wanted
        self._listings: dict[str, CustomerList] = {}
        self.doubts: tuple[str, ...] = ()
        self.whole = True

    async def look_up(self, known: Collection[str] = ()) -> tuple[PolledPbx, ...]:
        """Return the PBXes to poll, at least one.

        Raises ``UnknownName`` with every name that no PBX has, ``AccessRefused`` if there is no
        PBX, and the ``FeedError`` that kept a list away. A PBX that refuses access alone does
        not keep the others.

        ``known``: the ids of those that are polled already. Then names that no PBX has are among
        the ``doubts`` only, and a known PBX that is still there stays for their sake.
        """
        if known:
            self._listings.clear()  # what was begun an hour ago is not what there is now
        wanted = self._wanted
        pbxes = await self._visible_pbxes()
        chosen = matches(pbxes, wanted.pbxes) if wanted.pbxes else pbxes
        mistakes = list(unknown("pbx", "PBX", wanted.pbxes, pbxes))
        if mistakes:  # one that is known may have another name by now
            chosen += tuple(pbx for pbx in pbxes if pbx.id in known and pbx not in chosen)
        contents, refusals = await self._contents(chosen)
        if refusals and not contents:
            self._listings.clear()
            raise refusals[0]
        mistakes += self._unknown_in(contents.values())
        scopes = {
            name: scope_of(wanted, content)
            for name, content in contents.items()
            if content.whole or name not in known
        }
        nowhere = len(scopes) == len(chosen) and all(scope.nothing for scope in scopes.values())
        if nowhere and not mistakes:
            mistakes.append("api.queues: none of these queues is in one of the sites of api.sites")
        found = _to_poll(chosen, scopes, known if mistakes else ())
        self.doubts = (*mistakes, *self._short())
        self._listings.clear()
        if mistakes and not (known and found):
            raise UnknownName(self.doubts, _remedy(len(refusals)))
        return found

    async def _visible_pbxes(self) -> tuple[AccountEntry, ...]:
        """Return every PBX of the account, at least one. Raises ``AccessRefused`` for none."""
        pbxes = await self._list(PBXES, self._listings)
        if not pbxes:
            # Looked up anew each time: somebody may give the user access.
            self._listings.clear()
            raise AccessRefused("The account has no PBX that this user may see", CHECK_PBXES)
        return pbxes

    def _unknown_in(self, contents: Collection[PbxContent]) -> Iterator[str]:
        """Yield a line for each named site or queue that is in none of the PBXes looked into."""
        if contents:
            sites = tuple(site for content in contents for site in content.sites)
            queues = tuple(queue for content in contents for queue in content.queues)
            yield from unknown("sites", "site", self._wanted.sites, sites)
            yield from unknown("queues", "queue", self._wanted.queues, queues)

    def _short(self) -> Iterator[str]:
        """Yield a line for each list of which a part was never sent."""
        self.whole = True
        for path, listing in self._listings.items():
            if listing.short:
                self.whole = self.whole and path != PBXES
                what = "PBXes" if path == PBXES else f"{path.rpartition('/')[2]} of a PBX"
                yield f"the account's list of {what} is not complete: {listing.short}"

    async def scope(self, pbx: AccountEntry) -> Scope:
        """Return what to ask of one PBX. Raises the ``FeedError`` that kept a list away."""
        content = await self._content(pbx, {})
        return scope_of(self._wanted, content)

    async def in_sites(self, pbx: AccountEntry, sites: frozenset[str]) -> HasQueue:
        """Return which queues are in one of ``sites`` (ids) of a PBX.

        Raises the ``FeedError`` that kept the list away, ``InvalidResponse`` if it tells no sites.
        """
        queues = await self._client.entries(f"{pbx_path(pbx.id)}/queues", CustomerList())
        if queues and not any(queue.site_id for queue in queues):
            raise InvalidResponse(
                "The list of queues does not tell their sites",
                "Name queues in [api] in place of sites",
            )
        return _has_queue([queue for queue in queues if queue.site_id in sites], queues)

    async def _contents(
        self, pbxes: Iterable[AccountEntry]
    ) -> tuple[dict[str, PbxContent], list[FeedError]]:
        """Return the contents by PBX id, and why some PBXes could not be looked into."""
        contents: dict[str, PbxContent] = {}
        refusals: list[FeedError] = []
        for pbx in pbxes:
            try:
                contents[pbx.id] = await self._content(pbx, self._listings)
            except (AccessRefused, EndpointGone) as error:
                refusals.append(error)
        return contents, refusals

    async def _content(self, pbx: AccountEntry, listings: dict[str, CustomerList]) -> PbxContent:
        """Return what a PBX has; ``listings`` keeps what a failure left, and nobody else's."""
        paths = [f"{pbx_path(pbx.id)}/{what}" for what in ("sites", "queues")]
        wanted = (self._wanted.sites, self._wanted.queues)
        sites, queues = [
            await self._list(path, listings) if named else ()
            for path, named in zip(paths, wanted, strict=True)
        ]
        whole = not any(listings[path].short for path in paths if path in listings)
        return PbxContent(sites, queues, whole)

    async def _list(self, path: str, listings: dict[str, CustomerList]) -> tuple[AccountEntry, ...]:
        return await self._client.entries(path, listings.setdefault(path, CustomerList()))


def _to_poll(
    pbxes: Iterable[AccountEntry], scopes: Mapping[str, Scope], kept: Collection[str]
) -> tuple[PolledPbx, ...]:
    """Return the PBXes to poll: with something wanted, not looked into yet, or ``kept``."""
    scoped = {pbx: scope for pbx, scope in scopes.items() if not scope.nothing}
    return tuple(
        PolledPbx(pbx, scoped.get(pbx.id))
        for pbx in pbxes
        if pbx.id in scoped or pbx.id in kept or pbx.id not in scopes
    )


def scope_of(wanted: NameLists, content: PbxContent) -> Scope:
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
    named = tuple(NamedQueue(queue.extension, "", queue.name) for queue in queues)
    alone = frozenset[str]() if queues else frozenset(site_ids)
    ids = site_ids + queue_ids
    # The API takes what is between two commas for an id.
    if len(",".join(ids)) <= MOST_IDS and not any("," in id_ for id_ in ids):
        return Scope(
            site_ids=site_ids, queue_ids=queue_ids, has_queue=has_queue, sites=alone, named=named
        )
    # By queue it is exact, and where queues are named they are in the sites already.
    if queues:
        return Scope(keep=_among_queues(queues), has_queue=has_queue, named=named)
    return Scope(keep=_among_sites(sites), sites=alone)


def _has_queue(chosen: Sequence[AccountEntry], every: Sequence[AccountEntry]) -> HasQueue:
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


def _among_queues(queues: Iterable[AccountEntry]) -> Callable[[NamedQueue], bool]:
    extensions = frozenset(queue.extension for queue in queues if queue.extension)
    names = frozenset(fold_name(queue.name) for queue in queues)

    def keep(queue: NamedQueue) -> bool:
        if queue.extension:
            return queue.extension in extensions
        return fold_name(queue.name) in names

    return keep


def _among_sites(sites: Iterable[AccountEntry]) -> Callable[[NamedQueue], bool]:
    names = frozenset(fold_name(site.name) for site in sites)
    return lambda queue: fold_name(queue.site) in names


def _remedy(refusals: int) -> str:
    remedy = "Correct [api] pbx, sites and queues; the names are those of the account's own list"
    if not refusals:
        return remedy
    there = "1 PBX" if refusals == 1 else f"{refusals} PBXes"
    return f"{remedy} ({there} could not be searched: no access)"
