"""What a terminal sends → messages: no bytes whatever end, deafen or steer the board.

The bytes are cut into whole sequences here. What a key, the mouse, a focus or a paste sends goes
on to Textual's parser, one sequence at a time and in a form that it can read; a terminal's
answers, late or cut in two, and what nobody knows are dropped. Bytes that are not UTF-8 are left
out. What has begun and does not end is given up after a while, so that keys are heard again.
ESC and a letter in one go are two keys: no key of the board is one with Alt.
"""

import re
from collections.abc import Callable, Iterable
from typing import Protocol

from textual import constants, events
from textual.message import Message

try:
    # See private_names.PARSER: without it Textual reads the keys.
    from textual._xterm_parser import XTermParser
except ImportError:  # pragma: no cover - another release of Textual
    XTermParser = None  # type: ignore[assignment, misc]

CAN_READ = XTermParser is not None
"""Whether Textual has the parser that a ``Keyboard`` hands sequences to."""

SILENCE = 1.0
"""Seconds after which a sequence or a paste that was begun is given up if nothing more comes."""

LONGEST = 5.0
"""Seconds after which it is given up, whatever comes."""

MOST_PASTED = 4_000
"""Bytes of a paste that are taken; no field of the board wants as many."""

_MOST_HELD = 64
"""Bytes of an unfinished sequence that are kept: no key and no mouse sends as many."""

_LONGEST_KNOWN = 32

_CHOKES = (ValueError, ArithmeticError, LookupError)
"""What Textual's parser raises for numbers that are no characters, no numbers, or 0."""

_ESC, _PASTE_END = b"\x1b", b"\x1b[201~"
_INTRODUCERS = {0x8F: b"O", 0x90: b"P", 0x98: b"X", 0x9B: b"[", 0x9D: b"]", 0x9E: b"^", 0x9F: b"_"}
"""Controls of one byte (C1) → what follows ESC in their form of two bytes."""

_CHARACTER = re.compile(
    rb"[\x00-\x1a\x1c-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
    rb"|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HALF = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")
# Three bytes or characters, whatever they are, stand behind the report of an old mouse. The F-keys
# of the Linux console and some keys of rxvt keep to no rule.
_WHOLE = re.compile(
    rb"\x1b(?:\[M(?:(?:[ -\x7f]|[\xc2-\xdf][\x80-\xbf]){3}|[ -\xff]{3})"
    rb"|\[\[[ -~]|\[\d+\$|\[(?!M|\[)[0-?]*[ -/]*[@-~]|O[\d;]*[@-~]|\x7f)"
)
_BEGUN = re.compile(rb"\x1b(?:\[M[ -\xff]{0,2}|\[\[?|\[[0-?]*[ -/]*|O[\d;]*|[\]P_^X])?\Z")
_BROKEN = re.compile(rb"\x1b(?:\[M[ -\xff]{0,2}|\[\[|\[[0-?]*[ -/]*|O[\d;]*)")
_STRING = re.compile(rb"\x1b(?:\][\dlLI]|P[0-?!$+]|[_^X][^\x1b])", re.DOTALL)
"""How an answer of any length begins."""
_STRING_END = re.compile(rb"\x1b\\|[\x07\x9c]|(?=[\x03\x18\x1a])|(?=\x1b[^\\])|(?=\x1b\Z)")
_TAIL = re.compile(rb"[ -~]+(?:\x07|\x1b\\)")
"""The end of an answer whose beginning was given up; nobody types this in one go."""

_CSI = re.compile(r"\x1b\[([<=>?]?)([\d;:]*)([ -/]*)([@-~])")
_MOUSE = re.compile(r"\d{1,5};\d{1,5};\d{1,5}")
_SYNC = re.compile(r"2026;\d")
_MODIFIED = "u~ABCDEFHPQS"
"""Last letters of the keys that may have modifiers and texts with them."""


class Parser(Protocol):
    """What is needed of Textual's parser."""

    def feed(self, data: str) -> Iterable[Message]:
        """Return what a sequence says."""
        ...


class Keyboard:
    """Takes bytes as they come; ``now`` is in seconds on a clock that never goes back.

    ``parser`` makes a parser: a fresh one takes the place of one that was left in the middle.
    """

    def __init__(self, parser: Callable[[], Parser] = XTermParser) -> None:
        self._make_parser = parser
        self._parser = parser()
        self._found: list[Message] = []
        self._held = b""
        self._string = False
        self._pasted: bytearray | None = None
        self._since = self._last = 0.0
        self._escaped = False

    @property
    def waiting(self) -> bool:
        """Whether something has begun that time alone may end."""
        return bool(self._held) or self._string or self._pasted is not None

    def feed(self, data: bytes, now: float) -> list[Message]:
        """Return what ``data`` says, behind what came before it."""
        self._pass_time(now)
        if not self.waiting:
            self._since = now
            data = self._after_a_cut(data)
        self._last = now
        data, self._held = self._held + data, b""
        while data:
            if self._pasted is not None:
                data = self._paste(data, self._pasted)
            elif self._string:
                data = self._skip(data)
            elif data[0] in _INTRODUCERS:
                data = _ESC + _INTRODUCERS[data[0]] + data[1:]
            else:
                data = self._escape(data) if data[0] == _ESC[0] else self._character(data)
        return self._take()

    def tick(self, now: float) -> list[Message]:
        """Return what the time that has passed says: an ESC alone was the key."""
        self._pass_time(now)
        return self._take()

    def _take(self) -> list[Message]:
        found, self._found = self._found, []
        return found

    def _pass_time(self, now: float) -> None:
        silent = now - self._last
        if silent >= SILENCE:
            self._escaped = False
        if self._held == _ESC and not self._string and self._pasted is None:
            if silent >= constants.ESCAPE_DELAY:
                self._held = b""
                self._press_escape()
                self._escaped = True
        elif self.waiting and (silent >= SILENCE or now - self._since >= LONGEST):
            if self._pasted is not None:
                self._end_paste(self._pasted)
            self._held, self._string, self._escaped = b"", False, False

    def _after_a_cut(self, data: bytes) -> bytes:
        """Return ``data`` as it is read if it is the rest of something that was cut long ago."""
        if tail := _TAIL.match(data):
            return data[tail.end() :]
        self._escaped = self._escaped and len(data) > 1 and data[0] in b"[]PO_^X"
        # Its ESC came so much earlier that it was taken for the key.
        return _ESC + data if self._escaped else data

    # Each takes what the data begins with and returns the rest.

    def _character(self, data: bytes) -> bytes:
        found = _CHARACTER.match(data)
        if found is None:
            if _HALF.match(data):
                self._held = data
                return b""
            return data[1:]
        text = found.group().decode("utf-8", "ignore")
        if text and (text < "\x80" or text.isprintable()):
            self._hand(text)
        return data[found.end() :]

    def _escape(self, data: bytes) -> bytes:
        if whole := _WHOLE.match(data):
            self._escaped = False
            self._sequence(whole.group().decode("latin-1"))
            return data[whole.end() :]
        if _STRING.match(data):
            self._escaped, self._string = False, True
            return data[2:]
        if _BEGUN.match(data):
            self._held = data[:_MOST_HELD]
            return b""
        if broken := _BROKEN.match(data):
            return data[broken.end() :]
        if not self._escaped:
            self._press_escape()
        self._escaped = False
        return data[1:]

    def _skip(self, data: bytes) -> bytes:
        """Leave out an answer up to its end, or to what is no part of it."""
        end = _STRING_END.search(data)
        if end is None:
            return b""
        rest = data[end.end() :]
        if rest == _ESC:
            self._held = rest
            return b""
        self._string = False
        return rest

    def _paste(self, data: bytes, pasted: bytearray) -> bytes:
        end = data.find(_PASTE_END)
        if end < 0:
            sizes = range(min(len(_PASTE_END) - 1, len(data)), 0, -1)
            cut = next((size for size in sizes if data.endswith(_PASTE_END[:size])), 0)
            data, self._held = data[: len(data) - cut], data[len(data) - cut :]
        pasted += data[: end if end >= 0 else None][: max(0, MOST_PASTED - len(pasted))]
        if end < 0:
            return b""
        self._end_paste(pasted)
        return data[end + len(_PASTE_END) :]

    def _end_paste(self, pasted: bytearray) -> None:
        self._pasted = None
        text = pasted.decode("utf-8", "ignore")
        lines = ("".join(filter(str.isprintable, line)) for line in text.splitlines())
        self._found.append(events.Paste("\n".join(lines)))

    # Whole sequences.

    def _sequence(self, sequence: str) -> None:
        found = _CSI.fullmatch(sequence)
        if found is None or sequence[2] in "M[":
            if not sequence.startswith("\x1b[M"):
                self._hand(sequence)
            return
        mark, numbers, between, last = found.groups()
        if sequence == "\x1b[200~":
            self._pasted, self._since = bytearray(), self._last
        elif mark == "<":
            if _MOUSE.fullmatch(numbers) and last in "Mm":
                self._hand(sequence)
        elif mark == "?":
            if _SYNC.fullmatch(numbers) and between + last == "$y":
                self._hand(sequence)
        elif last in _MODIFIED and not (mark or between):
            if key := _key(numbers, last):
                self._hand(key)
        elif not (mark or between or (numbers and last in "RMcmnty")):
            self._hand(sequence)

    def _hand(self, sequence: str) -> None:
        """Hand what is whole to the parser; what it chokes on costs itself alone."""
        found: list[Message] = []
        if len(sequence) <= _LONGEST_KNOWN:
            try:
                found = list(self._parser.feed(sequence))
            except _CHOKES:
                found = []
        if not found:
            self._parser = self._make_parser()
        self._found += found

    def _press_escape(self) -> None:
        self._found.append(events.Key("escape", "\x1b"))


def _key(numbers: str, last: str) -> str:
    """Return a key's sequence in the plainest form, "" for what is none or a key let go.

    ``numbers``: code[:with shift[:on the usual keyboard]][;modifiers[:event][;texts]], as the
    keyboard protocol of kitty has them.
    """
    if len(numbers) > _LONGEST_KNOWN:
        return ""
    code, modifiers, texts = (*numbers.split(";", 3), "", "", "")[:3]
    code, _, others = code.partition(":")
    modifiers, _, event = modifiers.partition(":")
    if event == "3" or not all(len(modifier) <= _DIGITS for modifier in (code, modifiers)):
        return ""
    if (code and not _is_character(code)) or (last == "u" and int(code or 0) < _LEAST):
        return ""
    shifted = others.partition(":")[0]
    if not texts and modifiers == "2" and _is_character(shifted):
        texts = shifted
    typed = ":".join(text for text in texts.split(":")[:_MOST_TEXTS] if _is_character(text))
    plain = ";".join((code, modifiers, typed)).rstrip(";")
    return f"\x1b[{plain}{last}"


_LEAST = 8
"""The least number of a key that is told as a character's."""
_DIGITS = 7
_MOST_TEXTS = 3


def _is_character(number: str) -> bool:
    """Return whether a number as it was sent is a character's that can be written."""
    if not number or len(number) > _DIGITS:
        return False
    code = int(number)
    return 0 < code < 0xD800 or 0xE000 <= code <= 0x10FFFF
