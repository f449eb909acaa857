"""The driver: only what changed, only the newest, whatever driver it stands on."""

import asyncio
import os
import queue
import select
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from textual import constants, messages
from textual._context import active_app
from textual.app import App, ComposeResult
from textual.drivers.web_driver import WebDriver
from textual.widgets import Static

from tests.fake_clock import FakeClock
from tests.ui.boards import FakeFeeds, board
from tests.ui.emulator import Emulator
from tests.ui.pilot import settled
from tests.ui.running import Recorder, running
from wallboard.ui.terminal import driver as driver_module
from wallboard.ui.terminal.driver import SparingDriver, _Outlet, sparing_driver

SIZE = (80, 24)


class Words(App[None]):
    """One text on a screen."""

    def compose(self) -> ComposeResult:
        yield Static("", markup=False)

    def say(self, words: str) -> None:
        self.query_one(Static).update(words)


class Slow(Recorder):
    """A terminal that is written to by a thread, which has to be let."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.reader, writer = os.pipe()
        self._raw = self._file = os.fdopen(writer, "w", encoding="utf-8")
        self.fileno, self.exit_event = self.reader, threading.Event()
        self.handed: list[str] = []

    def write(self, data: str) -> None:
        super().write(data)
        self.handed.append(data)

    async def let(self) -> str:
        """Let the thread write all that it was handed; what it wrote."""
        taken = b""
        while self.handed:
            outlet: Any = self._file
            thread = threading.Thread(target=outlet.write, args=(self.handed.pop(0),))
            thread.start()
            taken += os.read(self.reader, 100_000)
            thread.join()
            await drawn()
        return taken.decode()

    def close(self) -> None:
        self._raw.close()
        os.close(self.reader)


async def drawn() -> None:
    """Wait until what was said is drawn."""
    await settled(active_app.get())


def no_time() -> float:
    return 0.0


async def test_a_refresh_that_changes_nothing_costs_nothing() -> None:
    app = Words()
    async with running(app, sparing_driver(Recorder, no_time), SIZE) as driver:
        app.say("the same")
        await drawn()
        driver.take()
        app.say("the same")
        app.screen.refresh()
        await drawn()
        assert driver.take() == ""


async def test_a_change_costs_the_cells_that_changed() -> None:
    app = Words()
    async with running(app, sparing_driver(Recorder, no_time), SIZE) as driver:
        app.say("data 1s old")
        await drawn()
        driver.take()
        app.say("data 2s old")
        await drawn()
        assert len(driver.take()) < 60


async def test_of_many_frames_a_standing_terminal_gets_the_newest() -> None:
    app = Words()
    async with running(app, sparing_driver(Slow, no_time), SIZE) as driver:
        await drawn()
        emulator = Emulator(*SIZE)
        emulator.feed(await driver.let())
        app.say("frame 0")
        await drawn()
        assert len(driver.handed) == 1
        for number in range(1, 30):
            app.say(f"frame {number}")
            await drawn()
            assert len(driver.handed) == 1
        emulator.feed(await driver.let())
        assert "frame 29" in emulator.text
        assert driver.handed == []


async def test_bells_do_not_pile_up_on_a_standing_terminal() -> None:
    app = Words()
    async with running(app, sparing_driver(Slow, no_time), SIZE) as driver:
        await drawn()
        await driver.let()
        app.say("something")
        await drawn()
        for _ in range(100):
            app.bell()
        assert len(driver.handed) == 1
        assert (await driver.let()).count("\a") == 1
        app.bell()
        assert driver.handed == ["\a"]


async def test_whatever_a_terminal_showed_a_repaint_writes_all() -> None:
    app = Words()
    async with running(app, sparing_driver(Recorder, no_time), SIZE) as driver:
        app.say("still there")
        await drawn()
        driver.take()
        emulator = Emulator(*SIZE)
        emulator.spoil()
        driver.repaint()
        await drawn()
        emulator.feed(driver.take())
        assert emulator.text.split() == ["still", "there"]


async def test_a_resize_to_the_same_size_writes_all() -> None:
    clock, feeds = FakeClock(), FakeFeeds()
    app = board(clock, feeds)
    async with running(app, sparing_driver(Recorder, clock.elapsed), SIZE) as driver:
        await drawn()
        driver.take()
        emulator = Emulator(*SIZE)
        emulator.spoil()
        driver.resize(*SIZE)
        await drawn()
        emulator.feed(driver.take())
        assert "Signing in" in emulator.text
        assert "x" * 5 not in emulator.text


async def test_the_marks_of_a_synchronized_update_are_for_big_ones() -> None:
    app = Words()
    async with running(app, sparing_driver(Recorder, no_time), SIZE) as driver:
        app.post_message(messages.TerminalSupportsSynchronizedOutput())
        await drawn()
        app.say("small")
        await drawn()
        driver.take()
        app.say("smart")
        await drawn()
        small = driver.take()
        assert small
        assert "?2026" not in small
        driver.repaint()
        await drawn()
        big = driver.take()
        assert big.startswith("\x1b[?2026h")
        assert big.endswith("\x1b[?2026l")


def test_a_board_served_to_a_browser_keeps_that_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DRIVER", "textual.drivers.web_driver:WebDriver")
    app = board(FakeClock(), FakeFeeds())
    assert issubclass(app.driver_class, WebDriver)
    assert issubclass(app.driver_class, SparingDriver)


async def test_a_terminal_that_is_gone_or_full_ends_no_thread() -> None:
    app = Words()
    async with running(app, sparing_driver(Slow, no_time), SIZE) as driver:
        await drawn()
        outlet = driver._file
        os.set_blocking(outlet.fileno(), False)
        thread = threading.Thread(target=outlet.write, args=("y" * 300_000,))
        thread.start()
        read = b""
        while len(read) < 300_000:
            read += os.read(driver.reader, 65_536)
        thread.join(5)
        assert read == b"y" * 300_000
        os.close(driver.reader)
        outlet.write("nobody reads this")
        driver.reader = os.open(os.devnull, os.O_RDONLY)


async def test_whoever_waits_for_a_key_looks_only_when_one_comes_or_none_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: queue.Queue[float | None] = queue.Queue()

    def wait(reads: Any, writes: Any, odd: Any, seconds: float | None) -> Any:
        waits.put(seconds)
        return select.select(reads, writes, odd, seconds)

    monkeypatch.setattr(driver_module, "select", SimpleNamespace(select=wait))
    app = Words()
    async with running(app, sparing_driver(Slow, no_time), SIZE) as driver:
        for _ in range(2):  # after a stop keys are read again
            keys, typed = os.pipe()
            arguments = (keys, driver.exit_event)
            thread = threading.Thread(target=driver._read_keys, args=arguments, daemon=True)
            thread.start()
            assert await asyncio.to_thread(waits.get, timeout=30) is None
            os.write(typed, b"x")
            assert await asyncio.to_thread(waits.get, timeout=30) is None
            driver.exit_event.set()
            await asyncio.to_thread(thread.join, 30)
            assert not thread.is_alive()
            assert waits.empty()
            driver.exit_event.clear()
            os.close(keys)
            os.close(typed)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_what_an_encoding_lacks_is_one_sign(encoding: str) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding=encoding) as file:
        _Outlet(file, lambda: None).write("a–b")
    assert os.read(reader, 10) == b"a?b"
    os.close(reader)
