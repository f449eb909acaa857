"""What is configured, from where, and what it becomes."""

import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib import resources
from itertools import combinations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wallboard import actions
from wallboard.config.model import SECTIONS
from wallboard.config.values import zone
from wallboard.errors import ConfigurationError
from wallboard.model.data.catalogue import DEFAULT_COLUMNS, DEFAULT_TILES, TODAY
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.opening_hours import ALWAYS
from wallboard.model.data.options import EXPORTED
from wallboard.model.data.view_options import COLUMNS, ViewOptions
from wallboard.model.judge.rules import DEFAULT_BOUNDS, Rules
from wallboard.model.select.selection import Order, Selection
from wallboard.settings import LoadedSettings, Settings, load

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def read(place: Path, toml: str = "", **environ: str) -> LoadedSettings:
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    return load({}, environ, place, candidates=[place / "wallboard.toml"])


def secret_file(folder: Path, name: str, text: str, mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(text.encode())
    file.chmod(mode)
    return file


def test_nothing_configured_is_the_defaults(place: Path) -> None:
    loaded = load({}, {}, place, candidates=[])
    assert loaded.path is None
    assert loaded.origins == {}
    assert loaded.settings == Settings()
    assert loaded.settings.thresholds.rules == Rules()
    assert loaded.settings.poll.interval is None
    assert loaded.settings.api.metrics == ()
    assert loaded.settings.keys == actions.keymap({})[0]


PLACES = ("flag", "environment", "credentials", "secrets_dir", "file")


@pytest.mark.parametrize(("strong", "weak"), [*combinations(PLACES, 2)])
def test_of_two_places_the_stronger_wins(place: Path, strong: str, weak: str) -> None:
    flags: dict[str, object] = {}
    environ: dict[str, str] = {}
    toml = '[api]\nsecrets_dir = "secrets"\n'
    (place / "secrets").mkdir()
    for one in (strong, weak):
        match one:
            case "flag":
                flags["api.username"] = one
            case "environment":
                environ["WALLBOARD_API__USERNAME"] = one
            case "credentials":
                environ["CREDENTIALS_DIRECTORY"] = str(place / "lent")
                secret_file(place / "lent", "api_username", one)
            case "secrets_dir":
                secret_file(place / "secrets", "api_username", one)
            case "file":
                toml += f'username = "{one}"\n'
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    loaded = load(flags, environ, place, candidates=[place / "wallboard.toml"])
    assert loaded.settings.api.username.get_secret_value() == strong


def test_places_complete_each_other_key_by_key(place: Path) -> None:
    toml = '[poll]\ninterval = 30\n[board]\ntitle = "Ours"\nsort = "name"\n'
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    loaded = load(
        {"poll.interval": 5, "api.sites": (), "board.theme": None},
        {"WALLBOARD_BOARD__SORT": "-waitingcalls"},
        place,
        candidates=[place / "wallboard.toml"],
    )
    settings = loaded.settings
    assert settings.poll.interval == 5
    assert settings.board.title == "Ours"
    assert settings.board.sort == "-waitingCalls"
    assert settings.board.theme == "control-room"
    assert loaded.origins == {
        "poll.interval": "command line: poll.interval",
        "board.sort": "environment: WALLBOARD_BOARD__SORT",
        "board.title": "wallboard.toml:4: board.title",
    }


def test_a_list_from_a_stronger_place_replaces_the_whole_list(place: Path) -> None:
    settings = read(place, '[api]\nsites = ["Paris", "Lyon"]', WALLBOARD_API__SITES="Nice").settings
    assert settings.api.sites == ("Nice",)


def test_the_file_that_is_read_is_the_first_that_is_there(place: Path) -> None:
    first, second, third = (place / name for name in ("a.toml", "b.toml", "c.toml"))
    second.write_text('[board]\ntitle = "b"', encoding="utf-8")
    third.write_text('[board]\ntitle = "c"', encoding="utf-8")
    usual = [first, second, third]
    assert load({}, {}, place, candidates=usual).path == second
    named = {"WALLBOARD_CONFIG": "c.toml"}
    assert load({}, named, place, candidates=usual).settings.board.title == "c"
    by_flag = load({}, named, place, config=Path("b.toml"), candidates=usual)
    assert by_flag.settings.board.title == "b"


def test_the_usual_folders_are_looked_in(place: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(place / "home"), "XDG_CONFIG_DIRS": str(place / "etc")}
    (place / "etc/wallboard").mkdir(parents=True)
    (place / "etc/wallboard/wallboard.toml").write_text('[board]\ntitle = "system"')
    assert load({}, environ, place).settings.board.title == "system"
    (place / "home/wallboard").mkdir(parents=True)
    (place / "home/wallboard/wallboard.toml").write_text('[board]\ntitle = "user"')
    assert load({}, environ, place).settings.board.title == "user"
    (place / "wallboard.toml").write_text('[board]\ntitle = "here"')
    assert load({}, environ, place).settings.board.title == "here"


@pytest.mark.parametrize("written", ['"a, b ,c"', '["a", "b", "c"]', '["a", "b", "c", "a"]'])
def test_lists_are_arrays_or_have_commas(place: Path, written: str) -> None:
    assert read(place, f"[api]\nqueues = {written}").settings.api.queues == ("a", "b", "c")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Paris, Lyon", ("Paris", "Lyon")),
        ('["Paris, Texas", "Lyon"]', ("Paris, Texas", "Lyon")),
        ("101,0102", ("101", "0102")),
        ("", ()),
    ],
)
def test_lists_in_the_environment(place: Path, written: str, expected: tuple[str, ...]) -> None:
    assert read(place, WALLBOARD_API__QUEUES=written).settings.api.queues == expected


def test_an_extension_may_be_a_number_and_a_name_keeps_its_comma(place: Path) -> None:
    settings = read(place, '[api]\nqueues = [101, "Sales, North"]').settings
    assert settings.api.queues == ("101", "Sales, North")


def test_metrics_are_known_whatever_their_case(place: Path) -> None:
    settings = read(
        place,
        '[board]\ncolumns = ["WAITINGCALLS"]\n[thresholds]\nLONGESTWAITINGTIME = false\n',
        WALLBOARD_BOARD__TILES="avgwaitingtime",
        WALLBOARD_THRESHOLDS__AVAILABLEAGENTS__WARNING="2",
    ).settings
    assert settings.board.columns == ("waitingCalls",)
    assert settings.board.tiles == ("avgWaitingTime",)
    assert settings.thresholds.rules.base["longestWaitingTime"].off
    assert settings.thresholds.rules.base["availableAgents"].warning == 2


def test_values_from_the_environment_are_read_as_their_kind(place: Path) -> None:
    settings = read(
        place,
        WALLBOARD_BOARD__TICK="false",
        WALLBOARD_API__TIMEOUT="1m",
        WALLBOARD_API__MAX_BODY="200000",
        WALLBOARD_POLL__INTERVAL="auto",
        WALLBOARD_KEYS__PAGE_UP="u, pgup",
    ).settings
    assert not settings.board.tick
    assert settings.api.timeout == 60
    assert settings.api.max_body == 200_000
    assert settings.poll.interval is None
    assert settings.keys["page_up"] == ("u", "pageup")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2", 2.0), ("300", 300.0), ('"0:30"', 30.0), ('"1m"', 60.0), ("2.5", 2.5), ('"auto"', None)],
)
def test_the_interval(place: Path, written: str, expected: float | None) -> None:
    assert read(place, f"[poll]\ninterval = {written}").settings.poll.interval == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://api.8x8.com/analytics/work/",
        "https://proxy.example:8443/x",
        "http://127.0.0.1:8080",
        "http://127.8.8.8",
        "http://localhost:1/a",
        "http://[::1]:8080",
    ],
)
def test_addresses_that_are_safe(place: Path, url: str) -> None:
    assert read(place, f'[api]\nbase_url = "{url}"').settings.api.base_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.8x8.com/analytics/work",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[::2]",
        "https://user:secret@api.8x8.com",
        "https://:443",
        "https://[::1",
        "https://host:port",
        "https://host/a?b=c",
        "https://host/#x",
        "https://host /",
        "ftp://host",
        "api.8x8.com",
        "",
    ],
)
def test_addresses_that_are_not(place: Path, url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, f'[api]\nbase_url = "{url}"')
    (mistake,) = caught.value.mistakes
    assert mistake.startswith("wallboard.toml:2: api.base_url: ")


@pytest.mark.parametrize("endpoint", ["auto", "realtime", "REALTIME", "queue-metrics"])
def test_the_endpoints(place: Path, endpoint: str) -> None:
    settings = read(place, f'[api]\nendpoint = "{endpoint}"').settings
    assert settings.api.endpoint == endpoint.lower()


def test_what_happened_today_is_not_asked_of_the_live_endpoint(place: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, '[api]\nmetrics = ["waitingCalls", "enteredCalls"]')
    assert caught.value.mistakes == (
        'wallboard.toml:2: api.metrics[2]: "enteredCalls" is not a live metric: the day so far '
        "is asked for by [today]",
    )


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ('start = "06:30"', "2026-03-29T04:30Z", "2026-03-30T04:30Z"),
        ("start = 06:30:00", "2026-03-29T04:30Z", "2026-03-30T04:30Z"),
        ('timezone = "America/New_York"', "2026-03-29T04:00Z", "2026-03-30T04:00Z"),
    ],
)
def test_a_day_begins_where_and_when_it_is_said(
    place: Path, line: str, start: str, end: str
) -> None:
    settings = read(place, f'[board]\ntimezone = "Europe/Paris"\n[today]\n{line}').settings
    day = settings.day_rule()(datetime(2026, 3, 29, 12, tzinfo=UTC))
    expected = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert (day.start, day.end) == expected


@pytest.mark.parametrize("written", ['"7"', '"24:00"', '"07:30:10"', "7", '"noon"'])
def test_what_is_no_time_of_the_day(place: Path, written: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, f"[today]\nstart = {written}")
    (mistake,) = caught.value.mistakes
    assert mistake == (
        'wallboard.toml:2: today.start: not a time of the day: write "00:00" to "23:59"'
    )


def test_without_today_its_numbers_are_in_no_column_that_nobody_named(place: Path) -> None:
    options = read(place, "[today]\nenabled = false").settings.view_options()
    assert not set(TODAY) & {*options.columns, *options.tiles}
    named = read(place, '[today]\nenabled = false\n[board]\ncolumns = ["enteredCalls"]').settings
    assert named.view_options().columns == ("enteredCalls",)


def test_levels_of_time_in_a_status_are_in_order(place: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, '[agents]\nwrap_up_warning = "5:00"')
    assert "wrap_up_warning is longer than wrap_up_critical" in caught.value.mistakes[0]


def test_a_percentage_is_one(place: Path) -> None:
    rules = read(
        place, '[thresholds]\nabandonedInWaitingCallsPercentage = {warning = "4 %", critical = 6}'
    ).settings.thresholds.rules
    bounds = rules.base["abandonedInWaitingCallsPercentage"]
    assert (bounds.warning, bounds.critical) == (4, 6)
    with pytest.raises(ConfigurationError) as caught:
        read(place, "[thresholds]\ndivertedCallsPercentage = {warning = 2, critical = 120}")
    assert "a percentage is 0 to 100" in caught.value.mistakes[0]


def test_time_in_target_has_no_levels(place: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, "[thresholds]\ntimeInTarget = {warning = 90}")
    assert "measured by the board itself" in caught.value.mistakes[0]


# --- secrets


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("pass\n", "pass"),
        ("pass\r\n", "pass"),
        ("pass", "pass"),
        (" p ^&=%+ \n\n", " p ^&=%+ \n"),
        ("pß中\n", "pß中"),
    ],
)
def test_a_secret_file_loses_its_last_newline_only(
    place: Path, written: str, expected: str
) -> None:
    secret_file(place / "s", "api_password", written)
    settings = read(place, WALLBOARD_API__SECRETS_DIR="s").settings
    assert settings.api.password.get_secret_value() == expected


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o601, 0o777])
def test_a_secret_file_that_others_may_use_is_a_mistake(place: Path, mode: int) -> None:
    file = secret_file(place / "s", "api_key", "canary", mode)
    with pytest.raises(ConfigurationError) as caught:
        read(place, '[api]\nsecrets_dir = "s"')
    (mistake,) = caught.value.mistakes
    assert mistake == f"{file}: api.key: others may read it; chmod 600 {file}"
    file.chmod(0o400)
    assert read(place, '[api]\nsecrets_dir = "s"').settings.api.key.get_secret_value() == "canary"


def test_a_secret_file_of_another_owner_is_taken_as_ssh_does(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret_file(place / "s", "api_key", "lent", 0o640)
    monkeypatch.setattr(os, "getuid", lambda: os.stat(place).st_uid + 1)
    settings = read(place, CREDENTIALS_DIRECTORY=str(place / "s")).settings
    assert settings.api.key.get_secret_value() == "lent"


def test_secret_files_that_cannot_be_used_are_all_told(place: Path) -> None:
    secret_file(place / "s", "api_key", "\n")
    secret_file(place / "s", "api_username", "x").write_bytes(b"\xff\xfe")
    (place / "s" / "api_password").symlink_to(place / "nowhere")
    with pytest.raises(ConfigurationError) as caught:
        read(place, WALLBOARD_API__SECRETS_DIR="s")
    assert [line.rpartition(": ")[2] for line in caught.value.mistakes] == [
        "the file is empty",
        "not text in UTF-8",
        "no such file or directory",
    ]


def test_an_empty_variable_does_not_hide_a_secret_file(place: Path) -> None:
    secret_file(place / "s", "api_key", "k")
    environ = {"WALLBOARD_API__KEY": "", "CREDENTIALS_DIRECTORY": str(place / "s")}
    assert read(place, **environ).settings.api.key.get_secret_value() == "k"


def test_a_configuration_with_secrets_that_others_may_read_is_warned_of(place: Path) -> None:
    toml = '[api]\nkey = "canary"\npassword = "canary"\nusername = ""\n'
    read(place, toml)
    for mode, warnings in [
        (0o600, ()),
        (
            0o644,
            (
                "wallboard.toml: others may read it, and it holds api.key, api.password; "
                "chmod 600 wallboard.toml",
            ),
        ),
    ]:
        (place / "wallboard.toml").chmod(mode)
        assert read(place, toml).warnings == warnings
    (place / "wallboard.toml").chmod(0o644)
    assert read(place, '[api]\nusername = ""').warnings == ()


def test_a_secret_file_is_a_file(place: Path) -> None:
    """A pipe would wait for ever for somebody to write."""
    (place / "s").mkdir(mode=0o700)
    os.mkfifo(place / "s/api_key", 0o600)
    (place / "s/api_password").mkdir()
    with pytest.raises(ConfigurationError) as caught:
        read(place, '[api]\nsecrets_dir = "s"')
    assert [line.rpartition(": ")[2] for line in caught.value.mistakes] == [
        "not a file",
        "is a directory",
    ]


def test_secrets_are_in_no_repr(place: Path) -> None:
    loaded = read(
        place,
        '[api]\nkey = "canary-1"\npassword = "canary-2"',
        WALLBOARD_API__USERNAME="canary-3",
    )
    for shown in (repr(loaded), str(loaded.settings), repr(loaded.settings.model_dump())):
        assert "canary" not in shown


def test_missing_credentials_are_named_with_where_to_put_them(place: Path) -> None:
    settings = read(place, '[api]\nusername = "me"').settings
    with pytest.raises(ConfigurationError) as caught:
        settings.require_credentials()
    key, password = caught.value.mistakes
    for text in ("api.key: not set", "WALLBOARD_API__KEY", "api_key", "[api]"):
        assert text in key
    assert "WALLBOARD_API__PASSWORD" in password
    assert "wallboard demo" in caught.value.remedy
    full = read(place, '[api]\nusername = "me"\nkey = "k"\npassword = "p"').settings
    full.require_credentials()  # raises nothing


# --- files named in the configuration


def test_files_are_relative_to_what_names_them(place: Path) -> None:
    (place / "conf").mkdir()
    (place / "conf/ca.pem").touch()
    (place / "own.pem").touch()
    (place / "conf/wallboard.toml").write_text('[api]\nca_bundle = "ca.pem"', encoding="utf-8")
    environ = {"WALLBOARD_API__CLIENT_CERT": "~/own.pem", "HOME": str(place)}
    loaded = load({}, environ, place, config=Path("conf/wallboard.toml"))
    assert loaded.settings.api.ca_bundle == str(place / "conf/ca.pem")
    assert loaded.settings.api.client_cert == str(place / "own.pem")


def test_files_that_are_not_there(place: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(
            place, '[api]\nca_bundle = "canary.pem"\nclient_key = "canary"\nsecrets_dir = "canary"'
        )
    assert caught.value.mistakes == (
        "wallboard.toml:2: api.ca_bundle: no such file, or it cannot be read",
        "wallboard.toml:3: api.client_key: no such file, or it cannot be read",
        "wallboard.toml:3: api.client_key: of no use without api.client_cert",
        "wallboard.toml:4: api.secrets_dir: no such folder",
    )


# --- what the settings become


def test_view_options_and_selection(place: Path) -> None:
    settings = read(
        place,
        '[board]\ntitle = "Ours"\ntimezone = "Europe/Paris"\ncolumns = "waitingCalls"\n'
        'tiles = []\ntick = false\nsort = "-NAME"\n',
    ).settings
    assert settings.view_options() == ViewOptions(
        "Ours", ("waitingCalls",), (), False, ZoneInfo("Europe/Paris")
    )
    assert settings.selection() == Selection(order=Order("name", descending=True))


def test_the_systems_time_zone_knows_summer_time(place: Path) -> None:
    """A wall runs for months: a fixed offset would be an hour off after the next change."""
    winter, summer = datetime(2026, 1, 15), datetime(2026, 7, 15)
    from_variable = read(place).settings.zone({"TZ": "Europe/Paris"})
    with (ZONES / "Europe/Paris").open("rb") as file:
        (place / "localtime").write_bytes(file.read())
    from_file = zone("", {}, place / "localtime")
    for found in (from_variable, from_file):
        offsets = [found.utcoffset(day) for day in (winter, summer)]
        assert [one.total_seconds() for one in offsets if one] == [3600, 7200]


def test_a_system_without_a_time_zone_still_has_one(place: Path) -> None:
    (place / "broken").write_bytes(b"not a zone")
    for source in (place / "missing", place / "broken"):
        assert zone("", {}, source).utcoffset(datetime(2026, 1, 1)) is not None
    assert zone("", {"TZ": "CET-1CEST"}).utcoffset(datetime(2026, 1, 1)) is not None


ZONES = resources.files("tzdata") / "zoneinfo"


# --- the example


def test_the_example_is_the_defaults(place: Path) -> None:
    settings = load({}, {}, place, config=EXAMPLE).settings
    assert settings == Settings()
    assert settings.thresholds.rules.base == DEFAULT_BOUNDS
    assert settings.board.columns == DEFAULT_COLUMNS
    assert settings.board.tiles == DEFAULT_TILES


def test_the_example_names_every_setting_with_a_comment() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    written = tomllib.loads(text)
    assert list(written) == [name for name in Settings.model_fields if name != "notify"]
    for name, section in SECTIONS.items():
        assert list(written[name]) == [key for key in section.model_fields if key != "override"]
    assert list(written["keys"]) == list(actions.BY_ID)
    assert set(written["thresholds"]) == {*DEFAULT_BOUNDS, "total"}
    assert set(written["board"]["columns"]) <= set(COLUMNS)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if line[:1].isalpha():
            assert lines[number - 1].startswith("# "), f"line {number + 1} has no comment above it"


def test_the_examples_commented_lines_are_valid_too(place: Path) -> None:
    """What is shown behind a ``#`` is used as it stands, once its ``#`` is gone."""
    text = EXAMPLE.read_text(encoding="utf-8")
    shown = r"# (?=\[\[|\[groups|[a-zA-Z_]+ = |[1-9] = )"
    settings = read(place, re.sub(f"(?m)^{shown}", "", text)).settings
    assert settings.thresholds.rules.total["waitingCalls"].critical == 40
    (override,) = settings.thresholds.rules.overrides
    assert override.bounds["longestWaitingTime"].hold == 10
    assert override.bounds["waitingCalls"].off
    assert settings.alert_options().remind.every("avgWaitingTime", "VIP", "Paris") == 600
    assert settings.hours.opening().of("VIP", "Paris") == ALWAYS
    assert settings.targets.waits().of("VIP", "Paris") == 10_000
    assert settings.targets.waits().of("Sales", "Paris") == 20_000
    assert settings.notify[0].recipient().queues == ("VIP*",)
    assert settings.views == {1: "site:paris level:warning", 2: "queue:vip"}
    assert settings.labels["longestWaitingTime"] == "Longest"
    assert settings.rules.groups == (QueueGroup("Sales", ("Sales*", "VIP"), ("Paris", "Dublin")),)
    assert settings.rules.for_group("Sales")["waitingCalls"].hold == 20


def test_the_commands_table_needs_no_pydantic() -> None:
    """``--help`` and the board's own modules start without the slow part."""
    code = (
        "import sys, wallboard.actions, wallboard.host.paths, wallboard.config.tables as t; "
        "t.read_keys({}); sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


SAID = """
[board]
columns = ["LONGEST WAIT", "Avail/Elig", "in state", "abandoned %", "Queue depth"]
tiles = "Average wait, calls"
sort = "-queue depth"
[api]
metrics = ["Waiting", "oldest"]
[labels]
Waiting = "Queue depth"
"longest wait" = "Oldest"
[thresholds]
"Longest wait" = { warning = "1:30" }
[thresholds.total]
"queue depth" = { critical = 30 }
[[thresholds.override]]
queue = "Waiting"
Oldest = { critical = "9:00" }
[labels.queues]
Waiting = "W"
"""


def test_labels_are_taken_wherever_a_metric_is_named(place: Path) -> None:
    loaded = read(
        place, SAID, WALLBOARD_THRESHOLDS__AVERAGE_WAIT__WARNING="33",
        WALLBOARD_THRESHOLDS__OLDEST__CRITICAL="3:00",
    )  # fmt: skip
    settings = loaded.settings
    assert settings.board.columns == (
        "longestWaitingTime", "availableOfEligible", "timeInLevel",
        "abandonedInWaitingCallsPercentage", "waitingCalls",
    )  # fmt: skip
    assert settings.board.tiles == ("avgWaitingTime", "totalCalls")
    assert settings.selection().order == Order("waitingCalls", True)
    assert settings.api.metrics == ("waitingCalls", "longestWaitingTime")
    rules = settings.thresholds.rules
    assert (rules.base["longestWaitingTime"].warning, rules.base["avgWaitingTime"].warning) == (
        90_000,
        33_000,
    )
    assert rules.base["longestWaitingTime"].critical == 180_000
    assert rules.total["waitingCalls"].critical == 30
    assert rules.overrides[0].queue == "Waiting"
    assert rules.overrides[0].bounds["longestWaitingTime"].critical == 540_000
    assert settings.wall_options().short_names == {"waiting": "W"}
    assert loaded.origins["thresholds.longestWaitingTime.critical"].endswith(
        "WALLBOARD_THRESHOLDS__OLDEST__CRITICAL"
    )
    assert loaded.origins["thresholds.longestWaitingTime.warning"].startswith("wallboard.toml:")


def test_a_metric_written_by_two_of_its_names_is_written_twice(place: Path) -> None:
    toml = '[labels]\nwaitingCalls = "Depth"\n[thresholds]\nDepth = false\nwaiting = false'
    with pytest.raises(ConfigurationError) as caught:
        read(place, toml)
    assert caught.value.mistakes == ("wallboard.toml:5: thresholds.waiting: written twice",)


def test_a_label_that_is_a_word_of_the_file_changes_none_of_its_keys(place: Path) -> None:
    toml = (
        '[labels]\nwaitingCalls = "Queue"\ntotalCalls = "Total"\nhandlingCalls = "warning"\n'
        "[thresholds.total]\nwaiting = { warning = 3 }\n"
        '[[thresholds.override]]\nqueue = "VIP"\nwaiting = { warning = 2 }\n'
    )
    rules = read(place, toml).settings.thresholds.rules
    assert (rules.total["waitingCalls"].warning, rules.overrides[0].queue) == (3, "VIP")


def test_two_metrics_can_be_called_by_each_others_labels(place: Path) -> None:
    toml = '[labels]\n"On hold" = "Talking"\ntalking = "On hold"\n[board]\ncolumns = ["on hold"]'
    settings = read(place, toml).settings
    assert settings.labels == {"onHoldCalls": "Talking", "talkingCalls": "On hold"}
    assert settings.board.columns == ("talkingCalls",), "the user's own words go first"


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ('"127.0.0.1:9464"', "127.0.0.1", 9464),
        ('"[::1]:9464"', "::1", 9464),
        ('" wall.example:80 "', "wall.example", 80),
        ('"9464"', "127.0.0.1", 9464),
        ("9464", "127.0.0.1", 9464),
    ],
)
def test_where_metrics_are_asked_for(place: Path, written: str, host: str, port: int) -> None:
    options = read(place, f"[metrics]\nlisten = {written}").settings.metrics.options()
    assert options is not None
    assert (options.host, options.port, options.names) == (host, port, EXPORTED)


@pytest.mark.parametrize(
    "written",
    ['"127.0.0.1"', '":9464"', '"::1:9464"', '"[::1]"', '"a:0"', '"a:65536"', '"http://a:1"',
     '"a b:1"', '"a:１"', "true", "1.5", "[1]"],
)  # fmt: skip
def test_what_is_no_host_and_port(place: Path, written: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(place, f"[metrics]\nlisten = {written}")
    (mistake,) = caught.value.mistakes
    assert mistake.endswith('metrics.listen: write a host and a port, as in "127.0.0.1:9464"')


def test_metrics_are_chosen_by_any_of_their_names_and_are_nowhere_unless_it_is_said(
    place: Path,
) -> None:
    assert read(place).settings.metrics.options() is None
    toml = '[metrics]\nlisten = "9464"\nmetrics = ["longest wait", "enteredcalls"]'
    options = read(place, toml).settings.metrics.options()
    assert options is not None
    assert options.names == ("longestWaitingTime", "enteredCalls")


def test_metrics_without_their_package_are_a_mistake_that_says_how_to_get_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert not read(place, '[metrics]\nmetrics = ["waitingCalls"]').warnings
    with pytest.raises(ConfigurationError) as caught:
        read(place, '[metrics]\nlisten = "9464"')
    assert caught.value.mistakes == (
        "wallboard.toml:2: metrics.listen: needs prometheus-client, which is not here: "
        "pip install prometheus-client",
    )
