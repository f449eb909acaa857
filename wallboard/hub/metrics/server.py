"""Serves Prometheus over HTTP, in the event loop of whoever has something to tell.

It answers one request a connection, ``GET /metrics``, with what was rendered before; what is
asked, how long that takes and how many ask at once is bounded.
"""

import asyncio
import contextlib
import errno
import ipaddress
import logging
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable

from wallboard.host.clock import Clock
from wallboard.hub.metrics.export import MetricsExport
from wallboard.model.data.options import MetricsOptions
from wallboard.model.state import Event, State

TYPE = "text/plain; version=0.0.4; charset=utf-8"

AGAIN = 10.0
"""Seconds until an address that could not be had is tried again."""

MOST_AT_ONCE = 8
"""Connections that are open at the same time."""

REQUEST_TIME, ANSWER_TIME = 5.0, 10.0
"""Seconds that a request may take to come, and its answer to be taken."""

_LOG = logging.getLogger(__name__)

_ASK = "ask for GET /metrics, by the address that is in [metrics] listen"

_MOST_REQUEST = 8_192
_CHUNK = 65_536


class MetricsServer:
    """Implements ``feed.listeners.MetricsOutput``: what is heard, served. ``again``: seconds."""

    def __init__(self, options: MetricsOptions, clock: Clock, again: float = AGAIN) -> None:
        self.options = options
        self._clock = clock
        self._again = again
        self._exported = MetricsExport(options.names, clock)
        self._refused = ""
        self._open: set[StreamWriter] = set()
        self.port = 0
        """Where it listens; 0 while it does not."""

    @property
    def trouble(self) -> str:
        """Why nothing, or nothing new, is served now, with what to do; ``""`` while all is well."""
        return self._refused or self._exported.fault

    def remember(self, event: Event, state: State) -> None:
        """Take note of an event and of what is known after it; never waits."""
        self._exported.remember(event, state)

    def note_sign_in(self) -> None:
        """Take note that a sign-in was accepted."""
        self._exported.note_sign_in()

    async def run(self) -> None:
        """Render what is heard and serve it; ends only by cancellation."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._exported.keep_rendered())
            group.create_task(self._serve())

    async def _serve(self) -> None:
        host, port = self.options.host, self.options.port
        while True:
            try:
                server = await asyncio.start_server(self._take, host, port, limit=_MOST_REQUEST)
            except OSError as error:
                why = _why(error, self.options)
                self._tell(f"no metrics: {why}, change [metrics] listen")
                await self._clock.sleep_until(self._clock.elapsed() + self._again)
                continue
            self._tell("")
            self.port = server.sockets[0].getsockname()[1]
            try:
                await asyncio.Event().wait()
            finally:
                # Not serve_forever: at the end that would wait for whoever reads slowly.
                self.port = 0
                server.close()
                for writer in self._open:
                    writer.transport.abort()

    def _tell(self, refused: str) -> None:
        """Say once in the log what has become of the address: a hub has no status line."""
        if refused and refused != self._refused:
            _LOG.warning("%s", refused)
        elif self._refused and not refused:
            _LOG.info("metrics are served")
        self._refused = refused

    async def _take(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one connection, and close it whatever happens."""
        if len(self._open) >= MOST_AT_ONCE:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError, TimeoutError):
                status, body = await self._answer(reader)
                async with asyncio.timeout(ANSWER_TIME):
                    await _send(writer, status, body)
        finally:
            self._open.discard(writer)
            if writer.transport.get_write_buffer_size():
                writer.transport.abort()  # what was not taken by now is not waited for
            writer.close()

    async def _answer(self, reader: StreamReader) -> tuple[str, Iterable[bytes]]:
        """Return the status of a request's answer, and its body."""
        try:
            async with asyncio.timeout(REQUEST_TIME):
                head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            return "400 Bad Request", [b"not a request\n"]
        refusal = _refusal(head.decode("latin-1"), self.options.host)
        if refusal:
            return refusal, [f"{refusal}: {_ASK}\n".encode()]
        return "200 OK", self._exported.page()


async def _send(writer: StreamWriter, status: str, body: Iterable[bytes]) -> None:
    """Write an answer no faster than it is taken."""
    pieces = tuple(body)
    writer.transport.set_write_buffer_limits(high=0)  # drained is what has gone out
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {TYPE}\r\nContent-Length: {sum(map(len, pieces))}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode("latin-1"))
    for piece in pieces:
        for begin in range(0, len(piece), _CHUNK):
            writer.write(piece[begin : begin + _CHUNK])
            await writer.drain()


def _refusal(head: str, listens: str) -> str:
    """Return why a request is not answered, as a status; nothing where it is."""
    first, *lines = head.split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return "400 Bad Request"
    method, target, _ = words
    if target.partition("?")[0] != "/metrics":
        return "404 Not Found"
    if method != "GET":
        return "405 Method Not Allowed"
    hosts = [line.partition(":")[2].strip() for line in lines if line[:5].lower() == "host:"]
    return "" if all(_is_own(host, listens) for host in hosts) else "421 Misdirected Request"


def _is_own(host: str, listens: str) -> bool:
    """Whether a request means this machine, not a name that a web page made lead here.

    Only where nobody but this machine is meant to ask: others know it by any name.
    """
    if not _is_loopback(listens):
        return True
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name == listens or _is_loopback(name)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _why(error: OSError, options: MetricsOptions) -> str:
    """Return why an address cannot be had; nothing of the error's own text."""
    if isinstance(error, socket.gaierror):
        return f"{options.host} is not known here"
    if error.errno == errno.EADDRINUSE:
        return f"port {options.port} is in use"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {options.port} may not be used"
    return f"{options.host} is not this machine's"
