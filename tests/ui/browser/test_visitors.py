"""Boards in browsers: the same picture as in a terminal, and nothing that one does leaves it."""

import asyncio
import gc
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.driver import Driver

from tests.ui.boards import DEMO, FEED, FakeFeeds, board, found, fresh, queue
from tests.ui.browser.served import SIZE, nobody_left, page, served
from tests.ui.emulator import Emulator
from tests.ui.running import Recorder, running
from wallboard.model.data.metric import Kind
from wallboard.model.data.privacy import Privacy
from wallboard.ui.browser.visit import NOT_HERE
from wallboard.web.site import FAULT, LEFT, MOST_COLUMNS, MOST_LINES, MOST_VISITORS


async def test_a_page_shows_what_a_terminal_shows() -> None:
    async with served() as server:
        app = board(server.clock, feeds := FakeFeeds())
        terminal = Emulator(*SIZE)
        async with running(app, Recorder, SIZE) as driver, page(server) as shown:
            feeds.say(found(), fresh(server.clock))
            await shown.sees("Support")

            def same() -> bool:
                terminal.feed(driver.take())
                return terminal.text == shown.text

            await shown.until(same)


async def test_whoever_comes_late_sees_what_is_known_and_each_has_a_view_of_his_own() -> None:
    async with served() as server, page(server) as one, page(server) as other:
        await one.sees("Facturation")
        await other.sees("Facturation")
        await one.type("/paris\r")
        await one.sees_no("Support     London")
        await other.sees("Support")
        assert "filter" not in other.text
        server.feeds.say(fresh(server.clock, [*DEMO, queue("Nouveau", "2003", "Paris")]))
        await one.sees("Nouveau")
        await other.sees("Nouveau")


async def test_the_mouse_and_another_size() -> None:
    async with served() as server, page(server) as shown:
        await shown.sees("Facturation")
        line = next(y for y, text in enumerate(shown.text.splitlines()) if "Facturation" in text)
        for _ in range(2):
            await shown.type(f"\x1b[<0;10;{line + 1}M\x1b[<0;10;{line + 1}m")
        await shown.sees("ext 2001")
        await shown.type("q")
        shown.emulator.screen.resize(40, 120)
        await shown.say("resize", {"width": 120, "height": 40})
        await shown.until(lambda: len(max(shown.text.splitlines(), key=len)) > SIZE[0])


async def test_a_size_is_kept_within_bounds() -> None:
    async with served() as server, page(server, (4000, 2000)) as shown:
        await shown.sees("Support")
        assert server.newest
        assert tuple(server.newest.size) == (MOST_COLUMNS, MOST_LINES)
        await shown.say("resize", {"width": 0, "height": -5})
        await shown.until(lambda: server.newest and tuple(server.newest.size) == (1, 24))


class Doors:
    """What a visitor's board must not open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[str] = []

    def put(self, name: str, _text: str) -> Path:
        self.opened.append(name)
        return self.folder / name

    async def incident(self, *_: object) -> tuple[str, bool]:
        self.opened.append("incident")
        return "", True


async def test_keys_write_no_file_run_no_command_keep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    doors = Doors(tmp_path)
    async with served(put=doors.put, incident=doors.incident) as server, page(server) as shown:
        await shown.sees("Support")
        assert server.newest
        on_pages = (("\r", "ext 1002", "E"), ("a", "Seen by", "e"))
        for opens, words, key in (*(("", "", key) for key in "wPWm\x1a"), *on_pages):
            if opens:
                await shown.type(opens)
            await shown.sees(words)
            await shown.type(key)
            await shown.sees(NOT_HERE[:17])
            with server.newest._context():
                server.newest.clear_notifications()
            await shown.sees_no(NOT_HERE[:17])
    assert doors.opened == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["q", "\x03"])
async def test_a_key_that_leaves_ends_that_view_alone(key: str) -> None:
    async with served() as server, page(server) as one, page(server) as other:
        await one.sees("Support")
        await other.sees("Support")
        await one.type(key)
        assert await one.closed() == LEFT
        server.feeds.say(fresh(server.clock, [queue("Left", "1", "Here")]))
        await other.sees("Left")
        assert server.site.visitors == 1


async def test_a_fault_ends_that_view_alone_and_its_page_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with served() as server, page(server) as other:
        await other.sees("Support")
        async with page(server) as one:
            await one.sees("Support")
            assert server.newest

            def broken(*_: object) -> None:
                raise ZeroDivisionError

            server.newest.action_poll = broken  # type: ignore[method-assign]
            await one.type("r")
            assert await one.closed() == FAULT
        server.feeds.say(fresh(server.clock, [queue("Left", "1", "Here")]))
        await other.sees("Left")
    assert "Traceback" not in capsys.readouterr().err


async def test_people_are_shown_as_on_a_wall() -> None:
    async with served(privacy=Privacy()) as server, page(server) as shown:
        await shown.sees("Support")
        assert server.newest
        assert server.newest.privacy() == Privacy().resolve(True)
        assert server.newest.privacy() != Privacy().resolve(False)


async def test_a_page_that_is_slow_is_sent_the_newest_picture_only_and_holds_up_nobody() -> None:
    async with served() as server, page(server, shows=False) as slow:
        slow_board = server.newest
        assert slow_board
        async with page(server) as quick:
            await quick.sees("Support")
            # Its first picture is out, and the next must wait.
            await slow.until(lambda: slow.text.strip())
            before = len(slow.pieces)
            for number in range(20):
                server.feeds.say(fresh(server.clock, [queue(f"Q{number}!", "1", "Here")]))
                await quick.sees(f"Q{number}!")
            await slow.until(lambda: "Q19!" in str(slow_board.state.feeds))
            assert len(slow.pieces) == before
            slow.shows = True
            await slow.show()
            await slow.sees("Q19!")
        # The board may still be drawing number 18 when the page says that it is ready, but no
        # older one.
        assert not any(b"Q%d!" % number in b"".join(slow.pieces) for number in range(18))


async def test_what_a_closed_page_took_is_given_back() -> None:
    streams = sys.stdout, sys.stderr
    async with served() as server:
        for _ in range(2):  # what is kept once for all boards is there after the first ones
            async with page(server) as one, page(server) as other:
                await one.type("AA")
                await other.sees("Support")
                await one.until(lambda: server.feeds.watched)
                assert Kind.AGENTS in server.feeds.watched
            await nobody_left(server)
        server.newest = None
        for _ in range(900):  # a timer of the event loop knows until it is due whose it was
            gc.collect()
            if not len(server.boards):
                break
            await asyncio.sleep(0.1)
        assert len(server.boards) == 0
        assert server.feeds.watched == frozenset()
        assert (sys.stdout, sys.stderr) == streams


async def test_a_page_that_goes_while_its_board_begins_leaves_nothing_behind() -> None:
    async with served() as server:
        for seconds in (0, 0, 0.02, 0.05, 0.1, 0.2):
            async with page(server):
                await asyncio.sleep(seconds)
        await nobody_left(server)
        assert all(not board.is_running and not board.workers for board in server.boards)


async def test_more_visitors_than_may_be_are_told_so() -> None:
    async with served() as server:
        server.site.visitors = MOST_VISITORS - 1
        async with page(server) as last:
            await last.sees("Support")
            async with page(server) as one_more:
                assert await one_more.closed() == 4002
                assert len(server.boards) == 1
            await last.sees("Support")
        server.site.visitors -= MOST_VISITORS - 1
        await nobody_left(server)


UGLY = [
    "",
    "no JSON",
    "[" * 30_000,
    "{}",
    "[]",
    json.dumps(["stdin"]),
    json.dumps(["stdin", 7]),
    json.dumps(["resize", {"width": "80", "height": None}]),
    json.dumps(["resize", {}]),
    json.dumps(["quit"]),
    "1" * 5_000,
    b"\x00\xff\xfe",
]


@pytest.mark.parametrize("frame", UGLY, ids=lambda frame: repr(frame)[:20])
async def test_what_no_page_sends_ends_that_visit_and_no_other(frame: Any) -> None:
    async with served() as server, page(server) as other:
        await other.sees("Support")
        async with page(server) as ugly:
            await ugly.sees("Support")
            await ugly.socket.send(frame)
            assert await ugly.closed() == 4004
        server.feeds.say(fresh(server.clock, [queue("Left", "1", "Here")]))
        await other.sees("Left")
        assert server.site.visitors == 1


async def test_what_is_too_large_is_not_taken_in() -> None:
    async with served() as server, page(server) as ugly:
        await ugly.sees("Support")
        await ugly.type("x" * 100_000)
        assert await ugly.closed() == 1009


async def test_bytes_that_are_no_keys_change_nothing() -> None:
    async with served() as server, page(server) as shown:
        await shown.sees("Support")
        await shown.type("\x1b]52;c;aGVsbG8=\x07\x1bP+q544e\x1b\\\ud800\x00\x1b[999999999999999~")
        await shown.type("\x1b[<0;99999;99999M")
        await shown.say("ping", "7")
        await shown.until(lambda: ["pong", "7"] in shown.words)
        await shown.type("?")
        await shown.sees("Help")


async def test_a_board_draws_nothing_of_its_own_on_the_server(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    async with served() as server, page(server) as shown:
        await shown.sees("Support")
        assert server.newest
        server.newest.open_url("https://example.com")
        server.newest.deliver_screenshot()
        assert isinstance(server.newest._driver, Driver)
        assert not server.newest.is_headless
    assert opened == []
    assert "".join(capfd.readouterr()) == ""
    assert FEED.kind is Kind.LIVE
