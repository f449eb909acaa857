"""An incident out of the history: which queues, when, in words, as CSV and as a recording."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from wallboard.history import judgements
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.past import PastBoard
from wallboard.history.usual import usual_now
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Kind, Number, Worse
from wallboard.model.data.name_pattern import is_group
from wallboard.model.data.reading import FeedId, QueueKey, QueueMetrics
from wallboard.model.judge.alerts import rule_words
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.replay import NotKept, Replayed
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.export import as_plain
from wallboard.records import dataclass

AROUND = 15 * 60 * 1000
"""Milliseconds before and after that belong to an incident."""

_NAMES = [name for name, metric in METRICS.items() if metric.kind in (Kind.LIVE, Kind.TODAY)]
_ABOUT = ("measured", "pbx", "site", "queue", "extension", "level", "doubtful")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened. ``episodes``: those of its time that were as bad, the chosen one first.

    ``begin`` and ``end``: from when to when it is told, in milliseconds since 1970; ``since``,
    ``worst`` and ``until``: when it began, was at its worst, and ended or was last seen.
    """

    episodes: tuple[Episode, ...]
    begin: int
    end: int
    since: int
    worst: int
    until: int
    csv: str

    @property
    def moments(self) -> dict[str, datetime]:
        """What pictures are made of: their names and their moments, of no moment two."""
        times = {"begin": self.since, "worst": self.worst, "end": self.until}
        names = {at: name for name, at in reversed(times.items())}
        return {name: wall(at) for name, at in times.items() if names[at] == name}


@dataclass(frozen=True, slots=True)
class WantedIncident:
    """Which incident: of a moment, the worst of several; without one, the newest critical one.

    ``queues``: their names, none for any. ``safe``: makes names harmless to spreadsheets.
    """

    at: datetime | None
    queues: tuple[str, ...]
    safe: Callable[[str], str]


def found(past: PastBoard, base: State, wanted: WantedIncident) -> Incident:
    """Return the incident that is wanted. Raises ``NotKept`` where there is none."""
    at, names = wanted.at, [name.casefold() for name in wanted.queues]
    episodes = _episodes(past, None if at is None else stamp(at))
    named = [
        episode
        for episode in episodes
        if not is_group(episode.key) and (not names or episode.name.casefold() in names)
    ]
    if at is None:
        named = [item for item in named if item.level is Level.CRITICAL]
    if not named:
        raise NotKept("no queue was in trouble then" if at else "no queue has been critical")
    chosen = max(named, key=lambda item: (item.level, item.since.wall))
    span = past.span()
    last = span[1] if span else stamp(chosen.since.wall)
    since = stamp(chosen.since.wall)
    until = stamp(chosen.until.wall) if chosen.until else last
    begin, end = since - AROUND, min(last, until + AROUND)
    who = chosen.key, chosen.since
    kin = [item for item in _overlapping(past, since, until) if _is_kin(item, chosen)]
    episodes = [chosen, *(item for item in kin if (item.key, item.since) != who)]
    keys = {episode.key for episode in episodes}
    text, worst = _told(past.each(base, begin, end), chosen, keys, wanted.safe)
    return Incident(
        episodes=tuple(episodes), begin=begin, end=end, since=since,
        worst=worst if since <= worst <= until else since, until=until, csv=text,
    )  # fmt: skip


def _is_kin(one: Episode, chosen: Episode) -> bool:
    """Whether a queue was as bad at that time; of a group there are no numbers of its own."""
    return one.level >= chosen.level and not is_group(one.key)


def _episodes(past: PastBoard, at: int | None) -> list[Episode]:
    """Return the episodes of a moment, or the newest of all."""
    if at is not None:
        return _overlapping(past, at, at)
    rows = past.db.execute("SELECT data FROM episode ORDER BY since DESC LIMIT 500").fetchall()
    return [judgements.episode_from(text, past.moment) for (text,) in rows]


def _overlapping(past: PastBoard, begin: int, end: int) -> list[Episode]:
    rows = past.db.execute(
        "SELECT data FROM episode WHERE since <= ? AND ifnull(until, ?) >= ? ORDER BY since",
        (end, end, begin),
    ).fetchall()
    return [judgements.episode_from(text, past.moment) for (text,) in rows]


def _told(
    boards: Iterable[Replayed], chosen: Episode, keys: set[QueueKey], safe: Callable[[str], str]
) -> tuple[str, int]:
    """Return every metric of some queues at each poll as CSV, and when the chosen one was worst."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_ABOUT, *_NAMES])
    least: Number | None = None
    worst = 0
    down = chosen.rule is not None and chosen.rule.worse is Worse.DOWN
    until = chosen.until.elapsed if chosen.until else None
    for board in boards:
        at = board.at.wall.isoformat(timespec="milliseconds")
        queues = [queue for queue in board.state.snapshot.queues if queue.key in keys]
        for queue in board.state.in_target.added(queues, board.at.wall):
            level = board.state.levels.get(queue.key, UNJUDGED).level.word
            names = map(safe, (queue.pbx, queue.site, queue.name, queue.extension))
            doubtful = " ".join(sorted(queue.doubtful))
            writer.writerow([at, *names, level, doubtful, *_values(queue)])
            number = queue.values.get(chosen.metric)
            its_own = queue.key == chosen.key and number is not None
            within = chosen.since.elapsed <= board.at.elapsed and (
                until is None or board.at.elapsed < until
            )
            if its_own and within and _is_worse(number, least, down=down):
                least, worst = number, stamp(board.at.wall)
    return out.getvalue(), worst


def _is_worse(number: Number | None, least: Number | None, *, down: bool) -> bool:
    if number is None or least is None:
        return number is not None
    return number < least if down else number > least


def _values(queue: QueueMetrics) -> Iterator[Number | None]:
    return (queue.of(METRICS[name].group).get(name) for name in _NAMES)


# In words.


@dataclass(frozen=True, slots=True)
class Telling:
    """How an incident is told: the board's title, its time zone."""

    title: str
    zone: tzinfo


def in_words(past: PastBoard, incident: Incident, how: Telling) -> str:
    """Return the page of words, in Markdown. Raises ``sqlite3.Error``."""
    chosen = incident.episodes[0]
    zone = how.zone
    name = as_plain(f"{chosen.name} ({chosen.site})" if chosen.site else chosen.name)
    since, until = (wall(at).astimezone(zone) for at in (incident.since, incident.until))
    lasted = formatting.age((incident.until - incident.since) / 1000)
    pictures = ", ".join(f"`{name}.svg`" for name in incident.moments)
    end = "it lasts" if chosen.until is None else f"until {until:%H:%M:%S}"
    lines = [
        f"# {name}: {chosen.level.word} on {since:%Y-%m-%d} at {since:%H:%M:%S}",
        "",
        f"{as_plain(how.title)}. All times are {since.tzname()}.",
        "",
        f"- {chosen.level.word.capitalize()} since {chosen.begun(f'{since:%H:%M:%S}')}, {end}"
        f" ({lasted}).",
        f"- {rule_words(chosen.rule, chosen.level)}: {_values_words(chosen)}; at its worst at"
        f" {wall(incident.worst).astimezone(zone):%H:%M:%S}.",
        f"- {_seen(chosen, zone)}",
        *_usual(past, chosen, incident, zone),
        "",
        "## Queues",
        "",
        *_table(incident.episodes, zone),
        "",
        "## Files",
        "",
        "- `metrics.csv`: every number of these queues at each poll, from 15 minutes before to 15"
        " minutes after; times in UTC, durations in milliseconds.",
        f"- {pictures}: the board as it was; one picture for what was at the same poll.",
        "- `recording.sqlite`: `wallboard replay recording.sqlite` shows the board of that time.",
    ]
    return "\n".join(lines) + "\n"


def _values_words(one: Episode) -> str:
    metric = METRICS.get(one.metric)
    if metric is None:
        return "its value is not known"
    first, worst = (formatting.value(metric, number) for number in (one.value, one.worst))
    return f"{first} at first, {worst} at worst" if worst != first else first


def _seen(one: Episode, zone: tzinfo) -> str:
    seen = one.acknowledged
    if seen is None:
        return "Nobody has marked it as seen."
    return f"Seen by {as_plain(seen.who)} at {seen.at.wall.astimezone(zone):%H:%M:%S}."


def _usual(past: PastBoard, one: Episode, incident: Incident, zone: tzinfo) -> list[str]:
    """Return what is usual at that time, where two weeks or more are known."""
    metric = METRICS.get(one.metric)
    known = usual_now(past.db, wall(incident.worst), zone, [FeedId(one.key.pbx)])
    band = known.of(one.key, one.metric)
    if band is None or metric is None:
        return []
    low, middle, high = (formatting.value(metric, x) for x in (band.low, band.middle, band.high))
    return [f"- Usual at that time of the week: {middle}, between {low} and {high}."]


def _table(episodes: Sequence[Episode], zone: tzinfo) -> Iterator[str]:
    yield "| Queue | Site | Level | Since | Until | Rule | Value | Seen by |"
    yield "|---|---|---|---|---|---|---|---|"
    for episode in episodes:
        since = episode.begun(f"{episode.since.wall.astimezone(zone):%H:%M:%S}")
        until = f"{episode.until.wall.astimezone(zone):%H:%M:%S}" if episode.until else "it lasts"
        who = as_plain(episode.acknowledged.who) if episode.acknowledged else ""
        rule = rule_words(episode.rule, episode.level)
        cells = (
            as_plain(episode.name),
            as_plain(episode.site),
            episode.level.word,
            since,
            until,
            rule,
        )
        yield f"| {' | '.join((*cells, _values_words(episode), who))} |"
