"""The kinds of values that the sections are made of, each with its own way to fail.

Messages are for the user, and repeat nothing of what was written.
"""

from datetime import time
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, PlainValidator, SecretStr
from pydantic_core import core_schema

from wallboard.config import values
from wallboard.config.tables import sound
from wallboard.model.data.metric_names import hint_of
from wallboard.model.data.opening_hours import Hours, parse_hours
from wallboard.model.data.view_options import COLUMNS, find_column, tile_parts
from wallboard.model.select.selection import parse_order

_Item = TypeVar("_Item")

MIN_INTERVAL, MAX_INTERVAL = 2, 300
"""Seconds between polls that can be asked for."""

MAX_TIMEOUT = 300
"""Seconds: the longest deadline of one exchange, and of the alerts' command."""

MAX_MESSAGE, MAX_INITIALS = 200, 8
"""Characters."""

MIN_SIZE, MAX_SIZE = 20_000_000, 1_000_000_000_000
"""Bytes that the history may have."""


def _drop_repeats(listed: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(listed))


def _interval(value: object) -> float | None:
    if value is None or (isinstance(value, str) and value.strip().lower() == "auto"):
        return None
    read = values.seconds(value)
    if not MIN_INTERVAL <= read <= MAX_INTERVAL:
        raise ValueError(f'write {MIN_INTERVAL} to {MAX_INTERVAL} seconds, or "auto"')
    return read


def within(least: float, most: float) -> BeforeValidator:
    """Return the reader of a duration of ``least`` to ``most`` seconds."""

    def read(value: object) -> float:
        seconds = values.seconds(value)
        if not least <= seconds <= most:
            raise ValueError(f"write {least:g} to {most:g} seconds")
        return seconds

    return BeforeValidator(read)


def measure(least: float, most: float, unit: str) -> BeforeValidator:
    """Return the reader of a length; 0 is "not given"."""

    def read(value: object) -> float:
        length = values.number(value)
        if length and not least <= length <= most:
            raise ValueError(f"write {least:g} to {most:g} {unit}, or 0 if it is not known")
        return float(length)

    return BeforeValidator(read)


def at_most(most: int) -> AfterValidator:
    """Return the check of a text's length, in characters."""

    def check(text: str) -> str:
        if len(text) > most:
            raise ValueError(f"at most {most} characters")
        return text

    return AfterValidator(check)


def _secret(value: object) -> object:
    if not isinstance(value, str | SecretStr):
        raise ValueError("write it as text, in quotes")
    return value


def _header(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if not all("!" <= letter <= "~" for letter in text):
        raise ValueError("a key has no blanks, and only letters, digits and signs of ASCII")
    return secret


def _line(value: object) -> object:
    if isinstance(value, str) and not value.isprintable():
        raise ValueError("write one line, without control characters")
    return value


def _order(value: object) -> str:
    return str(parse_order(value if isinstance(value, str) else ""))


def _column(value: object) -> str:
    """Read a column by any of its names: a metric, or what is made of metrics."""
    column = find_column(value) if isinstance(value, str) else None
    if column is None:
        hint = hint_of(value, COLUMNS) if isinstance(value, str) else ""
        raise ValueError(f"not a column{hint}")
    return column.name


def _tile(value: object) -> str:
    """Read a tile: a metric by any of its names, of a group as ``Sales: waitingCalls``."""
    group, metric = tile_parts(value) if isinstance(value, str) else ("", value)
    name = values.metric_name(metric)
    return f"{group}: {name}" if group else name


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _time(value: object) -> str:
    """Read a time of the day; TOML's own, ``07:30:00``, is one as well."""
    text = value.isoformat() if isinstance(value, time) else value
    try:
        read = time.fromisoformat(text.strip().zfill(5)) if isinstance(text, str) else None
    except ValueError:
        read = None
    if read is None or read.second or read.microsecond or read.tzinfo:
        raise ValueError('not a time of the day: write "00:00" to "23:59"')
    return read.isoformat("minutes")


def _hours(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write it as text, in quotes")
    if value.strip():
        parse_hours(value)
    return value.strip()


def retention(least: float, most: float) -> BeforeValidator:
    """Return the reader of how long something is kept, ``least`` to ``most`` days, as text."""

    def read(value: object) -> str:
        days = values.span(value) / 86_400
        if not least <= days <= most:
            raise ValueError(f'write "{least:g}d" to "{most:g}d"')
        return str(value)

    return BeforeValidator(read)


def _size(value: object) -> str:
    if not MIN_SIZE <= values.size(value) <= MAX_SIZE:
        raise ValueError('write "20MB" to "1000GB"')
    return str(value)


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
Key = Annotated[Secret, AfterValidator(_header)]
Line = Annotated[str, BeforeValidator(_line)]
Interval = Annotated[float | None, PlainValidator(_interval)]
Order = Annotated[str, BeforeValidator(_order)]
Url = Annotated[str, BeforeValidator(values.base_url)]
Zone = Annotated[str, BeforeValidator(values.zone_name)]
AnyCase = BeforeValidator(_lower)
Command = Annotated[tuple[str, ...], BeforeValidator(values.command)]
Pattern = Annotated[str, BeforeValidator(values.pattern)]
SizeText = Annotated[str, BeforeValidator(_size)]
"""A number of bytes, as ``"1GB"``."""
TimeText = Annotated[str, BeforeValidator(_time)]
"""A time of the day, as ``"07:30"``."""
HoursText = Annotated[str, BeforeValidator(_hours)]
"""Hours as ``parse_hours`` reads them, or ``""``."""
Listed = Annotated[
    tuple[_Item, ...], BeforeValidator(values.read_list), AfterValidator(_drop_repeats)
]
"""A list of such values, each once."""
Names = Listed[Annotated[str, BeforeValidator(values.name)]]
LiveMetrics = Listed[Annotated[str, BeforeValidator(values.live_metric_name)]]
Columns = Listed[Annotated[str, BeforeValidator(_column)]]
Metrics = Listed[Annotated[str, BeforeValidator(values.metric_name)]]
Tiles = Listed[Annotated[str, BeforeValidator(_tile)]]


def hours(text: str) -> Hours | None:
    """Return opening hours as written; ``None`` where nothing is. Raises ``ValueError``."""
    return parse_hours(text) if text else None


def milliseconds(seconds: float) -> int:
    """Return seconds as the milliseconds that the model reckons with."""
    return round(seconds * 1_000)


class ReadByHand:
    """Reads a section whose keys are not fixed.

    A validator of the library's own would have it look, three times over, at how what is read would
    be written again, which nobody does.
    """

    def __init__(self, section: str) -> None:
        self._read = sound(section)

    def __get_pydantic_core_schema__(self, *_: object) -> core_schema.CoreSchema:
        """Return it as the library wants it."""
        return core_schema.no_info_plain_validator_function(self._read)
