"""Levels, episodes and the time in target as text, and back.

Moments are kept as wall time: elapsed seconds mean nothing to another process.
"""

import json
import zlib
from array import array
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from wallboard.history.packing import ToMoment, stamp, wall
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Worse
from wallboard.model.data.reading import Moment, QueueKey
from wallboard.model.judge.episodes import Acknowledged, Episode
from wallboard.model.judge.levels import Levels, QueueLevels, Track
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.judge.time_in_target import Tally

ToWall = Callable[[float], datetime]
"""Gives the wall time of elapsed seconds."""


def key_text(key: QueueKey) -> str:
    """Return who a queue is, as text that only it has."""
    return json.dumps(list(key), ensure_ascii=False)


def episode_text(one: Episode) -> str:
    """Return an episode as it is kept."""
    rule, seen = one.rule, one.acknowledged
    return json.dumps(
        {
            "key": list(one.key),
            "name": one.name,
            "site": one.site,
            "level": int(one.level),
            "metric": one.metric,
            "value": one.value,
            "since": stamp(one.since.wall),
            "until": stamp(one.until.wall) if one.until else None,
            "rule": _rule_record(rule) if rule else None,
            "rises": one.rises,
            "seen": [seen.who, stamp(seen.at.wall)] if seen else None,
            "since_before": one.since_before,
            "gone": one.gone,
            "worst": one.worst,
        },
        ensure_ascii=False,
    )


def episode_from(text: str, moment: ToMoment) -> Episode:
    """Return the episode that was kept."""
    kept: dict[str, Any] = json.loads(text)
    seen = kept["seen"]
    return Episode(
        key=QueueKey(*kept["key"]),
        name=kept["name"],
        site=kept["site"],
        level=Level(kept["level"]),
        metric=kept["metric"],
        value=kept["value"],
        since=moment(wall(kept["since"])),
        until=None if kept["until"] is None else moment(wall(kept["until"])),
        rule=_rule_from(kept["rule"]) if kept["rule"] else None,
        rises=kept["rises"],
        acknowledged=Acknowledged(seen[0], moment(wall(seen[1]))) if seen else None,
        since_before=kept["since_before"],
        gone=kept["gone"],
        worst=kept["worst"],
    )


def ended(one: Episode, at: Moment) -> Episode:
    """Return an episode that nobody has seen end, closed at the last moment it was seen."""
    return one if one.until is not None else replace(one, until=at, gone=True)


def _rule_record(rule: Rule) -> dict[str, Any]:
    """Return a rule as it is kept, by the names of what it says."""
    said = {part.name: getattr(rule, part.name) for part in fields(rule) if part.init}
    return {**said, "worse": rule.worse.value}


def _rule_from(kept: dict[str, Any]) -> Rule:
    return Rule(**{**kept, "worse": Worse(kept["worse"])})


def levels_text(levels: Levels, pbx: str, to_wall: ToWall) -> str:
    """Return the levels of the queues of a PBX that are in trouble."""
    kept = [
        [
            list(key),
            int(one.level),
            {name: _track_list(t, to_wall) for name, t in one.tracks.items()},
        ]
        for key, one in levels.items()
        if one.tracks and key.pbx == pbx and max(one.level, one.frozen) >= Level.WARNING
    ]
    return json.dumps(kept, separators=(",", ":"))


def levels_from(text: str, moment: ToMoment) -> dict[QueueKey, QueueLevels]:
    """Return the levels that were kept; their timers stand still until the first answer."""
    found = {}
    for key, level, tracks in json.loads(text):
        kept = {name: _track_from(one, moment) for name, one in tracks.items()}
        by_metric = {name: t.level for name, t in kept.items() if t.level is not Level.NORMAL}
        found[QueueKey(*key)] = QueueLevels(Level(level), by_metric, kept)
    return found


def _track_list(track: Track, to_wall: ToWall) -> list[int]:
    return [int(track.level), stamp(to_wall(track.since)), int(track.since_before)]


def _track_from(kept: list[int], moment: ToMoment) -> Track:
    level, since, before = kept
    return Track(Level(level), moment(wall(since)).elapsed, since_before=Level(before))


def tally_text(tally: Tally) -> bytes:
    """Return a feed's day as it is kept; its queues are those of the newest roster."""
    about = [stamp(tally.at.wall), tally.day.start.isoformat(), tally.day.end.isoformat()]
    numbers = tally.met.tobytes() + tally.within.tobytes() + tally.polled.tobytes()
    return zlib.compress(json.dumps(about).encode() + b"\n" + numbers, 1)


def tally_from(kept: bytes, keys: tuple[QueueKey, ...], moment: ToMoment) -> Tally:
    """Return the day that was kept. Raises ``zlib.error`` and ``ValueError``."""
    head, _, numbers = zlib.decompress(kept).partition(b"\n")
    at, start, end = json.loads(head)
    count = len(keys)
    return Tally(
        moment(wall(at)),
        Day(datetime.fromisoformat(start), datetime.fromisoformat(end)),
        keys,
        array("b", numbers[:count]),
        array("d", numbers[count : 9 * count]),
        array("d", numbers[9 * count :]),
    )
