"""One queue's page, as data: all metrics in groups, since when and why, trends of the hour."""

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY

from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.catalogue import METRICS, TIME_IN_TARGET
from wallboard.model.data.metric import Group, Kind, Metric
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, Moment, QueueKey, Snapshot, Values
from wallboard.model.feeds.feed_status import feed_reports, troubles, why_nothing
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.alert_log import seen_words, values_words
from wallboard.model.judge.episodes import Episode, lasting
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.select.totals import row_value
from wallboard.model.silences import is_silenced, words
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.agent_tile import DERIVED, AgentGroup, AgentOptions, veil_group
from wallboard.model.view.agents_page import queue_agents
from wallboard.model.view.board import BoardView, line_of
from wallboard.model.view.explanation import hold_words, why
from wallboard.model.view.format import when_text
from wallboard.model.view.last_hour import Trend, before_words, level_slots, trends_of
from wallboard.model.view.row import Cell, Row, Tone, cell
from wallboard.records import dataclass

SLOTS = 60
"""Parts of the last hour: one a minute."""


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One metric of a queue at ``now``; ``note`` says "not polled" where it was not asked for."""

    metric: Metric
    line: Row
    now: float
    ticks: bool
    note: str = ""

    @property
    def label(self) -> str:
        """What it is called, without the word that the heading over it says already."""
        return self.metric.label.removesuffix(" today")

    @property
    def cell(self) -> Cell:
        """Its value; of many rows no pane has room for all."""
        return cell(self.line, self.metric, self.now, self.ticks)


@dataclass(frozen=True, slots=True)
class QueueView:
    """The page. ``why``: one sentence for each metric that makes trouble, the worst first.

    ``strip``: the worst level in each part of the last hour; unknown where nothing was measured.
    ``seen``: who has seen the trouble it is in, and who wants it quiet until when. ``calm``: what
    is to be said where there is no reason: that all is well, or why no level is told. ``before``:
    how many waited an hour ago, and the most of today, as far as that is known.
    """

    title: str
    place: str
    level: Level
    state: Freshness
    why: tuple[str, ...]
    groups: tuple[tuple[Group, tuple[MetricRow, ...]], ...]
    _: KW_ONLY
    trends: tuple[Trend, ...]
    past: tuple[str, ...]
    strip: tuple[Level, ...] = ()
    seen: str = ""
    calm: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class QueueAgents:
    """The agents of a queue. ``words``: what is wrong, or why there are none, in lines."""

    seats: AgentGroup
    words: tuple[str, ...]


def project_queue(state: State, key: QueueKey, now: Moment, slots: int = SLOTS) -> QueueView | None:
    """Return the page of one queue at ``now``; ``None`` once no reading has it.

    ``slots``: into how many equal parts the last hour is divided; 0: only why the queue is as it
    is, with no numbers, no hour and no times in trouble.
    """
    line = line_of(state, key, now)
    if line is None:
        return None
    queue = line.queue
    shown = state.shown().snapshot
    ticks = state.options.tick and state.paused is None
    extension = f"ext {queue.extension}" if queue.extension else ""
    episode = lasting(state.episodes).get(key)
    trends = trends_of(state, line, now, slots) if slots else ()
    return QueueView(
        queue.title,
        " · ".join(part for part in (queue.site, queue.pbx, extension) if part),
        Level.UNKNOWN if line.tone is Tone.OLD else line.levels.level,
        line.state,
        why(state, line, now),
        tuple(_groups(state, shown, line, now.elapsed, ticks)) if slots else (),
        trends=trends,
        past=tuple(_past(state, line, now)) if slots else (),
        strip=level_slots(state, line, now, trends, slots) if slots else (),
        seen=" · ".join(filter(None, _remarks(state, key, episode, now))),
        calm=_calm(state, line),
        before=before_words(state, key, now),
    )


def _remarks(state: State, key: QueueKey, episode: Episode | None, now: Moment) -> Iterator[str]:
    """Yield what somebody has said of a queue: that it is seen, that it is to be quiet."""
    if episode is not None:
        yield seen_words(state, episode, now)
    if is_silenced(state.silences, key, now):
        yield words(state.silences[key], now, state.options.timezone)


def _calm(state: State, line: Row) -> str:
    if line.missing:
        return f"{line.missing[0].upper()}{line.missing[1:]}: not judged."
    if line.state >= Freshness.STALE:
        return f"The data is {line.state}: levels are not told."
    if line.old:
        return "Paused for long: levels are not told."
    if line.levels.closed:
        return "Closed at this hour: not judged."
    if not line.queue.judged:
        return "Cannot be told apart from another queue: not judged."
    if not state.book.of(line.queue):
        return "No rule speaks of this queue: not judged."
    if line.levels.level is Level.UNKNOWN:
        return "No value that could be judged."
    if held := hold_words(state, line):
        return f"Not in trouble yet: {'; '.join(held)}."
    if any(_is_reached(rule, line.queue.values) for rule in state.book.of(line.queue)):
        # Of a board of the past it is not kept for how long.
        return "Not in trouble yet: a bound is reached, not for as long as is asked."
    is_whole = Level.UNKNOWN not in line.levels.by_metric.values()
    if today := _past_today(state, line):
        known = "" if is_whole else "that is known "
        return f"Nothing of now {known}is past its bounds; of today is: {today}."
    if not is_whole:
        return "Nothing that is known is past its bounds; not all of it is known."
    return "Nothing is past its bounds."


def _past_today(state: State, line: Row) -> str:
    """Return what of the day is past its bounds; it makes no level of the queue."""
    if line.day_old:
        return ""
    levels = line.day_levels.by_metric
    past = [name for name, level in levels.items() if level >= Level.WARNING]
    return ", ".join(
        f"{metric.word} {formatting.value(metric, row_value(line.queue, metric))}"
        for metric in state.options.metrics(past)
    )


def _is_reached(rule: Rule, values: Values) -> bool:
    number = values.get(rule.metric)
    if number is None or rule.level_of(number) < Level.WARNING:
        return False
    return bool(rule.applies(values))


def _groups(
    state: State, shown: Snapshot, line: Row, now: float, ticks: bool
) -> Iterable[tuple[Group, tuple[MetricRow, ...]]]:
    """Give each group with its metrics; what no feed could ever bring is not in it."""
    kinds = {feed.kind for feed in state.feeds}
    for group in Group:
        names = [
            name
            for name, metric in METRICS.items()
            if metric.group is group and (metric.kind is not Kind.TODAY or Kind.TODAY in kinds)
        ]
        yield (
            group,
            tuple(
                MetricRow(metric, line, now, ticks, _note(metric, shown, line.key.pbx))
                for metric in state.options.metrics(names)
            ),
        )


def _note(metric: Metric, shown: Snapshot, pbx: str) -> str:
    """Return "not polled" for what the feed that knows it was not asked for."""
    reading = shown.readings.get(FeedId(pbx, metric.kind))
    if metric.name == TIME_IN_TARGET or reading is None or not reading.metrics:
        return ""
    return "" if metric.name in reading.metrics else "not polled"


def project_queue_agents(
    state: State,
    key: QueueKey,
    options: AgentOptions,
    privacy: Privacy,
    now: Moment,
    *,
    pictured: bool = False,
) -> QueueAgents | None:
    """Return the agents of a queue; ``None``: those of its PBX are not polled.

    ``privacy``: settled, as it holds on this screen. ``pictured``: leave out all that is personal.
    """
    every = feed_reports(state, AgentsReading, now)
    feeds = [report for report in every if report.feed.pbx == key.pbx]
    if not feeds:
        return None
    zone = state.options.timezone
    words = why_nothing(feeds, True, "agents", now.elapsed, zone)
    words = words or troubles(feeds, "agents", now.elapsed, zone)
    seats = queue_agents(feeds, key, options, privacy)
    if any(tile.derived and not tile.gone for tile in seats.tiles):
        words = [*words, DERIVED]
    return QueueAgents(veil_group(seats) if pictured else seats, tuple(words))


def neighbour(view: BoardView, key: QueueKey, step: int) -> QueueKey | None:
    """Return the queue ``step`` places after another in the table's order, round its ends.

    From a queue that is not on the board: the first one; ``None`` on an empty board.
    """
    keys = view.in_order
    if not keys:
        return None
    return keys[(keys.index(key) + step) % len(keys)] if key in keys else keys[0]


def next_in_trouble(view: BoardView, key: QueueKey, step: int) -> QueueKey | None:
    """Return the next queue in trouble after another in the table's order, round its ends.

    ``step``: 1, or -1 for the one before. ``None``: no other is in trouble, as far as is known.
    """
    keys = view.in_order
    trouble = {
        line.key for line in view.lines if line.levels.level >= Level.WARNING and not line.old
    }
    at = keys.index(key) if key in keys else 0
    turned = (keys[(at + step * n) % len(keys)] for n in range(1, len(keys)))
    return next((item for item in turned if item in trouble), None)


def _past(state: State, line: Row, now: Moment) -> Iterable[str]:
    """Return the queue's times in trouble, newest first."""
    still = "when last measured" if line.state >= Freshness.STALE else "still"
    for episode in reversed(state.episodes):
        if episode.key == line.key:
            yield episode_words(episode, state, now, still)


def episode_words(
    episode: Episode, state: State, now: Moment | None = None, still: str = "still"
) -> str:
    """Return ``14:02:10  !! critical  longest wait 02:31  for 6m 05s``, ``still`` while it lasts.

    ``now``: to say the day of what did not begin today.
    """
    zone = state.options.timezone
    begun = when_text(episode.since.wall, now.wall if now else episode.since.wall, zone)
    least = "at least " if episode.since_before else ""
    metric = state.options.metric(episode.metric)
    what = f"{metric.word} {values_words(episode, metric)}" if metric else ""
    lasted = (
        still
        if episode.until is None
        else f"for {least}{formatting.age(episode.until.elapsed - episode.since.elapsed)}"
    )
    start, level = episode.start_text(begun), episode.level
    return f"{start}  {level.mark:2} {level.word:8}  {what}  {lasted}"
