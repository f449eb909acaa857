"""Every mistake at once, where it was made, and never what was written."""

import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.errors import ConfigurationError
from wallboard.settings import load

NONE: Mapping[str, str] = MappingProxyType({})


def mistakes(
    place: Path,
    toml: str | bytes,
    environ: Mapping[str, str] = NONE,
    flags: Mapping[str, object] = NONE,
) -> tuple[str, ...]:
    file = place / "wallboard.toml"
    file.write_bytes(toml.encode() if isinstance(toml, str) else toml)
    with pytest.raises(ConfigurationError) as caught:
        load(flags, environ, place, candidates=[file])
    return caught.value.mistakes


MANY = """\
title = "x"

[api]
pasword = "canary"
interval = 3
metrics = [
  "WAITINGCALLS",   # fine
  "waitingCals",
]
endpoint = "canary"
key = "ca nary"
max_body = 3

[board]
timezone = "Europe/Pariss"
sort = "wurst"
columns = "waitingCalls, canary"
tick = "canary"
title = 3

[thresholds]
longestWaitingTime = { warning = "1:00", fro = "10s" }
[thresholds.nope]
warning = 3

[[thresholds.override]]
queue = "VIP*"
waitingCalls = { warning = "canary" }

[keys]
qit = "x"
filter = "s"

[nonsense]
"""


def test_all_at_once_with_file_line_key_and_nearest(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        MANY,
        {"WALLBOARD_API_KEY": "canary", "WALLBOARD_API__TIMEOUT": "canary"},
        {"poll.interval": 1},
    )
    assert told == (
        "environment: WALLBOARD_API_KEY: no such variable; nearest: WALLBOARD_API__KEY, "
        "WALLBOARD_API__SITES, WALLBOARD_API__CLIENT_KEY",
        'environment: WALLBOARD_API__TIMEOUT: not a duration: write seconds ("90"), "1:30" or '
        '"1m30s"',
        'command line: poll.interval: write 2 to 300 seconds, or "auto"',
        "wallboard.toml:1: title: no such section; nearest: board.title",
        "wallboard.toml:4: api.pasword: no such key; nearest: api.password",
        "wallboard.toml:5: api.interval: no such key; nearest: poll.interval, today.interval",
        'wallboard.toml:8: api.metrics[2]: "waitingCals" is not a metric; nearest: waitingCalls',
        "wallboard.toml:10: api.endpoint: write 'auto', 'realtime' or 'queue-metrics'",
        "wallboard.toml:11: api.key: a key has no blanks, and only letters, digits and signs of "
        "ASCII",
        "wallboard.toml:12: api.max_body: at least 100000",
        "wallboard.toml:15: board.timezone: not a time zone; nearest: Europe/Paris, "
        "Europe/Warsaw, Europe/Madrid",
        'wallboard.toml:16: board.sort: "wurst" is not an order: write worst, unusual, name, '
        "site, extension or a metric; nearest: worst",
        'wallboard.toml:17: board.columns[2]: "canary" is not a column',
        "wallboard.toml:18: board.tick: write true or false",
        "wallboard.toml:19: board.title: write it as text, in quotes",
        "wallboard.toml:22: thresholds.longestWaitingTime.fro: no such key; nearest: for",
        "wallboard.toml:23: thresholds.nope: no such metric",
        "wallboard.toml:28: thresholds.override[1].waitingCalls.warning: not a number",
        "wallboard.toml:31: keys.qit: no such action; nearest: quit, write, sites",
        "wallboard.toml:32: keys.filter: the key s also does sites; give one of them another",
        "wallboard.toml:34: nonsense: no such section",
    )


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("api = 3", "wallboard.toml:1: api: write a table: [api]"),
        ("keys = 3", "wallboard.toml:1: keys: write a table: [keys]"),
        ("thresholds = 3", "wallboard.toml:1: thresholds: write a table: [thresholds]"),
        ("[[board]]", "wallboard.toml:1: board: write a table: [board]"),
        ("_env_file = 'x'", "wallboard.toml:1: _env_file: no such section; nearest: files"),
    ],
)
def test_a_section_is_a_table(tmp_path: Path, section: str, words: str) -> None:
    assert mistakes(tmp_path, section) == (words,)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[api]\nkey = canary\nnope = 1", ":2: no value of TOML: text needs quotes"),
        ('[api]\npassword "canary"', ":2: a key without = after it"),
        ('[api]\nkey = "canary', ":2: text without a quote at its end"),
        ('[api]\nkey = "ca\nnary"', ":2: a character that may not stand here"),
        ("[api]\nkey = 'a'\nkey = 'canary'", ":3: this key is written twice"),
        ("[api]\n\n[api]", ":3: this table is written twice"),
        ("[api", ":1: a table's name without ] after it"),
        ("[api]\nsites = ['canary' 'canary']", ":2: a list without ] at its end"),
        ('[api]\nkey = "\\canary"', ":2: a \\ in text must be doubled"),
        ("[api]\nkey = 'a' 'canary'", ":2: more than one thing on the line"),
        ("a = {b = 1, b = 2}", ":1: this key is written twice"),
    ],
)
def test_a_syntax_error_is_told_alone(tmp_path: Path, toml: str, words: str) -> None:
    (told,) = mistakes(tmp_path, toml, {"WALLBOARD_NONSENSE": "1"})
    assert told.startswith(f"wallboard.toml{words}")
    assert "canary" not in told


def test_a_file_that_is_no_text_or_nested_without_end(tmp_path: Path) -> None:
    assert mistakes(tmp_path, b"\xff\xfe\x00") == ("wallboard.toml: not text in UTF-8",)
    (told,) = mistakes(tmp_path, "a = " + "[" * 5_000 + "]" * 5_000)
    assert told == "wallboard.toml: nested too deep"
    (told,) = mistakes(tmp_path, "a = " + "1" * 5_000)
    assert told == "wallboard.toml:1: not TOML"


@pytest.mark.parametrize("by_flag", [True, False])
def test_a_file_that_was_named_must_be_there(tmp_path: Path, by_flag: bool) -> None:
    environ = {} if by_flag else {"WALLBOARD_CONFIG": "mine.toml"}
    with pytest.raises(ConfigurationError) as caught:
        load({}, environ, tmp_path, config=Path("mine.toml") if by_flag else None)
    assert caught.value.mistakes == ("mine.toml: no such file or directory",)
    with pytest.raises(ConfigurationError) as caught:
        load({}, {}, tmp_path, config=tmp_path)
    assert "is a directory" in caught.value.mistakes[0]


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf[api]\r\n\r\nnope = 1\r\n"
    assert mistakes(tmp_path, text) == ("wallboard.toml:3: api.nope: no such key",)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("WALLBOARD_API_PASSWORD", "WALLBOARD_API__PASSWORD"),
        ("WALLBOARD_CONFG", "WALLBOARD_CONFIG"),
        ("wallboard_api__key", "WALLBOARD_API__KEY"),
        ("WALLBOARD_POLL__INTERVALL", "WALLBOARD_POLL__INTERVAL"),
        ("WALLBOARD_API__KEY__X", "WALLBOARD_API__KEY"),
        ("WALLBOARD_THRESHOLDS", ""),
        ("WALLBOARD_", ""),
    ],
)
def test_unknown_variables(tmp_path: Path, name: str, nearest: str) -> None:
    (told,) = mistakes(tmp_path, "", {name: "canary", "OTHER_X": "y", "WALLBOARDS": "z"})
    assert told.startswith(f"environment: {name}: no such variable")
    assert nearest in told
    assert "canary" not in told


def test_variables_of_open_sections(tmp_path: Path) -> None:
    told = mistakes(
        tmp_path,
        "[thresholds]\nwaitingCalls = { warning = 1, critical = 2 }\n[keys]\nquit = 'Z'",
        {
            "WALLBOARD_KEYS__QUITT": "canary",
            "WALLBOARD_THRESHOLDS__WAITINGCALS__WARNING": "1",
            "WALLBOARD_THRESHOLDS__WAITINGCALLS__WARNING": "canary",
        },
    )
    assert told == (
        "environment: WALLBOARD_THRESHOLDS__WAITINGCALLS__WARNING: not a number",
        "environment: WALLBOARD_THRESHOLDS__WAITINGCALS__WARNING: no such metric; nearest: "
        "waitingCalls",
        "environment: WALLBOARD_KEYS__QUITT: no such action; nearest: quit",
    )


def test_a_mistake_is_told_of_the_place_that_won(tmp_path: Path) -> None:
    toml = "[api]\nmetrics = ['a',\n 'b']\ntimeout = 0"
    told = mistakes(
        tmp_path, toml, {"WALLBOARD_API__METRICS": "waitingCalls,zzz"}, {"api.timeout": 900}
    )
    assert told == (
        'environment: WALLBOARD_API__METRICS[2]: "zzz" is not a metric',
        "command line: api.timeout: write 1 to 300 seconds",
    )


def test_the_same_metric_in_two_spellings(tmp_path: Path) -> None:
    toml = "[thresholds]\nwaitingCalls = false\nWAITINGCALLS = { warning = 1 }"
    assert mistakes(tmp_path, toml) == ("wallboard.toml:3: thresholds.WAITINGCALLS: written twice",)


@pytest.mark.parametrize("interval", ["1", "301", "-5", "nan", "inf", "true", "[]", '"soon"'])
def test_intervals_that_are_none(tmp_path: Path, interval: str) -> None:
    (told,) = mistakes(tmp_path, f"[poll]\ninterval = {interval}")
    assert told.startswith("wallboard.toml:2: poll.interval: ")


@pytest.mark.parametrize("key", ["\\u001b]52;c;x", "a\\nb", "\\u202eabc"])
def test_a_key_cannot_write_to_the_terminal(tmp_path: Path, key: str) -> None:
    (told,) = mistakes(tmp_path, f'[api]\n"{key}" = 1')
    assert told.isprintable()


# --- nothing that was written is ever repeated, but a wrong name in a list of names

CANARY = st.text(
    st.characters(codec="utf-8", exclude_characters="'", exclude_categories=("Cc", "Cs")),
    max_size=12,
).map(lambda tail: "zqxcanary" + tail)
KEYS = (
    "api.base_url", "api.key", "api.pasword", "api.secrets_dir", "api.pbx",
    "api.endpoint", "api.timeout", "api.ca_bundle", "api.max_body", "api.key.x", "poll.interval",
    "poll.password", "board.title", "board.timezone", "board.tick",
    "board.theme", "thresholds.waitingCalls", "thresholds.waitingCalls.warning",
    "thresholds.longestWaitingTime.for", "thresholds.longestWaitingTime.recover",
    "thresholds.avgWaitingTime.recover.warning", "thresholds.avgWaitingTime.direction",
    "thresholds.password", "thresholds.override", "thresholds.total", "keys.password",
    "thresholds.waitingCalls.remind", "log.level", "log.folder", "kiosk.by", "kiosk.dim",
    "kiosk.tv", "kiosk.message", "alerts.command", "alerts.quiet", "alerts.initials", "hours.open",
    "hours.override", "hours.override.open", "views.1", "views.password", "labels.waitingCalls",
    "labels.password",
    "password", "api", "keys", "thresholds", "nonsense.password",
)  # fmt: skip
NAMES = ("api.metrics", "board.columns", "board.tiles", "board.sort", "keys.quit")
SHAPES = (
    "{}", "[{}]", "{{ x = {} }}", "[[{}]]", "{}{}", "{} = 1", "[{}", "{{ x {} }}",
    "[{{ open = {} }}]",
)  # fmt: skip


def leaks(error: ConfigurationError) -> bool:
    told = [str(error), repr(error), error.remedy, *traceback.format_exception(error)]
    return error.__context__ is not None or any("zqxcanary" in text for text in told)


@given(st.sampled_from(KEYS), st.sampled_from(SHAPES), CANARY)
def test_no_value_of_a_file_is_repeated(
    tmp_path_factory: pytest.TempPathFactory, key: str, shape: str, canary: str
) -> None:
    place = tmp_path_factory.getbasetemp()
    file = place / "wallboard.toml"
    written = shape.format(*[f"'{canary}'"] * 2)
    file.write_text(f"nope = 1\n{key} = {written}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load({}, {}, place, candidates=[file])
    assert not leaks(caught.value)


@given(st.sampled_from(KEYS), CANARY)
def test_no_value_of_a_variable_or_flag_is_repeated(
    tmp_path_factory: pytest.TempPathFactory, key: str, canary: str
) -> None:
    place = tmp_path_factory.getbasetemp()
    variable = "WALLBOARD_" + key.upper().replace(".", "__")
    environ = {variable: canary.replace("\0", ""), "WALLBOARD_NOPE": canary}
    with pytest.raises(ConfigurationError) as caught:
        load({key: canary}, environ, place, candidates=[])
    assert not leaks(caught.value)


@pytest.mark.parametrize("key", NAMES)
def test_a_wrong_name_is_quoted_where_only_names_stand(tmp_path: Path, key: str) -> None:
    (told,) = mistakes(tmp_path, f"{key} = 'zqxcanary 1'")
    assert '"zqxcanary 1" is not a' in told
    assert mistakes(tmp_path, "", {}, {key: "zqxcanary 1"}) == (told.replace(
        "wallboard.toml:1", "command line"),)  # fmt: skip


@pytest.mark.parametrize("key", NAMES)
@pytest.mark.parametrize(
    "written", ["zqxcanary!$", "zqxcanary" * 5, "zqxcanary\u202e", "zqxcanary'"]
)
def test_what_does_not_look_like_a_name_is_never_quoted(
    tmp_path: Path, key: str, written: str
) -> None:
    (told,) = mistakes(tmp_path, f'{key} = "{written}"')
    assert "zqxcanary" not in told


@pytest.mark.parametrize("place", ["file", "environment", "secret file"])
@pytest.mark.parametrize("secret", ["key", "username", "password"])
def test_a_secret_in_the_wrong_place_is_never_quoted(
    tmp_path: Path, place: str, secret: str
) -> None:
    toml, environ = "[board]\ncolumns = ['waiting', 'zqxcanary']\n[api]\n", {}
    if place == "file":
        toml += f"{secret} = 'zqxcanary'"
    elif place == "environment":
        environ = {f"WALLBOARD_API__{secret.upper()}": "zqxcanary"}
    else:
        toml += f"secrets_dir = '{tmp_path}'"
        (tmp_path / f"api_{secret}").write_text("zqxcanary\n")
        (tmp_path / f"api_{secret}").chmod(0o600)
    (told,) = mistakes(tmp_path, toml, environ)
    assert told.startswith("wallboard.toml:2: board.columns[2]: not a column")


@given(CANARY)
def test_no_line_of_a_broken_file_is_repeated(
    tmp_path_factory: pytest.TempPathFactory, canary: str
) -> None:
    place = tmp_path_factory.getbasetemp()
    file = place / "broken.toml"
    file.write_text(f"[api]\npassword = {canary}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load({}, {}, place, candidates=[file])
    assert not leaks(caught.value)
