"""What a terminal sends: whatever it is, it ends, deafens and steers nothing."""

import random
from collections.abc import Iterable

import pytest
from textual import events
from textual.message import Message

from tests.ui.pilot import Running, running, settled
from wallboard.model.data.options import KioskOptions
from wallboard.ui.screens.kiosk import KioskScreen
from wallboard.ui.terminal.keyboard import LONGEST, MOST_PASTED, SILENCE, Keyboard
from wallboard.ui.widgets.wall import Wall

ANSWERS = [
    b"\x1b]11;rgb:1111/2222/3333\x07", b"\x1b]10;rgb:ff/ff/ff\x1b\\", b"\x1b]52;c;cXFxcXE=\x07",
    b"\x1b[?62;22;52c", b"\x1b[>41;354;0c", b"\x1b[=1c", b"\x1b[0n", b"\x1b[12;40R", b"\x1b[1;2R",
    b"\x1b[?12;40R", b"\x1b[?2048;2$y", b"\x1b[4;1$y", b"\x1b[48;40;120;0;0t",
    b"\x1b[48;40;120;800;1200t", b"\x1b[8;40;120t", b"\x1b[?31u", b"\x1bP>|XTerm(370)\x1b\\",
    b"\x1bP1+r544e=787465726d\x1b\\", b"\x1bP1$r0m\x1b\\", b"\x1b_Gi=31;OK\x1b\\",
    b"\x9b?62;22c", b"\x9d11;rgb:0/0/0\x9c", b"\x1b[M \xa0\x25", b"\x1b[M qqq"[:6],
    b"\x1b[32;40;12M", b"\x1b[99999999;1u", b"\x1b[97;1:3u", b"\x1b[55296u", b"\x1b[1114112u",
    b"\x1b[123456789012345678901234567890u", b"\x1b[" + b"1;" * 60 + b"u", b"\x1b[201~",
]  # fmt: skip
"""Sequences that are no key, and nobody's mouse."""

KEYS = [
    (b"j", "j"), (b"\r", "enter"), (b"\x1b[A", "up"), (b"\x1bOA", "up"), (b"\x1b[5~", "pageup"),
    (b"\x1b[[A", "f1"), (b"\x1bOP", "f1"), (b"\x1b[3$", "shift+delete"), (b"\x1b[Z", "shift+tab"),
    (b"\x1b[113;1;113u", "q"), (b"\x1b[97:65;2u", "A"), (b"\x1b[106;1:2u", "j"),
    (b"\x03", "ctrl+c"), (b"\x1b[99;5u", "ctrl+c"), (b"\x1b[27u", "escape"),
    (b"\x1b[97;1;1114112u", "a"),
    ("é".encode(), "é"), ("字".encode(), "字"), (b"\x7f", "backspace"),
    (b"\x1b[1;5C", "ctrl+right"),
]  # fmt: skip


def said(messages: Iterable[Message]) -> list[str]:
    """Return the keys, and the names of other messages."""
    return [one.key if isinstance(one, events.Key) else type(one).__name__ for one in messages]


def heard(*reads: bytes, apart: float = 0.0) -> list[str]:
    """Return what some reads say, so many seconds apart, and the time after them."""
    keyboard, now, found = Keyboard(), 0.0, list[Message]()
    for read in reads:
        found += keyboard.feed(read, now)
        now += apart
    return said([*found, *keyboard.tick(now + LONGEST)])


@pytest.mark.parametrize(("sent", "key"), KEYS)
def test_keys_are_keys_in_one_read_and_byte_by_byte(sent: bytes, key: str) -> None:
    assert heard(sent) == [key]
    assert heard(*(bytes([byte]) for byte in sent), apart=0.05) == [key]


@pytest.mark.parametrize("answer", ANSWERS)
def test_answers_of_a_terminal_are_no_keys_wherever_they_are_cut(answer: bytes) -> None:
    assert heard(answer + b"j") == ["j"]
    for at in range(1, len(answer)):
        assert heard(answer[:at], answer[at:] + b"j", apart=0.05) == ["j"], at


def test_an_escape_whose_rest_comes_late_is_the_key_and_the_rest_is_none() -> None:
    assert heard(b"\x1b", b"]11;rgb:0/0/0\x07", b"j", apart=0.3) == ["escape", "j"]
    assert heard(b"\x1b", b"[?62;22;52c", b"j", apart=0.3) == ["escape", "j"]
    assert heard(b"\x1b]11;rgb:11", b"11/2222/3333\x07j", apart=2 * SILENCE) == ["j"]


def test_escape_and_what_is_typed_behind_it_are_keys() -> None:
    assert heard(b"\x1bj") == ["escape", "j"]
    assert heard(b"\x1b/par\r") == ["escape", "slash", "p", "a", "r", "enter"]
    assert heard(b"\x1bPj") == ["escape", "P", "j"]
    assert heard(b"\x1b\x1b[A") == ["escape", "up"]
    assert heard(b"\x1b", b"[", b"P", apart=0.4) == ["escape", "left_square_bracket", "P"]


def test_bytes_that_are_not_utf_8_cost_themselves() -> None:
    assert heard(b"\xe9x") == ["x"]
    assert heard(b"j\xff\xfe\xc0\xaf\xed\xa0\x80k") == ["j", "k"]
    assert heard(b"\xe5", b"\xad\x97", apart=0.1) == ["字"]
    assert heard(b"\xe5\xad", b"\x1b[A", apart=0.1) == ["up"]
    assert heard("\u202e\u200b\x85j".encode()) == ["j"]


@pytest.mark.parametrize(
    "begun", [b"\x1b[200~abc", b"\x1b]11;rgb", b"\x1bP1", b"\x1b[12;", b"\x1bO"]
)
def test_what_never_ends_is_given_up(begun: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(begun, 0.0)
    keyboard.tick(SILENCE)
    assert said(keyboard.feed(b"j", SILENCE)) == ["j"]


@pytest.mark.parametrize("begun", [b"\x1b[200~", b"\x1b]11;", b"\x1b_G"])
def test_a_stream_that_never_ends_is_given_up_too(begun: bytes) -> None:
    keyboard, now = Keyboard(), 0.0
    keyboard.feed(begun, now)
    while now < LONGEST:
        assert "q" not in said(keyboard.feed(b"q" * 4_096, now))
        now += SILENCE / 2
    found = keyboard.feed(b"\x03", now)
    assert said(found)[-1] == "ctrl+c"
    assert sum(len(one.text) for one in found if isinstance(one, events.Paste)) <= MOST_PASTED


def test_ctrl_c_ends_an_answer_that_never_ends() -> None:
    assert heard(b"\x1b]11;rgb\x03") == ["ctrl+c"]
    assert heard(b"\x1b[12;4\x03") == ["ctrl+c"]


def test_a_paste_is_text_and_nothing_in_it_is_a_key() -> None:
    sent = b"\x1b[200~q\x03\x1b[A\x1b]0;x\x07\xff\r\nzwei \xc3\xa9\x1b[201~j"
    for at in range(1, len(sent)):
        keyboard = Keyboard()
        found = [*keyboard.feed(sent[:at], 0.0), *keyboard.feed(sent[at:], 0.05)]
        assert said(found) == ["Paste", "j"]
        assert isinstance(found[0], events.Paste)
        assert found[0].text == "q[A]0;x\nzwei é"


class Choking:
    """A parser that cannot take anything once it has choked, as Textual's."""

    def __init__(self) -> None:
        self._choked = False

    def feed(self, data: str) -> Iterable[Message]:
        if self._choked:
            raise AssertionError(data)
        if data == "x":
            self._choked = True
            raise ZeroDivisionError
        return [events.Key(data, data)]


def test_a_sequence_that_the_parser_chokes_on_costs_itself_alone() -> None:
    assert said(Keyboard(Choking).feed(b"axb", 0.0)) == ["a", "b"]


# 10,000 sequences.

PIECES = [
    b"\x1b", b"[", b"]", b"O", b"P", b"<", b"?", b";", b":", b"0", b"1", b"35", b"97", b"200~",
    b"201~", b"99999999", b"M", b"m", b"u", b"~", b"t", b"R", b"c", b"$y", b"\x07", b"\x1b\\",
    b"\xe9", b"\xa0", b"\x9b", b"\x9d", "字".encode(), b"\x00", b"-", b" ", b"48;40;120;0;0t",
]  # fmt: skip


def sequences(seed: int, count: int) -> Iterable[bytes]:
    """Give random and mutated sequences."""
    dice = random.Random(seed)
    known = [*ANSWERS, *(sent for sent, _ in KEYS)]
    for _ in range(count):
        kind = dice.random()
        if kind < 0.3:
            yield dice.randbytes(dice.randint(1, 12))
        elif kind < 0.6:
            yield b"".join(dice.choices(PIECES, k=dice.randint(1, 9)))
        else:
            changed = bytearray(dice.choice(known))
            for _ in range(dice.randint(0, 3)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            yield bytes(changed)


def test_10_000_random_and_mutated_sequences_raise_nothing_and_a_key_is_heard_after_them() -> None:
    keyboard, now = Keyboard(), 0.0
    for sent in sequences(1, 10_000):
        for message in keyboard.feed(sent, now):
            assert isinstance(message, Message)
            if isinstance(message, events.Key) and message.character:
                message.character.encode()  # what is typed can be written again
        now += 0.01
    assert said(keyboard.feed(b"j", now + LONGEST))[-1] == "j"


async def typed(run: Running, sent: Iterable[bytes]) -> None:
    """Send bytes to the board through what reads a terminal's."""
    driver = run.app._driver
    assert driver is not None
    keyboard, now = Keyboard(), 0.0
    for number, one in enumerate(sent):
        for message in keyboard.feed(one, now):
            driver.process_message(message)
        now += 0.05
        if number % 20 == 19:
            await settled(run.app)
    for message in keyboard.tick(now + LONGEST):
        driver.process_message(message)
    await settled(run.app)


PLACES = {
    "board": (), "filter": ("slash", "a"), "sites": ("s",), "theme": ("t",), "columns": ("v",),
    "palette": ("colon",), "queue": ("enter",), "alerts": ("a",), "agents": ("A",), "calls": ("C",),
    "help": ("question_mark",), "seen": ("x",),
}  # fmt: skip


async def survives(place: str, count: int) -> None:
    """Random bytes at a place of the board, and then a key that it has to hear."""
    ends: list[int] = []
    async with running() as run:
        # Some of them are keys that end the board in good order.
        run.app.leave = ends.append  # type: ignore[method-assign, assignment]
        await run.press(*PLACES[place])
        await typed(run, sequences(len(place), count))
        assert run.app.return_code is None
        for _ in range(100):
            # Where keys have led, keys lead back.
            await run.press("K" if run.app.screen is run.app.wall else "escape")
            if len(run.app.screen_stack) == 1:
                break
        await run.press("escape")
        paused = run.app.state.paused
        await run.press("p")
        assert run.app.state.paused != paused
    assert set(ends) <= {0, 130}


@pytest.mark.parametrize("place", PLACES)
async def test_random_bytes_end_and_deafen_no_part_of_the_board(place: str) -> None:
    await survives(place, 40)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
async def test_10_000_sequences_end_and_deafen_no_part_of_the_board(place: str) -> None:
    await survives(place, 10_000)


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=pytest.mark.slow)])
async def test_random_bytes_do_nothing_to_a_wall_that_is_locked(count: int) -> None:
    async with running(kiosk=True, wall=KioskOptions(locked=True)) as run:
        await settled(run.app)
        before = run.app.screen.query_one(Wall).painted, run.app.theme, run.app.selection
        await typed(run, sequences(7, count))
        await run.press("q", "q", "ctrl+c", "K", "t", "ctrl+z", "p")
        assert isinstance(run.app.screen, KioskScreen)
        assert run.app.return_code is None
        assert not run.app.state.paused
        assert run.feeds.polls_wanted == 0
        assert (run.app.screen.query_one(Wall).painted, run.app.theme, run.app.selection) == before
