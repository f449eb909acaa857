"""The calls' page under hands."""

from dataclasses import replace
from pathlib import Path

from tests.ui.boards import fresh
from tests.ui.people import CALLING, CALLS, calls, gone, known
from tests.ui.pilot import Running, lines_of, running, settled
from wallboard.host.files import ExportFolder
from wallboard.model.data.calls import ActiveCall, LeftOut
from wallboard.model.data.metric import Kind
from wallboard.ui.screens.calls import CallsScreen, widths
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.text.line_widget import Pieces
from wallboard.ui.widgets.text.text_panel import TextPanel


async def opened(run: Running, *listed: ActiveCall, more: int = 0, **how: object) -> None:
    run.feeds.say(known())
    await run.press("C")
    run.feeds.say(calls(run.clock, listed or CALLING, more, **how))
    await settled(run.app)
    await run.wait(1)


def line_text(line: Pieces) -> str:
    return "".join(text for text, _ in line)


def rolled(run: Running) -> list[str]:
    return lines_of(run.app.screen.query_one(BlockPanel)).splitlines()


async def test_who_waits_longest_stands_first_and_times_tick() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        first, second, *_ = rolled(run)
        assert first.split() == [
            "Waiting", "02:32~", "02:32~", "Eve", "Martin", "+441632960311", "Support", "incoming",
        ]  # fmt: skip
        assert second.split()[:2] == ["Waiting", "00:49~"]
        assert "5 calls, 2 waiting" in run.page
        await run.wait(2)
        assert rolled(run)[0].split()[1] == "02:34~"


async def test_an_account_without_calls_says_so_and_from_then_on_the_key_does() -> None:
    async with running() as run:
        run.feeds.say(known())
        await run.press("C")
        opened = run.app.screen
        assert type(opened) is CallsScreen
        assert run.feeds.watched == {Kind.CALLS}
        assert "".join(rolled(run)).strip() == "Asking for the calls…"
        run.feeds.say(gone(run.clock, CALLS))
        await run.wait(1)
        assert "".join(rolled(run)).strip() == "This account has no list of calls"
        await run.press("escape")
        assert run.feeds.watched == frozenset()
        await run.press("C")
        assert run.app.screen is run.app.board
        assert run.told == ["This account has no list of calls"]


async def test_an_account_is_asked_for_its_calls_again_after_a_while() -> None:
    async with running((120, 40)) as run:
        run.feeds.say(known())
        await run.press("C")
        run.feeds.say(gone(run.clock, CALLS))
        await run.press("escape")
        await run.wait(60)
        await run.press("C")
        assert type(run.app.screen) is CallsScreen
        assert run.feeds.watched == {Kind.CALLS}
        run.feeds.say(calls(run.clock))
        await run.wait(1)
        assert "5 calls, 2 waiting" in run.page


async def test_no_calls_and_calls_that_were_not_sent() -> None:
    async with running() as run:
        await opened(run)
        run.feeds.say(calls(run.clock, [], 0))
        await run.wait(1)
        assert "".join(rolled(run)).strip() == "No calls."
        run.feeds.say(calls(run.clock, CALLING, 30))
        await run.wait(1)
        assert rolled(run)[-1].strip() == "and 30 more calls"
        assert "35 calls, 2 waiting" in run.page


async def test_calls_that_are_left_out_are_counted_and_never_read_as_no_calls() -> None:
    async with running() as run:
        await opened(run)
        run.feeds.say(calls(run.clock, [], left_out=LeftOut(2, 3, 1)))
        await run.wait(1)
        assert "".join(rolled(run)).strip() == "2 calls tell no queue · 3 outbound, 1 internal"
        assert "No calls" not in run.page
        run.feeds.say(calls(run.clock, CALLING, left_out=LeftOut(2)))
        await run.wait(1)
        assert rolled(run)[-1].strip() == "2 calls tell no queue"
        assert "5 calls, 2 waiting · 2 calls tell no queue" in run.page
        run.feeds.say(calls(run.clock, [], at_least=True))
        await run.wait(1)
        assert "".join(rolled(run)).strip() == "There are more calls than were sent."


async def test_a_call_is_named_after_the_queue_that_it_refers_to() -> None:
    async with running((120, 40)) as run:
        queue = run.app.state.snapshot.queues[0]
        await opened(run)
        run.feeds.say(
            fresh(run.clock),
            calls(run.clock, [ActiveCall("9", "TALKING", "EXTERNAL", reference=queue.extension)]),
        )
        await run.wait(1)
        assert queue.name in rolled(run)[0]


async def test_that_there_are_more_calls_than_are_known_is_said() -> None:
    async with running() as run:
        await opened(run, at_least=True)
        assert "at least 5 calls, 2 waiting" in run.page
        assert rolled(run)[-1].strip() == "and more calls"
        run.feeds.say(calls(run.clock, CALLING, 30, at_least=True))
        await run.wait(1)
        assert "at least 35 calls" in run.page
        assert rolled(run)[-1].strip() == "and at least 30 more calls"


async def test_times_whose_unit_is_not_confirmed_are_marked_and_the_head_says_so() -> None:
    long = ActiveCall("9", "WAITING", waiting=359_998_000, total=359_998_000, queue="Q")
    async with running((80, 24)) as run:
        await opened(run, long, *CALLING, confirmed=False)
        assert "? unit not confirmed · worst first · data 1s old" in run.page
        assert rolled(run)[0].split()[1:3] == ["?99h59m~", "?99h59m~"]
        assert rolled(run)[1].split()[1:3] == ["?02:32~", "?02:32~"]
        run.feeds.say(calls(run.clock))
        await run.wait(1)
        assert "?" not in "".join(rolled(run))
        assert "not confirmed" not in run.page


async def test_old_calls_look_old_and_then_go() -> None:
    async with running() as run:
        await opened(run)
        await run.wait(61)
        assert "The calls are STALE" in run.page
        assert not any("~" in line for line in rolled(run))
        styles = {
            style for line in run.app.screen.query_one(BlockPanel).painted for _, style in line
        }
        assert styles <= {"old", ""}
        await run.wait(300)
        assert "The calls are NO DATA" in run.page
        assert not any("Support" in line for line in rolled(run))
        assert "No calls" not in run.page
        assert "0 calls" not in run.page


async def test_many_calls_are_scrolled() -> None:
    many = [ActiveCall(f"{n}", "WAITING", waiting=1_000 * n, queue=f"Q{n:02}") for n in range(60)]
    async with running((80, 24)) as run:
        await opened(run, *many)
        assert "1–20 of 60" in run.page
        assert "Q59" in rolled(run)[0]
        await run.press("end")
        assert "41–60 of 60" in run.page
        assert "Q00" in rolled(run)[-1]


def chosen(run: Running) -> str:
    """The line under the cursor."""
    return next((line for line in rolled(run) if line.startswith(">")), "")


async def test_the_cursor_goes_with_its_call_and_enter_opens_its_queue() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        assert chosen(run) == ""
        await run.press("j", "j")
        assert "Facturation" in chosen(run)
        # It waits longest now, and stands first: the cursor with it.
        second = replace(CALLING[1], waiting=200_000, total=200_000)
        run.feeds.say(calls(run.clock, [CALLING[0], second, *CALLING[2:]]))
        await run.wait(1)
        assert "Facturation" in rolled(run)[0]
        assert chosen(run) == rolled(run)[0]
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "2001"
        await run.press("escape")
        # It has ended: whoever stands in its place has the cursor.
        run.feeds.say(calls(run.clock, [one for one in CALLING if one.id != "2"]))
        await run.wait(1)
        assert "Support" in chosen(run)
        await run.wait(60)
        assert chosen(run) == ""


async def test_a_call_whose_queue_is_not_known_leads_nowhere_and_that_is_said() -> None:
    async with running((120, 40)) as run:
        await opened(run, ActiveCall("9", "TALKING", "INCOMING", queue="Of another account"))
        await run.press("j", "enter")
        assert type(run.app.screen) is CallsScreen
        assert run.told == ["No queue that is on the board belongs to what is under the cursor"]


async def test_a_click_puts_the_cursor_on_a_call_and_a_second_one_opens_it() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        await run.pilot.click(BlockPanel, offset=(20, 1))
        await settled(run.app)
        assert "Facturation" in chosen(run)
        await run.pilot.click(BlockPanel, offset=(20, 1))
        await settled(run.app)
        assert isinstance(run.app.screen, QueueScreen)


async def test_calls_are_ordered_by_the_column_beside_and_the_heading_shows_it() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        assert "worst first" in run.page
        await run.press(">", ">", ">")
        assert "Total▼" in run.page
        assert "total, high to low" in run.page
        assert rolled(run)[0].split()[-1] == "outgoing"
        await run.press("R")
        assert "Total▲" in run.page
        assert "outgoing" in rolled(run)[-1]
        await run.press("o", *"agent z", "enter")
        assert "Agent▼" in run.page
        # Who has no agent comes last, whichever way.
        assert ["Grace" in one or "Ada" in one or "Alan" in one for one in rolled(run)] == [
            True, True, True, False, False,
        ]  # fmt: skip
        await run.press("0")
        assert "worst first" in run.page
        assert run.told == []
        assert str(run.app.selection.order) == "worst", "the board keeps its own"


async def test_a_click_on_a_heading_of_the_calls_orders_and_again_turns_round() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        under = run.app.screen.query_one("#under", TextPanel)

        async def click(title: str, line: int = -1) -> None:
            y = len(under.painted) + line
            await run.pilot.click("#under", offset=(line_text(under.painted[-1]).index(title), y))
            await settled(run.app)

        await click("Total")
        assert "total, high to low" in run.page
        assert "Total▼" in run.page
        await click("Total")
        assert "Total▲" in run.page
        await click("Direction")
        assert "Direction▲" in run.page
        # Between two headings, and above them, there is nothing to order by.
        await click("  Queue")
        await click("State", -2)
        assert "Direction▲" in run.page
        assert str(run.app.selection.order) == "worst", "the board keeps its own"


async def test_calls_are_filtered_and_who_waits_is_not_hidden_in_silence() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        await run.press("slash", *"waited>1:30")
        assert len(rolled(run)) == 1
        assert "Eve Martin" in rolled(run)[0]
        assert "1 of 5 calls, 1 of 2 waiting" in run.page
        await run.press("enter")
        assert "filter: waited>1:30" in run.page
        await run.press("escape", "slash", *"waiting>5", "enter")
        assert {"Support" in one for one in rolled(run)} == {True}
        assert "2 of 5 calls" in run.page
        await run.press("escape", "slash", *"nobody")
        assert "No call matches the filter" in "".join(rolled(run))
        await run.press("escape")
        assert len(rolled(run)) == 5
        assert type(run.app.screen) is CallsScreen


async def test_a_filter_knows_no_number_of_a_queue_that_is_a_dash_by_now() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        await run.press("slash", *"waiting>5", "enter")
        assert len(rolled(run)) == 2
        await run.wait(400)
        run.feeds.say(calls(run.clock))
        await run.wait(1)
        assert "No call matches the filter. Press esc to clear it." in "".join(rolled(run))


# The queue's page.


async def test_a_queue_shows_its_calls_who_waits_first() -> None:
    talks = ActiveCall("7", "TALKING", queue_extension="1002", agent="Ada", waiting=5, total=9_000)
    async with running((120, 60)) as run:
        run.feeds.say(known())
        await run.press("enter")
        assert "Asking for the calls…" in run.page
        run.feeds.say(calls(run.clock, [talks, *CALLING]))
        await run.wait(1)
        page = run.page.partition("Calls   ")[2]
        assert page.startswith("3 calls, 1 waiting")
        waits, *others = [line.split() for line in page.splitlines()[2:5]]
        assert waits[:4] == ["Waiting", "02:32~", "02:32~", "Eve"]
        assert [one[0] for one in others] == ["Ringing", "Talking"]
        assert "Bob Jones" not in run.page
        await run.wait(1)
        assert "02:33~" in run.page
        many = [replace(CALLING[2], id=f"{n}") for n in range(14)]
        run.feeds.say(calls(run.clock, many, left_out=LeftOut(2), at_least=True))
        await run.wait(1)
        assert "14 calls, 14 waiting" in run.page
        assert "and 4 more" in run.page
        assert "2 calls tell no queue." in run.page
        assert "Not all calls were sent." in run.page
        await run.press("left")
        assert "No call is in this queue" not in run.page
        run.feeds.say(calls(run.clock, []))
        await run.wait(1)
        assert "No call is in this queue." in run.page


async def test_a_queue_of_an_account_without_a_list_of_calls_promises_none() -> None:
    async with running((120, 60)) as run:
        await run.press("enter")
        assert "calls…" not in run.page
        await run.press("escape")
        run.feeds.say(known(), gone(run.clock, CALLS))
        await run.press("enter")
        assert "No call" not in run.page
        assert "list of calls" not in run.page
        # What was there once and is refused by now is not forgotten in silence.
        run.feeds.say(calls(run.clock), gone(run.clock, CALLS))
        await run.wait(1)
        assert "No calls here: The API has no such address" in run.page


async def test_callers_are_masked_on_a_wall_and_gone_in_a_picture(tmp_path: Path) -> None:
    async with running((120, 40), kiosk=True) as run:
        await run.press("K")
        await opened(run)
        assert "E. M. …0311" in run.page
        assert "A. L." in run.page
        for name in ("Eve", "Martin", "960311", "Ada"):
            assert name not in run.page
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert "E. M. …0311" in run.page
        assert "960311" not in run.page
    async with running((120, 40), put=ExportFolder(tmp_path).put) as run:
        await opened(run)
        await run.press("P")
        (path,) = tmp_path.glob("*.svg")
        svg = path.read_text(encoding="utf-8").replace("&#160;", " ")
        assert "Facturation" in svg
        for name in ("Eve", "Martin", "0311", "Bob", "5511", "Ada", "Hopper", "anonymous"):
            assert name not in svg
        assert "Eve Martin" in run.page


def test_columns_fit_and_the_direction_goes_whole() -> None:
    assert widths(78)[-1] == 0
    assert widths(118)[-1] > 0
    for room in (66, 78, 99, 100, 118, 198):
        for unsure in (False, True):
            columns = [one for one in widths(room, unsure=unsure) if one]
            assert sum(columns) + 2 * (len(columns) - 1) <= room
