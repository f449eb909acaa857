"""The command of the hub."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wallboard.commands.options import account_options, load_settings, log_option
from wallboard.errors import ConfigurationError

if TYPE_CHECKING:
    from wallboard.settings import LoadedSettings


@click.command()
@account_options
@click.option("--broker", metavar="URL", help="The broker to publish to, as mqtt://127.0.0.1.")
@click.option("--interval", metavar="SECONDS", help="Seconds between polls, 2 to 300.")
@click.option("--standby", is_flag=True, help="Poll only while no other hub does.")
@click.option("--once", is_flag=True, help="Poll and publish once, and end.")
@log_option
@click.pass_context
def hub(
    context: click.Context,
    /,
    *,
    config: Path | None,
    broker: str | None,
    standby: bool,
    once: bool,
    **flags: Any,
) -> None:
    """Poll once for many screens, and publish to a broker. It has no screen itself.

    Boards and walls then take from it, with --broker or [source], and need no credentials.
    """
    loaded = load_settings(flags, config, **{"hub.broker": broker})
    context.exit(_run(context, loaded, standby=standby, once=once))


def _run(context: click.Context, loaded: "LoadedSettings", *, standby: bool, once: bool) -> int:
    """Run the hub; its exit code. Raises ``ConfigurationError``."""
    import asyncio

    from wallboard.compose import hub as composed
    from wallboard.host.logs import start_logging, stop_logging

    settings = loaded.settings
    settings.require_credentials()
    if not settings.hub.broker:
        raise ConfigurationError(
            ["hub.broker: not set; say where the hub publishes, as mqtt://127.0.0.1"],
            "docs/mqtt.md says how a broker is set up",
        )
    context.call_on_close(stop_logging)
    folder = settings.log_folder(os.environ)
    start_logging(
        folder, settings.log.level, settings.secrets(), settings.user_names(), stream=sys.stderr
    )
    if once:
        return asyncio.run(composed.publish_once(settings, os.environ))
    return asyncio.run(composed.run_hub(loaded, os.environ, standby=standby))
