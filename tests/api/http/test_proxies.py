"""Proxies of the environment, over real sockets: HTTP, with TLS, SOCKS 4a and 5."""

import asyncio
import base64
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.clients import PATIENCE, failure, over_network
from tests.api.http.test_tls import KEY, OTHER, secure
from tests.unit.certificate import PEM
from wallboard.errors import Unreachable

NAME = "other.example"
"""Of the certificate: no name that anything but a proxy could resolve."""

USER, PASSWORD = "corp\\user", "PROXY@canary:é"
WRITTEN = "corp%5Cuser:PROXY%40canary%3A%C3%A9@"

Shake = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[str]]
"""Greets a client as a proxy does; returns where it wants to, ``""`` if it was refused."""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("key", KEY), ("other", OTHER), ("proxy", PEM), ("both", PEM + OTHER)):
        (tmp_path / f"{name}.pem").write_text(text)
    return tmp_path


async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if f"Basic {expected}" not in head:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        return ""
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    return head.split()[1]


async def socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    _, count = await reader.readexactly(2)
    if 2 not in await reader.readexactly(count):
        writer.write(b"\x05\xff")
        return ""
    writer.write(b"\x05\x02")
    await reader.readexactly(1)
    user, password = await counted(reader), await counted(reader)
    fine = (user, password) == (USER.encode(), PASSWORD.encode())
    writer.write(b"\x01\x00" if fine else b"\x01\x01")
    return await socks5_asked(reader, writer) if fine else ""


async def open_socks5(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Ask nobody who it is, and answer letter by letter."""
    _, count = await reader.readexactly(2)
    await reader.readexactly(count)
    writer.write(b"\x05\x00")
    return await socks5_asked(reader, writer)


async def socks5_asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    assert await reader.readexactly(4) == b"\x05\x01\x00\x03"
    host, port = await counted(reader), await reader.readexactly(2)
    for one in b"\x05\x00\x00\x03\x02ab\x00\x01":
        writer.write(bytes((one,)))
        await writer.drain()
        await asyncio.sleep(0)
    return f"{host.decode()}:{int.from_bytes(port)}"


async def socks4(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    head = await reader.readexactly(8)
    assert head[:2] == b"\x04\x01"
    assert head[4:] == b"\x00\x00\x00\x01"
    user, host = await reader.readuntil(b"\x00"), await reader.readuntil(b"\x00")
    fine = user[:-1] == USER.encode()
    writer.write(b"\x00\x5a" + bytes(6) if fine else b"\x00\x5d" + bytes(6))
    return f"{host[:-1].decode()}:{int.from_bytes(head[2:4])}" if fine else ""


async def counted(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly((await reader.readexactly(1))[0])


class Between:
    """A proxy on loopback: where its clients wanted to, and how many of them are connected."""

    def __init__(self, shake: Shake, port: int) -> None:
        self.wanted: list[str] = []
        self.open = 0
        self.url = ""
        self._shake = shake
        self._port = port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            if wanted := await self._shake(reader, writer):
                self.wanted.append(wanted)
                up, down = await asyncio.open_connection("127.0.0.1", self._port)
                await asyncio.gather(copied(reader, down), copied(up, writer))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self.open -= 1

    async def until_nobody(self) -> None:
        async with asyncio.timeout(30):
            while self.open:  # noqa: ASYNC110 - the proxy has no event
                await asyncio.sleep(0.005)


async def copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def between(
    shake: Shake, files: Path, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Between]:
    """Serve a proxy, and behind it an API over TLS that is called ``NAME``."""
    async with secure(files, "other") as url:
        proxy = Between(shake, urlsplit(url).port or 0)
        server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0, ssl=tls)
        async with server:
            proxy.url = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield proxy
            await proxy.until_nobody()
            await asyncio.sleep(0.01)


async def polled(
    files: Path, deadline: float = PATIENCE, host: str = NAME, /, **environ: str
) -> bytes:
    client = over_network(
        f"https://{host}/analytics/work",
        ca_bundle=str(files / "both.pem"),
        timeout=deadline,
        environ=environ,
    )
    try:
        return (await client.realtime("p")).content
    finally:
        await client.aclose()


KINDS: list[tuple[str, Shake]] = [
    ("http", http), ("socks5", socks5), ("socks5h", socks5), ("socks4", socks4),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "shake"), KINDS)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
async def test_a_proxy_carries_everything_and_resolves_the_name(
    files: Path, kind: str, shake: Shake, variable: str
) -> None:
    async with between(shake, files) as proxy:
        environ = {variable: f"{kind}://{WRITTEN}{proxy.url}", "NO_PROXY": "fe80::/10,[::1]"}
        assert b"callQueues" in await polled(files, **environ)
        await proxy.until_nobody()
        assert set(proxy.wanted) == {f"{NAME}:443"}


async def test_a_proxy_without_a_password_and_without_a_scheme(files: Path) -> None:
    async def anybody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        wanted = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        return wanted

    async with between(anybody, files) as proxy:
        assert b"callQueues" in await polled(files, https_proxy=proxy.url)
    for who in ("", WRITTEN):
        async with between(open_socks5, files) as proxy:
            environ = {"ALL_PROXY": f"socks://{who}{proxy.url}"}
            assert b"callQueues" in await polled(files, **environ)


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
async def test_an_address_is_sent_to_a_proxy_as_an_address(files: Path, host: str) -> None:
    wanted: list[tuple[str, int]] = []

    async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        size = {b"\x05\x01\x00\x01": 4, b"\x05\x01\x00\x04": 16}[await reader.readexactly(4)]
        address = ipaddress.ip_address(await reader.readexactly(size))
        wanted.append((str(address), int.from_bytes(await reader.readexactly(2))))
        writer.write(b"\x05\x05\x00\x01")
        return ""

    written = f"[{host}]" if ":" in host else host
    async with between(refusing, files) as proxy:
        error = await failure(polled(files, PATIENCE, written, ALL_PROXY=f"socks5://{proxy.url}"))
        await proxy.until_nobody()
    assert isinstance(error, Unreachable)
    assert set(wanted) == {(host, 443)}


async def test_a_proxy_that_is_itself_reached_by_tls(files: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "proxy.pem")
    async with between(http, files, tls=context) as proxy:
        url = proxy.url.replace("127.0.0.1", "localhost")
        assert b"callQueues" in await polled(files, HTTPS_PROXY=f"https://{WRITTEN}{url}")


async def test_a_host_that_is_exempt_is_reached_straight(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with between(http, files) as proxy:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
        error = await failure(polled(files, HTTPS_PROXY=proxy.url, NO_PROXY=".example"))
        assert "could not be resolved" in error.words
        assert proxy.wanted == []


@pytest.mark.parametrize(("kind", "shake"), KINDS)
@pytest.mark.parametrize("who", ["", "corp:PROXYcanary@"])
async def test_a_proxy_that_refuses_its_user_says_so_and_keeps_no_connection(
    files: Path, kind: str, shake: Shake, who: str
) -> None:
    async with between(shake, files) as proxy:
        error = await failure(polled(files, HTTPS_PROXY=f"{kind}://{who}{proxy.url}"))
        await proxy.until_nobody()
    assert isinstance(error, Unreachable)
    assert error.words == "The proxy refuses its user and password"
    assert "%xx" in error.remedy
    assert "canary" not in str(error)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x05",
        b"\x04\x00",
        b"\x05\x00\x05\x01\x00\x01",
        b"\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00",
        b"\x05\x00\x05\x00\x00\x03",
        b"\x00\x5b\x00\x00\x00\x00\x00\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        bytes(range(256)),
    ],
)
@pytest.mark.parametrize("kind", ["http", "socks5", "socks4"])
async def test_whatever_a_proxy_answers_is_told_in_words(
    files: Path, kind: str, answer: bytes
) -> None:
    async def says(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        await reader.read(3)
        writer.write(answer)
        return ""

    async with between(says, files) as proxy:
        error = await failure(polled(files, ALL_PROXY=f"{kind}://{proxy.url}"))
        await proxy.until_nobody()
    assert error.exit_code == 4
    assert "proxy" in error.remedy


@pytest.mark.parametrize("kind", ["http", "socks5", "socks4"])
async def test_a_proxy_that_never_answers_is_given_up_and_let_go(files: Path, kind: str) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        await reader.read()
        return ""

    async with between(silent, files) as proxy:
        error = await failure(polled(files, 0.2, ALL_PROXY=f"{kind}://{proxy.url}"))
        assert "No complete answer within 0.2 s" in error.words
        await proxy.until_nobody()
