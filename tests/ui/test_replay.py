"""The board through time: as it was, never mistaken for now, with now going on behind it."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests import forked
from tests.fake_clock import FakeClock
from tests.faults.processes import BOARD, own_environ
from tests.faults.processes import board as process
from tests.sample import row
from tests.ui import pilot as hands
from tests.ui.boards import DEMO, FakeFeeds, board, found, fresh, queue
from tests.ui.pilot import Running, lines_of, screen_text, settled
from tests.unit.history.stores import Desk
from wallboard.history.file import NAME
from wallboard.history.replay.reader import ReplayReader
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import AlertOptions
from wallboard.model.judge.rules import Bounds, Rules
from wallboard.ui.replay.trouble_line import TroubleLineBar
from wallboard.ui.screens.page import HANDS_OFF, PageKeys
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.footer import KeyFooter
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.title_bar import TitleBar

POLLS = 60


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Ten minutes of one queue, from 09:30:10 on: in its middle it was critical for a while."""
    desk = Desk(tmp_path)
    desk.begin()
    for at in range(POLLS):
        desk.poll(row("Then", "1", waitingCalls=9 if 20 <= at < 40 else at % 3))
    desk.keeper.close()
    return tmp_path


@asynccontextmanager
async def replaying(folder: Path, after: float = 30.0, **how: object) -> AsyncIterator[Running]:
    """A live board of other queues, ``after`` seconds after the newest poll of the past."""
    clock, feeds = FakeClock(), FakeFeeds()
    clock.seconds += POLLS * 10 + after
    past = ReplayReader(folder, clock)
    app = board(clock, feeds, past=past, **how)  # type: ignore[arg-type]
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(app)
        feeds.say(found(), fresh(clock))
        await settled(app)
        yield Running(app, clock, feeds, pilot)
    past.close()


async def until(run: Running, true: Callable[[], object]) -> None:
    """Wait for the thread that reads, and until all that it brought is drawn."""
    await hands.until(lambda: true() and not run.app._one_at_a_time.locked())
    await settled(run.app)
    assert true(), run.text(StatusBar)


async def goes(run: Running, key: str, words: str) -> None:
    """Press a key that leads to another moment, which the status line says."""
    await run.press(key)
    await until(run, lambda: words in run.text(StatusBar))


async def test_what_is_over_is_not_silenced_and_what_is_silenced_now_has_no_mark_then(
    kept: Path,
) -> None:
    async with replaying(kept) as run:
        await run.press("n", "m", "enter", "enter")
        assert [one.silenced for one in run.app.view.lines].count(True) == 1  # type: ignore[union-attr]
        await goes(run, "[", "REPLAY 09:40:00 · 30 s ago")
        assert not any(one.silenced for one in run.app.view.lines)  # type: ignore[union-attr]
        await run.press("m")
        assert run.told[-1] == "What is over cannot be silenced: go back to live first"
        assert len(run.app.state.silences) == 1, "that of now goes on"


async def test_one_poll_back_and_forward_five_minutes_and_live_again(kept: Path) -> None:
    async with replaying(kept) as run:
        assert "Support" in run.names
        await goes(run, "[", "REPLAY 09:40:00 · 30 s ago")
        assert run.names == ["Then"]
        assert "09:40:00" in run.text(TitleBar)
        named = "[ Earlier  ] Later  L Live  p Play  { 5 min earlier  } 5 min later"
        assert named in run.text(KeyFooter)
        await goes(run, "[", "REPLAY 09:39:50")
        await goes(run, "{", "REPLAY 09:34:50 · 5 min ago")
        assert "!! 1" in run.text(TitleBar)
        await goes(run, "}", "REPLAY 09:39:50")
        await goes(run, "]", "REPLAY 09:40:00")
        await goes(run, "L", "LIVE")
        assert "Support" in run.names
        assert "REPLAY" not in screen_text(run.app)
        assert run.text(KeyFooter).split()[:4] == ["/", "Filter", "s", "Sites"]
        assert "09:40:30" in run.text(TitleBar)


async def test_trends_end_then_and_not_now(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        jumped = run.table.render_line(1).text
        assert "Then" in jumped
        await goes(run, "]", "REPLAY 09:35:40")
        await goes(run, "[", "REPLAY 09:35:30")
        assert run.table.render_line(1).text == jumped


async def test_the_cursor_stays_however_far_the_moments_lie_apart(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("j")
        for key, words in (("{", "REPLAY 09:30:30"), ("}", "REPLAY 09:35:30"), ("L", "LIVE")):
            await goes(run, key, words)
            assert run.table.show_cursor, key
        await run.wait(HANDS_OFF + 1)
        assert not run.table.show_cursor


async def test_a_key_before_the_first_picture_is_whole_is_not_taken_back(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "[", "REPLAY 09:40:00")
        first = run.app.replayed
        assert first is not None
        await goes(run, "[", "REPLAY 09:39:50")
        await run.app._show_first(first).wait()
        await settled(run.app)
        assert "REPLAY 09:39:50" in run.text(StatusBar)


async def test_after_the_newest_poll_comes_what_is_now(kept: Path) -> None:
    async with replaying(kept) as run:
        await run.press("]")
        assert run.told == ["This is live: nothing is known of later"]
        await goes(run, "[", "REPLAY")
        await goes(run, "]", "LIVE")
        assert "Support" in run.names


async def test_before_the_first_poll_there_is_nothing_and_the_board_says_so(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await goes(run, "{", "REPLAY 09:30:30")
        await run.press("{")
        await until(run, lambda: run.told)
        assert run.told == ["Nothing is kept from before that"]
        assert "REPLAY 09:30:30" in run.text(StatusBar)


async def test_the_words_say_how_long_it_is_over_as_time_goes_on(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "[", "REPLAY 09:40:00 · 30 s ago")
        run.clock.seconds += 200
        await run.wait(1)
        assert "REPLAY 09:40:00 · 3 min ago" in run.text(StatusBar)
        assert "09:40:00" in run.text(TitleBar)


async def test_the_queues_page_its_reasons_and_the_alerts_are_those_of_then(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert "critical since 09:33:30" in run.page
        await run.press("[")
        await until(run, lambda: "REPLAY 09:35:20" in run.page)
        await run.press("a")
        assert "Then" in run.page
        assert "Support" not in run.page


async def test_the_line_of_the_day_shows_trouble_gaps_and_the_place(kept: Path) -> None:
    async with replaying(kept) as run:
        assert "▲" not in screen_text(run.app)
        await goes(run, "{", "REPLAY 09:35:30")
        await until(run, lambda: run.text(TroubleLineBar))
        line = run.text(TroubleLineBar)
        assert line.startswith(" 00:00 ")
        assert line.endswith(" 00:00")
        assert "▲" in line
        assert line in screen_text(run.app)
        await goes(run, "L", "LIVE")
        assert "▲" not in screen_text(run.app)


class Loud:
    """Takes down what would be run."""

    def __init__(self) -> None:
        self.levels: list[int] = []

    def tell(self, document: object, level: int) -> None:
        del document
        self.levels.append(level)

    async def run(self) -> None:
        await asyncio.Event().wait()


async def test_nothing_that_is_replayed_rings_or_blinks_and_a_new_critical_is_told(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    loud = Loud()
    async with replaying(kept, alerts=AlertOptions(bell=True), tell=loud) as run:
        monkeypatch.setattr(run.app, "bell", lambda: rung.append(1))
        await goes(run, "{", "REPLAY 09:35:30")
        assert run.app.lit() == {}
        assert (rung, loud.levels) == ([], [])
        assert len(run.app.state.episodes) == 2
        polled = run.app.state.snapshot.readings
        worse = [*DEMO[:-1], queue("Night desk", "3001", "New York", waitingCalls=9)]
        run.clock.seconds += 10
        run.feeds.say(fresh(run.clock, worse))
        await settled(run.app)
        assert run.app.state.snapshot.readings is not polled
        assert run.told == ["Now, not in the replay: Night desk (New York) is critical"]
        assert (rung, loud.levels) == ([1], [2])
        assert run.names == ["Then"]
        assert "REPLAY 09:35:30" in run.text(StatusBar)


async def test_nobody_acknowledges_what_is_over_and_the_wall_shows_what_is_now(
    kept: Path,
) -> None:
    async with replaying(kept, alerts=AlertOptions(initials="AB")) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("x")
        assert run.told[-1] == "What is over cannot be marked as seen: go back to live first"
        await run.press("K")
        assert run.app.wall is None
        assert all(one.acknowledged is None for one in run.app.state.episodes)


async def test_a_page_names_no_key_that_does_nothing_in_a_replay(kept: Path) -> None:
    async with replaying(kept) as run:
        for page in ("enter", "a"):
            await run.press(page)
            keys = run.app.screen.query_one(PageKeys)
            await run.wait(1)
            assert "x Seen" in lines_of(keys)
            await goes(run, "[", "REPLAY 09:40:00")
            await run.wait(1)
            assert "x Seen" not in lines_of(keys)
            assert "esc Back" in lines_of(keys)
            await goes(run, "L", "LIVE")
            await run.wait(1)
            assert "x Seen" in lines_of(keys)
            await run.press("escape")


async def test_a_filter_and_an_order_hold_for_then_as_for_now(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("slash", *"none", "enter")
        assert run.names == []
        await run.press("escape")
        assert run.names == ["Then"]


async def test_p_lets_a_replay_go_on_by_itself_until_it_is_now(kept: Path) -> None:
    async with replaying(kept) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("p")
        assert "1 ×" in run.text(StatusBar)
        await run.wait(1)
        await until(run, lambda: "REPLAY 09:35:31" in run.text(StatusBar))
        await run.press("p")
        assert "×" not in run.text(StatusBar)
        await run.wait(5)
        assert "REPLAY 09:35:31" in run.text(StatusBar)
        assert run.app.state.paused is None


async def test_without_a_history_the_keys_say_so() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=(120, 40)) as pilot:
        run = Running(app, clock, feeds, pilot)
        await run.press("[", "L")
        assert run.told == ["No history is kept: there is nothing to go back to", "This is live"]


async def test_a_file_that_cannot_be_read_is_told_and_the_board_stays_live(kept: Path) -> None:
    (kept / NAME).write_bytes(b"Dear diary, " * 1000)
    async with replaying(kept) as run:
        await run.press("[")
        await until(run, lambda: run.told)
        assert run.told[0].startswith("No replay: history.sqlite is ")
        assert "LIVE" in run.text(StatusBar)


async def test_e_on_the_alerts_has_the_incident_under_the_cursor_written(kept: Path) -> None:
    asked: list[tuple[str, str, bool]] = []

    async def write(at: datetime, name: str, is_group: bool) -> tuple[str, bool]:
        asked.append((f"{at:%H:%M:%S}", name, is_group))
        return "Written: /somewhere", True

    async with replaying(kept, incident=write) as run:
        await goes(run, "{", "REPLAY 09:35:30")
        await run.press("a", "e")
        await settled(run.app)
        assert asked == [("09:33:30", "Then", False)]
        assert run.told == ["Writing the incident of Then…", "Written: /somewhere"]
    # A group's alert leads to the group, though a queue may have its name.
    rules = Rules(
        {},
        groups=(QueueGroup("Sales UK"),),
        group_bounds={"Sales UK": {"waitingCalls": Bounds(1, 2)}},
    )
    asked.clear()
    async with replaying(kept, rules=rules, incident=write) as run:
        await run.press("a", "e")
        await settled(run.app)
        assert [(name, is_group) for _, name, is_group in asked] == [("Sales UK", True)]


# The commands, each a process of its own, without an account.


def told(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = own_environ(folder, {"WALLBOARD_BOARD__TIMEZONE": "UTC"})
    return forked.run([*BOARD, *arguments], environ, folder)


def test_an_incident_is_a_folder_and_whoever_has_only_that_can_replay_it(
    kept: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    store = home / "state" / "wallboard"
    store.mkdir(parents=True)
    shutil.copy(kept / NAME, store / NAME)
    done = told(home, "incident", "--to", "handed-on")
    assert (done.stdout, done.returncode) == ("handed-on\n", 0), done.stderr
    made = home / "handed-on"
    # It was at its worst from its beginning on: of that moment there is one picture.
    assert sorted(one.name for one in made.iterdir()) == [
        *("begin.svg", "end.svg", "incident.md", "metrics.csv", "recording.sqlite"),
    ]
    assert "critical on 2026-03-02 at 09:33:30" in (made / "incident.md").read_text()
    picture = (made / "begin.svg").read_text()
    assert "REPLAY" in picture
    assert "Then" in picture
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(made, elsewhere / "given")
    zone = {"WALLBOARD_BOARD__TIMEZONE": "UTC"}
    at = ("--at", "2026-03-02 09:35:30", "--speed", "0")
    with process(elsewhere, zone, "replay", *at, "given/recording.sqlite") as terminal:
        terminal.wait_for("REPLAY 2026-03-02 09:35:30")
        terminal.send("[")
        terminal.wait_for("REPLAY 2026-03-02 09:35:20")
        terminal.send("L")
        terminal.wait_for("There is no live board behind this replay")
        terminal.send("q")
        assert terminal.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replay",), "nothing is kept in"),
        (("replay", "nowhere.sqlite"), "nothing is kept in nowhere.sqlite yet"),
        (("incident",), "nothing is kept in"),
        (("replay", "--at", "noon"), '--at: write a moment as "2026-11-27 14:00"'),
    ],
)
def test_what_cannot_be_shown_is_said_before_the_screen_is_taken(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    with process(tmp_path, {}, *arguments) as terminal:
        assert terminal.wait() == 2
        assert words in " ".join(terminal.text.split())
    assert not list(tmp_path.glob("incident*"))
