"""The token: what is sent, when it is renewed, one sign-in at a time, and nothing shown."""

import asyncio
import logging
from pathlib import Path
from urllib.parse import unquote_to_bytes

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.clients import (
    BASE,
    CANARIES,
    TOKEN,
    USER_REFUSED,
    Api,
    answering,
    credentials,
    failure,
    over_simulator,
    rejected,
)
from tests.fake_clock import FakeClock
from tests.simulated import make_simulator
from wallboard.api.client import Client
from wallboard.api.http.connection import ClientOptions
from wallboard.api.token.sign_in import SignIn
from wallboard.errors import ConfigurationError, ServerError, Unreachable

# -- what is sent -----------------------------------------------------------------------------


@given(st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_every_byte_of_a_password_survives(password: str) -> None:
    body = SignIn(credentials(password=password), f"{BASE}/v1/oauth/token").request().content
    name, _, value = body.partition(b"&")[2].partition(b"=")
    assert name == b"password"
    assert b"+" not in value
    assert unquote_to_bytes(value) == password.encode("utf-8", "surrogateescape")


async def test_a_password_full_of_signs_is_accepted() -> None:
    sim = make_simulator(sample=True)
    assert {"&", "%", "+", "="} & set(sim.credentials.password)
    client = over_simulator(sim, FakeClock())
    assert b"Narbo" in (await client.realtime(sim.centre.directory.pbxes[0].id)).content


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "clé"])
def test_a_key_that_no_header_can_carry_is_a_mistake_and_not_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError, match=r"api\.key") as caught:
        SignIn(credentials(key=key), BASE)
    assert not key or key not in str(caught.value)


def test_a_password_that_is_no_text_is_a_mistake_and_not_in_the_error() -> None:
    with pytest.raises(ConfigurationError) as caught:
        SignIn(credentials(password="secret\ud800"), BASE)
    assert caught.value.__context__ is None
    assert "secret" not in str(caught.value)


# -- renewal ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("random", "life"), [(0.0, 1350.0), (0.5, 1485.0), (0.9999, 1619.9)])
async def test_a_token_is_renewed_at_75_to_90_percent_of_its_life(
    random: float, life: float
) -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock, random)
    await client.realtime("p")
    await clock.advance(life - 1)
    await client.realtime("p")
    assert api.asked["token"] == 1
    await clock.advance(1.1)
    await client.realtime("p")
    assert api.asked["token"] == 2


@pytest.mark.parametrize(
    ("expires_in", "life"),
    [
        (0, 30.0),
        (-60, 30.0),
        (None, 300 * 0.825),
        ("soon", 300 * 0.825),
        (True, 300 * 0.825),
        ("1800", 1800 * 0.825),
        (1e18, 86_400 * 0.825),
        (10**400, 300 * 0.825),
        (86_400, 86_400 * 0.825),
    ],
)
async def test_whatever_expires_in_says_the_board_neither_hammers_nor_trusts_it_for_ever(
    expires_in: object, life: float
) -> None:
    api, clock = Api(), FakeClock()
    api.expires_in = expires_in
    client = api.client(clock)
    await client.realtime("p")
    await clock.advance(life - 0.1)
    await client.realtime("p")
    assert api.asked["token"] == 1
    await clock.advance(0.2)
    await client.realtime("p")
    assert api.asked["token"] == 2


async def test_while_the_token_lives_a_broken_token_endpoint_costs_nothing() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock)
    await client.realtime("p")
    api.token = answering(503)
    await clock.advance(1500)
    for _ in range(29):
        await client.realtime("p")
        await clock.advance(10)
    assert api.asked["token"] == 1 + 10  # every 30 s
    await clock.advance(10)
    assert isinstance(await failure(client.realtime("p")), ServerError)
    api.token = api.grant
    await client.realtime("p")


async def test_a_renewal_that_nobody_answers_leaves_time_for_the_poll() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock, timeout=0.2)
    await client.realtime("p")

    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    api.token = silent
    await clock.advance(1500)
    await client.realtime("p")
    assert api.asked == {"token": 2, "data": 2}


async def test_nobody_waits_for_a_renewal_but_the_one_who_renews() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock)
    await client.realtime("p")
    await clock.advance(1500)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        asked.set()
        await answered.wait()
        return await api.grant(request)

    api.token = slow
    renewing = asyncio.create_task(client.realtime("p"))
    await asked.wait()
    await asyncio.gather(*(client.realtime("p") for _ in range(5)))
    assert api.asked["data"] == 6
    answered.set()
    await renewing
    assert api.asked["token"] == 2


# -- one at a time ----------------------------------------------------------------------------


async def test_one_sign_in_however_many_requests_wait() -> None:
    api = Api()

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        return await api.grant(request)

    api.token = slow
    client = api.client(FakeClock())
    await asyncio.gather(*(client.realtime(f"p{n}") for n in range(20)))
    assert api.asked == {"token": 1, "data": 20}


async def test_each_sign_in_that_was_accepted_is_told_once() -> None:
    api, heard = Api(), []
    api.token = answering(500)
    client = api.client(FakeClock(), signed_in=lambda: heard.append(api.asked["token"]))
    await failure(client.realtime("p"))
    assert heard == []
    api.token = api.grant
    await asyncio.gather(*(client.realtime(f"p{n}") for n in range(3)))
    assert heard == [2]


async def test_a_sign_in_that_fails_fails_for_all_who_waited_for_it() -> None:
    api = Api()

    async def slow(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        return httpx.Response(500)

    api.token = slow
    client = api.client(FakeClock())
    errors = await asyncio.gather(*(failure(client.realtime("p")) for _ in range(20)))
    assert all(isinstance(error, ServerError) for error in errors)
    assert len(set(map(id, errors))) == 20
    assert api.asked == {"token": 1}
    assert isinstance(await failure(client.realtime("p")), ServerError)
    assert api.asked == {"token": 2}


async def test_a_sign_in_that_was_broken_off_is_tried_by_the_next() -> None:
    api = Api()
    client = api.client(FakeClock(), timeout=0.05)

    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    api.token = silent
    assert isinstance(await failure(client.realtime("p")), Unreachable)
    api.token = api.grant
    await client.realtime("p")


async def test_to_sign_in_alone_serves_the_requests_that_follow() -> None:
    api = Api()
    client = api.client(FakeClock())
    await client.sign_in()
    await client.sign_in()
    assert api.asked == {"token": 1}
    await client.realtime("p")
    assert api.asked == {"token": 1, "data": 1}


# -- secrets ----------------------------------------------------------------------------------


async def test_no_secret_is_in_a_repr_an_error_or_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    api, clock = Api(), FakeClock()
    client = api.client(clock)
    await client.realtime("p")
    said = [repr(client), repr(credentials()), repr(vars(client)), repr(client._auth._token)]
    said += [repr(SignIn(credentials(), "https://h/token")), repr(vars(client._auth))]
    for answer in (rejected, answering(400), answering(500)):
        api.data = answer
        error = await failure(client.realtime("p"))
        said += [repr(error), str(error), error.remedy, repr(vars(error))]
    api.data = api.queues
    await clock.advance(10_000)
    for answer in (
        USER_REFUSED,
        answering(400, text=f"{CANARIES}"),
        answering(200, json={"access_token": f"{TOKEN}\n"}),
    ):
        api.token = answer
        error = await failure(client.realtime("p"))
        said += [repr(error), str(error), error.remedy, repr(vars(error))]
        await clock.advance(3600)
    said.append(caplog.text)
    assert "signed in" in caplog.text
    for canary in CANARIES:
        assert not any(canary in text for text in said)


def test_options_that_cannot_be_used_are_told_at_once() -> None:
    for address in (
        "http://api.example.com",
        "ftp://localhost",
        "https://u:p@h",
        "nonsense",
        "",
        "https://xn--a.x",
    ):
        with pytest.raises(ConfigurationError, match=r"api\.base_url"):
            Client(ClientOptions(base_url=address), credentials, FakeClock(), lambda: 0.5)


async def test_a_netrc_of_the_user_has_no_part_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login canary password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    api = Api()
    await api.client(FakeClock()).realtime("p")
    sign_in, poll = api.requests
    assert "authorization" not in sign_in.headers
    assert poll.headers["authorization"] == f"Bearer {TOKEN}1"
