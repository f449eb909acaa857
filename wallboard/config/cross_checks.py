"""What no value shows by itself: files that are not there, settings without their partner.

Read from what was written, not from what was checked, so that a mistake elsewhere hides none.
"""

import importlib.util
import os
import shutil
from collections.abc import Iterator, Mapping

from wallboard.config import values
from wallboard.config.layers import Tree
from wallboard.config.rules import RuleMistake
from wallboard.config.sections.addresses import NOTIFY
from wallboard.config.sections.groups import table_of, tiles_of_no_group
from wallboard.config.sections.outward import OWN_SCHEMES, scheme
from wallboard.model.data.name_pattern import NamePattern

_FOR_METRICS = "prometheus_client"
_FILES = ("ca_bundle", "client_cert", "client_key")


def check_together(tree: Tree, environ: Mapping[str, str]) -> Iterator[RuleMistake]:
    """Give the mistakes. ``environ``: where programs are looked for (``PATH``)."""
    kiosk, alerts = (table_of(tree, name) for name in ("kiosk", "alerts"))
    for section in ("api", "source", "hub"):
        yield from _certificates(section, table_of(tree, section))
    for key, other in (("tv", "distance"), ("distance", "tv")):
        if _is_given(kiosk.get(key)) and not _is_given(kiosk.get(other)):
            yield RuleMistake(("kiosk", key), f"of no use without kiosk.{other}")
    yield from tiles_of_no_group(tree)
    by = kiosk.get("by")
    if isinstance(by, str) and by.strip().lower() == "group" and not table_of(tree, "groups"):
        yield RuleMistake(("kiosk", "by"), "of no use without groups: write [groups.NAME]")
    if _is_lost(alerts.get("command"), environ):
        yield RuleMistake(("alerts", "command"), "no such program, or it cannot be run")
    if table_of(tree, "metrics").get("listen") and not importlib.util.find_spec(_FOR_METRICS):
        words = "needs prometheus-client, which is not here: pip install prometheus-client"
        yield RuleMistake(("metrics", "listen"), words)
    yield from _messages(tree)


def _messages(tree: Tree) -> Iterator[RuleMistake]:
    """Give the addresses that take Apprise, where it is not installed, and groups of none."""
    tables, groups = tree.get(NOTIFY), [str(name).strip() for name in table_of(tree, "groups")]
    for number, table in enumerate(tables if isinstance(tables, list) else ()):
        kind = scheme(table.get("to")) if isinstance(table, Mapping) else ""
        if (
            kind
            and kind not in (*OWN_SCHEMES, "http")
            and importlib.util.find_spec("apprise") is None
        ):
            words = f"{kind}:// takes Apprise: pip install 'wallboard[notify]'"
            yield RuleMistake((NOTIFY, number, "to"), words)
        wanted = table.get("groups") if isinstance(table, Mapping) else None
        for pattern in values.list_or_empty(wanted or []):
            if isinstance(pattern, str) and not any(
                NamePattern(pattern).matches(group, "") for group in groups
            ):
                yield RuleMistake((NOTIFY, number, "groups"), "no group fits: write [groups.NAME]")


def _certificates(section: str, table: Mapping[str, object]) -> Iterator[RuleMistake]:
    for key in _FILES:
        name = table.get(key)
        if isinstance(name, str) and name and not _readable(name):
            yield RuleMistake((section, key), "no such file, or it cannot be read")
    if table.get("client_key") and not table.get("client_cert"):
        yield RuleMistake((section, "client_key"), f"of no use without {section}.client_cert")


def _readable(name: str) -> bool:
    try:
        return os.access(name, os.R_OK)
    except ValueError:  # a NUL in it, which is told elsewhere
        return True


def _is_given(written: object) -> bool:
    """Whether a length was written; what is no length at all is told elsewhere."""
    if written is None:
        return False
    try:
        return values.number(written) != 0
    except ValueError:
        return True


def _is_lost(written: object, environ: Mapping[str, str]) -> bool:
    try:
        command = values.command(written or [])
    except ValueError:
        return False
    return bool(command) and shutil.which(command[0], path=environ.get("PATH")) is None
