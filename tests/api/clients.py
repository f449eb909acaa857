"""Clients for tests: over the simulator without sockets, over a handler, or over the network."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from pydantic import SecretStr

from tests.fake_clock import FakeClock
from tests.simulated import TimedSimulator
from wallboard.api.client import Client
from wallboard.api.http.connection import ClientOptions
from wallboard.api.token.sign_in import Credentials
from wallboard.errors import WallboardError
from wallboard.host.clock import Clock

BASE = "http://127.0.0.1:9/analytics/work"
KEY, USERNAME, PASSWORD, TOKEN = "KEYcanary", "USERcanary", "PASScanary ^&=%+é", "TOKENcanary"
CANARIES = (KEY, USERNAME, "PASScanary", TOKEN)

PATIENCE = 60.0
"""Seconds that an exchange may take where a test does not say: also on a machine that is busy."""


def credentials(key: str = KEY, username: str = USERNAME, password: str = PASSWORD) -> Credentials:
    return Credentials(SecretStr(key), SecretStr(username), SecretStr(password))


def over_simulator(sim: TimedSimulator, clock: Clock, base_url: str = "", **options: Any) -> Client:
    """Without sockets, unless ``base_url`` says where the simulator is served."""
    who = sim.credentials
    transport = None if base_url else httpx.ASGITransport(sim.app)
    return Client(
        ClientOptions(base_url=base_url or sim.base_url, **{"timeout": PATIENCE, **options}),
        lambda: credentials(who.key, who.username, who.password),
        clock,
        lambda: 0.5,
        transport,
    )


def over_network(base_url: str, clock: Clock | None = None, **options: Any) -> Client:
    settings = ClientOptions(base_url=base_url, **{"timeout": PATIENCE, **options})
    return Client(settings, credentials, clock or FakeClock(), lambda: 0.5)


class Api:
    """An API that answers as a test says: ``token`` and ``data`` take a request and answer it.

    ``asked`` counts requests by ``token`` and ``data``; tokens are numbered.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.requests: list[httpx.Request] = []
        self.expires_in: object = 1800
        self.token: Callable[[httpx.Request], Awaitable[httpx.Response]] = self.grant
        self.data: Callable[[httpx.Request], Awaitable[httpx.Response]] = self.queues
        self.granted = 0

    async def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        kind = "token" if request.url.path.endswith("/oauth/token") else "data"
        self.asked[kind] += 1
        return await (self.token if kind == "token" else self.data)(request)

    async def grant(self, _: httpx.Request) -> httpx.Response:
        self.granted += 1
        answer = {"access_token": f"{TOKEN}{self.granted}", "token_type": "bearer"}
        if self.expires_in is not None:
            answer["expires_in"] = self.expires_in  # type: ignore[assignment]
        return httpx.Response(200, json=answer)

    async def queues(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"callQueues": []})

    def client(
        self,
        clock: Clock,
        random: float = 0.5,
        signed_in: Callable[[], None] = lambda: None,
        credentials: Callable[[], Credentials] = credentials,
        **options: Any,
    ) -> Client:
        return Client(
            ClientOptions(base_url=BASE, **{"timeout": PATIENCE, **options}),
            credentials,
            clock,
            lambda: random,
            httpx.MockTransport(self.handle),
            signed_in=signed_in,
        )


def answering(status: int, **content: Any) -> Callable[[httpx.Request], Awaitable[httpx.Response]]:
    """Return a handler that always gives this answer."""

    async def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, **content)

    return answer


USER_REFUSED = answering(400, json={"error": "invalid_grant", "error_description": "USER_X"})


async def rejected(request: httpx.Request) -> httpx.Response:
    description = f"Access token expired: {request.headers['Authorization']}"
    return httpx.Response(401, json={"error": "invalid_token", "error_description": description})


async def failure(asked: Awaitable[object]) -> WallboardError:
    """Return the error that ``asked`` ends with."""
    try:
        answer = await asked
    except WallboardError as error:
        return error
    raise AssertionError(f"no error but {str(answer)[:80]}")
