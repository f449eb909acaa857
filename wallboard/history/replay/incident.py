"""An incident out of the history: which queues, when, in words, as CSV and as a recording."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, tzinfo

from wallboard.history import judgements
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.nearest import nearest_words
from wallboard.history.replay.past_board import PastBoard
from wallboard.history.usual import usual_now
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import QUEUE_KINDS, Number, Worse
from wallboard.model.data.metric_names import fold
from wallboard.model.data.name_pattern import QueueGroup, is_group
from wallboard.model.data.reading import FeedId, QueueKey, QueueMetrics
from wallboard.model.judge.alerts import rule_words
from wallboard.model.judge.episodes import Episode
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.judge.rules import Level
from wallboard.model.replay import NotKept, Replayed
from wallboard.model.select.totals import totals
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.export import escape_markdown
from wallboard.records import dataclass

AROUND = 15 * 60 * 1000
"""Milliseconds before and after that belong to an incident."""

_NAMES = [name for name, metric in METRICS.items() if metric.kind in QUEUE_KINDS]
_ABOUT = ("measured", "pbx", "site", "queue", "extension", "level", "doubtful")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What happened. ``episodes``: those of its time that were as bad, the chosen one first.

    Of a group also those of its queues, however bad; ``queues``: the names of all of these.
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
    queues: tuple[str, ...] = ()

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
    ``group``: the name of a group; then the incident is that of the group itself.
    """

    at: datetime | None
    queues: tuple[str, ...]
    safe: Callable[[str], str]
    group: str = ""

    def means(self, episode: Episode) -> bool:
        """Whether an episode is of what is wanted."""
        if is_group(episode.key) or self.group:
            return is_group(episode.key) and fold(episode.key.name) == fold(self.group)
        return not self.queues or fold(episode.name) in map(fold, self.queues)


def find_incident(past: PastBoard, base: State, wanted: WantedIncident) -> Incident:
    """Return the incident that is wanted. Raises ``NotKept`` where there is none."""
    at = None if wanted.at is None else stamp(wanted.at)
    named = [episode for episode in _episodes(past, at) if wanted.means(episode)]
    if at is None:
        named = [item for item in named if item.level is Level.CRITICAL]
    if not named:
        what = "this group" if wanted.group else "no queue"
        was, been = ("was not", "has not been") if wanted.group else ("was", "has been")
        if wanted.at is None:
            raise NotKept(f"{what} {been} critical")
        nearest = nearest_words(past, wanted.at, wanted.means, base.options.timezone)
        raise NotKept(f"{what} {was} in trouble then", tuple(nearest))
    chosen = max(named, key=lambda item: (item.level, item.since.wall))
    group = base.book.groups.by_name(wanted.group) if wanted.group else None
    if wanted.group and group is None:
        raise NotKept("this group is not in [groups] any more: which queues were in it is not kept")
    span = past.span()
    last = span[1] if span else stamp(chosen.since.wall)
    since = stamp(chosen.since.wall)
    until = stamp(chosen.until.wall) if chosen.until else last
    begin, end = since - AROUND, min(last, until + AROUND)
    lasting = _overlapping(past, since, until)
    kin = {item.key for item in lasting if _is_kin(item, chosen)}
    numbers = _Numbers(chosen, group, kin | {chosen.key}, wanted.safe)
    for board in past.each(base, begin, end):
        numbers.take(board)
    if group and not numbers.members:
        raise NotKept("none of the queues of this group is in what is kept")
    who, keys = (chosen.key, chosen.since), kin | numbers.members.keys()
    others = [item for item in lasting if item.key in keys and (item.key, item.since) != who]
    # Of a queue that was as bad once what was less bad is no part of it, but in a group.
    others = [item for item in others if item.key in numbers.members or _is_kin(item, chosen)]
    worst = numbers.worst if since <= numbers.worst <= until else since
    return Incident(
        episodes=(chosen, *others), begin=begin, end=end, since=since, worst=worst, until=until,
        csv=numbers.csv.getvalue(), queues=tuple(numbers.members.values()),
    )  # fmt: skip


def _is_kin(episode: Episode, chosen: Episode) -> bool:
    """Whether a queue was as bad at that time; of a group there are no numbers of its own."""
    return episode.level >= chosen.level and not is_group(episode.key)


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


class _Numbers:
    """Every metric of some queues at each poll as CSV, and when the chosen episode was worst.

    ``members``: the queues of the chosen group that were seen, with their names.
    """

    def __init__(
        self,
        chosen: Episode,
        group: QueueGroup | None,
        keys: Collection[QueueKey],
        safe: Callable[[str], str],
    ) -> None:
        self.csv = io.StringIO()
        self.worst = 0
        self.members: dict[QueueKey, str] = {}
        self._chosen, self._group, self._keys, self._safe = chosen, group, keys, safe
        self._writer = csv.writer(self.csv)
        self._writer.writerow([*_ABOUT, *_NAMES])
        self._worst_value: Number | None = None

    def take(self, board: Replayed) -> None:
        """Write what the queues had at a poll."""
        at, state, group = board.at, board.state, self._group
        members = [queue for queue in state.snapshot.queues if group and group.has(queue)]
        self.members.update((queue.key, queue.name) for queue in members)
        keys = {queue.key for queue in members}.union(self._keys)
        queues = [queue for queue in state.snapshot.queues if queue.key in keys]
        for queue in state.in_target.with_shares(queues, at.wall):
            level = state.levels.get(queue.key, UNJUDGED).level.word
            names = map(self._safe, (queue.pbx, queue.site, queue.name, queue.extension))
            doubtful = " ".join(sorted(queue.doubtful))
            when = at.wall.isoformat(timespec="milliseconds")
            self._writer.writerow([when, *names, level, doubtful, *_values(queue)])
        chosen = self._chosen
        if group:
            number = totals(members, (chosen.metric,))[chosen.metric].value
        else:
            own = (queue.values for queue in queues if queue.key == chosen.key)
            number = next(own, {}).get(chosen.metric)
        ended = chosen.until is not None and chosen.until.elapsed <= at.elapsed
        down = chosen.rule is not None and chosen.rule.worse is Worse.DOWN
        within = chosen.since.elapsed <= at.elapsed and not ended
        if within and _is_worse(number, self._worst_value, down=down):
            self._worst_value, self.worst = number, stamp(at.wall)


def _is_worse(number: Number | None, before: Number | None, *, down: bool) -> bool:
    if number is None or before is None:
        return number is not None
    return number < before if down else number > before


def _values(queue: QueueMetrics) -> Iterator[Number | None]:
    return (queue.of(METRICS[name].group).get(name) for name in _NAMES)


# In words.


@dataclass(frozen=True, slots=True)
class IncidentHeading:
    """How an incident is told: the board's title, its time zone."""

    title: str
    zone: tzinfo


def in_words(past: PastBoard, incident: Incident, how: IncidentHeading) -> str:
    """Return the page of words, in Markdown. Raises ``sqlite3.Error``."""
    chosen = incident.episodes[0]
    zone = how.zone
    name = escape_markdown(f"{chosen.name} ({chosen.site})" if chosen.site else chosen.name)
    name = f"Group {name}" if is_group(chosen.key) else name
    since, until = (wall(at).astimezone(zone) for at in (incident.since, incident.until))
    lasted = formatting.age((incident.until - incident.since) / 1000)
    pictures = ", ".join(f"`{name}.svg`" for name in incident.moments)
    end = "it lasts" if chosen.until is None else f"until {until:%H:%M:%S}"
    lines = [
        f"# {name}: {chosen.level.word} on {since:%Y-%m-%d} at {since:%H:%M:%S}",
        "",
        f"{escape_markdown(how.title)}. All times are {since.tzname()}.",
        "",
        f"- {chosen.level.word.capitalize()} since {chosen.start_text(f'{since:%H:%M:%S}')}, {end}"
        f" ({lasted}).",
        f"- {rule_words(chosen.rule, chosen.level)}: {_values_words(chosen)}; at its worst at"
        f" {wall(incident.worst).astimezone(zone):%H:%M:%S}.",
        f"- {_seen_words(chosen, zone)}",
        *_usual(past, chosen, incident, zone),
        *_members(incident.queues),
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


def _values_words(episode: Episode) -> str:
    metric = METRICS.get(episode.metric)
    if metric is None:
        return "its value is not known"
    first, worst = (formatting.value(metric, number) for number in (episode.value, episode.worst))
    return f"{first} at first, {worst} at worst" if worst != first else first


def _seen_words(episode: Episode, zone: tzinfo) -> str:
    seen = episode.acknowledged
    if seen is None:
        return "Nobody has marked it as seen."
    return f"Seen by {escape_markdown(seen.who)} at {seen.at.wall.astimezone(zone):%H:%M:%S}."


def _usual(past: PastBoard, episode: Episode, incident: Incident, zone: tzinfo) -> list[str]:
    """Return what is usual at that time, where two weeks or more are known."""
    metric = METRICS.get(episode.metric)
    known = usual_now(past.db, wall(incident.worst), zone, [FeedId(episode.key.pbx)])
    band = known.of(episode.key, episode.metric)
    if band is None or metric is None:
        return []
    low, middle, high = (formatting.value(metric, x) for x in (band.low, band.middle, band.high))
    return [f"- Usual at that time of the week: {middle}, between {low} and {high}."]


def _members(names: Sequence[str]) -> list[str]:
    """Return which queues a group has."""
    joined = ", ".join(map(escape_markdown, names))
    return [f"- Its queues, as `[groups]` has them now: {joined}."] if names else []


def _table(episodes: Sequence[Episode], zone: tzinfo) -> Iterator[str]:
    yield "| Queue | Site | Level | Since | Until | Rule | Value | Seen by |"
    yield "|---|---|---|---|---|---|---|---|"
    for episode in episodes:
        since = episode.start_text(f"{episode.since.wall.astimezone(zone):%H:%M:%S}")
        until = f"{episode.until.wall.astimezone(zone):%H:%M:%S}" if episode.until else "it lasts"
        who = escape_markdown(episode.acknowledged.who) if episode.acknowledged else ""
        rule = rule_words(episode.rule, episode.level)
        cells = (
            escape_markdown(episode.name),
            "group" if is_group(episode.key) else escape_markdown(episode.site),
            episode.level.word,
            since,
            until,
            rule,
        )
        yield f"| {' | '.join((*cells, _values_words(episode), who))} |"
