"""Rules, and how a level is entered and left.

``judge`` is a function of what was measured, the rules and the levels before; it keeps no
state of its own. A level is entered when its bound was reached for as long as ``hold`` says,
over consecutive fresh polls, and left when the value passes back over ``recover``, so that it
cannot flap inside the band between the two.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import TICKING, Kind, Number
from wallboard.model.data.reading import QueueKey, QueueMetrics, Values
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Level, Rule, Rules
from wallboard.records import dataclass

_UNKNOWN, _NORMAL, _WARNING, _CRITICAL = Level
"""By themselves: ten thousand queues ask for them many times, and a name is found sooner."""

_NEVER: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Track:
    """What must be remembered of one rule on one queue between polls.

    ``since``: elapsed seconds when the level was entered. ``held``: seconds for which the bounds
    of warning and critical have been reached without a break, ``None`` when they are not.
    ``seen``: elapsed seconds of the last value, ``None`` after a gap: timers stand still then.
    ``since_before``: up to which level the values may have been without a break since before the
    first answer of all: nobody has seen that begin.
    """

    level: Level
    since: float
    held: tuple[float | None, float | None] = (None, None)
    seen: float | None = None
    since_before: Level = Level.NORMAL

    @property
    def idle(self) -> bool:
        """Whether forgetting this changes nothing."""
        return self.level is self.since_before is _NORMAL and self.held == _NEVER


@dataclass(frozen=True, slots=True)
class QueueLevels:
    """The levels of one queue after a poll.

    ``level``: the worst that is known, ``UNKNOWN`` if none is. ``by_metric`` holds what is not
    normal; ``tracks`` what is remembered. ``closed``: not judged, it is outside its hours.
    """

    level: Level
    by_metric: Mapping[str, Level] = field(default_factory=dict)
    tracks: Mapping[str, Track] = field(default_factory=dict)
    closed: bool = False

    @property
    def since(self) -> float | None:
        """Elapsed seconds since when what makes the level has been in it; the log has the queue."""
        return self.held[0]

    @property
    def since_before(self) -> bool:
        """Whether what makes the level was at it in the first answer of all, and ever since."""
        return self.held[1]

    @property
    def worst_metric(self) -> str:
        """The metric that makes the level: in it for longest, then first in rank; ``""``: none."""
        return self._longest()[0]

    @property
    def held(self) -> tuple[float | None, bool]:
        """``since`` and ``since_before`` together: rows that count seconds ask for both."""
        _, track = self._longest()
        return (None, False) if track is None else (track.since, track.since_before >= self.level)

    def _longest(self) -> tuple[str, Track | None]:
        making = self._making()
        if len(making) > 1:
            making.sort(key=lambda made: (made[1].since, rank(made[0]), made[0]))
        return making[0] if making else ("", None)

    @property
    def frozen(self) -> Level:
        """The worst level of metrics whose value is missing now: it goes on when it is back."""
        missing = (t for name, t in self.tracks.items() if self._unknown(name))
        return max((track.level for track in missing), default=Level.NORMAL)

    def _unknown(self, name: str) -> bool:
        return self.by_metric.get(name) is Level.UNKNOWN

    def _making(self) -> list[tuple[str, Track]]:
        """The tracks that make the level; a frozen one (its value is missing) does not."""
        if self.level < Level.WARNING:
            return []
        return [
            (name, track)
            for name, track in self.tracks.items()
            if track.level is self.level and self.by_metric.get(name) is self.level
        ]


_RANKS = {**{name: place for place, name in enumerate(METRICS)}, TICKING: -1}


def rank(metric: str) -> int:
    """Return the place of a metric among those that make a level at once: waiting times first."""
    return _RANKS.get(metric, len(_RANKS))


CALM = QueueLevels(Level.NORMAL)
"""Every rule known and normal, nothing to remember."""


UNJUDGED = QueueLevels(Level.UNKNOWN)
"""No rule could be judged."""


CLOSED = QueueLevels(Level.UNKNOWN, closed=True)
"""The queue is outside its hours: nothing is judged, nothing remembered."""


Opening = Callable[[QueueMetrics], bool | None]
"""Whether a queue is within its hours at the moment that is judged; ``None``: none are known."""


Levels = Mapping[QueueKey, QueueLevels]
"""The levels of every queue."""


class RuleBook:
    """The rules, resolved once per (queue, site) name: what a poll judges with.

    A cache over an immutable input, owned by whoever judges; two books of the same rules are
    the same to their users.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.total = rules.for_total()
        self.groups = GroupBook(rules)
        self.base = {rule.metric: rule for rule in Rules(rules.base).for_queue("", "")}
        self._known: dict[tuple[str, str, Kind], tuple[Rule, ...]] = {}
        self._same_for_all = not rules.overrides

    def of(self, queue: QueueMetrics, kind: Kind = Kind.LIVE) -> tuple[Rule, ...]:
        """Return the rules of ``queue`` that are judged when a feed of ``kind`` has answered."""
        names = ("", "", kind) if self._same_for_all else (queue.name, queue.site, kind)
        found = self._known.get(names)
        if found is None:
            rules = self.rules.for_queue(names[0], names[1])
            found = tuple(rule for rule in rules if METRICS[rule.metric].kind is kind)
            self._known[names] = found
        return found


def judge(
    queues: Iterable[QueueMetrics],
    book: RuleBook,
    before: Levels,
    now: float,
    *,
    at_once: bool = False,
    opening: Opening | None = None,
    kind: Kind = Kind.LIVE,
) -> dict[QueueKey, QueueLevels]:
    """Return the levels of ``queues`` as measured at ``now`` (elapsed seconds).

    ``before``: their levels until then. ``at_once`` ignores ``hold``, for a single poll.
    ``opening``: which queues are open at that moment; ``None``: no hours are configured. ``kind``:
    of the feed that measured.
    """
    levels: dict[QueueKey, QueueLevels] = {}
    for queue in queues:
        opened = opening(queue) if opening else None
        levels[queue.key] = (
            CLOSED
            if opened is False
            else _judge_queue(
                queue, book.of(queue, kind), before.get(queue.key), now, at_once, opened
            )
        )
    return levels


def unseen_levels(queues: Iterable[QueueMetrics], book: RuleBook, now: float) -> Levels:
    """Return what is known of ``queues`` before the first answer: they may be at any level."""
    track = Track(Level.NORMAL, now, since_before=Level.CRITICAL)
    levels: dict[QueueKey, QueueLevels] = {}
    last: tuple[Rule, ...] | None = None
    known = UNJUDGED
    for queue in queues:
        rules = book.of(queue)
        if rules is not last:  # most queues have the same rules, and so the same to remember
            last = rules
            known = QueueLevels(Level.UNKNOWN, tracks={rule.metric: track for rule in rules})
        levels[queue.key] = known
    return levels


def _judge_queue(
    queue: QueueMetrics,
    rules: tuple[Rule, ...],
    before: QueueLevels | None,
    now: float,
    at_once: bool,
    opened: bool | None,
) -> QueueLevels:
    if not rules or not queue.judged:
        return UNJUDGED
    values = _sure_values(queue)
    tracks = before.tracks if before else {}
    worst = _UNKNOWN
    by_metric: dict[str, Level] = {}
    kept: dict[str, Track] = {}
    for rule in rules:
        name = rule.metric
        number = values.get(name)
        old = tracks.get(name)
        if number is not None and (old is None or old.level is _NORMAL):
            low, high = rule.calm
            # Most values, most of the time: nothing is reached, and nothing to be remembered.
            if low < number < high or rule.applies(values, opened=bool(opened)) is False:
                worst = _NORMAL if worst is _UNKNOWN else worst
                continue
        applies = rule.applies(values, opened=bool(opened))
        # Past a bound that counts only while calls wait, and nobody knows whether any do.
        unclear = applies is None and number is not None and rule.level_of(number) is not _NORMAL
        if number is None or unclear:
            by_metric[name] = _UNKNOWN
            if old:
                kept[name] = replace(old, seen=None)
            continue
        track = _advance(rule, None if applies is False else number, old, now, at_once)
        worst = max(worst, track.level)
        if track.level is not _NORMAL:
            by_metric[name] = track.level
        if not track.idle:
            kept[name] = track
    return QueueLevels(worst, by_metric, kept) if by_metric or kept else CALM


def _sure_values(queue: QueueMetrics) -> Values:
    """Return the values of a queue that may be judged."""
    if not (queue.suspect or queue.unconfirmed):
        return queue.values
    doubtful = queue.doubtful
    return {name: number for name, number in queue.values.items() if name not in doubtful}


def _advance(
    rule: Rule, number: Number | None, old: Track | None, now: float, at_once: bool
) -> Track:
    """Return the track after a value; ``None`` is a value that the rule does not apply to."""
    level = old.level if old else _NORMAL
    raw = _NORMAL if number is None else rule.level_of(number)
    step = now - old.seen if old and old.seen is not None else 0.0
    past = old.held if old else _NEVER
    held = (
        _held_for(past[0], step, raw >= _WARNING),
        _held_for(past[1], step, raw >= _CRITICAL),
    )
    need = 0.0 if at_once else rule.hold
    reached = _NORMAL
    if held[0] is not None and held[0] >= need:
        reached = _WARNING
    if held[1] is not None and held[1] >= need:
        reached = _CRITICAL
    before = min(old.since_before, raw) if old else _NORMAL
    if reached > level:
        return Track(reached, now, held, now, before)
    after = (
        level if number is None and level is _NORMAL else _remaining_level(rule, number, level, raw)
    )
    since = old.since if old and after is level else now
    return Track(after, since, held, now, before)


def _held_for(held: float | None, step: float, reached: bool) -> float | None:
    if not reached:
        return None
    return 0.0 if held is None else held + step


def _remaining_level(rule: Rule, number: Number | None, level: Level, raw: Level) -> Level:
    """Return what remains of ``level``: recovery is immediate, but only past its bound."""
    if number is None:
        return _NORMAL
    if level is _CRITICAL and raw < level and rule.is_recovered(number, level):
        level = _WARNING
    if level is _WARNING and raw < level and rule.is_recovered(number, level):
        level = _NORMAL
    return level
