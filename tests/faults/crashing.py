"""The program, with a fault put into it, secrets among its locals: run as a process by tests.

``python -m tests.faults.crashing PLACE [ARGUMENT…]``
"""

import os
import sys
from typing import Any

from wallboard.cli import main
from wallboard.feed.feeds import PolledFeeds
from wallboard.settings import Settings


def broken(*arguments: Any, **options: Any) -> Any:
    """What a bug would do, with everything secret at hand."""
    import gc

    found = [one for one in gc.get_objects() if isinstance(one, Settings)]
    secrets = [
        one.get_secret_value()
        for settings in found
        for one in (settings.api.key, settings.api.username, settings.api.password)
    ]
    raise RuntimeError(*secrets, arguments, options)


def end_while_starting(number: int) -> None:
    """Have the signal come when the terminal is taken over and nobody listens yet."""
    from wallboard.ui.terminal.driver import SparingDriver

    begin = SparingDriver.start_application_mode

    def begun(driver: SparingDriver) -> None:
        begin(driver)
        os.kill(os.getpid(), number)

    SparingDriver.start_application_mode = begun  # type: ignore[method-assign, assignment]


def put(place: str) -> None:
    """Put the fault where it is wanted."""
    if place == "worker":
        PolledFeeds.run = broken  # type: ignore[method-assign]
    elif place == "composition":
        import wallboard.compose
        import wallboard.compose.screens

        wallboard.compose.account = broken
        wallboard.compose.screens.screens = broken
    elif place == "account":
        import wallboard.compose

        wallboard.compose.account = broken
    elif place.startswith("signal-"):
        end_while_starting(int(place.removeprefix("signal-")))
    else:
        raise SystemExit(64)


if __name__ == "__main__":
    put(sys.argv[1])
    main(sys.argv[2:])
