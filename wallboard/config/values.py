"""Single values as a user writes them, read into what the program uses.

Each reader raises ``ValueError`` with words for the user that say what would be right. None of
them repeats what was written: it could be a password on the wrong line.
"""

import io
import ipaddress
import struct
import tomllib
import zoneinfo
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from wallboard.host.files import read_bounded
from wallboard.model.data.catalogue import CATALOGUE, METRICS, nearest
from wallboard.model.data.metric import Metric, Number, Unit
from wallboard.model.data.metric_names import find_metric, hint_of
from wallboard.model.view.format import parse_duration

_MOST = 10**12
"""The largest number that is read: what is larger is a slip, and no float may hold it."""


def hint(names: tuple[str, ...]) -> str:
    """Return ``; nearest: a, b``, or nothing."""
    return f"; nearest: {', '.join(names)}" if names else ""


def number(value: object) -> Number:
    """Read a count: a number that is not negative, or its text."""
    read: object = value
    if isinstance(value, str):
        try:
            read = float(value)
        except ValueError:
            read = None
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise ValueError("not a number")
    if not 0 <= read <= _MOST:
        raise ValueError("not a number from 0 to 1,000,000,000,000")
    return int(read) if read == int(read) else read


def seconds(value: object) -> float:
    """Read a duration as seconds: a number of them, ``"90s"``, ``"1:30"``, ``"1m30s"``."""
    read = parse_duration(value) if isinstance(value, str) else value
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise ValueError('not a duration: write seconds (90), "1:30" or "1m30s"')
    if not 0 <= read <= _MOST:
        raise ValueError("a duration is 0 or more, and has an end")
    return float(read)


def span(value: object) -> float:
    """Read a long time as seconds: ``"7d"``, ``"12h"``; without a letter it is days."""
    text = f"{value}" if isinstance(value, int | float | str) else ""
    number, letter = _split_number(text, "d")
    if number is None or letter not in _SPANS:
        raise ValueError('not a time: write days as "7d", or hours as "12h"')
    return number * _SPANS[letter]


def size(value: object) -> int:
    """Read how many bytes: ``"500MB"``, ``"1GB"``; without a letter it is bytes."""
    text = f"{value}" if isinstance(value, int | float | str) else ""
    number, letters = _split_number(text, "b")
    factor = _SIZES.get(letters.removesuffix("b"))
    if number is None or factor is None:
        raise ValueError('not a size: write "500MB" or "1GB"')
    return int(number * factor)


_SPANS = {"d": 86_400.0, "h": 3_600.0}
_SIZES = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


def _split_number(text: str, usual: str) -> tuple[float | None, str]:
    """Return a number and the letters after it, in small ones; ``None`` where it is no number."""
    plain = "".join(text.split()).lower()
    digits = plain.rstrip("abcdefghijklmnopqrstuvwxyz")
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit():
        return None, ""
    read = float(digits)
    return (read if read <= _MOST else None), plain[len(digits) :] or usual


def read_bound(metric: Metric, value: object) -> Number:
    """Read a bound in the metric's unit: a count, a percentage, or milliseconds."""
    if metric.unit is Unit.MILLISECONDS:
        return round(seconds(value) * 1000)
    if metric.unit is not Unit.PERCENT:
        return number(value)
    read = number(value.strip().removesuffix("%") if isinstance(value, str) else value)
    if read > 100:
        raise ValueError("a percentage is 0 to 100")
    return read


def read_list(value: object) -> list[object]:
    """Read a list: an array, or text with commas (or an array as TOML writes it)."""
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    if not isinstance(value, str):
        raise ValueError('not a list: write ["a", "b"] or "a, b"')
    text = value.strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            return list(tomllib.loads(f"it = {text}")["it"])
        except (tomllib.TOMLDecodeError, RecursionError):
            pass
        raise ValueError('not a list: write ["a", "b"] or "a, b"')
    return [part.strip() for part in text.split(",") if part.strip()]


def list_or_empty(value: object) -> list[object]:
    """Read a list; nothing of what is none, which is told where it is read with ``read_list``."""
    try:
        return read_list(value)
    except ValueError:
        return []


def name(value: object) -> str:
    """Read the name, extension or id of a PBX, site or queue; a number is an extension."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("not a name, an extension or an id")
    return value.strip()


def pattern(value: object) -> str:
    """Read a pattern for names, as ``VIP*``; a number is an extension's or a name's."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError('not a pattern: write a name, or part of one as in "VIP*"')
    return value


def command(value: object) -> tuple[str, ...]:
    """Read a program and its arguments; nothing in them is for a shell."""
    words = read_list(value)
    if not all(isinstance(word, str) and "\0" not in word for word in words):
        msg = 'not a command: write each argument as text, as in ["notify-send", "Wallboard"]'
        raise ValueError(msg)
    if isinstance(value, str) and len(words) == 1 and len(str(words[0]).split()) > 1:
        msg = 'no shell reads it: write each argument by itself, as in ["notify-send", "Wallboard"]'
        raise ValueError(msg)
    if words and not str(words[0]).strip():
        raise ValueError("the program's name is empty")
    return tuple(str(word) for word in words)


def metric_name(value: object, among: Mapping[str, Metric] = METRICS) -> str:
    """Read a metric by any of its names; returns the API's. ``among``: those that may be meant."""
    metric = find_metric(value) if isinstance(value, str) else None
    if metric is None:
        hint = hint_of(value, among) if isinstance(value, str) else ""
        raise ValueError(f"not a metric{hint}")
    return metric.name


def live_metric_name(value: object) -> str:
    """Read a metric that the live endpoint can be asked for, by any of its names."""
    name = metric_name(value, CATALOGUE)
    if name not in CATALOGUE:
        raise ValueError("not a live metric: the day so far is asked for by [today]")
    return name


def base_url(value: object) -> str:
    """Read the address of the API: https, or http where it does not leave the machine."""
    if not isinstance(value, str) or any(
        letter.isspace() or not letter.isprintable() for letter in value
    ):
        raise ValueError("not an address")
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("https", "http") or not host:
        raise ValueError("not an address: it begins with https:// and a host's name")
    if parts.username is not None or parts.password is not None:
        msg = "user and password do not belong in the address; see api.username, api.password"
        raise ValueError(msg)
    if parts.query or parts.fragment or "?" in value or "#" in value:
        raise ValueError("the address of the API ends with its path: no ? and no #")
    if parts.scheme == "http" and not _loopback(host):
        msg = "http:// sends the password in the clear and is for loopback only: write https://"
        raise ValueError(msg)
    return value.rstrip("/")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def zone_name(value: object) -> str:
    """Read a time zone's name; ``""`` is the system's."""
    if not isinstance(value, str):
        raise ValueError('not a time zone: write a name such as "Europe/Paris"')
    if value and _zone(value) is None:
        close = nearest(value, zoneinfo.available_timezones())
        raise ValueError(f"not a time zone{hint(close)}")
    return value


def _zone(key: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(key)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


_LOCALTIME = Path("/etc/localtime")


def zone(key: str, environ: Mapping[str, str], localtime: Path = _LOCALTIME) -> tzinfo:
    """Return the time zone called ``key``, or the one of ``TZ`` or the system for ``""``.

    ``localtime``: where the system keeps its zone, summer time included. Where there is none,
    and where ``TZ`` is no zone at all, it is UTC.
    """
    wanted = key or _tz_variable(environ)
    return (wanted and (_zone(wanted) or _zone_of_rules(wanted))) or _zone_in_file(localtime) or UTC


def zone_doubt(environ: Mapping[str, str]) -> str:
    """Return why ``TZ`` is not obeyed, in words; ``""`` if it is, or says nothing."""
    wanted = _tz_variable(environ)
    if not wanted or _zone(wanted) or _zone_of_rules(wanted):
        return ""
    return "TZ: not a time zone, so the system's is used; set timezone in [board]"


def _tz_variable(environ: Mapping[str, str]) -> str:
    return environ.get("TZ", "").removeprefix(":")


def _zone_of_rules(text: str) -> tzinfo | None:
    """Return what else ``TZ`` may be: a file of a zone, or its rules as POSIX writes them."""
    if text.startswith("/"):
        return _zone_in_file(Path(text))
    # The rules alone make a file of a zone; where they do not say when summer is, the C library
    # takes those of the United States.
    for rules in (text, f"{text},M3.2.0,M11.1.0"):
        if rules.isascii() and rules.isprintable():
            found = _from_file(io.BytesIO(_NO_CHANGES * 2 + f"\n{rules}\n".encode()))
            if found:
                return found
    return None


_NO_CHANGES = b"TZif2" + bytes(15) + struct.pack(">6I", 0, 0, 0, 0, 1, 4) + bytes(6) + b"UTC\0"
"""The part of a zone's file before its rules (RFC 8536), without any change in it."""


_MOST_ZONE = 1_000_000
"""Bytes of the largest file of a zone."""


def _zone_in_file(file: Path) -> tzinfo | None:
    try:
        return _from_file(io.BytesIO(read_bounded(file, _MOST_ZONE)[0]))
    except (OSError, ValueError):
        return None


def _from_file(file: IO[bytes]) -> tzinfo | None:
    try:
        found = zoneinfo.ZoneInfo.from_file(file)
        for month in (1, 7):  # it may hold offsets of a day and more
            datetime(2026, month, 1, tzinfo=found).utcoffset()
    except (OSError, ValueError, EOFError, struct.error):
        return None
    return found
