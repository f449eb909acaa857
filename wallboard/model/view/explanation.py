"""Why a queue is in trouble, in one sentence a supervisor can act on.

``critical since 14:02:10 (6 min): longest wait 07:31 > 02:00; waiting 2 → 9, available 3 → 0,
all busy, 2 in wrap-up, 1 overflow agent eligible``. Made of the episode, of the samples of the
last hour and of what was just measured; what is not known is not said.
"""

from collections.abc import Iterator

from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Kind, Metric, Number, Worse
from wallboard.model.data.reading import FeedId, Moment
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.episodes import Episode, lasting
from wallboard.model.judge.levels import rank
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.judge.trends import STEP
from wallboard.model.state import State
from wallboard.model.view import format as formatting
from wallboard.model.view.format import when_text
from wallboard.model.view.row import Row, Tone

_BEFORE = 300.0
"""Seconds: an older sample is no longer "just before"."""


def why(state: State, line: Row, now: Moment) -> tuple[str, ...]:
    """Return the sentence, and one more for each other metric in trouble; none if all is well.

    While the data is old the sentence says what was, and until when that is known.
    """
    episode = lasting(state.episodes).get(line.key)
    if line.tone is Tone.OLD:
        return _last_known(state, line, episode, now)
    if line.levels.level < Level.WARNING:
        return ()
    rules = {rule.metric: rule for rule in state.book.of(line.queue)}
    making = [
        (-level, line.levels.tracks[name].since, rank(name), name)
        for name, level in line.levels.by_metric.items()
        if level >= Level.WARNING and name in line.levels.tracks and name in rules
    ]
    if not making:
        return ()
    (worst, since, _, first), *others = sorted(making)
    begun = episode.since if episode and episode.level is line.levels.level else None
    lasted = _roughly(now.elapsed - (begun.elapsed if begun else since))
    zone = state.options.timezone
    when = ""
    if episode and begun:
        when = f" since {episode.start_text(when_text(begun.wall, now.wall, zone))}"
        # Nobody has seen that begin: how long it lasts would be how long the board has looked.
        lasted = _why_unseen(episode) if episode.since_before else lasted
    cause = _cause(state, line, rules[first], Level(-worst))
    head = f"{line.levels.level.word}{when} ({lasted}): {cause}"
    well = _trouble_began(state, episode) if episode else since
    context = ", ".join(_context(state, line, rules[first], well))
    return (
        f"{head}; {context}" if context else head,
        *(
            f"{Level(-other).word} for {_roughly(now.elapsed - begin)}: "
            f"{_cause(state, line, rules[name], Level(-other))}"
            for other, begin, _, name in others
        ),
    )


def hold_words(state: State, line: Row) -> tuple[str, ...]:
    """Return ``available 0 ≤ 0 for 5s of 20s``: of each rule a bound that is reached, not for long.

    How long is as of the newest answer; none where a level has come of it.
    """
    told: list[str] = []
    for rule in state.book.of(line.queue):
        track = line.levels.tracks.get(rule.metric)
        warned, held = track.held if track else (None, None)
        level = Level.WARNING if held is None else Level.CRITICAL
        held = warned if held is None else held
        if track and held is not None and track.level < level:
            lasted, need = formatting.age(held), formatting.age(rule.hold)
            told.append(f"{_cause(state, line, rule, level)} for {lasted} of {need}")
    return tuple(told)


def _last_known(state: State, line: Row, episode: Episode | None, now: Moment) -> tuple[str, ...]:
    """Say what was known last; nothing while the reader has paused a board that is not old."""
    if episode is None or line.measured is None or line.state < Freshness.STALE:
        return ()
    zone = state.options.timezone
    reading = state.snapshot.moment_of(line.key)
    last = f" at {when_text(reading.wall, now.wall, zone)}" if reading else ""
    begun = episode.start_text(when_text(episode.since.wall, now.wall, zone))
    begun += f" ({_why_unseen(episode)})" if episode.since_before else ""
    return (f"{episode.level.word} since {begun} when last measured{last}",)


def _why_unseen(episode: Episode) -> str:
    """Return why nobody has seen an episode begin."""
    return "new rules" if episode.by_rules else "start"


def _cause(state: State, line: Row, rule: Rule, level: Level) -> str:
    """Return ``longest wait 07:31 > 02:00``: the value and the bound of a level that it is past."""
    metric = _metric(state, rule.metric)
    number = line.queue.values.get(rule.metric)
    bound = rule.critical if level is Level.CRITICAL else rule.warning
    told = f"{metric.word} {formatting.value(metric, number)}"
    if number is None or bound is None:
        return told
    if rule.level_of(number) < level:
        back = rule.recover_critical if level is Level.CRITICAL else rule.recover_warning
        return told if back is None else f"{told}, not back to {formatting.value(metric, back)}"
    bounding = formatting.value(metric, bound)
    # A time that is past its bound by less than a second reads as if it had just reached it.
    strict = formatting.value(metric, number) != bounding
    sign = {True: ("≤", "<"), False: ("≥", ">")}[rule.worse is Worse.DOWN][strict]
    return f"{told} {sign} {bounding}"


def _context(state: State, line: Row, cause: Rule, begun: float) -> Iterator[str]:
    """Give what else is known of how it came to this: calls, agents, and who could help."""
    values = {
        name: number for name, number in line.queue.values.items() if name not in line.queue.suspect
    }
    for name in ("waitingCalls", "availableAgents"):
        number, word = values.get(name), _metric(state, name).word
        before = _value_before(state, line, name, begun - cause.hold)
        if number is None:
            continue
        if before is not None and before != number:
            yield f"{word} {formatting.count(before)} → {formatting.count(number)}"
        elif name != cause.metric:
            yield f"{word} {formatting.count(number)}"
    available, eligible = values.get("availableAgents"), values.get("eligibleAgents")
    if available == 0 and eligible is not None:
        yield "all busy" if eligible > 0 else "no agents"
    if (wrapping := values.get("wrappingUpAgents", 0)) > 0:
        yield f"{formatting.count(wrapping)} in wrap-up"
    if (overflow := values.get("eligibleOverflowAgents", 0)) > 0:
        yield f"{formatting.plural(int(overflow), 'overflow agent')} eligible"
    if (out := values.get("loggedOutAndDndAgents", 0)) > 0:
        yield f"{formatting.count(out)} logged out or DND"


def _metric(state: State, name: str) -> Metric:
    return state.options.metric(name) or METRICS[name]


def _value_before(state: State, line: Row, name: str, begun: float) -> Number | None:
    """Return the worst of the sample just before a moment (elapsed seconds), if there is one.

    The sample that the moment itself lies in may hold the trouble already.
    """
    points = state.trends.trend(line.key, FeedId(line.key.pbx, Kind.LIVE), name)
    earlier = [number for at, number in points if begun - _BEFORE <= at <= begun - STEP]
    return earlier[-1] if earlier else None


def _trouble_began(state: State, episode: Episode) -> float:
    """Return the elapsed seconds when the queue was last well: warning may have led to critical."""
    begun = episode.since
    for earlier in reversed(state.episodes):
        if earlier.key == episode.key and earlier.until == begun:
            begun = earlier.since
    return begun.elapsed


def _roughly(seconds: float) -> str:
    """Return ``45 s``, ``6 min``, ``2 h 05 min``: a length that is read, not counted."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
