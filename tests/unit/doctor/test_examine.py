"""What the doctor tries, what it says of it, and the exit code it comes to."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fake_clock import FakeClock
from tests.sample import row
from tests.unit.fakes import FakeAccount, FakeSource
from wallboard.config.describe import SettingLine
from wallboard.doctor.account_lists import ListNeeds, read_lists, rows_of
from wallboard.doctor.answers import rules_step
from wallboard.doctor.examine import STEPS, examine, untried_steps
from wallboard.doctor.network import ConnectionFacts, Target
from wallboard.doctor.report import (
    CheckReport,
    SeenPbx,
    Step,
    StepOutcome,
    configuration_step,
    failed_step,
    log_step,
    ok_step,
)
from wallboard.doctor.text import as_json, step_text, verdict
from wallboard.errors import (
    AccessRefused,
    ConfigurationError,
    EndpointGone,
    FeedError,
    InvalidResponse,
    SignInRefused,
    UnknownName,
    Unreachable,
)
from wallboard.feed.source import Source
from wallboard.model.data.catalogue import CATALOGUE
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.reading import AccountEntry, Reading
from wallboard.model.judge.rules import Override, Rules

TARGET = Target("api.example", 443)
NAMES = list(STEPS)


class Road:
    """A network that does what a test says."""

    def __init__(
        self,
        clock: FakeClock,
        addresses: Sequence[str] | BaseException = ("192.0.2.1", "192.0.2.2"),
        connected: ConnectionFacts | BaseException = ConnectionFacts("TLSv1.3", 90.5),  # noqa: B008 - frozen
    ) -> None:
        self._clock = clock
        self._addresses = addresses
        self._connected = connected

    async def resolve(self, _target: Target) -> Sequence[str]:
        if isinstance(self._addresses, BaseException):
            raise self._addresses
        return self._addresses

    async def connect(self, _target: Target) -> ConnectionFacts:
        self._clock.seconds += 0.043
        if isinstance(self._connected, BaseException):
            raise self._connected
        return self._connected


class Office:
    """What an account can see; an error in place of a list is raised."""

    def __init__(self, clock: FakeClock, **answers: object) -> None:
        self._clock = clock
        self._answers: dict[str, object] = {
            "sign_in": None,
            "pbxes": [AccountEntry("p1", "Main"), AccountEntry("p2", "Backup")],
            "sites": {"p1": [AccountEntry("s1", "Paris"), AccountEntry("s2", "Lyon")], "p2": []},
            "queues": {"p1": [AccountEntry("q1", "Sales", "101")], "p2": [AccountEntry("q2", "")]},
            "agents": {"p1": [AccountEntry("a1", "Ada Lovelace", "201", "s1")], "p2": []},
        } | answers
        self.asked: list[str] = []

    def _answer(self, what: str, pbx: str = "") -> list[AccountEntry]:
        self.asked.append(f"{what} {pbx}".strip())
        answer = self._answers[what]
        if isinstance(answer, dict):
            answer = answer[pbx]
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[return-value]

    async def sign_in(self) -> None:
        self._clock.seconds += 1.25
        self._answer("sign_in")

    async def pbxes(self) -> Sequence[AccountEntry]:
        return self._answer("pbxes")

    async def entries(self, pbx_id: str, what: str) -> Sequence[AccountEntry]:
        return self._answer(what, pbx_id)


class Measured(FakeSource):
    """A source with two queues, and something odd about its answer."""

    notes: tuple[str, ...] = ()
    ahead: float | None = None
    """Seconds by which the server's clock is ahead of ours."""
    cache_age = 0.0

    async def fetch(self) -> Reading:
        self._clock.seconds += 0.31
        rows = (row("Sales", "101"), row("Help", "102"))
        reading = await super().fetch()
        reading = replace(reading, queues=rows, metrics=frozenset(CATALOGUE), notes=self.notes)
        if self.ahead is None:
            return reading
        old = timedelta(seconds=self.cache_age)
        served = reading.measured.wall + timedelta(seconds=self.ahead) - old
        measured = replace(reading.measured, wall=reading.measured.wall - old)
        return replace(reading, measured=measured, served=served, cache_age=self.cache_age)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def steps_of(
    clock: FakeClock,
    road: Road | None = None,
    office: Office | None = None,
    sources: Sequence[Source] | BaseException | None = None,
    target: Target = TARGET,
    asked: ListNeeds = ListNeeds(),  # noqa: B008 - frozen
) -> dict[str, Step]:
    account = FakeAccount([Measured(clock, pbx="Main")] if sources is None else sources)
    told: list[Step] = []
    steps, _ = await examine(
        target,
        road or Road(clock),
        office or Office(clock),
        account,
        clock,
        told.append,
        asked=asked,
    )
    assert [step.name for step in steps] == NAMES
    assert list(steps) == told
    assert account.closed == 1
    return {step.name: step for step in steps}


def code(steps: dict[str, Step]) -> int:
    return CheckReport(steps=tuple(steps.values())).exit_code


@pytest.mark.parametrize(
    ("ahead", "cache_age", "words", "remedy"),
    [
        (0, 0, "within a few seconds of the server's", ""),
        (-4.5, 0, "within a few seconds of the server's", ""),
        (3600, 0, "1h 00m behind the server's", "NTP"),
        (-90, 0, "1m 30s ahead of the server's", "cache"),
        (-90, 3600, "1m 30s ahead of the server's", "NTP"),
        (1, 3600, "within a few seconds of the server's; the answers lay in a cache for 1h 00m",
         "proxy"),
    ],
)  # fmt: skip
async def test_the_clocks_are_compared_and_a_cache_is_told(
    clock: FakeClock, ahead: float, cache_age: float, words: str, remedy: str
) -> None:
    source = Measured(clock, pbx="Main")
    source.ahead, source.cache_age = ahead, cache_age
    step = (await steps_of(clock, sources=[source]))["clock"]
    assert (step.outcome is StepOutcome.WARNING) == bool(remedy)
    assert step.words == words
    assert remedy in step.remedy


async def test_without_an_answer_no_clock_is_compared(clock: FakeClock) -> None:
    steps = await steps_of(clock, sources=[FakeSource(clock, InvalidResponse("Odd"))])
    assert steps["clock"].outcome is StepOutcome.SKIPPED


async def test_all_is_well(clock: FakeClock) -> None:
    steps = await steps_of(clock)
    assert {step.outcome for step in steps.values()} == {StepOutcome.OK}
    assert {name: step.words for name, step in steps.items()} == {
        "host": "api.example: 192.0.2.1, 192.0.2.2",
        "connection": "port 443, TLSv1.3, 43 ms; certificate valid for 90 days more",
        "sign-in": "accepted, 1.2 s",
        "PBXes": "2 PBXes",
        "sites": "2 sites",
        "queues": "2 queues",
        "poll": "2 queues measured",
        "clock": "the API does not tell its time",
    }
    assert steps["PBXes"].details == ("Main (p1)", "Backup (p2)")
    assert steps["sites"].details == ("Main: 2 sites", "Backup: 0 sites")
    assert steps["queues"].details == ("Main: 1 queue", "Backup: 1 queue")
    assert steps["poll"].details == ("Main: 2 queues, 28 metrics, 310 ms",)
    assert code(steps) == 0


REFUSED = SignInRefused("The API key was refused", "Check the API key")
AWAY = Unreachable("The host's name could not be resolved", "Check the network")


@pytest.mark.parametrize(
    ("road", "office", "last", "exit_code"),
    [
        ({"addresses": AWAY}, {}, "host", 4),
        ({"connected": Unreachable("The connection was refused")}, {}, "connection", 4),
        ({}, {"sign_in": REFUSED}, "sign-in", 3),
        ({}, {"pbxes": InvalidResponse("The answer is no list of names")}, "PBXes", 4),
        ({}, {"pbxes": AccessRefused("Signed in, but without access")}, "PBXes", 3),
        ({}, {"sign_in": KeyError("canary")}, "sign-in", 1),
    ],
)
async def test_what_fails_is_told_and_what_needs_it_is_not_tried(
    clock: FakeClock,
    road: dict[str, BaseException],
    office: dict[str, object],
    last: str,
    exit_code: int,
) -> None:
    asked = Office(clock, **office)
    steps = await steps_of(clock, Road(clock, **road), asked)
    at = NAMES.index(last)
    outcomes = [steps[name].outcome for name in NAMES]
    assert outcomes[:at] == [StepOutcome.OK] * at
    assert outcomes[at] is StepOutcome.FAILED
    assert set(outcomes[at + 1 :]) == {StepOutcome.SKIPPED}
    assert steps[last].words
    assert "canary" not in str(steps)
    assert code(steps) == exit_code
    # Nothing is asked with a password after a refusal: that could lock the account.
    assert asked.asked == ["sign_in", "pbxes"][: max(0, at - 1)]


async def test_an_error_brings_its_remedy(clock: FakeClock) -> None:
    steps = await steps_of(clock, office=Office(clock, sign_in=REFUSED))
    assert steps["sign-in"].words == "The API key was refused"
    assert steps["sign-in"].remedy == "Check the API key"


async def test_a_pbx_without_access_is_a_warning_and_the_others_go_on(clock: FakeClock) -> None:
    refused = AccessRefused("Signed in, but without access to this PBX (HTTP 403)", "Give access")
    lists = {"p1": [AccountEntry("x1", "X", "7")], "p2": refused}
    steps = await steps_of(clock, office=Office(clock, sites=lists, queues=lists))
    for name in ("sites", "queues"):
        step = steps[name]
        assert step.outcome is StepOutcome.WARNING
        assert step.remedy == "Give access"
        assert step.details == (
            f"Main: 1 {name[:-1]}",
            "Backup: Signed in, but without access to this PBX (HTTP 403)",
        )
    assert steps["poll"].outcome is StepOutcome.OK
    assert code(steps) == 0


@pytest.mark.parametrize(
    "error",
    [
        EndpointGone("The address is not there (HTTP 404)", "Look"),
        AccessRefused("Signed in, but without access", "Look"),
        InvalidResponse("no list", "Look"),
    ],
)
@pytest.mark.parametrize(
    ("asked", "lists", "exit_code"),
    [
        (ListNeeds(), "sites", 0),
        (ListNeeds(), "queues", 0),
        (ListNeeds(queues=True), "sites", 0),
        (ListNeeds(queues=True), "queues", None),
        (ListNeeds(sites=True), "sites", None),
        (ListNeeds(sites=True), "queues", None),
    ],
)
async def test_lists_that_nobody_gives_are_a_failure_where_something_needs_them(
    clock: FakeClock, error: FeedError, asked: ListNeeds, lists: str, exit_code: int | None
) -> None:
    steps = await steps_of(clock, office=Office(clock, **{lists: error}), asked=asked)
    assert steps["poll"].outcome is StepOutcome.OK
    if exit_code == 0:
        assert steps[lists].outcome is StepOutcome.WARNING
        assert steps[lists].remedy == f"The board does without this list of {lists}"
        assert steps[lists].details == (f"Main: {error.words}", f"Backup: {error.words}")
        assert code(steps) == 0
    else:
        assert (steps[lists].outcome, steps[lists].words) == (StepOutcome.FAILED, error.words)
        assert code(steps) == error.exit_code


async def test_what_is_listed_and_not_measured_is_named(clock: FakeClock) -> None:
    lists = {
        "p1": [
            AccountEntry("q1", "Sales", "101", "s1"),
            AccountEntry("q2", "Help renamed", "102", "s2"),
            AccountEntry("q3", "Night", "103", "s2"),
            AccountEntry("q4", "No extension", "", "s2"),
            AccountEntry("q5", "Help"),
        ],
        "p2": [AccountEntry("q9", "Elsewhere", "900")],
    }
    source = Measured(clock, pbx="p1")
    steps = await steps_of(clock, office=Office(clock, queues=lists), sources=[source])
    poll = steps["poll"]
    assert poll.outcome is StepOutcome.WARNING
    assert poll.words == "2 queues measured, 2 listed but not measured"
    assert poll.details[1:] == ("p1: listed, but not measured: Night (103); No extension",)
    assert "access" in poll.remedy
    assert code(steps) == 0
    only = ListNeeds(
        queues=True, of=lambda pbx: [one for one in pbx.queues or () if one.id == "q1"]
    )
    steps = await steps_of(clock, office=Office(clock, queues=lists), sources=[source], asked=only)
    assert steps["poll"].outcome is StepOutcome.OK


async def test_an_account_that_sees_nothing(clock: FakeClock) -> None:
    steps = await steps_of(
        clock, office=Office(clock, pbxes=[]), sources=AccessRefused("no PBX", "Give access")
    )
    assert (steps["PBXes"].outcome, steps["PBXes"].words) == (StepOutcome.WARNING, "0 PBXes")
    assert (steps["sites"].outcome, steps["sites"].words) == (StepOutcome.OK, "0 sites")
    assert steps["poll"].outcome is StepOutcome.FAILED
    assert code(steps) == 3


async def test_names_that_no_pbx_has(clock: FakeClock) -> None:
    unknown = UnknownName(["api.queues[1]: no queue has this name; nearest: Sales"], "Correct it")
    steps = await steps_of(clock, sources=unknown)
    assert steps["poll"].words == "1 mistake"
    assert steps["poll"].details == ("api.queues[1]: no queue has this name; nearest: Sales",)
    assert steps["poll"].remedy == "Correct it"
    assert code(steps) == 2


@pytest.mark.parametrize(
    ("others", "exit_code"),
    [
        ([], 3),
        ([Unreachable("No answer")], 3),
        ([None], 4),
    ],
)
async def test_polls_that_fail(clock: FakeClock, others: list[object], exit_code: int) -> None:
    """Some of several is one code, all of them what they say: as for ``once``."""
    refused = AccessRefused("Signed in, but without access", "Give access")
    sources: list[Source] = [FakeSource(clock, refused, pbx="Main")]
    sources += [
        FakeSource(clock, other, pbx="Backup")
        if isinstance(other, BaseException)
        else Measured(clock, pbx="Backup")
        for other in others
    ]
    steps = await steps_of(clock, sources=sources)
    poll = steps["poll"]
    assert poll.outcome is StepOutcome.FAILED
    assert (poll.words, poll.remedy) == ("Signed in, but without access", "Give access")
    assert poll.details[0] == "Main: Signed in, but without access"
    assert len(poll.details) == len(sources)
    assert code(steps) == exit_code


async def test_a_poll_without_queues_is_a_warning(clock: FakeClock) -> None:
    steps = await steps_of(clock, sources=[FakeSource(clock, pbx="Main")])
    assert steps["poll"].outcome is StepOutcome.WARNING
    assert steps["poll"].words == "0 queues measured"
    assert "[api]" in steps["poll"].remedy


async def test_what_is_odd_about_an_answer_is_told(clock: FakeClock) -> None:
    source = Measured(clock, pbx="Main")
    source.notes = ("metrics that the API does not know are left out: x",)
    steps = await steps_of(clock, sources=[source])
    assert steps["poll"].details[1:] == (
        "Main: metrics that the API does not know are left out: x",
    )


@pytest.mark.parametrize(
    ("days", "outcome", "words"),
    [
        (14.0, StepOutcome.OK, "; certificate valid for 14 days more"),
        (13.9, StepOutcome.WARNING, "; certificate valid for 13 days more"),
        (1.5, StepOutcome.WARNING, "; certificate valid for 1 day more"),
        (None, StepOutcome.OK, "43 ms"),
    ],
)
async def test_a_certificate_that_ends_soon(
    clock: FakeClock, days: float | None, outcome: StepOutcome, words: str
) -> None:
    steps = await steps_of(clock, Road(clock, connected=ConnectionFacts("TLSv1.2", days)))
    assert steps["connection"].outcome is outcome
    assert steps["connection"].words.endswith(words)


async def test_a_proxy_is_named_with_its_variable(clock: FakeClock) -> None:
    target = Target("proxy.example", 8080, None, "HTTPS_PROXY")
    steps = await steps_of(clock, Road(clock, connected=ConnectionFacts()), target=target)
    assert steps["host"].words == "proxy.example, a proxy (HTTPS_PROXY): 192.0.2.1, 192.0.2.2"
    assert steps["connection"].words == "port 8080, without TLS, 43 ms"


async def test_what_was_seen_is_kept_for_programs(clock: FakeClock) -> None:
    lists = {"p1": [AccountEntry("x1", "X", "7")], "p2": AccessRefused("no")}
    _, pbxes = await examine(
        TARGET,
        Road(clock),
        Office(clock, queues=lists),
        FakeAccount([Measured(clock)]),
        clock,
    )
    sites = (AccountEntry("s1", "Paris"), AccountEntry("s2", "Lyon"))
    assert pbxes == (
        SeenPbx("p1", "Main", sites, (AccountEntry("x1", "X", "7"),)),
        SeenPbx("p2", "Backup", (), None),
    )


# --- what is printed


def test_mistakes_of_the_configuration_are_a_step() -> None:
    error = ConfigurationError(["w.toml:1: a: no", "w.toml:2: b: no"], "config.example.toml helps")
    step = failed_step("configuration", error)
    assert (step.outcome, step.exit_code, step.words) == (StepOutcome.FAILED, 2, "2 mistakes")
    assert step_text(step) == (
        "configuration  FAILED     2 mistakes\n"
        "                          w.toml:1: a: no\n"
        "                          w.toml:2: b: no\n"
        "                          → config.example.toml helps\n"
    )


def test_an_examination_that_cannot_begin() -> None:
    steps = (failed_step("credentials", ConfigurationError(["api.key: not set"])), *untried_steps())
    text = as_text(CheckReport(steps=steps))
    assert text.count("not tried") == len(STEPS) == 8
    assert text.endswith("Failed: credentials.\n")


def test_configuration_and_log() -> None:
    assert step_text(configuration_step("/etc/w.toml")) == "configuration  ok         /etc/w.toml\n"
    assert configuration_step("").words == "no file; environment, flags and defaults"
    warned = configuration_step("w.toml", ["w.toml: others may read it"])
    assert (warned.outcome, warned.details) == (
        StepOutcome.WARNING,
        ("w.toml: others may read it",),
    )
    assert log_step("/state/wallboard.log") == ok_step("log", "/state/wallboard.log")
    assert log_step("", "No log is written").outcome is StepOutcome.WARNING


SETTINGS = (
    SettingLine("api.base_url", "https://api.example", "default"),
    SettingLine("api.key", "(set)", "environment: WALLBOARD_API__KEY"),
    SettingLine("keys.quit", "q", "default"),
    SettingLine("keys.help", "f1", "wallboard.toml:3"),
)
REPORT = CheckReport(
    SETTINGS,
    (
        ok_step("host", "api.example: 192.0.2.1"),
        failed_step("sign-in", REFUSED),
        Step("poll", StepOutcome.SKIPPED),
    ),
    (SeenPbx("p1", "Main", (AccountEntry("s1", "Paris"),), None),),
)


def as_text(report: CheckReport, *, colour: bool = False) -> str:
    """The whole report, as ``wallboard check`` prints it step by step."""
    steps = "".join(step_text(step, colour=colour) for step in report.steps)
    return steps + verdict(report)


def test_the_report_as_text() -> None:
    assert as_text(REPORT) == (
        "host           ok         api.example: 192.0.2.1\n"
        "sign-in        FAILED     The API key was refused\n"
        "                          → Check the API key\n"
        "poll           not tried\n"
        "Failed: sign-in.\n"
    )
    assert as_text(CheckReport(steps=(ok_step("host"),))).endswith("All is well.\n")
    doubtful = CheckReport(steps=(log_step("", "none"),))
    assert as_text(doubtful).endswith("Works; look at: log.\n")
    assert doubtful.exit_code == 0


def test_colours_only_where_they_are_asked_for() -> None:
    assert "\x1b" not in as_text(REPORT)
    coloured = as_text(REPORT, colour=True)
    assert "\x1b[32mok" in coloured
    assert "\x1b[1;31mFAILED" in coloured
    plain = coloured
    for sign in ("\x1b[32m", "\x1b[1;31m", "\x1b[2m", "\x1b[0m"):
        plain = plain.replace(sign, "")
    assert [line.rstrip() for line in plain.splitlines()] == as_text(REPORT).splitlines()


def test_long_lists_are_wrapped_and_nothing_is_lost() -> None:
    names = [f"Queue {number}" for number in range(200)]
    text = step_text(ok_step("queues", "200 queues", ["Main: " + "; ".join(names)]), width=80)
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    assert all(f"{name};" in flat or flat.endswith(name) for name in names)


def test_nothing_that_was_named_can_control_the_terminal() -> None:
    evil = "a\x1b]52;c;x\x07\n\u202eb\x9b2J"
    step = Step(evil, StepOutcome.OK, evil, evil, (evil,))
    shown = step_text(step)
    assert all(line.isprintable() for line in shown.split("\n"))
    document = as_json(
        CheckReport((SettingLine(evil, evil, evil),), (step,), (SeenPbx(evil, evil),))
    )
    assert document.isascii()
    assert all(line.isprintable() for line in document.split("\n"))


def test_the_report_as_json() -> None:
    document = json.loads(as_json(REPORT))
    assert document["exit_code"] == 3
    assert document["settings"][2] == {"key": "keys.quit", "text": "q", "origin": "default"}
    assert [step["outcome"] for step in document["steps"]] == ["ok", "failed", "not tried"]
    assert document["steps"][1] == {
        "name": "sign-in",
        "outcome": "failed",
        "words": "The API key was refused",
        "remedy": "Check the API key",
        "details": [],
    }
    assert document["pbxes"] == [
        {"id": "p1", "name": "Main", "sites": [{"id": "s1", "name": "Paris"}], "queues": None}
    ]


async def test_the_lists_of_an_account_are_told_by_pbx_with_ids_and_extensions(
    clock: FakeClock,
) -> None:
    lists = await read_lists(Office(clock), ("sites", "queues", "agents"))
    assert lists.exit_code == 0
    assert rows_of(lists, "pbxes", str) == (("name", "id"), (("Backup", "p2"), ("Main", "p1")))
    assert rows_of(lists, "sites", str) == (
        ("name", "id", "pbx"),
        (("Lyon", "s2", "Main"), ("Paris", "s1", "Main")),
    )
    assert rows_of(lists, "queues", str)[1] == (
        ("q2", "", "q2", "", "Backup"),
        ("Sales", "101", "q1", "", "Main"),
    )
    assert rows_of(lists, "agents", lambda name: name[:1]) == (
        ("name", "extension", "id", "site", "pbx"),
        (("A", "201", "a1", "Paris", "Main"),),
    )


async def test_a_pbx_that_gives_no_list_keeps_no_other_and_is_told(clock: FakeClock) -> None:
    refused = AccessRefused("No access", "Ask")
    some = {"p1": refused, "p2": [AccountEntry("q2", "Night")]}
    lists = await read_lists(Office(clock, queues=some), ("queues",))
    assert rows_of(lists, "queues", str)[1] == (("Night", "", "q2", "", "Backup"),)
    assert (lists.failures, lists.exit_code) == ((("Main", refused),), 4)
    none = await read_lists(Office(clock, queues=refused), ("queues",))
    assert (rows_of(none, "queues", str)[1], none.exit_code) == ((), 3)
    with pytest.raises(AccessRefused):
        await read_lists(Office(clock, pbxes=refused), ())


SITES = (AccountEntry("s1", "Dublin"), AccountEntry("s2", "Lyon"))
LISTED = (
    SeenPbx("p1", "acme", SITES, (AccountEntry("q1", "VIP desk", "1", "s1"),)),
    SeenPbx("p2", "globex", (), (AccountEntry("q2", "Returns", "2"),)),
)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (Rules(), ()),
        (Rules(overrides=(Override({}, "vip*"), Override({}, "", "dublin"))), ()),
        (
            Rules(overrides=(Override({}, "VIP*", "Lyon"), Override({}, "V*"), Override({}, "Vp"))),
            ("thresholds.override[1]", "thresholds.override[3]"),
        ),
        (
            Rules(
                groups=(QueueGroup("A", pbx=("globex",)), QueueGroup("B", ("VIP*",), pbx=("p2",)))
            ),
            ("groups.B",),
        ),
    ],
)
def test_what_is_said_of_queues_that_are_not_listed_is_told(
    rules: Rules, told: tuple[str, ...]
) -> None:
    step = rules_step(rules, LISTED)
    assert (step.details if step else ()) == told
    # Where a list is not known, or nothing is listed, nothing can be said.
    assert rules_step(rules, (*LISTED, SeenPbx("p3", "initech"))) is None
    assert rules_step(rules, (SeenPbx("p1", "acme", SITES, ()),)) is None
