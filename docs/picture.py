"""Makes the picture in the README from the simulator: ``python -m docs.picture``."""

import asyncio
from pathlib import Path

from tests.ui.end_to_end import whole
from wallboard.ui.export_actions import plain_picture

PICTURE = Path(__file__).with_name("board.svg")
SIZE = (120, 32)
MOMENT = 66
"""Seconds after the start: the demo's rush is at its height."""


async def picture() -> str:
    """Return the board of the demo as SVG."""
    async with whole(size=SIZE) as run:
        await run.wait(MOMENT)
        return plain_picture(run.app.export_screenshot(title="wallboard"))


if __name__ == "__main__":
    PICTURE.write_text(asyncio.run(picture()), encoding="utf-8")
