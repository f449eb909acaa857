"""A small contact centre with an account over it, for tests of names and sources."""

from typing import Any

from tests.api.clients import over_simulator
from tests.fake_clock import FakeClock
from tests.simulated import TimedSimulator, make_simulator
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.feed.source import Source
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import Reading
from wallboard.simulator.centre.plan import PbxPlan, Plan, QueuePlan, SitePlan

PLAN = Plan(
    (
        PbxPlan(
            "north",
            (SitePlan("Rome"), SitePlan("Paris"), SitePlan("Gone", deleted=True)),
            (
                QueuePlan("Sales", "100", 0),
                QueuePlan("Support", "101", 1),
                QueuePlan("Élan Vital", "102", 1),
                QueuePlan("Old Sales", "103", 0, deleted=True),
            ),
        ),
        PbxPlan(
            "south",
            (SitePlan("Paris"), SitePlan("Oslo")),
            (QueuePlan("Sales", "200", 0), QueuePlan("Billing", "201", 1)),
        ),
    ),
    warm_up=0,
)


async def ask(source: Source) -> Reading:
    """Ask a source of queues once."""
    answer = await source.fetch()
    assert isinstance(answer, Reading)
    return answer


class Desk:
    """A simulator, a clock, and the account over both."""

    def __init__(self, wanted: NameLists, plan: Plan = PLAN, **options: Any) -> None:
        self.sim: TimedSimulator = make_simulator(plan=plan, **options)
        self.clock = FakeClock()
        self.account = self.again(wanted)

    def again(
        self, wanted: NameLists, metrics: frozenset[str] = frozenset(CATALOGUE), **options: Any
    ) -> WorkAnalytics:
        client = over_simulator(self.sim, self.clock)
        return WorkAnalytics(client, wanted, metrics, self.clock, **options)

    async def shown(self) -> dict[str, list[str]]:
        """Poll everything once: the queues' names by PBX."""
        sources = await self.account.open()
        return {
            source.pbx_name: sorted(queue.name for queue in (await ask(source)).queues)
            for source in sources
        }

    def queries(self) -> list[dict[str, str]]:
        return [one.query for one in self.sim.log if one.endpoint == "realtime"]
