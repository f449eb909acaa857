"""What is chosen over the board: columns, order, saved filters, commands, and labels everywhere."""

import random
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import Input, OptionList

from tests.fake_clock import FakeClock
from tests.ui.boards import (
    DEMO,
    FEED,
    FakeFeeds,
    board,
    found,
    fresh,
    moment,
    queue,
    reading,
)  # fmt: skip
from tests.ui.people import agents, calls, known
from tests.ui.pilot import Running, lines_of, resized, running, screen_text, settled, until
from wallboard.host.preferences import Preferences
from wallboard.model.data.catalogue import DEFAULT_COLUMNS
from wallboard.model.data.metric_names import fold
from wallboard.model.data.reading import NamedQueue
from wallboard.model.data.view_options import COLUMNS, ViewOptions
from wallboard.model.events import Fresh
from wallboard.ui.messages import HeaderActivated
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.help import HelpScreen
from wallboard.ui.screens.palette import Palette
from wallboard.ui.screens.pickers import PickOne, PickSome
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.columns import headings
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.tile import TileWidget

FEW = ("waitingCalls", "longestWaitingTime", "availableAgents")


class FakeKept(Preferences):
    """Keeps columns in memory, or refuses."""

    def __init__(self, columns: tuple[str, ...] | None = None, refusal: str = "") -> None:
        super().__init__(Path("nowhere"))
        self.kept = columns
        self.refusal = refusal
        self.asked: list[tuple[str, ...] | None] = []

    def columns(self) -> tuple[str, ...] | None:
        return self.kept

    def keep_columns(self, columns: tuple[str, ...] | None) -> str:
        self.asked.append(columns)
        return self.refusal


def columns(run: Running) -> list[str]:
    assert run.app.view is not None
    return [metric.name for metric in run.app.view.columns]


def listed(run: Running) -> list[str]:
    """The lines of the list on top."""
    options = run.app.screen.query_one(OptionList)
    return [str(options.get_option_at_index(n).prompt) for n in range(options.option_count)]


# Columns.


async def test_columns_are_shown_hidden_and_moved_at_once_and_kept() -> None:
    kept = FakeKept()
    async with running(options=ViewOptions(columns=FEW, timezone=UTC), kept=kept) as run:
        await run.press("v")
        assert type(run.app.screen).__name__ == "ColumnPicker"
        assert [one.strip() for one in listed(run)[:4]] == [
            "■ Waiting", "■ Longest wait", "■ Available", "Average wait",
        ]  # fmt: skip
        await run.press("space")
        assert columns(run) == ["longestWaitingTime", "availableAgents"]
        await run.press("j", "J")
        assert columns(run) == ["availableAgents", "longestWaitingTime"]
        await run.press("down", "space", "K")
        assert columns(run) == ["availableAgents", "avgWaitingTime", "longestWaitingTime"]
        assert kept.asked == []
        await run.press("enter")
        assert isinstance(run.app.screen, BoardScreen)
        assert kept.asked == [("availableAgents", "avgWaitingTime", "longestWaitingTime")]
        assert columns(run) == list(kept.asked[0] or ())
        # What the configuration says comes back, and is then the configuration's again.
        await run.press("v", "d", "enter")
        assert columns(run) == list(FEW)
        assert kept.asked[-1] is None


async def test_the_columns_narrow_as_one_types_by_label_heading_and_name() -> None:
    kept = FakeKept()
    async with running(options=ViewOptions(columns=FEW, timezone=UTC), kept=kept) as run:
        await run.press("v", *"avgwa")
        assert [one.strip() for one in listed(run)] == ["Average wait"]
        await run.press("space")
        assert [one.strip() for one in listed(run)] == ["■ Average wait"]
        assert columns(run) == [*FEW, "avgWaitingTime"], "what is narrowed away stays chosen"
        # Letters that do something while nothing is typed are letters now.
        await run.press(*["backspace"] * 5, *"wrappingup", "J", "backspace", "enter")
        assert kept.asked == [(*FEW, "avgWaitingTime")]
        await run.press("v", *"nothing", "space")
        assert listed(run) == []
        assert columns(run) == [*FEW, "avgWaitingTime"]
        await run.press(*["backspace"] * 7, "J")
        assert columns(run)[:2] == [FEW[1], FEW[0]], "all are there again, and move"
        await run.press("d", "slash", *"j")
        assert all("j" in fold(one) for one in listed(run))
        await run.press("escape")
        assert columns(run) == [*FEW, "avgWaitingTime"]


async def test_columns_that_the_terminal_has_no_room_for_are_told_where_they_are_chosen() -> None:
    def lacking(run: Running) -> tuple[list[str], str]:
        """The columns that the window says have no room, and what its frame says."""
        window = run.app.screen.query_one(".window")
        some = [line.split("■")[1].split("  ")[0] for line in listed(run) if "no room" in line]
        return [line.strip() for line in some], str(window.border_subtitle or "")

    names = (*FEW, "avgWaitingTime", "talkingCalls", "longestTalkingTime")
    options = ViewOptions(columns=names, timezone=UTC)
    async with running((46, 24), options=options) as run:
        await run.press("v")
        labels = ["Average wait", "Talking", "Longest talk"]
        await until(lambda: lacking(run) == (labels, "no room for 3 at this width"))
        # One less: what has room now is shown, and its words go.
        await run.press("space")
        labels = ["Talking", "Longest talk"]
        await until(lambda: lacking(run) == (labels, "no room for 2 at this width"))
        # One more, that was not there: it is told as well.
        await run.press(*"wrap", "space")
        await until(lambda: lacking(run) == (["Wrap-up"], "no room for 3 at this width"))
        await run.press(*["backspace"] * 4)
        await resized(run.app, 160, 24)
        await until(lambda: lacking(run) == ([], ""))


async def test_escape_brings_the_columns_back_and_keeps_nothing() -> None:
    kept = FakeKept()
    async with running(kept=kept) as run:
        await run.press("v", "space", "j", "J", "escape")
        assert columns(run) == list(DEFAULT_COLUMNS)
        assert kept.asked == []


async def test_the_last_column_and_the_ends_of_the_list_stay() -> None:
    async with running(options=ViewOptions(columns=FEW[:1], timezone=UTC)) as run:
        await run.press("v", "space", "K")
        assert columns(run) == ["waitingCalls"]
        await run.press("end", "J", "space")
        assert columns(run) == ["waitingCalls", list(COLUMNS)[-1]]


async def test_columns_kept_last_are_there_at_the_start_as_far_as_they_are_known() -> None:
    async with running(kept=FakeKept(("talkingCalls", "gone", "waitingCalls"))) as run:
        assert columns(run) == ["talkingCalls", "waitingCalls"]
    async with running(kept=FakeKept(("gone",))) as run:
        assert columns(run) == list(DEFAULT_COLUMNS)


async def test_what_cannot_be_kept_is_told_and_is_on_the_board_nevertheless() -> None:
    async with running(kept=FakeKept(refusal="Not kept: the disk is full")) as run:
        await run.press("v", "space", "enter")
        assert run.told == ["Not kept: the disk is full"]
        assert columns(run) == list(DEFAULT_COLUMNS[1:])


async def test_a_column_that_is_not_polled_says_so_in_the_window_and_the_mouse_marks() -> None:
    async with running() as run:
        few = replace(reading(run.clock), metrics=frozenset(FEW))
        run.feeds.say(Fresh(FEED, few, moment(run.clock, 10)))
        await run.pilot.pause()
        await run.press("v")
        assert "■ Average wait  not polled" in listed(run)
        await run.pilot.click(OptionList, offset=(3, 1))
        await run.pilot.pause()
        assert columns(run) == ["waitingCalls", *DEFAULT_COLUMNS[2:]]


# Fast hands.


@pytest.mark.parametrize("key", ["v", "t", "s", "c", "o", "colon", "x", "question_mark", "a", "A"])
async def test_keys_after_a_window_was_left_do_not_end_the_board(key: str) -> None:
    async with running() as run:
        for then in (("enter",) * 2, ("enter",) * 5, ("escape",) * 4):
            for opening in (run_burst, run_after):
                await opening(run, key, *then)
                assert run.app.is_running
                assert run.app.return_code in (None, 0)
                for _ in range(4):
                    if len(run.app.screen_stack) > 1:
                        await run.press("escape")
                assert isinstance(run.app.screen, BoardScreen)
                assert len(run.app.screen_stack) == 1


async def run_burst(run: Running, *keys: str) -> None:
    await run.burst(*keys)


async def run_after(run: Running, key: str, *keys: str) -> None:
    """Wait for the window, then be fast."""
    await run.press(key)
    await run.burst(*keys)


@pytest.mark.parametrize("seed", range(4))
async def test_no_keys_however_fast_end_the_board(seed: int) -> None:
    chance = random.Random(seed)
    async with running((100, chance.choice([5, 12, 30]))) as run:
        run.feeds.say(known(), agents(run.clock), calls(run.clock))
        for _ in range(12):
            await run.burst(*chance.choices(KEYS, k=chance.choice([3, 9, 20])))
        assert run.app.is_running
        assert run.app.return_code is None


KEYS = (
    *"tvsco:x?aACprgbjkK/dJ1", "space", "tab", "backspace", "pagedown", "pageup", "up", "down",
    "left", "right", *["enter"] * 4, *["escape"] * 4,
)  # fmt: skip


async def test_a_key_that_comes_before_its_window_is_there_waits_for_it() -> None:
    async with running() as run:
        await run.burst("t", "down", "enter")
        assert run.app.theme != "control-room"
        assert isinstance(run.app.screen, BoardScreen)
        await run.burst(*["t", "escape"] * 20)
        await settled(run.app)
        assert run.app.is_running
        assert len(run.app.screen_stack) <= 2


async def test_a_window_left_twice_takes_away_only_itself() -> None:
    async with running() as run:
        await run.press("enter", "t")
        window = run.app.screen
        assert isinstance(window, PickOne)
        window.dismiss(None)
        window.dismiss(None)
        await settled(run.app)
        assert isinstance(run.app.screen, QueueScreen)
        page = run.app.screen
        page.dismiss()
        page.dismiss()
        await settled(run.app)
        assert isinstance(run.app.screen, BoardScreen)


async def test_what_is_pressed_after_the_columns_were_kept_changes_none() -> None:
    kept = FakeKept()
    async with running(kept=kept) as run:
        await run.press("v")
        await run.burst("space", "enter", "space", "d")
        assert kept.asked == [DEFAULT_COLUMNS[1:]]
        assert columns(run) == list(DEFAULT_COLUMNS[1:])


@pytest.mark.parametrize("rows", [3, 5, 6])
async def test_a_terminal_too_low_for_a_list_does_not_end_the_board(rows: int) -> None:
    async with running((120, rows)) as run:
        for key in ("v", "t", "s", "o", "colon"):
            await run.press(key, "pagedown", "pageup", "down", "pagedown", "end", "home")
            assert not isinstance(run.app.screen, BoardScreen), key
            await run.press("escape")
            assert isinstance(run.app.screen, BoardScreen), key


async def test_a_filter_typed_all_at_once_is_a_filter() -> None:
    async with running() as run:
        await run.burst("slash", *"sales qk", "backspace", "backspace", "enter")
        assert run.names == ["Sales UK"]
        assert isinstance(run.app.screen, BoardScreen)
        await run.burst("escape", "b", "slash", *"paris", "enter")
        assert run.names == ["Facturation"]
        await run.burst("slash", *"xyz", "escape")
        assert len(run.names) == 5


async def test_a_command_typed_all_at_once_is_found() -> None:
    async with running() as run:
        await run.burst("colon", *"tro")
        assert run.app.screen.query_one(Input).value == "tro"
        await run.press("enter")
        assert run.names == ["Support", "Facturation"]


# Order.


async def test_a_heading_sorts_and_turns_round() -> None:
    async with running() as run:
        for by, *firsts in (
            ("waitingCalls", "Support", "Accueil"),
            ("availableAgents", "Night desk", "Accueil"),
            ("name", "Accueil", "Support"),
            ("site", "Sales UK", "Accueil"),
            ("worst", "Accueil", "Support"),
            ("", "Support", "Support"),
        ):
            await run.start_over()
            for expected in firsts:
                run.app.post_message(HeaderActivated(by))
                await run.pilot.pause()
                await run.pilot.pause()
                assert run.names[0] == expected, by


async def test_a_click_on_a_heading_sorts_by_it() -> None:
    async with running() as run:
        x = headings(run.table._layout).index("Avail")
        await run.pilot.click("QueueTable", offset=(x, 0))
        await run.pilot.pause()
        assert run.names[0] == "Night desk"


async def test_the_picker_has_the_columns_and_the_other_way_round() -> None:
    async with running(options=ViewOptions(columns=FEW, timezone=UTC)) as run:
        await run.press("o")
        assert [one.strip() for one in listed(run)] == [
            "worst first", "worst last", "name", "name, z to a", "site", "site, z to a",
            "extension", "extension, z to a", "waiting, high to low", "waiting",
            "longest wait, high to low", "longest wait", "available", "available, high to low",
        ]  # fmt: skip
        await run.press("down", "enter")
        assert run.names[-1] == "Support"
        await run.press("o", "escape")
        assert "order: worst last" in run.text(StatusBar)


# Saved filters.


async def test_a_number_puts_its_filter_in_force_and_takes_it_away() -> None:
    async with running(views={1: "site:paris", 9: "waiting>3"}) as run:
        await run.press("b", "z", "1")
        assert run.names == ["Facturation", "Accueil"]
        assert run.app.selection.by == "site"
        assert "filter: site:paris" in run.text(StatusBar)
        await run.press("9")
        assert run.names == ["Support"]
        await run.press("9")
        assert len(run.names) == 5
        await run.press(*"28")
        assert len(run.told) == 2
        assert run.told[0].startswith("No filter is saved as 2")
        assert len(run.names) == 5
        # The filter can be gone on with.
        await run.press("1", "slash", *" f")
        assert run.names == ["Facturation"]
        assert run.app.screen.query_one(Input).value == "site:paris f"


async def test_a_saved_filter_with_a_mistake_is_told() -> None:
    async with running(views={1: "level:purple"}) as run:
        await run.press("1")
        assert run.told[0].startswith("The filter saved as 1: level: one of")
        assert len(run.names) == 5


# Commands.


async def test_the_palette_finds_by_a_word_and_does_it() -> None:
    async with running(views={3: "waiting>3"}) as run:
        await run.press("colon")
        opened = run.app.screen
        assert isinstance(opened, Palette)
        words = [one.split()[0] for one in listed(run)]
        assert {"Filter", "Columns", "Alerts", "Seen", "Quit"} <= set(words)
        assert "Commands" not in words
        assert sum(word == "View" for word in words) == 1
        await run.press(*"tro", "enter")
        assert run.names == ["Support", "Facturation"]
        await run.press("colon", *"c SIT", "enter")
        picker = run.app.screen
        assert isinstance(picker, PickSome)
        await run.press("escape", "colon", *"zz", "enter", "escape")
        assert isinstance(run.app.screen, BoardScreen)
        await run.press("colon", "down", "down", "up", "pagedown", "pageup", "escape", "colon")
        await run.pilot.click(OptionList, offset=(3, 4))
        await run.pilot.pause()
        assert len(run.names) == 5


async def test_the_palette_of_a_page_has_what_the_page_can_do() -> None:
    async with running() as run:
        await run.press("enter", "colon")
        words = {one.split()[0] for one in listed(run)}
        assert {"Back", "Next", "Previous", "Seen", "Help"} <= words
        assert "Filter" not in words
        await run.press(*"nex", "enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert "Facturation" in run.page
        await run.press("colon", *"thi", "enter")
        assert isinstance(run.app.screen, HelpScreen)


# Labels.


async def test_a_label_of_ones_own_stands_everywhere_a_metric_is_named() -> None:
    labels = {
        "longestWaitingTime": "Patience",
        "availableAgents": "Free",
        "waitingCalls": "In line",
    }
    options = ViewOptions(timezone=UTC, labels=labels)
    rules = (("thresholds.longestWaitingTime", "warning 01:00", "default"),)
    async with running(size=(130, 40), options=options, rule_words=rules) as run:
        board = "\n".join(lines_of(one) for one in run.app.screen.query(TileWidget))
        assert "Patience" in board
        assert "In line" in board
        assert run.app.view is not None
        shorts = [metric.short for metric in run.app.view.columns[:3]]
        assert shorts == ["In line", "Trend", "Patience"]
        for key, words in (
            ("enter", ("patience 02:31 > 02:00; in line 6, free 0", "  Patience  ", "  In line  ")),
            ("a", ("Patience ≥ 02:00", "In line ≥ 3")),
            ("question_mark", ("  Patience  ",)),
        ):
            await run.press(key)
            assert [one for one in words if one not in run.page] == []
            # The day's longest wait, on a queue's page, is another metric.
            assert run.page.count("Longest wait") == (key == "enter")
            await run.press("escape")
        await run.press("v")
        assert "■ Patience" in [one.strip() for one in listed(run)]
        await run.press("escape", "o")
        assert "patience, high to low" in [one.strip() for one in listed(run)]
        await run.press("escape", "slash", *"patience>99")
        assert run.names == ["Support"]


async def test_hostile_names_are_text_on_every_page() -> None:
    nasty = "Sales [/b] [red]x[/]"
    (_, values) = DEMO[1]
    async with running(size=(150, 40)) as run:
        run.feeds.say(fresh(run.clock, [(NamedQueue("1", nasty, nasty), values)]))
        await run.pilot.pause()
        for key in ("enter", "a"):
            await run.press(key)
            assert nasty in run.page
            await run.press("escape")
        await run.press("x", *"[/]", "enter")
        assert run.told == [f"{nasty}: seen by [/]"]
        assert isinstance(run.app.screen, BoardScreen)


def _is_whole(window: Widget, hint: Widget, options: OptionList) -> bool:
    """Whether the end of a list is in view, and all that the window has within its frame."""
    inside = window.content_region
    parts = options, hint
    return (
        options.size.height >= 1
        and options.scroll_offset.y == options.max_scroll_y
        and all(inside.contains_region(part.region) for part in parts)
    )


@pytest.mark.parametrize("key", ["c", "o", ":"])
async def test_of_every_list_the_end_is_seen_and_what_keys_do(key: str) -> None:
    many = [queue(f"Queue {n:02}", f"{n}", "Rome") for n in range(40)]
    async with running(size=(120, 50)) as run:
        run.feeds.say(fresh(run.clock, many))
        await settled(run.app)
        await run.press(key)
        # As opened, and in a terminal that has become smaller.
        for size in ((120, 50), (80, 24), (60, 20), (44, 12)):
            await resized(run.app, *size)
            options = run.app.screen.query_one(OptionList)
            options.action_last()
            await settled(run.app)
            window, hint = run.app.screen.query_one(".window"), run.app.screen.query_one(".hint")
            assert options.highlighted == options.option_count - 1
            await until(partial(_is_whole, window, hint, options))


async def test_what_is_told_in_passing_is_seen_once_where_a_window_opens_over_it() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(app)
        feeds.say(found(), fresh(clock))
        await settled(app)
        await pilot.press("W")
        for keys, screen in (((), BoardScreen), (("t",), PickOne), (("escape",), BoardScreen)):
            await pilot.press(*keys)
            await settled(app)
            assert isinstance(app.screen, screen)
            assert screen_text(app).count("No filter that could be kept") == 1
