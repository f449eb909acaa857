"""What a wall says: names that are told apart, what each number is, calm and how long it lasts.

What is said here is drawn large: few words, whole ones.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from wallboard.model.data.catalogue import ENTERED, METRICS, Labels, relabel
from wallboard.model.data.metric import TICKING, Metric, Unit
from wallboard.model.data.name_pattern import NO_GROUP
from wallboard.model.data.reading import QueueKey
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.rules import Level
from wallboard.model.view.board import BoardView
from wallboard.model.view.format import age, duration
from wallboard.model.view.row import Cell, Row, Tone, cell
from wallboard.model.view.status_line import closed_words
from wallboard.model.view.tile import Tile, subtotals
from wallboard.model.view.tiles.board_tiles import rules_of, with_target
from wallboard.model.view.wall.pages import lines_of_page
from wallboard.records import dataclass

_TROUBLE = (Tone.WARNING, Tone.CRITICAL)
_WAITING = "waitingCalls"
_LONGEST_WAITS = 3
_OF_TODAY = (ENTERED, "abandonedInWaitingCallsPercentage")

_WORDS: Mapping[str, str] = {
    _WAITING: "wait",
    TICKING: "",
    "avgWaitingTime": "average",
    "availableAgents": "free",
    "eligibleAgents": "eligible",
    ENTERED: "calls",
    "abandonedInWaitingCallsPercentage": "abandoned",
}
"""What stands behind a number, in as few letters as can be understood."""

_LABELS: Mapping[str, tuple[str, ...]] = {
    _WAITING: ("waiting", "wait"),
    TICKING: ("longest", "long"),
    "avgWaitingTime": ("average", "avg"),
    "handlingCalls": ("handling", "talk"),
    "availableAgents": ("available", "free"),
    "abandonedInWaitingCallsPercentage": ("abandoned", "lost"),
    ENTERED: ("entered", "in"),
}
"""What a tile is called, the longest words first."""


def label_words(metric: Metric, labels: Labels, group: str = "") -> tuple[str, ...]:
    """Return what a tile is called, the longest first; the user's own word where there is one.

    ``group``: whose tile it is; the metric is called by it already.
    """
    own = (metric.label, metric.short)
    if group:
        words = () if metric.name in labels else _LABELS.get(metric.name, ())
        return (*own, *(f"{group} {word}" for word in words))
    return own if metric.name in labels else (*_LABELS.get(metric.name, own),)


_BEFORE = slice(-12, -9)
"""The minutes of a tile's half hour that are about ten minutes ago."""

_LEAST_CHANGE: Mapping[Unit, float] = {Unit.COUNT: 2, Unit.MILLISECONDS: 15_000, Unit.PERCENT: 1}


def direction(tile: Tile) -> int:
    """Return 1 where a total is higher than ten minutes ago, -1 where it is lower; else 0.

    A change of less than a quarter is none, and nothing is said of what is not known.
    """
    past = [number for number in tile.trend[_BEFORE] if number is not None]
    if tile.number is None or not past or tile.cell.tone is Tone.OLD:
        return 0
    before = sum(past) / len(past)
    change = tile.number - before
    if abs(change) < max(_LEAST_CHANGE[tile.metric.unit], before / 4):
        return 0
    return 1 if change > 0 else -1


# Names.


def wall_names(lines: Iterable[Row], short: Mapping[str, str]) -> Mapping[QueueKey, str]:
    """Return each queue's name on a wall; no two of them look the same in capitals.

    ``short``: name, folded, → a shorter one. Where names are the same, more is said.
    """
    rows = list(lines)
    named = {row.key: short.get(row.queue.name.casefold(), row.queue.title) for row in rows}
    ways = (
        lambda queue: queue.title,
        lambda queue: f"{queue.title} {queue.site_title}",
        lambda queue: f"{queue.name} {queue.extension} {queue.site_title} {queue.pbx}",
    )
    for way in ways:
        seen = Counter(map(_look, named.values()))
        for row in rows:
            if seen[_look(named[row.key])] > 1:
                named[row.key] = way(row.queue)
    return named


def _look(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.upper())
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).strip()


# Numbers.


def facts(row: Row, view: BoardView, now: float) -> tuple[Cell, ...]:
    """Return what is said beside a name, first what makes its level: ``9 wait``, ``00:34``."""
    if row.missing:
        return (Cell("closed" if row.levels.closed else "missing", row.tone),)
    worst = relabel(row.levels.worst_metric, view.labels) if row.tone in _TROUBLE else None
    first = worst if worst and worst.name != TICKING else relabel(_WAITING, view.labels)
    wait = cell(row, METRICS[TICKING], now, view.tick)
    said = _value_words(cell(row, first, now, view.tick), first, view.labels) if first else wait
    if not any(map(str.isdigit, said.text)) and not any(map(str.isdigit, wait.text)):
        return (said,)
    text = f"{wait.mark if wait.mark in '?=' else ''}{wait.text}{'~' if wait.estimated else ''}"
    return said, Cell(text, wait.tone)


def _word(metric: Metric, text: str) -> str:
    """Return what stands behind a number: ``calls``, and ``call`` behind 1."""
    word = _WORDS.get(metric.name, metric.short)
    return word.removesuffix("s") if metric.name == ENTERED and text == "1" else word


def _value_words(shown: Cell, metric: Metric, labels: Labels) -> Cell:
    word = metric.short if metric.name in labels else _word(metric, shown.text)
    doubt = shown.mark.lstrip("!")
    known = any(map(str.isdigit, shown.text))
    return Cell(f"{doubt}{shown.text} {word}".strip() if known else shown.text, shown.tone)


def more_words(
    view: BoardView, shown: Sequence[Row], *, brief: bool = False
) -> tuple[str, Tone | None]:
    """Return what a page leaves out: ``+ 155 critical``, and the tone of the worst of it.

    Trouble first, then what is calm. ``brief``: trouble alone, with its marks.
    """
    on = {row.key for row in shown}
    left = Counter(line.tone for line in view.lines if line.key not in on)
    trouble = [tone for tone in reversed(_TROUBLE) if left[tone]]
    worst = trouble[0] if trouble else None
    if brief:
        return " ".join(f"+{left[tone]}{Level[tone.name].mark}" for tone in trouble), worst
    stale = view.health.state >= Freshness.STALE
    parts = [view.health.trouble] if stale and view.health.trouble else []
    parts += [f"+ {left[tone]} {tone}" for tone in trouble]
    calm = sum(line.tone is Tone.NORMAL for line in view.lines)
    if calm and calm < len(view.lines):
        parts.append(f"{calm} calm")
    parts += [words for words in (view.health.groups, view.health.hidden.words) if words]
    parts += [closed_words(view.closed)] if view.closed else []
    return " · ".join(parts), worst


# State.


def is_empty(view: BoardView) -> bool:
    """Return whether there is no queue of which anything could be well."""
    return not (view.lines or view.closed or view.only_trouble or view.health.waiting)


def state_words(view: BoardView, now: float) -> str:
    """Return the state of the data in as few words as can be read from afar."""
    health = view.health
    if health.paused_at is not None:
        return f"paused {duration((now - health.paused_at) * 1_000)}"
    if health.waiting:
        return "signing in"
    if health.state is Freshness.LIVE and health.not_calm.headline:
        return health.not_calm.headline
    if health.state is Freshness.LIVE and is_empty(view):
        return "no queues"
    old = health.age(now)
    return (
        f"{health.state} {old}" if old and health.state < Freshness.NO_DATA else str(health.state)
    )


def empty_words(view: BoardView) -> str:
    """Return what is said in place of a list that has nothing to show; nothing where it has."""
    health = view.health
    if health.state is Freshness.NO_DATA and not health.waiting:
        return ". ".join(filter(None, ("No data", health.trouble, health.remedy)))
    return "" if view.lines else ". ".join(filter(None, (view.empty.rstrip("."), health.remedy)))


def is_calm(view: BoardView) -> bool:
    """Return whether all is well and known to be: judged, just measured, and nothing left out."""
    health = view.health
    return (
        health.state < Freshness.STALE
        and health.paused_at is None
        and not health.not_calm.headline
        and not health.hidden.words
        and not health.groups
        and not any(line.tone in _TROUBLE for line in view.lines)
        and any(line.levels.level is Level.NORMAL for line in view.lines)
    )


@dataclass(frozen=True, slots=True)
class Calm:
    """A calm wall: how long it is calm, the queues with the longest waits, today in a line."""

    headline: str
    waits: tuple[Row, ...]
    today: str


def calm_words(view: BoardView, since: float, now: float) -> Calm:
    """Return what a calm wall says. ``since``: elapsed seconds from which on it was seen calm."""
    waits = sorted(
        (line for line in view.lines if line.queue.values.get(TICKING, 0) > 0),
        key=lambda line: -line.queue.values[TICKING],
    )
    minutes = int(now - since) // 60
    long = f"{minutes} min" if minutes < 60 else age(now - since)
    return Calm(
        f"all calm · {long}" if minutes else "all calm",
        tuple(waits[:_LONGEST_WAITS]),
        today_words(view),
    )


def today_words(view: BoardView) -> str:
    """Return ``today 6374 calls · 2.4% abandoned``; nothing while the day is not known."""
    metrics = [METRICS[name] for name in _OF_TODAY]
    parts = [
        f"{shown.text} {_word(subtotal.metric, shown.text)}{' partial' if subtotal.note else ''}"
        for subtotal in subtotals(view.lines, metrics, {})
        if (shown := subtotal.cell).tone is not Tone.OLD and any(map(str.isdigit, shown.text))
    ]
    return f"today {' · '.join(parts)}" if parts else ""


def tiles_of_page(view: BoardView, title: str, by: str) -> tuple[Tile, ...]:
    """Return the board's tiles over the queues of one site, or of one group of queues.

    Tiles of groups are left out: their number would be of a part of the group.
    """
    lines, book = lines_of_page(view.lines, title, by, view.book), view.book
    group = title if by == "group" and title != NO_GROUP else ""
    rules = rules_of(group, book)
    made = subtotals(lines, [tile.metric for tile in view.tiles if not tile.group], rules)
    return tuple(with_target(tile, rules, book) for tile in made)
