"""Callers who do not exist: names, and numbers from the ranges that are set aside for fiction."""

_NAMES = (
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


def caller_name(number: int) -> str:
    """Return the name of the caller with that number."""
    return _NAMES[number * 7 % len(_NAMES)]


def caller_address(number: int) -> str:
    """Return the telephone number of the caller with that number."""
    shape, most = _RANGES[number % len(_RANGES)]
    return shape.format(number // 100 % most, number * 37 % 100)
