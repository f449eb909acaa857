"""What a message says: names are data, and everything has an end."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model_env import moment
from tests.unit.notify.notify_env import note
from wallboard.model.data.metric import Worse
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.judge.messages import News, Note
from wallboard.model.judge.rules import Level, Rule
from wallboard.notify.outbox import Batch
from wallboard.notify.text import (
    MOST_NAME,
    MOST_TEXT,
    MOST_TITLE,
    Message,
    harmless,
    message,
    trial,
)

OPTIONS = ViewOptions(title="Service desk")
RULE = Rule("waitingCalls", 3, 5, worse=Worse.UP)


def message_of(*notes: Note, lost: int = 0) -> Message:
    return message(Batch(notes, lost), OPTIONS, moment(1330))


def begin_note(name: str = "Sales", site: str = "Paris") -> Note:
    one = note(name)
    episode = replace(one.episode, site=site, rule=RULE, worst=7)
    return replace(one, episode=episode, value=6)


def over(name: str = "Sales", level: Level = Level.NORMAL) -> Note:
    one = begin_note(name)
    ended = replace(one.episode, until=moment(1320))
    return replace(one, news=News.OVER, episode=ended, level=level, at=moment(1330))


def test_what_begins() -> None:
    told = message_of(begin_note())
    assert told.title == "Sales (Paris) is critical"
    assert told.text == "Waiting ≥ 5: 5\nsince 09:30:00\nService desk"
    assert told.kind == "failure"
    assert told.details["event"] == "begun"
    assert (told.details["queue"], told.details["value"], told.details["worst"]) == ("Sales", 6, 7)


def test_what_is_over() -> None:
    told = message_of(over())
    assert told.title == "Sales (Paris) is normal again"
    assert told.text == "Waiting ≥ 5, worst 7\nsince 09:30:00, for 5m 20s\nService desk"
    assert told.kind == "success"
    assert told.details["event"] == "over"


@pytest.mark.parametrize(
    ("level", "gone", "title"),
    [
        (Level.WARNING, False, "Sales (Paris) is warning now"),
        (Level.UNKNOWN, False, "Sales (Paris) is no longer critical"),
        (Level.NORMAL, True, "Sales (Paris) is gone or closed"),
    ],
)
def test_what_is_not_known_to_be_well_is_not_said_to_be(
    level: Level, gone: bool, title: str
) -> None:
    assert message_of(replace(over(level=level), gone=gone)).title == title


def test_a_summary_names_each_queue_once_in_its_last_state() -> None:
    told = message_of(begin_note("A"), begin_note("B"), over("B"), over("C"), lost=4)
    assert told.title == "Queues: 1 critical, 1 over, 1 came and went"
    assert told.text.splitlines() == [
        "critical: A (Paris)",
        "over: C (Paris)",
        "came and went: B (Paris)",
        "and 4 changes before that",
        "Service desk",
    ]
    assert told.kind == "failure"
    assert (told.details["event"], told.details["more"]) == ("summary", 4)


def test_a_summary_of_many_says_how_many_more() -> None:
    told = message_of(*(begin_note(str(number)) for number in range(20)))
    assert told.text.splitlines()[0].endswith("14 (Paris) and 5 more")


@pytest.mark.parametrize(
    "name", ["@everyone", "@here", "@channel", "<!channel>", "<@U123>", "<at>all</at>", "a\n@all"]
)
def test_a_name_calls_nobody(name: str) -> None:
    for told in (
        message_of(begin_note(name, site=name)),
        message_of(begin_note(name), over("B")),
        message_of(over(name)),
    ):
        text = json.dumps(told.document(), ensure_ascii=False)
        assert not set(text) & set("@<>")
    options = replace(OPTIONS, title=name, labels={"waitingCalls": name})
    texts = (message(Batch((begin_note(),)), options, moment(1330)), trial(options, moment(0)))
    for told in texts:
        assert not set(told.document()["text"]) & set("@<>")  # type: ignore[call-overload]


@given(st.text(max_size=300), st.integers(2, 100))
def test_what_is_harmless_is_one_line_with_an_end(text: str, most: int) -> None:
    plain = harmless(text, most)
    assert len(plain) <= most
    assert plain.isprintable()
    assert not set(plain) & set("@<>")


@given(st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=40))
def test_a_message_has_an_end(names: list[str]) -> None:
    told = message_of(*(begin_note(f"{number}{name}") for number, name in enumerate(names)))
    assert len(told.title) <= MOST_TITLE
    assert len(told.text) <= MOST_TEXT
    assert all(len(line) < 20 * 2 * MOST_NAME for line in told.text.splitlines())
    json.dumps(told.document()).encode()


def test_the_document_is_what_apprise_sends_and_what_chats_show() -> None:
    document = message_of(begin_note()).document()
    assert document["message"] == "Waiting ≥ 5: 5\nsince 09:30:00\nService desk"
    assert document["text"] == f"{document['title']}\n{document['message']}"
    assert (document["type"], document["version"]) == ("failure", "1.0")
