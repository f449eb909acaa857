"""Valid answers, mutated: nothing but an error of ours comes out, and what is shown is true."""

import asyncio
import copy
import json
import math
import random
from typing import Any

import pytest
from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from tests.sample import ANSWER, AT
from wallboard.api.wire import realtime as wire
from wallboard.api.wire.parsing import MENDED
from wallboard.errors import FeedError
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.data.sanitize import MOST_TEXT
from wallboard.model.select.totals import differences, totals

FULL: dict[str, Any] = {
    "callQueues": [
        *copy.deepcopy(ANSWER["callQueues"]),
        {
            "name": "Support",
            "extension": 4711,
            "pbx": "coreanalyticsprod",
            "site": "Rome",
            "metrics": {name: float(n) if "avg" in name else n for n, name in enumerate(CATALOGUE)},
        },
    ],
    "metricsSummary": ANSWER["metricsSummary"],
}

JUNK: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 2**63, 10**400, -0.0, 0.5, 1e308, math.inf, -math.inf, math.nan,
    "", "12", "-3", "1e5", "NaN", "x" * 5_000, "\x1b]52;c;eA==\x07", "\u202e", "\ud800", "[/]",
    [], {}, [[]], {"metrics": {"waitingCalls": 3}}, [1, "2", None], {"": {}},
)  # fmt: skip


def mutated(dice: random.Random) -> Any:
    """Return the full answer after some changes at random places."""
    answer = copy.deepcopy(FULL)
    for _ in range(dice.randint(1, 6)):
        answer = changed(answer, dice)
    return answer


def changed(node: Any, dice: random.Random) -> Any:
    inner = list(node) if isinstance(node, dict) else range(len(node)) if _is_list(node) else ()
    if not inner or dice.random() < 0.15:
        return copy.deepcopy(dice.choice(JUNK))
    where = dice.choice(list(inner))
    what = dice.random()
    if what < 0.15:
        del node[where]
    elif what < 0.25 and _is_list(node):
        node.insert(where, copy.deepcopy(node[where]))
    elif what < 0.25:
        node[str(dice.choice(JUNK))[:20]] = node[where]
    else:
        node[where] = changed(node[where], dice)
    return node


def _is_list(node: Any) -> bool:
    return isinstance(node, list)


def outcome(body: bytes) -> Reading | None:
    try:
        return asyncio.run(wire.reading(wire.RawAnswer(body, FeedId("p"), AT), CATALOGUE))
    except FeedError as error:
        words = error.words
    assert words
    return None


def check(reading: Reading, answer: Any = None) -> None:
    """Hold a reading to what was sent: every value is the number, every text is its text.

    ``answer``: ``None`` where nobody else can read what was sent.
    """
    listed = answer["callQueues"] if answer else [None] * len(reading.queues)
    rows = [row for row in listed if not answer or isinstance(row, dict)]
    assert len(reading.queues) == len(rows)
    assert len({queue.key for queue in reading.queues}) == len(rows)
    for queue, row in zip(reading.queues, rows, strict=True):
        for name, value in queue.values.items():
            assert math.isfinite(value)
            assert value >= 0 or name in queue.suspect
            if row is None:
                continue
            sent = row["metrics"][name]
            assert isinstance(sent, int | float | str)
            assert not isinstance(sent, bool)
            assert float(sent) == value
        for text in (queue.name, queue.site, queue.extension, queue.pbx):
            assert text.isprintable()
            assert len(text) <= MOST_TEXT
    for total in totals(reading.queues, CATALOGUE).values():
        assert total.value is None or total.value >= 0
    differences(reading)


def bent(raw: bytes, dice: random.Random) -> bytes:
    """Return the bytes with some of them lost, doubled, changed or put in."""
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(raw) + 1)
        what = dice.randrange(4)
        if what == 0:
            raw = raw[:at]
        elif what == 1:
            raw = raw[:at] + bytes([dice.randrange(256)]) + raw[at + 1 :]
        elif what == 2:
            raw = raw[:at] + raw[at + dice.randint(1, 40) :]
        else:
            raw = (
                raw[:at] + dice.choice((b"\\ud800", b"\x00", b"{", b"]", b"\xff", b"9")) + raw[at:]
            )
    return raw


def check_mutated(number: int) -> None:
    answer = mutated(random.Random(number))
    body = json.dumps(answer).encode()
    reading = outcome(body)
    if reading is not None:
        check(reading, json.loads(body))


def check_bent(number: int) -> None:
    body = bent(json.dumps(FULL).encode(), random.Random(number))
    reading = outcome(body)
    if reading is None:
        return
    try:
        answer = json.loads(body)
    except ValueError:
        assert MENDED in reading.notes
        answer = None
    check(reading, answer)


@seed(1)
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
@example(0)
def test_mutated_answers_are_right_or_missing(number: int) -> None:
    check_mutated(number)


@seed(1)
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_bent_bytes_are_right_or_refused(number: int) -> None:
    check_bent(number)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_ten_thousand_answers_are_right_or_missing(part: int) -> None:
    for number in range(part * 2_500, (part + 1) * 2_500):
        (check_bent if number % 2 else check_mutated)(number)


def test_the_mutations_reach_both_ends() -> None:
    outcomes = [outcome(json.dumps(mutated(random.Random(n))).encode()) for n in range(100)]
    assert 20 < sum(one is not None for one in outcomes) < 100
