"""The way to the API below HTTP: addresses, connections, certificates."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.unit.certificate import PEM
from wallboard.doctor.network import ConnectionFacts, SystemNetwork, Target, target_of
from wallboard.errors import Unreachable
from wallboard.host.clock import SystemClock

API = "https://api.example/analytics/work"
TLS = ssl.create_default_context()


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (API, Target("api.example", 443, TLS)),
        ("https://api.example:8443/x", Target("api.example", 8443, TLS)),
        ("https://[::1]:9/x", Target("::1", 9, TLS)),
        ("http://127.0.0.1:8088/x", Target("127.0.0.1", 8088)),
        ("http://localhost/x", Target("localhost", 80)),
    ],
)
def test_where_a_request_goes(url: str, target: Target) -> None:
    assert target_of(url, TLS) == target


@pytest.fixture
def network() -> SystemNetwork:
    return SystemNetwork(60.0, SystemClock())


@asynccontextmanager
async def server(tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that says nothing, on a free port of loopback."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if tls is None:
            writer.write(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
        writer.close()

    listening = await asyncio.start_server(greet, "localhost", 0, ssl=tls, family=socket.AF_INET)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    file = tmp_path / "both.pem"
    file.write_text(PEM)
    return file


@pytest.fixture
def secure(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


async def test_addresses(network: SystemNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "127.0.0.1" in await network.resolve(Target("127.0.0.1", 80))
    with pytest.raises(Unreachable, match="could not be resolved"):
        await network.resolve(Target("a" * 64 + ".example", 80))
    # Whatever the network here says of names, and when.
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="could not be resolved") as caught:
        await network.resolve(Target("no such.invalid", 80))
    assert "base_url" in caught.value.remedy


def unknown(*_: object, **__: object) -> object:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def test_a_connection_in_the_clear(network: SystemNetwork) -> None:
    async with server() as port:
        assert await network.connect(Target("localhost", port)) == ConnectionFacts()
    with pytest.raises(Unreachable, match="refused"):
        await network.connect(Target("localhost", port))


async def test_a_certificate_that_is_trusted(
    network: SystemNetwork, secure: ssl.SSLContext, pem: Path
) -> None:
    async with server(secure) as port:
        trusting = ssl.create_default_context(cafile=pem)
        found = await network.connect(Target("localhost", port, trusting))
    assert found.tls == "TLSv1.3"
    assert found.days is not None
    assert found.days > 30_000


async def test_certificates_that_are_not(
    network: SystemNetwork, secure: ssl.SSLContext, pem: Path
) -> None:
    async with server(secure) as port:
        with pytest.raises(Unreachable, match="signed by itself") as caught:
            await network.connect(Target("localhost", port, ssl.create_default_context()))
        assert "ca_bundle" in caught.value.remedy
        trusting = ssl.create_default_context(cafile=pem)
        with pytest.raises(Unreachable, match="another host"):
            await network.connect(Target("127.0.0.1", port, trusting))


async def test_what_speaks_no_tls(network: SystemNetwork) -> None:
    async with server() as port:
        with pytest.raises(Unreachable, match=r"No secure connection|No connection"):
            await network.connect(Target("localhost", port, ssl.create_default_context()))


async def test_a_proxy_that_speaks_no_tls_is_told_with_its_variable(network: SystemNetwork) -> None:
    async with server() as port:
        target = Target("localhost", port, ssl.create_default_context(), "ALL_PROXY")
        with pytest.raises(Unreachable, match=r"No secure connection|No connection") as caught:
            await network.connect(target)
    assert "http:// in ALL_PROXY" in caught.value.remedy


async def test_a_host_that_never_answers_is_given_up(secure: ssl.SSLContext) -> None:
    """It takes the connection and then says nothing: the handshake would wait for ever."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        target = Target("localhost", silent.getsockname()[1], ssl.create_default_context())
        with pytest.raises(Unreachable, match=r"No connection within 0\.1 s"):
            await SystemNetwork(0.1, SystemClock()).connect(target)
