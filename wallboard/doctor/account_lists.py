"""What an account has, PBX by PBX: sites, queues, agents. One that refuses keeps no other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from wallboard.doctor.report import SeenPbx
from wallboard.errors import FeedError, WallboardError
from wallboard.feed.retry import supervise
from wallboard.model.data.reading import AccountEntry
from wallboard.records import dataclass


class Survey(Protocol):
    """What the account can see. All raise ``errors.FeedError`` and end by their deadlines."""

    async def sign_in(self) -> None:
        """Sign in, unless that was done."""
        ...

    async def pbxes(self) -> Sequence[AccountEntry]:
        """Return every PBX."""
        ...

    async def entries(self, pbx_id: str, what: str) -> Sequence[AccountEntry]:
        """Return all ``sites``, ``queues`` or ``agents`` of a PBX."""
        ...


@dataclass(frozen=True, slots=True)
class ListNeeds:
    """What the configuration needs of the lists, and which of the listed queues it asks for."""

    sites: bool = False
    queues: bool = False
    of: Callable[[SeenPbx], Sequence[AccountEntry]] = lambda pbx: pbx.queues or ()

    def needs(self, name: str) -> bool:
        """Return whether the board has no use without this list: ``sites`` or ``queues``."""
        return self.sites if name == "sites" else self.sites or self.queues


@dataclass(frozen=True, slots=True)
class AccountLists:
    """The PBXes with the lists that were asked for, and which PBX did not give one, and why."""

    pbxes: tuple[SeenPbx, ...]
    failures: tuple[tuple[str, WallboardError], ...] = ()

    @property
    def exit_code(self) -> int:
        """0, or 4 where some lists are missing; what the failures say where all are."""
        if not self.failures:
            return 0
        nothing = len({name for name, _ in self.failures}) == len(self.pbxes)
        codes = (error.exit_code for _, error in self.failures)
        return min(codes) if nothing else FeedError.exit_code


async def read_lists(survey: Survey, wanted: Sequence[str]) -> AccountLists:
    """Return what the account lists. ``wanted``: of ``sites``, ``queues``, ``agents``.

    Raises ``errors.WallboardError`` where not even the PBXes can be listed.
    """
    found: list[SeenPbx] = []
    failures: list[tuple[str, WallboardError]] = []
    for entry in list_names(await survey.pbxes()):
        pbx = SeenPbx(entry.id, entry.name)
        for what in wanted:
            answer = await supervise(partial(survey.entries, pbx.id, what))
            if isinstance(answer, WallboardError):
                failures.append((pbx.name, answer))
            else:
                given = {what: list_names(answer)}
                pbx = replace(pbx, **given)  # type: ignore[arg-type] # id and name are not given
        found.append(pbx)
    return AccountLists(tuple(found), tuple(failures))


def list_names(entries: Iterable[AccountEntry]) -> tuple[AccountEntry, ...]:
    """Return entries of a list; one without a name is called by its id."""
    return tuple(entry if entry.name else entry._replace(name=entry.id) for entry in entries)


def rows_of(
    lists: AccountLists, what: str, name_of: Callable[[str], str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the columns and the rows of one list: ``pbxes``, ``sites``, ``queues``, ``agents``.

    ``name_of``: how a person's name is told.
    """
    if what == "pbxes":
        return ("name", "id"), tuple(sorted((pbx.name, pbx.id) for pbx in lists.pbxes))
    rows: list[tuple[str, ...]] = []
    for pbx in lists.pbxes:
        sites = {site.id: site.name for site in pbx.sites or ()}
        for queue in getattr(pbx, what) or ():
            place = sites.get(queue.site_id, queue.site_id)
            name = name_of(queue.name) if what == "agents" else queue.name
            row = (name, queue.id) if what == "sites" else (name, queue.extension, queue.id, place)
            rows.append((*row, pbx.name))
    heads = ("name", "id") if what == "sites" else ("name", "extension", "id", "site")
    rows.sort(key=lambda row: (row[-1], row[0].casefold()))
    return (*heads, "pbx"), tuple(rows)
