"""The calls: who waits longest first; times that tick; nobody in pictures."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.ui.people import CALLING, CALLS
from tests.unit.model_env import World, moment
from wallboard.errors import Reason
from wallboard.model.data.calls import NONE_LEFT_OUT, ActiveCall, CallsReading, LeftOut
from wallboard.model.data.metric import Kind
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.privacy import Privacy
from wallboard.model.data.reading import FeedId, QueueKey, QueueMetrics
from wallboard.model.events import Discovered, Failed, FeedInfo, Fresh, Trouble
from wallboard.model.feeds.feed_status import FeedReport
from wallboard.model.feeds.freshness import Freshness
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.levels import QueueLevels
from wallboard.model.judge.rules import Level, Rules
from wallboard.model.select.page_filter import KnownQueues, PageChoice, parse_calls_filter
from wallboard.model.select.selection import Order
from wallboard.model.view.calls.calls_page import CallsView, hide_people, no_list, project_calls
from wallboard.model.view.calls.queue_calls import QueueCalls, project_queue_calls
from wallboard.model.view.row import Cell, Tone

SHOWN = Privacy("names", "shown")
MASKED = Privacy("initials", "masked")
AT = moment(1_000.0)


def page(
    *calls: ActiveCall,
    privacy: Privacy = SHOWN,
    state: Freshness = Freshness.LIVE,
    more: int = 0,
    confirmed: bool = True,
    at_least: bool = False,
    left_out: LeftOut = NONE_LEFT_OUT,
    queues: Sequence[QueueMetrics] = (),
) -> CallsView:
    reading = CallsReading(
        CALLS, AT, calls, "acme", more, confirmed=confirmed, at_least=at_least, left_out=left_out
    )
    return project_calls(
        [FeedReport(CALLS, "acme", state, reading)], privacy, KnownQueues(tuple(queues))
    )


def test_who_waits_longest_comes_first_then_the_longest_call() -> None:
    view = page(*CALLING)
    assert [(one.word, one.id) for one in view.lines] == [
        ("Waiting", "3"),
        ("Waiting", "2"),
        ("Conference", "5"),
        ("Talking", "1"),
        ("Ringing", "4"),
    ]
    assert (view.waiting, view.more) == (2, 0)
    assert [one.id for one in page(*reversed(CALLING)).lines] == [one.id for one in view.lines]
    assert page(more=30).more == 30


def test_a_wait_grows_only_while_it_lasts() -> None:
    waits, _, _, talks, _ = page(*CALLING).lines
    assert waits.wait_cell(1_004) == Cell("02:35", estimated=True)
    assert talks.wait_cell(1_004) == Cell("00:12")
    assert talks.duration_cell(1_004) == Cell("01:41", estimated=True)
    assert page(ActiveCall("1", "WAITING")).lines[0].wait_cell(1_004) == Cell("–")


def test_old_calls_do_not_tick_and_are_shown_no_longer() -> None:
    late = page(*CALLING, state=Freshness.LATE).lines[0]
    assert late.wait_cell(1_020) == Cell("02:31")
    stale = page(*CALLING, state=Freshness.STALE).lines[0]
    assert stale.wait_cell(1_090) == Cell("02:31", Tone.OLD)
    assert page(*CALLING, state=Freshness.NO_DATA, more=3) == CallsView((), 0, 0, False)


@pytest.mark.parametrize("label", ["ONHOLD", "ON_HOLD", "onhold"])
def test_a_call_on_hold_is_told_in_the_words_of_the_field(label: str) -> None:
    assert page(ActiveCall("1", label)).lines[0].word == "On hold"


@pytest.mark.parametrize(
    ("label", "word"),
    [
        ("WAITING", "Waiting"), ("ALERTING", "Ringing"), ("TALKING", "Talking"),
        ("ONHOLD", "On hold"), ("MISSED", "Missed"), ("DISCONNECTED", "Hung up"),
        ("FINISHED", "Finished"), ("ABANDONED", "Abandoned"), ("IN_VOICEMAIL", "Voicemail"),
        ("TRANSFERRED", "Transfer"), ("PARKED_BY_AGENT", "Parked by agent"), ("", "–"),
        (" _ ", "–"),
    ],
)  # fmt: skip
def test_every_label_is_told_in_words(label: str, word: str) -> None:
    assert page(ActiveCall("1", label)).lines[0].word == word


def known_queue(extension: str, name: str, site: str = "") -> QueueMetrics:
    return QueueMetrics(QueueKey(CALLS.pbx, extension, site), name, extension, site, "acme", {})


@pytest.mark.parametrize(
    ("call", "queue"),
    [
        (ActiveCall("1", reference="1001"), "Sales"),
        (ActiveCall("1", queue_extension="1001"), "Sales"),
        (ActiveCall("1", queue="Named", queue_extension="1001"), "Named"),
        # An extension that two queues have tells neither.
        (ActiveCall("1", reference="1003"), "–"),
        (ActiveCall("1", queue_extension="1003"), "1003"),
        (ActiveCall("1", reference="9999"), "–"),
        (ActiveCall("1"), "–"),
        (ActiveCall("1", direction="INTERNAL", reference="1001"), "Sales"),
    ],
)
def test_a_call_is_of_the_queue_whose_extension_it_tells(call: ActiveCall, queue: str) -> None:
    queues = (known_queue("1001", "Sales"), known_queue("1003", "A", "x"),
              known_queue("1003", "B", "y"))  # fmt: skip
    assert [one.queue for one in page(call, queues=queues).lines] == [queue]


@pytest.mark.parametrize(
    ("call", "extension"),
    [
        (ActiveCall("1", queue_extension="1001"), "1001"),
        (ActiveCall("1", reference="1001"), "1001"),
        (ActiveCall("1", queue="sales"), "1001"),
        (ActiveCall("1", queue="Sales", queue_extension="1001"), "1001"),
        # Of a name or an extension that several have nobody knows which is meant.
        (ActiveCall("1", queue="Twice"), None),
        (ActiveCall("1", queue_extension="1003"), None),
        (ActiveCall("1", queue="Sales", queue_extension="77"), None),
        (ActiveCall("1"), None),
    ],
)
def test_a_call_leads_to_the_queue_that_it_tells(call: ActiveCall, extension: str | None) -> None:
    queues = (known_queue("1001", "Sales"), known_queue("1004", "Twice"),
              known_queue("1005", "Twice"), known_queue("1003", "A", "x"),
              known_queue("1003", "B", "y"))  # fmt: skip
    (line,) = page(call, queues=queues).lines
    assert line.key == (QueueKey(CALLS.pbx, extension) if extension else None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["3", "2", "5", "1", "4"]),
        ("status:waiting", ["3", "2"]),
        ("state", []),
        ("eve", ["3"]),
        ("960311", ["3"]),
        ("agent:hopper,turing", ["5", "4"]),
        ("direction:out", ["5"]),
        ("-direction:incoming", ["5"]),
        ("queue:support", ["3", "4"]),
        ("site:paris", ["2"]),
        ('site:"paris (acme)"', ["2"]),
        ("waited>1:00", ["3", "4"]),
        ("total<=1:06", ["2", "4"]),
        ("waiting>3", ["3", "4"]),
        ("group:help", ["3", "4"]),
        ("-group:help", ["2", "5", "1"]),
        ("level:critical", ["3", "4"]),
        ("level:unknown", ["2", "5", "1"]),
    ],
)
def test_the_filter_of_calls(text: str, found: list[str]) -> None:
    support = QueueMetrics(
        QueueKey(CALLS.pbx, "1002"), "Support", "1002", "London", "acme", {"waitingCalls": 4}
    )
    paris = replace(known_queue("2001", "Facturation"), site="Paris", place="Paris (acme)")
    known = KnownQueues(
        (support, paris),
        {support.key: QueueLevels(Level.CRITICAL)},
        GroupBook(Rules(groups=(QueueGroup("Help", queues=("Support",)),))),
    )
    reading = CallsReading(CALLS, AT, CALLING, "acme")
    feeds = [FeedReport(CALLS, "acme", Freshness.LIVE, reading)]
    view = project_calls(feeds, SHOWN, known, PageChoice(text, parse_calls_filter(text)))
    assert [one.id for one in view.lines] == found
    assert (view.every, view.every_waiting) == (5, 2)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (Order("worst", True), ["4", "1", "5", "2", "3"]),
        (Order("waited", True), ["3", "4", "2", "1", "5"]),
        (Order("waited"), ["1", "2", "4", "3", "5"]),
        (Order("total"), ["2", "4", "1", "3", "5"]),
        (Order("status"), ["5", "4", "1", "3", "2"]),
        (Order("queue", True), ["3", "4", "1", "2", "5"]),
        (Order("queue"), ["2", "1", "3", "4", "5"]),
        (Order("agent"), ["1", "4", "5", "3", "2"]),
        (Order("agent", True), ["5", "4", "1", "3", "2"]),
    ],
)
def test_other_orders_and_no_value_last(order: Order, found: list[str]) -> None:
    reading = CallsReading(CALLS, AT, CALLING, "acme")
    feeds = [FeedReport(CALLS, "acme", Freshness.LIVE, reading)]
    view = project_calls(feeds, SHOWN, choice=PageChoice(order=order))
    assert [one.id for one in view.lines] == found


def test_until_queues_are_known_what_a_call_refers_to_is_shown() -> None:
    assert page(ActiveCall("1", reference="1001")).lines[0].queue == "1001"
    inside = ActiveCall("1", direction="INTERNAL", reference="9999")
    assert page(inside).lines[0].queue == "9999"
    seen = page(inside, queues=(known_queue("1001", "Sales"),))
    assert (seen.lines, seen.left_out) == ((), LeftOut(internal=1))


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        (LeftOut(), ""),
        (LeftOut(1), "1 call tells no queue"),
        (LeftOut(2, 3, 1), "2 calls tell no queue · 3 outbound, 1 internal"),
        (LeftOut(0, 0, 4), "4 internal"),
    ],
)
def test_what_is_left_out_is_counted_in_words(left_out: LeftOut, words: str) -> None:
    assert page(left_out=left_out).beside == words


def test_times_of_a_unit_that_is_not_confirmed_are_marked() -> None:
    view = page(*CALLING, confirmed=False)
    waits, _, meets, talks, _ = view.lines
    assert waits.wait_cell(1_004) == Cell("02:35", Tone.NORMAL, "?", estimated=True)
    assert talks.wait_cell(1_004) == Cell("00:12", Tone.NORMAL, "?")
    assert meets.wait_cell(1_004) == Cell("–")
    assert view.unsure
    assert not page(*CALLING).unsure
    # No time at all is none in any unit.
    nothing = page(ActiveCall("1", "WAITING", waiting=0), confirmed=False)
    assert (nothing.unsure, nothing.lines[0].wait_cell(1_000)) == (False, Cell("00:00"))


def test_that_there_are_more_calls_than_are_told_is_known() -> None:
    assert page(*CALLING, at_least=True).at_least
    assert not page(*CALLING, more=30).at_least
    old = page(*CALLING, at_least=True, state=Freshness.NO_DATA)
    assert not old.at_least


def test_callers_and_agents_by_privacy() -> None:
    waits, other, *_, talks, rings = page(*CALLING, privacy=MASKED).lines
    assert (waits.caller, waits.agent) == ("E. M. …0311", "")
    assert other.caller == "…5511"
    assert (talks.caller, talks.agent) == ("B. J. …0007", "A. L.")
    assert rings.caller == "…"
    waits, *_ = page(*CALLING).lines
    assert (waits.caller, waits.queue, waits.direction) == (
        "Eve Martin +441632960311", "Support", "incoming",
    )  # fmt: skip


def test_a_veiled_page_has_nobody_in_it() -> None:
    for privacy in (SHOWN, MASKED):
        hidden = hide_people(page(*CALLING, privacy=privacy))
        for name in ("Bob", "Eve", "Ada", "Alan", "Grace", "0007", "0311", "5511", "anonymous"):
            assert name not in repr(hidden)
        assert len(hidden.lines) == len(CALLING)


def test_only_an_account_without_any_list_of_calls_has_none() -> None:
    world, retry = World(), moment(1_010.0)
    one, other = FeedId("p", Kind.CALLS), FeedId("q", Kind.CALLS)
    assert not no_list(world.state, moment(world.now))
    world.step(Discovered((FeedInfo(one, "P", 5.0), FeedInfo(other, "Q", 5.0)), 10.0))
    gone = Trouble(Reason.GONE, "No such address")
    world.step(Failed(one, gone, AT, retry))
    assert not no_list(world.state, moment(world.now))
    world.step(Failed(other, gone, AT, retry))
    assert no_list(world.state, moment(world.now))
    # It holds until it can be asked again, and no longer.
    assert no_list(world.state, moment(1_009.9))
    assert not no_list(world.state, moment(1_010.0))
    world.step(Fresh(one, CallsReading(one, AT, ()), AT))
    assert not no_list(world.state, moment(world.now))


def in_queue(world: World, *, pictured: bool = False) -> QueueCalls | None:
    key = QueueKey(CALLS.pbx, "1001")
    return project_queue_calls(world.state, key, SHOWN, moment(world.now), pictured=pictured)


def calling(*found: ActiveCall, **fields: object) -> World:
    world = World(pbxes=(CALLS.pbx,))
    world.poll(known_queue("1001", "Sales"), known_queue("1002", "Help"), pbx=CALLS.pbx)
    infos = (FeedInfo(FeedId(CALLS.pbx), "acme", 10.0), FeedInfo(CALLS, "acme", 10.0))
    world.step(Discovered(infos, 10.0))
    reading = CallsReading(CALLS, moment(world.now), found, "acme")
    world.step(Fresh(CALLS, replace(reading, **fields), moment(world.now)))  # type: ignore[arg-type]
    return world


def test_a_queues_page_has_its_calls_who_waits_longest_first() -> None:
    calls = (
        ActiveCall("1", "TALKING", reference="1001", caller="Ada"),
        ActiveCall("2", "WAITING", reference="1001", waiting=5_000),
        ActiveCall("3", "WAITING", reference="1002", waiting=90_000),
        ActiveCall("4", "WAITING", reference="1001", waiting=9_000),
    )
    found = in_queue(calling(*calls))
    assert found is not None
    assert [line.id for line in found.lines] == ["4", "2", "1"]
    assert found.words == ()
    veiled_ones = in_queue(calling(*calls), pictured=True)
    assert veiled_ones is not None
    assert "Ada" not in str(veiled_ones)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ("No call is in this queue.",)),
        ({"more": 3}, ("Not all calls were sent.",)),
        ({"at_least": True}, ("Not all calls were sent.",)),
        ({"left_out": LeftOut(untold=2, outbound=0, internal=0)}, ("2 calls tell no queue.",)),
    ],
)
def test_an_empty_list_says_none_only_where_none_could_be_left_out(
    fields: dict[str, object], words: tuple[str, ...]
) -> None:
    found = in_queue(calling(ActiveCall("3", "WAITING", reference="1002"), **fields))
    assert found == QueueCalls((), words)


def test_of_a_list_that_fails_the_page_says_why_and_of_none_that_there_is_there_is_no_part() -> (
    None
):
    world = World(pbxes=(CALLS.pbx,))
    assert in_queue(world) is None, "calls are not polled"
    world.step(Discovered((FeedInfo(CALLS, "acme", 10.0),), 10.0))
    found = in_queue(world)
    assert found == QueueCalls((), ("Asking for the calls…",))
    down = Trouble(Reason.UNREACHABLE, "down", "Check the network")
    world.step(Failed(CALLS, down, moment(world.now), moment(world.now + 5)))
    found = in_queue(world)
    assert found == QueueCalls((), ("down · next try 09:30:05 · Check the network",))
    world.step(Failed(CALLS, down, moment(world.now), None))
    assert in_queue(world) == QueueCalls((), ("down · Check the network",))
    gone = Trouble(Reason.GONE, "There is no such page")
    world.step(Failed(CALLS, gone, moment(world.now), None))
    assert in_queue(world) is None


def test_a_filter_of_a_page_is_cleared_alone_and_says_whether_it_asks_of_queues() -> None:
    order = Order("name")
    chosen = PageChoice("waiting", parse_calls_filter("waiting"), order, by_queue=True)
    assert chosen.without_filter() == PageChoice(order=order, by_queue=True)
    asks = {
        text: PageChoice(text, parse_calls_filter(text)).asks_of_queues
        for text in ("", "ada", "status:waiting", "waited>1:00", "group:sales", "waiting>3")
    }
    assert [text for text, does in asks.items() if does] == ["group:sales", "waiting>3"]
