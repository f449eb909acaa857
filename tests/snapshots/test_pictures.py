"""The board and the wall. Each test's words say what must be seen in its picture."""

from tests.snapshots.conftest import Picture
from tests.ui.scenes import (
    day_is_stale,
    empty,
    filtered,
    late,
    live,
    no_data,
    paused,
    refused,
    stale,
    trouble,
    unit_not_confirmed,
)

WALL = {"kiosk": True, "message": lambda: "Fire drill at 3"}


def test_calm_80x24(picture: Picture) -> None:
    """All is well: no colour but the state's, no mark, each of the five queues whole."""
    assert picture(live, 80, 24)


def test_calm_120x40(picture: Picture) -> None:
    """All is well but today: the one tile with trouble is that of the day, and names the queue."""
    assert picture(live, 120, 40)


def test_calm_200x60(picture: Picture) -> None:
    """All is well, with room: each column has its heading, and the day its block of columns."""
    assert picture(live, 200, 60)


def test_trouble_80x24(picture: Picture) -> None:
    """The worst queue first, its cells filled and marked; tiles on one line name who is bad."""
    assert picture(trouble, 80, 24)


def test_trouble_200x60(picture: Picture) -> None:
    """Critical and warning can be told apart from afar; big digits stand on one line."""
    assert picture(trouble, 200, 60)


def test_filtered_hides_a_critical_queue(picture: Picture) -> None:
    """Two queues of Paris; the status line says that a critical one is hidden."""
    assert picture(filtered, 120, 40)


def test_late_keeps_colours(picture: Picture) -> None:
    """LATE in yellow with the cause; levels keep their colours, each tile says late."""
    assert picture(late, 120, 40)


def test_stale_rows_have_no_level_colours(picture: Picture) -> None:
    """STALE with age and cause; rows are dimmed and say so, no live cell is red or yellow."""
    assert picture(stale, 120, 40)


def test_no_data_is_dashes(picture: Picture) -> None:
    """NO DATA in red; each live value is a dash, none a 0; the names stay."""
    assert picture(no_data, 120, 40)


def test_no_queues_is_a_sentence(picture: Picture) -> None:
    """No queues, in words; tiles are dashes; nothing looks calm that was not measured."""
    assert picture(empty, 120, 40)


def test_refused_says_what_to_do(picture: Picture) -> None:
    """Why the sign-in was refused and what to check; both whole, over two lines if need be."""
    assert picture(refused, 80, 24)


def test_unit_not_confirmed_is_marked(picture: Picture) -> None:
    """Each duration has a ?, none is judged: no wait is red; calls and agents are."""
    assert picture(unit_not_confirmed, 120, 40)


def test_the_day_is_stale_alone(picture: Picture) -> None:
    """The live rows have their levels; what is of the day is old, and the status line says so."""
    assert picture(day_is_stale, 120, 40)


def test_paused_80x24(picture: Picture) -> None:
    """PAUSED with its time and what became critical since; rows without colours, marked ||."""
    assert picture(paused, 80, 24)


def test_wall_calm_60x17(picture: Picture) -> None:
    """Two tiles, the queues whole by name, state, time and message in type of two rows."""
    assert picture(live, 60, 17, **WALL)


def test_wall_trouble_160x45(picture: Picture) -> None:
    """Queues in trouble with what each number is, in type that is read from ten metres."""
    assert picture(trouble, 160, 45, **WALL)


def test_wall_stale_160x45(picture: Picture) -> None:
    """STALE and its age filled in the last line, the reason above it; all queues dim."""
    assert picture(stale, 160, 45, **WALL)


def test_wall_refused_60x17(picture: Picture) -> None:
    """NO DATA filled in the last line; the cause and what to do in large words; dashes."""
    assert picture(refused, 60, 17, **WALL)


def test_theme_ansi_16(picture: Picture) -> None:
    """The console's sixteen colours: all text is readable, white on red is critical."""
    assert picture(trouble, 120, 40, theme="ansi-16")


def test_theme_daylight(picture: Picture) -> None:
    """Dark on light: nothing is pale, warning and critical differ."""
    assert picture(trouble, 120, 40, theme="daylight")


def test_theme_high_contrast(picture: Picture) -> None:
    """Black, white and strong colours; nothing dim that has to be read."""
    assert picture(trouble, 120, 40, theme="high-contrast")
