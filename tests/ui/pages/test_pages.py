"""A queue's page, the alerts and the help: what they say, and what the keys do there."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from textual.events import MouseScrollUp

from tests.ui.boards import DEMO, failed, fresh, queue
from tests.ui.pilot import Running, cursor_at, lines_of, running
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.judge.alert_log import AlertRow
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.state import State
from wallboard.model.view.row import Tone
from wallboard.ui.messages import ActionWanted
from wallboard.ui.screens.alerts import AlertsScreen, line, widths
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.dialog import Ask
from wallboard.ui.screens.help import rule_block
from wallboard.ui.screens.page import Page
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.text.flow_layout import Stack, join_blocks, join_stacks, stack_blocks
from wallboard.ui.widgets.text.text_panel import TextPanel, level_strip, sparkline, wrap

BY_AB = AlertOptions(initials="AB")
MOTIONS = ("pagedown", "pageup", "end", "home", "down", "up")


def title(run: Running) -> str:
    return lines_of(run.app.screen.query_one("#head", TextPanel)).splitlines()[0]


CALM = [queue(named.name, named.extension, named.site) for named, _ in DEMO]


async def busy_hour(run: Running) -> None:
    """Four minutes in which nobody waits, then the demo's trouble."""
    for minute in range(6):
        run.feeds.say(fresh(run.clock, DEMO if minute > 3 else CALM))
        await run.clock.advance(60 if minute < 5 else 3)
        await asyncio.sleep(0)
    await run.pilot.pause()


# Found in seconds.


async def test_the_worst_queue_and_its_reason_are_two_presses_away_without_scrolling() -> None:
    async with running(size=(80, 24)) as run:
        await run.press("enter")
        seen = run.app.screen.query_one("#body", TextPanel)
        assert title(run).startswith("Support    !! critical")
        rows = run.app.screen.size.height
        reason = next(y for y, one in enumerate(seen.painted) if "longest wait" in str(one))
        assert seen.region.y + reason < rows - 2


async def test_a_filter_to_one_site_is_three_presses_away() -> None:
    async with running(size=(80, 24)) as run:
        await run.press("s", "down", "enter")
        assert run.names == ["Night desk"]


# A queue's page.


async def test_left_and_right_walk_in_the_boards_order_and_round_its_ends() -> None:
    async with running() as run:
        await run.press("enter", "right")
        assert title(run).split() == ["Facturation", "!", "warning", "2", "of", "5"]
        await run.press("left", "left")
        assert title(run).split() == ["Night", "desk", "5", "of", "5"]
        await run.press("right")
        assert title(run).startswith("Support")
        # In groups the queues stand in another order, those of folded ones too.
        await run.press("escape", "z", "space", "enter", "left")
        assert title(run).split() == ["Sales", "UK", "2", "of", "5"]


async def test_the_last_hour_has_bars_gaps_and_levels() -> None:
    async with running(size=(120, 40)) as run:
        await busy_hour(run)
        await run.press("enter")
        lines = run.page.splitlines()
        begin = lines.index("Last hour") + 1
        rows = {one.split()[0]: one for one in lines[begin : begin + 5]}
        assert rows["Waiting"].endswith("  0 to 6")
        assert "·" in rows["Available"]
        assert rows["Level"].endswith("normal to critical")
        assert "▇" in rows["Level"]
        assert rows["60"].split() == ["60", "min", "ago", "30", "min", "now"]


async def test_all_is_well_is_said_only_of_what_is_judged_and_fresh() -> None:
    async with running() as run:
        await run.press("enter", "right", "right")
        assert "Nothing is past its bounds." in run.page
        run.feeds.say(failed(run.clock))
        await run.wait(62)
        assert "Nothing is past" not in run.page
        assert "The data is STALE: levels are not told." in run.page
        # The page of a queue in trouble says when that was known.
        await run.press("left", "left")
        assert "!! critical" not in title(run)
        assert "when last measured at 09:30:00" in run.page
        assert "STALE" in run.page


async def test_a_queue_that_is_gone_is_told_and_the_walk_goes_on() -> None:
    async with running() as run:
        await run.press("enter")
        await run.wait(10)
        run.feeds.say(fresh(run.clock, DEMO[2:]))
        await run.wait(2)
        assert "Not in the answer since 09:30:10 · was !!: not judged." in run.page
        await run.press("right")
        assert title(run).startswith("Facturation")
        run.feeds.say(fresh(run.clock, []))
        await run.wait(2)
        await run.press("left")
        assert title(run).startswith("Support")
        assert "Not in the answer since 09:30:10 · was !!: not judged." in run.page


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_every_metric_stands_on_the_page_at_every_size(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        await run.press("enter")
        body = run.app.screen.query_one("#body", TextPanel)
        words = lines_of(body)
        metrics = run.app.state.options.metrics(
            ["longestHandlingTime", "loggedOutAndDndOverflowAgents", "totalCalls"]
        )
        assert all(metric.label in words for metric in metrics)
        assert "…" not in words
        widest = max(len(one) for one in words.splitlines())
        assert widest <= body.size.width
        groups = [one for one in words.splitlines() if one.startswith("Number of calls")]
        last = {80: "Today", 120: "Today", 200: "far"}
        assert groups[0].split()[-1] == last[size[0]]


@pytest.mark.parametrize("size", [(20, 6), (40, 12), (60, 17)])
async def test_no_page_breaks_where_there_is_hardly_any_room(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        for key in ("enter", "a", "question_mark", "v", "colon", "x"):
            await run.press(key, "down", "escape")
            assert isinstance(run.app.screen, BoardScreen)


@pytest.mark.parametrize("key", ["enter", "question_mark"])
async def test_a_page_scrolls_by_every_key_that_moves(key: str) -> None:
    async with running(size=(80, 24)) as run:
        await run.press(key)
        scroll = run.app.screen.query_one("VerticalScroll")
        places = []
        for motion in MOTIONS:
            await run.press(motion)
            places.append(int(scroll.scroll_y))
        page, _, end, _, line, _ = places
        assert 1 == line < page <= end
        assert places[1::2] == [0, 0, 0]
        # Another queue is read from its top.
        if key == "enter":
            await run.press("end", "right")
            assert scroll.scroll_y == 0


# The alerts.


def cursor(run: Running) -> str:
    """The line under the cursor."""
    listing = run.app.screen.query_one(BlockPanel)
    return "".join(text for text, _ in listing.painted[cursor_at(listing) - listing.seen.start])


async def test_the_alerts_newest_first_with_rule_value_and_length() -> None:
    async with running(size=(120, 40)) as run:
        await busy_hour(run)
        await run.press("a")
        assert title(run).split(maxsplit=1)[1].split("   ")[0] == "!! 1 critical"
        assert "1 unseen" in title(run)
        assert title(run).endswith("1 to 4 of 4")
        words = "Since Queue Site Rule Value Worst Now Lasted Seen by"
        assert words in [" ".join(one.split()) for one in run.page.splitlines()]
        listed = lines_of(run.app.screen.query_one(BlockPanel)).splitlines()
        first, second, *_ = [" ".join(one.split()) for one in listed]
        assert first == ">!! 09:34:00 Support London Longest wait ≥ 02:00 02:31 02:31 02:31 1m 03s"
        assert second == "! 09:34:00 Facturation Paris Waiting ≥ 3 3 3 3 1m 03s"


async def test_the_cursor_of_the_alerts_stays_on_its_alert() -> None:
    async with running() as run:
        await run.press("a", "j")
        assert "Facturation" in cursor(run)
        await run.wait(10)
        worse = queue("Accueil", "2002", "Paris", waitingCalls=9)
        run.feeds.say(fresh(run.clock, (*DEMO[:3], worse)))
        await run.wait(1)
        assert "Facturation" in cursor(run)
        assert cursor_at(run.app.screen.query_one(BlockPanel)) == 2
        await run.press("home")
        assert "Accueil" in cursor(run)
        await run.press("end", "k")
        assert "Support" in cursor(run)
        # Nobody is at the keyboard: the newest is what matters.
        await run.wait(61)
        assert cursor_at(run.app.screen.query_one(BlockPanel)) == 0


async def test_enter_opens_the_queue_of_an_alert_and_escape_comes_back() -> None:
    async with running() as run:
        await run.press("a", "down", "enter")
        opened = run.app.screen
        assert isinstance(opened, QueueScreen)
        assert title(run).startswith("Facturation")
        await run.press("escape")
        assert isinstance(run.app.screen, AlertsScreen)


async def test_the_alert_of_a_group_leads_to_its_queues_and_may_be_seen() -> None:
    sales = Rules(
        groups=(QueueGroup("Sales", ("sales*", "fact*")),),
        group_bounds={"Sales": {"waitingCalls": Bounds(3, 4)}},
    )
    async with running(rules=sales, alerts=AlertOptions(initials="AB")) as run:
        await run.press("a", "home")
        while "Sales " not in cursor(run):
            await run.press("down")
        assert "group" in cursor(run)
        await run.press("x")
        assert run.told == ["Sales: seen by AB"]
        await run.press("enter")
        assert run.names == ["Facturation", "Sales UK"]
        assert run.app.selection.text == 'group:"Sales"'
        await run.press("escape")
        assert len(run.names) == 5


async def test_one_banner_for_a_silent_feed() -> None:
    async with running() as run:
        run.feeds.say(failed(run.clock))
        await run.wait(40)
        await run.press("a")
        assert run.page.count("alerts stand still") == 1
        assert "LATE since 09:30:00" in run.page
        # What is late keeps its level's colour, as in the table, but no length that grows; what is
        # stale has neither.
        listing = run.app.screen.query_one(BlockPanel)
        for seconds, coloured in ((0, True), (60, False)):
            await run.wait(seconds)
            styles = {style for line in listing.painted for _, style in line}
            assert any(Tone.CRITICAL in style for style in styles) == coloured
            assert "0s" in cursor(run)
        assert "STALE since 09:30:00" in run.page


async def test_no_trouble_so_far() -> None:
    async def write(_at: datetime, _name: str, _is_group: bool) -> tuple[str, bool]:
        raise AssertionError("there is no incident to be written")

    async with running(incident=write) as run:
        run.app.state = State(book=run.app.state.book)
        await run.press("a", "down", "enter", "x")
        assert "No queue has been in trouble so far." in run.page
        assert run.told == ["No trouble that nobody has seen"]
        await run.press("e")
        assert run.told[-1] == "There is no alert here to write an incident of"
        assert isinstance(run.app.screen, AlertsScreen)


async def test_trouble_from_before_the_start_is_not_told_as_since_the_start() -> None:
    async with running() as run:
        day = timedelta(days=1)
        begun = [episode.since for episode in run.app.state.episodes]
        long_ago = tuple(
            replace(episode, since=Moment(since.wall - day, since.elapsed - day.total_seconds()))
            for episode, since in zip(run.app.state.episodes, begun, strict=True)
        )
        run.app.state = replace(run.app.state, episodes=long_ago)
        await run.press("n", "enter")
        assert "In trouble so far" in run.page
        assert " start" not in run.page
        await run.press("escape", "a", "question_mark")
        assert "changes of level, the newest first" in run.page
        assert " start" not in run.page


async def test_a_click_chooses_an_alert_and_a_second_one_opens_it() -> None:
    async with running() as run:
        await run.press("a")
        await run.pilot.click(BlockPanel, offset=(5, 1))
        assert "Facturation" in cursor(run)
        await run.pilot.click(BlockPanel, offset=(5, 1))
        await run.pilot.pause()
        assert title(run).startswith("Facturation")


async def test_a_long_log_is_walked_through_page_by_page() -> None:
    many = [queue(f"Queue {n:02}", f"{n}", "Rome", waitingCalls=9) for n in range(60)]
    async with running(size=(80, 24)) as run:
        run.feeds.say(fresh(run.clock, many))
        await run.pilot.pause()
        await run.press("a", "pagedown", "pagedown")
        listing = run.app.screen.query_one(BlockPanel)
        assert cursor_at(listing) == 2 * listing.page
        assert cursor_at(listing) in listing.seen
        assert f"{listing.seen.start + 1} to {listing.seen.stop} of 62" in title(run)
        await run.press("pageup", "end")
        assert cursor_at(listing) == 61
        listing.post_message(MouseScrollUp(listing, 1, 1, 0, 0, 0, False, False, False))
        await run.pilot.pause()
        assert listing.seen.stop == 59
        assert cursor_at(listing) == 58, "what a key is about is in view"


def test_columns_of_the_alerts_give_way_in_order() -> None:
    row = AlertRow(
        QueueKey("p", "1"), "09:30:00", Level.CRITICAL, "Returns and refunds", "Paris",
        "Longest wait ≥ 02:00", value="02:31", lasted="1m 00s", seen="seen by AB 09:31:00",
        open=True, who="AB",
        worst="04:00", present="03:31",
    )  # fmt: skip
    shown = {
        room: " ".join("".join(text for text, _ in line(row, widths([row], room))).split())
        for room in (75, 120)
    }
    assert shown[75] == "!! 09:30:00 Returns and ref… Longest wait ≥ 02:00 02:31 1m 00s AB"
    assert shown[120] == (
        "!! 09:30:00 Returns and refunds Paris Longest wait ≥ 02:00 02:31 04:00 03:31 1m 00s"
        " AB 09:31:00"
    )


# Seen.


async def test_the_initials_are_asked_for_once_and_kept_for_the_run() -> None:
    async with running() as run:
        await run.press("x")
        assert isinstance(run.app.screen, Ask)
        await run.press("escape")
        assert run.told == []
        await run.press("x", *"Anna B.", "enter")
        assert run.told == ["Support: seen by Anna B."]
        await run.press("x")
        assert run.told[-1] == "Facturation: seen by Anna B."
        await run.press("x")
        assert run.told[-1] == "No trouble that nobody has seen"
        await run.press("enter")
        assert "seen by Anna B. 09:30:00" in title(run)


async def test_x_is_for_the_queue_under_the_cursor_of_the_page_or_of_the_alert() -> None:
    async with running(alerts=BY_AB) as run:
        await run.press("j", "j", "x")
        assert run.told == ["Facturation: seen by AB"]
        await run.press("x")
        assert run.told[-1] == "Facturation: seen by AB already"
        await run.press("j", "x")
        assert run.told[-1] == "This queue is not in trouble"
        await run.press("home", "enter", "x")
        assert run.told[-1] == "Support: seen by AB"
        assert "seen by AB" in title(run)
        await run.press("escape", "a")
        assert "AB" in cursor(run)
        await run.wait(10)
        run.feeds.say(fresh(run.clock, DEMO[3:4]))
        await run.wait(10)
        calm = [queue("Support", "1002", "London"), queue("Facturation", "2001", "Paris")]
        run.feeds.say(fresh(run.clock, calm))
        await run.wait(1)
        await run.press("x")
        assert run.told[-1] == "This alert is over"


async def test_who_has_seen_what_is_over_meanwhile_is_told() -> None:
    async with running() as run:
        await run.press("x", "A")
        run.feeds.say(fresh(run.clock, [queue("Support", "1002", "London")]))
        await run.pilot.pause()
        await run.press("enter")
        assert run.told == ["Its trouble is over"]


# The help, and what every page has.


async def test_the_help_names_rules_with_their_origin_filters_and_files() -> None:
    rules = (
        ("thresholds.longestWaitingTime", "warning 01:00, critical 02:00", "default"),
        ("thresholds.total.waitingCalls", "warning 20, critical 40", "wallboard.toml:15"),
        ("thresholds.override[1].waitingCalls", "queue VIP*: " + "x " * 40, "wallboard.toml:18"),
    )
    files = (("configuration", "/somewhere/wallboard.toml"),)
    async with running(rule_words=rules, files=files, views={2: "waiting>3"}) as run:
        await run.press("question_mark")
        lines = [" ".join(one.split()) for one in run.page.splitlines()]
        assert "Longest wait warning 01:00, critical 02:00 default" in lines
        assert "Waiting, total warning 20, critical 40 wallboard.toml:15" in lines
        assert "x x wallboard.toml:18" in " ".join(lines)
        assert "2 waiting>3" in lines
        assert "configuration /somewhere/wallboard.toml" in lines
        # The help over the help would be one too many.
        await run.press("question_mark", "escape")
        assert isinstance(run.app.screen, BoardScreen)


def test_the_origin_of_a_rule_has_a_line_of_its_own_where_it_does_not_fit() -> None:
    rules = [
        ("thresholds.longestWaitingTime", "warning 01:00, critical 02:00", "wallboard.toml:12")
    ]
    _, *lines = rule_block(rules, {}, 46)
    words = ["".join(text for text, _ in line).split() for line in lines]
    assert words == [
        ["Longest", "wait", "warning", "01:00,", "critical", "02:00"],
        ["wallboard.toml:12"],
    ]


async def test_the_help_stands_in_two_stacks_where_both_fit_whole() -> None:
    async with running(size=(160, 60)) as run:
        await run.press("question_mark")
        assert "…" not in run.page.replace("1 … 9", "")
        first = next(one for one in run.page.splitlines() if one.startswith("Find"))
        assert len(first.split()) == 2


async def test_every_page_has_the_status_line_and_its_keys_for_the_mouse() -> None:
    async with running() as run:
        for key in ("enter", "a", "question_mark"):
            await run.press(key)
            assert isinstance(run.app.screen, Page)
            assert "LIVE · data" in run.page
            bar = lines_of(run.app.screen.query_one("PageKeys", TextPanel.__mro__[1]))
            await run.pilot.click("PageKeys", offset=(bar.index("Back"), 0))
            await run.pilot.pause()
            assert isinstance(run.app.screen, BoardScreen)
        run.app.post_message(ActionWanted("alerts"))
        await run.pilot.pause()
        assert isinstance(run.app.screen, AlertsScreen)


async def test_what_concerns_the_whole_board_works_on_a_page_too() -> None:
    async with running() as run:
        await run.press("enter", "p")
        await run.wait(1)
        assert "PAUSED" in run.page
        await run.press("a", "a", "escape")
        assert isinstance(run.app.screen, QueueScreen)
        await run.press("r", "ctrl+c")
    assert run.feeds.polls_wanted == 1
    assert run.app.return_code == 130


# How it is drawn.


def test_a_bar_is_as_high_as_its_value_and_only_nothing_is_lowest() -> None:
    assert "".join(text for text, _ in sparkline([0, 1, 100, None, 50, 0])) == "▁▂▇·▄▁"
    assert sparkline([0, -5]) == (("▁▁", "trend"),)
    assert "".join(text for text, _ in sparkline([-5, 5])) == "▁▇"
    assert sparkline([None, None]) == (("··", "gap"),)


def test_levels_differ_without_colours() -> None:
    strips = {"".join(text for text, _ in level_strip([level])) for level in Level}
    assert len(strips) == len(Level)


def test_sentences_are_broken_at_blanks() -> None:
    assert wrap("critical since 09:30:00 (6 min)", 15) == [
        "critical since",
        "09:30:00 (6",
        "min)",
    ]
    assert wrap("", 10) == [""]
    assert wrap("unbreakably long", 5) == ["unbreakably", "long"]


def test_blocks_side_by_side_are_as_low_as_can_be() -> None:
    assert stack_blocks([6, 4, 4, 3, 4, 13], 3) == [[0, 1], [2, 3, 4], [5]]
    assert stack_blocks([6, 4], 1) == [[0, 1]]
    assert stack_blocks([], 2) == []
    one, two = [(("a", ""),), (("b", ""),)], [(("c", ""),)]
    assert join_blocks([one, two]) == [(("a", ""),), (("b", ""),), (), (("c", ""),)]
    joined = join_stacks([Stack(two, 3), Stack(one, 1)])
    assert ["".join(text for text, _ in line) for line in joined] == ["c      a", "       b"]
