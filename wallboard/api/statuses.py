"""An answer's status → what it means, as one of our errors; and how long the server asks to wait.

Judged by status, never by the body's shape: "Work Analytics: common errors" of the vendor's
documentation, and proxies and maintenance pages, which send what they like. Of a 403 alone the
messages are read: it may be the endpoint that is refused, or the PBX.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from wallboard.errors import (
    AccessRefused,
    EndpointGone,
    FeedError,
    Nonsense,
    RateLimited,
    ServerTrouble,
)

MOST_WAIT = 900.0
"""Seconds: no server makes the board wait longer than this."""

_ENDPOINT = re.compile("real-?time|endpoint|deprecated|call-queues", re.IGNORECASE)
"""What a refusal speaks of that means the realtime endpoint, and not a PBX."""

_BASE_URL = "Check base_url in [api], and whether a proxy or a sign-in page stands in between"


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


def redirected() -> Nonsense:
    """Return the error of a 3xx: never followed, for what it would carry are secrets."""
    return Nonsense("The server answered with a redirect, which is not followed", _BASE_URL)


def names_endpoint(body: bytes, pbx_id: str) -> bool:
    """Return whether a 403 refuses the endpoint as such, by its messages: not this one PBX."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    messages = answer.get("messages") if isinstance(answer, dict) else None
    listed = messages if isinstance(messages, list) else [messages]
    text = " ".join(one for one in listed if isinstance(one, str))
    named = rf"(?<![\w-])({re.escape(pbx_id)}|pbxId)(?![\w-])"
    return bool(_ENDPOINT.search(text)) and not re.search(named, text)


def refuses(body: bytes) -> bool:
    """Return whether an answer says that the user has no access, whatever its status."""
    return b"does not have access" in body


def retired() -> EndpointGone:
    """Return the error of a 403 that refuses the realtime endpoint."""
    return EndpointGone(
        "The API refuses its real-time endpoint (HTTP 403)",
        'Set endpoint in [api] to "auto" or "queue-metrics", and leave the rest to the board',
    )


def failure(status: int, headers: Mapping[str, str], now: datetime) -> FeedError:
    """Return the error that an answer other than 200 stands for (401 is the sign-in's)."""
    wait = retry_after(headers, now)
    if status == 429:
        return RateLimited(
            "The API limits how often it may be asked",
            "It is asked again later; fewer boards, fewer PBXes or a longer interval help",
            retry_after=wait,
        )
    if status == 408 or status >= 500:
        return ServerTrouble(
            f"The API has trouble of its own (HTTP {status})",
            "It is asked again; if it lasts, look at the vendor's status page",
            retry_after=wait,
        )
    if status == 403:
        return AccessRefused(
            "Signed in, but without access to this PBX (HTTP 403)",
            "Give the user access to this PBX in Work Analytics, or leave it out of [api] pbx",
        )
    if status in (404, 410):
        return EndpointGone(
            f"The address is not there (HTTP {status})",
            "The PBX may be gone, or the account may have another endpoint; check base_url",
        )
    if 300 <= status < 400:
        return redirected()
    if status == 400:
        return Nonsense("The API did not accept the request (HTTP 400)", _BASE_URL)
    return Nonsense(f"The server answered in an unknown way (HTTP {status})", _BASE_URL)
