"""Levels, episodes and the time in target as text, and back.

Moments are kept as wall time: elapsed seconds mean nothing to another process.
"""

import json
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from itertools import islice
from operator import is_
from typing import Any

from wallboard.history.packing import ToMoment, stamp, wall
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number, Worse
from wallboard.model.data.reading import NOTHING, Moment, QueueKey, QueueMetrics
from wallboard.model.feeds.missing import NONE, Missing, Missings
from wallboard.model.judge.episodes import Acknowledged, Episode
from wallboard.model.judge.levels import CALM, UNJUDGED, Levels, QueueLevels, Track
from wallboard.model.judge.rules import Level, Rule
from wallboard.model.judge.time_in_target import Tally

LEVELS = {int(level): level for level in Level}
"""Every level by its number: quicker than to look it up in the enumeration."""


def key_text(key: QueueKey) -> str:
    """Return who a queue is, as text that only it has."""
    return json.dumps(list(key), ensure_ascii=False)


def episode_text(episode: Episode) -> str:
    """Return an episode as it is kept."""
    acknowledged = episode.acknowledged
    text = json.dumps(
        {
            "key": list(episode.key),
            "name": episode.name,
            "site": episode.site,
            "level": int(episode.level),
            "metric": episode.metric,
            "value": episode.value,
            "since": stamp(episode.since.wall),
            "until": stamp(episode.until.wall) if episode.until else None,
            "rises": episode.rises,
            "seen": [acknowledged.who, stamp(acknowledged.at.wall)] if acknowledged else None,
            "since_before": episode.since_before,
            "by_rules": episode.by_rules,
            "gone": episode.gone,
            "worst": episode.worst,
        },
        ensure_ascii=False,
    )
    return f'{text[:-1]}, "rule": {_rule_text(episode.rule)}}}'


def episode_from(text: str, moment: ToMoment) -> Episode:
    """Return the episode that was kept."""
    kept: dict[str, Any] = json.loads(text)
    seen = kept["seen"]
    return Episode(
        key=QueueKey(*kept["key"]),
        name=kept["name"],
        site=kept["site"],
        level=LEVELS[kept["level"]],
        metric=kept["metric"],
        value=kept["value"],
        since=moment(wall(kept["since"])),
        until=None if kept["until"] is None else moment(wall(kept["until"])),
        rule=_rule_from(kept["rule"]) if kept["rule"] else None,
        rises=kept["rises"],
        acknowledged=Acknowledged(seen[0], moment(wall(seen[1]))) if seen else None,
        since_before=kept["since_before"],
        by_rules=kept.get("by_rules", False),
        gone=kept["gone"],
        worst=kept["worst"],
    )


@lru_cache(64)
def _rule_text(rule: Rule | None) -> str:
    """Return a rule as it is kept, by the names of what it says: many episodes have the same."""
    if rule is None:
        return "null"
    parts = {part.name: getattr(rule, part.name) for part in fields(rule) if part.init}
    return json.dumps({**parts, "worse": rule.worse.value}, ensure_ascii=False)


def _rule_from(kept: dict[str, Any]) -> Rule:
    return Rule(**{**kept, "worse": Worse(kept["worse"])})


def not_calm(levels: Levels, keys: Sequence[QueueKey]) -> dict[int, QueueLevels]:
    """Return the levels of those queues that are not calm, by their place among ``keys``."""
    first = len(levels) - len(keys)
    # An answer was judged queue by queue: where its very keys come last, nobody need look them up.
    is_in_order = first >= 0 and all(map(is_, islice(levels, first, None), keys))
    found = islice(levels.values(), first, None) if is_in_order else map(levels.get, keys)
    return {place: judged or UNJUDGED for place, judged in enumerate(found) if judged is not CALM}


def level_numbers(found: Mapping[int, QueueLevels], count: int) -> "array[int]":
    """Return the levels of so many queues, those that ``not_calm`` found and all others."""
    levels = array("b", bytes(count))
    for place, judged in found.items():
        levels[place] = judged.level
    return levels


def levels_text(
    found: Mapping[int, QueueLevels],
    keys: Sequence[QueueKey],
    worst: Mapping[QueueKey, Number | None],
    at: Moment,
) -> str:
    """Return the levels that ``not_calm`` found in an answer as they are kept.

    ``worst``: the worst value of each episode that lasts. A queue is its place, its level, whether
    it is closed, the worst, then each metric that is not normal: its level, that of what is
    remembered of it, since when, and since before what.
    """
    base = stamp(at.wall) - int(at.elapsed * 1000)
    queues = []
    for place, judged in found.items():
        if judged.level is Level.NORMAL and not judged.by_metric:
            continue
        worst_value = worst.get(keys[place])
        # Added to 0, a level is written as its number, and much quicker than by its format.
        known_worst = "" if worst_value is None else worst_value
        parts = [f"{place},{0 + judged.level},{0 + judged.closed},{known_worst}"]
        for name, level in judged.by_metric.items():
            track = judged.tracks.get(name)
            known = ",,"
            if track is not None:
                since = base + int(track.since * 1000)
                known = f"{0 + track.level},{since},{0 + track.since_before}"
            parts.append(f"{name},{0 + level},{known}")
        queues.append(",".join(parts))
    return ";".join(queues)


def levels_from(
    text: str, keys: Sequence[QueueKey], elapsed: Callable[[int], float]
) -> tuple[dict[QueueKey, QueueLevels], dict[QueueKey, Number]]:
    """Return the levels that were kept, of all queues, and the worst values.

    ``elapsed``: gives elapsed seconds of a stamp. Raises ``ValueError`` for what is no such text.
    """
    levels = dict.fromkeys(keys, CALM)
    worst: dict[QueueKey, Number] = {}
    for part in filter(None, text.split(";")):
        place, level, closed, worst_value, *rest = part.split(",")
        by_metric, tracks = {}, {}
        each = iter(rest)
        for name, grade, track, since, before in zip(each, each, each, each, each, strict=True):
            by_metric[name] = LEVELS[int(grade)]
            if track:
                tracks[name] = Track(
                    LEVELS[int(track)], elapsed(int(since)), since_before=LEVELS[int(before)]
                )
        key = keys[int(place)]
        levels[key] = QueueLevels(LEVELS[int(level)], by_metric, tracks, closed=closed == "1")
        if worst_value:
            worst[key] = float(worst_value) if "." in worst_value else int(worst_value)
    return levels, worst


def in_trouble(levels: Levels) -> dict[QueueKey, QueueLevels]:
    """Return the levels of those queues that are, or were before a value was missing."""
    return {
        key: level
        for key, level in levels.items()
        if max(level.level, level.frozen) >= Level.WARNING
    }


def missing_text(missing: Missings, worst: Mapping[QueueKey, Number | None]) -> str:
    """Return what is in no answer, as it is kept. ``worst``: of each episode that lasts."""
    kept = [
        [
            list(key), absence.queue.name, absence.queue.extension, absence.queue.site,
            absence.queue.pbx, stamp(absence.since.wall), int(absence.level), absence.named,
            absence.closed, absence.elsewhere, worst.get(key),
        ]
        for key, absence in missing.items()
    ]  # fmt: skip
    return json.dumps({"missing": kept}, ensure_ascii=False)


def missing_from(text: str, moment: ToMoment) -> tuple[Missings, dict[QueueKey, Number]]:
    """Return what was in no answer, and the worst values of their episodes."""
    found, worst = {}, {}
    for kept in json.loads(text)["missing"]:
        who, name, extension, site, pbx, since, level, named, closed, elsewhere, worst_value = kept
        key = QueueKey(*who)
        if worst_value is not None:
            worst[key] = worst_value
        queue = QueueMetrics(key, name, extension, site, pbx, NOTHING)
        found[key] = Missing(
            queue, moment(wall(since)), Level(level), named, closed, elsewhere=elsewhere
        )
    return found or NONE, worst


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
