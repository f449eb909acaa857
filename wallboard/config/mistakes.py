"""What is wrong, in our own words: pydantic's may repeat the value."""

import re
from collections.abc import Mapping
from typing import Any

from wallboard.actions import key_name
from wallboard.config.layers import Tree, dotted_path, value_at
from wallboard.config.lines import KeyPath
from wallboard.config.model import SECTIONS
from wallboard.config.sections.addresses import NOTIFY
from wallboard.config.sections.outward import NotifySection
from wallboard.config.sections.times import HoursOverrideSection
from wallboard.config.sources import SECRET_FILES, SECRETS
from wallboard.config.values import hint, list_or_empty
from wallboard.host.paths import CONFIG_NAME
from wallboard.model.data.catalogue import nearest

_TEXT = "write it as text, in quotes"

_NAMES = (
    ("api", "metrics"),
    ("board", "columns"),
    ("board", "tiles"),
    ("board", "sort"),
    ("keys",),
)
"""Settings that hold nothing but names that all may read."""

_NAME = re.compile(r"-?[\w%][\w %+/.()-]{0,39}")
_NO_NAME = ("not a metric", "not a live metric", "not a column", "not an order", "not a key")


def known_keys() -> Mapping[str, tuple[str, ...]]:
    """Return the keys of every section that has a fixed set of them."""
    return {name: tuple(section.model_fields) for name, section in SECTIONS.items()}


def unknown(path: KeyPath, sections: tuple[str, ...]) -> str:
    """Return the words for a key that does not exist, with the nearest that do.

    ``sections``: the names of all of them.
    """
    key, known = str(path[-1]), known_keys()
    if path[:2] == ("hours", "override"):
        return f"no such key{hint(nearest(key, HoursOverrideSection.model_fields, most=1))}"
    elsewhere = tuple(
        f"{section}.{name}"
        for section, names in known.items()
        for name in names
        if name == key.lower()
    )
    if path[0] == NOTIFY and len(path) > 1:
        return f"no such key{hint(nearest(key, NotifySection.model_fields, most=1))}"
    if len(path) == 1:
        return f"no such section{hint(elsewhere or nearest(key, sections, most=1))}"
    here = nearest(key, known.get(str(path[0]), ()), most=1)
    close = tuple(f"{path[0]}.{name}" for name in here)
    return f"no such key{hint(elsewhere or close)}"


def wrong(error: Mapping[str, Any], sections: tuple[str, ...]) -> str:
    """Return the words for one of pydantic's errors."""
    kind, context, path = str(error["type"]), error.get("ctx", {}), error["loc"]
    match kind:
        case "extra_forbidden":
            return unknown(path, sections)
        case "value_error":
            return str(context["error"])
        case "literal_error":
            return f"write {context['expected']}"
        case "bool_parsing" | "bool_type":
            return "write true or false"
        case "greater_than_equal":
            return f"at least {context['ge']}"
        case "less_than_equal":
            return f"at most {context['le']}"
        case "string_type":
            return _TEXT
        case "missing":
            return f"{path[-1]} is not set"
        case "tuple_type":
            what = "table" if path[-1] == NOTIFY else "override"
            return f"write [[{dotted_path(path)}]] above each {what}"
        case "model_type" | "model_attributes_type":
            return f"write a table: [{dotted_path(path)}]"
    number = kind.startswith("int") or kind == "finite_number"
    return "not a whole number" if number else "cannot be read"


def not_set(key: str) -> str:
    """Return where a secret of ``[api]`` is to be written, one that is not."""
    return (
        f"api.{key}: not set; put it into WALLBOARD_API__{key.upper()}, into a file "
        f"{SECRETS[key]} in secrets_dir, or as {key} under [api] of {CONFIG_NAME}"
    )


def quote_name(tree: Tree, path: KeyPath, words: str) -> str:
    """Return ``words`` with the wrong name in them, where it stands in a list of known names.

    Nothing else that was written is repeated: it could be a secret under a key that is misspelt.
    So is a name that is also the value of a secret, or that does not look like a name.
    """
    known = any(path[: len(name)] == name for name in _NAMES)
    if not known or not words.startswith(_NO_NAME):
        return words
    written = _written_name(tree, path)
    held = [value_at(tree, secret) for secret in SECRET_FILES]  # of whatever kind
    if not isinstance(written, str) or written in held or not _NAME.fullmatch(written):
        return words
    return f'"{written}" is {words}'


def _written_name(tree: Tree, path: KeyPath) -> object:
    """Return what stands at ``path``; of the keys of an action the first that is none.

    A text where a list may stand is one.
    """
    value: object = tree
    for part in path:
        if isinstance(part, int):
            listed = list_or_empty(value)
            value = listed[part] if part < len(listed) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    if path[0] != "keys":
        return value
    return next(
        (key for key in list_or_empty(value) if isinstance(key, str) and not key_name(key)), None
    )
