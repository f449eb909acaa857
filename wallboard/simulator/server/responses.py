"""Answers as the API words them: JSON, and refusals with their three bodies."""

import gzip
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response

Json = dict[str, object]

MOST_PER_PAGE = 100
"""Entries of a page."""

_WORTH_PACKING = 500
"""Bytes from which a body is compressed."""


class Refusal(Exception):
    """The API says no: a status and ``body``, messages for the common error body, or (``bare``)
    nothing."""

    def __init__(
        self, status: int, *messages: str, body: Json | None = None, bare: bool = False
    ) -> None:
        super().__init__(status)
        self.status = status
        self.messages = messages
        self.body = body
        self.bare = bare

    def common_body(self, path: str, now: datetime) -> Json:
        """Return the body; the common one has time and path ("common errors")."""
        if self.body is not None:
            return self.body
        return {
            "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "+0000"),
            "status": self.status,
            "messages": list(self.messages),
            "path": path,
        }


def invalid(name: str) -> Refusal:
    """Return the refusal of a parameter's value."""
    return Refusal(400, f"Invalid value for parameter {name}.")


def invalid_key() -> Refusal:
    """Return the gateway's refusal of an API key."""
    hint = (
        "Please provide valid apikey. If you don't have one, please sign up and create a "
        "developer account"
    )
    detail = {"type": "invalidValue", "location": "header", "path": ["8x8-apikey"], "hint": hint}
    body: Json = {
        "status": 400,
        "message": "Invalid 8x8-apikey",
        "code": "SHA001",
        "details": [detail],
    }
    return Refusal(400, body=body)


def invalid_grant() -> Refusal:
    """Return the refusal of a user or a password."""
    body: Json = {"error": "invalid_grant", "error_description": "USER_NOTFOUND_ERROR"}
    return Refusal(400, body=body)


def invalid_token(words: str) -> Refusal:
    """Return the metrics' refusal of a token."""
    return Refusal(401, body={"error": "invalid_token", "error_description": words})


def encode(body: object) -> bytes:
    """Return JSON in UTF-8, as compact as the API sends it."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def date(now: datetime) -> str:
    """Return an HTTP date; ``now`` is in UTC."""
    return format_datetime(now.replace(microsecond=0), usegmt=True)


def takes_gzip(request: Request) -> bool:
    """Whether the client accepts gzip."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def json_response(
    request: Request, status: int, content: bytes, headers: Mapping[str, str]
) -> Response:
    """Return a response with ``content`` called JSON, compressed if the client accepts that."""
    sent = {**headers, "Vary": "Accept-Encoding"}
    if len(content) >= _WORTH_PACKING and takes_gzip(request):
        content = gzip.compress(content, 4, mtime=0)
        sent["Content-Encoding"] = "gzip"
    return Response(content, status, sent, "application/json")
