"""The process in which Apprise sends one message: JSON on its input, its exit code says what came.

Whatever Apprise or a service says is not repeated: it may have the address in it.
"""

import json
import logging
import sys
from importlib import import_module

NOT_TAKEN, NOT_INSTALLED, NOT_UNDERSTOOD = 1, 3, 4
"""Exit codes: the service did not take it; no Apprise; an address that is none of its own."""


def send(document: dict[str, str]) -> int:
    """Send ``title`` and ``text`` ``to`` an address as ``kind``; the exit code."""
    try:
        apprise = import_module("apprise")
    except ImportError:
        return NOT_INSTALLED
    logging.disable()
    asset = apprise.AppriseAsset(app_id="wallboard", app_desc="wallboard", app_url="")
    service = apprise.Apprise.instantiate(document["to"], asset=asset)
    if service is None:
        return NOT_UNDERSTOOD
    taken = service.notify(
        body=document["text"],
        title=document["title"],
        notify_type=document["kind"],
        body_format=apprise.NotifyFormat.TEXT,
    )
    return 0 if taken else NOT_TAKEN


if __name__ == "__main__":
    sys.exit(send(json.load(sys.stdin)))
