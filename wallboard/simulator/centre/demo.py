"""The demo's contact centre: two PBXes, six sites, quiet and busy queues, one scripted rush."""

from dataclasses import replace
from itertools import count
from typing import NamedTuple

from wallboard.simulator.centre.names import person
from wallboard.simulator.centre.plan import (
    OFFICE_HOURS,
    USUAL_FATES,
    AgentPlan,
    PbxPlan,
    Plan,
    QueuePlan,
    Rush,
    SimulatedStatus,
    SitePlan,
    team,
)


class _Row(NamedTuple):
    """A queue as a line of the table: ``also`` is the queue that its agents help out in."""

    name: str
    extension: str
    site: int
    per_hour: float
    agents: int
    handling: float
    patience: float
    also: str = ""


BUSY_DAY = tuple(max(0.8, share) for share in OFFICE_HOURS)
"""A demo is watched at any hour: at night there is nearly as much to see as at noon."""

_PACE = 0.85
"""What every rate of the tables below is multiplied with: with more there is an alarm too often
(`python -m tests.benchmarks.alarms`)."""

_EUROPE = (
    _Row("Customer Service EN", "4100", 0, 84, 11, 240, 380, "Customer Service DE"),
    _Row("Customer Service DE", "4101", 2, 62, 9, 260, 420, "Customer Service FR"),
    _Row("Customer Service FR", "4102", 1, 54, 8, 230, 340, "Customer Service EN"),
    _Row("Orders & Delivery", "4110", 0, 46, 7, 210, 300, "Returns"),
    _Row("Returns", "4111", 0, 18, 4, 200, 320, "Orders & Delivery"),
    _Row("Technical Support L1", "4120", 2, 36, 9, 480, 480, "Technical Support L2"),
    _Row("Technical Support L2", "4121", 2, 6, 4, 720, 600, "Technical Support L1"),
    _Row("Billing", "4130", 1, 23, 5, 300, 340, "Collections"),
    _Row("Collections", "4131", 1, 8, 3, 260, 450, "Billing"),
    _Row("Sales Inbound", "4140", 0, 27, 7, 360, 120, "Renewals"),
    _Row("Renewals", "4141", 0, 7, 3, 300, 450, "Sales Inbound"),
    _Row("VIP Desk", "4150", 0, 5, 4, 420, 400),
    _Row("Switchboard Lyon", "4190", 1, 12, 2, 45, 220),
)
_AMERICAS = (
    _Row("Customer Care", "5100", 0, 90, 12, 250, 360, "Store Help Desk"),
    _Row("Atención al Cliente", "5101", 2, 38, 7, 260, 340, "Customer Care"),
    _Row("Warranty & Repairs", "5110", 1, 14, 4, 330, 420, "Parts"),
    _Row("Parts", "5111", 1, 9, 3, 240, 420, "Warranty & Repairs"),
    _Row("Store Help Desk", "5120", 0, 19, 5, 420, 500, "IT Service Desk"),
    _Row("IT Service Desk", "5121", 0, 6, 3, 600, 600, "Store Help Desk"),
    _Row("Accounts Payable", "5130", 0, 3, 2, 280, 500),
    _Row("Dealer Line", "5140", 1, 10, 4, 300, 400, "Parts"),
    _Row("Fraud & Security", "5150", 0, 2, 2, 500, 600),
)

_RUSH = Rush(
    calls=(*(20.0 + 3 * call for call in range(10)), *(49.0 + call for call in range(9))),
    help_at=84.0,
    help_end=420.0,
    ring=11.0,
    every=900.0,
)
"""First calls come faster than phones are answered, then faster than there are agents, then
colleagues come out of a meeting: from normal to warning (about 26 s), critical (50 s) and
back (103 s)."""

_RUSH_QUEUE = QueuePlan(
    "Delivery Claims",
    "4115",
    site=2,
    per_hour=9,
    handling=220,
    patience=400,
    rush=_RUSH,
    fates=USUAL_FATES,
)
_RUSH_TEAM, _RUSH_HELPERS = 10, 16


def demo_plan() -> Plan:
    """Return the demo: most of it calm, and "Delivery Claims" in trouble within a minute.

    That queue goes from normal through warning to critical and is back within two minutes, and
    does it again every quarter of an hour.
    """
    europe = _pbx("aurora-europe", ("Dublin", "Lyon", "Leipzig"), _EUROPE, 2000)
    americas = _pbx("aurora-americas", ("Austin", "Denver", "Monterrey"), _AMERICAS, 3000)
    closed = SitePlan("Porto (closed)", deleted=True)
    hotline = QueuePlan("Christmas Hotline 2024", "4199", deleted=True)
    pilot = QueuePlan("Pilot - do not use", "5199", site=1, deleted=True)
    europe = replace(
        europe,
        sites=(*europe.sites, closed),
        queues=(*europe.queues, _RUSH_QUEUE, hotline),
        agents=(*europe.agents, *_rush_agents(len(europe.queues))),
    )
    americas = replace(americas, queues=(*americas.queues, pilot))
    return Plan((europe, americas), profile=BUSY_DAY)


def _pbx(title: str, sites: tuple[str, ...], rows: tuple[_Row, ...], extension: int) -> PbxPlan:
    places = {row.name: place for place, row in enumerate(rows)}
    numbers = count()
    agents: list[AgentPlan] = []
    for place, row in enumerate(rows):
        also = (places[row.also],) if row.also else ()
        agents += team(numbers, row.agents, row.site, place, also, helpers=2, extension=extension)
    queues = tuple(
        QueuePlan(
            row.name,
            row.extension,
            row.site,
            row.per_hour * _PACE,
            handling=row.handling,
            patience=row.patience,
            fates=USUAL_FATES,
        )
        for row in rows
    )
    return PbxPlan(title, tuple(map(SitePlan, sites)), queues, tuple(agents))


def _rush_agents(place: int) -> tuple[AgentPlan, ...]:
    """Return the rush's own team, and those who help it: nobody of them takes a break."""
    agents = []
    for number in range(_RUSH_TEAM + _RUSH_HELPERS):
        agent = AgentPlan(*person(number * 7 + 3), str(2500 + number), 2, (place,), breaks=False)
        if number >= _RUSH_TEAM:
            agent = replace(agent, primary=(), overflow=(place,), status=SimulatedStatus.LOGGED_OUT)
        agents.append(agent)
    return tuple(agents)
