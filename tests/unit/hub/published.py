"""What a hub publishes, and the schemas that docs/mqtt.md promises of it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema

from tests.fake_clock import FakeClock
from wallboard.hub.json_payload import Document

MQTT = (Path(__file__).parents[3] / "docs" / "mqtt.md").read_text(encoding="utf-8")
SCHEMAS: dict[str, Any] = {
    name: json.loads(schema)
    for name, schema in re.findall(r"### ([\w ]+)\n.*?```json\n(.*?)```", MQTT, re.DOTALL)
}


def holds(name: str, document: Document) -> None:
    """Fail unless a document is as the page says."""
    sent = json.loads(json.dumps(document))
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(sent)


def clock(at: float = 1000.0) -> FakeClock:
    return FakeClock(seconds=at)
