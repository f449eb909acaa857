"""What a refusal is, whatever its shape, and what it tells the user to do: sections 6 and 7."""

import textwrap
from itertools import product

import pytest

from tests.api.clients import Api, answering, failure
from tests.fake_clock import FakeClock
from wallboard.api.http import status_errors as statuses
from wallboard.api.wire import realtime as wire
from wallboard.errors import AccessRefused, InvalidResponse, SignInRefused, WallboardError
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Moment
from wallboard.ui.widgets.status_bar import _MOST_REMEDY

CDR = "user(canary) does not have access to api category(CDR) for pbxId([canary])."
NO_PBX = "user canary does not have access to pbxId canary to make this request."
FAULT = {"fault": {"faultstring": "canary", "detail": {"errorcode": "oauth.v2.canary"}}}
NO_KEY = {
    "fault": {
        "faultstring": "Invalid ApiKey for given resource",
        "detail": {"errorcode": "oauth.v2.InvalidApiKeyForGivenResource"},
    }
}
DENIED = {"timeStamp": 1, "status": 403, "error": "Access Denied", "exception": "x", "path": "/p"}
PROXY = ("proxy", "sign-in page", "portal")


async def refused(status: int, **content: object) -> WallboardError:
    """The error of a poll that is answered so."""
    api = Api()
    api.data = answering(status, **content)
    return await failure(api.client(FakeClock()).realtime("p1"))


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (400, {"status": 400, "message": CDR, "code": "105-400-038"}, "what is asked (HTTP 400)"),
        (400, {"status": 400, "messages": [NO_PBX]}, "what is asked (HTTP 400)"),
        (409, {"message": "You do not have access."}, "what is asked (HTTP 409)"),
        (422, {"error": "Not authorised"}, "what is asked (HTTP 422)"),
        (403, {"status": 403, "messages": [NO_PBX]}, "this PBX (HTTP 403)"),
        (403, DENIED, "what is asked (HTTP 403)"),
        (403, FAULT, "what is asked (HTTP 403)"),
        (403, ["canary"], "this PBX (HTTP 403)"),
    ],
)
async def test_no_access_is_a_refusal_whatever_its_status_and_shape(
    status: int, content: object, words: str
) -> None:
    error = await refused(status, json=content)
    assert type(error) is AccessRefused
    assert error.exit_code == 3
    assert error.words == f"Signed in, but without access to {words}"
    for needed in ("Supervisor", "X4", "48 hours", '"Analytics for 8x8 Work"'):
        assert needed in error.remedy
    assert "canary" not in str(error)


async def test_an_empty_403_is_of_the_pbx() -> None:
    error = await refused(403)
    assert error.words == "Signed in, but without access to this PBX (HTTP 403)"
    assert "leave it out of [api] pbx" in error.remedy


@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(
    "content",
    [
        NO_KEY,
        {"status": 400, "message": "Invalid 8x8-apikey", "code": "SHA001"},
        {"messages": ["The API key is not allowed."]},
    ],
)
async def test_a_key_that_is_refused_is_told_so_at_a_poll_and_at_the_sign_in(
    status: int, content: object
) -> None:
    at_poll = await refused(status, json=content)
    api = Api()
    api.token = answering(status, json=content)
    at_sign_in = await failure(api.client(FakeClock()).realtime("p1"))
    for error in (at_poll, at_sign_in):
        assert type(error) is SignInRefused
        assert error.words == "The API key was refused"
        assert 'the API product "Analytics for 8x8 Work"' in error.remedy
        assert "Contact Center is another product" in error.remedy


@pytest.mark.parametrize(
    "content",
    [
        {"error": "invalid_token", "error_description": "Access token expired: canary"},
        {"error": "invalid_token", "error_description": "Cannot convert access token to JSON"},
        FAULT,
    ],
)
async def test_a_token_that_is_refused_for_ever_is_told_with_the_european_address(
    content: object,
) -> None:
    error = await refused(401, json=content)
    assert type(error) is SignInRefused
    assert "https://api.8x8.com/eu/analytics/work" in error.remedy
    assert "Supervisor" in error.remedy
    assert "canary" not in str(error)


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_user_that_is_refused_is_told_what_a_user_needs(status: int) -> None:
    api = Api()
    api.token = answering(status, json={"error": "invalid_grant", "error_description": "canary"})
    error = await failure(api.client(FakeClock()).realtime("p1"))
    assert "user name or the password" in error.words
    for needed in (
        "Supervisor",
        "X4",
        "opened Work Analytics in a browser once",
        "another product",
    ):
        assert needed in error.remedy


async def test_an_address_without_a_sign_in_is_told_with_those_that_have_one() -> None:
    api = Api()
    api.token = answering(404)
    error = await failure(api.client(FakeClock()).realtime("p1"))
    assert "https://api.8x8.com/eu/analytics/work" in error.remedy
    assert "Contact Center is another product" in error.remedy


@pytest.mark.parametrize(
    "status", [200, 400, 401, 402, 403, 404, 405, 409, 410, 418, 429, 500, 503]
)
async def test_no_json_of_the_api_blames_a_proxy(status: int) -> None:
    contents: tuple[object, ...] = (
        {},
        [],
        {"messages": ["x"]},
        FAULT,
        NO_KEY,
        DENIED,
        {"callQueues": 5},
        5,
        None,
    )
    for content, asked in product(contents, ("data", "token")):
        api = Api()
        setattr(api, asked, answering(status, json=content))
        error = await failure(read(api))
        assert error.words, (content, asked)
        assert not any(one in str(error) for one in PROXY), (content, asked, error)


async def read(api: Api) -> object:
    body = await api.client(FakeClock()).realtime("p1")
    reading = await wire.reading(
        wire.RawAnswer(body.content, FeedId("p1", Kind.LIVE), Moment(FakeClock().now(), 0.0)),
        CATALOGUE,
    )
    return reading.queues


@pytest.mark.parametrize("status", [400, 418])
async def test_a_page_in_place_of_an_answer_blames_what_stands_in_between(status: int) -> None:
    error = await refused(status, text=" <!doctype html><h1>Sign in</h1>")
    assert type(error) is InvalidResponse
    assert "a sign-in page stands in between" in error.remedy


def test_what_a_user_is_told_fits_on_the_narrowest_board() -> None:
    told = [text for name, text in vars(statuses).items() if name.startswith("CHECK_")]
    assert told
    for remedy in told:
        assert len(textwrap.wrap(remedy, 78)) <= _MOST_REMEDY


def test_a_metric_that_is_unknown_and_a_page_are_no_refusals() -> None:
    assert not statuses.refuses(b'{"messages": ["Invalid Metrics Passed [x]."]}')
    assert not statuses.refuses(b"<html>Access denied</html>")
