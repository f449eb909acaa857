"""Pictures of the board as it was, drawn by the board itself without a terminal."""

from collections.abc import Mapping
from datetime import datetime

from wallboard.ui.app import WallboardApp
from wallboard.ui.export_actions import plain_picture

SIZE = (140, 44)
"""Columns and lines of a picture."""


async def pictures(app: WallboardApp, moments: Mapping[str, datetime]) -> dict[str, str]:
    """Return the board of some moments as SVG, each under its name. ``app``: a replay."""
    found = {}
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for name, at in moments.items():
            await app.show_moment(at)
            await pilot.pause()
            found[name] = plain_picture(app.export_screenshot(title=app.state.options.title))
    return found
