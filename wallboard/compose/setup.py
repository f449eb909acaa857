"""What takes the account before there is a board: its lists; and `wallboard init`, put together."""

import asyncio
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from wallboard import compose
from wallboard.api.account import AccountSurvey
from wallboard.doctor.account_lists import AccountLists, read_lists
from wallboard.errors import AccessRefused, ConfigurationError
from wallboard.first_run import questions
from wallboard.first_run.plan import SetupAnswers, file_text
from wallboard.host import files, paths
from wallboard.host.clock import SystemClock
from wallboard.host.output import StandardOutput
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.metric import Unit
from wallboard.model.view.format import plural
from wallboard.settings import LoadedSettings, Settings, load


async def account_lists(settings: Settings, wanted: Sequence[str]) -> AccountLists:
    """Return what the account lists; ``wanted``: of ``sites``, ``queues``, ``agents``.

    Raises ``errors.WallboardError`` where it cannot be signed in or not even PBXes are listed.
    """
    client, owner = compose.account(settings, SystemClock())
    try:
        return await read_lists(AccountSurvey(client), wanted)
    finally:
        await owner.aclose()


_OF_A_FILE = ("WALLBOARD_CONFIG", "WALLBOARD_PROFILE")
_BOUNDED = ("longestWaitingTime", "waitingCalls")


def first_run(
    out: StandardOutput,
    flags: Mapping[str, object],
    *,
    config: Path | None,
    wall: bool,
    no_input: bool,
    check_only: bool,
    force: bool,
) -> int:
    """Ask, sign in and write the configuration; the exit code.

    ``flags``: the settings that were given, ``section.key`` → value. Raises ``WallboardError``.
    """
    if not no_input and not (sys.stdin.isatty() and out.isatty()):
        raise ConfigurationError(
            ["init asks questions, and there is no terminal for the answers"],
            "Run it in a terminal, or with --no-input and the answers as flags and environment",
        )
    environ = {name: text for name, text in os.environ.items() if name not in _OF_A_FILE}
    loaded = load(flags, environ, paths.working_folder(), candidates=())
    given, plan = _secrets_of(loaded), _plan_of(loaded, wall=wall)
    if no_input:
        loaded.settings.require_credentials()
        lists = _read_account(environ, given, plan.base_url)
    else:
        out.write(f"{questions.NEEDS}\n")
        given, plan, lists = questions.sign_in(
            given, plan, lambda secrets, base_url: _read_account(environ, secrets, base_url)
        )
    plan = _with_lists(plan, lists)
    out.write(_words_of_lists(lists))
    if check_only:
        return lists.exit_code
    if not no_input:
        plan = questions.bounds(questions.screen(questions.choose(plan, lists)))
    path = _place(config, environ, asks=not no_input, force=force)
    _write(path, given, plan)
    out.write(_next_words(path, environ, plan))
    return 0


def _secrets_of(loaded: LoadedSettings) -> dict[str, str]:
    api = loaded.settings.api
    held = {name: getattr(api, name).get_secret_value() for name in questions.SECRETS}
    return {name: secret for name, secret in held.items() if secret}


def _plan_of(loaded: LoadedSettings, *, wall: bool) -> SetupAnswers:
    """Return the answers that flags and environment gave."""
    settings, origins = loaded.settings, loaded.origins
    bounds = {}
    for name in _BOUNDED:
        rule = settings.thresholds.rules.base[name]
        if any(key.startswith(f"thresholds.{name}") for key in origins) and not rule.off:
            part = 1000 if METRICS[name].unit is Unit.MILLISECONDS else 1
            numbers = ((bound or 0) / part for bound in (rule.warning, rule.critical))
            warning, critical = (f"{bound:g}" for bound in numbers)
            bounds[name] = (warning, critical)
    tv, distance = (f"{length:g}" for length in (settings.kiosk.tv, settings.kiosk.distance))
    return SetupAnswers(
        base_url=settings.api.base_url if "api.base_url" in origins else "",
        pbx=settings.api.pbx,
        sites=settings.api.sites,
        queues=settings.api.queues,
        title=settings.board.title if "board.title" in origins else "",
        wall=wall or bool(settings.kiosk.tv),
        tv="" if tv == "0" else tv,
        distance="" if distance == "0" else distance,
        bounds=bounds,
    )


def _read_account(
    environ: Mapping[str, str], secrets: Mapping[str, str], base_url: str
) -> AccountLists:
    """Sign in and return what the account lists. Raises ``WallboardError``."""
    named = {f"WALLBOARD_API__{name.upper()}": secret for name, secret in secrets.items()}
    flags = {"api.base_url": base_url or None}
    loaded = load(flags, {**environ, **named}, paths.working_folder(), candidates=())
    compose.log(loaded.settings, environ)
    return asyncio.run(account_lists(loaded.settings, ("sites", "queues")))


def _with_lists(plan: SetupAnswers, lists: AccountLists) -> SetupAnswers:
    if not lists.pbxes:
        raise AccessRefused(
            "Signed in, but the account has no PBX that this user may see",
            "Give the user access to a PBX, and the access level Supervisor",
        )
    try:
        return plan.with_lists(lists.pbxes)
    except ValueError as error:
        raise ConfigurationError([str(error)], "`wallboard list` says what there is") from None


def _words_of_lists(lists: AccountLists) -> str:
    sites, queues = (
        sum(len(getattr(pbx, what) or ()) for pbx in lists.pbxes) for what in ("sites", "queues")
    )
    counts = (
        plural(len(lists.pbxes), "PBX", "PBXes"), plural(sites, "site"), plural(queues, "queue")
    )  # fmt: skip
    failed = "".join(f"{pbx}: {error}\n" for pbx, error in lists.failures)
    return f"Signed in: {', '.join(counts)}.\n{failed}"


def _place(config: Path | None, environ: Mapping[str, str], *, asks: bool, force: bool) -> Path:
    """Return where the file shall be; nothing that is there is replaced unless that is wanted."""
    cwd = paths.working_folder()
    path = paths.config_folder(environ) / paths.CONFIG_NAME

    def existing_files(path: Path) -> list[Path]:
        paths_written = () if force else _files(path, {}, SetupAnswers())
        return [item for item in paths_written if os.path.lexists(item)]

    if config is None and asks:
        return questions.place(path, lambda text: paths.expand(text, cwd, environ), existing_files)
    path = paths.expand(str(config), cwd, environ) if config else path
    if found := existing_files(path):
        if not asks:
            raise ConfigurationError(
                [f"{item}: there already" for item in found],
                "Name another file with --config, or replace it with --force",
            )
        questions.may_replace(found)
    return path


def _files(path: Path, secrets: Mapping[str, str], plan: SetupAnswers) -> dict[Path, str]:
    """Return what is written, by path; the configuration comes last."""
    beside = {path.parent / f"api_{name}": secrets.get(name, "") for name in questions.SECRETS}
    return {**{file: f"{secret}\n" for file, secret in beside.items()}, path: file_text(plan)}


def _write(path: Path, secrets: Mapping[str, str], plan: SetupAnswers) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.replace_all(_files(path, secrets, plan))
    except OSError as error:
        why = (error.strerror or "it cannot be written").lower()
        raise ConfigurationError(
            [f"{path}: {why}"], "Nothing was written; name another file with --config"
        ) from None


def _next_words(path: Path, environ: Mapping[str, str], plan: SetupAnswers) -> str:
    """Return what was made, and the command that uses it."""
    usual = paths.config_candidates(environ, paths.working_folder())
    first = next((item for item in usual if os.path.lexists(item)), None)
    named = "" if first == path else f" --config {shlex.quote(str(path))}"
    return (
        f"\nWritten: {path}\n"
        f"and beside it, for you alone: api_key, api_username, api_password.\n\n"
        f"Next: wallboard{named}{' --kiosk' if plan.wall else ''}\n"
    )
