"""What an examination needs: a network, an account's lists, and what is asked of them."""

from collections.abc import Callable, Sequence
from typing import Protocol

from wallboard.doctor.network import ConnectionFacts, Target
from wallboard.doctor.report import ListedName, SeenPbx
from wallboard.records import dataclass


class Network(Protocol):
    """The way to the API below HTTP. Both raise ``errors.Unreachable`` and end by a deadline."""

    async def resolve(self, target: Target) -> Sequence[str]:
        """Return the addresses of the target's host."""
        ...

    async def connect(self, target: Target) -> ConnectionFacts:
        """Connect and hang up."""
        ...


class Entry(Protocol):
    """A PBX, site or queue as the account lists it: its opaque id, and what people call it."""

    @property
    def id(self) -> str:
        """Its opaque id."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def extension(self) -> str:
        """Of a queue; else ``""``."""
        ...

    @property
    def site_id(self) -> str:
        """Of a queue; else ``""``."""
        ...


class Survey(Protocol):
    """What the account can see. All raise ``errors.FeedError`` and end by their deadlines."""

    async def sign_in(self) -> None:
        """Sign in, unless that was done."""
        ...

    async def pbxes(self) -> Sequence[Entry]:
        """Return every PBX."""
        ...

    async def entries(self, pbx_id: str, what: str) -> Sequence[Entry]:
        """Return all ``sites``, ``queues`` or ``agents`` of a PBX."""
        ...


@dataclass(frozen=True, slots=True)
class ListNeeds:
    """What the configuration needs of the lists, and which of the listed queues it asks for."""

    sites: bool = False
    queues: bool = False
    of: Callable[[SeenPbx], Sequence[ListedName]] = lambda pbx: pbx.queues or ()

    def needs(self, name: str) -> bool:
        """Return whether the board has no use without this list: ``sites`` or ``queues``."""
        return self.sites if name == "sites" else self.sites or self.queues
