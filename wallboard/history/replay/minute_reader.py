"""Minutes out of the file: the trends of an hour, and a day as a line."""

import math
from array import array
from collections.abc import Callable, Iterator, Sequence

from wallboard.history.minutes import HOUR, MINUTE, NO_AGENTS, NOBODY, Hour, hour_from
from wallboard.history.recall import trend_columns
from wallboard.history.replay.polls import KeptPoll, PollFinder
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import QueueKey
from wallboard.model.judge.samples import Column, Sample, column_of
from wallboard.model.judge.trends import SPAN

Row = tuple[int, int, bytes, bytes]
"""Hour, roster, LIVE seconds, data."""


class MinuteReader:
    """Keeps what it has read of hours: they are closed, or grow once a minute.

    ``elapsed``: gives elapsed seconds of a stamp.
    """

    def __init__(self, polls: PollFinder, elapsed: Callable[[int], float]) -> None:
        self._polls = polls
        self._elapsed = elapsed
        self._samples: dict[tuple[int, int, int], tuple[bytes, dict[int, Sample]]] = {}
        self._worst: dict[tuple[int, int, int], tuple[bytes, Sequence[int | None]]] = {}

    def trend(self, number: int, at: int, poll: KeptPoll) -> tuple[Sample, ...]:
        """Return the minutes of the hour before a moment, and what the one of then begins with."""
        first, last = (at - int(SPAN * 1000)) // MINUTE, at // MINUTE
        found = [
            sample
            for row in self._rows(number, first // 60, last // 60)
            for minute, sample in self._hour(number, row).items()
            if first <= minute < last
        ]
        if poll.at // MINUTE == last:
            keys = tuple([who.key for who in poll.roster.queues])
            columns = trend_columns(poll.roster, poll.columns, poll.note.suspect)
            found.append(Sample(self._elapsed(poll.at), keys, columns))
        return tuple(sorted(found, key=lambda item: item.start))

    def day(self, begin: int, end: int) -> list[int | None]:
        """Return the worst level of any queue, minute by minute, between two stamps."""
        start = begin // MINUTE
        line: list[int | None] = [None] * (-(-end // MINUTE) - start)
        feeds = [number for number, feed in self._polls.feeds.items() if feed.kind is Kind.LIVE]
        for number in feeds:
            for row in self._rows(number, begin // HOUR, (end - 1) // HOUR):
                for minute, level in enumerate(self._levels(number, row), row[0] * 60 - start):
                    if level is not None and 0 <= minute < len(line):
                        known = line[minute]
                        line[minute] = level if known is None else max(level, known)
        return line

    def _rows(self, number: int, first: int, last: int) -> Iterator[Row]:
        yield from self._polls.db.execute(
            "SELECT hour, roster, live, data FROM minute WHERE hour >= ? AND hour <= ?"
            " AND feed = ? ORDER BY hour",
            (first, last, number),
        ).fetchall()

    def _read_hour(self, number: int, row: Row) -> tuple[Hour, tuple[QueueKey, ...]]:
        hour, roster, live, data = row
        keys = tuple([queue.key for queue in self._polls.roster(number, roster).queues])
        return hour_from(hour, len(keys), live, data), keys

    def _hour(self, number: int, row: Row) -> dict[int, Sample]:
        hour, roster, live, data = row
        found = self._samples.get((number, hour, roster))
        if found is None or found[0] != data:
            known, keys = self._read_hour(number, row)
            samples = {
                hour * 60 + at: self._sample(known, at, keys) for at in range(60) if live[at]
            }
            found = self._samples[number, hour, roster] = data, samples
            while len(self._samples) > 3 * len(self._polls.feeds):
                del self._samples[next(iter(self._samples))]
        return found[1]

    def _levels(self, number: int, row: Row) -> Sequence[int | None]:
        hour, roster, live, data = row
        found = self._worst.get((number, hour, roster))
        if found is None or found[0] != data:
            known, _ = self._read_hour(number, row)
            column, size = known.columns.levels, known.queues
            levels = [
                max(column[at * size : (at + 1) * size], default=0) if live[at] else None
                for at in range(60)
            ]
            found = self._worst[number, hour, roster] = data, levels
            while len(self._worst) > 40 * len(self._polls.feeds):
                del self._worst[next(iter(self._worst))]
        return found[1]

    def _sample(self, known: Hour, minute: int, keys: tuple[QueueKey, ...]) -> Sample:
        place = slice(minute * known.queues, (minute + 1) * known.queues)
        waits, calls, agents, _ = (column[place] for column in known.columns)
        columns = (
            _trend_column(calls, NOBODY),
            _trend_column(waits, NOBODY, 1_000),
            _trend_column(agents, NO_AGENTS),
        )
        return Sample(self._elapsed(known.hour * HOUR + minute * MINUTE), keys, columns)


def _trend_column(column: "array[int]", nothing: int, times: int = 1) -> Column:
    if nothing in column:
        return column_of([math.nan if item == nothing else item * times for item in column])
    return column_of(column if times == 1 else [item * times for item in column])
