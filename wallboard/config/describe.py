"""Every setting as a line of text with where it came from; secrets are "(set)" or "(not set)"."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, SecretStr

from wallboard import actions
from wallboard.config.rules import Thresholds
from wallboard.config.sections.groups import GroupTables
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Metric, Number, Unit, Worse
from wallboard.model.judge.rules import Bounds
from wallboard.model.view import format as formatting

DEFAULT = "default"
"""The origin of what nobody set."""

_NUMBER = re.compile(r"\[\d+\]")
_EMPTY = dict.fromkeys(
    (
        *("api.pbx", "api.sites", "api.queues", "api.metrics"),
        *("notify.queues", "notify.sites", "notify.groups"),
    ),
    "all",
)


class SettingLine(NamedTuple):
    """A setting's name, its value as people read it, and where it was set."""

    key: str
    text: str
    origin: str


def describe_settings(
    sections: Mapping[str, BaseModel],
    thresholds: Thresholds,
    groups: GroupTables,
    tables: Mapping[str, Mapping[Any, Any]],
    origins: Mapping[str, str],
) -> tuple[SettingLine, ...]:
    """Return all settings in the order of the example file.

    ``tables``: the sections of a name and a text. ``origins``: as ``LoadedSettings`` has them.
    """
    found = [
        *(line for name, section in sections.items() for line in _section(name, section)),
        *_thresholds(thresholds),
        *(
            (f"{name}.{key}", _text(value, key=name == "keys"))
            for name, table in tables.items()
            for key, value in table.items()
        ),
        *_groups(groups),
    ]
    return tuple(SettingLine(key, text, _origin(key, origins)) for key, text in found)


def _section(name: str, section: BaseModel) -> Iterator[tuple[str, str]]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        path = f"{name}.{key}"
        if key == "command" and value:
            # Arguments may hold what nobody should read, as the address of a chat's hook.
            yield path, f"{value[0]} with {formatting.plural(len(value) - 1, 'argument')}"
        elif key == "override":
            for number, table in enumerate(value, 1):
                said = table.open if name == "hours" else f"{table.longest_wait:g}"
                yield f"{path}[{number}]", f"{_where(table.queue, table.site)}: {said}"
        elif value is None:
            yield path, "auto"
        else:
            yield path, _text(value, _EMPTY.get(_NUMBER.sub("", path), "none"))


def _text(value: object, empty: str = "none", *, key: bool = False) -> str:
    if isinstance(value, SecretStr):
        return "(set)" if value.get_secret_value() else "(not set)"
    if isinstance(value, tuple):
        return ", ".join(actions.key_label(part) if key else str(part) for part in value) or empty
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) or '""'


def _thresholds(thresholds: Thresholds) -> Iterator[tuple[str, str]]:
    rules, remind = thresholds.rules, thresholds.remind
    for name, bounds in rules.base.items():
        yield f"thresholds.{name}", _bounds(METRICS[name], bounds, remind.base.get(name))
    for name, bounds in rules.total.items():
        yield f"thresholds.total.{name}", _bounds(METRICS[name], bounds)
    both = zip(rules.overrides, remind.overrides, strict=True)
    for number, (override, reminder) in enumerate(both, 1):
        where = _where(override.queue, override.site)
        for name, bounds in override.bounds.items():
            text = _bounds(METRICS[name], bounds, reminder.every.get(name))
            yield f"thresholds.override[{number}].{name}", f"{where}: {text}"


def _groups(tables: GroupTables) -> Iterator[tuple[str, str]]:
    for group in tables.groups:
        parts = {"queues": group.queues, "sites": group.sites, "PBX": group.pbx}
        said = (f"{kind} {', '.join(patterns)}" for kind, patterns in parts.items() if patterns)
        yield f"groups.{group.name}", "; ".join(said)
        remind = tables.remind.get(group.name, {})
        for name, bounds in tables.bounds.get(group.name, {}).items():
            text = _bounds(METRICS[name], bounds, remind.get(name))
            yield f"groups.{group.name}.thresholds.{name}", text


def _bounds(metric: Metric, bounds: Bounds, remind: float | None = None) -> str:
    if bounds.off:
        return "off"

    def bound_text(number: Number | None) -> str:
        if number is None:
            return ""
        if metric.unit is Unit.MILLISECONDS:
            return formatting.duration(number)
        return f"{number:g}{'%' if metric.unit is Unit.PERCENT else ''}"

    parts = {
        "warning": bound_text(bounds.warning),
        "critical": bound_text(bounds.critical),
        "for": "" if bounds.hold is None else f"{bounds.hold:g} s",
        "recover": bound_text(bounds.recover_warning),
        "recover from critical": bound_text(bounds.recover_critical),
        "direction": "" if bounds.worse in (None, Worse.NEITHER) else bounds.worse.value,
        "remind every": "" if not remind else f"{remind:g} s",
    }
    return ", ".join(f"{key} {text}" for key, text in parts.items() if text)


def _where(queue: str, site: str) -> str:
    names = (f"queue {queue}" if queue else "", f"site {site}" if site else "")
    return ", ".join(name for name in names if name)


def _origin(key: str, origins: Mapping[str, str]) -> str:
    """Return where a setting was set; if parts of it were set in several places, all of them."""
    parts = [path for path in origins if path == key or path.startswith(f"{key}.")]
    whole = [path for path in origins if key.startswith((f"{path}.", f"{path}["))]
    paths = parts or sorted(whole, key=len)[-1:]
    places = (origins[path].removesuffix(f": {path}") for path in paths)
    return ", ".join(dict.fromkeys(places)) or DEFAULT
