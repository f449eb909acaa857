"""What keeps a board from being calm though no row is in trouble, in words.

Answers that do not move, and what is not in them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY

from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.feeds.missing import GONE_FOR, Missing
from wallboard.model.judge.rules import Level
from wallboard.model.silences import is_silenced
from wallboard.model.state import State
from wallboard.model.view.format import plural, when_text
from wallboard.records import dataclass


@dataclass(frozen=True, slots=True)
class NotCalm:
    """What is not calm, in words; all empty if nothing is.

    ``standing``: whose answers do not move, since when. ``gone``: how much trouble left the
    answers, which, since when; ``level`` is the worst of it. ``absent``: how many queues are not
    in the answers, ``most``: whether that is most of what a PBX had. ``headline`` and ``why``:
    what a wall says in place of "no trouble".
    """

    standing: str = ""
    gone: str = ""
    level: Level = Level.UNKNOWN
    absent: str = ""
    most: bool = False
    headline: str = ""
    _: KW_ONLY
    why: str = ""


CALM = NotCalm()


def not_calm(state: State, now: Moment) -> NotCalm:
    """Return what is not calm in the newest answers."""
    standing = standing_words(state, now)
    missing = [
        absence
        for absence in state.missing.values()
        if not absence.elsewhere and not absence.closed
    ]
    told = [
        absence
        for absence in missing
        if absence.is_told(now.elapsed) and not is_silenced(state.silences, absence.queue.key, now)
    ]
    gone, level = _gone_words(state, told, now)
    absent, most = _absent(state, missing)
    empty = bool(state.snapshot.readings) and not state.snapshot.queues and not state.missing
    headline, why = "", ""
    if told:
        headline, why = f"GONE: {len(told)}", gone
    elif standing:
        headline, why = "NOT MOVING", standing
    elif most:
        headline, why = "QUEUES MISSING", absent
    elif empty:
        headline, why = "NO QUEUES", "the API knows none for this configuration"
    if not headline and not absent:
        return CALM
    return NotCalm(standing, gone, level, absent, most, headline, why=why)


def missing_words(
    state: State, missing: Iterable[tuple[QueueKey, Missing]], now: Moment
) -> Mapping[QueueKey, str]:
    """Return ``not in the answer since 14:02:10 · was !!`` for each row that is missing."""
    zone = state.options.timezone
    times: dict[float, str] = {}
    words: dict[QueueKey, str] = {}
    for key, absence in missing:
        at = absence.since
        if at.elapsed not in times:
            times[at.elapsed] = f"not in the answer since {when_text(at.wall, now.wall, zone)}"
        was = f" · was {absence.level.mark}" if absence.is_told(now.elapsed) else ""
        words[key] = f"{times[at.elapsed]}{was}"
    return words


def changes_at(state: State, now: float) -> list[float]:
    """Return when trouble that is told is told no more (elapsed seconds)."""
    missing = state.missing.values()
    return (
        [min(absence.since.elapsed for absence in told) + GONE_FOR]
        if (told := [absence for absence in missing if absence.is_told(now)])
        else []
    )


def standing_words(state: State, now: Moment) -> str:
    """Return ``not moving since 14:02:10``, with whose answers it is where there are several."""
    feeds = state.live_feeds()
    still = [(since, feed.name) for feed in feeds if (since := feed.stands_since)]
    if not still:
        return ""
    since, name = min(still, key=lambda pair: pair[0].elapsed)
    when = f"since {when_text(since.wall, now.wall, state.options.timezone)}"
    if len(still) > 1:
        return f"{len(still)} PBXes not moving, {name} {when}"
    return f"{name} not moving {when}" if len(feeds) > 1 else f"not moving {when}"


def _gone_words(state: State, told: list[Missing], now: Moment) -> tuple[str, Level]:
    if not told:
        return "", Level.UNKNOWN
    worst = min(told, key=lambda absence: (-absence.level, absence.since.elapsed))
    when = when_text(worst.since.wall, now.wall, state.options.timezone)
    more = f" +{len(told) - 1}" if len(told) > 1 else ""
    return f"gone: {_count_words(told)} {worst.queue.name}{more} since {when}", worst.level


def _count_words(told: Iterable[Missing]) -> str:
    """Return ``40 !! 3 !``."""
    counts = Counter(absence.level for absence in told)
    return " ".join(f"{counts[level]} {level.mark}" for level in sorted(counts, reverse=True))


def _absent(state: State, missing: list[Missing]) -> tuple[str, bool]:
    """Return how many queues are missing, and whether that is most of what a PBX had."""
    if not missing:
        return "", False
    lacking = Counter(absence.queue.key.pbx for absence in missing)
    live = {feed.pbx: feed for feed in state.live_feeds()}
    there = {pbx: len(feed.queues.queues) for pbx, feed in live.items() if feed.queues}
    most = [pbx for pbx, count in lacking.items() if count > there.get(pbx, 0)]
    if not most:
        verb = "is" if len(missing) == 1 else "are"
        return f"{plural(len(missing), 'queue')} {verb} not in the answer", False
    pbx = max(most, key=lambda pbx_id: lacking[pbx_id])
    name = live[pbx].name if pbx in live else missing[0].queue.pbx
    where = f" of {name}" if len(live) > 1 else ""
    count = lacking[pbx]
    of = count + there.get(pbx, 0)
    verb = "is" if count == 1 else "are"
    return f"{count} of {plural(of, 'queue')}{where} {verb} not in the answer", True
