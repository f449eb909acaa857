"""One sign-in: its request, and what its answer means.

Follows the vendor's "Work Analytics: Authentication". The body of an answer, good or bad, is
neither logged nor put into an error: the one is a secret, the other may repeat one.
"""

import contextlib
import json
import math
import re
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from wallboard.api.http import status_errors as statuses
from wallboard.api.http.connection import HEADERS
from wallboard.errors import ConfigurationError, EndpointGone, InvalidResponse, SignInRefused
from wallboard.records import dataclass

DEFAULT_LIFE, LEAST_LIFE, MOST_LIFE = 300.0, 30.0, 86_400.0
"""Seconds a token is taken to live if the answer does not say, says 0 or less, or says absurdly."""

_VISIBLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in takes; nothing of it in the repr."""

    key: SecretStr = field(repr=False)
    username: SecretStr = field(repr=False)
    password: SecretStr = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and the seconds it lives; ``renewable`` before its end, unless it has none."""

    token: str = field(repr=False)
    life: float
    renewable: bool


class SignIn:
    """Makes the requests of one account. Raises ``ConfigurationError`` for what cannot be sent."""

    def __init__(self, credentials: Credentials, url: str) -> None:
        self._url = url
        self._key = credentials.key.get_secret_value()
        if not _VISIBLE.fullmatch(self._key):
            raise ConfigurationError(["api.key: missing, or has blanks or letters beyond ASCII"])
        self._body = _form(credentials)

    def __repr__(self) -> str:
        return "SignIn()"

    def request(self) -> httpx.Request:
        """Return ``POST {base}/v1/oauth/token``."""
        headers = {**HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
        request = httpx.Request("POST", self._url, content=self._body, headers=headers)
        self.sign(request)
        return request

    def sign(self, request: httpx.Request, token: str = "") -> None:
        """Put the key, and the token if there is one, into the request's headers."""
        request.headers["8x8-apikey"] = self._key
        if token:
            request.headers["Authorization"] = f"Bearer {token}"


class LiveSignIn:
    """The sign-in with the credentials of now, of which others may come.

    ``current``: what makes its requests. ``changed_at``: when its credentials came, in elapsed
    seconds; long ago for the first ones. Raises ``ConfigurationError`` for what cannot be sent.
    """

    def __init__(self, credentials: Callable[[], Credentials], url: str) -> None:
        self._credentials = credentials
        self._url = url
        self._known = credentials()
        self.current = SignIn(self._known, url)
        self.changed_at = -math.inf

    @property
    def is_other(self) -> bool:
        """Whether other credentials are there than those that are used."""
        return self._credentials() != self._known

    def renew(self, now: float) -> None:
        """Use those of now; what could not be sent was refused where it was read."""
        self._known, self.changed_at = self._credentials(), now
        with contextlib.suppress(ConfigurationError):
            self.current = SignIn(self._known, self._url)


def read_grant(response: httpx.Response, now: datetime) -> Grant:
    """Return the token of an answer, else raise what the answer means.

    ``SignInRefused`` for 400, 401 and 403, whatever their shape. ``now``: to read dates with.
    """
    status = response.status_code
    if status in (400, 401, 403):
        raise _refusal(response)
    if status in (404, 405, 410):
        raise EndpointGone(
            f"The address of the sign-in is not there (HTTP {status})", statuses.CHECK_ADDRESS
        )
    if status != 200:
        raise statuses.failure(status, response.headers, now, response.content)
    answer = _object(response)
    token = answer.get("access_token")
    if not isinstance(token, str) or not _VISIBLE.fullmatch(token):
        raise InvalidResponse("The sign-in was answered without a token", "Check base_url in [api]")
    life = _life(answer.get("expires_in"))
    return Grant(token, life, True) if life > 0 else Grant(token, LEAST_LIFE, False)


def key_refusal(response: httpx.Response) -> SignInRefused | None:
    """Return the error of an answer that refuses the API key, whatever was asked."""
    if not statuses.names_key(response.content):
        return None
    return SignInRefused("The API key was refused", statuses.CHECK_KEY)


def own_token_refused() -> SignInRefused:
    """Return the error of a 401 to a token that was just given."""
    return SignInRefused(
        "Signed in, but the API does not accept its own token", statuses.CHECK_TOKEN
    )


def _refusal(response: httpx.Response) -> SignInRefused:
    if refused := key_refusal(response):
        return refused
    if _object(response).get("error") == "invalid_grant":
        return SignInRefused("The user name or the password was refused", statuses.CHECK_USER)
    return SignInRefused(
        f"The sign-in was refused (HTTP {response.status_code})", statuses.CHECK_SIGN_IN
    )


def _form(credentials: Credentials) -> bytes:
    """Return the form-encoded body. ``%20``, not ``+``: every decoder reads it the same way.

    Bytes of the environment that are no UTF-8 arrive as lone surrogates and leave as they came.
    """
    parts = {"username": credentials.username, "password": credentials.password}
    fields = []
    for name, secret in parts.items():
        try:
            sent = secret.get_secret_value().encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            continue
        fields.append(f"{name}={quote(sent, safe='')}".encode())
    if len(fields) < len(parts):  # raised out here: the codec's error holds the secret
        raise ConfigurationError(["api.username, api.password: not text that can be sent"])
    return b"&".join(fields)


def _object(response: httpx.Response) -> dict[str, object]:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _life(value: object) -> float:
    """Return the seconds a token lives: 0 or less as sent, 300 if unreadable, a day at most."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return DEFAULT_LIFE
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return DEFAULT_LIFE
    return min(seconds, MOST_LIFE) if math.isfinite(seconds) else DEFAULT_LIFE
