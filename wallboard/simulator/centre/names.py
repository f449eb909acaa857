"""Names and numbers of people who do not exist, and names that attack whoever shows them."""

_FIRST = (
    "Ada", "Ben", "Carla", "Dario", "Elena", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kira",
    "Liam", "Mona", "Nils", "Olga", "Pavel", "Rosa", "Samir", "Tessa", "Uwe", "Vera", "Wim",
    "Yara",
)  # fmt: skip
_LAST = (
    "Abbott", "Brandt", "Costa", "Dumont", "Eriksen", "Ferrari", "Gruber", "Hansen", "Ito",
    "Jansen", "Keller", "Lopez", "Moreau", "Novak", "Okafor", "Petit", "Quinn", "Rossi", "Silva",
    "Tanaka", "Urban", "Vogel", "Weber", "Young", "Zeller",
)  # fmt: skip

_CALLERS = (
    "Amara Lindqvist", "Bastien Roux", "Celia Moss", "Dragan Petrov", "Edda Falk", "Fabio Neri",
    "Gwen Tudor", "Hana Kimura", "Ivo Banks", "Jutta Reich", "Kofi Addo", "Lucia Prat",
    "Marek Zima", "Noor Haddad", "Oskar Dahl", "Paloma Vidal", "Quentin Marsh", "Rhea Stone",
    "Sven Aalto", "Tilda Boyle", "Umberto Sala", "Viola Kern", "Wanda Frost", "Xenia Rallis",
    "Yusuf Demir", "Zofia Mazur", "Anton Vale", "Brigid Shaw", "Cosmo Lane",
)  # fmt: skip

_RANGES = (
    ("+33 1 99 00 {0:02} {1:02}", 100),
    ("+44 20 7946 0{0}{1:02}", 10),
    ("+1 512 555 01{1:02}", 1),
)
"""France, London, and any city of North America."""

HOSTILE_NAMES = (
    "\x1b[2J\x1b[31mcleared",
    "\x1b]52;c;aG9zdGlsZQ==\x07clipboard",
    "\x1b]8;;https://hostile.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]0;title\x07taken",
    "\x1bP1$r0m\x1b\\device control",
    "\x9b31mC1 colour",
    "\x9d0;C1 title\x9c",
    "bell\x07\x07",
    "nul\x00byte",
    "back\x08\x08\x7fspace",
    "\u202eotluv\u202c override",
    "\u2066isolate\u2069\u200f\u200e",
    "zero\u200b\u200c\u200d\u2060\ufeffwidth",
    "zalgo" + "\u0300\u0301\u0316\u0331" * 40,
    "tab\tnew\nline\r\n\x0b\x0c\x85\u2028\u2029",
    "long " + "x" * 295,
    "[red]x[/]",
    "[/]",
    "Sales [/b]",
    "[@click=app.quit]x[/]",
    "[link=https://hostile.invalid]x[/link]",
    "=cmd|'/c calc'!A0",
    "+1+cmd|x",
    "-2+3",
    "@SUM(A1:A9)",
    '"quoted", and; separated',
    "",
    "   ",
    "\U000e0041\U000e0042tags",
    "\ufff9a\ufffab\ufffb",
    "漢字のキュー",
    "👩‍👩‍👧‍👦 family",
)
"""They attack terminals, markup, spreadsheets, columns; none of them may have an effect.

Escape sequences (CSI, OSC 52, OSC 8, OSC 0, DCS), C1, controls, bidi, zero width, combining,
line ends, length, markup, formulas, emptiness, tags, wide letters."""


def person(number: int) -> tuple[str, str]:
    """Return the first and last name of the agent with that number."""
    return _FIRST[number % len(_FIRST)], _LAST[number % len(_LAST)]


def caller(number: int) -> tuple[str, str]:
    """Return the name and the telephone number of the caller with that number."""
    shape, most = _RANGES[number % len(_RANGES)]
    address = shape.format(number // 100 % most, number * 37 % 100)
    return _CALLERS[number * 7 % len(_CALLERS)], address
