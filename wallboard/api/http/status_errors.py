"""An answer's status → what it means, as one of our errors; and how long the server asks to wait.

Judged by status, never by the body's shape: "Work Analytics: common errors" of the vendor's
documentation, and proxies and maintenance pages, which send what they like. Of a refusal the
messages are read: it may be the endpoint, the PBX, the key or the user that is refused. What a
user is told to do about a refusal stands here, for all of them.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    InvalidResponse,
    RateLimited,
    ServerError,
)

MOST_WAIT = 900.0
"""Seconds: no server makes the board wait longer than this."""

_ENDPOINT = re.compile("real-?time|endpoint|deprecated|call-queues", re.IGNORECASE)
"""What a refusal speaks of that means the realtime endpoint, and not a PBX."""

_DENIED = re.compile(
    r"\bno(t have)? access|n't have access|access( is)? denied|not (authori[sz]ed|permitted)",
    re.IGNORECASE,
)
"""What a refusal says of the user or the key, whatever its status."""

_KEY = re.compile(r"\bSHA[0-9]|(?i:api[ _-]*key)")
"""What a refusal of the API key says, whatever its status."""

# What an account needs: section 7 of the API's facts. The board shows about 300 letters.
_PRODUCT = 'the API product "Analytics for 8x8 Work"'
_LEVEL = "the access level Supervisor of Analytics for 8x8 Work"
_RIGHTS = f"{_LEVEL} (licence X4 or more; first data after up to 48 hours)"
_OPENED = "must have opened Work Analytics in a browser once"
_USER = f"The user needs {_LEVEL} (licence X4 or more) and {_OPENED}"

CHECK_USER = (
    f"Check user name and password. {_USER}; it need not be the maker of the API key. "
    "8x8 Contact Center is another product"
)
CHECK_KEY = (
    f"Check the API key: it needs {_PRODUCT} (Admin Console, API Keys; a change takes minutes); "
    f"8x8 Contact Center is another product. The user {_OPENED}"
)
CHECK_SIGN_IN = f"Check API key, user name and password. {_USER}; the key needs {_PRODUCT}"
CHECK_TOKEN = (
    f"Check that the key has {_PRODUCT} and the user {_LEVEL}, and {_OPENED}; in Europe base_url "
    "may have to be https://api.8x8.com/eu/analytics/work"
)
CHECK_ADDRESS = (
    "Check base_url in [api]: https://api.8x8.com/analytics/work, in Europe perhaps "
    "https://api.8x8.com/eu/analytics/work; 8x8 Contact Center is another product"
)
CHECK_PBX = (
    f"Give the user access to this PBX and {_RIGHTS}, or leave it out of [api] pbx; the key needs "
    f"{_PRODUCT}"
)
CHECK_PBXES = f"Give the user access to a PBX and {_RIGHTS}; the key needs {_PRODUCT}"
CHECK_RIGHTS = f"Give the user {_RIGHTS}, and the key {_PRODUCT}"

_SETTINGS = "Check base_url in [api], and what is named in [api]; if it lasts, please report it"
_BETWEEN = "Check base_url in [api], and whether a proxy or a sign-in page stands in between"


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks for, 0 to 900; ``None`` if it says nothing.

    A date is reckoned from the answer's own ``Date`` where it has one: both are the server's
    clock, and a wall's clock may be wrong.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    seconds = _seconds(text)
    if seconds is None and (moment := http_date(text)) is not None:
        seconds = (moment - (http_date(headers.get("date", "")) or now)).total_seconds()
    return None if seconds is None else min(max(seconds, 0.0), MOST_WAIT)


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None


def http_date(text: str) -> datetime | None:
    """Return the moment, in UTC, that an HTTP date tells; ``None`` for what is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def redirect_error() -> InvalidResponse:
    """Return the error of a 3xx: never followed, for what it would carry are secrets."""
    return InvalidResponse("The server answered with a redirect, which is not followed", _BETWEEN)


def text_of_error(body: bytes) -> str | None:
    """Return all that the body of an error says, ``None`` if it is no JSON: never to be shown.

    Its shapes are in section 6 of the API's facts: of the API, of the sign-in, of a gateway.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return " ".join(_texts(answer))


def _texts(answer: object) -> Iterator[str]:
    if not isinstance(answer, dict):
        return
    fault = answer.get("fault")
    if isinstance(fault, dict):
        detail = fault.get("detail")
        yield from _texts({"message": fault.get("faultstring")})
        yield from _texts({"code": detail.get("errorcode") if isinstance(detail, dict) else ""})
    for name in ("code", "error", "error_description", "message", "messages"):
        value = answer.get(name)
        yield from (
            text
            for text in (value if isinstance(value, list) else [value])
            if isinstance(text, str)
        )


def names_endpoint(body: bytes, pbx_id: str) -> bool:
    """Return whether a 403 refuses the endpoint as such, by its messages: not this one PBX."""
    text = text_of_error(body) or ""
    named = rf"(?<![\w-])({re.escape(pbx_id)}|pbxId)(?![\w-])"
    return bool(_ENDPOINT.search(text)) and not re.search(named, text)


def names_key(body: bytes) -> bool:
    """Return whether an answer refuses the API key, whatever its status."""
    text = text_of_error(body) or ""
    return bool(_KEY.search(text))


def refuses(body: bytes) -> bool:
    """Return whether an answer says that the user has no access, whatever its status."""
    return bool(_DENIED.search(text_of_error(body) or ""))


def retired_error() -> EndpointGone:
    """Return the error of a 403 that refuses the realtime endpoint."""
    return EndpointGone(
        "The API refuses its real-time endpoint (HTTP 403)",
        'Set endpoint in [api] to "auto" or "queue-metrics", and leave the rest to the board',
    )


def failure(status: int, headers: Mapping[str, str], now: datetime, body: bytes = b"") -> FeedError:
    """Return the error that an answer other than 200 stands for (401 is the sign-in's).

    Of ``body`` is read whether it refuses access, and whether it is one of the API's: only what
    is none may come from a proxy or a sign-in page.
    """
    wait = retry_after(headers, now)
    if status == 429:
        return RateLimited(
            "The API limits how often it may be asked",
            "It is asked again later; fewer boards, fewer PBXes or a longer interval help",
            retry_after=wait,
        )
    if status == 408 or status >= 500:
        return ServerError(
            f"The API has trouble of its own (HTTP {status})",
            "It is asked again; if it lasts, look at the vendor's status page",
            retry_after=wait,
        )
    if status in (404, 410):
        return EndpointGone(
            f"The address is not there (HTTP {status})",
            "The PBX may be gone, or the account may have another endpoint; check base_url",
        )
    if status == 403 or refuses(body):
        return _refusal(status, body)
    remedy = _BETWEEN if body.lstrip().startswith(b"<") else _SETTINGS
    if status == 400:
        return InvalidResponse("The API did not accept the request (HTTP 400)", remedy)
    return InvalidResponse(f"The server answered in an unknown way (HTTP {status})", remedy)


def _refusal(status: int, body: bytes) -> AccessRefused:
    if status == 403 and "pbx" in (text_of_error(body) or "pbx").lower():
        return AccessRefused("Signed in, but without access to this PBX (HTTP 403)", CHECK_PBX)
    words = f"Signed in, but without access to what is asked (HTTP {status})"
    return AccessRefused(words, CHECK_RIGHTS)
