"""Answers of every kind, bent: nothing but an error of ours leaves the room, and it ends."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC
from functools import partial

import httpx
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.api.clients import TOKEN, Api, over_network
from tests.fake_clock import FakeClock
from tests.unit.api.wire.test_realtime_fuzz import FULL, JUNK, bent, mutated
from tests.unit.api.wire.test_successor_fuzz import AGENTS, CALLS, QUEUES
from wallboard.api.account import WorkAnalytics
from wallboard.api.directory import NameLists
from wallboard.errors import FeedError, UnknownName
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.day import day_of

PBX = {"_embedded": {"pbxList": [{"id": "p", "name": "P"}], "queueList": []}, "page": {}}
HEADERS: tuple[dict[str, str], ...] = (
    {}, {"Retry-After": "\x7f"}, {"Retry-After": "9" * 400}, {"Date": "never"},
    {"Content-Encoding": "br"}, {"Location": "//["}, {"Set-Cookie": "=;;\x01"},
    {"Content-Type": "text/html; charset=\xff"}, {"Retry-After": "Sun, 99 Foo 0000 99:99:99 GMT"},
)  # fmt: skip


RULE = partial(day_of, zone=UTC)


def usual(path: str) -> object:
    """Return the answer that an address should give."""
    by_end = {"call-queue-metrics": QUEUES, "queue-agent-activity": AGENTS, "active": CALLS}
    return FULL if "real-time" in path else by_end.get(path.rpartition("/")[2], PBX)


def odd_answer(dice: random.Random, usual: object) -> httpx.Response:
    """Return the usual answer more often than not, else anything."""
    if dice.random() < 0.6:
        return httpx.Response(200, content=json.dumps(usual).encode())
    status = dice.choice((200, 200, 201, 204, 301, 400, 401, 403, 404, 410, 429, 500, 503, 599))
    kind = dice.randrange(4)
    if kind == 0:
        body = bent(json.dumps(usual).encode(), dice)
    elif kind == 1:
        body = json.dumps(dice.choice(JUNK)).encode()
    elif kind == 2:
        body = json.dumps(mutated(dice)).encode()
    else:
        body = b'{"messages": ["Invalid Metrics Passed [%s]."]}' % dice.randbytes(9).hex().encode()
    headers = {name.encode(): text.encode("latin-1") for name, text in dice.choice(HEADERS).items()}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


@seed(1)
@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_is_answered_only_errors_of_ours_come_out(number: int) -> None:
    dice = random.Random(number)
    api, clock = Api(), FakeClock()

    async def token(_: httpx.Request) -> httpx.Response:
        return odd_answer(dice, {"access_token": TOKEN, "expires_in": dice.choice(JUNK[:12])})

    async def data(request: httpx.Request) -> httpx.Response:
        return odd_answer(dice, usual(request.url.path))

    api.token, api.data = token, data

    said: list[str] = []

    async def run() -> None:
        queues = ["x"] if dice.random() < 0.3 else []
        client = api.client(clock)
        account = WorkAnalytics(
            client, NameLists((), (), queues), frozenset(CATALOGUE), clock,
            time_unit=dice.choice(("auto", "ms", "s")), day=RULE, people=True,
        )  # fmt: skip
        for _ in range(4):
            await clock.advance(60)
            try:
                sources = await account.open()
            except (FeedError, UnknownName) as error:
                said.append(error.words)
                continue
            for source in sources:
                try:
                    await source.fetch()
                except FeedError as error:
                    said.append(error.words)

    asyncio.run(run())
    assert all(said)
    assert not any(TOKEN in words for words in said)


# -- over a socket ----------------------------------------------------------------------------

FINE = b'HTTP/1.1 200 OK\r\nContent-Length: 18\r\nConnection: close\r\n\r\n{"callQueues": [] }'
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    b'10\r\n{"callQueues": [\r\n2\r\n]}\r\n0\r\n\r\n'
)
GRANTED = b'{"access_token": "%s"}' % TOKEN.encode()
GRANT = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
    len(GRANTED),
    GRANTED,
)


@asynccontextmanager
async def raw(answers: list[bytes]) -> AsyncIterator[str]:
    """Answer a sign-in as it should be, and all else with ``answers``, one after the other."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"POST"):
                await reader.readuntil(b"&password=")
            writer.write(GRANT if head.startswith(b"POST") else answers.pop())
            await writer.drain()
            writer.write_eof()
            await reader.read()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_bent_http_is_an_error_of_ours_or_an_answer() -> None:
    dice = random.Random(1)
    usual = (FINE, CHUNKED)
    answers = [bent(dice.choice(usual), dice) for _ in range(150)]
    answers += [b"", b"\x00", b"HTTP/1.1", b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"]
    answers += [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, b"A" * 200_000, *usual]
    count, outcomes = len(answers), set[str]()
    async with raw(answers) as url:
        client = over_network(url)
        for _ in range(count):
            try:
                await client.realtime("p")
                outcomes.add("answer")
            except FeedError as error:
                outcomes.add(type(error).__name__)
        await client.aclose()
    assert {"answer", "Unreachable", "InvalidResponse"} <= outcomes
