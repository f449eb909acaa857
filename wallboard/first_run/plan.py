"""The answers, and the configuration file that is made of them. No I/O."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace

from wallboard.doctor.report import SeenPbx
from wallboard.model.data.catalogue import nearest
from wallboard.model.data.reading import AccountEntry
from wallboard.records import dataclass

SECRETS_DIR = "."
"""The secrets are beside the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupAnswers:
    """What is to be configured; what is empty stays at its default.

    ``pbx``, ``sites``, ``queues``: as they are written, names or ids. ``tv``: inches, ``distance``:
    metres, both as text; ``wall``: whether it is one. ``bounds``: metric → warning and critical.
    """

    base_url: str = ""
    pbx: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    title: str = ""
    wall: bool = False
    tv: str = ""
    distance: str = ""
    bounds: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def with_lists(self, pbxes: Sequence[SeenPbx]) -> "SetupAnswers":
        """Return it with the names as the account has them, of all PBXes that were chosen.

        Raises ``ValueError`` that says which name there is not, and what is nearest.
        """
        chosen = _entries_named("PBX", self.pbx, [AccountEntry(pbx.id, pbx.name) for pbx in pbxes])
        seen = [pbx for pbx in pbxes if not chosen or pbx.id in {item.id for item in chosen}]
        sites = [site for pbx in seen for site in pbx.sites or ()]
        queues = [queue for pbx in seen for queue in pbx.queues or ()]
        return replace(
            self,
            pbx=names_for_file(chosen, [AccountEntry(pbx.id, pbx.name) for pbx in pbxes]),
            sites=names_for_file(_entries_named("site", self.sites, sites), sites),
            queues=names_for_file(_entries_named("queue", self.queues, queues), queues),
        )


def _entries_named(
    what: str, names: Sequence[str], entries: Sequence[AccountEntry]
) -> tuple[AccountEntry, ...]:
    return tuple(found for name in names for found in _entries_called(what, name, entries))


def _entries_called(what: str, name: str, entries: Sequence[AccountEntry]) -> list[AccountEntry]:
    wanted = name.strip().casefold()
    found = [
        entry
        for entry in entries
        if wanted in (entry.name.casefold(), entry.extension.casefold(), entry.id.casefold())
    ]
    if not found:
        close = nearest(name, [entry.name for entry in entries])
        hint = f"; nearest: {', '.join(close)}" if close else ""
        raise ValueError(f'there is no {what} called "{name.strip()}"{hint}')
    return found


_RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?")


def pick(what: str, answer: str, entries: Sequence[AccountEntry]) -> tuple[AccountEntry, ...]:
    """Return what an answer chooses of a numbered list; nothing (or ``all``) is all of it: ``()``.

    An answer has numbers from 1, ranges of them, names and extensions, between commas. A number of
    the list is one of the list. Raises ``ValueError`` in words.
    """
    found: dict[str, AccountEntry] = {}
    if answer.strip().casefold() in ("", "all", "*"):
        return ()
    for part in filter(None, map(str.strip, answer.split(","))):
        at = _RANGE.fullmatch(part)
        first, last = (int(at[1]), int(at[2] or at[1])) if at else (0, 0)
        if 1 <= first <= last <= len(entries):
            picked = list(entries[first - 1 : last])
        else:
            picked = _entries_called(what, part, entries)
        found.update((item.id, item) for item in picked)
    return tuple(found.values())


def names_for_file(
    chosen: Sequence[AccountEntry], entries: Collection[AccountEntry]
) -> tuple[str, ...]:
    """Return entries as the file names them: by name, or by id where several have the name."""
    names = [entry.name.casefold() for entry in entries]
    return tuple(
        dict.fromkeys(
            item.name if names.count(item.name.casefold()) == 1 else item.id for item in chosen
        )
    )


def file_text(plan: SetupAnswers) -> str:
    """Return ``wallboard.toml``: what differs from the defaults, each with a word why."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: SetupAnswers) -> Iterator[str]:
    yield "# Made by `wallboard init`. Whatever is not here has its default:"
    yield "# `wallboard list settings` tells them all, `wallboard config` what is in force."
    yield ""
    yield "[api]"
    yield "# Folder of the files api_key, api_username and api_password: the one of this file."
    yield f"secrets_dir = {_text(SECRETS_DIR)}"
    if plan.base_url:
        yield f"base_url = {_text(plan.base_url)}"
    for key, names in (("pbx", plan.pbx), ("sites", plan.sites), ("queues", plan.queues)):
        if names:
            yield f"# Only these {'PBXes' if key == 'pbx' else key}; without this line all of them."
            yield f"{key} = [{', '.join(map(_text, names))}]"
    if plan.title:
        yield from ("", "[board]", "# What stands above the board.", f"title = {_text(plan.title)}")
    if plan.tv and plan.distance:
        yield from ("", "[kiosk]", "# Inches of the screen, and metres to its readers.")
        yield from (f"tv = {plan.tv}", f"distance = {plan.distance}")
    if plan.bounds:
        yield from ("", "[thresholds]", "# A bound that is reached counts.")
        for name, (warning, critical) in plan.bounds.items():
            bounds = f"warning = {_bound_text(warning)}, critical = {_bound_text(critical)}"
            yield f"{name} = {{ {bounds} }}"


def _bound_text(text: str) -> str:
    return text if text.isascii() and text.isdigit() else _text(text)


def _text(text: str) -> str:
    """Return a text as TOML writes it; what JSON escapes, TOML reads the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
