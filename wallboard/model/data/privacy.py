"""What a screen tells of people: names or initials, callers or the end of their number.

Names of agents, names and numbers of callers are personal. They are on the screen and nowhere
else: no log, file or picture has them.
"""

import unicodedata
from typing import Literal

from wallboard.records import dataclass

HIDDEN = "hidden"
"""Stands for a caller that is not told."""

UNNAMED = "–"
"""Stands for a name that was not sent."""

_CUT = "…"
_MOST_DIGITS = 4
_NUMBER = 5
"""From so many digits on, a caller's "name" is a number."""

ShownAgents = Literal["auto", "names", "initials"]
ShownCallers = Literal["auto", "shown", "masked", "hidden"]


@dataclass(frozen=True, slots=True)
class Privacy:
    """How people are shown; ``auto``: in full to the supervisor, masked on the wall."""

    agents: ShownAgents = "auto"
    callers: ShownCallers = "auto"

    def resolve(self, kiosk: bool) -> "Privacy":
        """Return what holds here, without ``auto``; ``kiosk``: whether this is a wall."""
        agents = self.agents if self.agents != "auto" else ("initials" if kiosk else "names")
        callers = self.callers if self.callers != "auto" else ("masked" if kiosk else "shown")
        return Privacy(agents, callers)


PICTURED = Privacy("initials", "hidden")
"""What a picture may have, whatever the configuration says."""


def shown_name(privacy: Privacy, kiosk: bool, name: str) -> str:
    """Return an agent's name as it may be shown; ``–`` for none."""
    if not name.strip():
        return UNNAMED
    return name if privacy.resolve(kiosk).agents == "names" else initials(name)


def shown_caller(privacy: Privacy, kiosk: bool, name: str, address: str) -> str:
    """Return a caller (name and number, either may be empty) as may be shown; "" for nobody."""
    parts = list(dict.fromkeys(part for part in (name.strip(), address.strip()) if part))
    callers = privacy.resolve(kiosk).callers
    if not parts or callers == "shown":
        return " ".join(parts)
    if callers == "hidden":
        return HIDDEN
    # What is told as a name is often the number again.
    named = "" if _digits(name) >= _NUMBER else initials(name) if name.strip() else ""
    number = mask_number(address.strip() or (name.strip() if not named else ""))
    return " ".join(part for part in (named, number) if part)


def initials(name: str) -> str:
    """Return ``A. L.`` for ``Ada Lovelace``: the first letters of the first and the last word.

    Of an address of mail only what stands before the ``@`` counts, its dots part words. A letter
    of a wide script stands without a dot. The initials of initials are the same.
    """
    plain = unicodedata.normalize("NFC", name)
    if "@" in plain:
        plain = plain.partition("@")[0].replace(".", " ").replace("_", " ")
    letters = [letter for word in plain.split() if (letter := _first(word))]
    if not letters:
        return UNNAMED
    ends = letters if len(letters) < 2 else (letters[0], letters[-1])
    return " ".join(end if _wide(end) else f"{end}." for end in ends)


def mask_number(number: str) -> str:
    """Return ``…1234``: at most the last four digits, and never more than half of them.

    Of what is no number nothing is left but the ``…``; "" for "".
    """
    if not number:
        return ""
    if "@" in number or any(letter.isalpha() for letter in number):
        return _CUT
    digits = [letter for letter in number if letter.isdigit()]
    kept = min(_MOST_DIGITS, len(digits) // 2)
    return _CUT + "".join(digits[len(digits) - kept :])


def _first(word: str) -> str:
    """Return the first letter of a word, else its first digit; "" if it has neither."""
    found = next((letter for letter in word if letter.isalpha()), "")
    found = found or next((letter for letter in word if letter.isalnum()), "")
    large = found.upper()
    return large if len(large) == 1 else found


def _digits(text: str) -> int:
    return sum(letter.isdigit() for letter in text)


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in ("W", "F")
