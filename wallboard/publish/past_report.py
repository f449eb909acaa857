"""A day or a week as lines: calls from the API or as polled, levels and targets from the store."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Literal, NamedTuple

from wallboard.errors import Reason, WallboardError
from wallboard.model.data.catalogue import TIME_IN_TARGET
from wallboard.model.data.day import Day
from wallboard.model.data.metric import Number
from wallboard.model.data.name_pattern import NO_GROUP
from wallboard.model.data.reading import FeedId, QueueKey, QueueMetrics, Reading
from wallboard.model.events import FeedInfo
from wallboard.model.feeds.merge import tell_apart
from wallboard.model.judge.group_book import NO_GROUPS, GroupBook
from wallboard.model.judge.hours import (
    COUNTS,
    LONGEST,
    SHARES,
    PastSpan,
    Seen,
    Watched,
    day_rows,
    hour_words,
    sums,
)
from wallboard.model.view.format import age, plural
from wallboard.records import dataclass

WARNING, CRITICAL = "minutesInWarning", "minutesInCritical"
NAMES = (*COUNTS, *SHARES, LONGEST, TIME_IN_TARGET, WARNING, CRITICAL)
"""The numbers of a line, by their names in CSV and JSON."""

API, POLLED, STORE = "API", "as polled", "store"
By = Literal["hour", "queue", "site", "group"]

_ABSENT = (Reason.GONE, Reason.ACCESS)
_WHOLE = 0.99
"""What part of a span must have been seen to pass for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLine:
    """One hour, queue or site, or all of them; ``partial``: numbers to which some add nothing."""

    label: tuple[str, ...]
    numbers: Mapping[str, Number | None]
    partial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReport:
    """What is printed. ``sources``: where each number is from; ``notes``: what is to be known."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[PastLine, ...]
    total: PastLine
    sources: Mapping[str, str]
    notes: tuple[str, ...]


class ReportFilter(NamedTuple):
    """What of the store belongs in a report; the API narrows by itself. Empty: everything."""

    pbxes: Collection[str] = ()
    sites: Collection[str] = ()
    queues: Collection[str] = ()

    def has_pbx(self, reading: Reading) -> bool:
        """Whether a PBX was asked for, by its name or id."""
        return _is_among(self.pbxes, reading.pbx_name, reading.feed.pbx)

    def has(self, queue: QueueMetrics) -> bool:
        """Whether a queue was asked for, by names, extension or the PBX's id."""
        return (
            _is_among(self.pbxes, queue.pbx, queue.key.pbx)
            and _is_among(self.sites, queue.site)
            and _is_among(self.queues, queue.name, queue.extension)
        )


def _is_among(wanted: Collection[str], *names: str) -> bool:
    return not wanted or bool({item.casefold() for item in wanted} & {n.casefold() for n in names})


@dataclass(frozen=True, kw_only=True)
class PastFound:
    """What was found out. ``spans``: of the lines by hour, else the whole; ``now``: an instant.

    ``groups``: those of queues; ``group``: the one that alone is told of, if any.
    """

    spans: tuple[Day, ...]
    now: datetime
    zone: tzinfo
    exact: tuple[PastSpan, ...]
    polled: tuple[PastSpan, ...] = ()
    seen: tuple[Seen, ...] = ()
    failures: tuple[tuple[FeedInfo, WallboardError], ...] = ()
    groups: GroupBook = NO_GROUPS
    group: str = ""
    wanted: ReportFilter = ReportFilter()

    @cached_property
    def pasts(self) -> tuple[PastSpan, ...]:
        """What is told of calls: as polled only where the API says nothing of what is wanted."""
        polled = [past for past in self.polled if not self._is_told(past)]
        return (*self.exact, *(past for past in polled if any(map(self.has, past.reading.queues))))

    def _is_told(self, polled: PastSpan) -> bool:
        return any(
            item.reading.feed == polled.reading.feed
            and item.span.start <= polled.span.start
            and polled.span.end <= item.span.end
            for item in self.exact
        )

    def is_in_group(self, queue: QueueMetrics) -> bool:
        """Whether a queue is in the group that alone is told of."""
        return not self.group or self.group in self.groups.of(queue)

    def has(self, queue: QueueMetrics) -> bool:
        """Whether a queue of the store belongs in the report: as the API has it, else by names."""
        if not self.is_in_group(queue):
            return False
        pbxes, keys = self._answered
        return queue.key in keys if queue.key.pbx in pbxes else self.wanted.has(queue)

    @cached_property
    def _answered(self) -> tuple[Collection[str], Collection[QueueKey]]:
        """The PBXes of which the API told, and their queues."""
        readings = [past.reading for past in self.exact]
        keys = {queue.key for reading in readings for queue in reading.queues}
        return {reading.feed.pbx for reading in readings}, keys


class _Row(NamedTuple):
    """What one line is made of."""

    label: tuple[str, ...]
    calls: list[QueueMetrics]
    seen: list[Watched]


def _rows_of(found: PastFound, by: By) -> tuple[_Row, dict[Hashable, _Row]]:
    """Return what the line of all is made of, and the others."""
    rows: dict[Hashable, _Row] = {}
    every = _Row(("All",), [], [])
    label = _labels(by, found)
    if by == "hour":
        for span in found.spans:
            for key, words in label(span, None):
                rows[key] = _Row(words, [], [])

    def each(span: Day, queue: QueueMetrics) -> list[_Row]:
        """Return the lines that a queue adds to: all of them, and each of its groups."""
        own = [rows.setdefault(key, _Row(words, [], [])) for key, words in label(span, queue)]
        return [every, *own]

    for past in found.pasts:
        for queue in day_rows(past):
            if found.is_in_group(queue) if past.exact else found.has(queue):
                for row in each(past.span, queue):
                    row.calls.append(queue)
    # Of the store it is asked once a queue, by the name that it had first.
    names = {key: queue for seen in reversed(found.seen) for key, queue in seen.names.items()}
    wanted = {key for key, queue in names.items() if found.has(queue)}
    for seen in found.seen:
        for key, watched in seen.queues.items():
            if key in wanted:
                for row in each(seen.span, seen.names[key]):
                    row.seen.append(watched)
    return every, rows


def past_report(found: PastFound, by: By, title: str) -> PastReport:
    """Return the report: a line an hour, a queue or a site, and one for all."""
    every, rows = _rows_of(found, by)

    def place(key: Hashable) -> tuple[bool, tuple[str, ...]]:
        label = (str(key),) if by == "hour" else rows[key].label
        return key == NO_GROUP, tuple(part.casefold() for part in label)

    lines = tuple(_line(rows[key]) for key in sorted(rows, key=place))
    heads = _HEADS[by]
    total = replace(_line(every), label=("All", *[""] * (len(heads) - 1)))
    return PastReport(
        title=f"{found.group}: {title}" if found.group else title,
        heads=heads,
        lines=lines,
        total=total,
        sources=_sources(found),
        notes=tuple(_notes(found, lines, by)),
    )


_HEADS: Mapping[By, tuple[str, ...]] = {
    "hour": ("Hour",),
    "queue": ("Queue", "Site"),
    "site": ("Site", "PBX"),
    "group": ("Group",),
}

_Label = tuple[Hashable, tuple[str, ...]]


def _labels(by: By, found: PastFound) -> Callable[[Day, QueueMetrics | None], list[_Label]]:
    """Return what gives the lines that a queue in a span belongs to, and their words."""
    names = {queue.key: queue for seen in found.seen for queue in seen.names.values()}
    names |= {queue.key: queue for past in found.pasts for queue in past.reading.queues}
    titles = {queue.key: queue.title for queue in tell_apart(names.values())}

    def label(span: Day, queue: QueueMetrics | None) -> list[_Label]:
        if by == "hour" or queue is None:
            return [(span.start, (hour_words(span, found.zone),))]
        if by == "queue":
            return [(queue.key, (titles[queue.key], queue.site))]
        if by == "group":
            groups = found.groups.of(queue) or (NO_GROUP,)
            return [(name, (name,)) for name in groups if found.group in ("", name)]
        return [((queue.key.pbx, queue.site), (queue.site or "(no site)", queue.pbx))]

    return label


def _line(row: _Row) -> PastLine:
    totals = sums(row.calls)
    numbers: dict[str, Number | None] = {name: total.value for name, total in totals.items()}
    seen = Watched()
    for item in row.seen:
        seen = seen.plus(item)
    if not any(LONGEST in queue.day for queue in row.calls):
        numbers[LONGEST] = seen.longest  # else it is the API's: none, where no calls came
    numbers[TIME_IN_TARGET] = 100 * seen.within / seen.polled if seen.polled else None
    numbers[WARNING] = seen.warning if row.seen else None
    numbers[CRITICAL] = seen.critical if row.seen else None
    partial = frozenset(name for name, total in totals.items() if total.partial and total.value)
    return PastLine(label=row.label, numbers=numbers, partial=partial)


def _sources(found: PastFound) -> dict[str, str]:
    exact = {past.exact for past in found.pasts}
    api = [API] if True in exact else []
    calls = " and ".join([*api, POLLED] if False in exact else api)
    waits = " and ".join([*api, STORE] if exact != {True} and found.seen else api)
    of = dict.fromkeys((*COUNTS, *SHARES), calls)
    store = STORE if any(item.queues for item in found.seen) else ""
    return {**of, LONGEST: waits, TIME_IN_TARGET: store, WARNING: store, CRITICAL: store}


def _notes(found: PastFound, lines: Sequence[PastLine], by: By) -> Iterable[str]:
    """Give what has to be known of the numbers."""
    begin, end = found.spans[0].start, found.spans[-1].end
    # To ask takes a while: what the API was asked for first, the newest, is as of then.
    last = max((past.span.start for past in found.exact), default=None)
    until = min([found.now, *(past.until for past in found.exact if past.span.start == last)])
    if until < end:
        known = f"{until.astimezone(found.zone):%H:%M}"
        yield f"Only partly known: it was not over at {known}; what is known goes until then"
    over = [span for span in found.spans if span.start < found.now]
    unknown = [line for line in lines[: len(over)] if line.numbers[COUNTS[0]] is None]
    if by == "hour" and unknown:
        yield f"Only partly known: the calls of {plural(len(unknown), 'hour')} are not"
    seconds = sum(item.live for item in found.seen)
    whole = (min(found.now, end) - begin).total_seconds()
    if seconds < whole * _WHOLE:
        yield f"Only partly known: the store saw {age(seconds)} of {age(whole)}"
    if any(not past.exact for past in found.pasts):
        yield "As polled: what the numbers of the day grew by between two polls"
    if any(not item.reading.confirmed for item in found.exact):
        yield "The unit of the API's times is not confirmed"
    if by == "group":
        named = {line.label[0] for line in lines}
        wanted = [group.name for group in found.groups.groups if found.group in ("", group.name)]
        silent = [name for name in wanted if name not in named]
        yield from (f"{name}: this group finds no queue; see [groups]" for name in silent)
    if any(line.partial for line in lines):
        yield "* some queues have no value: the total is too small"
    for info, error in found.failures:
        yield f"{info.pbx_name}: {error.words}. {error.remedy}".rstrip()


def past_exit_code(found: PastFound) -> int:
    """Return 0 when all is told, 4 when some PBX failed or nothing is known; or what all say.

    That an account has no such numbers is no failure where the store has them.
    """
    polled: set[FeedId] = {item.reading.feed for item in found.polled}
    failed = [
        error
        for info, error in found.failures
        if not (error.reason in _ABSENT and info.feed in polled)
    ]
    is_known = found.pasts or any(item.queues for item in found.seen)
    if is_known:
        return 4 if failed else 0
    return min((error.exit_code for error in failed), default=4)
