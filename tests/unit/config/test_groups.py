"""``[groups.NAME]`` as it is written: read into the model's groups, and refused with a remedy."""

from pathlib import Path

import pytest

from tests.unit.config.test_tables import loaded, read, told
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.judge.rules import Bounds, Rules


def test_groups_are_read_in_the_order_written_with_their_own_bounds(tmp_path: Path) -> None:
    rules = read(
        tmp_path,
        '[groups.Sales]\nqueues = "Sales*, VIP"\nsites = ["Paris"]\n'
        "[groups.Sales.thresholds]\n"
        '"longest wait" = { warning = "1:00", critical = "2:00", for = 20, recover = 45 }\n'
        "availableAgents = false\n"
        '[groups."All of Main"]\npbx = ["Main"]\n',
    ).rules
    assert rules.groups == (
        QueueGroup("Sales", ("Sales*", "VIP"), ("Paris",)),
        QueueGroup("All of Main", pbx=("Main",)),
    )
    assert rules.group_bounds == {
        "Sales": {
            "longestWaitingTime": Bounds(60_000, 120_000, 20.0, 45_000),
            "availableAgents": Bounds(off=True),
        }
    }
    assert rules.metrics >= {"longestWaitingTime", "availableAgents"}
    assert read(tmp_path).rules == Rules()


def test_a_metric_of_a_group_may_be_called_as_the_user_does(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        '[labels]\nlongestWaitingTime = "Oldest"\n[groups.Sales]\nqueues = ["S*"]\n'
        "[groups.Sales.thresholds]\noldest = { warning = 5 }\n"
        '[board]\ntiles = ["Sales: oldest", "sales:waiting", "Waiting"]\n',
    )
    assert settings.rules.group_bounds["Sales"] == {"longestWaitingTime": Bounds(5_000)}
    tiles = ("Sales: longestWaitingTime", "sales: waitingCalls", "waitingCalls")
    assert settings.view_options({}).tiles == tiles
    assert settings.view_options({}).tile_metrics == ("longestWaitingTime", "waitingCalls")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("groups = 1", "wallboard.toml:1: groups: write a table for each: [groups.NAME]"),
        ("[groups]\nSales = 1", "wallboard.toml:2: groups.Sales: write a table: [groups.NAME]"),
        (
            "[groups.Sales]",
            "wallboard.toml:1: groups.Sales: an empty group: name queues, sites or pbx, by pattern",
        ),
        (
            '[groups.Sales]\nqueue = ["S*"]',
            "wallboard.toml:2: groups.Sales.queue: no such key; nearest: queues",
        ),
        (
            '[groups.Sales]\nqueues = ["S*", ""]',
            "wallboard.toml:2: groups.Sales.queues[2]: not a pattern: write a name, or part of one "
            'as in "VIP*"',
        ),
        (
            "[groups.Sales]\nsites = 4",
            'wallboard.toml:2: groups.Sales.sites: not a list: write ["a", "b"] or "a, b"',
        ),
        (
            '[groups."a:b"]\nqueues = ["S*"]',
            "wallboard.toml:1: groups.a:b: name a group with 1 to 24 characters, without colon, "
            "comma and quote",
        ),
        (
            '[groups."No group"]\nqueues = ["S*"]',
            "wallboard.toml:1: groups.No group: another name: this one is what the board calls the "
            "queues that are in no group",
        ),
        (
            '[groups.Sales]\nqueues = ["S*"]\n[groups.sales]\nqueues = ["S*"]',
            "wallboard.toml:3: groups.sales: another group has this name",
        ),
        (
            '[groups.Sales]\nqueues = ["S*"]\nthresholds = 1',
            "wallboard.toml:3: groups.Sales.thresholds: write a table: [groups.NAME.thresholds]",
        ),
        (
            '[groups.Sales]\nqueues = ["S*"]\n[groups.Sales.thresholds]\n'
            "waitingCalls = { warning = 5, critical = 3 }",
            "wallboard.toml:4: groups.Sales.thresholds.waitingCalls: warning is worse than "
            "critical (higher is worse here)",
        ),
        (
            '[groups.Sales]\nqueues = ["S*"]\n[groups.Sales.thresholds]\n'
            "waitingCalls = { warning = 5, remind = 6 }",
            "wallboard.toml:4: groups.Sales.thresholds.waitingCalls.remind: at least 30 seconds, "
            "or 0 for no reminder",
        ),
        (
            '[board]\ntiles = ["waiting", "Sale: waiting"]\n[groups.Sales]\nqueues = "S*"',
            "wallboard.toml:2: board.tiles[2]: no group of this name: write [groups.NAME], or a "
            "metric alone; nearest: Sales",
        ),
        (
            '[kiosk]\nby = "group"',
            "wallboard.toml:2: kiosk.by: of no use without groups: write [groups.NAME]",
        ),
    ],
)
def test_a_mistake_in_a_group_is_told_where_it_is(tmp_path: Path, toml: str, words: str) -> None:
    assert told(tmp_path, toml) == (words,)


def test_groups_are_among_the_settings_with_their_origin(tmp_path: Path) -> None:
    lines = loaded(
        tmp_path,
        '[groups.Sales]\nqueues = ["Sales*", "VIP"]\nsites = ["Paris"]\n'
        "[groups.Sales.thresholds]\nwaitingCalls = { warning = 5 }\n",
    ).describe()
    assert [tuple(line) for line in lines if line.key.startswith("groups")] == [
        ("groups.Sales", "queues Sales*, VIP; sites Paris", "wallboard.toml:2, wallboard.toml:3, "
         "wallboard.toml:5"),
        ("groups.Sales.thresholds.waitingCalls", "warning 5", "wallboard.toml:5"),
    ]  # fmt: skip


def test_a_group_is_reminded_of_as_its_own_rule_says(tmp_path: Path) -> None:
    toml = (
        '[groups.Sales]\nqueues = ["S*"]\n[groups.Sales.thresholds]\n'
        'waitingCalls = { warning = 5, remind = "10m" }\n'
    )
    settings = read(tmp_path, toml)
    every = settings.alert_options().remind.every
    assert every("waitingCalls", "", "", "Sales") == 600
    assert every("waitingCalls", "Sales", "", "") == 0
