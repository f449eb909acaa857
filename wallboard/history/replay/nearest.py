"""The alerts nearest to a moment at which there was none, each with the command that shows it."""

import shlex
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo

from wallboard.history import judgements
from wallboard.history.packing import stamp, wall
from wallboard.history.replay.past_board import PastBoard
from wallboard.model.data.name_pattern import is_group
from wallboard.model.judge.episodes import Episode

_BEFORE = "SELECT data FROM episode WHERE until < ? ORDER BY until DESC"
_AFTER = "SELECT data FROM episode WHERE since > ? ORDER BY since"


def nearest_words(
    past: PastBoard, at: datetime, means: Callable[[Episode], bool], zone: tzinfo
) -> Iterator[str]:
    """Give a line for the last alert before a moment, and one for the first after it.

    ``means``: whether an alert is of what is wanted. Nothing where there is none. Raises
    ``sqlite3.Error``.
    """
    for word, sql in (("before", _BEFORE), ("after", _AFTER)):
        rows = past.db.execute(sql, (stamp(at),))
        found = (judgements.episode_from(text, past.moment) for (text,) in rows)
        if nearest := next(filter(means, found), None):
            yield f"the nearest {word}: {_episode_words(nearest, zone)}"


def _episode_words(episode: Episode, zone: tzinfo) -> str:
    """Return ``Sales, critical from … until …: wallboard incident --at … --queue Sales``."""
    # A whole second that lies in it: the polls that it begins and ends with are further apart.
    within = wall(-(-stamp(episode.since.wall) // 1000) * 1000).astimezone(zone)
    begin = episode.start_text(_clock(episode.since.wall.astimezone(zone)))
    until = f" until {_clock(episode.until.wall.astimezone(zone))}" if episode.until else ""
    what = "group" if is_group(episode.key) else "queue"
    command = f"wallboard incident --at {shlex.quote(_clock(within))} --{what} "
    told = f"{episode.name}, {episode.level.word} from {begin}{until}"
    return f"{told}: {command}{shlex.quote(episode.name)}"


def _clock(local: datetime) -> str:
    """Return a moment as ``--at`` reads it; with its offset where clocks show it again."""
    return str((local if local.fold else local.replace(tzinfo=None)).replace(microsecond=0))
