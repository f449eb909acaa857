"""Single values at their ends: too large, too long, not what they look like. Each told once."""

from pathlib import Path
from typing import Any

import pytest

from wallboard.config.layers import Layer
from wallboard.config.mistakes import known_keys
from wallboard.config.sources import exposure_warnings
from wallboard.errors import ConfigurationError
from wallboard.settings import LoadedSettings, Settings, load

LONG = "1" + "0" * 400
"""More digits than a float can hold."""
EXTREME = (
    LONG, f"-{LONG}", f'"{LONG}"', f'"{LONG}:00"', f'"{LONG}d"', f'"{LONG}GB"', f'"{LONG}h"',
    "1e308", "nan", "-inf", "9" * 5_000, '"\\u0000"', '"["', f'"{"[" * 3_000}"', f'"{"x" * 5_000}"',
    "[[]]", "[{}]", "{}", "3", "1979-05-27", '"http://["',
)  # fmt: skip
INSIDE = (
    "thresholds.waitingCalls.warning", "thresholds.longestWaitingTime.critical",
    "thresholds.longestWaitingTime.for", "thresholds.waitingCalls.remind",
    "thresholds.acceptedCallsPercentage.recover", "groups.a.queues", "views.1.filter",
    "groups.a.thresholds.avgWaitingTime.warning", "views.1.columns", "labels.waitingCalls",
)  # fmt: skip


def read(place: Path, toml: str, **environ: str) -> LoadedSettings:
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    return load({}, environ, place, candidates=[place / "wallboard.toml"])


def mistakes(place: Path, toml: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        read(place, toml, **environ)
    return list(caught.value.mistakes)


@pytest.mark.parametrize("value", EXTREME, ids=lambda value: f"{value[:6]}-{len(value)}")
def test_no_value_of_any_setting_is_more_than_a_mistake(tmp_path: Path, value: str) -> None:
    """Whoever saves a file while a board runs has not looked at it yet: it must not end it."""
    keys = [f"{section}.{key}" for section, keys in known_keys().items() for key in keys]
    toml = "".join(f"{key} = {value}\n" for key in (*keys, *INSIDE))
    for told in mistakes(tmp_path, toml):
        assert told.startswith("wallboard.toml:")
        assert told.isprintable()
        assert len(told) < 400


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("history.readings", '"soon"', 'not a time: write days as "7d", or hours as "12h"'),
        ("history.readings", '"1.5.2d"', 'not a time: write days as "7d", or hours as "12h"'),
        ("history.readings", '"7w"', 'not a time: write days as "7d", or hours as "12h"'),
        ("history.readings", "-7", 'not a time: write days as "7d", or hours as "12h"'),
        ("history.readings", '"0.09d"', 'write "0.1d" to "400d"'),
        ("history.readings", '"401d"', 'write "0.1d" to "400d"'),
        ("history.minutes", "0.9", 'write "1d" to "4000d"'),
        ("history.minutes", '"96024h"', 'write "1d" to "4000d"'),
        ("history.max_size", '"big"', 'not a size: write "500MB" or "1GB"'),
        ("history.max_size", '"5TB"', 'not a size: write "500MB" or "1GB"'),
        ("history.max_size", '"1MB"', 'write "20MB" to "1000GB"'),
        ("history.max_size", "19_999_999", 'write "20MB" to "1000GB"'),
        ("history.max_size", '"1001GB"', 'write "20MB" to "1000GB"'),
    ],
)
def test_how_long_and_how_much_is_kept(tmp_path: Path, key: str, written: str, words: str) -> None:
    assert mistakes(tmp_path, f"{key} = {written}") == [f"wallboard.toml:1: {key}: {words}"]


@pytest.mark.parametrize(
    ("toml", "environ", "told"),
    [
        ("[labels]\nwaitingCalls = 'Q'\n[board]\ncolumns = 3", {}, "3: board.columns: not a list"),
        ("[groups.a]\nqueues = 'x'\n[board]\ntiles = true", {}, "3: board.tiles: not a list"),
        ("[api]\nsites = '[\"a]'", {}, "1: api.sites: not a list"),
        ("[api]\nsites = '[3, a]'", {}, "1: api.sites: not a list"),
        ("[[notify]]\nto = 'json://h/x'\ngroups = 3", {}, "2: notify[1].groups: not a list"),
        ("notify = 3", {"WALLBOARD_NOTIFY__1__TO": "json://h/x"}, "0: notify: "),
        ("[api]\nca_bundle = \"a\\u0000b\"", {}, "1: api.ca_bundle: write one line"),
        ("[api]\nclient_cert = '/no/such'", {}, "1: api.client_cert: no such file"),
    ],
)  # fmt: skip
def test_what_is_read_in_two_places_is_told_once(
    tmp_path: Path, toml: str, environ: dict[str, str], told: str
) -> None:
    (mistake,) = mistakes(tmp_path, toml, **environ)
    line, _, words = told.partition(": ")
    assert mistake.startswith(f"wallboard.toml:{int(line) + 1}: {words}")


def test_an_address_goes_into_no_table_that_is_none(tmp_path: Path) -> None:
    """``to`` of the environment for an entry that is a number: that is the mistake, once."""
    (mistake,) = mistakes(tmp_path, "notify = [3]", WALLBOARD_NOTIFY__1__TO="json://h/x")
    assert mistake.startswith("wallboard.toml:1: notify[1]: ")


@pytest.mark.parametrize(
    ("base", "override", "told"),
    [
        # What is inherited wrong is told where it was written, and not again.
        ("waitingCalls = { warning = 9 }", 'waitingCalls = { for = "5s" }', ["2"]),
        # What cannot be read is in no order.
        ("waitingCalls = { warning = 3 }", "waitingCalls = { warning = 9, critical = 'x' }", ["5"]),
        # Another override of the same queues that says nothing of this metric changes nothing.
        ("talkingCalls = { warning = 3 }", "talkingCalls = { critical = 2 }", ["5"]),
    ],
)
def test_bounds_out_of_order_are_told_of_whoever_wrote_them(
    tmp_path: Path, base: str, override: str, told: list[str]
) -> None:
    toml = (
        f'[thresholds]\n{base}\n[[thresholds.override]]\nqueue = "VIP*"\n{override}\n'
        "[[thresholds.override]]\nqueue = '*'\nonHoldCalls = { warning = 1 }\n"
    )
    found = [mistake.split(":")[1] for mistake in mistakes(tmp_path, toml)]
    assert found == told


def test_a_section_that_is_made_of_a_wrong_table_tells_all_of_it() -> None:
    wrong: dict[str, Any] = {"waitingCalls": {"fro": 1}, "nope": {"warning": 1}}
    with pytest.raises(ValueError, match=r"fro: no such key.*; thresholds\.nope: no such metric"):
        Settings.model_validate({"thresholds": wrong})


def test_a_file_that_is_gone_meanwhile_is_not_warned_of(tmp_path: Path) -> None:
    layer = Layer({"api": {"password": "canary"}}, {})
    assert exposure_warnings(tmp_path / "gone.toml", "gone.toml", layer, 0) == []


def test_the_most_of_a_number_is_told(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, "[api]\nmax_queues = 1_000_001")
    assert told == "wallboard.toml:2: api.max_queues: at most 1000000"
