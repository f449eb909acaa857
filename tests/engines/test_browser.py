"""The demo in a real browser: the same picture as in a terminal, keys, the mouse, and company."""

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.engines.chromium import PATIENCE, Browser, Tab, chromium, needs_chromium
from tests.ui.boards import FakeFeeds, board, found, fresh, queue, today
from tests.ui.browser.served import Served, nobody_left, page, served
from tests.ui.emulator import Emulator
from tests.ui.running import Recorder, running

pytestmark = needs_chromium

# textual-serve keeps its terminal to itself: what is written to it is kept on the way.
LISTEN = """
window.sent = "";
window.size = [0, 0];
const decoder = new TextDecoder();
const Plain = WebSocket;
window.WebSocket = class extends Plain {
  constructor(address) {
    super(address);
    const query = new URL(address).searchParams;
    window.size = [Number(query.get("width")), Number(query.get("height"))];
    this.addEventListener("message", (event) => {
      if (typeof event.data !== "string") {
        window.sent += decoder.decode(event.data, { stream: true });
      }
    });
  }
};
"""


async def shown(tab: Tab) -> Emulator:
    """What the page's terminal was told to show."""
    columns, lines = await tab.evaluate("window.size")
    emulator = Emulator(columns, lines)
    emulator.feed(await tab.evaluate("window.sent"))
    return emulator


async def sees(tab: Tab, words: str) -> str:
    end = time.monotonic() + PATIENCE
    while words not in (text := (await shown(tab)).text):
        assert time.monotonic() < end, f"never: {words}\n{text}"
        await asyncio.sleep(0.1)
    return text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@asynccontextmanager
async def looking(browser: Browser) -> AsyncIterator[tuple[Served, Tab]]:
    async with served() as server:
        server.feeds.say(found(), fresh(server.clock), today(server.clock))
        async with browser.tab(server.origin, LISTEN) as tab:
            await tab.until("document.querySelector('.xterm-screen') !== null")
            await sees(tab, "Facturation")
            yield server, tab


async def test_the_picture_is_a_terminals(browser: Browser) -> None:
    async with looking(browser) as (server, tab):
        seen = await shown(tab)
        size = seen.screen.columns, seen.screen.lines
        assert size[0] > 100
        app = board(server.clock, feeds := FakeFeeds())
        terminal = Emulator(*size)
        async with running(app, Recorder, size) as driver:
            feeds.say(found(), fresh(server.clock), today(server.clock))
            end = time.monotonic() + PATIENCE
            while terminal.text != (text := (await shown(tab)).text):
                assert time.monotonic() < end, f"{terminal.text}\n{text}"
                await asyncio.sleep(0.1)
                terminal.feed(driver.take())


async def test_the_page_draws_it(browser: Browser, tmp_path: Path) -> None:
    async with looking(browser) as (_, tab):
        # A page without a board has one colour, and is small as a picture.
        end = time.monotonic() + PATIENCE
        while await tab.picture(tmp_path / "board.png") < 20_000:
            assert time.monotonic() < end, "a page that stays empty"
        assert await tab.evaluate("document.fonts.check('16px \"Roboto Mono\"')")
        assert await tab.evaluate("document.getElementById('words').textContent") == ""


async def test_nothing_is_asked_from_elsewhere_and_no_script_fails(browser: Browser) -> None:
    async with looking(browser) as (server, tab):
        asked = [
            event["params"]["request"]["url"]
            for event in tab.events
            if event["method"] == "Network.requestWillBeSent"
        ]
        assert len(asked) >= 6
        assert all(address.startswith(f"{server.origin}/") for address in asked)
        assert not [one for one in tab.events if one["method"] == "Runtime.exceptionThrown"]


async def test_keys_are_heard_at_once_and_the_mouse(browser: Browser) -> None:
    async with looking(browser) as (_, tab):
        await tab.press("?")  # nobody has clicked into the page
        await sees(tab, "Help")
        await tab.press("q")
        lines = (await sees(tab, "Facturation")).splitlines()
        row = next(y for y, line in enumerate(lines) if "Facturation" in line and "Paris" in line)
        box = "document.querySelector('.xterm-screen').getBoundingClientRect()"
        height = await tab.evaluate(f"{box}.height")
        y = (row + 0.5) * height / len(lines)
        await tab.click(150, y)
        await tab.click(150, y)
        await sees(tab, "ext 2001")


async def test_a_page_that_was_left_says_so_and_comes_back_with_a_key(browser: Browser) -> None:
    async with looking(browser) as (server, tab):
        await tab.press("q")
        await tab.until("document.getElementById('words').textContent.includes('left the board')")
        await nobody_left(server)
        await tab.press("x")
        await sees(tab, "Facturation")


async def test_a_page_comes_back_by_itself_and_says_until_then_that_it_is_old(
    browser: Browser,
) -> None:
    async with looking(browser) as (server, tab):
        assert server.newest
        server.newest.action_poll = lambda: 1 / 0  # type: ignore[assignment, method-assign]
        await tab.press("r")
        await tab.until("document.getElementById('words').textContent.includes('A fault ended')")
        assert await tab.evaluate("document.body.classList.contains('old')")
        await tab.until("!document.body.classList.contains('old')")
        await sees(tab, "Facturation")


async def test_a_server_that_ends_is_told_and_one_that_begins_is_found(browser: Browser) -> None:
    async with AsyncExitStack() as first:
        server = await first.enter_async_context(served())
        async with browser.tab(server.origin, LISTEN) as tab:
            await tab.until("window.size && window.size[0] > 0")
            await sees(tab, "Facturation")
            await first.aclose()
            await tab.until("document.getElementById('words').textContent.includes('is old')")
            assert await tab.evaluate("document.body.classList.contains('old')")
            async with served(port=server.port) as second:
                await tab.until("!document.body.classList.contains('old')")
                await sees(tab, "Facturation")
                assert second.site.visitors == 1


async def test_a_server_that_says_nothing_is_gone(browser: Browser) -> None:
    async with looking(browser) as (server, tab):
        first = server.newest
        for _ in range(200):
            # A minute passes in which nothing comes: the page's own clock jumps, until it does so
            # between two messages.
            await tab.evaluate(
                "(() => { const now = Date.now; Date.now = () => now.call(Date) + 60000; })()"
            )
            await asyncio.sleep(0.1)
            if server.newest is not first:
                break
        assert server.newest is not first, "the page looked for the server anew"
        await tab.until("!document.body.classList.contains('old')")
        await sees(tab, "Facturation")


async def test_ten_visitors_at_once(browser: Browser) -> None:
    async with looking(browser) as (server, tab):
        pages = [page(server, (120, 40)) for _ in range(9)]
        others = [await one.__aenter__() for one in pages]
        for other in others:
            await other.sees("Facturation")
        assert server.site.visitors == 10
        server.feeds.say(fresh(server.clock, [queue("News", "1", "Here")]))
        for other in others:
            await other.sees("News")
        await sees(tab, "News")
        for one in pages:
            await one.__aexit__(None, None, None)
        server.feeds.say(fresh(server.clock, [queue("Still", "1", "Here")]))
        await sees(tab, "Still")


async def test_the_command_shows_the_demo_and_ends_with_its_signal(browser: Browser) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wallboard", "serve", "--demo", "--listen", "127.0.0.1:0", "--token",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE)).decode()
        address = re.search(r"http://\S+\?token=\S+", line)
        assert address, line
        async with browser.tab(address[0], LISTEN) as tab:
            await tab.until("window.size && window.size[0] > 0")
            await sees(tab, "Delivery Claims")
            assert "token" not in await tab.evaluate("location.href")
            assert await tab.evaluate("document.cookie") == ""
    finally:
        process.terminate()
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 143
    assert said == b""


@pytest.mark.parametrize("folder", ["js", "css"])
def test_what_the_page_needs_of_textual_serve_is_where_it_was(folder: str) -> None:
    from wallboard.web.site import scripts

    assert any(path.parent.name == folder for path in scripts().values())
