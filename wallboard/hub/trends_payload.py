"""The trends of the last hour as a message, and back: a board that begins has them at once."""

import math
from collections.abc import Sequence
from typing import Any

from wallboard.errors import InvalidResponse
from wallboard.hub.json_payload import REMEDY, Document
from wallboard.hub.reading_payload import MOST_QUEUES, MessageHead, key_from
from wallboard.model.data.reading import FeedId, Moment, QueueKey
from wallboard.model.data.sanitize import MOST_NUMBER
from wallboard.model.judge.samples import TREND_METRICS, Column, Sample, column_of
from wallboard.model.judge.trends import SPAN, STEP, Trends

MOST_NUMBERS = 100_000
"""Numbers of a metric in one message: an hour of 800 queues, the newest of it of more queues.

A hub must not stand still for longer than that takes: the broker would hold it for gone.
"""

_MOST_SAMPLES = int(SPAN / STEP) + 2


def trends_document(trends: Trends, feed: FeedId, now: Moment) -> Document:
    """Return the newest samples of a feed as JSON, without its head; ages are seconds."""
    rosters: list[list[list[object]]] = []
    keys: tuple[QueueKey, ...] | None = None
    samples: list[list[object]] = []
    past = trends.samples.get(feed, ())
    most = MOST_NUMBERS // max(1, len(past[-1].keys)) if past else 0
    for sample in past[-max(1, most) :]:
        if sample.keys is not keys:
            keys = sample.keys
            rosters.append([list(key[1:]) for key in keys])
        age = round(now.elapsed - sample.start, 1)
        samples.append([age, len(rosters) - 1, *map(_numbers, sample.columns)])
    return {"metrics": list(TREND_METRICS), "queues": rosters, "samples": samples}


def _numbers(column: Column) -> list[float | None]:
    return [
        None if math.isnan(number) else int(number) if number == int(number) else number
        for number in column
    ]


def trends_of(feed: FeedId, document: Document, head: MessageHead, now: Moment) -> Trends:
    """Return the trends of a message. Raises ``InvalidResponse``."""
    try:
        if document["metrics"] != list(TREND_METRICS):
            return Trends()
        rosters = [
            tuple(key_from(feed.pbx, sent) for sent in queues[:MOST_QUEUES])
            for queues in document["queues"][:_MOST_SAMPLES]
        ]
        first = now.elapsed - head.age
        samples = [_sample(sent, rosters, first) for sent in document["samples"][-_MOST_SAMPLES:]]
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
        raise InvalidResponse("The trends from the broker make no sense", REMEDY) from None
    samples = [sample for sample in samples if now.elapsed - SPAN <= sample.start <= now.elapsed]
    samples.sort(key=lambda sample: sample.start)
    return Trends({feed: tuple(samples)} if samples else {})


def _sample(sent: Sequence[Any], rosters: list[tuple[QueueKey, ...]], at: float) -> Sample:
    ago, roster, *columns = sent
    keys = rosters[roster]
    if len(columns) != len(TREND_METRICS) or any(len(column) != len(keys) for column in columns):
        raise ValueError("no sample")
    return Sample(at - float(ago), keys, tuple(map(_column, columns)))


def _column(sent: Sequence[float | None]) -> Column:
    column = column_of([math.nan if number is None else number for number in sent])
    if any(abs(number) > MOST_NUMBER for number in column):
        raise ValueError("a number beyond belief")
    return column
