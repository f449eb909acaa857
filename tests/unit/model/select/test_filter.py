"""What may be typed into the filter, and what each word lets through."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.metric import Unit
from wallboard.model.data.metric_names import fold
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.judge.levels import UNJUDGED, QueueLevels
from wallboard.model.judge.rules import Level
from wallboard.model.select.filter import FilterMistake, Term, parse_filter
from wallboard.model.select.page_filter import parse_agents_filter
from wallboard.model.select.selection import Selection, matches, term_matches

QUEUES = (
    row("Sales UK", "1001", "London", "acme", waitingCalls=4, longestWaitingTime=90_999,
        waitingTime=100_000, avgWaitingTime=25_000.0, availableAgents=0),
    row("Vente Été", "1002", "New York", "acme", waitingCalls=0, longestWaitingTime=0,
        waitingTime=0, avgWaitingTime=0.0, availableAgents=3),
    row("Support", "2A1", "Paris", "beta", waitingCalls=3, longestWaitingTime=91_000,
        waitingTime=120_000, avgWaitingTime=40_000.0),
)  # fmt: skip


def found(text: str, queues: Iterable[QueueMetrics] = QUEUES, level: Level = Level.NORMAL) -> str:
    """The first letters of the queues that pass."""
    chosen = Selection(text, parse_filter(text))
    return "".join(one.name[0] for one in queues if matches(one, QueueLevels(level), chosen))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "SVS"),
        ("sales", "S"),
        ("SALES", "S"),
        ("ete", "V"),
        ("ÉTÉ", "V"),
        ("london", "S"),
        ("100", "SV"),
        ("s", "SS"),
        ("s uk", "S"),
        ("sales paris", ""),
        ("site:paris", "S"),
        ("SITE:Paris", "S"),
        ("site:", "SVS"),
        ('site:"new york"', "V"),
        ('site:"new y', "V"),
        ('"new york"', "V"),
        ("site:new york", "V"),
        ("pbx:acme", "SV"),
        ("queue:sales", "S"),
        ("queue:london", ""),
        ("ext:100", "SV"),
        ("ext:00", ""),
        ("ext:2a", "S"),
        ("pbx:acme waiting>3", "S"),
        ("foo:bar", ""),
        ('"', "SVS"),
        ("l'ete", ""),
    ],
)
def test_words_must_all_match(text: str, names: str) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("site:london,paris", "SS"),
        ("site:london,", "S"),
        ("site:,", "SVS"),
        ('site:"new york",paris', "VS"),
        ('site:"london,paris"', ""),
        ("level:warning,normal", "SVS"),
        ("-sales", "VS"),
        ("!sales", "VS"),
        ("!site:london", "VS"),
        ("-site:london,paris", "V"),
        ("s -uk", "S"),
        ("-", "SVS"),
        ("!", "SVS"),
        ("-site:", "SVS"),
        ("--sales", "S"),
        ('"-sales"', ""),
        ("-sales waiting>=3", "S"),
        ("-ext:1", "S"),
        ("-level:normal", ""),
    ],
)
def test_any_of_several_and_what_is_left_out(text: str, names: str) -> None:
    assert found(text) == names


def test_names_are_found_as_they_are_shown_with_what_tells_them_apart() -> None:
    queues = [
        replace(row("Sales", "1", pbx=pbx), qualifier=pbx, place=f"Rome ({pbx})")
        for pbx in ("east", "west")
    ]
    for text in ("sales (west)", "west", "queue:west", "site:west", "-east", '"rome (west)"'):
        (shown,) = [
            one for one in queues if matches(one, UNJUDGED, Selection(text, parse_filter(text)))
        ]
        assert shown.key.pbx == "west", text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("waiting>3", "S"),
        ("waiting>=3", "SS"),
        ("waiting=3", "S"),
        ("waiting==3", "S"),
        ("waiting!=3", "SV"),
        ("waiting<3", "V"),
        ("waiting<=3", "VS"),
        ("waiting≥3 waiting≤3", "S"),
        ("waiting≠3", "SV"),
        ("waitingCalls>3", "S"),
        ("WAITINGCALLS>3", "S"),
        ("longest>1:30", "S"),
        ("longest>=1:30", "SS"),
        ("longest=1:30", "S"),
        ("longestWaitingTime>90", "S"),
        ("longest>1m30s", "S"),
        ("longestWait>=1:30", "SS"),
        ('"longest wait">=1:30', "SS"),
        ("longest wait >= 1:30", "SS"),
        ("Longest Wait>=1:30", "SS"),
        ("avgwait>35", "S"),
        ("avg wait > 35", "S"),
        ("averagewait>35", "S"),
        ("avgWaitingTime>0:35", "S"),
        ("sales waiting > 3", "S"),
        ("support waiting > 3", ""),
        ("waiting >3", "S"),
        ("waiting> 3", "S"),
        ("waiting != 3", "SV"),
        ("waiting>2.5", "SS"),
        ("waiting>-1", "SVS"),
        ("waiting>1 waiting<4", "S"),
    ],
)
def test_comparisons_by_label_heading_or_name(text: str, names: str) -> None:
    assert found(text) == names


@pytest.mark.parametrize("sign", [">", "<", ">=", "<=", "=", "!="])
def test_a_missing_value_matches_no_comparison(sign: str) -> None:
    # Support's agents were not sent; nobody waits at Vente Été, so it has no average.
    assert "S" not in found(f"available{sign}0", QUEUES[2:])
    assert found(f"avgwait{sign}0", QUEUES[1:2]) == ""


@pytest.mark.parametrize("sign", [">", "<", ">=", "<=", "=", "!="])
def test_a_value_that_cannot_be_true_matches_none_either(sign: str) -> None:
    odd = replace(row("Odd", waitingCalls=-3), suspect=frozenset(["waitingCalls"]))
    assert found(f"waiting{sign}0", [odd]) == ""


def test_no_agent_is_not_the_same_as_nothing_known_of_agents() -> None:
    assert found("available=0") == "S"


@pytest.mark.parametrize("text", ["waiting>", "waiting >", "waiting!", "waiting!=", "longest>=",
                                  "longest>1:", "longest>1:3", "longest>1m3",
                                  "waiting>-"])  # fmt: skip
def test_what_is_not_complete_yet_says_nothing(text: str) -> None:
    assert found(text) == "SVS"


@pytest.mark.parametrize("text", ["waiting>", "longest>1:", "waiting!"])
def test_and_is_no_filter_in_force(text: str) -> None:
    assert not Selection(text, parse_filter(text)).filtered


def test_what_is_complete_beside_it_counts() -> None:
    assert found("support waiting>") == "S"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wating>3", "no such metric; nearest: Waiting"),
        ("longestwaitingtme>3", "no such metric; nearest: Longest"),
        ("queue length>3", "no such metric; nearest: Waiting"),
        ("service level<80", "this API has no service level; nearest: Polled tgt"),
        ("qqqq>3", "no such metric"),
        (">3", "name a metric before the sign"),
        ("waiting>three", "not a number"),
        ("waiting>=>3", "not a number"),
        ("waiting=>3", "not a number"),
        ("waiting>nan", "not a number"),
        ("waiting>1e999", "not a number"),
        ("longest>soon", "not a duration"),
        ("longest>1:75", "not a duration"),
        *((f"longest>{'9' * 400}{end}", "not a duration") for end in ("", ":00", "h", "ms")),
        ("level:red", "level: one of critical, warning, normal, unknown"),
        ("sites:paris", "no such field; write site:"),
        ("extension:12", "no such field; write ext:"),
    ],
)
def test_a_mistake_is_told_in_words(text: str, words: str) -> None:
    with pytest.raises(FilterMistake) as told:
        parse_filter(text)
    assert str(told.value).startswith(words)
    assert "\n" not in str(told.value)


def test_quotes_take_their_meaning_from_signs() -> None:
    odd = [row("A>B:C=1"), row("B")]
    assert found('"a>b:c=1"', odd) == "A"
    assert parse_filter('"site:x"') == (Term("", "site:x"),)
    assert found("queue:a>b", odd) == "A"


def test_levels_by_their_beginning() -> None:
    for level in Level:
        for text in (f"level:{level.word}", f"LEVEL:{level.word[0].upper()}"):
            assert found(text, level=level) == "SVS"
    assert found("level:warning", level=Level.CRITICAL) == ""
    assert found("level:", level=Level.CRITICAL) == "SVS"


def test_a_metric_can_be_called_by_the_users_own_label() -> None:
    terms = parse_filter("In line>3", {"waitingCalls": "In line", "nonsense": "Foo"})
    assert terms == (Term("waitingCalls", "3", ">", 3),)
    # Its own names are still understood.
    assert parse_filter("waiting>3", {"waitingCalls": "In line"}) == terms


@pytest.mark.parametrize("known", CATALOGUE)
def test_every_metric_has_three_names_that_mean_it_alone(known: str) -> None:
    metric = CATALOGUE[known]
    for name in (metric.name, metric.label, metric.short):
        (term,) = parse_filter(f'"{name}">5')
        assert term.field == known


def test_a_duration_is_kept_in_milliseconds_and_a_count_as_it_is() -> None:
    for metric in CATALOGUE.values():
        (term,) = parse_filter(f"{metric.name}>=90")
        assert term.bound == (90_000 if metric.unit is Unit.MILLISECONDS else 90)


def read(text: str) -> tuple[Term, ...] | str:
    """The terms, or the words of the mistake."""
    try:
        return parse_filter(text)
    except FilterMistake as mistake:
        return str(mistake)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_told(text: str) -> None:
    terms = read(text)
    assert terms or terms == ()
    if isinstance(terms, str):
        return
    for queue in QUEUES:
        assert all(term_matches(term, queue, UNJUDGED.level) in (True, False) for term in terms)


@given(st.text("waitinglongest ><=!:0123456789\"'s", max_size=25))
def test_the_grammars_own_letters_in_any_order_too(text: str) -> None:
    terms = read(text)
    assert terms or terms == ()


@given(st.text(st.characters(codec="ascii"), max_size=20))
def test_folding_plain_text_is_the_same_whichever_way(text: str) -> None:
    assert fold(text) == fold(text + "é")[:-1]


@pytest.mark.parametrize(
    "text",
    ['site:"New York" a', 'a "b c', "queue:sales level:crit", ":x", '"site":x', 'si"te:"x', '"'],
)
def test_agents_are_filtered_by_the_same_grammar(text: str) -> None:
    assert parse_agents_filter(text) == parse_filter(text)
