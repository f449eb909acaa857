"""What people call a metric, and what they are told where there is none of that name."""

import pytest

from wallboard.model.data.catalogue import CATALOGUE, METRICS
from wallboard.model.data.metric_names import find_metric, hint_of, nearest_metrics
from wallboard.model.data.view_options import COLUMNS, find_column


def test_a_metric_is_known_by_its_name_its_label_and_its_heading() -> None:
    for name, metric in METRICS.items():
        assert find_metric(name) is metric, name
        assert find_metric(metric.label.upper().replace(" ", "_")) is metric, name
        # "Answer" and the like head a column of the day alone, or the live one of the same words.
        heading = find_metric(metric.short)
        assert heading is not None, name
        assert heading.short == metric.short or heading.label.lower() == metric.short.lower(), name


def test_a_column_is_known_by_what_stands_above_it() -> None:
    for name, column in COLUMNS.items():
        assert find_column(f" {column.label.lower()} ") is column, name
        heading = find_column(column.short)
        assert heading is not None, name
        assert heading.short == column.short, name


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("calls waiting", "waitingCalls"),
        ("Calls in queue", "waitingCalls"),
        ("queue length", "waitingCalls"),
        ("queue-size", "waitingCalls"),
        ("oldest call", "longestWaitingTime"),
        ("max queue time", "longestWaitingTime"),
        ("free agents", "availableAgents"),
        ("idleAgents", "availableAgents"),
        ("staff online", "eligibleAgents"),
        ("logged in users", "eligibleAgents"),
        ("abandon rate", "abandonedInWaitingCallsPercentage"),
        ("% lost", "abandonedInWaitingCallsPercentage"),
        ("lost calls", "abandonedInWaitingCalls"),
        ("answered", "acceptedCalls"),
        ("calls offered", "enteredCalls"),
        ("mean hold", "averageOnHoldTime"),
        ("voicemails", "forwardedToVoiceMail"),
        ("waitingCals", "waitingCalls"),
        ("lngest wiat", "longestWaitingTime"),
        ("acw", "wrappingUpAgents"),
        ("AHT", "avgHandlingTime"),
    ],
)
def test_the_nearest_is_the_nearest_in_meaning(said: str, meant: str) -> None:
    assert find_metric(said) is None
    assert nearest_metrics(said)[1][0] == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("service level", "no service level; nearest: timeInTarget"),
        ("SLA", "no service level; nearest: timeInTarget"),
        ("asa", "no speed of answer (averageTimeToAnswer is how long the agent's phone rang)"),
        ("average speed of answer", "no speed of answer"),
        ("Occupancy", "does not tell how busy people are"),
        ("estimated wait time", "does not estimate waits; nearest: longestWaitingTime"),
    ],
)
def test_what_the_api_does_not_have_is_said_with_the_reason(said: str, why: str) -> None:
    assert why in hint_of(said)


def test_only_what_may_stand_there_is_named() -> None:
    assert hint_of("service level", CATALOGUE) == "; this API has no service level"
    assert nearest_metrics("abandon rate", CATALOGUE)[1] == ()
    assert nearest_metrics("time in state", COLUMNS)[1][0] == "timeInLevel"


@pytest.mark.parametrize("said", ["", "canary", "x", "12", "correct horse"])
def test_nothing_is_guessed_from_nothing(said: str) -> None:
    assert nearest_metrics(said) == ("", ())
