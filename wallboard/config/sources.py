"""Where settings come from: each place is read into one layer.

Flags, the environment, secret files and the TOML file. Mistakes are collected; none of them
repeats a value.
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from wallboard.config.layers import (
    Layer,
    Origin,
    Problem,
    Tree,
    clean,
    dotted_path,
    layer_of,
    put,
    value_at,
)
from wallboard.config.lines import KeyPath, key_lines
from wallboard.config.sections import addresses
from wallboard.config.values import hint
from wallboard.errors import ConfigurationError
from wallboard.host import paths
from wallboard.host.files import read_bounded
from wallboard.model.data.catalogue import nearest

PREFIX = "WALLBOARD_"
CONFIG_VARIABLE = "WALLBOARD_CONFIG"
PROFILE_VARIABLE = "WALLBOARD_PROFILE"
_CHOOSES_FILES = (CONFIG_VARIABLE, PROFILE_VARIABLE)
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
SECRETS = {"key": "api_key", "username": "api_username", "password": "api_password"}
"""The secrets of ``[api]`` and the files that may hold them."""
SECRET_FILES: Mapping[KeyPath, str] = {
    **{("api", key): name for key, name in SECRETS.items()},
    **{(at, key): f"{at}_{key}" for at in ("source", "hub") for key in ("username", "password")},
    ("heartbeat", "url"): "heartbeat_url",
    **{path: f"notify_{number}" for number, path in addresses.PATHS.items()},
}
"""Every secret, and the file that may hold it."""
_CERTIFICATES = ("ca_bundle", "client_cert", "client_key")
FILE_KEYS: Mapping[str, tuple[str, ...]] = {
    "api": (*_CERTIFICATES, "secrets_dir"),
    "source": _CERTIFICATES,
    "hub": _CERTIFICATES,
    "history": ("folder",),
    "log": ("folder",),
    "files": ("folder",),
    "kiosk": ("message_file",),
}
"""The keys that name files, by section: relative ones are of the configuration's folder."""

_OPEN = ("thresholds", "keys", "views", "labels")
"""Sections whose keys are read by ``rules`` and ``tables``."""

_MOST_BYTES, _MOST_SECRET = 1_000_000, 65_536
"""Bytes that a configuration file, and a secret's file, may have."""


def from_flags(flags: Mapping[str, object], cwd: Path, environ: Mapping[str, str]) -> Layer:
    """Read ``section.key`` → value; ``None`` and empty lists are flags that were not given."""
    given = {name: value for name, value in flags.items() if value not in (None, (), [])}
    layer = layer_of(
        (tuple(name.split(".")), value, Origin("command line", name))
        for name, value in given.items()
    )
    return _files_from(layer, cwd, environ)


def from_environment(
    environ: Mapping[str, str], known: Mapping[str, Iterable[str]], cwd: Path
) -> tuple[Layer, list[Problem]]:
    """Read ``WALLBOARD_SECTION__KEY``. ``known``: section → keys; returns all mistakes too.

    An empty variable of a secret says nothing: it must not hide a secret file.
    """
    names: dict[str, KeyPath] = {
        f"{PREFIX}{s}__{key}".upper(): (s, key) for s, keys in known.items() for key in keys
    }
    names |= {f"{PREFIX}NOTIFY__{number}__TO": path for number, path in addresses.PATHS.items()}
    read: list[tuple[KeyPath, object, Origin]] = []
    mistakes: list[Problem] = []
    for name in sorted(environ):
        if not name.upper().startswith(PREFIX) or name in _CHOOSES_FILES:
            continue
        here = Origin("environment", clean(name))
        path = _open_path(name) or names.get(name)
        if path is None:
            close = nearest(name, (*names, *_CHOOSES_FILES))
            mistakes.append(Problem(here, f"no such variable{hint(close)}"))
        elif environ[name] or path not in SECRET_FILES:
            read.append((path, environ[name], here))
    return _files_from(layer_of(read), cwd, environ), mistakes


def _open_path(name: str) -> KeyPath | None:
    """Return the path of ``WALLBOARD_KEYS__QUIT``, ``WALLBOARD_THRESHOLDS__METRIC__WARNING``."""
    section, *rest = name.removeprefix(PREFIX).lower().split("__")
    if not name.isupper() or section not in _OPEN or not rest or not all(rest):
        return None
    return (section, *rest)


def _files_from(layer: Layer, base: Path, environ: Mapping[str, str]) -> Layer:
    """Make the files' names absolute, relative ones from ``base``; returns ``layer``."""
    for section, keys in FILE_KEYS.items():
        table = layer.tree.get(section)
        for key in keys:
            if isinstance(table, dict) and isinstance(table.get(key), str) and table[key]:
                table[key] = str(paths.expand(table[key], base, environ))
    alerts = layer.tree.get("alerts")
    command = alerts.get("command") if isinstance(alerts, dict) else None
    # A program without a folder is looked for where the system looks for programs.
    first = command[0] if isinstance(command, list) and command else None
    if isinstance(command, list) and isinstance(first, str) and ("/" in first or os.sep in first):
        command[0] = str(paths.expand(first, base, environ))
    return layer


def from_file(path: Path, shown: str, environ: Mapping[str, str]) -> Layer:
    """Read a TOML file. ``shown``: its name in messages.

    Raises ``ConfigurationError`` with one mistake if it cannot be read, or is not TOML: then
    nothing else can be said of it.
    """
    text = _text(path, shown)
    words = ""
    try:
        parsed = tomllib.loads(text)
        lines = key_lines(text)
    except RecursionError:
        words = f"{shown}: nested too deep"
    except ValueError as error:
        words = _syntax(str(error), text, shown)
    if words:
        raise ConfigurationError([words], "The file is TOML: key = value under [section]")
    origins = {
        key: Origin(f"{shown}:{line}", dotted_path(key), line) for key, line in lines.items()
    }
    return _files_from(Layer(parsed, origins), path.parent, environ)


def exposure_warnings(path: Path, shown: str, layer: Layer, uid: int | None) -> list[str]:
    """Return a warning for a file of ours that holds a secret and that others may read."""
    held = [dotted_path(path) for path in SECRET_FILES if value_at(layer.tree, path)]
    try:
        status = path.stat()
    except OSError:
        return []
    if not held or uid is None or status.st_uid != uid or not status.st_mode & 0o077:
        return []
    return [f"{shown}: others may read it, and it holds {', '.join(held)}; chmod 600 {shown}"]


def _text(path: Path, shown: str) -> str:
    why = ""
    try:
        return read_bounded(path, _MOST_BYTES)[0].decode("utf-8-sig")
    except UnicodeDecodeError:
        why = "not text in UTF-8"
    except OSError as error:
        why = _trouble(error)
    raise ConfigurationError([f"{shown}: {why}"])


def _trouble(error: OSError) -> str:
    return (error.strerror or "cannot be read").lower()


_SYNTAX: Sequence[tuple[str, str]] = (
    ("Cannot declare", "this table is written twice"),
    ("Cannot overwrite", "this key is written twice"),
    ("Cannot mutate", "this table is already complete"),
    ("Cannot redefine", "this table is already complete"),
    ("Duplicate inline", "this key is written twice"),
    ("Invalid value", "no value of TOML: text needs quotes"),
    ("Invalid date", "no such date"),
    ("Expected '='", "a key without = after it"),
    ("Expected ']", "a table's name without ] after it"),
    ("Unclosed array", "a list without ] at its end, or without a comma between its items"),
    ("Unclosed inline", "a table without } at its end, or without a comma between its items"),
    ("Unterminated", "text without a quote at its end"),
    ("Unescaped", "a \\ in text must be doubled, or the text be put in single quotes"),
    ("Illegal character", "a character that may not stand here: text ends on the line it began"),
    ("Expected newline", "more than one thing on the line"),
)


def _syntax(message: str, text: str, shown: str) -> str:
    """Return the words for an error of ``tomllib``, whose own may quote the file."""
    at = re.search(r"\(at line (\d+), column \d+\)$", message)
    line = int(at.group(1)) if at else text.rstrip().count("\n") + 1
    why = next((words for start, words in _SYNTAX if message.startswith(start)), "not TOML")
    return f"{shown}:{line}: {why}"


def from_secret_files(folders: Iterable[Path], uid: int | None) -> tuple[Layer, list[Problem]]:
    """Read ``api_key`` and the others of ``SECRET_FILES``; an earlier folder wins.

    ``uid``: who we are, ``None`` where the system has no such thing. Nobody else may read the
    files: checked as ssh checks a private key, that is for those that we own (systemd lends us
    its credentials through an access list, which looks like a right of the group).
    """
    tree: Tree = {}
    origins: dict[KeyPath, Origin] = {}
    mistakes: list[Problem] = []
    for folder in folders:
        for path, name in SECRET_FILES.items():
            file = folder / name
            if path in origins or not os.path.lexists(file):
                continue
            origins[path] = Origin(clean(str(file)), dotted_path(path))
            secret, why = _secret(file, uid)
            if why:
                mistakes.append(Problem(origins[path], why))
            else:
                put(tree, path, secret)
    return Layer(tree, origins), mistakes


def _secret(file: Path, uid: int | None) -> tuple[str, str]:
    """Return the secret in ``file``, or why it is not taken."""
    try:
        data, status = read_bounded(file, _MOST_SECRET)
        if uid is not None and status.st_uid == uid and stat.S_IMODE(status.st_mode) & 0o077:
            return "", f"others may read it; chmod 600 {clean(str(file))}"
        text = data.decode()
    except OSError as error:
        return "", _trouble(error)
    except UnicodeDecodeError:
        return "", "not text in UTF-8"
    secret = text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")
    return (secret, "") if secret else ("", "the file is empty")
