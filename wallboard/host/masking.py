"""What is masked in a log: secrets wherever they stand, user names where they say who signs in.

A user name that is an ordinary word, as ``hub``, would make a log unreadable if it went wherever
it stands; it is no secret, and without its password no way in.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

from wallboard.host.output import printable

MASK = "[secret]"
"""Stands where a secret stood."""

_SHORTEST_SECRET = 3
_SHORTEST_NAME = 8
"""A user name that is shorter is masked as an ordinary word is."""

_TOKENS = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)[^\s,;\"']{6,}|\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}|://[^/\s@]+@"
)

_WHO = r"(?i:(?<![^\W_])(?:user|user[ _-]?name|user[ _-]?id|login|account)\b[\"']?[\s=:(\[\"'<]+)"
"""What stands before a user name that says who signs in."""


class Mask:
    """Hides what it knows in a text; ``user_names`` that are words only as who signs in."""

    def __init__(self, secrets: Iterable[str] = (), user_names: Iterable[str] = ()) -> None:
        self._secrets, self._names = frozenset(secrets), frozenset(user_names)
        words = {name for name in self._names if _is_word(name)} - self._secrets
        self._everywhere = _any_of(_forms((self._secrets | self._names) - words))
        who = _any_of({form for word in words for form in _spellings(word)})
        self._who = who and re.compile(
            rf"({_WHO})(?:{who.pattern})(?!\w)|(?<!\w)(?:{who.pattern})(?=:{re.escape(MASK)})"
        )

    def with_more(self, secrets: Iterable[str], user_names: Iterable[str]) -> "Mask":
        """Return one that hides these too."""
        if self._secrets.issuperset(secrets) and self._names.issuperset(user_names):
            return self
        return Mask(self._secrets.union(secrets), self._names.union(user_names))

    def __call__(self, text: str) -> str:
        """Return a text without them, and without what looks like a token."""
        if self._everywhere is not None:
            text = self._everywhere.sub(MASK, text)
        if self._who is not None:
            text = self._who.sub(rf"\g<1>{MASK}", text)
        return _TOKENS.sub(MASK, text)


def one_line(text: str) -> str:
    """Return ``text`` on one line, without anything that a terminal would obey."""
    return printable(text.replace("\n", " "))


def _is_word(name: str) -> bool:
    """Whether a user name may stand in a log by chance: it is short, or of letters alone."""
    return "@" not in name and (name.isalpha() or len(name) < _SHORTEST_NAME)


def _forms(secrets: Iterable[str]) -> set[str]:
    """Return what is to be found of secrets.

    One or two letters are no secret that could be masked: they are everywhere.
    """
    long = (secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)
    return {form for secret in long for form in _spellings(secret)}


def _spellings(secret: str) -> set[str]:
    """Return a secret as an address, a form, a ``repr`` or a log has it."""
    sent = secret.encode("utf-8", "surrogateescape")
    return {secret, quote(sent, safe=""), quote_plus(sent), repr(secret)[1:-1], one_line(secret)}


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(filter(None, forms), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
