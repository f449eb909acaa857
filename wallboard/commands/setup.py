"""The commands of whoever sets a board up: what there is, what is configured, whether it works."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wallboard.commands.options import (
    account_options,
    begin_log,
    broker_option,
    config_options,
    format_option,
    init_options,
    load_settings,
    log_option,
    settings_of,
)
from wallboard.host import output, paths

if TYPE_CHECKING:
    from wallboard.doctor.report import CheckReport, Step
    from wallboard.publish.listing import Listing
    from wallboard.settings import LoadedSettings


@click.command("list")
@click.argument(
    "what",
    type=click.Choice(
        ["pbxes", "sites", "queues", "agents", "metrics", "themes", "keys", "settings"]
    ),
)
@config_options
@format_option
@click.pass_context
def list_(context: click.Context, *, what: str, config: Path | None, layout: str) -> None:
    """List what can be named in the configuration.

    Metrics, themes, keys and settings take no account; the rest is asked of the API, whatever
    [api] chooses of it.
    """
    free = _FREE.get(what)
    listing, code = (free(), 0) if free else _of_account(context, what, config)
    print_listing(listing, layout)
    context.exit(code)


def print_listing(listing: "Listing", layout: str) -> None:
    """Print a listing: a table in the terminal's width, JSON or CSV."""
    from wallboard.doctor.text import WIDTH
    from wallboard.publish.listing import listing_text

    out = output.standard_output()
    text = listing_text(listing, layout, out.columns(os.environ) or WIDTH)
    out.write(text) if layout == "table" else out.data(text)


def _of_account(context: click.Context, what: str, config: Path | None) -> tuple["Listing", int]:
    """Return a list that the API gives, and the exit code; what failed is told."""
    import asyncio

    from wallboard.compose.setup import account_lists
    from wallboard.doctor.account_lists import rows_of
    from wallboard.model.data.privacy import shown_name
    from wallboard.publish.listing import Listing

    settings = load_settings({}, config).settings
    settings.require_credentials()
    begin_log(context, settings)
    wanted = {"pbxes": (), "sites": ("sites",)}.get(what, ("sites", what))
    lists = asyncio.run(account_lists(settings, wanted))
    for pbx, error in lists.failures:
        click.echo(f"wallboard: {pbx}: {error}", err=True)
    privacy = settings.privacy.options()
    rows = rows_of(lists, what, lambda name: shown_name(privacy, False, name))
    return Listing(*rows), lists.exit_code


def _metrics() -> "Listing":
    from wallboard.model.data.view_options import COLUMNS
    from wallboard.publish.listing import metrics_listing

    return metrics_listing(COLUMNS)


def _themes() -> "Listing":
    from wallboard.publish.listing import Listing
    from wallboard.ui.theme import load_themes

    *shipped, own = paths.themes_folders(os.environ)
    known, themes = load_themes(shipped).by_name, load_themes((*shipped, own))
    for words in themes.warnings:
        click.echo(f"wallboard: {words}", err=True)
    rows = (
        (name, "dark" if item.dark else "light", "shipped" if item == known.get(name) else str(own))
        for name, item in themes.by_name.items()
    )
    return Listing(("name", "colours", "from"), tuple(rows))


def _keys() -> "Listing":
    from wallboard.actions import ACTIONS, key_label
    from wallboard.publish.listing import Listing

    return Listing(
        ("action", "keys", "what it does"),
        tuple(
            (action.id, " ".join(map(key_label, action.keys)), action.help) for action in ACTIONS
        ),
    )


def _settings() -> "Listing":
    from wallboard.publish.listing import settings_listing
    from wallboard.settings import LoadedSettings, Settings

    example = paths.shipped_file("config.example.toml")
    defaults = LoadedSettings(Settings(), None, {}).describe()
    return settings_listing(
        [(line.key, line.text) for line in defaults],
        example.read_text(encoding="utf-8") if example else "",
    )


_FREE: dict[str, Callable[[], "Listing"]] = {
    "metrics": _metrics,
    "themes": _themes,
    "keys": _keys,
    "settings": _settings,
}
"""What takes no account."""


@click.command()
@account_options
@log_option
@broker_option
@click.option("--settings", "shows", is_flag=True, help="Every setting too, and where it was set.")
@click.option("--json", "for_programs", is_flag=True, help="One JSON document, for programs.")
@click.pass_context
def check(
    context: click.Context, /, *, config: Path | None, shows: bool, for_programs: bool, **flags: Any
) -> None:
    """Examine configuration, connection and account. Each mistake says what to do about it."""
    from wallboard.doctor.text import WIDTH, as_json, verdict
    from wallboard.host.logs import stop_logging
    from wallboard.publish.listing import config_listing, listing_text

    out = output.standard_output()
    width = out.columns(os.environ) or WIDTH
    context.call_on_close(stop_logging)
    report = _examine(flags, config, out, 0 if for_programs else width)
    if shows and not for_programs:
        out.write(
            f"\n{listing_text(config_listing(report.settings, every=False), 'table', width)}\n"
        )
    out.data(as_json(report)) if for_programs else out.write(verdict(report))
    context.exit(report.exit_code)


def _examine(
    flags: Mapping[str, object], config: Path | None, out: output.StandardOutput, width: int
) -> "CheckReport":
    """Return what an examination found; each step is told when it has ended, unless in width 0."""
    import asyncio

    from wallboard.compose.check import run_check
    from wallboard.doctor.text import step_text

    colour = out.isatty() and not os.environ.get("NO_COLOR")

    def tell(step: "Step") -> None:
        if width:
            out.write(step_text(step, colour=colour, width=width))

    def loads() -> "LoadedSettings":
        return load_settings(flags, config)

    return asyncio.run(run_check(loads, os.environ, tell))


@click.command()
@init_options
@click.pass_context
def init(
    context: click.Context,
    /,
    *,
    config: Path | None,
    longest_wait: tuple[str, str] | None,
    waiting: tuple[str, str] | None,
    screen: str | None,
    no_input: bool,
    check_only: bool,
    force: bool,
    **flags: Any,
) -> None:
    """Set the board up: sign in, choose, write the configuration.

    What is not given is asked for. API key, user name and password are asked for too, or taken
    from WALLBOARD_API__KEY, WALLBOARD_API__USERNAME and WALLBOARD_API__PASSWORD; the other
    settings of the environment count as answers.
    """
    from wallboard.compose.setup import first_run
    from wallboard.host.logs import stop_logging

    context.call_on_close(stop_logging)
    bounds = {"longestWaitingTime": longest_wait, "waitingCalls": waiting}
    given = settings_of(flags) | {
        f"thresholds.{name}.{level}": text
        for name, both in bounds.items()
        for level, text in zip(("warning", "critical"), both or (None, None), strict=True)
    }
    code = first_run(
        output.standard_output(),
        given,
        config=config,
        wall=screen == "wall",
        no_input=no_input,
        check_only=check_only,
        force=force,
    )
    context.exit(code)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, *, shell: str) -> None:
    """Print what completes commands and flags in a shell.

    bash: put eval "$(wallboard completion bash)" into ~/.bashrc. zsh: the same with zsh into
    ~/.zshrc. fish: wallboard completion fish > ~/.config/fish/completions/wallboard.fish
    """
    from click.shell_completion import get_completion_class

    kind, root = get_completion_class(shell), context.find_root()
    name = root.info_name or ""
    if kind is not None:
        script = kind(root.command, {}, name, f"_{name.upper()}_COMPLETE").source()
        output.standard_output().data(f"{script}\n")
