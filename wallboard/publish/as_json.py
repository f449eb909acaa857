"""A report as JSON: metric names of the API, durations in milliseconds, ``null`` for no value."""

import json
from collections.abc import Mapping
from datetime import datetime

from wallboard.model.data.catalogue import CATALOGUE, TIME_IN_TARGET, TODAY
from wallboard.model.data.metric import Kind, Number
from wallboard.model.data.reading import QueueMetrics, Reading
from wallboard.model.judge.levels import UNJUDGED
from wallboard.model.select.totals import GroupTotals, Total, differences, row_value, totals
from wallboard.model.view.format import iso
from wallboard.publish.report import PollReport, live_of


def as_json(report: PollReport) -> str:
    """Return the report as one JSON document, ending in a newline.

    ``queues[].metrics`` has every live metric that was asked for; one that was not is left out.
    ``queues[].today`` has the day so far, where that was asked for: since when, when measured, and
    its metrics and levels. ``unit_confirmed``: whether the unit of the live times (of a PBX), or of
    the day's, is known to be right. ``summary``: the API's own totals of a PBX, as they were sent;
    ``summary_differs``: those that the board's own totals differ from, with both.
    ``timeInTarget`` is there where a board has measured it.
    ``in_answer``: whether a queue is in its PBX's newest live answer; one that was named, or was
    there, and is not has no values, and ``missing_since`` where a board has seen it leave.
    ``groups``: the groups of queues, where any are configured, each with its queues, its totals and
    what of them has a level by its own thresholds, or those of totals.
    ``not_moving_since``: of a PBX whose live answers are the same over and over, else ``null``.
    """
    document = {
        "at": iso(report.at.wall),
        "pbxes": [
            _pbx(reading, report.standing.get(reading.feed.pbx))
            for reading in live_of(report.snapshot)
        ],
        "queues": [_queue(report, queue) for queue in report.queues],
        "totals": _totals(report.totals),
        **({"groups": list(map(_group, report.groups))} if report.groups else {}),
        "failures": [
            {
                "pbx": {"id": info.feed.pbx, "name": info.pbx_name},
                "feed": info.feed.kind,
                "reason": trouble.reason,
                "words": trouble.words,
                "remedy": trouble.remedy,
            }
            for info, trouble in report.failures
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _group(group: GroupTotals) -> dict[str, object]:
    return {
        "name": group.name,
        "level": group.level.word,
        "levels": {name: level.word for name, level in group.levels.items()},
        "queues": [
            {"pbx": queue.key.pbx, "extension": queue.extension, "name": queue.name}
            for queue in group.queues
        ],
        "totals": _totals(group.totals),
    }


def _totals(sums: Mapping[str, Total]) -> dict[str, object]:
    return {name: {"value": sum_.value, "partial": sum_.partial} for name, sum_ in sums.items()}


def _pbx(reading: Reading, stands_since: datetime | None) -> dict[str, object]:
    return {
        "id": reading.feed.pbx,
        "name": reading.pbx_name,
        "measured": iso(reading.measured.wall),
        "queues": len(reading.queues),
        "endpoint": reading.endpoint,
        "unit_confirmed": reading.confirmed,
        "summary": None if reading.summary is None else dict(reading.summary),
        "summary_differs": _differing(reading),
        "not_moving_since": _iso(stands_since),
    }


def _differing(reading: Reading) -> dict[str, dict[str, Number | None]]:
    ours, theirs = totals(reading.queues, names := differences(reading)), reading.summary or {}
    return {name: {"api": theirs[name], "board": ours[name].value} for name in names}


def _queue(report: PollReport, queue: QueueMetrics) -> dict[str, object]:
    levels = report.level_of(queue)
    today = _today(report, queue)
    return {
        "pbx": {"id": queue.key.pbx, "name": queue.pbx},
        "site": queue.site,
        "name": queue.name,
        "extension": queue.extension,
        **_presence(report, queue),
        "level": levels.level.word,
        "levels": {name: level.word for name, level in levels.by_metric.items()},
        "metrics": _metrics(report, queue),
        **({"today": today} if today else {}),
        **({TIME_IN_TARGET: kept} if (kept := queue.day.get(TIME_IN_TARGET)) is not None else {}),
        "suspect": sorted(queue.suspect),
    }


def _presence(report: PollReport, queue: QueueMetrics) -> dict[str, object]:
    """Return whether a queue is in the answer, and since when it is not."""
    if queue.key not in report.missing:
        return {"in_answer": True}
    return {"in_answer": False, "missing_since": _iso(report.missing[queue.key])}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)


def _today(report: PollReport, queue: QueueMetrics) -> dict[str, object]:
    reading = report.day_of(queue)
    if reading is None:
        return {}
    levels = report.day_levels.get(queue.key, UNJUDGED).by_metric
    return {
        "since": iso(reading.day.start) if reading.day else None,
        "measured": iso(reading.measured.wall),
        "unit_confirmed": reading.confirmed,
        "metrics": {name: row_value(queue, metric) for name, metric in TODAY.items()},
        "levels": {name: level.word for name, level in levels.items()},
    }


def _metrics(report: PollReport, queue: QueueMetrics) -> dict[str, Number | None]:
    names = {
        name
        for feed, reading in report.snapshot.readings.items()
        if feed == (queue.key.pbx, Kind.LIVE)
        for name in reading.metrics
    }
    return {name: row_value(queue, metric) for name, metric in CATALOGUE.items() if name in names}
