"""Labels of the user's own: in every sentence for people, in nothing for programs."""

from dataclasses import replace

import pytest

from tests.sample import row
from tests.unit.model_env import PLAIN, World, moment, tick
from wallboard.model.data.catalogue import CATALOGUE, relabel
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import ColumnsChosen
from wallboard.model.judge.alert_log import alerts
from wallboard.model.judge.alerts import document, due
from wallboard.model.judge.rules import Rules
from wallboard.model.select.selection import Order, order_words
from wallboard.model.view.export import copy_text
from wallboard.model.view.queue_page import project_queue

LABELS = {"waitingCalls": "In line", "longestWaitingTime": "AWT max", "availableAgents": "Free"}
KEY = row("Sales").key


@pytest.mark.parametrize(
    ("label", "short", "word"),
    [
        ("In line", "In line", "in line"),
        ("AWT max", "AWT max", "AWT max"),
        ("É", "É", "é"),
        ("Twelve chars", "Twelve chars", "twelve chars"),
        ("Thirteen char", "Thirteen ch…", "thirteen char"),
        ("The longest of waits", "The longest…", "the longest of waits"),
    ],
)
def test_a_label_heads_its_column_and_stands_in_sentences(
    label: str, short: str, word: str
) -> None:
    metric = relabel("waitingCalls", {"waitingCalls": label})
    assert metric == replace(CATALOGUE["waitingCalls"], label=label, short=short)
    assert metric is not None
    assert metric.word == word


def test_what_has_no_label_of_its_own_is_the_catalogues() -> None:
    assert relabel("waitingCalls") is CATALOGUE["waitingCalls"]
    assert relabel("waitingCalls", {"waitingCalls": ""}) is CATALOGUE["waitingCalls"]
    assert relabel("nope", {"nope": "Nope"}) is None
    options = ViewOptions(labels=LABELS)
    assert [one.label for one in options.metrics(["nope", "waitingCalls", "talkingCalls"])] == [
        "In line", "Talking",
    ]  # fmt: skip


def world() -> World:
    made = World(Rules(), ViewOptions(labels=LABELS))
    made.poll(row("Sales", waitingCalls=6, longestWaitingTime=151_000, availableAgents=2), after=10)
    return made


def test_people_read_it_everywhere() -> None:
    made = world()
    now = moment(made.now)
    view = made.view()
    page = project_queue(made.state, KEY, now)
    assert page is not None
    assert {metric.label for metric in view.columns} >= {"In line", "AWT max", "Free of Eligible"}
    assert [tile.metric.label for tile in view.tiles][:2] == ["In line", "AWT max"]
    assert page.why[0].startswith("critical since 09:30:10 (0 s): AWT max 02:31 > 02:00; in line 6")
    assert page.past[0].split("  ")[2] == "AWT max 02:31"
    assert [trend.metric.label for trend in page.trends] == ["In line", "AWT max", "Free"]
    shown = {one.metric.label for _, rows in page.groups for one in rows}
    assert set(LABELS.values()) <= shown
    assert alerts(made.state, now).rows[0].rule == "AWT max ≥ 02:00"
    assert "In line 6 !! · AWT max 02:31 !!" in copy_text(made.state, KEY, now)
    assert order_words(Order("longestWaitingTime", True), LABELS) == "AWT max, high to low"


def test_a_wait_with_another_name_ticks_all_the_same() -> None:
    view = world().view()
    assert tick(view, range(5), view.now + 3)[0].text == "02:34"


def test_programs_get_the_names_of_the_api() -> None:
    made = World(PLAIN, ViewOptions(labels=LABELS))
    before = made.state
    made.waits(6)
    (alert,) = due(before, made.state, moment(made.now))
    assert document(alert)["metric"] == "waitingCalls"


def test_columns_that_were_chosen_are_the_boards() -> None:
    made = world()
    made.step(ColumnsChosen(("talkingCalls", "waitingCalls")))
    assert [metric.label for metric in made.view().columns] == ["Talking", "In line"]
    assert made.view().tiles[0].metric.label == "In line"


def test_columns_that_are_made_of_a_metric_are_called_by_its_label_and_none_as_it_is() -> None:
    names = ("waitingCalls", "waitingCallsTrend", "waitingCallsUsual", "availableOfEligible")
    called = [(one.label, one.short) for one in ViewOptions(labels=LABELS).table(names)]
    assert called == [
        ("In line", "In line"),
        ("Trend of In line", "Trend"),
        ("In line, usually", "Usually"),
        ("Free of Eligible", "Free/Eligible"),
    ]
    assert len(set(called)) == len(names)
    plain = ViewOptions(labels={"onHoldCalls": "Parked"}).table(names)
    assert plain == ViewOptions().table(names)
