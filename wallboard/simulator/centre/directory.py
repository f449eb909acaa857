"""Names and ids of the simulated account, as the customer data lists them.

Ids are opaque, 22 characters, and follow from the seed and the place in the plan alone.
"""

import base64
import hashlib
from collections.abc import Mapping

from wallboard.records import dataclass
from wallboard.simulator.centre.plan import Plan


@dataclass(frozen=True, slots=True)
class Pbx:
    """A PBX. ``accessible``: whether the account may see its metrics."""

    id: str
    name: str
    deleted: bool = False
    accessible: bool = True


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a PBX."""

    id: str
    pbx_id: str
    name: str
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """A queue of a site; ``site``: the site's name."""

    id: str
    pbx_id: str
    site_id: str
    site: str
    name: str
    extension: str
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEntry:
    """An agent of a site."""

    id: str
    pbx_id: str
    site_id: str
    first_name: str
    last_name: str
    extension: str
    deleted: bool = False

    @property
    def name(self) -> str:
        """The name to sort by."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class SimulatedAccount:
    """All there is, deleted or not; everything below the PBXes by PBX id."""

    pbxes: tuple[Pbx, ...]
    sites: Mapping[str, tuple[Site, ...]]
    queues: Mapping[str, tuple[QueueEntry, ...]]
    agents: Mapping[str, tuple[AgentEntry, ...]]

    def pbx(self, pbx_id: str) -> Pbx | None:
        """Return the PBX with that id, unless it is deleted or was never there."""
        return next((pbx for pbx in self.pbxes if pbx.id == pbx_id and not pbx.deleted), None)


def opaque_id(seed: int, *place: object) -> str:
    """Return an id of 22 characters of base64url for a place in the plan."""
    text = "/".join(map(str, (seed, *place)))
    digest = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def directory_of(plan: Plan, seed: int) -> SimulatedAccount:
    """Give everything of a plan its id."""
    pbxes: list[Pbx] = []
    sites: dict[str, tuple[Site, ...]] = {}
    queues: dict[str, tuple[QueueEntry, ...]] = {}
    agents: dict[str, tuple[AgentEntry, ...]] = {}
    for number, pbx in enumerate(plan.pbxes):
        at = opaque_id(seed, "pbx", number)
        pbxes.append(Pbx(at, pbx.name, pbx.deleted, pbx.accessible))
        places = sites[at] = tuple(
            Site(opaque_id(seed, "site", number, place), at, site.name, site.deleted)
            for place, site in enumerate(pbx.sites)
        )
        queues[at] = tuple(
            QueueEntry(
                id=opaque_id(seed, "queue", number, place),
                pbx_id=at,
                site_id=places[queue.site].id,
                site=places[queue.site].name,
                name=queue.name,
                extension=queue.extension,
                deleted=queue.deleted or places[queue.site].deleted,
            )
            for place, queue in enumerate(pbx.queues)
        )
        agents[at] = tuple(
            AgentEntry(
                id=opaque_id(seed, "agent", number, place),
                pbx_id=at,
                site_id=places[agent.site].id,
                first_name=agent.first_name,
                last_name=agent.last_name,
                extension=agent.extension,
                deleted=agent.deleted,
            )
            for place, agent in enumerate(pbx.agents)
        )
    return SimulatedAccount(tuple(pbxes), sites, queues, agents)
