"""Thresholds that were changed at the board: over the file, with their origin, and as lines."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model_env import calm
from wallboard.config.live.threshold_changes import ThresholdChange, ThresholdStore, as_toml
from wallboard.errors import ConfigurationError
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Unit
from wallboard.model.judge.rules import Bounds, Level, Override, Rules
from wallboard.model.select.rule_place import (
    RulePlace,
    bounds_at,
    level_of_sum,
    place_of,
    rule_places,
    texts_of,
)
from wallboard.settings import LoadedSettings, load

AT = datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
FILE = """[thresholds]
waitingCalls = { warning = 3, critical = 6 }
longestWaitingTime = { warning = "1:00", critical = "2:00", recover = { warning = 30, critical = 90 } }
divertedCallsPercentage = false
[[thresholds.override]]
queue = "VIP*"
waitingCalls = { warning = 1 }
[[thresholds.override]]
site = "Paris"
waitingCalls = { critical = 9 }
"""  # noqa: E501
WAITING, VIP = RulePlace("waitingCalls"), RulePlace("waitingCalls", "VIP*")


class Board:
    """A file and what was changed over it."""

    def __init__(self, folder: Path, toml: str = FILE) -> None:
        self.file = folder / "wallboard.toml"
        self.file.write_text(toml, encoding="utf-8")
        self.store = ThresholdStore(folder / "state" / "thresholds.json")

    def change(self, place: RulePlace, **texts: str) -> str:
        named = {name.rstrip("_"): text for name, text in texts.items()}
        return self.store.keep(ThresholdChange(place, named, AT))

    def loaded(self) -> LoadedSettings:
        return load({}, {}, self.file.parent, candidates=[self.file], changed=self.store)

    @property
    def rules(self) -> Rules:
        return self.loaded().settings.rules


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


def test_what_was_changed_lies_over_the_file_field_by_field(board: Board) -> None:
    board.change(WAITING, critical="8", for_="20s")
    bounds = board.rules.base["waitingCalls"]
    assert (bounds.warning, bounds.critical, bounds.hold) == (3, 8, 20)
    assert Board(board.file.parent).rules == board.rules


def test_it_names_its_origin_beside_the_files(board: Board) -> None:
    board.change(WAITING, critical="8")
    board.change(VIP, warning="2")
    told = {line.key: line.origin for line in board.loaded().describe()}
    assert told["thresholds.waitingCalls"] == "changed here 29 Nov 14:05, wallboard.toml:2"
    assert told["thresholds.override[3].waitingCalls"] == "changed here 29 Nov 14:05"
    assert told["thresholds.override[1].waitingCalls"] == "wallboard.toml:5"


def test_what_is_changed_for_some_queues_counts_for_these(board: Board) -> None:
    board.change(VIP, warning="2", critical="4")
    (vip,) = [one for one in board.rules.for_queue("VIP 1", "") if one.metric == "waitingCalls"]
    (other,) = [one for one in board.rules.for_queue("Help", "") if one.metric == "waitingCalls"]
    assert (vip.warning, vip.critical) == (2, 4)
    assert (other.warning, other.critical) == (3, 6)


def test_a_rule_that_is_off_is_on_by_what_was_typed(board: Board) -> None:
    board.change(RulePlace("divertedCallsPercentage"), warning="1%", critical="3")
    bounds = board.rules.base["divertedCallsPercentage"]
    assert (bounds.warning, bounds.critical, bounds.off) == (1, 3, False)


def test_one_bound_to_recover_leaves_the_other_as_it_is(board: Board) -> None:
    board.change(RulePlace("longestWaitingTime"), recover="40s")
    bounds = board.rules.base["longestWaitingTime"]
    assert (bounds.recover_warning, bounds.recover_critical) == (40_000, 90_000)


def test_a_later_change_replaces_the_one_before_and_none_forgets_it(board: Board) -> None:
    board.change(WAITING, critical="8")
    board.change(WAITING, warning="2")
    assert [change.texts for change in board.store.read()[0]] == [{"warning": "2"}]
    board.change(WAITING)
    assert board.store.read() == ((), "")
    board.change(WAITING, warning="2")
    assert board.store.forget()
    assert not board.store.forget()
    assert board.rules.base["waitingCalls"].warning == 3


def test_what_does_not_fit_the_file_any_more_is_left_out_and_told(board: Board) -> None:
    board.change(WAITING, critical="4")
    board.file.write_text(FILE.replace("warning = 3, critical = 6", "warning = 5, critical = 9"))
    loaded = board.loaded()
    assert loaded.settings.rules.base["waitingCalls"].critical == 9
    (warning,) = loaded.warnings
    assert warning.startswith("What was changed at the board is not in force: changed here 29 Nov")
    assert warning.endswith("`wallboard config --reset` forgets it")
    assert board.store.path in loaded.looks
    board.file.write_text(FILE)
    assert loaded.again is not None
    assert loaded.again().settings.rules.base["waitingCalls"].critical == 4


def test_a_mistake_in_the_file_is_told_as_the_files(board: Board) -> None:
    board.change(WAITING, critical="8")
    board.file.write_text("[board]\ntitel = 1\n")
    with pytest.raises(ConfigurationError) as told:
        board.loaded()
    assert [words.partition(": ")[0] for words in told.value.mistakes] == ["wallboard.toml:2"]


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1]", '[{"metric": "waitingCalls"}]', '[{"metric": 5, "set": {}, "at": "x"}]', "5",
        '[{"metric": "waitingCalls", "set": {"warnin": "1"}, "at": "2026-11-29T14:05:00"}]',
        '[{"metric": "waitingCalls", "set": {"warning": "1"}, "at": "yesterday"}]',
        "\ud800", '{"a": 1}',
    ],
)  # fmt: skip
def test_a_broken_file_is_a_warning_and_the_configuration_holds(board: Board, text: str) -> None:
    assert board.store.path is not None
    board.store.path.parent.mkdir()
    board.store.path.write_bytes(text.encode("utf-8", "surrogatepass"))
    loaded = board.loaded()
    assert loaded.settings.rules.base["waitingCalls"].warning == 3
    (warning,) = loaded.warnings
    assert "thresholds.json cannot be read" in warning or "is not in force" in warning


def test_where_nothing_can_be_written_it_is_in_force_and_told(tmp_path: Path) -> None:
    board = Board(tmp_path)
    (tmp_path / "state").write_text("in the way")
    assert board.change(WAITING, warning="2").startswith("Not kept for the next start: ")
    assert board.rules.base["waitingCalls"].warning == 2


def test_without_a_file_it_is_kept_as_long_as_the_board_runs() -> None:
    store = ThresholdStore(None)
    assert store.keep(ThresholdChange(WAITING, {"warning": "2"}, AT)) == ""
    assert store.read()[0][0].texts == {"warning": "2"}
    assert not store.forget()


def test_the_lines_for_the_file_say_the_same_without_the_changes(board: Board) -> None:
    board.change(WAITING, critical="8")
    board.change(VIP, warning="2", critical="4")
    board.change(RulePlace("longestWaitingTime"), recover="40s")
    board.change(RulePlace("avgWaitingTime", "", "Lyon"), warning="1:00", for_="0")
    wanted, written = board.rules, board.loaded().written
    lines = as_toml(board.store.read()[0], written)
    assert lines.startswith("[thresholds]\n# changed here 29 Nov 14:05\n")
    assert "waitingCalls = { warning = 3, critical = 8 }" in lines
    assert board.store.forget()
    rest = [
        line
        for line in FILE.splitlines()[1:]
        if not line.startswith(("waitingCalls = { warning = 3", "longest"))
    ]
    board.file.write_text(
        f"{lines.partition('[[')[0]}" + "\n".join(rest) + "\n[[" + lines.partition("[[")[2]
    )
    for queue, site in (("VIP 1", ""), ("VIP 1", "Lyon"), ("Help", "Paris"), ("Help", "Lyon")):
        assert set(board.rules.for_queue(queue, site)) == set(wanted.for_queue(queue, site))
    assert as_toml((), written) == ""


SUMS = """[thresholds.total]
waitingCalls = { warning = 10, critical = 20 }
[groups."Day & night"]
queues = ["*"]
[groups."Day & night".thresholds]
waitingCalls = { warning = 5, critical = 9, for = "20s" }
"""
TOTAL = RulePlace("waitingCalls", total=True)
GROUP = RulePlace("waitingCalls", group="Day & night")


def test_what_is_changed_of_totals_and_groups_is_kept_and_printed_like_the_rest(
    tmp_path: Path,
) -> None:
    board = Board(tmp_path, SUMS)
    assert {TOTAL, GROUP} <= set(rule_places(board.rules))
    board.change(TOTAL, critical="30")
    board.change(GROUP, warning="6", for_="10s")
    rules = board.rules
    assert bounds_at(rules, TOTAL) == Bounds(10, 30)
    assert bounds_at(rules, GROUP) == Bounds(6, 9, hold=10.0)
    assert rules.base["waitingCalls"].critical == 5, "no queue is judged by them"
    told = {line.key: line.origin for line in board.loaded().describe()}
    assert told["thresholds.total.waitingCalls"] == "changed here 29 Nov 14:05, wallboard.toml:2"
    assert "changed here" in told["groups.Day & night.thresholds.waitingCalls"]
    lines = as_toml(board.store.read()[0], board.loaded().written)
    assert board.store.forget()
    assert board.rules != rules
    board.file.write_text('[groups."Day & night"]\nqueues = ["*"]\n' + lines)
    assert board.rules == rules


def test_a_group_that_is_gone_takes_nothing_else_with_it(tmp_path: Path) -> None:
    board = Board(tmp_path, SUMS)
    board.change(GROUP, warning="6")
    board.file.write_text("[thresholds]\nwaitingCalls = { warning = 2 }\n")
    loaded = board.loaded()
    assert loaded.settings.rules.base["waitingCalls"].warning == 2
    assert any("is not in force" in words for words in loaded.warnings)


def test_a_sum_is_judged_by_its_own_rule_as_it_stands() -> None:
    rules = Rules(total={"waitingCalls": Bounds(3, 5)})
    rows = [calm("A", "1", waitingCalls=2), calm("B", "2", waitingCalls=3)]
    assert level_of_sum(rules, TOTAL, rows[:1]) is Level.NORMAL
    assert level_of_sum(rules, TOTAL, rows) is Level.CRITICAL
    assert level_of_sum(rules, TOTAL, []) is Level.UNKNOWN
    assert level_of_sum(Rules(), TOTAL, rows) is Level.NORMAL


NUMBERS = st.integers(0, 10**12)


@given(st.sampled_from(sorted(METRICS)), NUMBERS, NUMBERS, st.integers(0, 10**8))
def test_what_is_shown_of_a_rule_is_read_back_as_the_same(
    name: str, warning: int, critical: int, tenths: int
) -> None:
    from wallboard.config.values import read_bound, seconds

    metric, hold = METRICS[name], tenths / 10
    bounds = Bounds(warning, critical, hold)
    if metric.unit is Unit.PERCENT:
        bounds = Bounds(warning % 10_001 / 100, critical % 10_001 / 100, hold)
    texts = texts_of(metric, bounds)
    assert read_bound(metric, texts["warning"]) == bounds.warning
    assert read_bound(metric, texts["critical"]) == bounds.critical
    assert seconds(texts["for"]) == hold
    assert texts["recover"] == ""


def test_the_place_that_counts_for_a_queue_is_the_narrowest_that_speaks_of_the_metric() -> None:
    rules = Rules(
        {"waitingCalls": Bounds(3), "avgWaitingTime": Bounds(9)},
        (
            Override({"waitingCalls": Bounds(4)}, "", "Paris"),
            Override({"waitingCalls": Bounds(5)}, "V*"),
            Override({"avgWaitingTime": Bounds(6)}, "VIP"),
            Override({"waitingCalls": Bounds(None, 8)}, "V*"),
        ),
    )
    assert place_of(rules, "waitingCalls", "VIP", "Paris") == RulePlace("waitingCalls", "V*")
    assert place_of(rules, "waitingCalls", "Help", "Paris").words == "site Paris"
    assert place_of(rules, "waitingCalls", "Help", "Rome").words == "every queue"
    assert bounds_at(rules, RulePlace("waitingCalls", "V*")) == Bounds(5, 8)
    assert bounds_at(rules, RulePlace("waitingCalls")) == Bounds(3)
    assert bounds_at(rules, RulePlace("talkingCalls")) == Bounds()
    assert RulePlace("waitingCalls", "V*", "Paris").words == "queue V*, site Paris"
    assert RulePlace("waitingCalls", total=True).words == "all queues together"
    assert RulePlace("waitingCalls", group="Help").words == "group Help as a whole"
    assert len(rule_places(rules)) == 5


def test_the_kept_file_is_the_owners_alone(board: Board) -> None:
    board.change(WAITING, warning="2")
    assert board.store.path is not None
    assert board.store.path.stat().st_mode & 0o077 == 0
    assert json.loads(board.store.path.read_text())[0]["set"] == {"warning": "2"}
