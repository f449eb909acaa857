"""Bounds that are changed at the board: what that would do, in force at once, kept, forgotten."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from tests.ui.pilot import running
from tests.ui.test_reload import Live, live
from wallboard.commands.options import threshold_store
from wallboard.config.live.threshold_changes import NAME, ThresholdStore
from wallboard.model.judge.rules import Level
from wallboard.ui.reload.threshold_dialog import ThresholdDialog
from wallboard.ui.screens.pickers import PickOne
from wallboard.ui.screens.queue import QueueScreen

VIP = '[[thresholds.override]]\nqueue = "Acc*"\nwaitingCalls = { warning = 2 }\n'


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    store = ThresholdStore(tmp_path / "state" / "wallboard" / NAME)
    return lambda toml="", **how: live(tmp_path, monkeypatch, toml, changed=store, **how)


def kept(run: Live) -> str:
    file = run.folder / "state" / "wallboard" / NAME
    return file.read_text() if file.exists() else ""


def words(run: Live) -> str:
    return str(run.app.screen.query_one("#effect").render())


async def fill(run: Live, **texts: str) -> None:
    for name, text in texts.items():
        run.app.screen.query_one(f"#field-{name.rstrip('_')}", Input).value = text
    await run.wait(0)


async def to_waiting(run: Live) -> None:
    """From the board to the bounds of the calls that wait at the worst queue."""
    await run.press("n", "enter", "E", *"waiting", "enter")
    assert isinstance(run.app.screen, ThresholdDialog)


async def test_it_says_what_it_would_do_and_is_in_force_at_once(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        await to_waiting(run)
        window = run.app.screen.query_one(".window")
        assert str(window.border_title) == "Waiting · every queue"
        assert words(run) == "now: 1 critical, 1 warning\nwould be: 1 critical, 1 warning"
        await fill(run, warning="1", critical="3")
        assert words(run) == "now: 1 critical, 1 warning\nwould be: 2 critical, 1 warning"
        assert run.levels()["Facturation"] is Level.WARNING
        await run.press("enter")
        assert isinstance(run.app.screen, QueueScreen)
        await run.look(1, forced=True)
        assert run.levels()["Facturation"] is Level.CRITICAL
        assert run.told[-1] == "Configuration: thresholds.waitingCalls"
        (rule,) = [line for line in run.app._setup.rule_words if line[0].endswith(".waitingCalls")]
        assert rule[1] == "warning 1, critical 3"
        assert rule[2].startswith("changed here ")
        assert '"warning": "1"' in kept(run)


async def test_the_door_has_it_read_at_once_and_not_at_the_next_look(
    started: Callable[..., Any],
) -> None:
    async with started() as run:
        await to_waiting(run)
        await fill(run, warning="1")
        assert not run.app._services.reload._watch._wake.is_set()
        await run.press("enter")
        assert run.app._services.reload._watch._wake.is_set()


@pytest.mark.parametrize(
    ("field", "text", "why"),
    [
        ("warning", "many", "warning: not a number"),
        ("warning", "9", "waitingCalls: warning is worse than critical"),
        ("for_", "soon", "for: not a duration"),
        ("recover", "4", "waitingCalls: recover is worse than warning"),
    ],
)
async def test_a_mistake_is_told_in_the_window_and_is_not_taken(
    started: Callable[..., Any], field: str, text: str, why: str
) -> None:
    async with started() as run:
        await to_waiting(run)
        await fill(run, **{field: text})
        assert words(run).startswith(why)
        await run.press("enter")
        assert isinstance(run.app.screen, ThresholdDialog)
        await run.press("escape")
        await run.look(1, forced=True)
        assert run.told[-1] == "Configuration read again: nothing has changed"
        assert kept(run) == ""


async def test_empty_is_as_configured_and_that_again_is_no_change(
    started: Callable[..., Any],
) -> None:
    async with started("[thresholds]\nwaitingCalls = { warning = 4, critical = 6 }\n") as run:
        await to_waiting(run)
        await fill(run, warning="2")
        await run.press("enter")
        await run.look(1, forced=True)
        assert run.app.state.book.rules.base["waitingCalls"].warning == 2
        await run.press("E", *"waiting", "enter")
        assert run.app.screen.query_one("#field-warning", Input).value == "2"
        await fill(run, warning="")
        await run.press("enter")
        await run.look(1, forced=True)
        assert run.app.state.book.rules.base["waitingCalls"].warning == 4
        assert kept(run).strip() == "[]"


@pytest.mark.parametrize(
    ("place", "fields", "title"),
    [
        ("together", ["warning", "critical"], "Waiting · all queues together"),
        ("whole", ["warning", "critical", "for", "recover"], "Waiting · group Sales as"),
    ],
)
async def test_the_bounds_of_all_and_of_a_group_are_changed_in_the_same_way(
    started: Callable[..., Any], place: str, fields: list[str], title: str
) -> None:
    sums = (
        "[thresholds.total]\nwaitingCalls = { warning = 800, critical = 900 }\n"
        '[groups.Sales]\nqueues = ["*"]\n'
        "[groups.Sales.thresholds]\nwaitingCalls = { warning = 800, critical = 900 }\n"
    )
    async with started(sums) as run:
        await run.press("?", "E", *place, "enter")
        window = run.app.screen.query_one(".window")
        assert str(window.border_title).startswith(title)
        assert list(run.app.screen.typed) == fields
        assert words(run) == "now: normal\nwould be: normal"
        await fill(run, warning="1", critical="2")
        assert words(run) == "now: normal\nwould be: critical"
        await run.press("enter")
        await run.look(1, forced=True)
        rules = run.app.state.book.rules
        bounds = rules.group_bounds["Sales"] if "Sales" in title else rules.total
        assert (bounds["waitingCalls"].warning, bounds["waitingCalls"].critical) == (1, 2)
        assert "changed here" in str(run.app._setup.rule_words)


async def test_from_the_help_every_rule_can_be_changed_by_who_it_is_for(
    started: Callable[..., Any],
) -> None:
    async with started(VIP) as run:
        await run.press("?", "E")
        assert isinstance(run.app.screen, PickOne)
        listed = run.app.screen.query_one(OptionList)
        assert any("queue Acc*" in str(option.prompt) for option in listed.options)
        await run.press(*"acc*", "enter")
        assert run.app.screen.query_one("#field-critical", Input).placeholder == "5"
        await fill(run, warning="0")
        await run.press("enter")
        await run.look(1, forced=True)
        assert run.levels()["Accueil"] is Level.WARNING
        assert run.levels()["Sales UK"] is Level.NORMAL


async def test_what_is_reset_elsewhere_is_forgotten_here(started: Callable[..., Any]) -> None:
    async with started() as run:
        await to_waiting(run)
        await fill(run, warning="1")
        await run.press("enter")
        await run.look(1, forced=True)
        assert run.levels()["Sales UK"] is Level.WARNING
        (run.folder / "state" / "wallboard" / NAME).unlink()
        await run.look()
        assert run.levels()["Sales UK"] is Level.NORMAL


async def test_on_a_wall_nothing_is_changed(started: Callable[..., Any]) -> None:
    async with started(kiosk=True) as run:
        await run.press("E")
        assert not isinstance(run.app.screen, PickOne | ThresholdDialog)
        await run.press("K", "n", "enter", "E")
        assert run.told[-1] == "Here bounds are changed in the configuration file"


async def test_without_a_door_the_key_says_so() -> None:
    async with running() as run:
        await run.press("n", "enter", "E")
        assert run.told[-1] == "Here bounds are changed in the configuration file"


def test_the_demo_keeps_nothing() -> None:
    assert threshold_store(in_file=False).path is None
