"""Bodies: decoded in bounded pieces, whatever somebody packs into them."""

import asyncio
import gzip
import random
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.clients import TOKEN, Api, failure, over_network
from tests.fake_clock import FakeClock
from wallboard.api.http.body_limits import MOST_AGE, Body, BoundedBody, body_of
from wallboard.errors import InvalidResponse, ServerError, SignInRefused
from wallboard.model.data.reading import Moment

MEGABYTE = 2**20
PACKERS: tuple[Callable[[bytes], bytes], ...] = (gzip.compress, zlib.compress)


class Pieces(httpx.AsyncByteStream):
    """A body as it comes from a socket."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        self.closed = True


def decoded(
    *pieces: bytes,
    most: int = 1_000_000,
    packed: bool = True,
    cut: bool = False,
    rows: int = 1_000,
) -> bytes:
    async def all_of_it() -> bytes:
        body = BoundedBody(Pieces(*pieces), most, packed=packed, cut=cut, rows=rows)
        return b"".join([piece async for piece in body])

    return asyncio.run(all_of_it())


@given(st.binary(max_size=2_000), st.integers(1, 400), st.sampled_from(PACKERS))
def test_a_packed_body_is_whole_however_it_was_cut_into_pieces(
    body: bytes, size: int, pack: Callable[[bytes], bytes]
) -> None:
    raw = pack(body * 50)
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert decoded(*pieces) == body * 50
    assert decoded(*pieces, packed=False) == raw


def test_several_members_are_one_body() -> None:
    assert decoded(gzip.compress(b"one ", mtime=0) + gzip.compress(b"two")) == b"one two"
    assert decoded(gzip.compress(b"one ", mtime=0), gzip.compress(b"two")) == b"one two"


def test_an_empty_body_is_empty() -> None:
    assert decoded() == decoded(b"") == decoded(gzip.compress(b"", mtime=0)) == b""


@pytest.mark.parametrize("packed", [True, False])
def test_up_to_the_bound_is_read_and_one_more_byte_is_nonsense(packed: bool) -> None:
    pack = gzip.compress if packed else bytes
    assert len(decoded(pack(b"x" * 1000), most=1000, packed=packed)) == 1000
    with pytest.raises(InvalidResponse, match="larger than any answer") as caught:
        decoded(pack(b"x" * 1001), most=1000, packed=packed)
    assert "max_body" in caught.value.remedy


def test_of_an_error_no_more_than_the_bound_is_read_and_that_is_all() -> None:
    assert decoded(b"x" * 600, b"y" * 600, b"z" * 600, most=1300, packed=False, cut=True) == (
        b"x" * 600 + b"y" * 600
    )
    assert decoded(gzip.compress(b"x" * 600, mtime=0)[:-9], cut=True) == b"x" * 600


@pytest.mark.parametrize("part", [1, 9, 20, -1, -8])
def test_a_body_that_ends_too_early_is_nonsense(part: int) -> None:
    raw = gzip.compress(random.Random(1).randbytes(500))
    with pytest.raises(InvalidResponse, match="cut off"):
        decoded(raw[:part])


@pytest.mark.parametrize(
    "raw", [b"no gzip at all", gzip.compress(b"x" * 99, mtime=0) + b"and more"]
)
def test_damaged_compression_is_nonsense(raw: bytes) -> None:
    with pytest.raises(InvalidResponse, match="damaged") as caught:
        decoded(raw)
    assert caught.value.__context__ is None


def test_closing_gives_the_connection_back() -> None:
    inner = Pieces(b"x")
    asyncio.run(BoundedBody(inner, 10, packed=False, cut=False).aclose())
    assert inner.closed


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress", "\x00"])
async def test_a_coding_that_was_not_asked_for_is_nonsense(coding: str) -> None:
    api = Api()

    async def coded(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": coding}, stream=Pieces(b"x" * 99))

    api.data = coded
    error = await failure(api.client(FakeClock()).realtime("p"))
    assert isinstance(error, InvalidResponse)
    assert "compressed" in error.words
    assert {request.headers["accept-encoding"] for request in api.requests} == {"gzip"}


def row(fields: int) -> bytes:
    inner = b",".join([b'"a":1'] * fields)
    return b'{"name":"x","metrics":{%s}}' % inner


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (b"[" + b",".join([row(20)] * 100) + b"]", True),
        (b"[" + b",".join([b"{}"] * 700) + b"]", True),
        (b"[" + b",".join([b"{}"] * 900) + b"]", False),
        (b"[" * 801, False),
        (b"[" + b"1," * 3_900 + b"1]", True),
        (b"[" + b"1," * 4_001 + b"1]", False),
        (b"{" + b",".join([b'"a":1'] * 4_100) + b"}", False),
    ],
    ids=lambda one: one[:12] if isinstance(one, bytes) else one,
)
def test_what_holds_more_than_rows_can_have_is_not_read(content: bytes, fits: bool) -> None:
    for sent, packed in ((content, False), (gzip.compress(content), True)):
        if fits:
            assert decoded(sent, packed=packed, rows=100) == content
            continue
        with pytest.raises(InvalidResponse, match="more rows than 100") as caught:
            decoded(sent, packed=packed, rows=100)
        assert "max_queues" in caught.value.remedy


def test_of_an_error_the_things_in_it_are_not_counted() -> None:
    assert decoded(b"[" * 900, packed=False, cut=True, rows=100) == b"[" * 900


async def test_a_sign_in_is_answered_shortly_or_not_at_all() -> None:
    api = Api()

    async def token(_: httpx.Request) -> httpx.Response:
        long = b'{"access_token": "t", "x": "%s"}' % (b"a" * 70_000)
        return httpx.Response(200, stream=Pieces(long))

    api.token = token
    error = await failure(api.client(FakeClock()).realtime("p"))
    assert isinstance(error, InvalidResponse)


# -- how old they are -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "seconds"),
    [
        (None, 0), ("0", 0), ("60", 60), (" 60 ", 60), ("10, 60", 60), ("60, junk", 60),
        ("-5", 0), ("1.5", 0), ("nan", 0), ("inf", 0), ("", 0), (",", 0), ("\u0663", 0),
        ("soon", 0),
        ("99999999999", MOST_AGE), ("9" * 10_000, MOST_AGE),
    ],
)  # fmt: skip
def test_an_age_counts_where_it_is_one(age: str | None, seconds: float) -> None:
    body = body_of(b"x", {} if age is None else {"age": age})
    assert (body.content, body.cache_age) == (b"x", seconds)
    sent = Moment(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), 1000.0)
    assert body.data_moment(sent) == Moment(sent.wall - timedelta(seconds=seconds), 1000 - seconds)


def test_of_two_headers_the_higher_age_counts() -> None:
    assert body_of(b"", httpx.Headers([("Age", "60"), ("Age", "7")])).cache_age == 60


@pytest.mark.parametrize(
    ("date", "served"),
    [
        ("Mon, 02 Mar 2026 09:30:00 GMT", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 10:30:00 +0100", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 09:30:00", datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("Sun, 99 Foo 0000 99:99:99 GMT", None),
        ("1" * 5_000, None), ("", None), ("now", None),
    ],
)  # fmt: skip
def test_the_servers_clock_is_told_in_utc_or_not_at_all(date: str, served: datetime | None) -> None:
    assert body_of(b"", {"date": date}) == Body(b"", served)


@given(st.text(), st.text())
def test_whatever_the_headers_say_a_body_has_an_age_that_can_be(date: str, age: str) -> None:
    body = body_of(b"", {"date": date, "age": age})
    assert 0 <= body.cache_age <= MOST_AGE
    assert body.served is None or body.served.tzinfo is UTC


# -- over sockets -----------------------------------------------------------------------------


def plain() -> Iterator[bytes]:
    """Yield a gigabyte of blanks."""
    piece = b" " * MEGABYTE
    return (piece for _ in range(1024))


def bomb() -> Iterator[bytes]:
    """Yield a megabyte of gzip that is a gigabyte of blanks: after a full flush all is alike."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(b" " * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    for _ in range(1024):
        yield block


@asynccontextmanager
async def server(
    status: bytes, headers: bytes, pieces: Callable[[], Iterator[bytes]], *, token: bool = False
) -> AsyncIterator[str]:
    """Answer with so much, also (``token``) to a sign-in; yields the base URL."""
    granted = b'{"access_token": "%s"}' % TOKEN.encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"POST"):
                    await reader.readuntil(b"&password=")
                    await reader.read(1000)
                    if not token:
                        size = len(granted)
                        writer.write(
                            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + granted
                        )
                        continue
                writer.write(b"HTTP/1.1 %s\r\nConnection: close\r\n%s\r\n" % (status, headers))
                for piece in pieces():
                    writer.write(piece)
                    await writer.drain()
                break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


GZIP = b"Content-Encoding: gzip\r\n"


@pytest.mark.parametrize(
    ("status", "headers", "pieces", "token", "kind"),
    [
        (b"200 OK", b"", plain, False, InvalidResponse),
        (b"200 OK", b"Content-Length: 1073741824\r\n", plain, False, InvalidResponse),
        (b"200 OK", GZIP, bomb, False, InvalidResponse),
        (b"200 OK", GZIP, bomb, True, InvalidResponse),
        (b"500 Oh", b"", plain, False, ServerError),
        (b"500 Oh", GZIP, bomb, False, ServerError),
        (b"401 No", GZIP, bomb, False, SignInRefused),
        (b"400 No", b"", plain, True, SignInRefused),
    ],
)
async def test_a_gigabyte_is_stopped_soon_and_costs_little_memory(
    status: bytes, headers: bytes, pieces: Callable[[], Iterator[bytes]], token: bool, kind: type
) -> None:
    async with server(status, headers, pieces, token=token) as url:
        client = over_network(url)
        started = time.process_time()
        tracemalloc.start()
        try:
            error = await failure(client.realtime("p"))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await client.aclose()
    assert isinstance(error, kind)
    assert peak < (40 if kind is InvalidResponse else 8) * MEGABYTE  # of an error little is read
    assert time.process_time() - started < 10  # a gigabyte takes more


async def test_the_largest_answer_costs_less_than_three_times_its_size() -> None:
    def valid() -> Iterator[bytes]:
        yield b'{"callQueues": []'
        for _ in range(15):
            yield b" " * 1_000_000
        yield b"}"

    async with server(b"200 OK", b"", valid) as url:
        client = over_network(url)
        tracemalloc.start()
        try:
            body = await client.realtime("p")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        await client.aclose()
    assert len(body.content) == 15_000_018
    assert peak < 40 * MEGABYTE
