"""Messages and signs of life over real sockets: what is taken, and what is not, in words."""

import asyncio
import gc
import json
import socket
import time
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.api.receiver import Receiver, receiver
from wallboard.api.webhook import WebAddress
from wallboard.errors import SendingFailed

SECRET = "canary0123456789"
DOCUMENT = {"text": "Ventes à l’étranger", "event": "begun"}


def address(
    port: int, *, scheme: str = "json", timeout: float = 60.0, user: str = ""
) -> WebAddress:
    text = f"{scheme}://{user}127.0.0.1:{port}/{SECRET}/hook?token={SECRET}"
    return WebAddress(SecretStr(text), timeout=timeout, environ={})


async def refusal(port: int, **options: float) -> SendingFailed:
    with pytest.raises(SendingFailed) as caught:
        await address(port, **options).post(DOCUMENT)  # type: ignore[arg-type]
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    assert SECRET not in told
    assert "127.0.0.1" not in str(error)
    assert error.words
    assert error.remedy
    return error


async def test_a_message_arrives_as_json_and_nothing_of_the_account_with_it() -> None:
    async with receiver() as it:
        await address(it.port, user="who:pass@").post(DOCUMENT)
    (taken,) = it.taken
    assert taken.line == f"POST /{SECRET}/hook?token={SECRET} HTTP/1.1"
    assert json.loads(taken.body) == DOCUMENT
    assert taken.headers["content-type"] == "application/json"
    assert taken.headers["authorization"] == "Basic d2hvOnBhc3M="
    assert not {"x-api-key", "cookie", "apikey"} & set(taken.headers)


async def test_a_sign_of_life_asks_the_address_and_a_refusal_is_behind_its_path() -> None:
    async with receiver() as it:
        for suffix in ("", "/fail"):
            await address(it.port, scheme="http").ask(suffix)
    lines = [taken.line for taken in it.taken]
    assert lines == [
        f"GET /{SECRET}/hook?token={SECRET} HTTP/1.1",
        f"GET /{SECRET}/hook/fail?token={SECRET} HTTP/1.1",
    ]
    assert it.taken[0].body == b""


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_each_status_of_success_is_one(status: int) -> None:
    async with receiver() as it:
        it.answers(status)
        await address(it.port).post(DOCUMENT)
        assert len(it.taken) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with receiver() as it, receiver() as elsewhere:
        it.answers(status, f"Location: http://127.0.0.1:{elsewhere.port}/x")
        error = await refusal(it.port)
        assert error.words == "It answered with a redirect, which is not followed"
        assert not error.again
        assert elsewhere.taken == []


@pytest.mark.parametrize(
    ("status", "words", "again"),
    [
        (400, "It was not taken (HTTP 400)", False),
        (401, "It is refused (HTTP 401)", False),
        (404, "It is refused (HTTP 404)", False),
        (429, "Too many messages (HTTP 429)", True),
        (503, "The receiver has a problem of its own (HTTP 503)", True),
    ],
)
async def test_a_refusal_is_told_with_its_status(status: int, words: str, again: bool) -> None:
    async with receiver() as it:
        it.answers(status, "Retry-After: 17")
        error = await refusal(it.port)
        assert (error.words, error.again) == (words, again)
        assert error.retry_after == (17 if status == 429 else None)


async def test_one_that_drips_is_left_at_its_deadline() -> None:
    async with receiver() as it:
        it.drip = 5.0  # minutes for the whole of it
        begun = time.monotonic()
        error = await refusal(it.port, timeout=0.3)
        assert error.words == "No answer within 0.3 s"
        assert error.again
        assert time.monotonic() - begun < 60


async def test_of_a_body_that_never_ends_nothing_is_waited_for() -> None:
    async with receiver() as it:
        it.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        await address(it.port).post(DOCUMENT)


async def test_one_that_says_nothing_is_left_at_its_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        error = await refusal(deaf.getsockname()[1], timeout=0.2)
        assert error.words == "No answer within 0.2 s"


async def test_nobody_there_is_told_as_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    error = await refusal(port)
    assert (error.words, error.again) == ("The connection was refused", True)


async def test_what_speaks_no_http_is_told_as_that() -> None:
    async with receiver() as it:
        it.answer = b"220 mail.example ESMTP\r\n\r\n"
        assert (await refusal(it.port)).words == "What answered does not speak HTTP"


async def test_connections_do_not_stay() -> None:
    async with receiver() as it:
        for _ in range(3):
            await address(it.port).post(DOCUMENT)
        it.drip = 0.1
        await refusal(it.port, timeout=0.2)
        gc.collect()  # an open socket would be a warning, which is an error here
        assert len(it.taken) >= 3, "the last may have been given up before it was read"


def test_an_address_is_in_no_repr() -> None:
    assert SECRET not in repr(address(1))
    assert SECRET not in repr(vars(address(1)))


async def test_a_certificate_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    bundle = str(tmp_path / "none")
    one = WebAddress(SecretStr("jsons://127.0.0.1:9/x"), ca_bundle=bundle, environ={})
    with pytest.raises(SendingFailed) as caught:
        await one.post(DOCUMENT)
    assert "api.ca_bundle" in caught.value.words
    assert not caught.value.again


async def test_cancelling_leaves_nothing_open() -> None:
    async with receiver() as it:
        it.drip = 1.0
        task = asyncio.create_task(address(it.port).post(DOCUMENT))
        await _until_taken(it)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gc.collect()


async def _until_taken(it: Receiver) -> None:
    async with asyncio.timeout(30):
        while not it.taken:  # noqa: ASYNC110 - only the other side knows
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("host", ["xn--\u2026", "\u0130\u0307" * 40, "a\u0300" * 70])
async def test_a_host_that_cannot_be_one_is_told_and_never_tried_again(host: str) -> None:
    """What the configuration takes for an address; only whoever connects knows better."""
    one = WebAddress(SecretStr(f"json://{host}/{SECRET}"), timeout=60.0, environ={})
    with pytest.raises(SendingFailed) as caught:
        await one.post(DOCUMENT)
    assert caught.value.words == "What is written is no address"
    assert not caught.value.again
    assert SECRET not in "".join(traceback.format_exception(caught.value))


async def test_the_same_address_is_posted_to_again_over_a_new_connection() -> None:
    async with receiver() as it:
        one = address(it.port)
        for _ in range(2):
            await one.post(DOCUMENT)
    assert [json.loads(taken.body) for taken in it.taken] == [DOCUMENT] * 2
