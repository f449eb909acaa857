"""Boards served over sockets, and pages that show them, as far as the server sees them."""

import asyncio
import json
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.fake_clock import FakeClock
from tests.sample import AT_ONCE
from tests.ui.boards import FakeFeeds, board, found, fresh
from tests.ui.emulator import Emulator
from tests.unit.fakes import settle
from wallboard.feed.shared import SharedFeeds
from wallboard.host.http_server import listening, serving
from wallboard.ui.browser.visit import Visit, VisitorApp
from wallboard.web.access import page_access
from wallboard.web.site import MOST_SENT, BoardSite

SIZE = (100, 24)


class Served:
    """The server, and all boards that it made."""

    def __init__(self, clock: FakeClock, feeds: FakeFeeds, port: int, token: str) -> None:
        self.clock, self.feeds, self.port = clock, feeds, port
        self.shared = SharedFeeds(feeds, clock.elapsed)
        self.boards: weakref.WeakSet[VisitorApp] = weakref.WeakSet()
        self.newest: VisitorApp | None = None
        self.more: dict[str, Any] = {}
        self.site = BoardSite(page_access("127.0.0.1", port, (), token), self._visit)

    def _visit(self, size: tuple[int, int]) -> Visit:
        like = board(self.clock, self.feeds, **self.more)

        def make(line: Any) -> VisitorApp:
            feeds, services = self.shared.feeds(), like._services
            made = VisitorApp(line, feeds, AT_ONCE, like._setup, self.clock, services=services)
            self.boards.add(made)
            self.newest = made
            return made

        return Visit(make, size)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def served(token: str = "", port: int = 0, **more: Any) -> AsyncIterator[Served]:
    """``more``: what ``boards.board`` takes."""
    clock, feeds = FakeClock(), FakeFeeds()
    with listening("127.0.0.1", port, "--listen:", "") as listener:
        server = Served(clock, feeds, listener.getsockname()[1], token)
        server.more = more
        polling = asyncio.create_task(server.shared.run())
        options = {"ws": "websockets-sansio", "ws_max_size": MOST_SENT}
        async with serving(server.site.app, listener, **options):
            await settle()
            feeds.say(found(), fresh(clock))
            yield server
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


class Page:
    """``shows``: whether it says that it has shown what it was sent."""

    def __init__(self, socket: ClientConnection, size: tuple[int, int], shows: bool) -> None:
        self.socket = socket
        self.emulator = Emulator(min(size[0], 400), min(size[1], 150))
        self.shows = shows
        self.unshown = 0
        self.pieces: list[bytes] = []
        self.words: list[Any] = []
        self.code: int | None = None

    @property
    def text(self) -> str:
        return self.emulator.text

    async def read(self) -> None:
        try:
            async for data in self.socket:
                if isinstance(data, str):
                    self.words.append(json.loads(data))
                    continue
                self.pieces.append(data)
                self.emulator.feed(data.decode())
                self.unshown += 1
                if self.shows:
                    await self.show()
        except ConnectionClosed:
            pass
        self.code = self.socket.close_code

    async def show(self) -> None:
        for _ in range(self.unshown):
            await self.say("shown")
        self.unshown = 0

    async def say(self, *what: Any) -> None:
        await self.socket.send(json.dumps(what))

    async def type(self, text: str) -> None:
        await self.say("stdin", text)

    async def until(self, true: Callable[[], object], seconds: float = 90) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not true():
            now = asyncio.get_running_loop().time()
            assert now < end, f"never; closed {self.code}\n{self.text}"
            await asyncio.sleep(0.01)

    async def sees(self, words: str) -> None:
        await self.until(lambda: words in self.text)

    async def sees_no(self, words: str) -> None:
        await self.until(lambda: words not in self.text)

    async def closed(self) -> int:
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code


@asynccontextmanager
async def page(
    server: Served, size: tuple[int, int] = SIZE, *, shows: bool = True, **options: Any
) -> AsyncIterator[Page]:
    address = f"ws://127.0.0.1:{server.port}/ws?width={size[0]}&height={size[1]}"
    # However busy the machine is: whether both are there is told by what is shown.
    patient = {"open_timeout": 90, "close_timeout": 90, "ping_interval": None}
    options = {"origin": server.origin, "proxy": None, "max_size": None, **patient, **options}
    async with connect(address, **options) as socket:
        shown = Page(socket, size, shows)
        reading = asyncio.create_task(shown.read())
        try:
            yield shown
        finally:
            await socket.close()
            await reading


async def nobody_left(server: Served) -> None:
    """Wait until no board is there any more."""
    for _ in range(9_000):
        if not server.shared.boards and not server.site.visitors:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{server.shared.boards} boards, {server.site.visitors} visitors")
