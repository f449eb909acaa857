"""The catalogue: each metric's name, words, unit, how it adds up and which way is worse.

Names and meanings follow the vendor's "Work Analytics: real-time call-queue metrics" page, and
for the day so far its "Call queue metrics". A metric is known by the API's own name everywhere
(configuration, JSON, CSV), but where the two pages give one name to two things: then the day's
has ``today`` before it. The label is what people read.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from wallboard.model.data.metric import Adds, Group, Kind, Metric, Unit, Worse


def _count(name: str, label: str, short: str, group: Group, worse: Worse = Worse.NEITHER) -> Metric:
    return Metric(name, label, short, Unit.COUNT, Adds.SUM, worse, group=group)


def _time(
    name: str,
    label: str,
    short: str,
    group: Group,
    adds: Adds,
    total: str = "",
    *counts: str,
) -> Metric:
    worse, unit = Worse.UP if group is Group.WAITING else Worse.NEITHER, Unit.MILLISECONDS
    count = counts[0] if counts else ""
    return Metric(
        name, label, short, unit, adds, worse, group=group, total=total, count=count, without=counts
    )


_C, _W, _T, _O, _H, _A, _D = Group
_LIVE = (
    _count("waitingCalls", "Waiting", "Waiting", _C, Worse.UP),
    _time("longestWaitingTime", "Longest wait", "Longest", _W, Adds.MAX),
    _time(
        "avgWaitingTime", "Average wait", "Avg wait", _W, Adds.AVERAGE, "waitingTime",
        "waitingCalls", "totalCalls",
    ),
    _time("waitingTime", "Total wait", "Tot wait", _W, Adds.SUM),
    _count("availableAgents", "Available", "Avail", _A, Worse.DOWN),
    _count("eligibleAgents", "Eligible", "Eligible", _A, Worse.DOWN),
    _count("eligiblePrimaryAgents", "Eligible primary", "Elig prim", _A, Worse.DOWN),
    _count("eligibleOverflowAgents", "Eligible overflow", "Elig over", _A, Worse.DOWN),
    _count("enabledPrimaryAgents", "Enabled primary", "Enab prim", _A),
    _count("enabledOverflowAgents", "Enabled overflow", "Enab over", _A),
    _count("overflowAgents", "Overflow", "Overflow", _A),
    _count("loggedOutAndDndAgents", "Logged out or DND", "Out/DND", _A, Worse.UP),
    _count(
        "loggedOutAndDndOverflowAgents", "Logged out or DND, overflow", "Out/DND ov", _A, Worse.UP
    ),
    _count("wrappingUpAgents", "Wrap-up", "Wrap-up", _A),
    _count("primaryWrappingUpAgents", "Wrap-up primary", "Wrap prim", _A),
    _count("overflowWrappingUpAgents", "Wrap-up overflow", "Wrap over", _A),
    _count("talkingCalls", "Talking", "Talking", _C),
    _count("onHoldCalls", "On hold", "On hold", _C),
    _count("handlingCalls", "Handling", "Handling", _C),
    _count("totalCalls", "Calls", "Calls", _C),
    _time("talkingTime", "Total talk", "Tot talk", _T, Adds.SUM),
    _time(
        "avgTalkingTime", "Average talk", "Avg talk", _T, Adds.AVERAGE, "talkingTime",
        "talkingCalls", "handlingCalls", "totalCalls",
    ),
    _time("longestTalkingTime", "Longest talk", "Long talk", _T, Adds.MAX),
    _time("onHoldTime", "Total hold", "Tot hold", _O, Adds.SUM),
    _time("longestOnHoldTime", "Longest hold", "Long hold", _O, Adds.MAX),
    _time("totalHandlingTime", "Total handling", "Tot handl", _H, Adds.SUM),
    _time(
        "avgHandlingTime", "Average handling", "Avg handl", _H, Adds.AVERAGE,
        "totalHandlingTime", "handlingCalls", "totalCalls",
    ),
    _time("longestHandlingTime", "Longest handling", "Long handl", _H, Adds.MAX),
)  # fmt: skip

CATALOGUE: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _LIVE})
"""The 28 realtime metrics by the API's name, in the order a queue's page lists them."""

ENTERED = "enteredCalls"
"""What the day's percentages are of."""

TIME_IN_TARGET = "timeInTarget"
"""Measured by the board's own polls: the API has no service level, and this is none.

Its parts, seconds of the day, stand beside it among a queue's values and are no metrics.
"""


def _calls(name: str, label: str, short: str, worse: Worse = Worse.NEITHER) -> Metric:
    return Metric(name, label, short, Unit.COUNT, Adds.SUM, worse, group=_D, kind=Kind.TODAY)


def _share(name: str, label: str, short: str, part: str, worse: Worse = Worse.NEITHER) -> Metric:
    return Metric(
        name,
        label,
        short,
        Unit.PERCENT,
        Adds.SHARE,
        worse,
        group=_D,
        total=part,
        count=ENTERED,
        kind=Kind.TODAY,
    )


_ACCEPTED = (ENTERED, "acceptedCalls")
_HANDLED = (*_ACCEPTED, "completedCalls")
"""Without these nobody talked, held or was handled: an average of 0 is of no calls."""


def _past(
    name: str,
    label: str,
    short: str,
    adds: Adds,
    total: str = "",
    count: str = "",
    *,
    sent: str = "",
    over: str = "",
    without: tuple[str, ...] = _HANDLED,
) -> Metric:
    return Metric(
        name, label, short, Unit.MILLISECONDS, adds, Worse.UP, group=_D, total=total,
        count=count, kind=Kind.TODAY, sent=sent, over=over, without=without,
    )  # fmt: skip


_TODAY = (
    _calls(ENTERED, "Entered today", "Entered"),
    _calls("acceptedCalls", "Accepted today", "Accepted"),
    _share("acceptedCallsPercentage", "Accepted %", "Accept %", "acceptedCalls", Worse.DOWN),
    _calls("completedCalls", "Completed today", "Completed"),
    _calls("missedCalls", "Missed today", "Missed", Worse.UP),
    _share("missedCallsPercentage", "Missed %", "Missed %", "missedCalls", Worse.UP),
    _calls("abandonedInWaitingCalls", "Abandoned today", "Aband", Worse.UP),
    _share(
        "abandonedInWaitingCallsPercentage", "Abandoned %", "Aband %", "abandonedInWaitingCalls",
        Worse.UP,
    ),
    _calls("abandonedInHandlingCalls", "Aband. handling", "Aband hand", Worse.UP),
    _calls("divertedCalls", "Diverted today", "Diverted", Worse.UP),
    _share("divertedCallsPercentage", "Diverted %", "Divert %", "divertedCalls", Worse.UP),
    _calls("forwardedToVoiceMail", "To voicemail today", "Voicemail", Worse.UP),
    _calls("activeCalls", "Still active", "Active"),
    _calls("transferredToCallQueue", "To queues", "To queue"),
    _share(
        "transferredToCallQueuePercentage", "To queues %", "To queue %",
        "transferredToCallQueue",
    ),
    _calls("transferredToRingGroup", "To groups", "To group"),
    _share(
        "transferredToRingGroupPercentage", "To groups %", "To group %",
        "transferredToRingGroup",
    ),
    _calls("transferredToExternalNumber", "To outside lines", "To outside"),
    _past(
        "averageTimeToAnswer", "Ring time today", "Ring time", Adds.AVERAGE, "", "acceptedCalls",
        without=_ACCEPTED,
    ),
    _past(
        "averageAnswerTime", "Answer time today", "Answer", Adds.AVERAGE, "", "acceptedCalls",
        without=_ACCEPTED,
    ),
    _past(
        "averageWaitingTime", "Average wait today", "Wait today", Adds.AVERAGE, "totalWaitingTime",
        over=ENTERED, without=(ENTERED,),
    ),
    _past(
        "todayLongestWaitingTime", "Longest wait today", "Max wait", Adds.MAX,
        sent="longestWaitingTime", without=(ENTERED,),
    ),
    _past("totalWaitingTime", "Total wait today", "Sum wait", Adds.SUM),
    _past("averageTalkTime", "Average talk today", "Talk today", Adds.AVERAGE, "totalTalkTime"),
    _past("longestTalkTime", "Longest talk today", "Max talk", Adds.MAX),
    _past("totalTalkTime", "Total talk today", "Sum talk", Adds.SUM),
    _past(
        "averageOnHoldTime", "Average hold today", "Hold today", Adds.AVERAGE, "totalOnHoldTime"
    ),
    _past(
        "todayLongestOnHoldTime", "Longest hold today", "Max hold", Adds.MAX,
        sent="longestOnHoldTime",
    ),
    _past("totalOnHoldTime", "Total hold today", "Sum hold", Adds.SUM),
    _past(
        "averageHandlingTime", "Average handling today", "Handl today", Adds.AVERAGE,
        "todayTotalHandlingTime",
    ),
    _past(
        "todayLongestHandlingTime", "Longest handling today", "Max handl", Adds.MAX,
        sent="longestHandlingTime",
    ),
    _past(
        "todayTotalHandlingTime", "Total handling today", "Sum handl", Adds.SUM,
        sent="totalHandlingTime",
    ),
)  # fmt: skip

TODAY: Mapping[str, Metric] = MappingProxyType({metric.name: metric for metric in _TODAY})
"""What happened since the day began, in the order a queue's page lists it."""

METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        **CATALOGUE,
        **TODAY,
        TIME_IN_TARGET: Metric(
            TIME_IN_TARGET, "Polled in target", "Polled tgt", Unit.PERCENT, Adds.SHARE,
            Worse.DOWN, group=_D, total="secondsInTarget", count="secondsPolled",
        ),
    }
)  # fmt: skip
"""Everything that a column, a tile or a sort can name: live, the day, and what polling measured."""

TIMES = frozenset(name for name, metric in METRICS.items() if metric.unit is Unit.MILLISECONDS)
"""The metrics that have a unit of time."""

DEFAULT_COLUMNS = (
    "waitingCalls", "waitingCallsTrend", "longestWaitingTime", "availableOfEligible",
    "handlingCalls", "timeInLevel", "avgWaitingTime", "abandonedInWaitingCallsPercentage",
    "wrappingUpAgents", "enteredCalls", "onHoldCalls", "avgHandlingTime",
    "loggedOutAndDndAgents", "eligibleOverflowAgents",
    "longestHandlingTime",
)  # fmt: skip
"""Columns of the board, most wanted first: those that do not fit go from the end."""

DEFAULT_TILES = (
    "waitingCalls",
    "longestWaitingTime",
    "avgWaitingTime",
    "handlingCalls",
    "abandonedInWaitingCallsPercentage",
    "enteredCalls",
    "avgHandlingTime",
)
"""Tiles of the board. No sums of agents: those are seats, not people."""

WALL_TILES = (
    "waitingCalls",
    "longestWaitingTime",
    "availableAgents",
    "abandonedInWaitingCallsPercentage",
)
"""Tiles of a wall where the user has chosen none; seats are called so."""


Labels = Mapping[str, str]
"""What the user calls some metrics: name → label."""

NO_LABELS: Labels = MappingProxyType({})

_MOST_HEADING = 12


def relabel(name: str, labels: Labels = NO_LABELS) -> Metric | None:
    """Return the metric of the API's ``name`` as the user calls it, if there is one.

    The one place where a label of the user's own takes effect; it heads columns too, cut to
    twelve letters there.
    """
    metric = METRICS.get(name)
    label = labels.get(name, "")
    if metric is None or not label:
        return metric
    short = label if len(label) <= _MOST_HEADING else f"{label[: _MOST_HEADING - 1].rstrip()}…"
    return replace(metric, label=label, short=short)


def nearest(name: str, among: Iterable[str] = tuple(METRICS), most: int = 3) -> tuple[str, ...]:
    """Return up to ``most`` names that look like ``name``, best first."""
    names = {candidate.lower(): candidate for candidate in among}
    close = difflib.get_close_matches(name.strip().lower(), list(names), n=most, cutoff=0.5)
    return tuple(names[folded] for folded in close)


def with_parts(names: Iterable[str]) -> tuple[str, ...]:
    """Return ``names`` in catalogue order, with the totals and counts that averages divide.

    Unknown names are left out.
    """
    wanted: set[str] = set()
    for name in names:
        metric = CATALOGUE.get(name)
        if metric is not None:
            wanted |= {metric.name, metric.total, metric.count}
    return tuple(name for name in CATALOGUE if name in wanted)
