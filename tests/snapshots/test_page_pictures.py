"""The pages and windows. Each test's words say what must be seen in its picture."""

from tests.snapshots.conftest import Picture
from tests.ui.scenes import (
    LOOK,
    agents_page,
    alerts_page,
    calls_page,
    help_page,
    palette,
    queue_page,
    stale_queue_page,
)
from wallboard.model.data.privacy import Privacy


def test_queue_page_80x24(picture: Picture) -> None:
    """Why Support is critical, in sentences; trends with ranges; a gap where data was missing."""
    assert picture(queue_page, 80, 24, **LOOK)


def test_queue_page_200x60(picture: Picture) -> None:
    """The whole page at once: reasons, an hour of trends, all metrics, episodes, the day."""
    assert picture(queue_page, 200, 60, **LOOK)


def test_queue_page_stale_80x24(picture: Picture) -> None:
    """Only what was last measured: 'when last measured', dimmed values, no live cell in colour."""
    assert picture(stale_queue_page, 80, 24, **LOOK)


def test_agents_page_120x40(picture: Picture) -> None:
    """Sixty people, the worst first; those too long in a status are coloured and marked."""
    assert picture(agents_page, 120, 40, **LOOK)


def test_agents_on_a_wall_are_initials(picture: Picture) -> None:
    """Initials and a number's last digits, nowhere more; statuses and times are there."""
    assert picture(agents_page, 160, 45, privacy=Privacy("initials", "masked"), **LOOK)


def test_calls_page_120x40(picture: Picture) -> None:
    """Who waits stands first; a wait that is not known is a dash; twelve more calls are told."""
    assert picture(calls_page, 120, 40, **LOOK)


def test_alerts_page_120x40(picture: Picture) -> None:
    """Four episodes, the newest first; one seen by AB; the cursor is at the second."""
    assert picture(alerts_page, 120, 40, **LOOK)


def test_palette_120x40(picture: Picture) -> None:
    """Commands that have 'or' in them, each with what it does and its key, over the board."""
    assert picture(palette, 120, 40, **LOOK)


def test_help_80x24(picture: Picture) -> None:
    """Each key with what it does, by subject; a bar at the right says that there is more."""
    assert picture(help_page, 80, 24, **LOOK)
