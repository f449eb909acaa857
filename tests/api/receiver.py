"""A server on loopback that takes what is sent to it, or does not, as a test wants."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Taken:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """``answer``: what each request gets, ``drip``: one byte of it in so many seconds."""

    port: int = 0
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    drip: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    ends: asyncio.Event = field(default_factory=asyncio.Event)
    busy: set[object] = field(default_factory=set)

    def answers(self, status: int, *headers: str) -> None:
        lines = (f"HTTP/1.1 {status} Whatever", "Content-Length: 0", *headers, "", "")
        self.answer = "\r\n".join(lines).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self.busy.discard(writer)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.strip().split("\r\n")
        headers = {one.partition(":")[0].lower(): one.partition(":")[2].strip() for one in rest}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.taken.append(Taken(line, headers, body))
        size = 1 if self.drip else len(self.answer)
        for at in range(0, len(self.answer), size):
            writer.write(self.answer[at : at + size])
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ends.wait(), self.drip or 0.001)
                return


@contextlib.asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    it = Receiver()
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
        it.ends.set()
        async with asyncio.timeout(30):
            while it.busy:  # noqa: ASYNC110 - only the other side knows
                await asyncio.sleep(0.005)
