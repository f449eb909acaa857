"""The vendor's OpenAPI documents, where they are at hand: what is documented of each page.

They are looked for in ``$VENDOR_OPENAPI``, or in ``shared/vendor-openapi`` beside the
checkout. They are no part of the project.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

Schema = dict[str, Any]

_BESIDE = Path(__file__).parents[2].parent / "shared" / "vendor-openapi"
_FILES = ("authentication.json", "work_analytics.json", "work_analytics_customer_data.json")
_ROW = re.compile(r"^\|\s*([a-z]\w+)\s*\|", re.MULTILINE)

NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}

# Where the documents disagree with themselves: what is patched before an answer is held against
# them. Schema, property, what is right, and why.
DISAGREEMENTS: tuple[tuple[str, str, Schema, str], ...] = (
    (
        "QueueMetrics", "extension", {"type": ["string", "integer"]},
        "a string in the schema, a number in the example",
    ),
    (
        "QueueActivity", "metricsSummary", {"$ref": "#/components/schemas/Metrics"},
        "summary in the schema, metricsSummary in the example and in the parameter's text",
    ),
    (
        "AgentActivityResponse", "metricsSummary", {"$ref": "#/components/schemas/Metrics"},
        "summary in the schema, metricsSummary in the example",
    ),
    (
        "AgentActivityResponse", "queuesAgentActivity",
        {"type": "array", "items": {"$ref": "#/components/schemas/AgentActivityWrapper"}},
        "agentActivity at the top in the schema, within queuesAgentActivity in the example",
    ),
    (
        "CallQueue", "extension", {"type": "string"},
        "extensionNumber in the schema, extension in the examples",
    ),
    (
        "AgentsResponsePage", "_embedded",
        {
            "type": "object",
            "properties": {
                name: {"type": "array", "items": {"$ref": "#/components/schemas/Agent"}}
                for name in ("agentList", "queueList")
            },
        },
        "queueList in the schema, agentList by the page's own name",
    ),
    (
        "Agent", "queueList", {"type": "array"}, "in the example only",
    ),
)  # fmt: skip

# The same of the values of every object of metrics: "type: object" in the schema, numbers in all
# examples, and null where an average has nothing to divide by.
_METRICS = ("metrics", "summary", "metricsSummary")

_ADDED: Mapping[str, Schema] = {
    "Metrics": {"type": "object", "additionalProperties": NUMBER_OR_NULL},
    "AgentActivityWrapper": {
        "type": "object",
        "properties": {
            "agentActivity": {
                "type": "array", "items": {"$ref": "#/components/schemas/AgentActivity"},
            },
            "metricsSummary": {"$ref": "#/components/schemas/Metrics"},
            **{name: {"type": "string"} for name in ("pbx", "site", "queueExtension", "queueName")},
            "autoLogin": {"type": "boolean"},
        },
    },
}  # fmt: skip


def folder() -> Path | None:
    """Return where the documents are, if they are anywhere."""
    told = os.environ.get("VENDOR_OPENAPI")
    place = Path(told) if told else _BESIDE
    return place if all((place / name).is_file() for name in _FILES) else None


MISSING = (
    "the vendor's OpenAPI documents are not at hand: "
    "neither $VENDOR_OPENAPI nor shared/vendor-openapi beside the checkout has them"
)
"""Why contract tests are skipped where ``folder()`` is ``None``."""


@dataclass(frozen=True)
class Documented:
    """What may be asked of a page. ``values``: of the parameters that are one of a list."""

    parameters: frozenset[str]
    metrics: frozenset[str]
    values: Mapping[str, frozenset[str]]


@cache
def _documents() -> tuple[Schema, ...]:
    place = folder()
    if place is None:
        raise FileNotFoundError(MISSING)
    return tuple(
        _patched(json.loads((place / name).read_text(encoding="utf-8"))) for name in _FILES
    )


def documented(path: str) -> Documented:
    """Return what may be asked of ``GET path``, as ``/v2/pbxes/{pbxId}/call-queue-metrics``.

    Parameters in the path itself are not among them. ``KeyError`` if it is not documented.
    """
    document, operation = _operation(path, "get")
    parameters = [_resolved(document, one) for one in operation.get("parameters", ())]
    asked = {one["name"]: one for one in parameters if one["in"] == "query"}
    metrics = _ROW.findall(asked.get("metrics", {}).get("description", ""))
    return Documented(
        frozenset(asked),
        frozenset(metrics),
        {
            name: frozenset(one["schema"]["enum"])
            for name, one in asked.items()
            if "enum" in one["schema"]
        },
    )


def example_of(path: str) -> Any:
    """Return the vendor's example of the answer to ``GET path``."""
    content = _operation(path, "get")[1]["responses"]["200"]["content"]["application/json"]
    if "example" in content:
        return content["example"]
    return next(iter(content["examples"].values()))["value"]


def mistakes(path: str, answer: object, status: int = 200, method: str = "get") -> list[str]:
    """Return what is not as documented of an answer: wrong types, fields that nobody documents."""
    document, operation = _operation(path, method)
    response = _resolved(document, operation["responses"][str(status)])
    if "content" not in response:
        return ["a body, though none is documented"]
    schema = next(iter(response["content"].values()))["schema"]
    whole = {**schema, "components": document["components"]}
    validator = jsonschema.Draft202012Validator(whole)
    return [f"{one.json_path}: {one.message[:200]}" for one in validator.iter_errors(answer)]


def _operation(path: str, method: str) -> tuple[Schema, Schema]:
    for document in _documents():
        if path in document["paths"]:
            return document, document["paths"][path][method]
    raise KeyError(path)


def _resolved(document: Schema, one: Schema) -> Schema:
    while "$ref" in one:
        found: Any = document
        for part in one["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        one = found
    return one


def _patched(document: Schema) -> Schema:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name, field, schema, _ in DISAGREEMENTS:
        if name in schemas:
            schemas[name]["properties"][field] = schema
    schemas.update(_ADDED)
    for one in _objects(document):
        for name in _METRICS:
            if name in one["properties"] and "$ref" not in one["properties"][name]:
                one["properties"][name] = _ADDED["Metrics"]
        one.setdefault("additionalProperties", False)
    return document


def _objects(part: object) -> Iterator[Schema]:
    """Yield every schema of an object whose properties are known, examples apart."""
    if isinstance(part, dict):
        if part.get("type") == "object" and isinstance(part.get("properties"), dict):
            yield part
        for name, value in part.items():
            if name not in ("example", "examples"):
                yield from _objects(value)
    elif isinstance(part, list):
        for value in part:
            yield from _objects(value)
