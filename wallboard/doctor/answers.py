"""What the answers of an account show: how much they have, whose clock is right, and caches.

And whether what the configuration says of queues is of any that the account lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from wallboard.doctor.report import SeenPbx, Step, StepOutcome, ok_step, warning_step
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.reading import NOTHING, Endpoint, QueueKey, QueueMetrics, Reading
from wallboard.model.events import Answer
from wallboard.model.judge.rules import Rules
from wallboard.model.view import format as formatting

CLOSE = 10.0
"""Seconds by which two clocks may differ: an answer takes its time."""


def size_in_words(answer: Answer) -> str:
    """Return how much an answer has, in words that name nobody."""
    match answer:
        case AgentsReading():
            people = len({seat.person for seat in answer.seats})
            return f"{formatting.plural(people, 'agent')} in {len(answer.seats)} seats"
        case CallsReading():
            return formatting.plural(len(answer.calls), "call")
        case Reading():
            words = formatting.plural(len(answer.queues), "queue")
            words += f", {formatting.plural(len(answer.metrics), 'metric')}"
            successor = answer.endpoint is Endpoint.QUEUE_METRICS
            return f"{words}, the successor endpoint" if successor else words


def clock_step(readings: list[Reading]) -> Step:
    """Return the step that compares the clocks, by what the answers of a poll tell."""
    dated = [reading for reading in readings if reading.served is not None]
    if not dated:
        return ok_step("clock", "the API does not tell its time")
    cached = max(reading.cache_age for reading in dated)
    apart = max((_clock_difference(reading) for reading in dated), key=abs)
    words = f"{_words(apart)} the server's"
    if abs(apart) > CLOSE:
        return warning_step(
            "clock",
            words,
            "Set this machine's clock (NTP). Ages are right all the same; times of day, the day's "
            "beginning and opening hours are not. If the clock is right, an old answer came from a "
            "cache or a server that stands still",
        )
    if cached:
        return warning_step(
            "clock",
            f"{words}; the answers lay in a cache for {formatting.age(cached)}",
            "A proxy in between keeps answers: let it keep none of this API's",
        )
    return ok_step("clock", words)


def _clock_difference(reading: Reading) -> float:
    """Return by how many seconds our clock is ahead of the server's; behind is below 0."""
    if reading.served is None:
        return 0.0
    age = timedelta(seconds=reading.cache_age)
    sent, answered = reading.measured.wall + age, reading.served + age
    return (sent - answered).total_seconds()


def _words(apart: float) -> str:
    if abs(apart) <= CLOSE:
        return "within a few seconds of"
    return f"{formatting.age(abs(apart))} {'ahead of' if apart > 0 else 'behind'}"


def rules_step(rules: Rules, pbxes: Sequence[SeenPbx]) -> Step | None:
    """Return which overrides and groups speak of no queue; ``None``: none, or it is not known."""
    if any(pbx.queues is None for pbx in pbxes):
        return None
    queues = [queue for pbx in pbxes for queue in _queues_of(pbx)]
    idle = tuple(_idle_rules(rules, queues)) if queues else ()
    words = "these speak of no queue that the account lists: look at the names in them"
    return Step("rules", StepOutcome.WARNING, words, details=idle) if idle else None


def _queues_of(pbx: SeenPbx) -> Iterator[QueueMetrics]:
    sites = {site.id: site.name for site in pbx.sites or ()}
    for queue in pbx.queues or ():
        key = QueueKey(pbx.id, queue.extension)
        site = sites.get(queue.site_id, "")
        yield QueueMetrics(key, queue.name, queue.extension, site, pbx.name, NOTHING)


def _idle_rules(rules: Rules, queues: Iterable[QueueMetrics]) -> Iterator[str]:
    for at, override in enumerate(rules.overrides, 1):
        if not any(override.where.matches(queue.name, queue.site) for queue in queues):
            yield f"thresholds.override[{at}]"
    for group in rules.groups:
        if not any(map(group.has, queues)):
            yield f"groups.{group.name}"
