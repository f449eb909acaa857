"""Bell and command: only when a fresh answer makes an alert, never in quiet hours."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.fake_clock import FakeClock
from tests.ui.boards import DEMO, FakeFeeds, board, failed, found, fresh, queue
from tests.ui.pilot import lines_of, pressed, settled
from wallboard.host.shared_rows import SharedRows
from wallboard.model.data.name_pattern import QueueGroup, group_key
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import AlertOptions, Reminders
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.selection import Selection
from wallboard.ui.app import WallboardApp
from wallboard.ui.screens.pickers import PickOne
from wallboard.ui.widgets.panes.queue_pane import QueuePane
from wallboard.ui.widgets.text.line_widget import LineWidget


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

    def __init__(self, options: AlertOptions, **more: Any) -> None:
        self.clock, self.feeds, self.told = FakeClock(), FakeFeeds(), Told()
        self.app: WallboardApp = board(
            self.clock, self.feeds, alerts=options, tell=self.told, **more
        )
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


# Silence.


def silencing(path: Path | None = None, user: str = "anna") -> Hall:
    """A hall whose silences are kept in a file, if there is one."""
    store = SharedRows(path) if path else None
    return Hall(AlertOptions(bell=True), silences=store, user=user)


async def test_a_silenced_queue_rings_and_tells_nothing_until_it_is_heard_again() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await pressed(hall.app, "slash", *"support", "enter", "home")
        await pressed(hall.app, "m", *"15", "enter", *"drill", "enter")
        (made,) = hall.app.state.silences.values()
        assert (made.name, made.who, made.why) == ("Support", "anna", "drill")
        await hall.poll(pilot)
        assert "Support" in {one.name for one in hall.app.state.episodes}
        assert hall.told.short == [("entered", "warning", "Facturation")]
        assert hall.bells == 0
        await pressed(hall.app, "m")
        assert not hall.app.state.silences
        assert any("no longer silenced" in one.message for one in hall.app._notifications)
        await hall.poll(pilot, *CALM)
        await hall.poll(pilot)
        assert ("entered", "critical", "Support") in hall.told.short
        assert hall.bells == 1


async def test_esc_at_either_question_silences_nothing() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await pressed(hall.app, "home", "m", "escape", "m", "enter", *"drill", "escape")
        assert not hall.app.state.silences
        await pressed(hall.app, "m", "enter", "enter")
        assert [one.why for one in hall.app.state.silences.values()] == [""]


async def test_a_calm_queue_cannot_be_silenced_until_it_is_calm() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await pressed(hall.app, "home", "m")
        picker = hall.app.screen
        assert isinstance(picker, PickOne)
        assert picker.list.option_count == 3


async def test_a_heading_silences_its_whole_group() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await pressed(hall.app, "z", "home", "m", "enter", "enter")
        group = hall.app.board.table.heading
        assert group is not None
        assert len(hall.app.state.silences) == len(group.lines) > 1


async def test_boards_of_one_folder_have_the_same_silences_over_a_restart_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "silences.json"
    one, other = silencing(path), silencing(path, "ben")
    async with one.app.run_test(size=(120, 40)) as pilot, other.app.run_test() as wall:
        for hall in (one, other):
            hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await wall.pause()
        await pressed(one.app, "home", "m", "enter", "enter")
        assert not other.app.state.silences
        await other.poll(wall)
        await settled(other.app)
        assert other.app.state.silences == one.app.state.silences != {}
    again = silencing(path)
    async with again.app.run_test() as pilot:
        assert again.app.state.silences == one.app.state.silences
        await again.clock.advance(15 * 60)
        again.feeds.say(found(), fresh(again.clock))
        await settled(again.app)
        assert not again.app.state.silences
    assert SharedRows(path).news() == []


async def test_on_the_page_of_alerts_a_silence_is_listed() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await pressed(hall.app, "home", "m", "enter", *"drill", "enter", "a")
        words = "\n".join(lines_of(one) for one in hall.app.screen.query(LineWidget))
        assert "silenced by anna until" in words
        assert ": drill" in words
        await pressed(hall.app, "escape", "enter")
        words = "\n".join(lines_of(one) for one in hall.app.screen.query(LineWidget))
        assert "silenced by anna until" in words
        await pressed(hall.app, "m")
        assert not hall.app.state.silences


async def test_with_a_group_of_queues_the_alerts_of_its_own_are_silenced() -> None:
    bounds = {"All": {"waitingCalls": Bounds(3, 5)}}
    rules = Rules({}, groups=(QueueGroup("All"),), group_bounds=bounds)
    hall = Hall(AlertOptions(bell=True), rules=rules, selection=Selection(by="group"))
    async with hall.app.run_test(size=(120, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock, CALM))
        await pilot.pause()
        await pressed(hall.app, "home", "m", "enter", "enter")
        assert group_key("All") in hall.app.state.silences
        await hall.poll(pilot)
        assert [one.name for one in hall.app.state.episodes] == ["All"]
        assert (hall.told.documents, hall.bells) == ([], 0)
        await pressed(hall.app, "m")
        assert hall.app.state.silences == {}
        await pressed(hall.app, "a", "m", "enter", "enter")
        assert set(hall.app.state.silences) == {group_key("All")}, "and from the page of alerts"


async def test_on_a_wall_nobody_reads_who_wants_what_quiet_and_why(tmp_path: Path) -> None:
    path = tmp_path / "silences.json"
    one, wall = silencing(path), silencing(path)
    async with one.app.run_test(size=(120, 40)) as pilot, wall.app.run_test() as seen:
        for hall in (one, wall):
            hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await seen.pause()
        await pressed(wall.app, "K", "m")
        assert not wall.app.state.silences, "no such key there"
        await pressed(one.app, "home", "m", "enter", *"drill", "enter")
        await wall.poll(seen)
        await settled(wall.app)
        assert wall.app.state.silences == one.app.state.silences != {}
        assert wall.app.lit() == {}
        assert list(wall.app._notifications) == []


async def test_two_boards_that_silence_before_they_hear_of_each_other_have_both(
    tmp_path: Path,
) -> None:
    path = tmp_path / "silences.json"
    one, other = silencing(path), silencing(path, "ben")
    async with one.app.run_test(size=(120, 40)) as pilot, other.app.run_test() as there:
        for hall in (one, other):
            hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await there.pause()
        await pressed(one.app, "home", "m", "enter", "enter")
        await pressed(other.app, "end", "m", "enter", "enter")
        for hall, hand in ((one, pilot), (other, there)):
            await hall.poll(hand)
            await settled(hall.app)
        assert one.app.state.silences == other.app.state.silences
        assert len(one.app.state.silences) == 2


async def test_a_group_of_which_one_is_silenced_is_silenced_as_a_whole_and_has_the_mark() -> None:
    hall = silencing()
    async with hall.app.run_test(size=(130, 40)) as pilot:
        hall.feeds.say(found(), fresh(hall.clock))
        await pilot.pause()
        await pressed(hall.app, "z", "home", "j", "m", "enter", "enter")
        assert len(hall.app.state.silences) == 1
        assert "silenced by anna" in lines_of(hall.app.screen.query_one("#strip", QueuePane))
        table = hall.app.board.table
        assert table.render_line(1).text.lstrip().startswith("▌!!")
        await pressed(hall.app, "k", "m", "enter", "enter")
        assert len(hall.app.state.silences) == 2
        assert table.render_line(1).text.lstrip().startswith("z!!")
        await pressed(hall.app, "m")
        assert hall.app.state.silences == {}
