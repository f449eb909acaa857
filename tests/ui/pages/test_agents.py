"""The agents' page under hands: sixty on one screen, keys, filter, ages, privacy."""

from dataclasses import replace

import pytest
from textual.geometry import Size

from tests.ui.boards import failed
from tests.ui.people import AGENTS, QUEUES, agents, gone, known, seat
from tests.ui.pilot import Running, lines_of, resized, running, settled
from wallboard.model.data.metric import Kind
from wallboard.model.data.privacy import Privacy
from wallboard.ui.screens.agents import AgentsScreen
from wallboard.ui.screens.alerts import AlertsScreen
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.pickers import PickOne
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.agent_tiles import grid, seat_grid, short_call, short_name
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.text.line_widget import width_of


async def opened(run: Running, *seats: object, key: str = "A", **how: object) -> None:
    """Open a page over the agents, and have them heard."""
    run.feeds.say(known())
    await run.press(key)
    run.feeds.say(agents(run.clock, seats or None, **how))  # type: ignore[arg-type]
    await settled(run.app)
    await run.wait(1)


def top(run: Running) -> type:
    """The kind of the page on top."""
    return type(run.app.screen)


def rolled(run: Running) -> str:
    """What of the list is in view."""
    return lines_of(run.app.screen.query_one(BlockPanel))


async def test_a_status_that_was_derived_is_marked_and_the_page_says_what_that_means() -> None:
    one = replace(seat("1", "Ada Lovelace", "WRAP_UP", 30), derived=True)
    async with running((80, 24)) as run:
        run.feeds.say(known())
        await run.press("A")
        run.feeds.say(agents(run.clock, [one, seat("2", "Bob")]))
        await run.wait(1)
        assert "Wrap-up*" in run.page
        assert "Available*" not in run.page
        assert "* derived from calls and presence" in run.page
        run.feeds.say(agents(run.clock, [seat("2", "Bob")]))
        await run.wait(1)
        assert "*" not in run.page


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_sixty_agents_are_seen_at_once(size: tuple[int, int]) -> None:
    async with running(size) as run:
        await opened(run)
        rolling = run.app.screen.query_one(BlockPanel)
        assert rolling.part == ""
        assert rolling.size.height >= len(rolling.painted)
        assert rolled(run).count("~") == 60
        assert "60 people" in run.page
        # The last column of the screen stays blank: what touches it looks as if it were cut.
        assert all(width_of(one) < rolling.size.width for one in rolling.painted)


async def test_nothing_was_heard_yet() -> None:
    async with running() as run:
        run.feeds.say(known())
        await run.press("A")
        assert rolled(run).strip() == "Asking for the agents…"
        assert run.feeds.watched == {Kind.AGENTS}
        run.feeds.say(gone(run.clock, AGENTS))
        await run.wait(1)
        assert rolled(run).strip() == "This account has no list of agents"
        await run.press("escape")
        assert run.feeds.watched == frozenset()


async def test_agents_are_asked_for_while_a_page_shows_them() -> None:
    async with running() as run:
        run.feeds.say(known())
        await run.press("enter")
        assert top(run) is QueueScreen
        assert run.feeds.watched == {Kind.AGENTS, Kind.CALLS}
        await run.press("escape", "A")
        assert run.feeds.watched == {Kind.AGENTS}
        await run.press("C")
        assert run.feeds.watched == {Kind.AGENTS, Kind.CALLS}
        # Back to the page that is open already, not a second one over it.
        await run.press("A")
        assert run.feeds.watched == {Kind.AGENTS}
        assert len(run.app.screen_stack) == 2
        await run.press("a")
        assert top(run) is AlertsScreen
        assert run.feeds.watched == {Kind.AGENTS}
        await run.press("escape", "escape")
        assert top(run) is BoardScreen
        assert run.feeds.watched == frozenset()


async def test_times_tick_and_nothing_moves() -> None:
    seats = seat("1", "Ada", "WRAP_UP", 58), seat("2", "Bob", "HANDLING", 3_598)
    async with running() as run:
        await opened(run, *seats)
        before = rolled(run)
        assert before.index("Bob") < before.index("Ada")
        assert "59:59~" in before
        assert "00:59~" in before
        await run.wait(1)
        after = rolled(run)
        assert "1h00m~" in after
        assert "01:00~" in after
        assert "!" not in after
        assert after.index("Bob") < after.index("Ada")


async def test_old_agents_look_old() -> None:
    async with running() as run:
        await opened(run, seat("1", "Ada", "PAUSE", 1_900))
        assert "!!║ Ada" in rolled(run)
        run.feeds.say(failed(run.clock, remedy="Check the network", feed=AGENTS))
        await run.wait(20)
        assert "LATE · data 21s old" in run.page
        assert "connection refused" in run.page
        assert "Check the network" in run.page
        assert "31:40~" not in rolled(run)
        await run.wait(45)
        assert "The agents are STALE, 1m 06s old" in run.page
        assert "!!" not in rolled(run)
        styles = {
            style for line in run.app.screen.query_one(BlockPanel).painted for _, style in line
        }
        assert styles <= {"old", ""}
        await run.wait(300)
        assert "The agents are NO DATA" in run.page
        assert "31:40" not in rolled(run)
        assert "Ada" in rolled(run)


async def test_g_shows_queues_and_people_again() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        await run.press("z")
        assert "by queue" in run.page
        assert "Sales UK  London  30 seats" in rolled(run)
        assert "60 people" in run.page
        await run.press("z")
        assert "by queue" not in run.page


async def test_the_filter_is_in_force_as_it_is_typed() -> None:
    async with running() as run:
        await opened(run)
        await run.press("slash", *"status:pause")
        assert "6 of 60 people" in run.page
        assert rolled(run).count("~") == 6
        assert "hidden: 6 !" in run.page
        await run.press("enter")
        assert "filter: status:pause" in run.page
        await run.press("slash", *" queue:sales")
        assert "3 of 60 people" in run.page
        await run.press("escape")
        assert "60 people" in run.page
        assert top(run) is AgentsScreen
        await run.press("slash", *"nobody", "enter", "escape")
        assert top(run) is AgentsScreen
        await run.press("escape")
        assert top(run) is BoardScreen


async def test_a_filter_that_finds_nobody_or_cannot_be_read() -> None:
    async with running(keys={"back": ("f9",)}) as run:
        await opened(run)
        await run.press("slash", *"nobody")
        assert "No agent matches the filter. Press f9 to clear it." in rolled(run)
        await run.press(*["backspace"] * 6, *"level:x")
        field = run.app.screen.query_one("#filter-mistake")
        assert "level: one of" in str(field.render())
        await run.press("backspace", "c")
        assert not field.display
        assert "3 of 60 people" in run.page


async def test_more_than_fit_are_scrolled_by_whole_rows() -> None:
    many = [seat(f"{n}", f"Ag {n:03}", "HANDLING", 9_999 - n) for n in range(200)]
    many.append(seat("x", "Trouble", "PAUSE", 1_900))
    async with running((80, 24)) as run:
        await opened(run, *many)
        assert "1–60 of 201" in run.page
        assert "Trouble" in rolled(run)
        await run.press("j", "pagedown", "down")
        assert "7–66 of 201" in run.page
        assert "hidden: 1 !!" in run.page
        await run.press("pagedown")
        assert "67–126 of 201" in run.page
        await run.press("end")
        assert "Ag 199" in rolled(run)
        assert rolled(run).splitlines()[-1].strip() != ""
        await run.press("k", "pageup", "home")
        assert "1–60 of 201" in run.page
        assert "hidden" not in run.page


async def test_a_resized_page_uses_its_new_size() -> None:
    async with running((120, 40)) as run:
        await opened(run)
        assert "Accueil +1" in rolled(run)
        await resized(run.app, 80, 24)
        rolling = run.app.screen.query_one(BlockPanel)
        assert rolling.size == Size(80, 20)
        assert rolling.part == ""
        assert "Accueil +1" not in rolled(run)


async def test_names_that_nobody_should_have_break_nothing() -> None:
    odd = (
        "山田太郎" * 20,
        "[b]x[/b] [/b]",
        "e\u0301" * 300,
        "",
        "👩‍👩‍👧‍👦" * 9,
        "\u200b",
        "a" * 9_999,
    )
    seats = [
        seat(f"{n}", name, ("HANDLING", "[/x]")[n % 2], 30, (f"{n}", name, name), caller=name)
        for n, name in enumerate(odd)
    ]
    for size in ((40, 12), (80, 24), (200, 60)):
        async with running(size) as run:
            await opened(run, *seats)
            await run.press("z", "end", "z")
            rolling = run.app.screen.query_one(BlockPanel)
            assert all(width_of(one) <= rolling.size.width for one in rolling.painted)
            assert "[b]x[/b]"[:6] in rolled(run)


async def test_an_overflow_seat_and_an_unsure_time_are_marked() -> None:
    async with running() as run:
        await opened(run, seat("1", "Ada", "HANDLING", 60, overflow=True), confirmed=False)
        assert "■↑Ada" in rolled(run)
        assert "?01:01~" in rolled(run)
        assert "? unit not confirmed" in run.page
        run.feeds.say(agents(run.clock, [seat("1", "Ada", "HANDLING", 60)]))
        await run.wait(1)
        assert "not confirmed" not in run.page


async def test_while_the_board_is_paused_the_agents_are_not() -> None:
    async with running() as run:
        await opened(run)
        await run.press("p")
        await run.wait(1)
        assert "not paused · data" in run.page


async def test_a_filter_typed_all_at_once_is_a_filter() -> None:
    async with running() as run:
        await opened(run)
        await run.burst("slash", *"Mona q", "backspace", "backspace", "enter")
        assert top(run) is AgentsScreen
        assert "filter: Mona" in run.page
        await run.press("escape")
        await run.burst("slash", *"Ada", "escape")
        assert top(run) is AgentsScreen
        assert "60 people" in run.page


async def test_a_filter_typed_before_its_page_is_there_is_no_command() -> None:
    async with running() as run:
        run.feeds.say(known())
        await run.burst("A", "slash", *"status:pause", "enter")
        assert top(run) is AgentsScreen
        run.feeds.say(agents(run.clock))
        await run.wait(1)
        assert "6 of 60 people" in run.page


# The cursor and the order.


def chosen(run: Running) -> str:
    """What stands behind the sign of the cursor."""
    return rolled(run).partition(">")[2].split("~")[0].strip()


FEW = (
    seat("1", "Ada", "PAUSE", 1_900, QUEUES[0]),
    seat("2", "Bob", "HANDLING", 60, QUEUES[1]),
    seat("2", "Bob", "BUSY_OTHER", 60, QUEUES[2]),
    seat("3", "Cid", "HANDLING", 50, QUEUES[2]),
    seat("4", "Dan", "DND", None, ("9", "Of another account", "")),
)


async def test_the_cursor_goes_with_its_person() -> None:
    async with running((80, 24)) as run:
        await opened(run, *FEW)
        assert ">" not in rolled(run)
        await run.press("j")
        assert "Ada" in chosen(run)
        await run.press("down", "right")
        assert "Dan" in chosen(run)
        await run.press("left", "k")
        assert "Ada" in chosen(run)
        # Nobody is in trouble any more: others come first.
        run.feeds.say(agents(run.clock, [*FEW[1:], replace(FEW[0], since=5_000)]))
        await run.wait(1)
        assert rolled(run).index("Bob") < rolled(run).index("Ada")
        assert "Ada" in chosen(run)
        # Who has left leaves the cursor to whom stands there.
        run.feeds.say(agents(run.clock, FEW[1:]))
        await run.wait(1)
        assert chosen(run) != ""
        await run.wait(60)
        assert ">" not in rolled(run)


async def test_the_cursor_stays_in_view_and_headings_with_it() -> None:
    many = [seat(f"{n}", f"Ag {n:03}", "HANDLING", 9_999 - n, QUEUES[n % 4]) for n in range(200)]
    async with running((80, 24)) as run:
        await opened(run, *many)
        await run.press("z", "end")
        assert "Ag 1" in chosen(run)
        await run.press("home")
        assert rolled(run).splitlines()[0].split()[0] == "Accueil"
        await run.press("pagedown", "pagedown")
        assert chosen(run) != ""
        await run.press("escape")
        assert top(run) is BoardScreen


async def test_enter_goes_to_the_queue_of_a_person_or_asks_which() -> None:
    async with running() as run:
        await opened(run, *FEW)
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "1001"
        await run.press("escape", "slash", *"bob", "enter", "enter")
        assert isinstance(run.app.screen, PickOne)
        assert run.app.screen._title == "Queues of Bob"
        await run.press("down", "enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "2001"
        await run.press("escape", "escape", "slash", *"dan", "enter", "enter")
        assert top(run) is AgentsScreen
        assert run.told == ["No queue that is on the board belongs to what is under the cursor"]
        # A seat has one queue.
        await run.press("escape", "z", "slash", *"bob queue:fact", "enter", "enter")
        assert isinstance(run.app.screen, QueueScreen)
        assert run.app.screen.key.extension == "2001"


async def test_agents_have_an_order_that_the_heading_shows() -> None:
    async with running((120, 40)) as run:
        await opened(run, *FEW)
        assert "worst first" in run.page

        def order() -> list[str]:
            shown = rolled(run)
            return sorted(("Ada", "Bob", "Cid", "Dan"), key=shown.index)

        assert order() == ["Ada", "Bob", "Cid", "Dan"]
        await run.press("o", *"name, z", "enter")
        assert "name, z to a" in run.page
        assert order() == ["Dan", "Cid", "Bob", "Ada"]
        await run.press(">", ">")
        assert "time, high to low" in run.page
        # No time comes last, whichever way.
        assert order() == ["Ada", "Bob", "Cid", "Dan"]
        await run.press("R")
        assert order() == ["Cid", "Bob", "Ada", "Dan"]
        await run.press("<")
        assert " status · " in run.page
        assert order() == ["Bob", "Cid", "Ada", "Dan"]
        await run.press("0")
        assert "worst first" in run.page


async def test_a_click_puts_the_cursor_on_a_person_and_a_second_one_opens() -> None:
    async with running((80, 24)) as run:
        await opened(run, *FEW)
        for _ in range(2):
            assert top(run) is AgentsScreen
            await run.pilot.click(BlockPanel, offset=(50, 0))
            await settled(run.app)
        assert isinstance(run.app.screen, PickOne)
        assert run.app.screen._title == "Queues of Bob"


async def test_agents_are_compared_by_their_own_numbers_and_those_of_their_queues() -> None:
    async with running((120, 40)) as run:
        await opened(run, *FEW)
        await run.press("slash", *"time>0:55 waiting>5")
        assert "1 of 4 people" in run.page
        assert "Bob" in rolled(run)
        await run.press(*["backspace"] * 19, *"queues>1", "enter")
        assert "1 of 4 people" in run.page
        await run.press("slash", *" waitng>1")
        told = str(run.app.screen.query_one("#filter-mistake").render())
        assert "nearest: Waiting" in told


# The queue's page.


async def test_a_masked_caller_on_a_queues_page_keeps_the_end_of_the_number() -> None:
    talks = seat(
        "1", "Ada Lovelace", "HANDLING", 60, QUEUES[1], caller="Yara Doe", address="+441632960311"
    )
    for size in ((160, 45), (120, 40), (80, 24)):
        async with running(size, privacy=Privacy("initials", "masked")) as run:
            await opened(run, talks, key="enter")
            assert "…0311" in run.page
            assert "……" not in run.page


async def test_a_queue_shows_its_agents() -> None:
    async with running((120, 60)) as run:
        await opened(run, key="enter")
        assert top(run) is QueueScreen
        assert "Agents   15 seats" in run.page
        assert "Caller" in run.page
        before = run.page
        await run.wait(1)
        assert before != run.page
        await run.press("right")
        assert "and 10 more" in run.page
        assert "↑" in run.page
        await run.press("end", *["right"] * 3)
        assert "No agent sits in this queue." in run.page


async def test_a_queue_without_agents_says_why() -> None:
    async with running((120, 60)) as run:
        run.feeds.say(known())
        await run.press("enter")
        assert "Asking for the agents…" in run.page
        run.feeds.say(gone(run.clock, AGENTS))
        await run.wait(1)
        assert "This account has no list of agents" in run.page


# How tiles fit.


def test_the_roomiest_grid_is_taken() -> None:
    assert grid(80, 20, 60) == (3, 26, 1, False, False)
    assert grid(118, 34, 60)[2] == 2
    assert grid(198, 53, 60)[2:4] == (2, True)
    # Nothing fits: the one that shows most.
    assert grid(80, 20, 600) == grid(80, 20, 60)
    assert grid(10, 5, 3) == (1, 10, 1, False, False)
    assert seat_grid(72) == (2, 35, 1, False, True)
    assert not seat_grid(30).called


@pytest.mark.parametrize(
    ("call", "room", "short"),
    [
        ("Y. D. …0311", 11, "Y. D. …0311"),
        ("Y. D. …0311", 10, "Y. …0311"),
        ("Y. D. …0311", 7, "…0311"),
        ("…0311", 3, "…0311"),
        ("Yara Doe", 7, "Yara D."),
        ("+441632960311", 8, "…2960311"),
        ("", 3, ""),
    ],
)
def test_a_caller_that_is_too_long(call: str, room: int, short: str) -> None:
    assert short_call(call, room) == short


@pytest.mark.parametrize(
    ("name", "room", "short"),
    [
        ("Ada Lovelace", 12, "Ada Lovelace"),
        ("Ada Lovelace", 9, "Ada L."),
        ("Maximiliane Lovelace", 9, "Maximiliane Lovelace"),
        ("+441632960311", 8, "…2960311"),
        ("山田太郎", 4, "山田太郎"),
        ("", 0, ""),
        ("   ", 1, "   "),
    ],
)
def test_a_name_that_is_too_long(name: str, room: int, short: str) -> None:
    assert short_name(name, room) == short
