"""Text and numbers from outside, cleaned once: right, or missing, never guessed.

What an API or a broker sends is data, whoever it is thought to be.

The one exception is a number written as text, which is read as the number.
"""

import re
import unicodedata

from wallboard.model.data.metric import Number

MOST_MARKS = 4
"""Combining marks on one letter: more than any script writes."""

MOST_TEXT = 200
"""Letters of a name: what is longer is cut, with an ellipsis."""

MOST_NUMBER = 10**15
"""Beyond it, either way, a number is taken for missing: no float holds it exactly."""

_MOST_RAW = 2_000
"""Letters looked at: an escape sequence is removed whole, but no megabyte is searched for one."""

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, …
    r"|\x1b[ -/]*[0-~]"  # the short ones
)
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without width or ink; the rest of their kind is "not printable"."""

_NUMERIC = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,9})?")


def clean(text: str) -> str:
    """Return ``text`` fit for one line of a terminal, at most ``MOST_TEXT`` letters.

    Escape sequences, control and bidi characters, surrogates and all that has neither width nor
    ink are removed; every kind of blank becomes a space, several become one.
    """
    if not text.isprintable() or (not text.isascii() and _INVISIBLE.search(text)):
        text = "".join(map(_plain_letter, _SEQUENCE.sub("", text[:_MOST_RAW])))
    text = " ".join(text.split()) if "  " in text else text.strip()
    if not text.isascii():
        text = _limit_marks(text)
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1].rstrip() + "…"


def _limit_marks(text: str) -> str:
    """Return ``text`` without piles of combining marks, which are drawn over the rows around.

    None is left at the beginning: it would be drawn onto what stands before the name.
    """
    kept: list[str] = []
    pile = MOST_MARKS
    for letter in text:
        if unicodedata.category(letter)[0] == "M":
            pile += 1
        elif kept or not letter.isspace():
            pile = 0
        if pile <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept).rstrip()


def _plain_letter(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() and not _INVISIBLE.match(letter) else ""


def text_of(value: object) -> str:
    """Return a string or a whole number as clean text, everything else as none."""
    if isinstance(value, str):
        return clean(value)
    whole = number_of(value)
    return str(int(whole)) if whole is not None and whole == int(whole) else ""


def number_of(value: object) -> Number | None:
    """Return a number, or one written as text, if it is finite and not beyond belief."""
    if isinstance(value, str):
        value = value.strip()
        if not _NUMERIC.fullmatch(value):
            return None
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -MOST_NUMBER <= value <= MOST_NUMBER else None
