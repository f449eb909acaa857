"""Silences: queues that are in trouble and are to be quiet, because somebody has said so.

A silence changes nothing that is measured or judged. Its queue has its level, its place and its
colour; it does not blink, ring, run the alerts' command or make a headline, and it says who wants
it so, and until when. It is of a queue by its identity: one that is renamed stays silenced.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Protocol

from wallboard.model.data.day import Day
from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.data.sanitize import clean
from wallboard.model.judge.levels import Levels
from wallboard.model.judge.rules import Level
from wallboard.model.view.format import plural
from wallboard.records import dataclass

MARK = "z"
"""Stands in the gutter of a silenced queue, where others have a bar."""

MOST_WHY = 60
"""Letters of the word why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One queue's silence. ``who`` wants it, ``why`` (``""``: nothing was said).

    ``name`` and ``site``: as they were then. ``until``: when it ends by itself; ``None``: as soon
    as the queue is calm.
    """

    key: QueueKey
    name: str
    site: str
    who: str
    why: str
    since: datetime
    until: datetime | None

    @property
    def place(self) -> str:
        """The queue and its site."""
        return f"{self.name} · {self.site}" if self.site else self.name


Silences = Mapping[QueueKey, Silence]

NONE: Silences = MappingProxyType({})


def is_silenced(silences: Silences, key: QueueKey, now: Moment) -> bool:
    """Whether a queue is silenced at ``now``."""
    found = silences.get(key)
    return found is not None and not is_over(found, now.wall)


def is_over(silence: Silence, now: datetime) -> bool:
    """Whether its time has passed."""
    return silence.until is not None and now >= silence.until


def after_answer(silences: Silences, levels: Levels, at: Moment) -> Silences:
    """Return those that go on after an answer: one until it is calm ends with the first calm one.

    What was silenced together, as a group, is heard again together, once all of it is calm.
    """
    restless = {
        _act_of(silence)
        for key, silence in silences.items()
        if silence.until is None and not _is_calm(key, levels)
    }
    kept = {
        key: silence
        for key, silence in silences.items()
        if not is_over(silence, at.wall)
        and (silence.until is not None or _act_of(silence) in restless)
    }
    return silences if len(kept) == len(silences) else kept


def _act_of(silence: Silence) -> tuple[object, ...]:
    return silence.since, silence.who, silence.why


def _is_calm(key: QueueKey, levels: Levels) -> bool:
    """Whether a queue is known to be; a group that nothing judges has its queues to wait for."""
    known = levels.get(key)
    return is_group(key) if known is None else known.level is Level.NORMAL or known.closed


def offers(now: datetime, day: Day) -> tuple[tuple[str, datetime | None], ...]:
    """Return for how long a queue can be silenced: words, and when that ends.

    ``day``: the one that ``now`` is in.
    """
    return (
        ("for 15 minutes", now + timedelta(minutes=15)),
        ("for 1 hour", now + timedelta(hours=1)),
        ("until tomorrow", day.end),
        ("until it is calm", None),
    )


def words(silence: Silence, now: Moment, zone: tzinfo) -> str:
    """Return ``silenced by anna until 14:30: fire drill``."""
    who = f" by {silence.who}" if silence.who else ""
    until = "it is calm"
    if silence.until is not None:
        end, today = silence.until.astimezone(zone), now.wall.astimezone(zone).date()
        until = f"{end:%H:%M}" if end.date() == today else f"{end:%a %H:%M}"
    why = f": {silence.why}" if silence.why else ""
    return f"silenced{who} until {until}{why}"


def silence_lines(silences: Silences, now: Moment, zone: tzinfo) -> tuple[str, ...]:
    """Return a line for each silence, the one that ends first on top."""
    last = datetime.max.replace(tzinfo=UTC)
    found = (silence for silence in silences.values() if not is_over(silence, now.wall))
    return tuple(
        f"{MARK} {silence.place}: {words(silence, now, zone)}"
        for silence in sorted(
            found, key=lambda silence: (silence.until or last, silence.name, silence.key)
        )
    )


def changes(before: Silences, after: Silences, now: Moment, zone: tzinfo) -> tuple[str, ...]:
    """Return what is to be said when silences began or ended, in a line each."""
    if before is after:
        return ()
    begun = [silence for key, silence in after.items() if before.get(key) != silence]
    ended = [silence for key, silence in before.items() if key not in after]
    told = []
    if begun:
        told.append(f"{_whose(begun)}: {words(begun[0], now, zone)}")
    if ended:
        told.append(f"{_whose(ended)}: no longer silenced")
    return tuple(told)


def _whose(silences: list[Silence]) -> str:
    return silences[0].place if len(silences) == 1 else plural(len(silences), "queue")


# As rows of a file that boards share.


class SilenceStore(Protocol):
    """The silences that all boards of this folder share, as rows."""

    @property
    def warning(self) -> str:
        """Why nothing could be taken from it, if that is so."""
        ...

    def news(self) -> Sequence[Mapping[str, Any]] | None:
        """Return the rows if they are others than were read last; else ``None``. Never raises."""
        ...

    def change(
        self, added: Collection[Mapping[str, Any]], ended: Collection[Mapping[str, Any]]
    ) -> str:
        """Add rows and end some; returns why not, if so. Never raises."""
        ...


def row_of(silence: Silence) -> dict[str, Any]:
    """Return a silence as JSON has it; times in UTC."""
    until = silence.until
    return {
        "key": list(silence.key),
        "name": silence.name,
        "site": silence.site,
        "who": silence.who,
        "why": silence.why,
        "since": silence.since.astimezone(UTC).isoformat(timespec="seconds"),
        "until": None if until is None else until.astimezone(UTC).isoformat(timespec="seconds"),
    }


def from_rows(rows: Iterable[Mapping[str, Any]], now: datetime) -> Silences:
    """Return the silences that go on at ``now``; a row that is none is left out."""
    found = [silence for row in rows if (silence := _from_row(row)) is not None]
    return {silence.key: silence for silence in found if not is_over(silence, now)}


def _from_row(row: Mapping[str, Any]) -> Silence | None:
    try:
        pbx, extension, site, name, twin = row["key"]
        until = row["until"]
        silence = Silence(
            key=QueueKey(clean(pbx), clean(extension), clean(site), clean(name), int(twin)),
            name=clean(row["name"]),
            site=clean(row["site"]),
            who=clean(row["who"]),
            why=clean(row["why"]),
            since=datetime.fromisoformat(row["since"]),
            until=None if until is None else datetime.fromisoformat(until),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    aware = silence.since.tzinfo and (silence.until is None or silence.until.tzinfo)
    return silence if aware else None
