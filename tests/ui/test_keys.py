"""Every key of the table of actions does what its words say."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Input, OptionList, SelectionList, Static

from tests.ui.boards import DEMO, FEED, FakeHistory, fresh, moment, queue, reading
from tests.ui.pilot import Running, cursor_at, lines_of, running, settled
from wallboard.actions import ACTIONS, key_name, keymap
from wallboard.host.preferences import Preferences
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Worse
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.reading import FeedId
from wallboard.model.events import Discovered, FeedInfo, Fresh
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Order, Selection
from wallboard.ui import page_actions
from wallboard.ui.keys import help_groups, textual_keymap
from wallboard.ui.screens.agents import AgentsScreen
from wallboard.ui.screens.alerts import AlertsScreen
from wallboard.ui.screens.board import BoardScreen
from wallboard.ui.screens.calls import CallsScreen
from wallboard.ui.screens.help import HelpScreen
from wallboard.ui.screens.pickers import PickOne, PickSome
from wallboard.ui.screens.queue import QueueScreen
from wallboard.ui.widgets.block_panel import BlockPanel
from wallboard.ui.widgets.filter_bar import FilterBar
from wallboard.ui.widgets.panes.queue_pane import QueuePane
from wallboard.ui.widgets.status_bar import StatusBar
from wallboard.ui.widgets.text.line_widget import LineWidget

VIEWS = {number: f"queue {number}" for number in range(1, 10)}


@dataclass(frozen=True)
class Effect:
    """What is seen to have become of a key; ``before``: the keys that lead to where it works."""

    after: object
    seen: Callable[[Running], object]
    before: tuple[str, ...] = ()


def top(run: Running) -> str:
    """The page or window on top, and what it offers."""
    screen = run.app.screen
    offered = [one.option_count for one in screen.query(OptionList)]
    return " ".join([type(screen).__name__, *map(str, offered)])


def under_the_cursor(run: Running) -> str:
    return run.table.current.queue.name if run.table.current and run.table.show_cursor else ""


def the_page(run: Running) -> str:
    """Which queue's page is open."""
    screen = run.app.screen
    keys = {line.key: line.queue.name for line in run.app.view.lines} if run.app.view else {}
    return keys[screen.key] if isinstance(screen, QueueScreen) else ""


def what_is_shown(run: Running) -> tuple[str, str, bool]:
    selection = run.app.selection
    return str(selection.order), selection.by, selection.only_trouble


def written(run: Running) -> list[str]:
    return sorted(name.rpartition(".")[2] for name in run.files)


EFFECTS = {
    "filter": Effect(True, lambda run: run.app.screen.query_one(FilterBar).display),
    "sites": Effect("PickSome 3", top),
    "queues": Effect("PickSome 5", top),
    "pbxes": Effect("PickSome 1", top),
    "keep_view": Effect("Ask", lambda run: type(run.app.screen).__name__, ("b",)),
    "trouble": Effect(["Support", "Facturation"], lambda run: run.names),
    "order": Effect("PickOne 36", top),
    "columns": Effect("ColumnPicker", lambda run: type(run.app.screen).__name__),
    "group": Effect("site", lambda run: run.app.selection.by),
    "fold": Effect({"London"}, lambda run: set(run.app.selection.folded), ("z", "home")),
    "open": Effect("Facturation", the_page, ("j", "j")),
    "alerts": Effect("AlertsScreen", top),
    "agents": Effect("AgentsScreen", top),
    "calls": Effect("CallsScreen", top),
    "hours": Effect("HoursScreen", top),
    "back": Effect("BoardScreen", top, ("question_mark",)),
    "up": Effect("Support", under_the_cursor, ("j", "j")),
    "down": Effect("Facturation", under_the_cursor, ("j",)),
    "page_up": Effect("Support", under_the_cursor, ("end",)),
    "page_down": Effect("Night desk", under_the_cursor, ("j",)),
    "top": Effect("Support", under_the_cursor, ("end",)),
    "bottom": Effect("Night desk", under_the_cursor, ("j",)),
    "previous": Effect("Support", the_page, ("j", "j", "enter")),
    "next": Effect("Sales UK", the_page, ("j", "j", "enter")),
    "order_left": Effect("site", lambda run: str(run.app.selection.order), (">", ">", ">")),
    "order_right": Effect("name", lambda run: str(run.app.selection.order)),
    "turn": Effect("-worst", lambda run: str(run.app.selection.order)),
    "reset": Effect(("worst", "", False), what_is_shown, ("R", "z", "b")),
    "pin": Effect("Sales UK", lambda run: run.names[0], ("j", "j", "j")),
    "half_up": Effect("Support", under_the_cursor, ("j", "j")),
    "half_down": Effect("Night desk", under_the_cursor, ("j",)),
    "next_trouble": Effect("Facturation", under_the_cursor, ("j",)),
    "previous_trouble": Effect("Facturation", under_the_cursor, ("end",)),
    "pause": Effect(True, lambda run: run.app.state.paused is not None),
    "poll": Effect(1, lambda run: run.feeds.polls_wanted),
    "theme": Effect("PickOne 5", top),
    "kiosk": Effect("KioskScreen", top),
    "copy": Effect(True, lambda run: "Facturation" in run.app.clipboard, ("j", "j")),
    "copy_table": Effect(True, lambda run: run.app.clipboard.count("\n| ") == 7),
    "write": Effect(["csv", "json"], written),
    "picture": Effect(["svg"], written),
    "acknowledge": Effect(
        [("Support", "AB")],
        lambda run: [
            (one.name, one.acknowledged.who) for one in run.app.state.episodes if one.acknowledged
        ],
    ),
    "bounds": Effect(
        ["Here bounds are changed in the configuration file"], lambda run: run.told, ("enter",)
    ),
    "other_pane": Effect(
        ["A pane beside the table needs 160 columns and 30 lines"], lambda run: run.told
    ),
    "panes": Effect(True, lambda run: run.app.board.has_class("-alone")),
    **{
        name: Effect(["No history is kept: there is nothing to go back to"], lambda run: run.told)
        for name in ("earlier", "later", "much_earlier", "much_later")
    },
    "silence": Effect("PickOne 4", top),
    "incident": Effect(
        ["There is no history here to write an incident from"], lambda run: run.told, ("a",)
    ),
    "live": Effect(["This is live"], lambda run: run.told),
    "palette": Effect("Palette", lambda run: type(run.app.screen).__name__),
    "help": Effect("HelpScreen", top),
    "quit": Effect(0, lambda run: run.app.return_value),
    **{f"tile_{number}": Effect("Support", under_the_cursor) for number in (1, 2, 3, 4, 7)},
    "tile_5": Effect(["Abandoned %: no queue stands out"], lambda run: run.told),
    "tile_6": Effect(["Entered today: no queue stands out"], lambda run: run.told),
    "tile_8": Effect(["There is no tile 8"], lambda run: run.told),
    **{
        f"view_{number}": Effect(text, lambda run: run.app.selection.text)
        for number, text in VIEWS.items()
    },
}
STAYS = {"acknowledge", "quit"}
"""What cannot be taken back."""


@pytest.mark.parametrize("group", dict.fromkeys(one.group for one in ACTIONS))
async def test_every_action_is_pressed_here(group: str) -> None:
    files: dict[str, str] = {}

    def put(name: str, text: str) -> Path:
        files[name] = text
        return Path(name)

    options = AlertOptions(initials="AB")
    actions = sorted(ACTIONS, key=lambda one: one.id in STAYS)
    async with running(views=VIEWS, put=put, alerts=options) as run:
        run.files = files
        for action in (one for one in actions if one.group == group):
            effect = EFFECTS[action.id]
            for key in map(key_name, action.keys):
                assert key
                await run.start_over()
                files.clear()
                await run.press(*effect.before)
                assert effect.seen(run) != effect.after, (action.id, key)
                await run.press(key)
                assert effect.seen(run) == effect.after, (action.id, key)


def test_the_effect_of_every_action_is_looked_for() -> None:
    assert EFFECTS.keys() == {one.id for one in ACTIONS}


async def test_pages_are_imported_once_the_board_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported: list[str] = []
    monkeypatch.setattr(page_actions, "import_module", imported.append)
    async with running() as run:
        await run.pilot.pause()
        await run.pilot.pause()
    assert tuple(imported) == page_actions.LATER


async def test_the_board_starts_with_the_worst_first() -> None:
    async with running() as run:
        assert run.names == ["Support", "Facturation", "Sales UK", "Accueil", "Night desk"]


async def test_filter_is_in_force_as_it_is_typed_and_escape_clears_it() -> None:
    async with running() as run:
        await run.press("slash", *"par")
        assert run.names == ["Facturation", "Accueil"]
        assert "filter: par" in run.text(StatusBar)
        assert "hidden: 1 !!" in run.text(StatusBar)
        await run.press("escape")
        assert len(run.names) == 5
        assert not run.app.screen.query_one(FilterBar).display


async def test_enter_keeps_the_filter_and_gives_the_keys_back() -> None:
    async with running() as run:
        await run.press("slash", *"par", "enter", "b")
        assert run.names == ["Facturation"]


async def test_a_filter_that_cannot_be_read_is_told_under_the_field() -> None:
    async with running() as run:
        await run.press("slash", *"level:purple")
        field = run.app.screen.query_one("#filter-mistake")
        assert "critical, warning, normal, unknown" in str(field.render())
        assert field.region.y == run.app.screen.query_one(Input).region.y + 1
        await run.press(*["backspace"] * 6)
        assert not field.display


async def test_totals_follow_the_filter() -> None:
    async with running() as run:
        assert run.app.view is not None
        assert run.app.view.tiles[0].cell.text == "10"
        await run.press("slash", *"site:paris")
        assert run.app.view.tiles[0].cell.text == "3"


async def test_one_site_in_three_presses() -> None:
    async with running() as run:
        await run.press("s")
        assert isinstance(run.app.screen, PickSome)
        await run.press("down", "enter")
        assert run.names == ["Night desk"]


async def test_several_sites_are_marked_with_space_and_all_comes_back() -> None:
    async with running() as run:
        await run.press("s", "space", "down", "space", "enter")
        assert set(run.names) == {"Support", "Sales UK", "Night desk"}
        await run.press("s", "*")
        assert len(run.names) == 5


async def test_queues_are_chosen_by_name() -> None:
    async with running() as run:
        await run.press("c", "enter")
        assert run.names == ["Accueil"]


async def test_a_long_list_is_narrowed_and_keeps_what_was_marked() -> None:
    many = [queue(f"Queue {n:02}", f"{n}", "Rome") for n in range(20)]
    async with running() as run:
        run.feeds.say(fresh(run.clock, many))
        await run.pilot.pause()
        await run.press("c", "space", *"17")
        assert run.app.screen.query_one(SelectionList).option_count == 1
        await run.press("space", "enter")
        assert set(run.names) == {"Queue 00", "Queue 17"}


async def test_only_trouble_and_all_again() -> None:
    async with running() as run:
        await run.press("b")
        assert run.names == ["Support", "Facturation"]
        await run.press("b")
        assert len(run.names) == 5


async def test_order_is_picked() -> None:
    async with running() as run:
        await run.press("o")
        assert isinstance(run.app.screen, PickOne)
        await run.press("down", "down", "enter")
        assert run.names == ["Accueil", "Facturation", "Night desk", "Sales UK", "Support"]
        assert "order: name" in run.text(StatusBar)


async def test_escape_leaves_a_picker_as_it_was() -> None:
    async with running() as run:
        await run.press("o", "down", "escape")
        assert run.names[0] == "Support"


async def test_enter_opens_the_worst_queue_and_says_why() -> None:
    async with running() as run:
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        words = " ".join(run.page.split())
        assert "critical since before 09:30:00 (start): longest wait 02:31 > 02:00" in words
        assert "all busy" in words
        await run.press("escape")
        assert isinstance(run.app.screen, BoardScreen)


async def test_alerts_list_what_was_in_trouble() -> None:
    async with running() as run:
        await run.press("a")
        assert isinstance(run.app.screen, AlertsScreen)
        words = run.page
        assert "Support" in words
        assert "Facturation" in words
        assert "Accueil" not in words


async def test_agents_and_calls_are_pages() -> None:
    async with running() as run:
        await run.press("A", "C")
        kinds = [type(one) for one in run.app.screen_stack]
        assert kinds == [BoardScreen, AgentsScreen, CallsScreen]
        await run.press("escape", "escape")
        assert isinstance(run.app.screen, BoardScreen)


async def test_the_cursor_moves_and_follows_its_queue() -> None:
    async with running() as run:
        assert not run.table.show_cursor
        await run.press("j", "j", "down")
        assert run.table.current is not None
        assert run.table.current.queue.name == "Sales UK"
        await run.press("k", "up")
        assert run.table.current.queue.name == "Support"
        await run.press("end")
        assert run.table.current.queue.name == "Night desk"
        worse = queue("Night desk", "3001", "New York", waitingCalls=9, longestWaitingTime=700_000)
        await run.clock.advance(10)
        run.feeds.say(fresh(run.clock, (*DEMO[:4], worse)))
        await run.pilot.pause()
        assert run.names[0] == "Night desk"
        assert run.table.cursor_row == 0
        await run.press("home", "pagedown")
        assert run.table.cursor_row == 4
        await run.press("pageup")
        assert run.table.cursor_row == 0


async def test_the_cursor_goes_a_minute_after_the_last_key() -> None:
    async with running() as run:
        await run.press("j", "j", "j")
        await run.clock.advance(59)
        assert run.table.show_cursor
        await run.clock.advance(3)
        assert not run.table.show_cursor


async def test_pause_freezes_the_rows_and_not_the_truth() -> None:
    async with running() as run:
        await run.press("p")
        calm = [queue("Support", "1002", "London")]
        worse = queue("Accueil", "2002", "Paris", waitingCalls=9)
        await run.clock.advance(10)
        run.feeds.say(fresh(run.clock, [*calm, worse]))
        await run.pilot.pause()
        assert run.names[0] == "Support"
        assert len(run.names) == 5
        assert "PAUSED 00:10 · feed LIVE · 1 newly critical" in run.text(StatusBar)
        await run.press("p")
        assert run.names == ["Accueil", "Facturation", "Support", "Night desk", "Sales UK"]


async def test_poll_now() -> None:
    async with running() as run:
        await run.press("r")
        assert run.feeds.polls_wanted == 1


async def test_theme_is_picked() -> None:
    async with running() as run:
        await run.press("t")
        listed = run.app.screen.query_one(OptionList)
        assert listed.option_count == 5
        await run.press("home", "enter")
        assert run.app.theme == next(iter(run.app._setup.themes.by_name))


async def test_help_names_every_action_and_its_keys() -> None:
    async with running() as run:
        await run.press("question_mark")
        assert isinstance(run.app.screen, HelpScreen)
        words = run.page
        for _, actions in help_groups(run.app._setup.keys):
            for keys, action in actions:
                if not action.id.startswith(("view_", "tile_")):
                    assert action.help in words
                    assert keys in words
        assert "f1 to f8  to the queue of the first tile, the second and so on" in words
        await run.press("escape")
        assert isinstance(run.app.screen, BoardScreen)


async def test_quit_leaves_with_0() -> None:
    async with running() as run:
        await run.press("q")
    assert run.app.return_value == 0


async def test_ctrl_c_leaves_with_130() -> None:
    async with running() as run:
        await run.press("ctrl+c")
    assert run.app.return_code == 130


async def test_keys_can_be_rebound() -> None:
    async with running(keys={"trouble": ("f9",)}) as run:
        await run.press("b")
        assert len(run.names) == 5
        await run.press("f9")
        assert len(run.names) == 2


def test_only_keys_that_somebody_chose_are_put_in_place_of_others() -> None:
    assert textual_keymap(keymap({})[0]) == {}
    assert textual_keymap(keymap({"trouble": ("f9",)})[0]) == {"trouble": "f9"}


@pytest.mark.parametrize("word", ["Trouble", "Sites"])
async def test_a_click_on_a_word_of_the_footer_does_what_its_key_does(word: str) -> None:
    async with running() as run:
        bar = run.app.screen.query_one("KeyFooter", LineWidget)
        text = "".join(piece for piece, _ in bar.painted[0])
        await run.pilot.click("KeyFooter", offset=(text.index(word), 0))
        await run.pilot.pause()
        happened = (
            len(run.names) == 2 if word == "Trouble" else isinstance(run.app.screen, PickSome)
        )
        assert happened


async def test_a_click_moves_the_cursor_and_a_second_one_opens_the_page() -> None:
    async with running() as run:
        await run.pilot.click("QueueTable", offset=(5, 2))
        assert run.table.cursor_row == 1
        await run.pilot.click("QueueTable", offset=(5, 2))
        await run.pilot.pause()
        assert isinstance(run.app.screen, QueueScreen)


@pytest.mark.parametrize(
    ("keys", "names", "screens"),
    [
        (("slash", *"par", "enter", "b"), ["Facturation"], 1),
        (("slash", *"par", "enter", "slash", "backspace", "enter", "o", "escape"), 2, 1),
        (("slash", *"par", "escape", "b"), ["Support", "Facturation"], 1),
        (("s", "down", "enter", "b", "b", "enter"), ["Night desk"], 2),
        (("colon", *"trouble", "enter", "j", "enter"), ["Support", "Facturation"], 2),
        (("enter", "x", *"me", "enter", "escape", "b"), ["Support", "Facturation"], 1),
        (("A", "slash", *"pause", "enter", "escape", "escape", "b"), 2, 1),
        (("v", "space", "enter", "b", "t", "escape", "a", "escape", "b"), 5, 1),
    ],
)
async def test_keys_in_one_burst_keep_their_order_through_every_change_of_focus(
    keys: tuple[str, ...], names: list[str] | int, screens: int
) -> None:
    async with running() as run:
        await run.burst(*keys)
        assert len(run.app.screen_stack) == screens
        assert names in (run.names, len(run.names))


async def test_a_key_in_a_burst_finds_the_rows_as_the_one_before_has_left_them() -> None:
    async with running() as run:
        await run.burst("z", "home", "space", "j", "space")
        assert run.app.selection.folded == {"London", "Paris"}


@pytest.mark.parametrize("seed", range(6))
async def test_a_burst_does_what_the_same_keys_do_one_by_one(seed: int) -> None:
    bound = [key for action in ACTIONS if action.id != "quit" for key in action.keys]
    fields = ["enter", "escape", "tab", "backspace", "/", " ", *"aejs", ":", "o", "s", "enter"]
    keys = random.Random(seed).choices([key_name(one) or one for one in bound + fields * 3], k=40)
    left = []
    for at_once in (False, True):
        async with running() as run:
            await (run.burst if at_once else run.press)(*keys)
            field = run.app.screen_stack[0].query_one(Input)
            screens = [type(one) for one in run.app.screen_stack]
            focused = run.app.focused.value if isinstance(run.app.focused, Input) else ""
            chosen = run.app.selection, run.app.theme, run.app.state.paused is not None
            left.append((screens, focused, field.value, chosen, run.table.cursor_row, run.names))
    assert left[0] == left[1], keys


async def test_a_burst_of_moves_ends_with_the_cursor_in_view() -> None:
    many = [queue(f"Queue {n:02}", str(n), "Paris") for n in range(80)]
    async with running() as run:
        run.feeds.say(fresh(run.clock, many))
        await settled(run.app)
        for listed in ("G g", "G k", "G pageup k", "pagedown j pagedown j", "G j g k"):
            keys = listed.split()
            left = []
            for at_once in (False, True):
                await run.start_over()
                await run.press("j")
                await (run.burst if at_once else run.press)(*keys)
                left.append((run.table.cursor_row, run.table.scroll_offset.y))
                assert run.table.cursor_row in run.table._visible, keys
            assert left[0] == left[1], keys


async def test_a_key_that_is_never_done_makes_the_board_deaf_for_two_seconds() -> None:
    async with running() as run:
        run.app._waited_since = run.clock.elapsed()  # what it waits for is never heard
        await run.press("b")
        assert len(run.names) == 5
        await run.clock.advance(2)
        await run.press("p")
        assert len(run.names) == 2
        assert run.app.state.paused


async def test_q_closes_what_is_open_and_then_leaves_the_board() -> None:
    async with running() as run:
        for key in ("A", "C", "a", "enter", "question_mark", "o"):
            await run.press(key)
            assert len(run.app.screen_stack) == 2, key
            await run.press("q")
            assert isinstance(run.app.screen, BoardScreen), key
            assert run.app.return_value is None, key
        await run.press("q")
    assert run.app.return_value == 0


async def test_q_leaves_the_columns_as_they_were() -> None:
    async with running() as run:
        before = run.app.state.options.columns
        await run.press("v", "space", "q")
        assert isinstance(run.app.screen, BoardScreen)
        assert run.app.state.options.columns == before


async def measured_for(run: Running, seconds: int) -> None:
    """Let the board hear an answer every half minute, and of its seconds the last."""
    for _ in range(seconds // 30):
        run.clock.seconds += 29
        await run.clock.advance(1)
        run.feeds.say(fresh(run.clock))
        await run.pilot.pause()


async def test_q_asks_once_before_more_than_ten_minutes_of_trends_are_lost() -> None:
    async with running() as run:
        await measured_for(run, 600)
        await run.press("q")
    assert run.app.return_value == 0
    async with running() as run:
        await measured_for(run, 660)
        await run.press("q")
        assert run.told == ["The trends of the last 11 min are lost. Press the key again to leave"]
        assert run.app.return_value is None
        await run.press("q")
    assert run.app.return_value == 0


@pytest.mark.parametrize(("trouble", "asks"), [("", False), ("the disk is full", True)])
async def test_q_asks_nothing_where_a_history_keeps_the_trends(trouble: str, asks: bool) -> None:
    async with running(history=FakeHistory(trouble)) as run:
        await measured_for(run, 660)
        await run.press("q")
        assert (run.app.return_value is None) is asks


async def test_ctrl_c_asks_nothing() -> None:
    async with running() as run:
        await measured_for(run, 660)
        await run.press("ctrl+c")
    assert run.app.return_code == 130


async def test_next_and_previous_trouble_go_round_on_board_and_page() -> None:
    async with running() as run:
        seen = []
        for key in ("n", "n", "n", "N", "end", "n"):
            await run.press(key)
            seen.append(under_the_cursor(run))
        assert seen == ["Support", "Facturation", "Support", "Facturation", "Night desk", "Support"]
        await run.press("enter", "n")
        assert the_page(run) == "Facturation"
        await run.press("N")
        assert the_page(run) == "Support"


async def test_where_nothing_is_in_trouble_n_says_so() -> None:
    async with running() as run:
        await run.press("slash", *"accueil", "enter", "n")
        assert run.told == ["No queue is in trouble among those shown"]
        assert not run.table.show_cursor
        await run.press("enter", "n")
        assert run.told[1:] == ["No other queue is in trouble among those shown"]
        assert the_page(run) == "Accueil"


async def test_the_order_goes_along_the_columns_on_the_screen_and_turns() -> None:
    async with running() as run:
        first = next(one for one in run.table.headings if one in METRICS)
        orders = []
        for key in (">", ">", ">", "R", "R", "<", "<", "<", "<"):
            await run.press(key)
            orders.append(str(run.app.selection.order))
        on = f"-{first}" if METRICS[first].worse is not Worse.DOWN else first
        assert orders[:3] == ["name", "site", on]
        assert orders[3] == on[1:]
        assert orders[4:8] == [on, "site", "name", "worst"]
        last = [one for one in run.table.headings if one in METRICS][-1]
        assert orders[8].lstrip("-") == last
        assert run.told[0] == "Order: name"


async def test_0_puts_filter_order_and_groups_back_and_keeps_what_is_pinned() -> None:
    configured = Selection(order=Order("name"), by="site")
    async with running(selection=configured) as run:
        await run.press("j", "j", "*", "slash", *"paris", "enter", "b", "R", "z", "space")
        pinned = run.app.selection.pinned
        assert len(pinned) == 1
        await run.press("0")
        assert run.app.selection == replace(configured, pinned=pinned)


async def test_a_pinned_queue_stands_on_top_whatever_the_order_and_over_a_restart(
    tmp_path: Path,
) -> None:
    path = tmp_path / "kept.json"
    async with running(kept=Preferences(path)) as run:
        await run.press("end", "*")
        assert run.names[0] == "Night desk"
        assert "^ Night desk" in run.row(0)
        await run.press("R")
        assert run.names[0] == "Night desk"
    async with running(kept=Preferences(path)) as run:
        assert run.names == ["Night desk", "Support", "Facturation", "Sales UK", "Accueil"]
        await run.press("home", "*")
        assert run.names[0] == "Support"
        assert "^" not in run.row(4)
    assert Preferences(path).pinned_queues() == frozenset()


async def test_half_a_page_on_board_and_pages() -> None:
    many = [queue(f"Queue {n:02}", f"{n}", "Rome", waitingCalls=9) for n in range(60)]
    async with running((100, 20)) as run:
        run.feeds.say(fresh(run.clock, many))
        await run.pilot.pause()
        half = run.table.page // 2
        await run.press("j", "ctrl+d", "ctrl+d", "ctrl+u")
        assert run.table.cursor_row == half
        await run.press("a", "ctrl+d")
        listing = run.app.screen.query_one(BlockPanel)
        assert cursor_at(listing) == listing.page // 2
        await run.press("ctrl+u")
        assert cursor_at(listing) == 0
        await run.press("q", "question_mark", "ctrl+d")
        scroll = run.app.screen.query_one(VerticalScroll)
        assert scroll.scroll_offset.y == scroll.size.height // 2


async def test_g_and_gg_go_to_the_top_and_shift_g_to_the_end() -> None:
    async with running() as run:
        await run.press("G")
        assert run.table.cursor_row == 4
        await run.press("g", "g")
        assert run.table.cursor_row == 0


async def test_help_is_about_the_page_it_was_asked_on() -> None:
    async with running() as run:
        for key, title, there, not_there in (
            ("A", "Help · the agents", "Who is doing what", "choose the sites to show"),
            ("C", "Help · the calls", "The calls that wait", "choose the sites to show"),
            ("a", "Help · the alerts", "Every change of a queue's level", "only queues in trouble"),
            ("enter", "Help · a queue", "to the queue after", "choose the colours of"),
        ):
            await run.press(key, "question_mark")
            assert title in run.page
            assert there in run.page, title
            assert not_there not in run.page, title
            await run.press("escape", "escape")


async def test_a_key_that_does_nothing_is_told_once() -> None:
    async with running() as run:
        await run.press("Q", "ö", "Q")
        assert run.told == ["Q does nothing here: ? lists the keys"]
        await run.press("a", "Q")
        assert len(run.told) == 1


async def test_pickers_narrow_as_one_types_and_some_letters_act_until_then() -> None:
    async with running() as run:
        await run.press("c", "j", "j", "k")
        listed = run.app.screen.query_one(SelectionList)
        assert listed.highlighted == 1
        await run.press(*"sup")
        assert listed.option_count == 1
        await run.press("q")
        assert isinstance(run.app.screen, PickSome), "a letter once something is typed"
        await run.press("escape", "c", "slash", *"qk")
        assert isinstance(run.app.screen, PickSome), "and after a slash"
        assert run.app.screen.query_one(Input).value == "qk"
        await run.press("escape", "o", *"name z", "enter")
        assert str(run.app.selection.order) == "-name"


async def test_what_is_chosen_stands_first_in_its_picker_with_its_box() -> None:
    async with running() as run:
        await run.press("s", *"paris", "space", "enter", "s")
        listed = run.app.screen.query_one(SelectionList)
        assert [str(listed.get_option_at_index(n).prompt) for n in range(3)] == [
            "Paris  2", "London  2", "New York  1",
        ]  # fmt: skip
        boxes = [listed.render_line(n).text.split()[0] for n in range(2)]
        assert boxes == ["[x]", "["]


async def test_pbxes_are_chosen_by_name() -> None:
    async with running() as run:
        other = FeedId("q")
        run.feeds.say(Discovered((FeedInfo(FEED, "acme"), FeedInfo(other, "beta")), 10))
        rows = reading(run.clock, [queue("Third", "9", "Rome")], other, "beta")
        run.feeds.say(Fresh(other, rows, moment(run.clock, 10)))
        await run.pilot.pause()
        assert len(run.names) == 6
        await run.press("X", *"bet", "enter")
        assert run.names == ["Third"]
        assert "filter: 1 PBX" in run.text(StatusBar)
        await run.press("W", "4", "enter", "4", "4")
        assert len(run.names) == 6
        assert run.app.views[4] == 'pbx:"beta"'


async def test_a_filter_is_kept_under_a_number_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    async with running(kept=Preferences(path)) as run:
        await run.press("W")
        assert run.told == ["No filter that could be kept is in force: / makes one"]
        await run.press("slash", *"-facturation", "enter", "s", *"paris", "enter", "b")
        await run.press("W", "x", "enter")
        assert run.told[1:] == ["Not kept: write a number from 1 to 9"]
        await run.press("W", "3", "enter", "0")
        kept = '-facturation site:"Paris" level:warning,critical'
        assert run.told[2] == f"3 recalls {kept}"
    async with running(kept=Preferences(path), views={3: "sales"}) as run:
        await run.press("3")
        assert run.app.selection.text == kept
        assert run.names == []
        await run.press("question_mark")
        assert kept in run.page


async def test_the_columns_dim_the_board_behind() -> None:
    async with running() as run:
        await run.press("v")
        assert 0 < run.app.screen.styles.background.a < 1


async def test_a_second_that_passes_while_the_board_ends_is_no_fault() -> None:
    passed: list[bool] = []
    async with running() as run:
        app, close = run.app, run.app._close_all

        async def closing() -> None:
            await close()
            app._second()
            await app._show_newest()
            passed.append(True)

        app._close_all = closing  # type: ignore[method-assign]
    assert passed == [True]


async def test_words_name_the_keys_as_they_are_bound() -> None:
    bound = {"back": ("f9",), "keep_view": ("f10",), "filter": ("f11",), "other_pane": ("f12",)}
    async with running((200, 60), keys=bound) as run:
        await run.press("f10")
        assert run.told[-1] == "No filter that could be kept is in force: f11 makes one"
        await run.press("7")
        assert run.told[-1].startswith("No filter is saved as 7: f10 keeps")
        await run.press("f12")
        assert "f12 back" in lines_of(run.app.board.query_one("#pane", QueuePane))
        await run.press("f9", "f11", *"nobody", "enter")
        said = run.table.render_line(2).text
        assert "No queue matches the filter. Press f9 to clear it." in said
        await run.press("f9", "o")
        assert "f9 back" in str(run.app.screen.query_one(".hint", Static).render())
        await run.press("f9")
        assert type(run.app.screen) is BoardScreen
        await run.press("question_mark")
        assert isinstance(run.app.screen, HelpScreen)
        assert "none: f10 keeps the filter in force" in run.page


async def test_a_key_that_finds_nothing_to_do_says_so() -> None:
    async with running(selection=Selection("nobody", parse_filter("nobody"))) as run:
        for key in ("enter", "y", "asterisk"):
            await run.press(key)
            assert run.told[-1] == "There is no queue here"
            run.app.clear_notifications()
        await run.press("space")
        assert run.told[-1] == "The table is not in groups: z makes some"
