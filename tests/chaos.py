"""A TCP proxy on loopback that misbehaves on request, for tests of what a network can do."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

_PIECE = 65_536


@dataclass(eq=False)
class _Pair:
    """One connection of a client, and how it is treated. ``sent``: bytes given to the client."""

    client: asyncio.StreamWriter
    deaf: bool = False
    close_on_request: bool = False
    sent: int = 0
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)


class Chaos:
    """Between a client and the server at ``upstream``. Faults hold from when they are set.

    ``reset``, ``black_hole``: what new connections meet. ``drip``: seconds between two bytes of
    an answer. ``cut``: bytes of answers after which a connection is closed. ``accepted`` counts
    connections.
    """

    def __init__(self, upstream: str) -> None:
        self._url = urlsplit(upstream)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.reset = self.black_hole = False
        self.drip: float | None = None
        self.cut: int | None = None
        self.accepted = 0

    @property
    def url(self) -> str:
        """The upstream's URL, through here."""
        return urlunsplit(self._url._replace(netloc=f"127.0.0.1:{self._port}"))

    @property
    def open(self) -> int:
        """How many connections of clients are open."""
        return len(self._pairs)

    async def until_open(self, count: int) -> None:
        """Wait until so many connections are open; ``TimeoutError`` after some seconds."""
        async with asyncio.timeout(30):
            while self.open != count:  # noqa: ASYNC110 - only the other side knows
                await asyncio.sleep(0.002)

    async def until_accepted(self, count: int) -> None:
        """Wait until so many connections have come; ``TimeoutError`` after some seconds."""
        async with asyncio.timeout(30):
            while self.accepted < count:  # noqa: ASYNC110 - only the other side knows
                await asyncio.sleep(0.002)

    async def listen(self) -> None:
        """Accept connections: on a free port, and later on the same one again."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Close the port and all connections, as when the server's process has ended."""
        if self._server is not None:
            self._server.close()
        await self._drop(set(self._tasks))

    def half_open(self) -> None:
        """Lose the connections there are without telling: nothing comes or goes any more."""
        for pair in self._pairs:
            pair.deaf = True

    async def close_idle(self) -> None:
        """Close the connections there are."""
        tasks = {task for pair in self._pairs for task in pair.tasks}
        await self._drop(tasks)

    def close_on_request(self) -> None:
        """Close each of the connections there are as soon as the next request arrives on it."""
        for pair in self._pairs:
            pair.close_on_request = True

    @staticmethod
    async def _drop(tasks: "set[asyncio.Task[None]]") -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        pair = _Pair(client, tasks={task})
        self._tasks.add(task)
        self._pairs.add(pair)
        try:
            await self._serve(reader, pair)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._pairs.discard(pair)
            client.close()

    async def _serve(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        if self.reset:
            linger = struct.pack("ii", 1, 0)
            pair.client.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, linger
            )
            pair.client.transport.abort()
            return
        if self.black_hole:
            while await reader.read(_PIECE):
                pass
            return
        answers, server = await asyncio.open_connection(self._url.hostname, self._url.port)
        ways = [
            asyncio.ensure_future(self._up(reader, server, pair)),
            asyncio.ensure_future(self._down(answers, pair)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server.close()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _up(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, pair: _Pair
    ) -> None:
        while piece := await reader.read(_PIECE):
            if pair.close_on_request:
                return
            if not pair.deaf:
                server.write(piece)
                await server.drain()

    async def _down(self, answers: asyncio.StreamReader, pair: _Pair) -> None:
        while piece := await answers.read(1 if self.drip is not None else _PIECE):
            if pair.deaf:
                continue
            if self.cut is not None:
                piece = piece[: self.cut - pair.sent]
            pair.sent += len(piece)
            pair.client.write(piece)
            await pair.client.drain()
            if self.cut is not None and pair.sent >= self.cut:
                return
            if self.drip is not None:
                await asyncio.sleep(self.drip)


@contextlib.asynccontextmanager
async def chaos(upstream: str) -> AsyncIterator[Chaos]:
    """Run a proxy in front of ``upstream`` (a URL)."""
    proxy = Chaos(upstream)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.refuse()
