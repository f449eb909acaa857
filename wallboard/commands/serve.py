"""The command that shows the board in browsers, and the demo's settings that it may show."""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wallboard.commands.options import (
    account_options,
    begin_log,
    broker_option,
    load_settings,
    log_option,
    require_account,
    serve_options,
    settings_of,
    threshold_store,
)
from wallboard.errors import ConfigurationError
from wallboard.host import output, paths

if TYPE_CHECKING:
    from wallboard.settings import LoadedSettings

TOKEN_FILE = "serve-token"  # noqa: S105 - its name

_DEMO_INTERVAL = "5"


@contextmanager
def demo_settings(
    flags: Mapping[str, object], *, seed: int, speed: float, hour: int, no_realtime: bool
) -> Iterator["LoadedSettings"]:
    """Run a simulated contact centre and give the settings of a board over it.

    Neither the user's file nor the user's account has a part in them.
    """
    from wallboard.settings import load
    from wallboard.simulator.child import simulation, zone_at

    zone = zone_at(hour)
    with simulation(sys.executable, seed=seed, speed=speed, zone=zone, no_realtime=no_realtime) as (
        base_url,
        credentials,
    ):
        every = {
            "api.base_url": base_url,
            "board.title": "Demo contact centre",
            "board.timezone": zone,
            **settings_of(flags),
        }
        environ = {f"WALLBOARD_API__{name.upper()}": value for name, value in credentials.items()}
        kept = threshold_store(in_file=False)
        yield load(every, environ, paths.working_folder(), candidates=(), changed=kept)


@click.command()
@account_options
@broker_option
@serve_options
@log_option
@click.pass_context
def serve(
    context: click.Context,
    /,
    *,
    config: Path | None,
    listen: str,
    name: tuple[str, ...],
    token: bool,
    demo: bool,
    kiosk: bool,
    **flags: Any,
) -> None:
    """Show the board in browsers. One process signs in and polls once for all visitors.

    Try it without an account: wallboard serve --demo
    """
    from wallboard.web.site import scripts

    scripts()  # said at once where they are not here
    with ExitStack() as open_till_then:
        if demo:
            looks = {name: flags[name] for name in ("interval", "theme", "log_level")}
            looks["interval"] = looks["interval"] or _DEMO_INTERVAL
            loaded = open_till_then.enter_context(
                demo_settings(looks, seed=1, speed=1.0, hour=11, no_realtime=False)
            )
        else:
            loaded = load_settings(flags, config)
            require_account(loaded.settings)
        address, known = _address(listen), _token(demo=demo) if token else ""
        code = _serve(context, loaded, address, name, known, kiosk=kiosk, demo=demo)
        context.exit(code)


def _serve(
    context: click.Context,
    loaded: "LoadedSettings",
    address: tuple[str, int],
    names: tuple[str, ...],
    token: str,
    *,
    kiosk: bool,
    demo: bool,
) -> int:
    """Serve until a signal ends it; the exit code."""
    from wallboard.compose.serve import ServeOptions, serve_boards
    from wallboard.host.http_server import listening
    from wallboard.web.access import page_access

    host, port = address
    remedy = "Choose another port; port 0 is any that is free"
    with listening(host, port, f"--listen: {host}:{port}", remedy) as listener:
        port = listener.getsockname()[1]
        log_file = begin_log(context, loaded.settings)
        for words in _introduction(host, port, names, token):
            output.standard_output().write(f"{words}\n")
        access = page_access(host, port, names, token)
        options = ServeOptions(listener=listener, access=access, kiosk=kiosk, demo=demo)
        return serve_boards(loaded, os.environ, log_file, options)


def _address(listen: str) -> tuple[str, int]:
    """Return host and port of what was written; raises ``ConfigurationError``."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        number = int(port)
        if host != "localhost":
            ipaddress.ip_address(host)
    except ValueError:
        raise ConfigurationError(
            [f"--listen: {listen} is no address of this machine with a port"],
            "Write an address as numbers, a colon and a port: 127.0.0.1:8090",
        ) from None
    return host, number


def _token(*, demo: bool) -> str:
    """Return what a visitor must know: the same at each start, but for the demo's."""
    from wallboard.host.files import read_bounded, write_new
    from wallboard.web.access import new_token

    if demo:
        return new_token()
    path = paths.state_folder(os.environ) / TOKEN_FILE
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, f"{new_token()}\n")
        kept = read_bounded(path, 1_000)[0].decode("ascii", "replace").strip()
    except OSError as error:
        raise ConfigurationError(
            [f"--token: {path}: {(error.strerror or 'cannot be used').lower()}"],
            "Make its folder writable: the token is kept there for the next start",
        ) from None
    if len(kept) < _SHORTEST or not kept.isprintable():
        raise ConfigurationError(
            [f"--token: {path} holds none that cannot be guessed"],
            "Remove the file: a new one is made at the next start",
        )
    return kept


_SHORTEST = 16


def _introduction(host: str, port: int, names: tuple[str, ...], token: str) -> Iterator[str]:
    """Give what is said at the start."""
    address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    own = socket.gethostname() if address.is_unspecified else host
    at = names[0] if names else f"[{own}]:{port}" if ":" in own else f"{own}:{port}"
    yield f"The board is shown at http://{at}/{f'?token={token}' if token else ''}"
    if not address.is_loopback and not token:
        yield "Whoever reaches this address sees it: --token makes one that cannot be guessed"
    yield "Ctrl-C ends it."
