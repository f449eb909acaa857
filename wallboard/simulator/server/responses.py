"""Answers as the API words them: JSON, refusals with their three bodies, pages of lists."""

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

Json = dict[str, object]

DEFAULT_PAGE, MOST_PER_PAGE = 50, 100
"""Entries of a page, unless asked otherwise, and at most."""

_WORTH_PACKING = 500
"""Bytes from which a body is compressed."""

_ENTRY = TypeVar("_ENTRY")


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


def page(
    request: Request,
    name: str,
    entries: Sequence[_ENTRY],
    orders: Mapping[str, Callable[[_ENTRY], str]],
    shown: Callable[[_ENTRY], Json],
) -> Json:
    """Return one page of a list ("Work Analytics Customer Data"), called ``name``.

    ``orders``: what it can be sorted by. An empty page has no ``_embedded``. Raises ``Refusal``
    for a page below 0, a size outside 1 to 100 and an unknown order.
    """
    query = request.query_params
    number = _whole(query.get("page", "0"), 0, 2**31 - 1, "page")
    size = _whole(query.get("size", str(DEFAULT_PAGE)), 1, MOST_PER_PAGE, "size")
    ordered = sorted_by(entries, query.get("sort", ""), orders)
    pages = -(-len(ordered) // size)
    part = ordered[number * size : (number + 1) * size]
    answer: Json = {"_embedded": {name: [shown(entry) for entry in part]}} if part else {}
    answer["_links"] = _links(request, number, size, pages)
    answer["page"] = {
        "size": size,
        "totalElements": len(ordered),
        "totalPages": pages,
        "number": number,
    }
    return answer


def _whole(text: str, least: int, most: int, name: str) -> int:
    number = int(text) if text.isascii() and text.removeprefix("-").isdecimal() else least - 1
    if not least <= number <= most:
        raise invalid(name)
    return number


def sorted_by(
    entries: Sequence[_ENTRY], sort: str, orders: Mapping[str, Callable[[_ENTRY], str]]
) -> list[_ENTRY]:
    """Return the entries in the order that a query's ``sort`` names; raises ``Refusal``."""
    if not sort:
        return list(entries)
    field, _, direction = sort.partition(",")
    if field not in orders or direction.lower() not in ("", "asc", "desc"):
        raise Refusal(400, f"Invalid sort parameter [{sort}].")
    return sorted(entries, key=orders[field], reverse=direction.lower() == "desc")


def _links(request: Request, number: int, size: int, pages: int) -> Json:
    sort = request.query_params.get("sort")

    def link(page: int) -> Json:
        query: dict[str, str] = {"page": str(page), "size": str(size)}
        if sort:
            query["sort"] = sort
        return {"href": str(request.url.replace(query=urlencode(query, safe=",")))}

    links: Json = {}
    if pages > 1:
        links["first"] = link(0)
    if 0 < number < pages:
        links["prev"] = link(number - 1)
    links["self"] = link(number)
    if number + 1 < pages:
        links["next"] = link(number + 1)
    if pages > 1:
        links["last"] = link(pages - 1)
    return links
