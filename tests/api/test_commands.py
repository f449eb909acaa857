"""``once`` and ``check`` as processes, over a real socket against the simulator."""

import csv
import io
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests import forked
from tests.simulated import TimedSimulator, make_simulator, serving
from wallboard.model.data.catalogue import CATALOGUE

CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("WALLBOARD") and name != "COLUMNS"
}


async def run(
    simulator: TimedSimulator, folder: Path, *arguments: str, **environ: str
) -> tuple[int, str, str]:
    """Run a command against the simulator; its status, output and errors."""
    who = simulator.credentials
    async with serving(simulator.app) as base_url:
        done = await forked.run_beside(
            [sys.executable, "-m", "wallboard", *arguments],
            {
                **CLEAN,
                "XDG_STATE_HOME": str(folder),
                "XDG_CONFIG_HOME": str(folder),
                "WALLBOARD_API__BASE_URL": base_url,
                "WALLBOARD_API__KEY": who.key,
                "WALLBOARD_API__USERNAME": who.username,
                "WALLBOARD_API__PASSWORD": who.password,
                **environ,
            },
            folder,
        )
    for secret in (who.key, who.password):
        assert secret not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


async def test_once_prints_the_whole_board(tmp_path: Path) -> None:
    simulator = make_simulator()
    code, out, err = await run(simulator, tmp_path, "once", "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert len(document["queues"]) == 23
    assert {one["name"] for one in document["pbxes"]} == {"aurora-europe", "aurora-americas"}
    assert simulator.request_count("token") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-r", "cp1252"])
async def test_programs_get_utf_8_and_people_an_answer_whatever_the_locale(
    tmp_path: Path, encoding: str
) -> None:
    simulator = make_simulator(faults=("realtime:hostile-names",))
    names = []
    # What is for programs does not look at the locale; the one with the fewest letters tells.
    for layout in ("json", "csv", "table") if encoding == "ascii" else ("table",):
        code, out, err = await run(
            simulator, tmp_path, "once", "--format", layout, PYTHONIOENCODING=encoding
        )
        assert (code, err) == (0, ""), layout
        names.append(out)
    *for_programs, for_people = names
    for text in for_programs:
        assert any("CJK" in unicodedata.name(letter, "") for letter in text)
    assert "?" in for_people


async def test_once_fits_where_columns_says_how_wide_that_is(tmp_path: Path) -> None:
    simulator = make_simulator()
    widths = {}
    for arguments, environ in (((), {}), ((), {"COLUMNS": "72"}), (("--wide",), {"COLUMNS": "72"})):
        code, out, err = await run(simulator, tmp_path, "once", *arguments, **environ)
        assert (code, err) == (0, "")
        widths[arguments, tuple(environ)] = max(map(len, out.splitlines()))
    whole, fitting, wide = widths.values()
    assert fitting <= 72 < whole == wide


def live_part(document: dict[str, Any]) -> list[Any]:
    """What a document says of the live numbers, without when they were measured."""
    queues = [
        {name: value for name, value in one.items() if name != "today"}
        for one in document["queues"]
    ]
    totals = {name: one for name, one in document["totals"].items() if name in CATALOGUE}
    return [queues, totals, document["failures"]]


@pytest.mark.parametrize("sample", [False, True])
async def test_once_gives_the_same_live_numbers_through_both_endpoints(
    tmp_path: Path, sample: bool
) -> None:
    simulator = make_simulator(sample=sample)
    simulator.advance(90)  # the demo's rush
    documents = {}
    for endpoint in ("realtime", "queue-metrics"):
        code, out, err = await run(
            simulator,
            tmp_path,
            "once",
            "--format",
            "json",
            WALLBOARD_API__ENDPOINT=endpoint,
            WALLBOARD_API__TIME_UNIT="s",  # time stands still here: nothing grows
        )
        assert (code, err) == (0, "")
        documents[endpoint] = json.loads(out)
        assert {one["endpoint"] for one in documents[endpoint]["pbxes"]} == {endpoint}
    one, other = documents.values()
    assert json.dumps(live_part(one)) == json.dumps(live_part(other))
    assert one["totals"]["waitingTime"]["value"] > 0
    if sample:
        # Section 2 of the API's facts, through either.
        sums = {name: one["totals"][name]["value"] for name in ("waitingTime", "avgWaitingTime")}
        assert sums == {"waitingTime": 99345, "avgWaitingTime": 24836.0}
    else:
        assert any(queue["level"] == "critical" for queue in one["queues"])


async def test_once_finds_the_successor_by_itself(tmp_path: Path) -> None:
    code, out, err = await run(
        make_simulator(faults=("realtime:404",)), tmp_path, "once", "--format", "json"
    )
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert [one["endpoint"] for one in document["pbxes"]] == ["queue-metrics"] * 2
    # One answer cannot show how a wait grows.
    assert not any(one["unit_confirmed"] for one in document["pbxes"])
    assert document["queues"][0]["today"]["metrics"]["enteredCalls"] is not None


async def test_an_account_with_the_realtime_endpoint_alone_is_no_failure(tmp_path: Path) -> None:
    simulator = make_simulator(faults=("queue-metrics:404-empty",))
    code, out, _ = await run(simulator, tmp_path, "once", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert {(one["feed"], one["reason"]) for one in document["failures"]} == {("today", "gone")}
    assert "today" not in document["queues"][0]


async def test_check_says_which_endpoint_answers_and_what_the_account_lacks(tmp_path: Path) -> None:
    faults = ("realtime:404", "calls-active:404")
    code, out, _ = await run(make_simulator(faults=faults), tmp_path, "check")
    assert code == 0
    assert "aurora-europe: 14 queues, 28 metrics, the successor endpoint" in out
    assert "aurora-europe, calls: The address is not there (HTTP 404)" in out
    assert "aurora-europe, agents: " in out


async def test_the_sample_of_the_api_as_csv(tmp_path: Path) -> None:
    code, out, _ = await run(make_simulator(sample=True), tmp_path, "once", "--format", "csv")
    assert code == 0
    rows = {one["queue"]: one for one in csv.DictReader(io.StringIO(out))}
    assert rows["Alerie Hightower"]["avgWaitingTime"] == "28425"
    assert rows["Narbo"]["avgHandlingTime"] == "12034"
    assert rows["Alerie Hightower"]["avgHandlingTime"] == ""


async def test_site_and_queue_are_asked_of_the_api(tmp_path: Path) -> None:
    simulator = make_simulator()
    code, out, _ = await run(simulator, tmp_path, "once", "--site", "lyon", "--queue", "Billing")
    assert code == 0
    assert "Billing" in out
    assert "All      1 queue" in out
    asked = [one.query for one in simulator.log if one.endpoint == "realtime"]
    assert len(asked) == 1
    assert asked[0]["siteIds"]
    assert asked[0]["queueIds"]


@pytest.mark.parametrize(
    ("arguments", "faults", "environ", "code", "words"),
    [
        (("--queue", "Biling"), (), {}, 2, "nearest: Billing"),
        ((), (), {"WALLBOARD_API__PASSWORD": "wrong"}, 3, "opened Work Analytics in a browser"),
        ((), ("realtime:403",), {}, 3, "without access to this PBX"),
        ((), ("realtime:403:pbx=aurora-europe",), {}, 4, ""),
        ((), ("realtime:200-html",), {}, 4, ""),
        ((), ("realtime:503-html",), {}, 4, "trouble of its own"),
    ],
)
async def test_exit_codes(
    tmp_path: Path,
    arguments: tuple[str, ...],
    faults: tuple[str, ...],
    environ: dict[str, str],
    code: int,
    words: str,
) -> None:
    simulator = make_simulator(faults=faults)
    ended, out, err = await run(simulator, tmp_path, "once", *arguments, **environ)
    assert ended == code
    assert words in out + err
    assert "Traceback" not in err


async def test_nobody_answers(tmp_path: Path) -> None:
    code, _, err = await run(
        make_simulator(), tmp_path, "once", WALLBOARD_API__BASE_URL="http://127.0.0.1:9"
    )
    assert code == 4
    assert "The connection was refused" in err


async def test_check_goes_through_every_step(tmp_path: Path) -> None:
    code, out, err = await run(make_simulator(), tmp_path, "check")
    assert (code, err) == (0, "")
    for step in (
        "configuration",
        "log",
        "environment",
        "host",
        "connection",
        "sign-in",
        "sites",
        "queues",
        "poll",
    ):
        line = next(one for one in out.splitlines() if one.startswith(f"{step} "))
        assert line.split()[1] == "ok"
    assert "WALLBOARD_API__KEY" not in out
    assert "Atención al Cliente" not in out, "list queues says that"
    assert str(tmp_path / "wallboard" / "wallboard.log") in out.replace("\n", "")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "faults", "code", "words"),
    [
        ((), ("sites:404", "queues:404"), 0, "Works; look at: sites, queues,"),
        (("--queue", "Billing"), ("sites:404",), 0, "Works; look at: sites,"),
        (("--queue", "Billing"), ("queues:404",), 4, "queues FAILED"),
        (("--site", "lyon"), ("sites:404",), 4, "sites FAILED"),
        (("--site", "lyon", "--queue", "Billing"), (), 0, "1 queue measured clock"),
    ],
)
async def test_check_asks_of_the_lists_what_the_configuration_needs_of_them(
    tmp_path: Path, arguments: tuple[str, ...], faults: tuple[str, ...], code: int, words: str
) -> None:
    ended, out, _ = await run(make_simulator(faults=faults), tmp_path, "check", *arguments)
    details = [line for line in out.splitlines() if not line.startswith("   ")]
    assert words in " ".join(" ".join(details).split())
    assert ended == code


async def test_check_says_where_it_ends_and_what_to_do(tmp_path: Path) -> None:
    code, out, _ = await run(make_simulator(faults=("token:wrong-user",)), tmp_path, "check")
    assert code == 3
    assert "sign-in        FAILED" in out
    assert "opened Work Analytics" in " ".join(out.split())
    assert "poll           not tried" in out


async def test_check_tells_the_settings_where_they_are_asked_for(tmp_path: Path) -> None:
    code, out, _ = await run(make_simulator(), tmp_path, "check", "--settings")
    steps, settings, end = out.split("\n\n")
    assert (code, end) == (0, "Works; look at: clock.\n")
    assert "poll " in steps
    assert [line.split()[1:] for line in settings.splitlines() if line.startswith("api.key ")] == [
        ["(set)", "environment:"]
    ]


async def test_list_says_what_the_account_has_whatever_is_configured(tmp_path: Path) -> None:
    listed = {}
    for what in ("pbxes", "sites", "queues", "agents"):
        code, out, err = await run(
            make_simulator(), tmp_path, "list", what, "--format", "json",
            WALLBOARD_API__QUEUES="Billing", WALLBOARD_API__PBX="aurora-europe",
        )  # fmt: skip
        assert (code, err) == (0, "")
        listed[what] = json.loads(out)
    assert [one["name"] for one in listed["pbxes"]] == ["aurora-americas", "aurora-europe"]
    assert {one["pbx"] for one in listed["sites"]} == {"aurora-americas", "aurora-europe"}
    assert len(listed["queues"]) == 23
    billing = next(one for one in listed["queues"] if one["name"] == "Billing")
    assert billing["site"] == "Lyon"
    assert billing["extension"]
    assert billing["id"]
    people = listed["agents"]
    assert all(len(one["name"].split()) > 1 and one["id"] for one in people)


async def test_list_tells_the_names_of_people_as_the_board_does(tmp_path: Path) -> None:
    code, out, _ = await run(
        make_simulator(), tmp_path, "list", "agents", "--format", "csv",
        WALLBOARD_PRIVACY__AGENTS="initials",
    )  # fmt: skip
    assert code == 0
    names = [one["name"] for one in csv.DictReader(io.StringIO(out))]
    assert names
    assert all(len(name) <= 5 for name in names)


async def test_a_list_that_one_pbx_does_not_give(tmp_path: Path) -> None:
    faults = ("queues:403:pbx=aurora-europe",)
    code, out, err = await run(make_simulator(faults=faults), tmp_path, "list", "queues")
    assert code == 4
    assert "aurora-americas" in out
    assert err.startswith("wallboard: aurora-europe: ")
    code, _, err = await run(
        make_simulator(), tmp_path, "list", "queues", WALLBOARD_API__PASSWORD="wrong"
    )
    assert code == 3
    assert "opened Work Analytics" in err


async def test_check_for_programs(tmp_path: Path) -> None:
    code, out, _ = await run(make_simulator(), tmp_path, "check", "--json")
    document = json.loads(out)
    assert code == 0
    # The clock of the simulated centre is another.
    assert {one["name"] for one in document["steps"] if one["outcome"] != "ok"} == {"clock"}


BAD_PROXY, NO_FILE = "http://u:PROXYcanary@p:99999", "/nowhere/canary"


@pytest.mark.parametrize(
    ("outcome", "environ", "told"),
    [
        (
            "FAILED",
            {"HTTPS_PROXY": BAD_PROXY, "SSL_CERT_FILE": NO_FILE},
            ("HTTPS_PROXY: the port", "SSL_CERT_FILE: not a readable file"),
        ),
        ("FAILED", {"all_proxy": "ftp://u:canary@p"}, ("all_proxy: not a kind of proxy",)),
        (
            "warning",
            {"SSLKEYLOGFILE": NO_FILE, "TZ": "canary", "LC_ALL": "canary", "TERM": ""},
            ("SSLKEYLOGFILE: not a file that can be", "TZ: not a time zone"),
        ),
        ("warning", {"TZ": "UTC+24", "COLUMNS": "²"}, ("TZ: not a time zone",)),
        ("ok", {"NO_PROXY": "fe80::/10", "ALL_PROXY": "socks5://127.0.0.1:9"}, ("ALL_PROXY: ",)),
    ],
)
async def test_check_has_a_step_for_the_environment_that_names_the_variable(
    tmp_path: Path, outcome: str, environ: dict[str, str], told: tuple[str, ...]
) -> None:
    elsewhere = {"WALLBOARD_API__BASE_URL": "https://wallboard.invalid", **environ}
    code, out, err = await run(make_simulator(), tmp_path, "check", **elsewhere)
    line = next(one for one in out.splitlines() if one.startswith("environment "))
    assert line.split()[1] == outcome
    assert [words for words in told if words not in " ".join(out.split())] == []
    assert "credentials" not in out
    assert (code, err) == (2 if outcome == "FAILED" else 4, "")
    assert "canary" not in out
    ended, _, once = await run(make_simulator(), tmp_path, "once", **elsewhere)
    assert ended == code
    assert "canary" not in once
    assert "fault" not in once
    assert all((words in once) == (outcome == "FAILED") for words in told)


async def test_check_without_credentials(tmp_path: Path) -> None:
    code, out, _ = await run(make_simulator(), tmp_path, "check", WALLBOARD_API__KEY="")
    assert code == 2
    assert "WALLBOARD_API__KEY" in out
