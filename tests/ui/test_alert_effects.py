"""Bell and command: only when a fresh answer makes an alert, never in quiet hours."""

from collections.abc import Mapping

import pytest
from textual.pilot import Pilot

from tests.ui.boards import DEMO, FakeFeeds, board, failed, found, fresh, queue
from wallboard.host.clock import FakeClock
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import AlertOptions, Reminders
from wallboard.model.judge.rules import Level
from wallboard.ui.app import WallboardApp


class Told:
    """A command that only remembers."""

    def __init__(self) -> None:
        self.documents: list[Mapping[str, object]] = []

    def tell(self, document: Mapping[str, object], level: Level) -> None:
        assert document["level"] == level.word
        self.documents.append(document)

    async def run(self) -> None:
        return

    @property
    def short(self) -> list[tuple[object, object, object]]:
        return [(one["alert"], one["level"], one["queue"]) for one in self.documents]


class Hall:
    """A board with senses, and what they did."""

    def __init__(self, options: AlertOptions) -> None:
        self.clock, self.feeds, self.told = FakeClock(), FakeFeeds(), Told()
        self.app: WallboardApp = board(self.clock, self.feeds, alerts=options, tell=self.told)
        self.bells = 0
        self.app.bell = self._ring  # type: ignore[method-assign]

    def _ring(self) -> None:
        self.bells += 1

    async def poll(self, pilot: Pilot[int], *queues: object, seconds: float = 10) -> None:
        await self.clock.advance(seconds)
        self.feeds.say(fresh(self.clock, queues or DEMO))  # type: ignore[arg-type]
        await pilot.pause()


CALM = tuple(queue(named.name, named.extension, named.site) for named, _ in DEMO)


async def test_each_alert_is_told_once_and_the_bell_rings_for_critical() -> None:
    hall = Hall(AlertOptions(bell=True))
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        assert hall.bells == 0
        await hall.poll(pilot)
        assert hall.told.short == [
            ("entered", "critical", "Support"),
            ("entered", "warning", "Facturation"),
        ]
        assert hall.bells == 1
        await hall.poll(pilot)
        assert len(hall.told.documents) == 2
        assert hall.bells == 1


async def test_a_start_in_the_midst_of_trouble_shows_it_and_sets_nothing_off() -> None:
    hall = Hall(AlertOptions(bell=True))
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await hall.poll(pilot)
        assert (hall.told.documents, hall.bells) == ([], 0)
        assert [one.name for one in hall.app.state.episodes] == ["Support", "Facturation"]
        assert len(hall.app.lit()) == 1


async def test_a_reminder_of_a_warning_rings_though_the_warning_did_not() -> None:
    hall = Hall(AlertOptions(bell=True, remind=Reminders({"waitingCalls": 60.0})))
    busy = (*CALM[:2], queue("Facturation", "2001", "Paris", waitingCalls=3), *CALM[3:])
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await hall.poll(pilot, *busy)
        assert (hall.told.short, hall.bells) == ([("entered", "warning", "Facturation")], 0)
        await hall.poll(pilot, *busy, seconds=60)
        assert hall.told.short[1:] == [("reminder", "warning", "Facturation")]
        assert hall.bells == 1


async def test_a_dead_feed_sets_nothing_off() -> None:
    hall = Hall(AlertOptions(bell=True))
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await hall.poll(pilot)
        before = list(hall.told.documents)
        assert before
        for _ in range(6):
            await hall.clock.advance(60)
            hall.feeds.say(failed(hall.clock))
            await pilot.pause()
        assert hall.told.documents == before


async def test_a_level_that_lasts_is_told_again_after_its_time() -> None:
    remind = Reminders({"longestWaitingTime": 600.0})
    hall = Hall(AlertOptions(bell=True, remind=remind))
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await hall.poll(pilot)
        hall.told.documents.clear()
        for _ in range(11):
            await hall.poll(pilot, seconds=60)
        assert hall.told.short == [("reminder", "critical", "Support")]


@pytest.mark.parametrize("quiet", [True, False])
async def test_quiet_hours_are_quiet(quiet: bool) -> None:
    options = AlertOptions(bell=True, quiet=ALWAYS) if quiet else AlertOptions(bell=True)
    hall = Hall(options)
    async with hall.app.run_test() as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await hall.poll(pilot)
        assert bool(hall.told.documents) is not quiet
        assert bool(hall.bells) is not quiet
