"""Whoever asks for metrics, and however: the board goes on, and the next one is answered."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.forked import free_port
from tests.ui.pilot import running
from wallboard.host.clock import SystemClock
from wallboard.hub.metrics import server as serving
from wallboard.hub.metrics.export import MetricsExport
from wallboard.hub.metrics.server import MOST_AT_ONCE, TYPE, MetricsServer
from wallboard.model.data.options import MetricsOptions
from wallboard.ui.widgets.status_bar import StatusBar

pytestmark = pytest.mark.asyncio

PATIENCE = 30.0
"""Seconds after which waiting fails: never more than a fault would last."""

GOOD = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


async def until(holds: Callable[[], bool]) -> None:
    """Wait for it, however slow the machine is."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


async def hung_up(writer: asyncio.StreamWriter) -> None:
    """Close a connection, and let that be done."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def served(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[MetricsServer]:
    """A server of nothing yet, on a port that is free."""
    server = MetricsServer(MetricsOptions(host, port), SystemClock(), again=0.05)
    task = asyncio.create_task(server.run())
    try:
        await until(lambda: bool(server.port or server.trouble))
        yield server
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def ask(port: int, request: bytes, host: str = "127.0.0.1") -> bytes:
    """Send a request and nothing more; all that comes back."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    except ConnectionError:  # closed with some of the request unread
        return b""
    finally:
        await hung_up(writer)


async def test_get_metrics_is_answered_whole_and_as_text() -> None:
    async with served() as server:
        head, _, body = (await ask(server.port, GOOD)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Type: {TYPE}".encode() in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"\nwallboard_feeds 0.0\n" in body


async def test_a_large_page_comes_whole_to_whoever_takes_it_slowly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = tuple(bytes([65 + number]) * 1_000_003 for number in range(12))
    monkeypatch.setattr(MetricsExport, "page", lambda _: pieces)
    async with served() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
        writer.write(GOOD)
        answer = b""
        while piece := await reader.read(200_000):
            answer += piece
            await asyncio.sleep(0.001)
        await hung_up(writer)
    assert answer.partition(b"\r\n\r\n")[2] == b"".join(pieces)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /metrics/../../etc/passwd HTTP/1.1\r\n\r\n", b"404"),
        (b"GET http://[::/metrics HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /metrics\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
        (b"", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
        (b"\xff\x00 \xfe HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 7_000, b"400"),
        (b"GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET /metrics HTTP/1.1\r\nhost:127.0.0.1.evil.example:9464\r\n\r\n", b"421"),
        (b"GET /metrics HTTP/1.1\r\nHost: [::\r\n\r\n", b"421"),
        (b"GET /metrics HTTP/1.1\r\nHost: localhost:9464\r\n\r\n", b"200"),
        (b"GET /metrics HTTP/1.1\r\nHost: [::1]:9464\r\n\r\n", b"200"),
        (b"GET /metrics?name=x HTTP/1.0\r\n\r\n", b"200"),
    ],
)
async def test_an_ugly_request_is_refused_and_the_next_one_answered(
    request_: bytes, status: bytes
) -> None:
    async with served() as server:
        answer = await ask(server.port, request_)
        assert answer.split(b" ")[1] == status
        assert (await ask(server.port, GOOD)).startswith(b"HTTP/1.1 200 OK")


async def test_a_request_without_end_is_not_read_to_its_end() -> None:
    async with served() as server:
        answer = await ask(server.port, b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 5_000_000)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
        assert (await ask(server.port, GOOD)).startswith(b"HTTP/1.1 200 OK")


async def test_where_others_may_ask_they_may_know_it_by_any_name() -> None:
    async with served("0.0.0.0") as server:  # noqa: S104
        named = b"GET /metrics HTTP/1.1\r\nHost: wall-3.example\r\n\r\n"
        assert (await ask(server.port, named)).startswith(b"HTTP/1.1 200 OK")


async def test_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "REQUEST_TIME", 0.05)
    async with served() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /met")
        async with asyncio.timeout(PATIENCE):
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
        await hung_up(writer)


async def test_a_slow_reader_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ANSWER_TIME", 10 * PATIENCE)
    monkeypatch.setattr(MetricsExport, "page", lambda _: (b"x" * 40_000_000,))
    async with served() as server:
        slow, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
        writer.write(GOOD)
        assert (await slow.readline()).startswith(b"HTTP/1.1 200 OK")
        monkeypatch.setattr(MetricsExport, "page", lambda _: (b"y",))
        assert (await ask(server.port, GOOD)).endswith(b"\r\n\r\ny")
        await until(lambda: len(server._open) == 1)
        assert not slow.at_eof(), "the slow one still is served"
    await hung_up(writer)


async def test_a_slow_reader_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "ANSWER_TIME", 0.3)
    monkeypatch.setattr(MetricsExport, "page", lambda _: (b"x" * 40_000_000,))
    async with served() as server:
        slow, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
        writer.write(GOOD)
        assert (await slow.readline()).startswith(b"HTTP/1.1 200 OK")
        await until(lambda: not server._open)
        got = 0
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                while piece := await slow.read(1_000_000):
                    got += len(piece)
        assert got < 40_000_000
        await hung_up(writer)


async def test_of_too_many_at_once_the_last_are_refused() -> None:
    async with served() as server:
        silent = [
            await asyncio.open_connection("127.0.0.1", server.port) for _ in range(MOST_AT_ONCE)
        ]
        await until(lambda: len(server._open) == MOST_AT_ONCE)
        assert await ask(server.port, GOOD) == b""
        for _, writer in silent:
            await hung_up(writer)
        await until(lambda: not server._open)
        assert (await ask(server.port, GOOD)).startswith(b"HTTP/1.1 200 OK")


async def test_the_end_waits_for_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "ANSWER_TIME", 10 * PATIENCE)
    monkeypatch.setattr(MetricsExport, "page", lambda _: (b"x" * 40_000_000,))
    async with served() as server:
        slow, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
        writer.write(GOOD)
        await slow.readline()
        before = time.monotonic()
    assert time.monotonic() - before < PATIENCE
    await hung_up(writer)


async def test_an_address_that_is_in_use_is_told_and_the_board_goes_on_until_it_is_free(
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = socket.create_server(("127.0.0.1", port := free_port()))
    metrics = MetricsServer(MetricsOptions("127.0.0.1", port), SystemClock(), again=0.05)
    async with running(size=(80, 24), metrics=metrics) as run:
        await until(lambda: bool(metrics.trouble))
        await run.wait(2)
        told = f"no metrics: port {port} is in use, change [metrics] listen"
        assert told in run.text(StatusBar)[:80]
        assert run.text(StatusBar).startswith(" LIVE")
        assert [one.message for one in caplog.records if "metrics" in one.message] == [told]
        other.close()
        await until(lambda: bool(metrics.port))
        await run.wait(2)
        assert "metrics" not in run.text(StatusBar)
        assert b"\nwallboard_feeds 2.0\n" in await ask(port, GOOD)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("203.0.113.9", "is not this machine's"),
        ("no-such-host.invalid", "is not known here"),
    ],
)
async def test_an_address_that_cannot_be_had_is_told_with_what_to_do(
    host: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not host[0].isdigit():  # whatever the network here says of names
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with served(host) as server:
        assert words in server.trouble
        assert "change [metrics] listen" in server.trouble


def unknown(*_: object, **__: object) -> object:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
