"""A board without a screen tells those that come late what they would know, had they been there."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fake_clock import FakeClock
from tests.ui.boards import found, fresh, queue
from tests.unit.fakes import started, stopped
from tests.unit.model_env import PLAIN
from wallboard.feed.background import BackgroundBoard, JudgeSetup
from wallboard.feed.listeners import Listeners
from wallboard.host.shared_rows import SILENCES, SharedRows
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import AlertOptions
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Configured, HubRules, Remembered
from wallboard.model.judge.episodes import lasting
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.silences import Silence, row_of
from wallboard.model.state import Event, start, step

SETUP = JudgeSetup(ViewOptions())


class Memory:
    """A history that keeps nothing but what it heard of."""

    def __init__(self, before: Remembered | None = None) -> None:
        self.before = before
        self.heard: list[Event] = []
        self.trouble = ""
        self.said: tuple[str, ...] = ()

    def remember(self, event: Event, _state: object) -> None:
        self.heard.append(event)

    async def recall(self) -> Remembered | None:
        return self.before

    def notes(self) -> tuple[str, ...]:
        said, self.said = self.said, ()
        return said


class Command:
    """An alert command."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, int]] = []

    def tell(self, document: Any, level: int) -> None:
        self.told.append((document["queue"], level))


def board(clock: FakeClock, setup: JudgeSetup = SETUP, **listeners: Any) -> BackgroundBoard:
    return BackgroundBoard(setup, PLAIN, clock, Listeners(**listeners))


def waiting(clock: FakeClock, *numbers: int) -> Event:
    names = ("Sales", "Orders")[: len(numbers)]
    rows = [
        queue(name, name[0], "Here", waitingCalls=number)
        for name, number in zip(names, numbers, strict=True)
    ]
    return fresh(clock, rows)


async def test_a_board_that_comes_late_knows_since_when_and_how_it_was() -> None:
    clock, memory = FakeClock(), Memory()
    background = board(clock, history=memory)
    await background.begin()
    background.hear(found())
    for number in (0, 6, 7, 6):
        background.hear(newest := waiting(clock, number))
        await clock.advance(60)
    there = background.state
    late = start(PLAIN, ViewOptions())
    for event in (background.memories(), found(), newest):
        late = step(late, event)
    assert lasting(late.episodes) == lasting(there.episodes)
    (episode,) = lasting(late.episodes).values()
    assert episode.worst == 7
    assert late.trends.samples == there.trends.samples
    assert len(memory.heard) == 5


async def test_it_begins_with_what_was_known_before() -> None:
    empty = start(PLAIN, ViewOptions())
    before = Remembered(empty.trends, {}, (), empty.in_target)
    background = board(FakeClock(), history=Memory(before))
    await background.begin()
    assert background.memories() == before


def test_it_takes_over_what_boards_of_the_folder_silence_and_changes_nothing_there(
    tmp_path: Path,
) -> None:
    clock, path, command = FakeClock(), tmp_path / SILENCES, Command()
    background = board(clock, silences=SharedRows(path), tell=command)
    background.hear(found())
    background.hear(waiting(clock, 0, 0))
    key = next(key for key in background.state.levels if key.extension == "S")
    now = clock.now()
    quiet = Silence(key=key, name="Sales", site="Here", who="anna", why="", since=now, until=None)
    SharedRows(path).change([row_of(quiet)], ())
    before = path.read_bytes()
    background.each_second()
    background.hear(waiting(clock, 9, 9))
    assert set(background.state.silences) == {key}
    assert [name for name, _ in command.told] == ["Orders"]
    background.hear(waiting(clock, 0, 0))
    assert not background.state.silences
    assert path.read_bytes() == before


def test_its_alerts_run_the_command_and_not_in_quiet_hours() -> None:
    clock, command = FakeClock(), Command()
    background = board(clock, tell=command)
    background.hear(found())
    for number in (0, 9):
        background.hear(waiting(clock, number))
    assert command.told == [("Sales", Level.CRITICAL)]
    quiet = replace(SETUP, alerts=AlertOptions(quiet=ALWAYS))
    background.configure(quiet, PLAIN)
    for number in (0, 9):
        background.hear(waiting(clock, number))
    assert len(command.told) == 1


def test_another_configuration_judges_what_is_known_at_once_and_all_hear_of_it() -> None:
    clock, memory, command = FakeClock(), Memory(), Command()
    background = board(clock, history=memory, tell=command)
    background.hear(found())
    background.hear(waiting(clock, 2))
    (key,) = background.state.levels
    assert background.state.levels[key].level is Level.NORMAL
    rule = replace(PLAIN.base["waitingCalls"], warning=1, critical=2)
    background.configure(SETUP, replace(PLAIN, base={"waitingCalls": rule}))
    assert background.state.levels[key].level is Level.CRITICAL
    assert isinstance(memory.heard[-1], Configured)
    assert not command.told  # nobody saw it begin


def test_the_rules_of_a_hub_judge_on_when_the_configuration_changes() -> None:
    clock, own = FakeClock(), Bounds(warning=50, critical=60)
    setup = replace(SETUP, rules_of_hub=True)
    background = board(clock, setup)
    hubs = Rules({"waitingCalls": Bounds(warning=1, critical=2)})
    for event in (found(), HubRules(hubs), waiting(clock, 2)):
        background.hear(event)
    group = QueueGroup("All", ("*",))
    bounds = {"All": {"waitingCalls": own}}
    background.configure(setup, Rules({"waitingCalls": own}, groups=(group,), group_bounds=bounds))
    (key,) = background.state.levels
    assert background.state.levels[key].level is Level.CRITICAL, "a queue as the hub says"
    rules = background.state.book.rules
    assert (rules.base, rules.groups, rules.group_bounds) == (hubs.base, (group,), bounds)
    background.configure(SETUP, Rules({"waitingCalls": own}))
    assert background.state.levels[key].level is Level.NORMAL


def test_what_its_history_has_to_say_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    memory = Memory()
    background = board(FakeClock(), history=memory)
    memory.said, memory.trouble = ("began anew",), "history is not kept: no space"
    for _ in range(3):
        background.each_second()
    assert [record.message for record in caplog.records] == [
        "began anew",
        "history is not kept: no space",
    ]


def test_silences_that_cannot_be_read_are_logged_and_end_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    clock, path, memory = FakeClock(), tmp_path / SILENCES, Memory()
    background = board(clock, silences=SharedRows(path), history=memory)
    path.write_text("[{")
    for _ in range(3):
        background.each_second()
    (line,) = caplog.messages
    assert "cannot be read" in line
    assert not memory.heard, "nothing is another than it was"


class Part:
    """One who hears, speaks and runs: what it was asked to do."""

    def __init__(self, name: str, trouble: str = "", said: str = "") -> None:
        self.name = name
        self.trouble = trouble
        self.said = said
        self.running = 0
        self.drawn = 0
        self.closed = 0
        self.heard: list[Event] = []

    def notes(self) -> tuple[str, ...]:
        said, self.said = self.said, ""
        return (said,) if said else ()

    def remember(self, event: Event, _state: object) -> None:
        self.heard.append(event)

    def note_drawn(self) -> None:
        self.drawn += 1

    async def run(self, *_state: object) -> None:
        self.running += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.running -= 1

    def close(self) -> None:
        self.closed += 1


PARTS = ("history", "metrics", "messages", "heartbeat", "tell")


@given(st.sets(st.sampled_from(PARTS)))
def test_whoever_there_is_hears_runs_speaks_and_is_closed(names: set[str]) -> None:
    async def run() -> None:
        parts = {name: Part(name, f"{name} is down", f"{name} began") for name in names}
        all_of_them = Listeners(**parts)  # type: ignore[arg-type]
        background = BackgroundBoard(SETUP, PLAIN, FakeClock(), all_of_them)
        background.hear(event := found())
        hearing = [name for name in ("history", "metrics", "messages") if name in names]
        assert [name for name, part in parts.items() if part.heard == [event]] == [
            name for name in parts if name in hearing
        ]
        in_order = [name for name in ("history", "messages", "metrics") if name in names]
        assert all_of_them.trouble == " · ".join(f"{name} is down" for name in in_order)
        speaking = [name for name in ("history", "messages", "heartbeat") if name in names]
        assert all_of_them.notes() == tuple(f"{name} began" for name in speaking)
        assert all_of_them.notes() == ()
        task = await started(lambda: all_of_them.run(lambda: background.state))
        assert {name for name, part in parts.items() if part.running} == names - {"history"}
        await stopped(task)
        assert not any(part.running for part in parts.values())
        background.each_second()
        all_of_them.close()
        assert {name for name, part in parts.items() if part.drawn} == names & {"heartbeat"}
        assert {name for name, part in parts.items() if part.closed} == names & {"history"}

    asyncio.run(run())
