"""What is asked again after a refusal, and what is not: over a made-up account."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from wallboard.doctor.account_lists import AccountLists
from wallboard.errors import AccessRefused, SignInRefused, Unreachable, WallboardError
from wallboard.first_run.plan import SetupAnswers
from wallboard.first_run.questions import TRIES, bounds, sign_in

EUROPE = "https://api.8x8.com/eu/analytics/work"
ALL = {"key": "k", "username": "u", "password": "p"}
WELL = AccountLists(())


class Account:
    """Answers each sign-in with the next of what it was given, the last one again and again."""

    def __init__(self, *answers: WallboardError | AccountLists) -> None:
        self._answers = list(answers)
        self.tried: list[tuple[str, str]] = []

    def look(self, secrets: Mapping[str, str], base_url: str) -> AccountLists:
        self.tried.append((secrets["password"], base_url))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, WallboardError):
            raise answer
        return answer


def ask(
    account: Account, typed: str, given: Mapping[str, str] = ALL, base_url: str = ""
) -> tuple[SetupAnswers, str]:
    with CliRunner().isolation(input=typed) as (out, *_):
        try:
            answers = sign_in(given, SetupAnswers(base_url=base_url), account.look)[1]
        finally:
            said = out.getvalue().decode()
    return answers, said


REFUSED = SignInRefused("Signed in, but the API does not accept its own token", "Check Europe")


def test_an_account_that_is_answered_elsewhere_is_asked_for_its_address() -> None:
    account = Account(AccessRefused("Without access", "Check"), WELL)
    answers, said = ask(account, f"{EUROPE}\n")
    assert answers.base_url == EUROPE
    assert account.tried == [("p", ""), ("p", EUROPE)]
    assert "Without access.\nCheck." in said
    assert "k" not in said.split()


def test_the_same_is_never_tried_twice() -> None:
    account = Account(REFUSED)
    with pytest.raises(SignInRefused):
        ask(account, "\n")
    assert len(account.tried) == 1
    account = Account(REFUSED)
    with pytest.raises(SignInRefused):
        ask(account, "", base_url=EUROPE)
    assert len(account.tried) == 1


def test_a_password_is_asked_for_as_often_as_does_no_harm() -> None:
    account = Account(REFUSED)
    given = {"key": "k", "username": "u"}
    with pytest.raises(SignInRefused):
        ask(account, "a\nb\nc\nd\n", given, EUROPE)
    assert [password for password, _ in account.tried] == ["a", "b", "c"][:TRIES]


def test_what_no_answer_mends_ends_it_at_once() -> None:
    account = Account(Unreachable("No connection", "Check the network"))
    with pytest.raises(Unreachable):
        ask(account, "")
    assert len(account.tried) == 1


@pytest.mark.parametrize("given", ["", "longestWaitingTime", "waitingCalls"])
def test_what_the_bounds_are_is_told_once(given: str) -> None:
    answers = SetupAnswers(bounds={given: ("1", "2")} if given else {})
    with CliRunner().isolation(input="\n" * 4) as (out, *_):
        assert bounds(answers).bounds == answers.bounds
        said = out.getvalue().decode()
    assert said.count("When is a queue in trouble?") == 1
