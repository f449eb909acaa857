"""JSON, compact and deflated, and back: bounded, because nobody knows who published it."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

from wallboard.errors import InvalidResponse

MOST_SENT = 2_000_000
"""Bytes of one message: more is refused, by the broker where it can."""

MOST_INFLATED = 16_000_000
"""Bytes of what is in it: ten thousand queues are a tenth of that."""

REMEDY = "Something else publishes under this prefix, or the hub is of another version"

Document = Mapping[str, Any]
"""JSON as Python has it."""


def compact(document: Document) -> bytes:
    """Return JSON in as few bytes as it needs, without deflating it."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


def deflate(document: Document) -> bytes:
    """Return JSON, compact and deflated."""
    return zlib.compress(compact(document), 6)


def inflate(sent: bytes) -> Document:
    """Return what is in a deflated message. Raises ``InvalidResponse`` for all else."""
    if len(sent) > MOST_SENT:
        raise InvalidResponse("A message from the broker is too large", REMEDY)
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(sent, MOST_INFLATED)
    except zlib.error:
        raise InvalidResponse("A message from the broker is no reading", REMEDY) from None
    if not reader.eof or reader.unconsumed_tail:
        raise InvalidResponse("A message from the broker is cut off, or too large", REMEDY)
    return plain(text)


def plain(sent: bytes) -> Document:
    """Return the object that a message has as JSON. Raises ``InvalidResponse`` for all else."""
    try:
        found = json.loads(sent, parse_constant=_refuse) if len(sent) <= MOST_INFLATED else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidResponse("A message from the broker is no JSON of the hub's", REMEDY)
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a number of JSON")
