"""Agents and calls as messages, and back: masked before they leave the hub.

Whoever may read from the broker reads them, so ``auto`` of ``[privacy]`` means what it means on a
wall: initials, and the end of a number. A person is then known by a mark that tells nobody who it
is, and that another start of the hub makes anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from wallboard.errors import InvalidResponse
from wallboard.hub.json_payload import REMEDY, Document
from wallboard.hub.reading_payload import MOST_QUEUES, MessageHead, key_from
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.calls import ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.privacy import Privacy, mask_number, shown_caller, shown_name
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.data.sanitize import number_of, text_of

_CALL = tuple(field.name for field in fields(ActiveCall))
_TIMES = frozenset(("waiting", "talking", "on_hold", "total"))
_SEAT_TEXTS = ("queue_name", "site", "status", "user_status")


class PeopleEncoder:
    """Makes messages of agents and calls. ``privacy``: what of them leaves the hub.

    ``salt``: of this start of the hub, for the marks of people.
    """

    def __init__(self, privacy: Privacy, salt: bytes) -> None:
        self._privacy = privacy.resolve(kiosk=True)
        self._salt = salt

    def with_privacy(self, privacy: Privacy) -> "PeopleEncoder":
        """Return what makes the messages with other masks; people keep their marks."""
        return PeopleEncoder(privacy, self._salt)

    def document(self, reading: AgentsReading | CallsReading) -> Document:
        """Return a reading as JSON, without its head."""
        head = {"pbx": reading.pbx_name, "confirmed": reading.confirmed}
        if isinstance(reading, AgentsReading):
            return {**head, "seats": [self._seat(seat) for seat in reading.seats]}
        left = reading.left_out
        return {
            **head,
            "calls": [self._call(call) for call in reading.calls],
            "more": reading.more,
            "at_least": reading.at_least,
            "left_out": [left.untold, left.outbound, left.internal],
        }

    def _seat(self, seat: Seat) -> Document:
        named = self._privacy.agents == "names"
        return {
            "person": seat.person.user if named else self._mark(seat.person),
            "name": shown_name(self._privacy, True, seat.name),
            "extension": seat.extension if named else "",
            "queue": list(seat.queue[1:]),
            **{name: getattr(seat, name) for name in _SEAT_TEXTS},
            "since": seat.since,
            "user_since": seat.user_since,
            "overflow": seat.overflow,
            "derived": seat.derived,
            **self._caller(seat),
        }

    def _call(self, call: ActiveCall) -> Document:
        sent = {name: getattr(call, name) for name in _CALL if getattr(call, name)}
        sent["agent"] = shown_name(self._privacy, True, call.agent) if call.agent else ""
        return {name: item for name, item in (sent | self._caller(call)).items() if item}

    def _caller(self, told: Seat | ActiveCall) -> dict[str, str]:
        """Return a caller's name and number, each as it may be shown."""
        name, number = told.caller, told.address
        if self._privacy.callers == "shown":
            return {"caller": name, "address": number}
        if self._privacy.callers == "hidden":
            return {"caller": shown_caller(self._privacy, True, name, number), "address": ""}
        return {
            "caller": shown_caller(self._privacy, True, name, ""),
            "address": mask_number(number),
        }

    def _mark(self, person: PersonKey) -> str:
        secret = self._salt + "\0".join(person).encode("utf-8", "replace")
        return hashlib.sha256(secret).hexdigest()[:12]


def people_reading(
    feed: FeedId, document: Document, head: MessageHead, now: Moment
) -> AgentsReading | CallsReading:
    """Return the agents or calls of a message. Raises ``InvalidResponse``."""
    decode: Callable[..., Any] = _agents if feed.kind is Kind.AGENTS else _calls
    try:
        found: AgentsReading | CallsReading = decode(feed, document, head.moment(now))
    except (TypeError, ValueError, LookupError, AttributeError):
        words = "What the broker has of agents or calls makes no sense"
        raise InvalidResponse(words, REMEDY) from None
    return found


def _agents(feed: FeedId, document: Document, measured: Moment) -> AgentsReading:
    seats = tuple(_seat_from(feed.pbx, sent) for sent in _bounded_list(document["seats"]))
    confirmed = document["confirmed"] is True
    return AgentsReading(feed, measured, seats, text_of(document["pbx"]), confirmed)


def _seat_from(pbx: str, sent: Document) -> Seat:
    return Seat(
        PersonKey(pbx, text_of(sent["person"])),
        text_of(sent["name"]),
        text_of(sent["extension"]),
        key_from(pbx, sent["queue"]),
        **{name: text_of(sent[name]) for name in _SEAT_TEXTS},
        since=number_of(sent["since"]),
        user_since=number_of(sent["user_since"]),
        overflow=sent["overflow"] is True,
        derived=sent["derived"] is True,
        caller=text_of(sent["caller"]),
        address=text_of(sent["address"]),
    )


def _calls(feed: FeedId, document: Document, measured: Moment) -> CallsReading:
    return CallsReading(
        feed,
        measured,
        tuple(_call_from(sent) for sent in _bounded_list(document["calls"])),
        text_of(document["pbx"]),
        int(_count(document["more"])),
        confirmed=document["confirmed"] is True,
        at_least=document["at_least"] is True,
        left_out=LeftOut(*(int(_count(number)) for number in document["left_out"])),
    )


def _call_from(sent: Document) -> ActiveCall:
    values: dict[str, Any] = {
        name: number_of(sent.get(name)) if name in _TIMES else text_of(sent.get(name, ""))
        for name in _CALL
    }
    return ActiveCall(**values)


def _bounded_list(sent: Sequence[Document]) -> Sequence[Document]:
    if not isinstance(sent, list) or len(sent) > MOST_QUEUES:
        raise InvalidResponse("A message from the broker has too many entries", REMEDY)
    return sent


def _count(sent: object) -> Number:
    number = number_of(sent)
    if number is None or number < 0:
        raise ValueError("no count")
    return number
