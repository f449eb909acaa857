"""What the answers of the first run come to: the names that are meant, and the file."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.doctor.report import SeenPbx
from wallboard.first_run.plan import SetupAnswers, file_text, names_for_file, pick
from wallboard.model.data.reading import AccountEntry
from wallboard.settings import load

LISTED = [
    AccountEntry("i1", "Sales", "4100"),
    AccountEntry("i2", "Support", "2"),
    AccountEntry("i3", "sales", "4300"),
    AccountEntry("i4", "Élan", "4400"),
]


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ("", []),
        ("all", []),
        ("1", ["i1"]),
        ("2-3, 2", ["i2", "i3"]),
        ("SUPPORT, 4400", ["i2", "i4"]),
        ("sales", ["i1", "i3"]),
        ("i4", ["i4"]),
        (" 1 , ,élan", ["i1", "i4"]),
    ],
)
def test_an_answer_chooses_by_number_range_name_extension_or_id(
    answer: str, ids: list[str]
) -> None:
    assert [one.id for one in pick("queue", answer, LISTED)] == ids


@pytest.mark.parametrize(
    ("answer", "words"),
    [("Suport", 'no queue called "Suport"; nearest: Support'), ("9", '"9"'), ("3-2", '"3-2"')],
)
def test_what_is_not_in_the_list_is_told_with_the_nearest(answer: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        pick("queue", answer, LISTED)


def test_a_name_that_two_have_is_written_by_id() -> None:
    assert names_for_file([LISTED[0], LISTED[1]], LISTED) == ("i1", "Support")


def test_names_that_were_given_are_looked_for_where_the_pbxes_are_that_were_given() -> None:
    queues = (AccountEntry("q", "Billing", "9"),)
    pbxes = [SeenPbx("a", "East", (), queues), SeenPbx("b", "West", None, None)]
    plan = SetupAnswers(pbx=("EAST",), queues=("billing",)).with_lists(pbxes)
    assert (plan.pbx, plan.queues) == (("East",), ("Billing",))
    with pytest.raises(ValueError, match='there is no queue called "billing"'):
        SetupAnswers(pbx=("b",), queues=("billing",)).with_lists(pbxes)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@given(NAMES, st.lists(NAMES, unique=True), st.sampled_from(["1:00", "90", "2m"]))
def test_the_file_says_what_was_answered_whatever_the_names(
    tmp_path_factory: pytest.TempPathFactory, title: str, names: list[str], warning: str
) -> None:
    plan = SetupAnswers(
        base_url="https://api.8x8.com/eu/analytics/work",
        pbx=tuple(names),
        sites=tuple(names),
        queues=tuple(names),
        title=title,
        wall=True,
        tv="55",
        distance="7.5",
        bounds={"longestWaitingTime": (warning, "2:00"), "waitingCalls": ("4", "4")},
    )
    file = tmp_path_factory.getbasetemp() / "made.toml"
    file.write_text(file_text(plan), encoding="utf-8")
    settings = load({}, {}, file.parent, config=file).settings
    assert settings.api.base_url == plan.base_url
    assert settings.api.pbx == settings.api.sites == settings.api.queues == tuple(names)
    assert settings.board.title == title
    assert (settings.kiosk.tv, settings.kiosk.distance) == (55, 7.5)
    rules = settings.thresholds.rules.base
    assert (rules["longestWaitingTime"].critical, rules["waitingCalls"].warning) == (120_000, 4)


def test_the_file_has_only_what_differs() -> None:
    assert tomllib.loads(file_text(SetupAnswers())) == {"api": {"secrets_dir": "."}}
    assert all(line.startswith("#") for line in file_text(SetupAnswers()).splitlines()[:2])


def test_the_secrets_are_looked_for_beside_the_file(tmp_path: Path) -> None:
    file = tmp_path / "wallboard.toml"
    file.write_text(file_text(SetupAnswers()), encoding="utf-8")
    (tmp_path / "api_key").write_text("k\n")
    (tmp_path / "api_key").chmod(0o600)
    loaded = load({}, {}, Path("/"), config=file)
    assert loaded.settings.secrets() == ("k",)
