"""SOCKS proxies, versions 4a and 5 (RFC 1928, RFC 1929): the proxy resolves the host's name."""

import ipaddress
import ssl
from collections.abc import Iterable

import httpcore
import httpx

from wallboard.api.http.environment import Proxy

REFUSED = "407"
"""How an HTTP proxy refuses user and password; here it begins such an error as well."""


def transport(
    proxy: Proxy, context: ssl.SSLContext, limits: httpx.Limits
) -> httpx.AsyncBaseTransport:
    """Return what carries requests through a SOCKS proxy, and else as httpx does."""
    made = httpx.AsyncHTTPTransport(verify=context, limits=limits)
    made._pool = httpcore.AsyncConnectionPool(
        ssl_context=context,
        max_connections=limits.max_connections,
        max_keepalive_connections=limits.max_keepalive_connections,
        keepalive_expiry=limits.keepalive_expiry,
        network_backend=_Backend(proxy),
    )
    return made


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects through the proxy. Raises errors of httpcore only."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as httpcore has it
        local_address: str | None = None,
        socket_options: "Iterable[httpcore.SOCKET_OPTION] | None" = None,
    ) -> httpcore.AsyncNetworkStream:
        proxy = self._proxy
        stream = await self._tcp.connect_tcp(
            proxy.host, proxy.port, timeout, local_address, socket_options
        )
        done = False
        try:
            await (_five if proxy.kind == "socks5" else _four)(stream, proxy, host, port)
            done = True
        finally:
            if not done:  # cancelled too: nobody else knows of this connection
                await stream.aclose()
        return stream


async def _five(stream: httpcore.AsyncNetworkStream, proxy: Proxy, host: str, port: int) -> None:
    user, password = proxy.user.encode(), proxy.password.encode()
    await stream.write(b"\x05\x02\x00\x02" if user else b"\x05\x01\x00")
    version, method = await _read_exactly(stream, 2)
    if version != 5:
        raise httpcore.ProxyError("not SOCKS 5")
    if method == 2 and user:
        await stream.write(b"\x01" + _with_length(user) + _with_length(password))
        method = (await _read_exactly(stream, 2))[1]
    if method != 0:
        raise httpcore.ProxyError(REFUSED)
    await stream.write(b"\x05\x01\x00" + _address(host) + port.to_bytes(2))
    _, code, _, kind = await _read_exactly(stream, 4)
    if code != 0:
        raise httpcore.ProxyError("not connected")
    size = {1: 4, 4: 16}.get(kind) or (await _read_exactly(stream, 1))[0]
    await _read_exactly(stream, size + 2)


async def _four(stream: httpcore.AsyncNetworkStream, proxy: Proxy, host: str, port: int) -> None:
    head = b"\x04\x01" + port.to_bytes(2) + b"\x00\x00\x00\x01"
    await stream.write(head + proxy.user.encode() + b"\x00" + host.encode() + b"\x00")
    code = (await _read_exactly(stream, 8))[1]
    if code != 0x5A:
        raise httpcore.ProxyError(REFUSED if code in (0x5C, 0x5D) else "not connected")


def _address(host: str) -> bytes:
    try:
        packed = ipaddress.ip_address(host.strip("[]")).packed
    except ValueError:
        return b"\x03" + _with_length(host.encode())
    return (b"\x01" if len(packed) == 4 else b"\x04") + packed


def _with_length(text: bytes) -> bytes:
    return bytes((min(len(text), 255),)) + text[:255]


async def _read_exactly(stream: httpcore.AsyncNetworkStream, size: int) -> bytes:
    """Return exactly so many bytes: an answer may come in pieces."""
    read = b""
    while len(read) < size:
        piece = await stream.read(size - len(read))
        if not piece:
            raise httpcore.ProxyError("closed")
        read += piece
    return read
