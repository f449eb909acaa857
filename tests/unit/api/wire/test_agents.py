"""Agents: right or missing, cleaned, and never named in a note."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import AT
from wallboard.api.wire import agents as wire_people
from wallboard.api.wire.agents import MOST_STATUS_TIME
from wallboard.api.wire.realtime import NO_NAME, RawAnswer
from wallboard.api.wire.successor_names import TimeUnit
from wallboard.errors import InvalidResponse
from wallboard.model.data.agent_status import ROLES, STATUSES, UNTOLD
from wallboard.model.data.agents import AgentsReading, PersonKey, Seat
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, QueueKey
from wallboard.model.data.sanitize import MOST_TEXT
from wallboard.simulator.centre.names import HOSTILE_NAMES
from wallboard.simulator.server.activity import USER_STATUSES

AGENTS = FeedId("p", Kind.AGENTS)

AGENT: dict[str, Any] = {
    "userId": "user_1", "agentExtension": "2062112", "agentName": "John Doe",
    "queueStatus": "HANDLING", "userStatus": "ON_CALL", "overflowAgent": False,
    "interaction": {"caller": "Caller", "address": "+15550100"},
    "metrics": {"userStatusTime": 2579, "queueStatusTime": 61.5, "acceptedInteractions": 3},
}  # fmt: skip
QUEUE: dict[str, Any] = {
    "pbx": "testPbx", "site": "Rome", "queueExtension": "650", "queueId": "X1",
    "queueName": "Sales", "autoLogin": False, "queueAgentActivity": [AGENT],
}  # fmt: skip


def raw(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def agents(answer: object, unit: TimeUnit = "s", **options: Any) -> AgentsReading:
    return asyncio.run(
        wire_people.agents(RawAnswer(raw(answer), AGENTS, AT, "main", **options), unit=unit)
    )


def seat(**fields: object) -> Seat:
    """Read one agent of these fields, over a complete one."""
    queue = {**QUEUE, "queueAgentActivity": [{**AGENT, **fields}]}
    return agents({"queuesAgentActivity": [queue]}).seats[0]


# -- agents -----------------------------------------------------------------------------------


def test_an_agent_in_a_queue_is_read_in_full() -> None:
    made = agents({"queuesAgentActivity": [QUEUE]})
    assert made == AgentsReading(
        AGENTS,
        AT,
        (
            Seat(
                PersonKey("p", "user_1"),
                "John Doe",
                "2062112",
                QueueKey("p", "650"),
                "Sales",
                "Rome",
                status="HANDLING",
                user_status="ON_CALL",
                since=61500,
                user_since=2579000,
                overflow=False,
                caller="Caller",
                address="+15550100",
            ),
        ),
        "main",
        False,
    )


def test_times_are_of_the_unit_that_is_said() -> None:
    made = agents({"queuesAgentActivity": [QUEUE]}, "ms").seats[0]
    assert (made.since, made.user_since) == (62, 2579)


def test_one_person_in_several_queues_is_one_person_in_several_seats() -> None:
    other = {**QUEUE, "queueExtension": 651, "queueName": "Support"}
    made = agents({"queuesAgentActivity": [QUEUE, other]})
    assert {seat.person for seat in made.seats} == {PersonKey("p", "user_1")}
    assert [seat.queue.extension for seat in made.seats] == ["650", "651"]
    assert made.notes == ()


def test_queues_are_told_apart_as_in_every_other_answer() -> None:
    shared = {**QUEUE, "queueName": "Support"}
    made = agents({"queuesAgentActivity": [QUEUE, shared, {**QUEUE, "queueExtension": None}]})
    assert [seat.queue for seat in made.seats] == [
        QueueKey("p", "650", "Rome", "Sales"),
        QueueKey("p", "650", "Rome", "Support"),
        QueueKey("p", "", "Rome", "Sales"),
    ]


@pytest.mark.parametrize("summary", ["summary", "metricsSummary"])
def test_summaries_by_either_name_are_overlooked(summary: str) -> None:
    queue = {**QUEUE, summary: {"acceptedInteractions": 3}}
    assert len(agents({"queuesAgentActivity": [queue], summary: {}}).seats) == 1


def test_the_list_of_agents_may_have_its_siblings_name() -> None:
    queue = {name: value for name, value in QUEUE.items() if name != "queueAgentActivity"}
    assert len(agents({"queuesAgentActivity": [{**queue, "agentActivity": [AGENT]}]}).seats) == 1


def test_deleted_queues_and_those_that_are_not_wanted_are_left_out() -> None:
    other = {**QUEUE, "queueExtension": "651"}
    answer = {"queuesAgentActivity": [{**QUEUE, "deleted": True}, other]}
    assert [seat.queue.extension for seat in agents(answer).seats] == ["651"]
    made = agents({"queuesAgentActivity": [QUEUE, other]}, keep=lambda one: one.extension == "650")
    assert [seat.queue.extension for seat in made.seats] == ["650"]


def test_what_is_missing_of_an_agent_is_missing() -> None:
    made = seat(userStatus=None, queueStatus=None, metrics=None, interaction=None, agentName=None,
                agentExtension=None, overflowAgent=None)  # fmt: skip
    assert (made.status, made.user_status, made.since, made.user_since) == ("", "", None, None)
    assert (made.name, made.extension, made.caller, made.address) == (NO_NAME, "", "", "")
    assert not made.overflow


ROLE: dict[str, Any] = {"queueStatus": "PRIMARY", "interaction": None, "metrics": {}}
NUMBERS = st.sampled_from([None, 0, 1, 2, "1", "x"])


@given(
    st.sampled_from([*sorted(ROLES), "primary"]),
    st.sampled_from([None, *USER_STATUSES, "SLEEPING"]),
    st.sampled_from([None, {}, {"caller": "Eve"}, {"address": "+1"}, {"caller": ""}]),
    st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
)
def test_a_role_is_never_a_status(
    role: str, user: str | None, interaction: object, numbers: tuple[object, ...]
) -> None:
    names = ("Handling", "Talking", "OnHold", "WrapUp")
    metrics = {f"ongoing{one}Interactions": n for one, n in zip(names, numbers, strict=True)}
    made = seat(queueStatus=role, userStatus=user, interaction=interaction, metrics=metrics)
    assert made.derived
    assert made.status in {*STATUSES, UNTOLD.id}
    assert (made.status == UNTOLD.id) <= (user in (None, "SLEEPING"))
    busy = any(one in (1, 2, "1") for one in numbers)
    assert (made.status in ("HANDLING", "WRAP_UP")) >= busy


@pytest.mark.parametrize(
    ("fields", "status", "since"),
    [
        ({"metrics": {"ongoingTalkingInteractions": 1, "ongoingTalkingInteractionsTime": 12}},
         "HANDLING", 12_000),
        ({"metrics": {"ongoingOnHoldInteractions": 1, "ongoingWrapUpInteractions": 0}},
         "HANDLING", None),
        ({"metrics": {"ongoingWrapUpInteractions": 1, "ongoingHandlingInteractions": 1,
                      "ongoingWrapUpInteractionsTime": 30}}, "WRAP_UP", 30_000),
        ({"metrics": {"ongoingHandlingInteractions": 1}}, "HANDLING", None),
        ({"interaction": {"address": "+1"}}, "HANDLING", None),
        ({"interaction": {"address": "+1"}, "metrics": {"ongoingHandlingInteractions": 0}},
         "ALERTING", None),
        ({"userStatus": "AVAILABLE", "metrics": {"userStatusTime": 7, "queueStatusTime": 9_000}},
         "AVAILABLE_IDLE", 7_000),
        ({"userStatus": "BUSY"}, "BUSY_OTHER", None),
        ({"userStatus": "ON_CALL"}, "BUSY_OTHER", None),
        ({"userStatus": "AWAY"}, "PAUSE", None), ({"userStatus": "AUTO_AWAY"}, "PAUSE", None),
        ({"userStatus": "INVISIBLE"}, "PAUSE", None), ({"userStatus": "DND"}, "DND", None),
        ({"userStatus": "OFFLINE"}, "OFFLINE", None), ({"userStatus": None}, "UNTOLD", None),
    ],
)  # fmt: skip
def test_of_a_role_the_status_follows_from_calls_and_presence(
    fields: dict[str, object], status: str, since: int | None
) -> None:
    made = seat(**{**ROLE, **fields})
    assert (made.status, made.since, made.derived) == (status, since, True)


def test_what_is_told_as_a_status_is_not_derived_and_a_second_role_is_overflow() -> None:
    assert not seat().derived
    assert seat(queueStatus="ON_BREAK").status == "ON_BREAK"
    assert [seat(queueStatus=one).overflow for one in ("PRIMARY", "SECONDARY", "OVERFLOW")] == [
        False, True, True,
    ]  # fmt: skip


def test_where_no_status_is_sent_it_is_derived_as_well() -> None:
    made = seat(queueStatus=None, userStatus="AWAY", interaction=None, metrics=None)
    assert (made.status, made.derived) == ("PAUSE", True)
    for sent, status in (("HANDLING", "HANDLING"), ("NEW", "PAUSE")):
        made = seat(queueStatus=None, activityStatus=sent, userStatus="AWAY", interaction=None)
        assert made.status == status


@pytest.mark.parametrize(
    "answer",
    [{"agentActivity": [AGENT]}, {"queuesAgentActivity": [{"agentActivity": [AGENT]}]}],
)
def test_agents_without_queues_around_them_are_read(answer: object) -> None:
    assert [one.name for one in agents(answer).seats] == ["John Doe"]


def test_statuses_are_words_in_capitals() -> None:
    made = seat(queueStatus=" wrap_up\n", userStatus="on_call", overflowAgent=True)
    assert (made.status, made.user_status, made.overflow) == ("WRAP_UP", "ON_CALL", True)


@pytest.mark.parametrize(
    ("sent", "since"),
    [
        (0, 0),
        ("61.5", 61500),
        (None, None),
        (True, None),
        ("soon", None),
        ([], None),
        (MOST_STATUS_TIME / 1000, MOST_STATUS_TIME),
        # Merely large: kept, so that a page can show it with its mark.
        (700 * 3_600, 2_520_000_000),
    ],
)
def test_a_time_in_status_is_right_or_missing(sent: object, since: int | None) -> None:
    assert seat(metrics={"queueStatusTime": sent}).since == since


@pytest.mark.parametrize("sent", [-1, -0.5, MOST_STATUS_TIME / 1000 + 1, 10**14])
def test_a_time_that_cannot_be_true_is_missing_and_counted(sent: float) -> None:
    agent = {**AGENT, "metrics": {"queueStatusTime": sent, "userStatusTime": sent}}
    made = agents({"queuesAgentActivity": [{**QUEUE, "queueAgentActivity": [agent]}]})
    assert (made.seats[0].since, made.seats[0].user_since) == (None, None)
    assert made.notes == ("times that cannot be true: 2",)


def test_whom_nothing_names_is_left_out_and_so_is_one_who_is_there_twice() -> None:
    nobody = {"queueStatus": "HANDLING"}
    listed = [AGENT, nobody, {**AGENT, "queueStatus": "PAUSE"}, 7, None]
    made = agents({"queuesAgentActivity": [{**QUEUE, "queueAgentActivity": listed}]})
    assert [seat.status for seat in made.seats] == ["HANDLING"]
    assert made.notes == ("agents that nothing tells apart: 2",)


def test_who_has_no_id_is_known_by_extension_or_name() -> None:
    assert seat(userId=None).person.user == "2062112"
    assert seat(userId=None, agentExtension=None).person.user == "John Doe"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"{", b"null", b"[]", b"{}", b'{"queuesAgentActivity": {}}',
        b'{"queuesAgentActivity": [1, "x"]}', b'{"agentActivity": {}}', b"[" * 100_000,
        b'{"messages": ["x"], "status": 500}',
    ],
)  # fmt: skip
def test_what_is_no_answer_about_agents_is_nonsense(body: bytes) -> None:
    with pytest.raises(InvalidResponse) as caught:
        agents(body)
    assert caught.value.words
    assert caught.value.remedy


def test_no_queues_and_no_agents_are_an_empty_reading() -> None:
    assert agents({"queuesAgentActivity": []}).seats == ()
    nothing: tuple[Any, ...] = ([], None, {})
    for empty in nothing:
        assert agents({"queuesAgentActivity": [{**QUEUE, "queueAgentActivity": empty}]}).seats == ()


# -- people -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "\x1b]52;c;eA==\x07", "x" * 9_999, "\ud800"])
def test_every_text_of_people_is_cleaned(name: str) -> None:
    agent = {
        **dict.fromkeys(("userId", "agentExtension", "agentName", "queueStatus"), name),
        "userStatus": name, "interaction": {"caller": name, "address": name},
    }  # fmt: skip
    queue = {**dict.fromkeys(("site", "queueExtension", "queueName"), name)}
    body = raw({"queuesAgentActivity": [{**queue, "queueAgentActivity": [agent, AGENT]}]})
    made = agents(body)
    for text in (text for one in made.seats for text in texts(one)):
        assert text.isprintable()
        assert len(text) <= MOST_TEXT + 10  # capitals of some letters are two


def texts(thing: object) -> list[str]:
    """Every text of a frozen record, keys included."""
    found: list[str] = []
    for name in type(thing).__dataclass_fields__:  # type: ignore[attr-defined]
        value = getattr(thing, name)
        found += [one for one in (value if isinstance(value, tuple) else [value]) if
                  isinstance(one, str)]  # fmt: skip
    return found


def test_more_agents_than_the_queues_that_are_allowed_can_have_are_refused_at_once() -> None:
    def crowd(size: int) -> dict[str, Any]:
        seats = [{**AGENT, "userId": f"u{one}"} for one in range(size)]
        return {"queuesAgentActivity": [{**QUEUE, "queueAgentActivity": seats}]}

    assert len(agents(crowd(8), most=2).seats) == 8
    with pytest.raises(InvalidResponse) as caught:
        agents(crowd(9), most=2)
    assert "8" in caught.value.words
