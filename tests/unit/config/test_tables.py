"""What the configuration says to the wall, the alerts, the hours, the log: read, and refused."""

import stat
from pathlib import Path
from typing import get_args

import pytest

from wallboard.config.describe import SettingLine
from wallboard.config.model import Log
from wallboard.errors import ConfigurationError
from wallboard.host import logs
from wallboard.model.data.opening_hours import NEVER, OpeningHours, parse_hours
from wallboard.model.data.options import AlertOptions, KioskOptions
from wallboard.settings import LoadedSettings, Settings, load


def loaded(place: Path, toml: str = "", **environ: str) -> LoadedSettings:
    (place / "wallboard.toml").write_text(toml, encoding="utf-8")
    return load({}, environ, place, candidates=[place / "wallboard.toml"])


def read(place: Path, toml: str = "", **environ: str) -> Settings:
    return loaded(place, toml, **environ).settings


def told(place: Path, toml: str = "", **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read(place, toml, **environ)
    return caught.value.mistakes


def program(place: Path, name: str = "hook") -> Path:
    file = place / name
    file.write_text("#!/bin/sh\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_what_nobody_configured_is_what_the_rooms_take_as_usual(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.kiosk.options() == KioskOptions()
    assert settings.alert_options() == AlertOptions()
    assert settings.hours.opening() == OpeningHours()
    assert settings.views == {}
    assert settings.labels == {}
    assert settings.log.level == "info"
    assert settings.log_folder({"XDG_STATE_HOME": "/state"}) == Path("/state/wallboard")


def test_the_wall(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        '[kiosk]\npage_seconds = "1m"\nby = "SITE"\nlocked = true\ndim = "22:00-06:00"\n'
        'message = "Fire drill at 3"\nmessage_file = "news.txt"\ntv = 55\n',
        WALLBOARD_KIOSK__SHIFT="true",
        WALLBOARD_KIOSK__DISTANCE="7.5",
    )
    assert settings.kiosk.options() == KioskOptions(
        page_seconds=60.0,
        by="site",
        locked=True,
        shift=True,
        dim=parse_hours("22:00-06:00"),
        message="Fire drill at 3",
        message_file=tmp_path / "news.txt",
        tv=55.0,
        distance=7.5,
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("page_seconds = 2", "page_seconds: write 3 to 600 seconds"),
        ("page_seconds = 601", "page_seconds: write 3 to 600 seconds"),
        ('by = "queue"', "by: write 'page', 'site' or 'group'"),
        ('locked = "canary"', "locked: write true or false"),
        ('dim = "canary"', "dim: no such day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun"),
        ("dim = 22", "dim: write it as text, in quotes"),
        ('message = "a\\nb"', "message: write one line, without control characters"),
        (f'message = "{"x" * 201}"', "message: at most 200 characters"),
        ("tv = 4\ndistance = 3", "tv: write 5 to 300 inches, or 0 if it is not known"),
        ("tv = 55", "tv: of no use without kiosk.distance"),
        ("distance = 10", "distance: of no use without kiosk.tv"),
    ],
)
def test_mistakes_of_the_wall(tmp_path: Path, line: str, words: str) -> None:
    assert told(tmp_path, f"[kiosk]\n{line}") == (f"wallboard.toml:2: kiosk.{words}",)


def test_the_alerts(tmp_path: Path) -> None:
    hook = program(tmp_path)
    settings = read(
        tmp_path,
        '[alerts]\nblink = false\nbell = true\ncommand = ["./hook", "--to", "a, b"]\n'
        'command_timeout = "30s"\nquiet = "Sat-Sun, Mon-Fri 18:00-08:00"\ninitials = "JD"\n'
        '[thresholds]\nwaitingCalls = { remind = "10m" }\n'
        '[[thresholds.override]]\nsite = "Paris"\nwaitingCalls = { remind = 0 }\n'
        '[[thresholds.override]]\nqueue = "VIP*"\nlongestWaitingTime = { remind = "1:00" }\n',
    )
    options = settings.alert_options()
    assert options.command == (str(hook), "--to", "a, b")
    assert (options.blink, options.bell, options.command_timeout) == (False, True, 30.0)
    assert options.quiet == parse_hours("Sat-Sun, Mon-Fri 18:00-08:00") != NEVER
    assert options.initials == "JD"
    remind = options.remind
    assert remind.every("waitingCalls", "Sales", "Nice") == 600
    assert remind.every("waitingCalls", "VIP", "Nice") == 600
    assert remind.every("waitingCalls", "VIP", "Paris") == 0
    assert remind.every("longestWaitingTime", "VIP", "Paris") == 60
    assert remind.every("longestWaitingTime", "Sales", "Paris") == 0
    assert settings.thresholds.rules.base["waitingCalls"].critical == 5


def test_a_program_is_looked_for_where_the_system_looks(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program(tmp_path / "bin", "notify")
    toml = '[alerts]\ncommand = ["notify"]'
    settings = read(tmp_path, toml, PATH=str(tmp_path / "bin"))
    assert settings.alert_options().command == ("notify",)
    (mistake,) = told(tmp_path, toml, PATH=str(tmp_path))
    assert mistake == "wallboard.toml:2: alerts.command: no such program, or it cannot be run"
    written = read(
        tmp_path, WALLBOARD_ALERTS__COMMAND="notify, a, b", PATH=str(tmp_path / "bin")
    ).alert_options()
    assert written.command == ("notify", "a", "b")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("command = [1, 2]", "command: not a command: write each argument as text, as in "),
        ('command = "canary --now"', "command: no shell reads it: write each argument by itself"),
        ('command = [""]', "command: the program's name is empty"),
        ('command = ["./canary"]', "command: no such program, or it cannot be run"),
        ("command_timeout = 0", "command_timeout: write 1 to 300 seconds"),
        ('quiet = "22:00"', "quiet: not a span of time"),
        ('initials = "far too long"', "initials: at most 8 characters"),
    ],
)
def test_mistakes_of_the_alerts(tmp_path: Path, line: str, words: str) -> None:
    (mistake,) = told(tmp_path, f"[alerts]\n{line}")
    assert mistake.startswith(f"wallboard.toml:2: alerts.{words}")
    assert "canary" not in mistake


@pytest.mark.parametrize("place", ["", ".override", ".total"])
@pytest.mark.parametrize("written", ["5", '"canary"', "-1", "true"])
def test_what_is_no_reminder(tmp_path: Path, place: str, written: str) -> None:
    header = {
        "": "[thresholds]\n",
        ".override": '[[thresholds.override]]\nqueue = "x"\n',
        ".total": "[thresholds.total]\n",
    }[place]
    (mistake,) = told(
        tmp_path, f"{header}waitingCalls = {{ warning = 1, critical = 5, remind = {written} }}"
    )
    assert "waitingCalls.remind: " in mistake
    assert "canary" not in mistake


def test_opening_hours(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        '[hours]\nopen = "Mon-Fri 08:00-18:00"\n'
        '[[hours.override]]\nqueue = 101\nopen = "ALWAYS"\n'
        '[[hours.override]]\nsite = "Paris"\nopen = "never"\n',
    )
    hours = settings.hours.opening()
    assert hours.of("Sales", "Nice") == parse_hours("Mon-Fri 08:00-18:00")
    assert hours.of("101", "Paris") == parse_hours("always")
    assert hours.of("Sales", "Paris") == NEVER
    by_variable = read(tmp_path, WALLBOARD_HOURS__OPEN="9-17").hours.opening()
    assert by_variable == OpeningHours(parse_hours("9-17"))


def test_mistakes_of_the_hours_are_all_told(tmp_path: Path) -> None:
    toml = """\
[hours]
open = "Mon-Fry 08:00-18:00"
[[hours.override]]
open = "always"
[[hours.override]]
queue = ""
site = ["canary"]
open = "canary"
[[hours.override]]
queue = "x"
opn = "always"
[[hours.override]]
queue = "x"
open = ""
"""
    assert told(tmp_path, toml) == (
        "wallboard.toml:2: hours.open: no such day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun",
        "wallboard.toml:3: hours.override[1]: an override names a queue or a site, or both, by "
        "pattern",
        "wallboard.toml:6: hours.override[2].queue: not a pattern: write a name, or part of one as "
        'in "VIP*"',
        "wallboard.toml:7: hours.override[2].site: not a pattern: write a name, or part of one as "
        'in "VIP*"',
        "wallboard.toml:8: hours.override[2].open: no such day: write Mon, Tue, Wed, Thu, Fri, Sat "
        "or Sun",
        "wallboard.toml:9: hours.override[3].open: open is not set",
        "wallboard.toml:11: hours.override[3].opn: no such key; nearest: open",
        'wallboard.toml:12: hours.override[4]: open is empty: write hours, "always" or "never"',
    )


@pytest.mark.parametrize("shape", ['"canary"', "3", '["canary"]', "{ queue = 'canary' }"])
def test_overrides_of_hours_are_a_list_of_tables(tmp_path: Path, shape: str) -> None:
    (mistake,) = told(tmp_path, f"[hours]\noverride = {shape}")
    assert mistake.startswith("wallboard.toml:2: hours.override")
    assert "canary" not in mistake


def test_saved_views(tmp_path: Path) -> None:
    toml = '[views]\n2 = " level:critical "\n1 = "site:paris vip"'
    settings = read(tmp_path, toml, WALLBOARD_VIEWS__9="ext:10")
    in_order = [(1, "site:paris vip"), (2, "level:critical"), (9, "ext:10")]
    assert list(settings.views.items()) == in_order


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('0 = "x"', "0: a view is called by a key from 1 to 9"),
        ('10 = "x"', "10: a view is called by a key from 1 to 9"),
        ('one = "x"', "one: a view is called by a key from 1 to 9"),
        ('1 = ""', "1: write 1 to 200 characters on one line"),
        ("1 = 3", "1: write it as text, in quotes"),
        ('1 = "a\\u001b[2J"', "1: write 1 to 200 characters on one line"),
        ('1 = "level:canary"', "1: level: one of critical, warning, normal, unknown"),
    ],
)
def test_mistakes_of_views(tmp_path: Path, line: str, words: str) -> None:
    assert told(tmp_path, f"[views]\n{line}") == (f"wallboard.toml:2: views.{words}",)


def test_a_view_may_use_a_label_of_ones_own(tmp_path: Path) -> None:
    view = '[views]\n1 = "length>3"\n'
    (mistake,) = told(tmp_path, view)
    assert mistake.startswith("wallboard.toml:2: views.1: no such metric")
    settings = read(tmp_path, view + '[labels]\nwaitingCalls = "Length"')
    assert settings.views == {1: "length>3"}


def test_labels(tmp_path: Path) -> None:
    settings = read(tmp_path, '[labels]\nLONGESTWAITINGTIME = " Längste Wartezeit "')
    assert settings.labels == {"longestWaitingTime": "Längste Wartezeit"}
    swapped = read(tmp_path, '[labels]\ntalkingCalls = "On hold"\nonHoldCalls = "Talking"')
    assert swapped.labels == {"talkingCalls": "On hold", "onHoldCalls": "Talking"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('onHolt = "x"', "onHolt: no such metric; nearest: onHoldCalls, onHoldTime"),
        ('waitingCalls = ""', "waitingCalls: write 1 to 24 characters on one line"),
        (f'waitingCalls = "{"x" * 25}"', "waitingCalls: write 1 to 24 characters on one line"),
        ('waitingCalls = "a\\tb"', "waitingCalls: write 1 to 24 characters on one line"),
        ("waitingCalls = 3", "waitingCalls: write it as text, in quotes"),
        (
            'waitingCalls = "ON HOLD"',
            "waitingCalls: onHoldCalls is called the same; give one another label",
        ),
    ],
)  # fmt: skip
def test_mistakes_of_labels(tmp_path: Path, line: str, words: str) -> None:
    assert told(tmp_path, f"[labels]\n{line}") == (f"wallboard.toml:2: labels.{words}",)


def test_short_names_of_queues_are_for_the_wall(tmp_path: Path) -> None:
    toml = '[labels]\nwaitingCalls = "Queue"\n[labels.queues]\n"Customer Service DE" = " Cust DE "'
    settings = read(tmp_path, toml)
    assert settings.wall_options().short_names == {"customer service de": "Cust DE"}
    assert settings.view_options({}).labels == {"waitingCalls": "Queue"}
    assert read(tmp_path, "").wall_options().short_names == {}


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[labels]\nqueues = 3", "wallboard.toml:2: labels.queues: write a table: [labels.queues]"),
        (
            '[labels.queues]\nA = ""',
            "wallboard.toml:2: labels.queues.A: write 1 to 24 characters on one line",
        ),
        (
            '[labels.queues]\nA = "x"\nB = "X"',
            "wallboard.toml:3: labels.queues.B: another queue has this short name",
        ),
    ],
)
def test_mistakes_of_short_names(tmp_path: Path, toml: str, words: str) -> None:
    assert told(tmp_path, toml) == (words,)


def test_two_own_labels_that_are_the_same(tmp_path: Path) -> None:
    toml = '[labels]\nwaitingCalls = "X"\ntalkingCalls = "x"'
    assert told(tmp_path, toml) == (
        "wallboard.toml:3: labels.talkingCalls: waitingCalls is called the same; give one another "
        "label",
    )


def test_one_mistake_does_not_hide_another(tmp_path: Path) -> None:
    """Files and partners are looked after even where the same section has other mistakes."""
    toml = """\
[api]
ca_bundle = "canary.pem"
timeout = 0
[kiosk]
distance = "canary"
by = "x"
[alerts]
command = ["./canary"]
bell = "x"
[views]
1 = "level:canary"
[labels]
waitingCalls = 3
"""
    assert told(tmp_path, toml) == (
        "wallboard.toml:2: api.ca_bundle: no such file, or it cannot be read",
        "wallboard.toml:3: api.timeout: write 1 to 300 seconds",
        "wallboard.toml:5: kiosk.distance: not a number",
        "wallboard.toml:5: kiosk.distance: of no use without kiosk.tv",
        "wallboard.toml:6: kiosk.by: write 'page', 'site' or 'group'",
        "wallboard.toml:8: alerts.command: no such program, or it cannot be run",
        "wallboard.toml:9: alerts.bell: write true or false",
        "wallboard.toml:11: views.1: level: one of critical, warning, normal, unknown",
        "wallboard.toml:13: labels.waitingCalls: write it as text, in quotes",
    )


@pytest.mark.parametrize("section", ["views", "labels"])
def test_tables_that_are_none(tmp_path: Path, section: str) -> None:
    assert told(tmp_path, f"{section} = 3") == (
        f"wallboard.toml:1: {section}: write a table: [{section}]",
    )


def test_the_log(tmp_path: Path) -> None:
    settings = read(tmp_path, '[log]\nlevel = "Debug"\nfolder = "logs"')
    assert settings.log.level == "debug"
    assert settings.log_folder({}) == tmp_path / "logs"
    assert told(tmp_path, '[log]\nlevel = "loud"') == (
        "wallboard.toml:2: log.level: write 'debug', 'info', 'warning' or 'error'",
    )


def test_the_log_takes_the_levels_and_the_secrets_as_they_are(tmp_path: Path) -> None:
    assert get_args(Log.model_fields["level"].annotation) == logs.LEVELS
    settings = read(tmp_path, '[api]\nkey = "k-1"', WALLBOARD_API__PASSWORD=" p ")
    assert settings.secrets() == ("k-1", " p ")


# --- every value with where it came from

WRITTEN = """\
[api]
key = "canary-1"
password = "canary-2"
pbx = ["Main", "Backup"]
[alerts]
command = ["./hook", "canary-3"]
[thresholds]
longestWaitingTime = { critical = "3:00", for = "10s", remind = "5m" }
waitingCalls = false
[[thresholds.override]]
queue = "VIP*"
longestWaitingTime = { warning = "20s", recover = { warning = "10s", critical = "1:00" } }
[[thresholds.override]]
queue = "Fax*"
site = "Paris"
totalCalls = { warning = 2, direction = "down", remind = 60 }
[thresholds.total]
waitingCalls = { critical = 40 }
[keys]
quit = "/"
filter = "f"
[[hours.override]]
site = "Paris"
open = "never"
"""


def test_every_setting_is_told_with_its_origin_and_no_secret(tmp_path: Path) -> None:
    hook = program(tmp_path)
    toml = WRITTEN
    everything = loaded(
        tmp_path, toml, WALLBOARD_API__USERNAME="canary-4", WALLBOARD_BOARD__SORT="name"
    ).describe()
    assert "canary" not in str(everything)
    keys = [one.key for one in everything]
    assert len(keys) == len(set(keys))
    found = {one.key: one for one in everything}
    here = "wallboard.toml"
    for line in [
        SettingLine("api.key", "(set)", f"{here}:2"),
        SettingLine("api.username", "(set)", "environment: WALLBOARD_API__USERNAME"),
        SettingLine("api.pbx", "Main, Backup", f"{here}:4"),
        SettingLine("api.sites", "all", "default"),
        SettingLine("poll.interval", "auto", "default"),
        SettingLine("board.sort", "name", "environment: WALLBOARD_BOARD__SORT"),
        SettingLine("board.tick", "true", "default"),
        SettingLine("alerts.command", f"{hook} with 1 argument", f"{here}:6"),
        SettingLine("hours.override[1]", "site Paris: never", f"{here}:22"),
        SettingLine(
            "thresholds.longestWaitingTime",
            "warning 01:00, critical 03:00, for 10 s, remind every 300 s",
            f"{here}:8",
        ),
        SettingLine("thresholds.waitingCalls", "off", f"{here}:9"),
        SettingLine("thresholds.availableAgents", "warning 1, critical 0, for 20 s", "default"),
        SettingLine("thresholds.total.waitingCalls", "critical 40", f"{here}:18"),
        SettingLine(
            "thresholds.override[1].longestWaitingTime",
            "queue VIP*: warning 00:20, recover 00:10, recover from critical 01:00",
            f"{here}:10",
        ),
        SettingLine(
            "thresholds.override[2].totalCalls",
            "queue Fax*, site Paris: warning 2, direction down, remind every 60 s",
            f"{here}:13",
        ),
        SettingLine("keys.quit", "/", f"{here}:20"),
        SettingLine("keys.up", "k, ↑", "default"),
    ]:
        assert found[line.key] == line


def test_without_configuration_every_origin_is_the_default(tmp_path: Path) -> None:
    everything = load({}, {}, tmp_path, candidates=[]).describe()
    assert {one.origin for one in everything} == {"default"}
    assert dict(one[:2] for one in everything)["api.password"] == "(not set)"
