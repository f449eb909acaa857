"""TLS: always verified, 1.2 or newer, and a failure names what to do."""

import asyncio
import os
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.api.clients import TOKEN, failure, over_network
from tests.chaos import chaos
from tests.fake_clock import FakeClock
from wallboard.errors import ConfigurationError, Unreachable

KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgC2rOH9rrmqsewEzH
jZ0PD36w/1jJJSmOxlnljVaHVQWhRANCAARuzWqUH4HVOQxzVoH4+PZLc7A7kjn/
6NjXEvDnzL9TF6n2P8+pcsXggBBMGd/ZXM3Cg1EdtGGN3CRgj2D8cQhb
-----END PRIVATE KEY-----
"""
"""Of both certificates below, which are their own authorities: it protects nothing."""

LOCALHOST = """\
-----BEGIN CERTIFICATE-----
MIIBlzCCATygAwIBAgIUAMD5lqKuz/A+3w9H+uUiiMiVy+MwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPd2FsbGJvYXJkIHRlc3RzMCAXDTAwMDEwMTAwMDAwMFoYDzIx
MDAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA93YWxsYm9hcmQgdGVzdHMwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARuzWqUH4HVOQxzVoH4+PZLc7A7kjn/6NjXEvDn
zL9TF6n2P8+pcsXggBBMGd/ZXM3Cg1EdtGGN3CRgj2D8cQhbo14wXDAdBgNVHQ4E
FgQU/pkPxNb8w7wvHHuYslZljIFK7cEwGgYDVR0RBBMwEYcEfwAAAYIJbG9jYWxo
b3N0MA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgKEMAoGCCqGSM49BAMC
A0kAMEYCIQDxVAveTgeqcbUvGv/GP5ah2iCJJlTmatkeeNF4S7mtrgIhAKCGOqNp
kkzoaqaS8kxydpwOr13plUdcxrQpfvqY+mWL
-----END CERTIFICATE-----
"""
OTHER = """\
-----BEGIN CERTIFICATE-----
MIIBlTCCATqgAwIBAgIUe4NIgwUElO8ATIcGutaZSrnV2EUwCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPd2FsbGJvYXJkIHRlc3RzMCAXDTAwMDEwMTAwMDAwMFoYDzIx
MDAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA93YWxsYm9hcmQgdGVzdHMwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARuzWqUH4HVOQxzVoH4+PZLc7A7kjn/6NjXEvDn
zL9TF6n2P8+pcsXggBBMGd/ZXM3Cg1EdtGGN3CRgj2D8cQhbo1wwWjAdBgNVHQ4E
FgQU/pkPxNb8w7wvHHuYslZljIFK7cEwGAYDVR0RBBEwD4INb3RoZXIuZXhhbXBs
ZTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAKBggqhkjOPQQDAgNJ
ADBGAiEAjOMzpZVUrQYfo7vo6wOchT7oI4H4w+o5inbp5W5tuEQCIQCgipHDqUaA
3SlHv3JGikUNzPRxfUGwvAvr+aU3adgokQ==
-----END CERTIFICATE-----
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in (("key", KEY), ("localhost", LOCALHOST), ("other", OTHER)):
        (tmp_path / f"{name}.pem").write_text(text)
    return tmp_path


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request, whatever it is, with a token and an empty list of queues at once."""
    body = b'{"access_token": "%s", "expires_in": 1800, "callQueues": []}' % TOKEN.encode()
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            if head.startswith(b"POST"):
                length = next(line for line in head.split(b"\r\n") if b"ength" in line)
                await reader.readexactly(int(length.split(b":")[1]))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
            await writer.drain()
    except (asyncio.IncompleteReadError, OSError):
        pass
    finally:
        writer.close()


@asynccontextmanager
async def secure(
    files: Path, name: str = "localhost", *, client_certificate: bool = False, old: bool = False
) -> AsyncIterator[str]:
    """Serve over TLS; yields the base URL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / f"{name}.pem", files / "key.pem")
    if client_certificate:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(files / "localhost.pem")
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/analytics/work"
    finally:
        server.close()


async def test_a_certificate_that_ca_bundle_knows_is_trusted(files: Path) -> None:
    async with secure(files) as url:
        client = over_network(url, ca_bundle=str(files / "localhost.pem"))
        assert b"callQueues" in (await client.realtime("p")).content
        await client.aclose()


@pytest.mark.parametrize(("server", "bundle"), [("localhost", ""), ("other", "other.pem")])
async def test_an_unknown_certificate_or_another_name_is_refused_and_ca_bundle_named(
    files: Path, server: str, bundle: str
) -> None:
    async with secure(files, server) as url:
        client = over_network(url, ca_bundle=str(files / bundle) if bundle else "")
        error = await failure(client.realtime("p"))
        await client.aclose()
    assert isinstance(error, Unreachable)
    assert "certificate" in error.words
    assert "ca_bundle" in error.remedy


async def test_nothing_older_than_tls_1_2_is_spoken(files: Path) -> None:
    async with secure(files, old=True) as url:
        client = over_network(url, ca_bundle=str(files / "localhost.pem"))
        error = await failure(client.realtime("p"))
        await client.aclose()
    assert isinstance(error, Unreachable)
    assert "TLS" in error.words


async def test_a_client_certificate_is_shown_and_its_lack_is_an_error_in_words(files: Path) -> None:
    async with secure(files, client_certificate=True) as url:
        bundle, key = str(files / "localhost.pem"), str(files / "key.pem")
        client = over_network(url, ca_bundle=bundle, client_cert=bundle, client_key=key)
        assert b"callQueues" in (await client.realtime("p")).content
        await client.aclose()
        client = over_network(url, ca_bundle=bundle)
        error = await failure(client.realtime("p"))
        await client.aclose()
    assert isinstance(error, Unreachable)
    assert error.remedy


async def _plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


async def test_a_server_that_speaks_no_tls_is_an_error_in_words() -> None:
    server = await asyncio.start_server(_plain, "127.0.0.1", 0)
    client = over_network(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    error = await failure(client.realtime("p"))
    await client.aclose()
    server.close()
    assert isinstance(error, Unreachable)
    assert "TLS" in error.words


async def test_a_handshake_that_nobody_answers_ends_and_leaves_no_connection(files: Path) -> None:
    async with secure(files) as url, chaos(url) as proxy:
        proxy.black_hole = True
        client = over_network(proxy.url, ca_bundle=str(files / "localhost.pem"), timeout=0.15)
        for _ in range(2):
            error = await failure(client.realtime("p"))
            assert isinstance(error, Unreachable)
        # On a busy machine a client has gone before its connection is accepted.
        await proxy.until_accepted(2)
        await proxy.until_open(0)
        await client.aclose()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"ca_bundle": "missing.pem"}, "api.ca_bundle"),
        ({"ca_bundle": "key.pem"}, "api.ca_bundle"),
        ({"client_cert": "missing.pem"}, "api.client_cert"),
        ({"client_cert": "localhost.pem"}, "api.client_cert"),
        ({"client_cert": "localhost.pem", "client_key": "missing.pem"}, "api.client_cert"),
        # OpenSSL would wait until somebody writes into the pipe.
        ({"ca_bundle": "pipe"}, "api.ca_bundle"),
        ({"client_cert": "pipe"}, "api.client_cert"),
        ({"client_cert": "localhost.pem", "client_key": "pipe"}, "api.client_cert"),
    ],
)
def test_files_that_cannot_be_used_are_a_mistake_at_once(
    files: Path, options: dict[str, str], key: str
) -> None:
    paths = {name: str(files / file) for name, file in options.items()}
    if "pipe" in options.values():
        os.mkfifo(files / "pipe")
    with pytest.raises(ConfigurationError, match=key) as caught:
        over_network("https://localhost", FakeClock(), **paths)
    assert str(files) not in str(caught.value)


@pytest.mark.parametrize("bundle", [True, False])
def test_certificate_and_name_are_verified_with_and_without_a_bundle(
    files: Path, bundle: bool
) -> None:
    client = over_network("https://localhost", FakeClock(), ca_bundle=str(files) if bundle else "")
    context = client._exchanges._tls
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_an_environment_that_names_unreadable_certificates_is_a_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all.pem")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        over_network("https://api.example.com", FakeClock())


async def test_keys_are_written_where_the_environment_says_and_else_it_goes_on(
    files: Path,
) -> None:
    keys = files / "keys"
    async with secure(files) as url:
        for file in (str(keys), "/nowhere/keys", "/dev/full", str(files)):
            bundle = str(files / "localhost.pem")
            client = over_network(url, ca_bundle=bundle, environ={"SSLKEYLOGFILE": file})
            assert b"callQueues" in (await client.realtime("p")).content
            await client.aclose()
    assert "TRAFFIC_SECRET" in keys.read_text()


def test_nothing_is_read_of_the_environment_behind_our_back(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a file for keys nor certificates nor a list of exempt hosts that is odd."""
    monkeypatch.setenv("SSLKEYLOGFILE", "/nowhere/keys")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/certificates")
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://")
    monkeypatch.setenv("NO_PROXY", "fe80::/10,[::1]")
    client = over_network("https://api.example", FakeClock(), environ={})
    assert client._exchanges._tls.cert_store_stats()["x509_ca"] > 50
    client = over_network(
        "https://api.example", FakeClock(), environ={"SSL_CERT_FILE": str(files / "other.pem")}
    )
    assert client._exchanges._tls.cert_store_stats()["x509_ca"] == 1
