"""Signing in: the form, the tokens and what is said when either is not right.

Follows the vendor's "Work Analytics: Authentication".
"""

import base64
import hashlib
import re
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from wallboard.records import dataclass
from wallboard.simulator.server.responses import (
    Json,
    Refusal,
    invalid_grant,
    invalid_key,
    invalid_token,
)


@dataclass(frozen=True, slots=True)
class SimulatedCredentials:
    """What a client needs. Nothing secret: the contact centre does not exist."""

    key: str
    username: str
    password: str


DEMO_CREDENTIALS = SimulatedCredentials(
    key="simulated-0123456789abcdef",
    username="wall+demo@simulated.invalid",
    password="open ^sesame & 100% = 1+1",  # noqa: S106 - printed by `wallboard simulate`
)
"""The password has every byte that a careless form encoding gets wrong."""

_FORM = "application/x-www-form-urlencoded"
_VALUE = re.compile(rb"(?:[A-Za-z0-9*._~+-]|%[0-9A-Fa-f]{2})*")


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form, read strictly.

    Raises ``ValueError`` for what is not percent-encoded as it must be, is not UTF-8, or comes
    twice.
    """
    fields: dict[str, str] = {}
    for part in body.split(b"&"):
        name, equals, value = part.partition(b"=")
        if not equals or not _VALUE.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError("not form-encoded")
        key = unquote_to_bytes(name.replace(b"+", b" ")).decode()
        if key in fields:
            raise ValueError("a field twice")
        fields[key] = unquote_to_bytes(value.replace(b"+", b" ")).decode()
    return fields


class TokenServer:
    """The token endpoint's memory. ``now``: seconds; ``life``: seconds that a token lives."""

    def __init__(
        self, credentials: SimulatedCredentials, life: float, now: Callable[[], float]
    ) -> None:
        self.credentials = credentials
        self.life = life
        self._now = now
        self._ends: dict[str, float] = {}
        self._issued = 0

    def check_key(self, key: str | None) -> None:
        """Raise the gateway's refusal unless the API key is right."""
        if key != self.credentials.key:
            raise invalid_key()

    def issue(self, content_type: str, body: bytes) -> Json:
        """Return a new token for the form in ``body``; raises ``Refusal``."""
        if content_type.partition(";")[0].strip().lower() != _FORM:
            raise Refusal(400, f"Content-Type must be {_FORM}.")
        try:
            fields = read_form(body)
        except ValueError:
            raise Refusal(400, "The request body is not form-encoded.") from None
        missing = [name for name in ("username", "password") if not fields.get(name)]
        if missing:
            raise Refusal(400, f"Missing parameter [{', '.join(missing)}].")
        known = self.credentials
        if (fields["username"], fields["password"]) != (known.username, known.password):
            raise invalid_grant()
        self._issued += 1
        token = _token(self._issued)
        self._ends[token] = self._now() + self.life
        return {"access_token": token, "token_type": "bearer", "expires_in": int(self.life)}

    def check_token(self, authorization: str | None) -> None:
        """Raise a 401 unless the header bears a token that was issued here and still lives."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            words = "Full authentication is required to access this resource"
            raise Refusal(401, body={"error": "unauthorized", "error_description": words})
        ends = self._ends.get(token)
        if ends is None:
            raise invalid_token(f"Invalid access token: {token}")
        if self._now() >= ends:
            raise invalid_token(f"Access token expired: {token}")

    def revoke(self) -> None:
        """Make every token that was issued so far invalid, as an administrator would."""
        self._ends.clear()


def _token(number: int) -> str:
    """Return something that looks like the API's token, different for each number."""
    digest = base64.urlsafe_b64encode(hashlib.sha512(str(number).encode()).digest()).decode()
    return f"eyJhbGciOiJSUzI1NiJ9.eyJ0eXAiOiJhY2Nlc3MifQ.{digest.rstrip('=')}"
