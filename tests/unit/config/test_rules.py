"""Thresholds and keys as the user writes them, and the model's rules they become."""

from pathlib import Path

import pytest

from wallboard.config.rules import read_rules
from wallboard.config.tables import read_keys
from wallboard.errors import ConfigurationError
from wallboard.model.data.metric import Worse
from wallboard.model.judge.rules import DEFAULT_BOUNDS, Bounds, Rule, Rules
from wallboard.settings import load


def rules(tmp_path: Path, toml: str) -> Rules:
    file = tmp_path / "wallboard.toml"
    file.write_text(toml, encoding="utf-8")
    return load({}, {}, tmp_path, config=file).settings.thresholds.rules


def told(tmp_path: Path, toml: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        rules(tmp_path, toml)
    return caught.value.mistakes


def rule(read: Rules, metric: str, queue: str = "", site: str = "") -> Rule | None:
    return next((one for one in read.for_queue(queue, site) if one.metric == metric), None)


def test_what_is_written_goes_over_the_defaults_field_by_field(tmp_path: Path) -> None:
    read = rules(
        tmp_path,
        "[thresholds]\n"
        'longestWaitingTime = { critical = "3:00", for = "10s", recover = "45s" }\n'
        "totalCalls = { warning = 10 }\n",
    )
    assert read.base == {
        **DEFAULT_BOUNDS,
        "longestWaitingTime": Bounds(60_000, 180_000, 10, 45_000),
        "totalCalls": Bounds(10),
    }


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [("30", 30_000), ("30.5", 30_500), ('"30"', 30_000), ('"0:30"', 30_000), ('"30s"', 30_000),
     ('"1m30s"', 90_000), ('"1:30"', 90_000), ('"0:01:30"', 90_000), ('"500ms"', 500)],
)  # fmt: skip
def test_durations(tmp_path: Path, written: str, milliseconds: int) -> None:
    read = rules(tmp_path, f"[thresholds]\nlongestWaitingTime = {{ warning = {written} }}")
    assert read.base["longestWaitingTime"].warning == milliseconds
    held = rules(tmp_path, f"[thresholds]\nwaitingCalls = {{ for = {written} }}")
    assert held.base["waitingCalls"].hold == milliseconds / 1000


@pytest.mark.parametrize(
    "written", ["-1", '"-1"', "nan", "inf", "true", "[3]", '"soon"', '"1:75"', '""', "1979-05-27"]
)
@pytest.mark.parametrize("key", ["warning", "critical", "for", "recover"])
def test_what_is_no_duration(tmp_path: Path, key: str, written: str) -> None:
    (mistake,) = told(tmp_path, f"[thresholds]\navgWaitingTime = {{ {key} = {written} }}")
    assert mistake.startswith(f"wallboard.toml:2: thresholds.avgWaitingTime.{key}: ")


@pytest.mark.parametrize("written", ['"1:30"', "-1", "nan", "true", '"three"', "{ x = 1 }"])
def test_what_is_no_count(tmp_path: Path, written: str) -> None:
    (mistake,) = told(tmp_path, f"[thresholds]\nwaitingCalls = {{ warning = {written} }}")
    assert mistake.startswith("wallboard.toml:2: thresholds.waitingCalls.warning: not a number")


def test_recover_for_each_level_and_direction(tmp_path: Path) -> None:
    read = rules(
        tmp_path,
        "[thresholds]\n"
        "waitingCalls = { recover = { warning = 1, critical = 3 } }\n"
        'talkingCalls = { warning = 5, critical = 2, direction = "DOWN", recover = 6 }\n',
    )
    assert read.base["waitingCalls"] == Bounds(3, 5, None, 1, 3)
    assert read.base["talkingCalls"] == Bounds(5, 2, None, 6, None, Worse.DOWN)


@pytest.mark.parametrize(
    "line",
    [
        "waitingCalls = { warning = 6 }",
        "waitingCalls = { warning = 3, critical = 2 }",
        "waitingCalls = { recover = 4 }",
        "waitingCalls = { recover = { critical = 6 } }",
        'waitingCalls = { direction = "down" }',
        "availableAgents = { warning = 1, critical = 2 }",
        "availableAgents = { recover = 0 }",
        'longestWaitingTime = { warning = "2:01" }',
    ],
)
def test_bounds_out_of_order(tmp_path: Path, line: str) -> None:
    (mistake,) = told(tmp_path, f"[thresholds]\n{line}")
    assert mistake.startswith("wallboard.toml:2: thresholds.")
    assert " is worse than " in mistake


def test_bounds_may_be_equal(tmp_path: Path) -> None:
    read = rules(tmp_path, "[thresholds]\nwaitingCalls = { warning = 5, recover = 5 }")
    assert read.base["waitingCalls"] == Bounds(5, 5, None, 5)


def test_false_switches_a_rule_off_for_all_or_for_some(tmp_path: Path) -> None:
    read = rules(
        tmp_path,
        "[thresholds]\nwaitingCalls = false\n"
        '[[thresholds.override]]\nqueue = "Fax*"\nlongestWaitingTime = false\n'
        '[[thresholds.override]]\nqueue = "VIP*"\nwaitingCalls = { warning = 1, critical = 2 }\n',
    )
    assert rule(read, "waitingCalls") is None
    assert rule(read, "longestWaitingTime", "Fax in") is None
    assert rule(read, "longestWaitingTime", "Sales") is not None
    vip = rule(read, "waitingCalls", "vip gold")
    assert vip is not None
    assert (vip.warning, vip.critical) == (1, 2)


def test_overrides_narrow_and_merge(tmp_path: Path) -> None:
    """Queue and site beat queue, queue beats site, then the longer literal, then the later."""
    read = rules(
        tmp_path,
        """
        [[thresholds.override]]
        queue = "VIP*"
        site = "Paris"
        waitingCalls = { critical = 14 }
        [[thresholds.override]]
        queue = "VIP G*"
        waitingCalls = { critical = 13, warning = 3 }
        [[thresholds.override]]
        queue = "VIP*"
        waitingCalls = { critical = 12, warning = 2, for = "5s" }
        [[thresholds.override]]
        site = "Paris"
        waitingCalls = { critical = 11, recover = 1 }
        [[thresholds.override]]
        site = "P*"
        waitingCalls = { critical = 10, recover = 0 }
        """,
    )
    found = {
        (queue, site): rule(read, "waitingCalls", queue, site)
        for queue in ("VIP Gold", "VIP", "Sales")
        for site in ("Paris", "Pau", "Nice")
    }
    assert {names: one.critical for names, one in found.items() if one} == {
        ("VIP Gold", "Paris"): 14,
        ("VIP Gold", "Pau"): 13,
        ("VIP Gold", "Nice"): 13,
        ("VIP", "Paris"): 14,
        ("VIP", "Pau"): 12,
        ("VIP", "Nice"): 12,
        ("Sales", "Paris"): 11,
        ("Sales", "Pau"): 10,
        ("Sales", "Nice"): 5,
    }
    merged = found["VIP Gold", "Paris"]
    assert merged == Rule("waitingCalls", 3, 14, Worse.UP, 5.0, 1)


def test_overrides_that_complete_each_other_are_no_mistake(tmp_path: Path) -> None:
    read = rules(
        tmp_path,
        '[[thresholds.override]]\nqueue = "VIP*"\nwaitingCalls = { critical = 20 }\n'
        '[[thresholds.override]]\nqueue = "VIP G*"\nwaitingCalls = { warning = 10 }\n',
    )
    gold = rule(read, "waitingCalls", "VIP Gold")
    assert gold is not None
    assert (gold.warning, gold.critical) == (10, 20)


VIP, GOLD = 'queue = "VIP*"', 'queue = "VIP G*"'


@pytest.mark.parametrize(
    ("overrides", "blamed"),
    [
        ([(VIP, "warning = 6")], [1]),
        ([(VIP, "critical = 2")], [1]),
        ([(VIP, "recover = 4")], [1]),
        ([(VIP, 'direction = "down"')], [1]),
        ([(VIP, "warning = 6, critical = 9")], []),
        # A narrower place inherits from a wider one, wherever it stands …
        ([(VIP, "critical = 20"), (GOLD, "warning = 10")], []),
        ([(GOLD, "warning = 10"), (VIP, "critical = 20")], []),
        ([(VIP, "warning = 1, critical = 2"), (GOLD, "critical = 1")], []),
        ([(VIP, "warning = 2, critical = 2"), (GOLD, "critical = 1")], [2]),
        ([(VIP, "warning = 2, critical = 2"), (GOLD, "recover = 1"), (GOLD, "critical = 1")], [3]),
        # … and the same place may say the rest later …
        ([(VIP, "warning = 10"), (VIP, "critical = 20")], []),
        ([(VIP, "warning = 10"), (VIP, "critical = 9")], [2]),
        # … but not from one that speaks of other queues.
        ([('queue = "Fax*"', "critical = 20"), (GOLD, "warning = 10")], [2]),
        ([('site = "Paris"', "critical = 20"), (VIP, "warning = 10")], [2]),
        ([('site = "Paris"', "critical = 20"), (VIP + '\nsite = "Paris"', "warning = 10")], []),
        ([('queue = "V?P [GS]*"', "critical = 20"), (GOLD, "warning = 10")], []),
        ([('queue = "[!V]*"', "critical = 20"), (GOLD, "warning = 10")], [2]),
        # What only crosses is no mistake: there may be no such queue.
        ([('site = "Paris"', "critical = 3"), (VIP, "warning = 4")], []),
    ],
)
def test_an_override_is_judged_with_what_it_inherits(
    tmp_path: Path, overrides: list[tuple[str, str]], blamed: list[int]
) -> None:
    toml = "".join(
        f"[[thresholds.override]]\n{where}\nwaitingCalls = {{ {bounds} }}\n"
        for where, bounds in overrides
    )
    found = told(tmp_path, toml) if blamed else (rules(tmp_path, toml), ())[1]
    assert len(found) == len(blamed)
    for number, mistake in zip(blamed, found, strict=True):
        assert f": thresholds.override[{number}].waitingCalls: " in mistake
        assert " is worse than " in mistake
        assert mistake.endswith("a bound that is not written is inherited)")


def test_an_override_of_a_rule_that_is_off_needs_bounds_of_its_own(tmp_path: Path) -> None:
    off = "[thresholds]\nwaitingCalls = false\n[[thresholds.override]]\nqueue = 'x'\n"
    assert told(tmp_path, off + "waitingCalls = { for = 3 }") == (
        "wallboard.toml:5: thresholds.override[1].waitingCalls: neither warning nor critical is "
        "set: write one, or both",
    )
    vip = rule(rules(tmp_path, off + "waitingCalls = { warning = 9 }"), "waitingCalls", "x")
    assert vip is not None
    assert (vip.warning, vip.critical) == (9, None)


def test_mistakes_in_overrides_and_totals(tmp_path: Path) -> None:
    toml = """\
[thresholds.total]
waitingCalls = { warning = 20, critical = 10 }
longestWaitingTime = { warning = "1:00", for = "10s" }
talkingCalls = {}
[[thresholds.override]]
waitingCalls = false
[[thresholds.override]]
queue = ""
site = []
wating = 3
[[thresholds.override]]
queue = 101
totalCalls = { for = 3 }
waitingCalls = { warning = 6 }
"""
    assert told(tmp_path, toml) == (
        "wallboard.toml:2: thresholds.total.waitingCalls: warning is worse than critical (higher "
        "is worse here)",
        "wallboard.toml:3: thresholds.total.longestWaitingTime.for: a total is judged as it "
        "stands; possible are warning, critical, direction",
        "wallboard.toml:4: thresholds.total.talkingCalls: neither warning nor critical is set: "
        "write one, or both",
        "wallboard.toml:5: thresholds.override[1]: an override names a queue or a site, or both, "
        "by pattern",
        "wallboard.toml:8: thresholds.override[2].queue: not a pattern: write a name, or part of "
        'one as in "VIP*"',
        "wallboard.toml:9: thresholds.override[2].site: not a pattern: write a name, or part of "
        'one as in "VIP*"',
        "wallboard.toml:10: thresholds.override[2].wating: no such metric; nearest: waitingCalls",
        "wallboard.toml:13: thresholds.override[3].totalCalls: neither warning nor critical is "
        "set: write one, or both",
        "wallboard.toml:14: thresholds.override[3].waitingCalls: warning is worse than critical "
        "(higher is worse here; a bound that is not written is inherited)",
    )


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"override": {"queue": "x"}}, ("thresholds", "override")),
        ({"override": ["x"]}, ("thresholds", "override")),
        ({"override": "x"}, ("thresholds", "override")),
        ({"total": 3}, ("thresholds", "total")),
        ({"waitingCalls": True}, ("thresholds", "waitingCalls")),
        ({"waitingCalls": {"recover": {"x": 1}}}, ("thresholds", "waitingCalls", "recover", "x")),
        ("x", ("thresholds",)),
    ],
)
def test_shapes_that_are_none(tree: object, path: tuple[str, ...]) -> None:
    _, mistakes = read_rules(tree)
    assert [mistake.path for mistake in mistakes] == [path]


def test_totals_have_bounds_of_their_own(tmp_path: Path) -> None:
    read = rules(tmp_path, "[thresholds.total]\nWAITINGCALLS = { warning = 20, critical = 40 }")
    assert read.for_total()["waitingCalls"] == Rule("waitingCalls", 20, 40, Worse.UP)
    assert rule(read, "waitingCalls") == Rule("waitingCalls", 3, 5, Worse.UP)


def test_keys() -> None:
    keys, mistakes = read_keys(
        {
            "quit": "Z",
            "up": ["u", "Up"],
            "filter": ",",
            "help": "f9, ?, f9",
            "top": 0,
            "reset": "f10",
        }
    )
    assert mistakes == []
    assert keys["quit"] == ("Z",)
    assert keys["up"] == ("u", "up")
    assert keys["filter"] == ("comma",)
    assert keys["help"] == ("f9", "question_mark")
    assert keys["top"] == ("0",)
    assert keys["down"] == ("j", "down")


@pytest.mark.parametrize("written", ["ctrl+q", "", [], [""], True, {"a": 1}, "foo", [["a"]]])
def test_what_is_no_key(written: object) -> None:
    keys, mistakes = read_keys({"quit": written})
    assert [mistake.path for mistake in mistakes] == [("keys", "quit")]
    assert keys["quit"] == ("q",)


def test_a_clash_is_told_of_what_the_user_wrote() -> None:
    _, mistakes = read_keys({"filter": "s"})
    assert [mistake.path for mistake in mistakes] == [("keys", "filter")]
    _, mistakes = read_keys({"quit": "z", "filter": "z"})
    assert len(mistakes) == 1
    _, swapped = read_keys({"filter": "s", "sites": "/"})
    assert swapped == []
