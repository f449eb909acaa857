"""What the answers of a poll show: how much they have, whose clock is right, and caches."""

from datetime import timedelta

from wallboard.doctor.report import Step, ok_step, warning_step
from wallboard.model.data.agents import AgentsReading
from wallboard.model.data.calls import CallsReading
from wallboard.model.data.reading import Endpoint, Reading
from wallboard.model.events import Answer
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
    told = [reading for reading in readings if reading.served is not None]
    if not told:
        return ok_step("clock", "the API does not tell its time")
    cached = max(reading.cache_age for reading in told)
    apart = max((_apart(reading) for reading in told), key=abs)
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


def _apart(reading: Reading) -> float:
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
