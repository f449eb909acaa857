"""The simulator's token endpoint: strict about the form, right about refusals and lives."""

from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulated import TimedSimulator, calling, make_simulator
from wallboard.simulator.server.sign_in import read_form

FORM = {"content-type": "application/x-www-form-urlencoded"}
COMMON = {"timestamp", "status", "messages", "path"}


@pytest.fixture
def simulator() -> TimedSimulator:
    return make_simulator(sample=True)


async def post(
    simulator: TimedSimulator,
    body: str | bytes | None = None,
    key: str | None = "",
    headers: dict[str, str] = FORM,
) -> httpx.Response:
    who = simulator.credentials
    if body is None:
        body = urlencode({"username": who.username, "password": who.password})
    sent = {**headers} if key is None else {**headers, "8x8-apikey": key or who.key}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator.app)) as client:
        url = f"{simulator.base_url}/v1/oauth/token"
        return await client.post(url, content=body, headers=sent)


async def test_a_right_sign_in_gets_a_token_that_lives_for_a_while(
    simulator: TimedSimulator,
) -> None:
    answer = await post(simulator)
    assert answer.status_code == 200
    said = answer.json()
    assert set(said) == {"access_token", "token_type", "expires_in"}
    assert said["token_type"] == "bearer"
    assert said["expires_in"] == 1800
    assert said["access_token"].startswith("eyJ")
    assert (await post(simulator)).json()["access_token"] != said["access_token"]


def test_the_credentials_have_every_awkward_byte(simulator: TimedSimulator) -> None:
    assert set("^&=%+ ") <= set(simulator.credentials.password)


@pytest.mark.parametrize("encode", [quote_plus, lambda text: quote(text, safe="")])
async def test_blanks_may_be_plus_or_percent_20(simulator: TimedSimulator, encode) -> None:  # type: ignore[no-untyped-def]
    who = simulator.credentials
    body = f"username={encode(who.username)}&password={encode(who.password)}"
    assert (await post(simulator, body)).status_code == 200


@pytest.mark.parametrize("spoil", ["&", "=", "%", "+", "^", " "])
async def test_a_byte_that_is_not_encoded_spoils_the_sign_in(
    simulator: TimedSimulator, spoil: str
) -> None:
    who = simulator.credentials
    careless = quote(who.password, safe="").replace(quote(spoil), spoil)
    body = f"username={quote(who.username, safe='')}&password={careless}"
    assert (await post(simulator, body)).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"username=a",
        b"password=b",
        b"username=&password=b",
        b"username=a&username=b&password=c",
        b"username=%FF&password=c",
        b"username=%4&password=c",
        b"username=%zz&password=c",
        "username=ä&password=c".encode(),
        b'{"username": "a", "password": "b"}',
    ],
)
async def test_a_form_that_is_none_has_the_common_error_body(
    simulator: TimedSimulator, body: bytes
) -> None:
    answer = await post(simulator, body)
    assert answer.status_code == 400
    assert set(answer.json()) == COMMON
    assert answer.json()["path"] == "/analytics/work/v1/oauth/token"


async def test_json_is_no_form(simulator: TimedSimulator) -> None:
    answer = await post(simulator, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "x-www-form-urlencoded" in answer.json()["messages"][0]


@pytest.mark.parametrize("key", [None, "wrong"])
async def test_a_wrong_or_missing_key_is_refused_by_the_gateway(
    simulator: TimedSimulator, key: str | None
) -> None:
    answer = await post(simulator, key=key)
    assert answer.status_code == 400
    said = answer.json()
    assert (said["status"], said["message"], said["code"]) == (
        400, "Invalid 8x8-apikey", "SHA001",
    )  # fmt: skip
    assert said["details"][0]["path"] == ["8x8-apikey"]


@pytest.mark.parametrize("part", ["username", "password"])
async def test_a_wrong_user_or_password_is_an_invalid_grant(
    simulator: TimedSimulator, part: str
) -> None:
    who = simulator.credentials
    fields = {"username": who.username, "password": who.password, part: "wrong"}
    answer = await post(simulator, urlencode(fields))
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid_grant", "error_description": "USER_NOTFOUND_ERROR",
    }  # fmt: skip


async def test_a_token_expires_when_its_life_is_over() -> None:
    simulator = make_simulator(sample=True, token_life=60)
    pbx = simulator.centre.directory.pbxes[0].id
    live = f"v2/call-queues/real-time/pbxes/{pbx}"
    async with calling(simulator) as client:
        simulator.advance(59.9)
        assert (await client.get(live)).status_code == 200
        simulator.advance(0.1)
        answer = await client.get(live)
        token = client.headers["authorization"].removeprefix("Bearer ")
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_token", "error_description": f"Access token expired: {token}",
    }  # fmt: skip


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "nonsense"])
async def test_metrics_and_lists_word_a_401_each_in_its_way(header: str) -> None:
    simulator = make_simulator(sample=True)
    pbx = simulator.centre.directory.pbxes[0].id
    async with calling(simulator) as client:
        client.headers["authorization"] = header
        metrics = await client.get(f"v2/call-queues/real-time/pbxes/{pbx}")
        listed = await client.get("v2/pbxes/")
    assert metrics.status_code == listed.status_code == 401
    assert set(metrics.json()) == {"error", "error_description"}
    assert set(listed.json()) == COMMON


async def test_revoked_tokens_are_invalid() -> None:
    simulator = make_simulator(sample=True)
    async with calling(simulator) as client:
        simulator.sign_in.revoke()
        assert (await client.get("v2/pbxes/")).status_code == 401


@pytest.mark.parametrize("path", ["v2/pbxes/", "v2/call-queues/real-time/pbxes/{}"])
async def test_every_request_needs_the_key(path: str) -> None:
    simulator = make_simulator(sample=True)
    path = path.format(simulator.centre.directory.pbxes[0].id)
    async with calling(simulator) as client:
        del client.headers["8x8-apikey"]
        answer = await client.get(path)
    assert answer.status_code == 400
    assert answer.json()["code"] == "SHA001"


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_a_form_that_is_encoded_right_is_read_right(fields: dict[str, str]) -> None:
    try:
        body = urlencode(fields).encode()
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert read_form(body) == fields
