"""The lists: "Work Analytics Customer Data" of the vendor's documentation."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from wallboard.simulator.centre.directory import AgentEntry, Pbx, QueueEntry, Site
from wallboard.simulator.server.responses import MOST_PER_PAGE, Json, Refusal, invalid

Entry = Pbx | Site | QueueEntry | AgentEntry
_Entry = TypeVar("_Entry", bound=Entry)

_ORDERS: Mapping[str, Callable[[Any], str]] = {
    "site": lambda queue: queue.site.casefold(),
    "name": lambda entry: entry.name.casefold(),
    "extension": lambda queue: queue.extension,
    "extensions": lambda queue: queue.extension,
}
_SHOWN = {
    "id": "id", "pbx_id": "pbxId", "site_id": "siteId", "name": "name",
    "first_name": "firstName", "last_name": "lastName", "extension": "extension",
    "deleted": "deleted",
}  # fmt: skip
"""What the lists tell of an entry, in this order, and what they call it."""


def list_page(request: Request, name: str, entries: Sequence[Entry]) -> Json:
    """Return one page of a list called ``name``; an empty one has no ``_embedded``.

    Raises ``Refusal`` for a page below 0, a size outside 1 to 100 and an unknown order.
    """
    query = request.query_params
    number = _whole(query.get("page", "0"), 0, 2**31 - 1, "page")
    size = _whole(query.get("size", "50"), 1, MOST_PER_PAGE, "size")
    orders = ("name", "extension") if name == "queueList" else ("name",)
    ordered = sort_by(entries, query.get("sort", ""), orders)
    pages = -(-len(ordered) // size)
    part = ordered[number * size : (number + 1) * size]
    answer: Json = {"_embedded": {name: [_fields_of(entry) for entry in part]}} if part else {}
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


def _fields_of(entry: Entry) -> Json:
    known = entry.__dataclass_fields__
    return {name: getattr(entry, field) for field, name in _SHOWN.items() if field in known}


def sort_by(
    entries: Sequence[_Entry], sort: str, orders: Collection[str] = tuple(_ORDERS)
) -> list[_Entry]:
    """Return the entries in the order that a query's ``sort`` names; raises ``Refusal``."""
    if not sort:
        return list(entries)
    field, _, direction = sort.partition(",")
    if field not in orders or direction.lower() not in ("", "asc", "desc"):
        raise Refusal(400, f"Invalid sort parameter [{sort}].")
    return sorted(entries, key=_ORDERS[field], reverse=direction.lower() == "desc")


def _links(request: Request, number: int, size: int, pages: int) -> Json:
    sort = request.query_params.get("sort")

    def link(page: int) -> Json:
        query: dict[str, str] = {"page": str(page), "size": str(size)}
        if sort:
            query["sort"] = sort
        return {"href": str(request.url.replace(query=urlencode(query, safe=",")))}

    places = (
        ("first", 0, pages > 1),
        ("prev", number - 1, 0 < number < pages),
        ("self", number, True),
        ("next", number + 1, number + 1 < pages),
        ("last", pages - 1, pages > 1),
    )
    return {name: link(page) for name, page, there in places if there}
