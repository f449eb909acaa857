"""The flags that several commands have, and how those that stand before a command are taken."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from wallboard.host import paths

if TYPE_CHECKING:
    from wallboard.config.live.threshold_changes import ThresholdStore
    from wallboard.host.logs import LogFile
    from wallboard.model.judge.group_book import GroupBook
    from wallboard.settings import LoadedSettings, Settings

_F = TypeVar("_F", bound=Callable[..., Any])
_NAMES: dict[str, Any] = {"multiple": True, "metavar": "NAME"}


def _together(*options: Callable[[_F], _F]) -> Callable[[_F], _F]:
    """Return one decorator of several, in the order in which the help names them."""

    def decorate(function: _F) -> _F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


PROFILE = "wallboard.profile"
"""Under which a command's context knows the profile."""


def _note_profile(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is not None:
        context.meta[PROFILE] = name


_config_option = click.option(
    "--config", type=click.Path(path_type=Path), help="The configuration file."
)

config_options = _together(
    _config_option,
    click.option(
        "--profile",
        metavar="NAME",
        expose_value=False,
        callback=_note_profile,
        help="Lay wallboard.NAME.toml over the configuration file.",
    ),
)
"""Which configuration; for ``load_settings``."""


def threshold_store(*, in_file: bool = True) -> "ThresholdStore":
    """Return what was changed at boards of this user; without a file it is not kept."""
    from wallboard.config.live.threshold_changes import NAME, ThresholdStore

    return ThresholdStore(paths.state_folder(os.environ) / NAME if in_file else None)


_SETTINGS = {
    "pbx": "api.pbx", "site": "api.sites", "queue": "api.queues", "base_url": "api.base_url",
    "interval": "poll.interval", "title": "board.title", "theme": "board.theme", "tv": "kiosk.tv",
    "log_level": "log.level", "broker": "source.broker", "distance": "kiosk.distance",
}  # fmt: skip
"""Flag → the setting that it sets."""


def settings_of(flags: Mapping[str, object]) -> dict[str, object]:
    """Return what is set by flags, by the setting's key; ``None``: it was not given."""
    return {
        key: None if flags[name] == () else flags[name]
        for name, key in _SETTINGS.items()
        if name in flags
    }


def load_settings(
    flags: Mapping[str, object], config: Path | None, **others: object
) -> "LoadedSettings":
    """Return the settings of the command that runs, with its profile.

    ``flags``: by their names; ``others``: settings that they do not set as elsewhere. ``config``:
    as of ``settings.load``. Raises ``ConfigurationError``.
    """
    from wallboard.settings import load

    profile = click.get_current_context().meta.get(PROFILE, "")
    return load(
        {**settings_of(flags), **others},
        os.environ,
        paths.working_folder(),
        config=config,
        profile=profile,
        changed=threshold_store(),
    )


def require_account(settings: "Settings") -> None:
    """Raise ``ConfigurationError`` where neither credentials nor a broker are configured."""
    if not settings.source.broker:
        settings.require_credentials()


_name_options = _together(
    click.option("--pbx", **_NAMES, help="Only this PBX: name or id. May be repeated."),
    click.option("--site", **_NAMES, help="Only this site: name or id. May be repeated."),
    click.option(
        "--queue", **_NAMES, help="Only this queue: name, extension or id. May be repeated."
    ),
)

account_options = _together(config_options, _name_options)
"""Which account, and what of it."""


def begin_log(context: click.Context, settings: "Settings") -> "LogFile":
    """Begin the log; it ends with the command."""
    from wallboard import compose
    from wallboard.host.logs import stop_logging

    context.call_on_close(stop_logging)
    return compose.log(settings, os.environ)


format_option = click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="For people, for programs, for spreadsheets.",
)

log_option = click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="How much is written into the log.",
)

broker_option = click.option(
    "--broker", metavar="URL", help="Take from a hub's broker, as mqtts://wall@host; not the API."
)

board_options = _together(
    click.option("--theme", metavar="NAME", help="The colours."),
    click.option("--kiosk", is_flag=True, help="Start as a wall, for readers far away."),
    click.option("--tv", metavar="INCHES", help="The wall's screen, its diagonal."),
    click.option("--distance", metavar="METRES", help="How far away the wall's readers are."),
)
"""What a board and the demo's look like."""


demo_options = _together(
    click.option("--seed", default=1, show_default=True, help="Another seed, another day."),
    click.option("--speed", default=1.0, show_default=True, help="Times faster than real time."),
    click.option("--interval", default="5", show_default=True, help="Seconds between polls."),
    click.option(
        "--hour",
        type=click.IntRange(0, 23),
        default=11,
        show_default=True,
        help="The hour of the day in the demo's contact centre.",
    ),
    click.option("--no-realtime", is_flag=True, help="Without the API's older, realtime endpoint."),
)
"""What the demo's contact centre is like."""

history_options = _together(
    config_options,
    click.option("--vacuum", is_flag=True, help="Give what is free in the file back to the disk."),
    click.option(
        "--export", type=click.Path(path_type=Path), help="Write every answer as CSV, to this file."
    ),
    click.option("--forget", metavar="DAY..DAY", help="Take all of these days out of it."),
)
"""What is to be done with the history."""


init_options = _together(
    _config_option,
    _name_options,
    click.option("--base-url", metavar="URL", help="Address of the API."),
    click.option("--title", metavar="TEXT", help="What stands above the board."),
    click.option(
        "--screen", type=click.Choice(["supervisor", "wall"]), help="Who looks at the board."
    ),
    click.option("--tv", metavar="INCHES", help="The wall's screen, its diagonal."),
    click.option("--distance", metavar="METRES", help="How far away the wall's readers are."),
    click.option(
        "--longest-wait", nargs=2, metavar="WARNING CRITICAL", help="Bounds of a wait: 1:00 2:00."
    ),
    click.option(
        "--waiting", nargs=2, metavar="WARNING CRITICAL", help="Bounds of calls waiting: 3 5."
    ),
    click.option("--no-input", is_flag=True, help="Ask nothing: for scripts."),
    click.option("--check-only", is_flag=True, help="Sign in, say what there is, write nothing."),
    click.option("--force", is_flag=True, help="Replace files that are there, without asking."),
)
"""The answers to what `init` asks; the secrets are never flags."""
replay_options = _together(
    config_options,
    click.option("--theme", metavar="NAME", help="The colours."),
    click.option("--at", metavar="MOMENT", help='Where it begins, as "2026-11-27 14:00".'),
    click.option(
        "--speed",
        type=click.FloatRange(0, 3_600),
        default=1.0,
        show_default=True,
        help="Times faster than it was; 0: it stands.",
    ),
    click.argument("file", required=False, type=click.Path(path_type=Path)),
)
"""What is shown again, and how."""

incident_options = _together(
    config_options,
    click.option("--at", metavar="MOMENT", help='When it was, as "2026-11-27 14:00".'),
    click.option("--queue", **_NAMES, help="Only of this queue. May be repeated."),
    click.option("--group", metavar="NAME", default="", help="Of this group of [groups] itself."),
    click.option("--to", type=click.Path(path_type=Path), help="The folder that is to be made."),
)
"""Which incident, and where it goes."""


serve_options = _together(
    click.option(
        "--listen",
        metavar="HOST:PORT",
        default="127.0.0.1:8090",
        show_default=True,
        help="Where browsers reach it; 0.0.0.0:8090 is every address of this machine.",
    ),
    click.option(
        "--name",
        multiple=True,
        metavar="HOST[:PORT]",
        help="Another host that browsers write in the address. May be repeated.",
    ),
    click.option(
        "--token", is_flag=True, help="Only whoever has the whole address, with a secret, sees it."
    ),
    click.option("--demo", is_flag=True, help="Over a simulated contact centre."),
    click.option("--interval", metavar="SECONDS", help="Seconds between polls, 2 to 300."),
    click.option("--kiosk", is_flag=True, help="Each begins as a wall, for readers far away."),
    click.option("--theme", metavar="NAME", help="The colours."),
)
"""Who sees the board in a browser, and which."""


class CommandGroup(click.Group):
    """The commands; a flag before one is a flag of that command, or a mistake: never ignored."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, and its arguments with those that stood before its name."""
        name, command, rest = super().resolve_command(ctx, args)
        flags = {param.name: param for param in command.params} if command else {}
        before: list[str] = []
        for parameter in self.params:
            source = ctx.get_parameter_source(parameter.name or "")
            if source is not click.core.ParameterSource.COMMANDLINE:
                continue
            flag = parameter.opts[0]
            if parameter.name not in flags:
                raise click.UsageError(f"{flag} is no flag of {name}", ctx)
            value = ctx.params.get(parameter.name, ctx.meta.get(PROFILE))
            if value is True:
                before.append(flag)
            else:
                values = value if isinstance(value, tuple) else (value,)
                before += [f"{flag}={item}" for item in values]
        return name, command, [*before, *rest]


def groups_of(settings: "Settings", name: str = "") -> "GroupBook":
    """Return the groups of queues. Raises ``ConfigurationError`` where there are none.

    ``name``: one that has to be among them.
    """
    from wallboard.errors import ConfigurationError
    from wallboard.model.data.catalogue import nearest
    from wallboard.model.judge.group_book import GroupBook

    book = GroupBook(settings.rules)
    if not book:
        raise ConfigurationError(
            ["no group of queues is configured"], "Write [groups.NAME]; config.example.toml has one"
        )
    if name and book.by_name(name) is None:
        near = nearest(name, tuple(group.name for group in book.groups), most=1)
        hint = f"; nearest: {near[0]}" if near else ""
        raise ConfigurationError([f"--group: no group of this name{hint}"])
    return book
