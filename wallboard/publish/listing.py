"""Lists of what there is, as a table for people, JSON or CSV."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from wallboard.host.output import printable
from wallboard.model.data.catalogue import TIME_IN_TARGET
from wallboard.model.data.metric import Kind, Metric, Unit, Worse
from wallboard.model.view.format import columns_of
from wallboard.publish.as_csv import csv_text, safe

_GAP = "  "
_LEAST = 16
"""Letters: no column is made narrower than this, or than its longest word, to fit a width."""


class Listing(NamedTuple):
    """A list: what its columns are called, and a text in each for every entry."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def listing_text(listing: Listing, layout: str, width: int | None = None) -> str:
    """Return a list as ``table``, ``json`` (objects by head) or ``csv``, ending in a newline.

    ``width``: of the table, in letters; longer texts are wrapped. ``None``: as wide as they are.
    """
    if layout == "json":
        entries = [dict(zip(listing.heads, row, strict=True)) for row in listing.rows]
        return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"
    if layout == "csv":
        return csv_text([listing.heads, *(map(safe, row) for row in listing.rows)])
    if not listing.rows:
        return "None.\n"
    return "".join(f"{line}\n" for line in _table(listing, width))


def _table(listing: Listing, width: int | None) -> Iterator[str]:
    heads = [head[:1].upper() + head[1:] for head in listing.heads]
    rows = [[printable(text) for text in row] for row in listing.rows]
    widths = _widths([heads, *rows], width)
    yield from _lines(heads, widths)
    yield "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    for row in rows:
        yield from _lines(row, widths)


def _widths(rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """Return how wide each column is; the widest ones give way where there is no room."""
    widths = [max(map(columns_of, column)) for column in zip(*rows, strict=True)]
    over = 0 if width is None else sum(widths) + len(_GAP) * (len(widths) - 1) - width
    least = [max(_LEAST, *map(_longest_word, column)) for column in zip(*rows, strict=True)]
    for _ in range(over):
        wide = [at for at in range(len(widths)) if widths[at] > least[at]]
        if not wide:
            break
        widths[max(wide, key=widths.__getitem__)] -= 1
    return widths


def _longest_word(text: str) -> int:
    return max(map(columns_of, text.split()), default=0)


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """Give the lines of a row; a word that is longer than its column is left whole."""
    cells = [
        textwrap.wrap(text, wide, break_long_words=False, break_on_hyphens=False)
        if columns_of(text) > wide
        else [text]
        for text, wide in zip(row, widths, strict=True)
    ]
    for parts in zip_longest(*cells, fillvalue=""):
        padded = (
            part + " " * (wide - columns_of(part)) for part, wide in zip(parts, widths, strict=True)
        )
        yield _GAP.join(padded).rstrip()


_OF: Mapping[Kind, str] = {Kind.LIVE: "live", Kind.TODAY: "today"}
_UNITS: Mapping[Unit, str] = {Unit.COUNT: "count", Unit.MILLISECONDS: "time", Unit.PERCENT: "%"}
_WORSE: Mapping[Worse, str] = {Worse.UP: "higher", Worse.DOWN: "lower", Worse.NEITHER: ""}


def metrics_listing(columns: Mapping[str, Metric]) -> Listing:
    """Return every metric, and every column that is made of some, in the catalogue's order."""
    return Listing(
        ("name", "label", "heading", "of", "unit", "worse"),
        tuple(
            (
                name,
                column.label,
                column.short,
                _kind_words(column),
                _UNITS[column.unit],
                _WORSE[column.worse],
            )
            for name, column in columns.items()
        ),
    )


def _kind_words(metric: Metric) -> str:
    if metric.made:
        return "column only"
    return "today, measured here" if metric.name == TIME_IN_TARGET else _OF[metric.kind]


_HEADER = re.compile(r"(?:# )?\[+([a-z.]+)\]+$")
_KEY = re.compile(r"([A-Za-z_0-9]+) = ")


def settings_listing(defaults: Iterable[tuple[str, str]], example: str) -> Listing:
    """Return every setting with its default, and what the example file says of it.

    ``defaults``: name and value. ``example``: the text of that file; its tables are listed too.
    """
    values, words = dict(defaults), dict(_words_of(example))
    names = dict.fromkeys((*words, *values))
    return Listing(
        ("setting", "default", "what it is"),
        tuple((name, values.get(name, ""), words.get(name, "")) for name in names),
    )


def _words_of(example: str) -> Iterator[tuple[str, str]]:
    """Give each table (``[api]``) and key (``api.key``), and the comment that stands above it."""
    section = ""
    words: list[str] = []
    for line in example.splitlines():
        if header := _HEADER.match(line):
            section = section if line.startswith("#") else header[1]
            yield f"[{header[1]}]", " ".join(words)
        elif key := _KEY.match(line):
            yield f"{section}.{key[1]}", " ".join(words)
        elif line.startswith("# "):
            words.append(line[2:])
            continue
        words = []


def config_listing(lines: Iterable[tuple[str, str, str]], *, every: bool) -> Listing:
    """Return settings in force: name, value, origin. ``every``: the keys of defaults too."""
    shown = (
        (name, text, origin)
        for name, text, origin in lines
        if every or origin != "default" or not name.startswith("keys.")
    )
    return Listing(("setting", "value", "from"), tuple(shown))
