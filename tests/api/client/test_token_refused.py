"""Sign-ins and tokens that are refused: one try, then waits, and words that help."""

import asyncio

import httpx
import pytest

from tests.api.clients import (
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
from wallboard.errors import (
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
    SignInRefused,
)

# -- 401 --------------------------------------------------------------------------------------


async def test_a_401_costs_exactly_one_sign_in_and_one_replay() -> None:
    sim = make_simulator(sample=True)
    client = over_simulator(sim, FakeClock())
    pbx = sim.centre.directory.pbxes[0].id
    await client.realtime(pbx)
    sim.sign_in.revoke()
    sim.log.clear()
    await client.realtime(pbx)
    assert [(one.endpoint, one.status) for one in sim.log] == [
        ("realtime", 401),
        ("token", 200),
        ("realtime", 200),
    ]


async def test_a_storm_of_401s_costs_one_sign_in() -> None:
    sim = make_simulator(sample=True)
    client = over_simulator(sim, FakeClock())
    pbx = sim.centre.directory.pbxes[0].id
    await client.realtime(pbx)
    sim.sign_in.revoke()
    await asyncio.gather(*(client.realtime(pbx) for _ in range(50)))
    assert sim.request_count("token") == 2


async def test_401_for_ever_is_a_refusal_with_growing_waits() -> None:
    api, clock = Api(), FakeClock()
    api.data = rejected
    api.expires_in = 86_400
    client = api.client(clock)
    sign_ins = 2  # the first token, and one for the 401 to it
    for wait in (60, 300, 900, 1800, 1800):
        error = await failure(client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == wait
        assert api.asked["token"] == sign_ins
        await clock.advance(wait - 1)
        error = await failure(client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == 1
        assert api.asked["token"] == sign_ins
        await clock.advance(1)
        sign_ins += 1
    api.data = api.queues
    await client.realtime("p")
    api.data = rejected
    error = await failure(client.realtime("p"))
    assert isinstance(error, SignInRefused)
    assert error.retry_after == 60


async def test_a_pbx_that_rejects_every_token_costs_the_others_nothing() -> None:
    api, clock = Api(), FakeClock()

    async def only_q(request: httpx.Request) -> httpx.Response:
        return await (api.queues if request.url.path.endswith("/q") else rejected)(request)

    api.data = only_q
    api.expires_in = 86_400
    client = api.client(clock)
    for _ in range(360):
        assert isinstance(await failure(client.realtime("p")), SignInRefused)
        await client.realtime("q")
        await clock.advance(10)
    # p's waits grow though q is let in meanwhile.
    assert api.asked["token"] == 7
    api.data = api.queues
    await client.realtime("p")
    api.data = only_q
    error = await failure(client.realtime("p"))
    assert isinstance(error, SignInRefused)
    assert error.retry_after == 60


async def test_a_pbx_that_rejects_every_token_bars_no_renewal_for_the_others() -> None:
    api, clock = Api(), FakeClock()
    dead: set[str] = set()

    async def only_q(request: httpx.Request) -> httpx.Response:
        alive = request.headers["Authorization"] not in dead
        fine = alive and request.url.path.endswith("/q")
        return await (api.queues if fine else rejected)(request)

    api.data = only_q
    api.expires_in = 86_400
    client = api.client(clock)
    await client.realtime("q")
    await failure(client.realtime("p"))
    # The token is revoked while p waits: q renews it at once.
    dead.add(api.requests[-1].headers["Authorization"])
    await client.realtime("q")
    asked = api.asked["token"]
    assert isinstance(await failure(client.realtime("p")), SignInRefused)
    assert api.asked["token"] == asked


async def test_ask_now_tries_a_pbx_that_rejects_tokens_at_once_but_once_a_minute_only() -> None:
    api, clock = Api(), FakeClock()

    async def only_q(request: httpx.Request) -> httpx.Response:
        return await (api.queues if request.url.path.endswith("/q") else rejected)(request)

    api.data = only_q
    client = api.client(clock)
    await client.realtime("q")
    for expected in (2, 3, 3):
        await failure(client.realtime("p"))
        await client.realtime("q")
        assert api.asked["token"] == expected
        client.ask_now()


# -- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [USER_REFUSED, answering(401), answering(403, text="<html>")])
async def test_a_refused_sign_in_is_tried_again_after_1_5_15_30_minutes(answer: object) -> None:
    api, clock = Api(), FakeClock()
    api.token = answer  # type: ignore[assignment]
    client = api.client(clock)
    for number, wait in enumerate((60, 300, 900, 1800, 1800), start=1):
        error = await failure(client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == wait
        await clock.advance(wait - 0.5)
        again = await failure(client.realtime("p"))
        assert (type(again), again.words) == (SignInRefused, error.words)
        assert api.asked == {"token": number}
        await clock.advance(0.5)
    api.token = api.grant
    await client.realtime("p")


async def test_after_a_sign_in_that_is_accepted_the_waits_begin_anew() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock)
    api.token = USER_REFUSED
    for wait in (60, 300, 900):
        error = await failure(client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == wait
        await clock.advance(wait)
    api.token = api.grant
    await client.realtime("p")
    api.token, api.data = USER_REFUSED, rejected
    error = await failure(client.realtime("p"))
    assert isinstance(error, SignInRefused)
    assert error.retry_after == 60


async def test_a_key_that_is_let_in_again_begins_the_waits_anew_with_the_same_token() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock)
    api.expires_in = 86_400
    await client.realtime("p")
    for _ in range(2):
        api.data = answering(400, json={"code": "SHA0001", "message": "Invalid API key"})
        error = await failure(client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == 60
        await clock.advance(60)
        api.data = api.queues
        await client.realtime("p")
    assert api.asked["token"] == 1


async def test_a_refused_renewal_is_no_faster_while_the_old_token_goes_on() -> None:
    api, clock = Api(), FakeClock()
    client = api.client(clock, random=0.0)
    await client.realtime("p")
    api.token = USER_REFUSED
    await clock.advance(1350)
    asked = []
    for _ in range(44):
        await client.realtime("p")
        asked.append(api.asked["token"])
        await clock.advance(10)
    assert asked[0] == 2
    assert asked[6:8] == [3, 3]
    assert asked[-1] == 4  # after 1 and 5 minutes
    await clock.advance(100)
    assert isinstance(await failure(client.realtime("p")), SignInRefused)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("token:wrong-key", "The API key was refused"),
        ("token:wrong-user", "The user name or the password was refused"),
        ("token:never-opened", "refused"),
        ("token:400", "refused"),
    ],
)
async def test_a_refusal_says_what_to_check_and_what_people_hit_first(
    fault: str, words: str
) -> None:
    sim = make_simulator(sample=True, faults=[fault])
    error = await failure(over_simulator(sim, FakeClock()).realtime("p"))
    assert isinstance(error, SignInRefused)
    assert words in error.words
    assert "opened Work Analytics in a browser once" in error.remedy
    assert error.remedy.startswith("Check ")


async def test_a_key_that_is_refused_at_a_poll_is_a_refusal_with_its_waits() -> None:
    sim, clock = make_simulator(sample=True, faults=["realtime:wrong-key"]), FakeClock()
    client = over_simulator(sim, clock)
    for wait in (60, 300):
        errors = await asyncio.gather(*(failure(client.realtime(f"p{n}")) for n in range(3)))
        assert {(type(error), error.words) for error in errors} == {
            (SignInRefused, "The API key was refused")
        }
        assert [error.retry_after for error in errors if isinstance(error, FeedError)] == [wait] * 3
        await clock.advance(wait)


async def test_ask_now_tries_at_once_but_once_a_minute_only() -> None:
    api, clock = Api(), FakeClock()
    api.token = USER_REFUSED
    client = api.client(clock)

    async def ask(expected: int) -> None:
        client.ask_now()
        await failure(client.realtime("p"))
        assert api.asked["token"] == expected

    client.ask_now()  # nothing was refused yet: this one does not count
    await failure(client.realtime("p"))
    await ask(2)
    await ask(2)
    await clock.advance(59)
    await ask(2)
    await clock.advance(1)
    await ask(3)
    await ask(3)


# -- other credentials ------------------------------------------------------------------------


class Changed:
    """An account whose password is ``right``; ``written``: the one that is to be used now."""

    def __init__(self) -> None:
        self.api, self.clock = Api(), FakeClock()
        self.right = self.written = "first"
        self.tried: list[str] = []
        self.api.token = self.sign_in
        self.client = self.api.client(
            self.clock, credentials=lambda: credentials(password=self.written)
        )

    async def sign_in(self, request: httpx.Request) -> httpx.Response:
        self.tried.append(request.content.rpartition(b"=")[2].decode())
        is_right = self.tried[-1] == self.right
        return await (self.api.grant if is_right else USER_REFUSED)(request)

    async def is_let_in(self) -> bool:
        try:
            await self.client.realtime("p")
        except SignInRefused:
            return False
        return True


async def test_with_other_credentials_the_token_is_dropped_and_a_refusal_is_over() -> None:
    it = Changed()
    assert await it.is_let_in()
    it.written = it.right = "second"
    assert await it.is_let_in()
    assert it.tried == ["first", "second"]
    bearers = [
        one.headers.get("Authorization") for one in it.api.requests if "pbxes" in str(one.url)
    ]
    assert len(set(bearers)) == 2
    await it.clock.advance(60)
    it.right = "third"
    it.written = "mistyped"
    assert not await it.is_let_in()
    await it.clock.advance(60)
    it.written = "third"
    assert await it.is_let_in()
    assert it.tried[2:] == ["mistyped", "third"]


async def test_many_changes_are_one_sign_in_a_minute_and_whoever_waits_is_told_until_when() -> None:
    it = Changed()
    it.right = "never"
    assert not await it.is_let_in()
    for second in range(60):
        it.written = f"try{second}"
        it.client.ask_now()
        error = await failure(it.client.realtime("p"))
        assert isinstance(error, SignInRefused)
        assert error.retry_after == 60 - second
        await it.clock.advance(1)
    assert it.tried == ["first", "try0"]
    it.right = it.written = "right"
    assert await it.is_let_in()


async def test_a_refusal_on_its_way_does_not_bar_what_came_meanwhile() -> None:
    it = Changed()
    asked, gate = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        asked.set()
        await gate.wait()
        return await it.sign_in(request)

    it.api.token = slow
    it.right = "second"
    first = asyncio.create_task(it.is_let_in())
    await asked.wait()
    it.written = "second"
    second = asyncio.create_task(it.is_let_in())
    await asyncio.sleep(0)
    gate.set()
    assert (await first, await second) == (False, True)
    assert it.tried == ["first", "second"]


# -- other answers ----------------------------------------------------------------------------


async def test_a_limited_sign_in_waits_for_everybody_whoever_asks() -> None:
    api, clock = Api(), FakeClock()
    api.token = answering(429, headers={"Retry-After": "40"})
    client = api.client(clock)
    assert isinstance(await failure(client.realtime("p")), RateLimited)
    await clock.advance(30)
    client.ask_now()
    error = await failure(client.realtime("q"))
    assert isinstance(error, RateLimited)
    assert error.retry_after == 10
    assert api.asked == {"token": 1}
    await clock.advance(10)
    api.token = api.grant
    await client.realtime("p")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (answering(404), EndpointGone),
        (answering(500), ServerError),
        (answering(503, text="<html>"), ServerError),
        (answering(301, headers={"Location": "https://elsewhere.example/"}), InvalidResponse),
        (answering(200, text="<html>"), InvalidResponse),
        (answering(200, json={}), InvalidResponse),
        (answering(200, json=["token"]), InvalidResponse),
        (answering(200, content=b"[" * 100_000), InvalidResponse),
        (answering(200, content=b"\xff\xfe"), InvalidResponse),
        (answering(200, json={"access_token": "a\r\nX-Evil: 1"}), InvalidResponse),
        (answering(200, json={"access_token": ""}), InvalidResponse),
        (answering(200, json={"access_token": None}), InvalidResponse),
    ],
)
async def test_every_other_answer_is_an_error_in_words(
    answer: object, kind: type[FeedError]
) -> None:
    api = Api()
    api.token = answer  # type: ignore[assignment]
    error = await failure(api.client(FakeClock()).realtime("p"))
    assert type(error) is kind
    assert error.words
    assert error.remedy
    assert api.asked == {"token": 1}
