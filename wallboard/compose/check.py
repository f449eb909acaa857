"""How an examination is put together: what `wallboard check` goes through."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from wallboard import compose
from wallboard.host.clock import SystemClock

if TYPE_CHECKING:
    from wallboard.api.account import WorkAnalytics
    from wallboard.api.client import Client
    from wallboard.api.http.connection import ClientOptions
    from wallboard.api.http.environment import Way
    from wallboard.doctor.account_lists import ListNeeds
    from wallboard.doctor.network import Target
    from wallboard.doctor.report import CheckReport, SeenPbx, Step
    from wallboard.host.clock import Clock
    from wallboard.model.data.reading import AccountEntry
    from wallboard.settings import LoadedSettings, Settings


async def run_check(
    load: "Callable[[], LoadedSettings]", environ: Mapping[str, str], tell: "Callable[[Step], None]"
) -> "CheckReport":
    """Examine everything from the configuration to one poll.

    ``tell`` hears of each step when it has ended.
    """
    from wallboard.doctor.examine import untried_steps
    from wallboard.doctor.report import CheckReport, StepFailed

    steps: list[Step] = []
    settings: list[tuple[str, str, str]] = []
    pbxes: tuple[SeenPbx, ...] = ()
    clock = SystemClock()

    def note_step(step: "Step") -> None:
        steps.append(step)
        tell(step)

    def loads() -> "LoadedSettings":
        loaded = load()
        settings.extend(loaded.describe())
        return loaded

    try:
        used = _load_settings(loads, environ, note_step)
        if used.source.broker:
            await _examine_broker(used, clock, note_step)
        else:
            pbxes = await _examine_account(used, environ, clock, note_step)
    except StepFailed as error:
        for step in (error.step, *untried_steps()):
            note_step(step)
    return CheckReport(tuple(settings), tuple(steps), pbxes)


async def _examine_account(
    settings: "Settings",
    environ: Mapping[str, str],
    clock: "Clock",
    note_step: "Callable[[Step], None]",
) -> "tuple[SeenPbx, ...]":
    """Take the steps of a board that polls; the PBXes that were seen. Raises ``StepFailed``."""
    from wallboard.api.account import AccountSurvey
    from wallboard.doctor.answers import rules_step
    from wallboard.doctor.examine import examine
    from wallboard.doctor.network import SystemNetwork

    target, client, owner = _prepare(settings, environ, clock, note_step)
    network, survey = SystemNetwork(settings.api.timeout, clock), AccountSurvey(client)
    needs = _list_needs(settings.api.sites, settings.api.queues)
    _, pbxes = await examine(target, network, survey, owner, clock, note_step, asked=needs)
    if idle := rules_step(settings.rules, pbxes):
        note_step(idle)
    return pbxes


async def _examine_broker(
    settings: "Settings", clock: "Clock", note_step: "Callable[[Step], None]"
) -> None:
    """Take the steps of a board that takes from a broker: is it there, what has it, of when."""
    from wallboard.compose.hub import broker_account
    from wallboard.doctor.answers import clock_step
    from wallboard.doctor.report import failed_step, ok_step, skipped_step
    from wallboard.errors import WallboardError
    from wallboard.feed.once import poll_once
    from wallboard.feed.retry import supervise
    from wallboard.model.view.format import age, plural

    answer = await supervise(lambda: poll_once(broker_account(settings, clock), clock))
    if isinstance(answer, WallboardError):
        note_step(failed_step("broker", answer))
        note_step(skipped_step("hub"))
        note_step(skipped_step("clock"))
        return
    note_step(ok_step("broker", f"{settings.source.address.host}, prefix {settings.source.prefix}"))
    now = clock.elapsed()
    lines = [
        f"{reading.pbx_name}, {reading.feed.kind}: {plural(len(reading.queues), 'queue')}, "
        f"{age(now - reading.measured.elapsed)} old"
        for reading in answer.readings
    ]
    lines += [f"{info.pbx_name}, {info.feed.kind}: {error}" for info, error in answer.failures]
    errors = [error for _, error in answer.failures]
    words = plural(len(answer.readings), "answer")
    note_step(failed_step("hub", errors[0], lines) if errors else ok_step("hub", words, lines))
    note_step(clock_step(list(answer.readings)) if answer.readings else skipped_step("clock"))


def _load_settings(
    load: "Callable[[], LoadedSettings]",
    environ: Mapping[str, str],
    note_step: "Callable[[Step], None]",
) -> "Settings":
    """Return the settings, and begin the log. Raises ``StepFailed``."""
    from wallboard.doctor.report import configuration_step, failing_as, log_step
    from wallboard.host.paths import themes_folders
    from wallboard.ui.theme import load_themes

    with failing_as("configuration"):
        loaded = load()
        settings = loaded.settings
        themes = load_themes(themes_folders(environ))
        doubts = (*loaded.warnings, *themes.warnings, themes.find(settings.board.theme)[1])
        files = " + ".join(map(str, loaded.files))
        note_step(configuration_step(files, filter(None, doubts)))
        log_file = compose.log(settings, environ)
        note_step(log_step(str(log_file.path or ""), log_file.warning))
    return settings


def _prepare(
    settings: "Settings",
    environ: Mapping[str, str],
    clock: "Clock",
    note_step: "Callable[[Step], None]",
) -> tuple["Target", "Client", "WorkAnalytics"]:
    """Return what is connected to, and the account. Raises ``StepFailed``."""
    from wallboard.api.http import connection
    from wallboard.doctor.report import environment_step, failing_as
    from wallboard.ui.terminal.environment import unusable

    with failing_as("environment"):
        options = compose.client_options(settings, environ)
        way = connection.way(options)
        left = tuple(words for _, words in unusable(environ))
        note_step(environment_step(way.words, left + compose.environment_doubts(settings, environ)))
    with failing_as("credentials"):
        settings.require_credentials()
    with failing_as("certificates"):
        target = _target(options, way)
    with failing_as("credentials"):
        return target, *compose.account(settings, clock, people=True)


def _target(options: "ClientOptions", way: "Way") -> "Target":
    """Return what is connected to: the API's host, or the proxy in front of it."""
    from wallboard.api.http import connection
    from wallboard.doctor.network import Target, target_of

    tls = connection.tls(options, connection.check(options), way)
    if (proxy := way.proxy) is None:
        return target_of(options.base_url, tls)
    return Target(proxy.host, proxy.port, tls if proxy.kind == "https" else None, proxy.variable)


def _list_needs(sites: Sequence[str], queues: Sequence[str]) -> "ListNeeds":
    """Return which of the listed queues are asked for where these names are in ``[api]``."""
    from wallboard.api.customer import matches
    from wallboard.doctor.account_lists import ListNeeds

    def of(pbx: "SeenPbx") -> "tuple[AccountEntry, ...]":
        places = {site.id for site in matches(pbx.sites or (), sites)}
        listed = pbx.queues or ()
        wanted = matches(listed, queues) if queues else listed
        return tuple(queue for queue in wanted if not sites or queue.site_id in places)

    return ListNeeds(bool(sites), bool(queues), of)
