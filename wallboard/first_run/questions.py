"""The questions of `wallboard init` on a terminal; what was given by flags is not asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from wallboard.doctor.account_lists import AccountLists
from wallboard.doctor.report import SeenPbx
from wallboard.errors import (
    AccessRefused,
    ConfigurationError,
    EndpointGone,
    InvalidResponse,
    SignInRefused,
    WallboardError,
)
from wallboard.first_run.plan import SetupAnswers, names_for_file, pick
from wallboard.host.output import printable
from wallboard.model.data.reading import AccountEntry
from wallboard.model.view.format import parse_duration, plural

SignIn = Callable[[Mapping[str, str], str], AccountLists]
"""Signs in with secrets (``key``, ``username``, ``password``) at an address (``""``: the usual)
and returns what the account lists. Raises ``WallboardError``."""

SECRETS = ("key", "username", "password")
_WHERE = "Address of the API (some accounts: https://api.8x8.com/eu/analytics/work)"
_USUAL = "the usual one"
_MENDABLE = (SignInRefused, AccessRefused, EndpointGone, InvalidResponse, ConfigurationError)
"""What another answer to the questions may mend."""

TRIES = 3
"""Refusals after which it ends: more could lock the user."""

_MOST_SHOWN, _WIDTH = 40, 90
_Read = TypeVar("_Read")

NEEDS = """\
This sets the board up for an account of 8x8 Work. It needs two things:

- an API key with the API product "Analytics for 8x8 Work", made in the Admin Console under
  API Keys, Create App (a change takes minutes; the secret beside the key is not needed);
- a user with the access level Supervisor of Analytics for 8x8 Work (Admin Console, Users;
  licence X4 or more) who has opened Work Analytics in a browser once: before that, the API
  refuses even the right password. It need not be the maker of the key.

8x8 Contact Center is another product, which this board cannot show. Nothing is written before
the last question; ctrl+c ends it at any time.
"""


def sign_in(
    given: Mapping[str, str], plan: SetupAnswers, look: SignIn
) -> tuple[dict[str, str], SetupAnswers, AccountLists]:
    """Ask for the secrets that are not ``given`` and sign in; a refusal is explained.

    Returns the secrets, the plan with the address that answered, and the account's lists. Raises
    the ``WallboardError`` that asking again cannot mend.
    """
    secrets, fixed = dict(given), bool(plan.base_url)
    for left in reversed(range(TRIES)):
        secrets = _secrets(given, secrets)
        click.echo("Signing in…")
        try:
            return secrets, plan, look(secrets, plan.base_url)
        except _MENDABLE as error:
            before = plan
            if left and not fixed:
                _explain(error)
                address = _ask(_WHERE, plan.base_url or _USUAL, str)
                plan = replace(plan, base_url="" if address == _USUAL else address)
            elif left and len(given) < len(SECRETS):
                _explain(error)
            if not left or (plan == before and len(given) == len(SECRETS)):
                raise  # to ask the same once more would only count as one more wrong password
    raise AssertionError


def _secrets(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Ask for each secret that was not given; enter takes the key and the name typed before."""
    key, name = before.get("key"), before.get("username")
    shown = f"not shown{'; enter: as before' if key else ''}"
    return {
        "key": given.get("key")
        or click.prompt(f"API key ({shown})", key, hide_input=True, show_default=False),
        "username": given.get("username") or click.prompt("User name", name),
        "password": given.get("password") or click.prompt("Password (not shown)", hide_input=True),
    }


def _explain(error: WallboardError) -> None:
    click.echo()
    for words in (f"{error.words}.", f"{error.remedy}."):
        click.echo(click.wrap_text(words, _WIDTH))
    click.echo()


def choose(plan: SetupAnswers, lists: AccountLists) -> SetupAnswers:
    """Ask which PBXes, sites and queues are wanted, of those that the account lists."""
    pbxes = [AccountEntry(pbx.id, pbx.name) for pbx in lists.pbxes]
    if not plan.pbx:
        plan = replace(plan, pbx=_choose_of("PBX", "PBXes", pbxes))
    seen = [pbx for pbx in lists.pbxes if not plan.pbx or {pbx.name, pbx.id} & {*plan.pbx}]
    sites = [site for pbx in seen for site in pbx.sites or ()]
    if not plan.sites:
        plan = replace(plan, sites=_choose_of("site", "sites", sites))
    if not plan.queues:
        plan = replace(plan, queues=_choose_of("queue", "queues", _queues_in(seen, plan.sites)))
    return plan


def _queues_in(pbxes: Sequence[SeenPbx], sites: Sequence[str]) -> list[AccountEntry]:
    wanted = {
        site.id for pbx in pbxes for site in pbx.sites or () if {site.name, site.id} & {*sites}
    }
    queues = [queue for pbx in pbxes for queue in pbx.queues or ()]
    return [queue for queue in queues if not sites or queue.site_id in wanted]


def _choose_of(what: str, many: str, entries: Sequence[AccountEntry]) -> tuple[str, ...]:
    if len(entries) < 2:
        return ()
    click.echo(f"\n{plural(len(entries), what, many)}:")
    for number, entry in enumerate(entries[:_MOST_SHOWN], 1):
        extension = f" ({entry.extension})" if entry.extension else ""
        click.echo(f"{number:>4}  {printable(entry.name)}{printable(extension)}")
    if len(entries) > _MOST_SHOWN:
        click.echo(f"      … and {len(entries) - _MOST_SHOWN} more, by name or extension")
    return _ask(
        f"Which {many}? Numbers (1,3-5) or names, between commas",
        "all",
        lambda answer: names_for_file(pick(what, answer, entries), entries),
    )


def screen(plan: SetupAnswers) -> SetupAnswers:
    """Ask who looks at the board, and what stands above it."""
    if not plan.wall:
        click.echo("\nWho looks at it: a supervisor at a desk, or a whole room at a wall?")
        kinds = click.Choice(["supervisor", "wall"])
        plan = replace(plan, wall=click.prompt("Screen", "supervisor", type=kinds) == "wall")
    if plan.wall and not plan.tv:
        tv = _ask("Its diagonal, in inches", "55", lambda text: _within(text, 5, 300))
        far = _ask("Metres to those who read it", "6", lambda text: _within(text, 0.3, 100))
        plan = replace(plan, tv=tv, distance=far)
    if not plan.title:
        title = _ask("Title above the board", "Contact centre", _line)
        plan = replace(plan, title="" if title == "Contact centre" else title)
    return plan


_BOUNDS = (
    ("longestWaitingTime", "A caller waits", "1:00", "2:00", parse_duration),
    ("waitingCalls", "Calls wait in one queue", "3", "5", int),
)


def bounds(plan: SetupAnswers) -> SetupAnswers:
    """Ask from when on a queue is in trouble; what is usual is suggested, and is the default."""
    found = dict(plan.bounds)
    wanted = [row for row in _BOUNDS if row[0] not in found]
    if wanted:
        click.echo("\nWhen is a queue in trouble? What is suggested is what most centres use.")
    for name, what, warning, critical, read in wanted:
        first = _ask(f"{what}: a warning from", warning, _bound_reader(read, 0))
        usual = critical if read(critical) >= read(first) else first
        second = _ask(f"{what}: critical from", usual, _bound_reader(read, read(first)))
        if (first, second) != (warning, critical):
            found[name] = (first, second)
    return replace(plan, bounds=found)


def _bound_reader(read: Callable[[str], float], least: float) -> Callable[[str], str]:
    """Return the reader of a bound that is not before another one."""

    def check(text: str) -> str:
        if read(text) < least:
            raise ValueError("it cannot be before the warning")
        return text

    return check


def place(path: Path, made: Callable[[str], Path], taken: Callable[[Path], list[Path]]) -> Path:
    """Ask where the file shall be, and before anything that is there is replaced.

    ``made``: the path of what was typed. ``taken``: which files there would be replaced.
    """
    while True:
        path = made(_ask("\nWhere to", str(path), str))
        there = taken(path)
        if not there or click.confirm(_replace_question(there)):
            return path


def may_replace(there: Sequence[Path]) -> None:
    """Ask whether files may be replaced; a no is the end, as ctrl+c is."""
    click.confirm(_replace_question(there), abort=True)


def _replace_question(there: Sequence[Path]) -> str:
    return f"{', '.join(printable(str(item)) for item in there)}: there already. Replace?"


def _ask(question: str, default: str, read: Callable[[str], _Read]) -> _Read:
    """Ask until there is an answer that can be read; a ``ValueError`` says why one cannot."""

    def process(text: str) -> _Read:
        try:
            return read(text.strip())
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return click.prompt(question, default=default, value_proc=process)


def _within(text: str, least: float, most: float) -> str:
    try:
        right = least <= float(text) <= most
    except ValueError:
        right = False
    if not right:
        raise ValueError(f"write {least:g} to {most:g}")
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write one line")
    return text
