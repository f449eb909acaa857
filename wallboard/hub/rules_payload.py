"""The hub's thresholds as a message, and back: for boards that judge as the hub does."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from wallboard.errors import InvalidResponse
from wallboard.hub.json_payload import REMEDY, Document
from wallboard.hub.topics import VERSION
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Worse
from wallboard.model.data.sanitize import number_of, text_of
from wallboard.model.judge.rules import Bounds, Override, Rules

_NUMBERS = ("warning", "critical", "hold", "recover_warning", "recover_critical")
_MOST_OVERRIDES = 2_000


def rules_document(rules: Rules) -> Document:
    """Return rules as JSON; bounds in the units of the metrics, ``hold`` in seconds."""
    return {
        "version": VERSION,
        "base": _table(rules.base),
        "total": _table(rules.total),
        "overrides": [
            {"queue": override.queue, "site": override.site, "bounds": _table(override.bounds)}
            for override in rules.overrides
        ],
    }


def _table(table: Mapping[str, Bounds]) -> dict[str, dict[str, object]]:
    return {name: _bounds_document(bounds) for name, bounds in table.items()}


def _bounds_document(bounds: Bounds) -> dict[str, object]:
    parts = {part.name: getattr(bounds, part.name) for part in fields(bounds)}
    parts["worse"] = bounds.worse.value if bounds.worse else None
    # Not "in": a bound of 0 says something.
    return {name: item for name, item in parts.items() if item is not None and item is not False}


def rules_of(document: Document) -> Rules:
    """Return the rules of a message; metrics that nobody knows are left out.

    Raises ``InvalidResponse``.
    """
    try:
        if document["version"] != VERSION:
            raise InvalidResponse("The hub's thresholds are of another version", REMEDY)
        return Rules(
            _table_of(document["base"]),
            tuple(
                Override(
                    _table_of(override["bounds"]),
                    text_of(override["queue"]),
                    text_of(override["site"]),
                )
                for override in document["overrides"][:_MOST_OVERRIDES]
            ),
            _table_of(document["total"]),
        )
    except (TypeError, ValueError, LookupError, AttributeError):
        raise InvalidResponse("The hub's thresholds make no sense", REMEDY) from None


def _table_of(sent: Mapping[str, Any]) -> dict[str, Bounds]:
    return {name: _bounds_of(bounds) for name, bounds in sent.items() if name in METRICS}


def _bounds_of(sent: Mapping[str, Any]) -> Bounds:
    numbers = {name: number_of(sent.get(name)) for name in _NUMBERS}
    worse = Worse(sent["worse"]) if "worse" in sent else None
    return Bounds(**numbers, worse=worse, off=sent.get("off") is True)
