"""Contact centres of any size, for load and for people with many queues."""

from itertools import count
from random import Random

from wallboard.simulator.centre.plan import (
    USUAL_FATES,
    AgentPlan,
    PbxPlan,
    Plan,
    QueuePlan,
    SitePlan,
    team,
)

_TOPICS = (
    "Sales", "Support", "Billing", "Orders", "Returns", "Renewals", "Claims", "Reception",
    "Dispatch", "Bookings", "Payroll", "Warranty",
)  # fmt: skip
_TOWNS = (
    "Aarhus", "Bergen", "Cork", "Delft", "Essen", "Faro", "Ghent", "Huelva", "Izola", "Jena",
    "Kiel", "Lund", "Metz", "Nice", "Oulu", "Porto", "Riga", "Split", "Turku", "Utrecht",
)  # fmt: skip
_KINDS = ((0.70, 3.0, 2), (0.93, 12.0, 4), (1.0, 36.0, 6))
"""Upper end of the share, calls an hour at the busiest, agents."""

MOST_QUEUES = 10_000
"""Queues in all that a plan may have."""

_UNHURRIED = 2_000
"""Up to this many queues the warm-up is as long as the demo's; beyond it a third of that."""


def plan_of(pbxes: int, sites: int, queues: int, seed: int) -> Plan:
    """Return a plan of ``pbxes`` PBXes, each with so many sites and queues.

    Extensions are unique within a PBX. Raises ``ValueError`` for less than one of anything or
    more than 10,000 queues in all.
    """
    if min(pbxes, sites, queues) < 1 or pbxes * queues > MOST_QUEUES:
        raise ValueError(f"at least one of each, and at most {MOST_QUEUES} queues in all")
    random = Random(seed)  # noqa: S311 - a model, not a secret
    warm_up = 1800.0 if pbxes * queues <= _UNHURRIED else 600.0
    made = tuple(_pbx(f"pbx-{number + 1}", sites, queues, random) for number in range(pbxes))
    return Plan(made, warm_up=warm_up)


def _pbx(title: str, sites: int, queues: int, random: Random) -> PbxPlan:
    plans: list[QueuePlan] = []
    agents: list[AgentPlan] = []
    numbers = count()
    for place in range(queues):
        draw = random.random()
        per_hour, size = next((rate, size) for share, rate, size in _KINDS if draw < share)
        site = place % sites
        plans.append(
            QueuePlan(
                f"{_TOPICS[place % len(_TOPICS)]} {place + 1}",
                str(100_000 + 3 * place),
                site,
                per_hour * random.uniform(0.7, 1.2),
                handling=random.uniform(150, 330),
                patience=random.uniform(90, 300),
                fates=USUAL_FATES,
            )
        )
        beside = ((place + sites) % queues,) if queues > sites else ()
        agents += team(numbers, size, site, place, beside, helpers=1, extension=200_000)
    return PbxPlan(title, tuple(map(_site, range(sites))), tuple(plans), tuple(agents))


def _site(number: int) -> SitePlan:
    again, town = divmod(number, len(_TOWNS))
    return SitePlan(f"{_TOWNS[town]} {again + 1}" if again else _TOWNS[town])
