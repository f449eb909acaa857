"""What people call a metric: its label, the heading of its column, the API's name, or otherwise.

What is taken as a name is exact but for case, accents, blanks, hyphens and underscores. What is
none is answered with the metrics that are nearest in meaning, or with why there is no such thing.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from itertools import filterfalse
from types import MappingProxyType

from wallboard.model.data.catalogue import METRICS, NO_LABELS, TIME_IN_TARGET, Labels
from wallboard.model.data.metric import Group, Metric, Unit


def fold(text: str) -> str:
    """Return ``text`` without case and accents, for comparing."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filterfalse(unicodedata.combining, spread))


def squeeze(name: str) -> str:
    """Return ``name`` without case, accents, and what stands between words."""
    return re.sub(r"[\s_-]+", "", fold(name))


def metrics_by_name(
    labels: Labels = NO_LABELS, among: Mapping[str, Metric] = METRICS
) -> dict[str, Metric]:
    """Return metrics by everything that they are called, squeezed.

    Where two claim a name, the user's own label (``labels``) goes before the API's name, that
    before the usual label and heading.
    """
    names: dict[str, Metric] = {}
    for metric in among.values():
        names.setdefault(squeeze(metric.short), metric)
        names.setdefault(squeeze(metric.label), metric)
    names.update((squeeze(metric.name), metric) for metric in among.values())
    known = ((label, among.get(name)) for name, label in labels.items())
    names.update((squeeze(label), metric) for label, metric in known if metric and label)
    return names


@cache
def _usual_names() -> Mapping[str, Metric]:
    return MappingProxyType(metrics_by_name())


def find_metric(name: str) -> Metric | None:
    """Return the metric that is called ``name`` by the API or on the board, if there is one."""
    return _usual_names().get(squeeze(name))


_SAME: Mapping[str, str] = MappingProxyType(
    {
        "longest": "max maximum biggest worst highest peak long",
        "longest waiting": "oldest",
        "average": "avg mean typical",
        "total": "tot sum overall",
        "percent": "% percentage pct rate ratio share proportion",
        "waiting": "wait waits queue queued queues queueing queuing pending",
        "hold": "holding held onhold parked",
        "talking": "talk talks conversation conversations speaking",
        "handling": "handle handled handl busy aht",
        "wrapup": "wrap wrapping wrapped acw aftercall clerical",
        "available": "avail free idle ready",
        "eligible": "elig online staffed working present loggedin signedin logged",
        "out": "dnd offline unavailable absent away loggedout",
        "agents": "agent users user people staff operators operator reps rep advisors seats team",
        "calls": "call callers caller customers contacts interactions",
        "count": "number length size depth how many volume",
        "time": "times duration durations seconds minutes",
        "entered": "offered inbound incoming received arrived arrivals",
        "accepted": "answered taken",
        "answer": "pickup",
        "completed": "finished done",
        "missed": "unanswered rona",
        "abandoned": "abandon abandons abandonment aband lost dropped hungup hangups",
        "diverted": "redirected deflected rerouted divert",
        "voicemail": "voicemails vm",
        "transfer": "transferred transfers",
        "ring": "ringing alerting rings",
        "today": "day daily",
        "overflow": "secondary",
        "primary": "main",
        "active": "ongoing",
        "enabled": "",
        "target": "",
        "trend": "graph history sparkline",
        "outside": "external",
        "groups": "group",
    }
)
"""What words mean, and the words that mean it."""

_MEANING = {
    word: meanings.split() for meanings, same in _SAME.items() for word in (meanings, *same.split())
}
_WEAK = frozenset(["calls", "agents", "count", "time", "today", "total", "out"])
"""What nearly every metric has: alone it tells little."""

_SILENT = frozenset(
    ["of", "in", "on", "or", "to", "the", "a", "an", "per", "for", "now", "current", "still", "up"]
)

_NONE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "servicelevel servicelevels sla slas sl gos gradeofservice tsf",
        "this API has no service level",
        (TIME_IN_TARGET,),
    ),
    (
        "asa speedofanswer averagespeedofanswer avgspeedofanswer speedtoanswer "
        "averagespeedtoanswer",
        "this API has no speed of answer (averageTimeToAnswer is how long the agent's phone rang)",
        ("averageWaitingTime", "averageTimeToAnswer"),
    ),
    (
        "ewt estimatedwait estimatedwaittime expectedwait expectedwaittime",
        "this API does not estimate waits",
        ("longestWaitingTime", "avgWaitingTime"),
    ),
    (
        "occupancy utilization utilisation adherence shrinkage",
        "this API does not tell how busy people are",
        ("handlingCalls", "availableAgents"),
    ),
    ("csat nps satisfaction ces", "this API has no opinion of callers", ()),
    (
        "fcr firstcallresolution firstcontactresolution",
        "this API does not know what was solved",
        (),
    ),
    (
        "callbacks callback requestedcallbacks",
        "this API has no callbacks",
        ("divertedCalls", "forwardedToVoiceMail"),
    ),
    ("aht", "", ("avgHandlingTime", "averageHandlingTime")),
    ("acw aftercallwork", "", ("wrappingUpAgents",)),
    ("agents staff users people seats", "", ("availableAgents", "eligibleAgents")),
    (
        "transfers transferred transferredcalls",
        "",
        ("transferredToCallQueue", "transferredToRingGroup", "transferredToExternalNumber"),
    ),
)
"""What people ask for by a name of the trade: why there is none, and what comes nearest."""


def nearest_metrics(
    name: str, among: Mapping[str, Metric] = METRICS, others: Collection[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """Return why there is no metric ``name`` (``""``: nothing to say) and up to three nearest.

    A slip of letters goes before meaning, and meaning before letters that look alike. ``others``:
    names that are no metrics and valid in the same place.
    """
    wanted = squeeze(name)
    for spellings, why, metrics in _NONE:
        if wanted in spellings.split():
            return why, tuple(metric for metric in metrics if metric in among)
    plain = {squeeze(other): other for other in others}
    if other := _by_letters(wanted, plain, 0.75):
        return "", other[:1]
    spelt = {squeeze(metric.label): metric.name for metric in among.values()}
    spelt.update((squeeze(name), name) for name in among)
    close = _by_letters(wanted, spelt, 0.87)[:1]
    meant = _by_meaning(name, among)
    if found := tuple(dict.fromkeys((*close, *meant)))[:3]:
        return "", found
    return "", _by_letters(wanted, {**plain, **spelt}, 0.6)


def hint_of(name: str, among: Mapping[str, Metric] = METRICS, others: Collection[str] = ()) -> str:
    """Return the end of a message about ``name``: ``; why; nearest: a, b``, or nothing."""
    why, names = nearest_metrics(name, among, others)
    near = f"nearest: {', '.join(names)}" if names else ""
    return "".join(f"; {words}" for words in (why, near) if words)


def _by_letters(wanted: str, spelt: Mapping[str, str], cutoff: float) -> tuple[str, ...]:
    close = difflib.get_close_matches(wanted, spelt, n=3, cutoff=cutoff)
    return tuple(dict.fromkeys(spelt[spelling] for spelling in close))


def _by_meaning(name: str, among: Mapping[str, Metric]) -> tuple[str, ...]:
    """Return the metrics whose meaning fits ``name`` best; all that fit it alike."""
    wanted = _meanings(name)
    if not wanted:
        return ()
    scores = {metric.name: _score(wanted, _meanings_of(metric)) for metric in among.values()}
    best = max(scores.values(), default=0.0)
    return tuple(name for name, score in scores.items() if score == best) if best > 0 else ()


def _score(wanted: frozenset[str], has: frozenset[str]) -> float:
    both = wanted & has
    if not both - _WEAK and not (wanted <= _WEAK and wanted <= has):
        return 0.0
    weight = sum(1.0 if meaning in _WEAK else 4.0 for meaning in both)
    strange = sum(0.5 if meaning in _WEAK else 3.0 for meaning in wanted - has)
    unsaid = sum(
        0.1 if meaning in _WEAK and meaning != "total" else 1.0 for meaning in has - wanted
    )
    return weight - strange - unsaid


@cache
def _meanings_of(metric: Metric) -> frozenset[str]:
    """Return what a metric is about: the words of its label, its unit, its part of the page."""
    unit = {Unit.COUNT: "count", Unit.MILLISECONDS: "time", Unit.PERCENT: "percent"}[metric.unit]
    agents = metric.group is Group.AGENTS
    of = "agents" if agents else "today" if metric.group is Group.TODAY else ""
    calls = "calls" if unit == "count" and not agents else ""
    return _meanings(metric.label) | {call for call in (unit, of, calls) if call}


def _meanings(text: str) -> frozenset[str]:
    """Return what the words of ``text`` mean; a slip of letters in one is forgiven."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = re.findall(r"[a-z]+|%", fold(apart.replace("-", "")))
    return frozenset(meaning for word in words if word not in _SILENT for meaning in _meaning(word))


def _meaning(word: str) -> list[str]:
    if word in _MEANING:
        return _MEANING[word]
    close = difflib.get_close_matches(word, _MEANING, n=1, cutoff=0.8) if len(word) > 3 else []
    return _MEANING[close[0]] if close else []
