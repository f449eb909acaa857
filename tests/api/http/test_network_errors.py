"""Failures before any server of ours answers: names, proxies, what speaks no HTTP."""

import asyncio
import socket

import httpx
import pytest

from tests.api.clients import failure, over_network
from wallboard.api.http.network_errors import trouble
from wallboard.errors import ConfigurationError, InvalidResponse, Unreachable

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def test_a_name_that_does_not_resolve_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    client = over_network("https://wallboard.invalid/analytics/work")
    error = await failure(client.realtime("p"))
    await client.aclose()
    assert isinstance(error, Unreachable)
    assert "name could not be resolved" in error.words
    assert "base_url" in error.remedy


async def test_a_proxy_of_the_environment_is_used_and_its_refusal_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:PROXYcanary@127.0.0.1:{port}")
    client = over_network("https://wallboard.invalid/analytics/work")
    error = await failure(client.realtime("p"))
    await client.aclose()
    server.close()
    assert asked == [b"CONNECT wallboard.invalid:443 HTTP/1.1\r\n"]
    assert isinstance(error, Unreachable)
    assert "proxy" in error.words
    assert "canary" not in str(error)


@pytest.mark.parametrize("proxy", ["nonsense://PROXYcanary", "socks5://PROXYcanary:99999"])
def test_a_proxy_that_cannot_be_used_is_a_mistake_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="proxy") as caught:
        over_network("https://api.example.com")
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_what_speaks_no_http_is_nonsense() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"&password=")
        await reader.read(1000)
        writer.write(b"220 mail.example.com ESMTP ready\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    client = over_network(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    error = await failure(client.realtime("p"))
    await client.aclose()
    server.close()
    assert isinstance(error, InvalidResponse)
    assert "base_url" in error.remedy


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (OSError(101, "Network is unreachable"), "no way"),
        (OSError(113, "No route to host"), "no way"),
        (TimeoutError(110, "Connection timed out"), "No connection"),
        (ExceptionGroup("all failed", [ConnectionRefusedError(), OSError(5, "x")]), "refused"),
    ],
)
def test_the_causes_behind_a_failure_are_told_apart(cause: Exception, words: str) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    assert words in trouble(error).words
