"""Which settings take effect while the board runs, and which with its next start.

Every setting stands in one of the two tables; a test says which one does not.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

AT_ONCE: Mapping[str, str] = {
    "api": "key username password",
    "source": "username password",
    "hub": "username password",
    "board": "title columns tiles sort theme tick",
    "targets": "longest_wait override",
    "agents": "wrap_up_warning wrap_up_critical pause_warning pause_critical"
    " alerting_warning alerting_critical",
    "privacy": "agents callers",
    "kiosk": "page_seconds by locked shift dim message message_file tv distance",
    "alerts": "blink bell quiet initials",
    "hours": "open override",
    "thresholds": "",
    "groups": "",
    "views": "",
    "labels": "",
}
"""Section → its keys; ``""``: the section has no fixed ones, and takes effect as a whole."""

_BROKER = "prefix ca_bundle client_cert client_key"

AT_START: Mapping[str, str] = {
    "api": "base_url secrets_dir pbx sites queues metrics endpoint time_unit"
    " timeout ca_bundle client_cert client_key max_body max_queues include_summary",
    "poll": "interval",
    # The day is asked of the API by this time zone.
    "board": "timezone",
    "today": "enabled interval timezone start",
    "agents": "enabled",
    "history": "enabled folder readings minutes max_size",
    "log": "level folder",
    "files": "folder",
    "alerts": "command command_timeout",
    "heartbeat": "url",
    "notify": "",
    "metrics": "listen metrics",
    "source": f"broker {_BROKER} rules",
    "hub": f"broker {_BROKER} name people",
    "keys": "",
}
"""The same of what is used once, when the board starts."""

_ADDRESSES = {"api": "base_url", "source": "broker", "hub": "broker"}
"""Section → the key of the address that its credentials are for."""

SECRETS = frozenset(f"{at}.{key}" for at in _ADDRESSES for key in AT_ONCE[at].split())
"""What a sign-in takes, and a broker."""

_Settings = TypeVar("_Settings", bound=BaseModel)


class Changes(NamedTuple):
    """Settings that are others than before, as ``section.key``, or ``section`` alone."""

    at_once: tuple[str, ...] = ()
    at_start: tuple[str, ...] = ()


def changes(before: BaseModel, after: BaseModel) -> Changes:
    """Return which settings differ, and whether that takes effect at once.

    Credentials that were written for another address are not sent to the one that was before.
    """
    found = tuple(_differing(before, after))
    moved = {at for at, key in _ADDRESSES.items() if f"{at}.{key}" in found}
    late = {name for name in SECRETS if name.partition(".")[0] in moved}
    waits = tuple(name for name in found if name in late or not takes_effect(name))
    return Changes(tuple(name for name in found if name not in waits), waits)


def takes_effect(name: str) -> bool:
    """Whether a setting (``section.key``, or ``section``) takes effect at once."""
    section, _, key = name.partition(".")
    return section in AT_ONCE and (not key or key in AT_ONCE[section].split())


def in_force(before: _Settings, after: _Settings) -> _Settings:
    """Return the settings of a board that started with ``before`` and reads ``after`` now."""
    waiting: dict[str, dict[str, object]] = {}
    whole: dict[str, object] = {}
    for name in changes(before, after).at_start:
        section, _, key = name.partition(".")
        old = getattr(before, section)
        if section not in AT_ONCE:
            # As it was, with what of it was set and what not.
            whole[section] = old
        else:
            waiting.setdefault(section, {})[key] = getattr(old, key)
    for section, keys in waiting.items():
        whole[section] = getattr(after, section).model_copy(update=keys)
    return after.model_copy(update=whole)


def _differing(before: BaseModel, after: BaseModel) -> Iterator[str]:
    """Give the settings that differ; of a section with fixed keys, each key of them."""
    for section in type(after).model_fields:
        was, now = getattr(before, section), getattr(after, section)
        if was == now:
            continue
        if not isinstance(now, BaseModel):
            yield section
            continue
        keys = type(now).model_fields
        yield from (f"{section}.{k}" for k in keys if getattr(was, k) != getattr(now, k))
