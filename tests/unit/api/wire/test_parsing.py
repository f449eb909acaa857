"""JSON in which one value is bad: that value is marked, the rest is read; and what is no JSON."""

import asyncio
import json
import math
import random
import time

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from wallboard.api.wire.parsing import MENDED, ParsedBody, parse_body
from wallboard.errors import InvalidResponse


def parse(body: bytes) -> ParsedBody:
    return asyncio.run(parse_body(body))


@pytest.mark.parametrize(
    ("sent", "read_as"),
    [
        (b"Caf\xe9", "Caf\ufffd"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\xc3", "\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
        (rb"a\ud83d", "a\ufffd"),
        (rb"\udc00a", "\ufffda"),
        (rb"\ud83d\ud83d\ude00", "\ufffd\N{GRINNING FACE}"),
        (rb"\\ud83d\ud83d", "\\ud83d\ufffd"),
        (rb"a\x41", "a\ufffdx41"),
        (rb"\u12 \"q\" \\ \/", '\ufffdu12 "q" \\ /'),
        (b"a\x01b\tc\nd", "a\x01b\tc\nd"),
        (b"\x1b[31m\xff", "\x1b[31m\ufffd"),
    ],
)
def test_letters_that_are_none_are_a_mark_and_the_rest_is_read(sent: bytes, read_as: str) -> None:
    body = b'{"a": [1, "%s", "Zo\xc3\xab"], "%s": -0.5e3}' % (sent, b"n" + sent)
    made = parse(body)
    assert isinstance(made.answer, dict)
    assert made.answer["a"] == [1, read_as, "Zoë"]
    assert list(made.answer.values())[1] == -500
    assert made.notes == (MENDED,)


@pytest.mark.parametrize(
    "sent",
    ["9" * 5_000, "-" + "9" * 5_000, "9" * 5_000 + ".5", "01", "+1", ".5", "1.", "-", "--1", "1_0",
     "0x1F", "1e", "-NaN", "nan", "None", "True", "undefined", "\ufffd", "1\ufffd2"],
)  # fmt: skip
def test_a_number_that_is_none_is_no_number_and_the_rest_is_read(sent: str) -> None:
    for body in ('{"a": [%s, 1], "b": "+1"}', '{"b": "+1","a":[ %s,1]}', '{"b":"+1","a":[%s,1]}'):
        made = parse((body % sent).encode())
        assert isinstance(made.answer, dict)
        number, one = made.answer["a"]
        assert math.isnan(number)
        assert (one, made.answer["b"]) == (1, "+1")
        assert made.notes == (MENDED,)


@pytest.mark.parametrize("sent", ["NaN", "Infinity", "-Infinity", "1e999", "1E-999", "9" * 400])
def test_numbers_beyond_json_are_read_as_they_are(sent: str) -> None:
    made = parse(b"[%s]" % sent.encode())
    assert isinstance(made.answer, list)
    assert isinstance(made.answer[0], int | float)
    assert made.notes == ()


def test_a_text_without_end_that_is_bad_is_one_mark() -> None:
    assert parse(b'["%s\x01"]' % (b"a" * 20_000)).answer == ["\ufffd"]


def test_of_bad_texts_a_million_letters_are_mended_and_no_more() -> None:
    texts = [b'"%s"' % (b"\x01" * 1_000)] * 1_100
    assert parse(b"[%s]" % b",".join(texts[:900])).notes == (MENDED,)
    with pytest.raises(InvalidResponse):
        parse(b"[%s]" % b",".join(texts))


def test_of_a_key_that_is_there_twice_the_later_value_counts() -> None:
    assert parse(b'{"a": 1, "a": 2}') == ({"a": 2}, ())


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1,}', b'{"a" 1}', b"{'a': 1}", b'{"a": 1} x', b'{"a": "b"c"}', b'{"a": b c}',
        b'{a: 1}', b"hello", b"\xff\xfe{\x00}\x00", b'["a', b'["\xff', b'["a\\"', b"[1, 2",
        b"<p>\xff</p>", b"", b"[" * 1_000 + b"]" * 1_000, b'[\xff "a"]', b"{}{}",
    ],
)  # fmt: skip
def test_what_is_broken_otherwise_is_no_answer(body: bytes) -> None:
    with pytest.raises(InvalidResponse) as caught:
        parse(body)
    assert caught.value.words
    assert caught.value.__cause__ is None


ANSWER = {
    "callQueues": [
        {"name": f"Käufe {n}", "extension": str(n), "metrics": {"waitingCalls": n, "avg": n / 2}}
        for n in range(5)
    ]
}
BAD_TEXT = (b"\xff", rb"\ud800", rb"\q", b"\x00", rb"\u00", b"\xc3(", b"\xf0\x9f")
BAD_NUMBER = (b"9" * 5_000, b"+1", b"0x1", b"1e999", b"NaN", b"[[1]]", b"{}", b"null", b'"\xff"')


@seed(1)
@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_one_bad_value_costs_one_value(number: int) -> None:
    dice = random.Random(number)
    body = json.dumps(ANSWER, ensure_ascii=False).encode()
    row = dice.randrange(5)
    if dice.random() < 0.5:
        what, bad = ("name", f"Käufe {row}"), dice.choice(BAD_TEXT)
        name = f'"{what[1]}"'.encode()
        cut = dice.choice((1, len(name) - 1))
        sent = name[:cut] + bad + name[cut:]
        body = body.replace(name, sent)
    else:
        what = ("metrics", "")
        old = b'"waitingCalls": %d,' % row
        body = body.replace(old, b'"waitingCalls": %s,' % dice.choice(BAD_NUMBER))
    answer = parse(body).answer
    assert isinstance(answer, dict)
    for at, (queue, sound) in enumerate(
        zip(answer["callQueues"], ANSWER["callQueues"], strict=True)
    ):
        if at == row:
            queue = {**queue, what[0]: sound[what[0]]}
        assert queue == sound


@pytest.mark.parametrize(
    "body",
    [
        b'["' + b'","'.join([b"\x01" * 2_000] * 2_000) + b'"]',
        b"[" + b"+1," * 1_000_000 + b"1]",
        b'["' + b"\\x" * 2_000_000 + b'"]',
        b"[" + b'"' * 4_000_000,
        b"[" + b"\xff" * 4_000_000,
        b"[" + b" " * 4_000_000 + b"+",
        b'["' + b'","'.join([b"\\ud800"] * 500_000) + b'"]',
    ],
    ids=lambda body: body[:8],
)
def test_what_is_bad_everywhere_costs_little_time(body: bytes) -> None:
    started = time.process_time()
    try:
        answer = parse(body).answer
        assert isinstance(answer, list)
    except InvalidResponse as error:
        assert error.words  # noqa: PT017 - either is fine, as long as it is soon
    assert time.process_time() - started < 3
