"""What can be read from afar, what fits a wall, and its pages."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.sample import row
from tests.unit.model_env import PLAIN, World, moment
from wallboard.host.message_file import message
from wallboard.model.data.catalogue import METRICS, TODAY
from wallboard.model.data.metric import Kind
from wallboard.model.data.reading import FeedId, Reading
from wallboard.model.events import Discovered, FeedInfo, Fresh, Pause, Selected
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.selection import Selection
from wallboard.model.view.row import Cell, Row, Tone
from wallboard.model.view.tile import Tile
from wallboard.model.view.wall.fit import (
    CELLS,
    CONSOLE_TYPES,
    TYPES,
    WallFit,
    blank_rows,
    help_words,
    layout,
    line_start,
    list_rows,
    readable_sizes,
    reading_words,
)
from wallboard.model.view.wall.pages import page_at, pages, shift
from wallboard.model.view.wall.words import (
    calm_words,
    direction,
    empty_words,
    facts,
    is_calm,
    label_words,
    more_words,
    state_words,
    tiles_of_page,
    today_words,
    wall_names,
)
from wallboard.ui.widgets.text.fonts import big_lines, capitals
from wallboard.ui.widgets.text.typeset import Type


def angle(height_mm: float, metres: float) -> float:
    """Minutes of arc under which something is seen: the independent way round."""
    return math.degrees(2 * math.atan(height_mm / 2_000 / metres)) * 60


# Reading from afar.


def test_a_55_inch_screen_from_10_metres() -> None:
    sizes = readable_sizes(55, 10, 45)
    # 55 inches of 16:9 are 685 mm high, a cell 15.2 mm, so text 9.9 mm; 46.5 mm are needed.
    assert sizes.height(1) == pytest.approx(9.9, abs=0.05)
    assert sizes.needed == pytest.approx(46.5, abs=0.05)
    assert [rows for rows in TYPES if sizes.reads(rows)] == [4, 5]


@given(st.floats(10, 120), st.floats(0.5, 40), st.integers(5, 120))
def test_readable_is_16_minutes_of_arc(tv: float, metres: float, rows: int) -> None:
    sizes = readable_sizes(tv, metres, rows)
    for high in TYPES:
        seen = angle(sizes.height(high), metres)
        assert sizes.reads(high) is (seen >= 16) or seen == pytest.approx(16, rel=1e-4)
        assert angle(sizes.height(high), sizes.farthest(high)) == pytest.approx(16, rel=1e-4)


def test_larger_type_is_read_from_farther_away() -> None:
    farthest = [readable_sizes(55, 10, 40).farthest(rows) for rows in (*TYPES, 7)]
    assert farthest == sorted(farthest)


@pytest.mark.parametrize("wrong", [(0, 10, 45), (55, 0, 45), (55, 10, 0), (-1, 10, 45)])
def test_what_cannot_be_is_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        readable_sizes(*wrong)


# What fits.


def rows_of(made: WallFit) -> int:
    """Rows that a layout takes: tiles, what parts them, list, state, small text."""
    tiles = made.down * made.tile_rows + max(0, made.down - 1) * blank_rows(made.digits)
    return tiles + list_rows(made.type, made.queues + made.more) + made.type + made.details


@given(
    st.integers(16, 300),
    st.integers(9, 100),
    st.integers(0, 8),
    st.integers(0, 300),
    st.floats(20, 100),
    st.floats(1, 30),
    st.sampled_from([TYPES, CONSOLE_TYPES]),
)
def test_a_layout_fits_its_terminal(
    columns: int, rows: int, tiles: int, queues: int, tv: float, far: float, types: tuple[int, ...]
) -> None:
    made = layout(columns, rows, tiles, queues, readable_sizes(tv, far, rows), types)
    assert rows_of(made) <= rows
    assert made.type in types
    assert made.tiles <= min(tiles, 6)
    assert made.tiles <= made.across * made.down
    assert made.queues >= 1


@pytest.mark.parametrize(
    ("columns", "rows", "words", "digits", "tiles", "more"),
    [
        (60, 17, 2, 2, 2, False),
        (80, 24, 2, 3, 4, True),
        (120, 40, 4, 5, 4, True),
        (160, 45, 4, 7, 4, True),
    ],
)
def test_words_are_sized_first_and_digits_take_what_is_left(
    columns: int, rows: int, words: int, digits: int, tiles: int, more: bool
) -> None:
    seen = readable_sizes(55, 10, rows)
    made = layout(columns, rows, 7, 23, seen)
    assert seen.reads(made.type)
    assert (made.type, made.digits, made.tiles, made.more) == (words, digits, tiles, more)
    assert made.queues >= 5


def test_near_readers_get_smaller_words_and_more_queues() -> None:
    far, near = (layout(80, 24, 7, 23, readable_sizes(55, metres, 24)) for metres in (10, 3))
    assert (far.type, near.type) == (2, 1)
    assert near.queues > far.queues


def test_what_nobody_can_read_says_what_would_help() -> None:
    sizes = readable_sizes(24, 30, 24)
    made = layout(80, 24, 7, 23, sizes)
    assert not sizes.reads(made.type)
    words = help_words(sizes, made)
    far = sizes.farthest(made.type)
    assert f"Come within {math.floor(far * 10) / 10:g} m" in words
    inches = int(words.split("screen of ")[1].split()[0])
    larger = readable_sizes(inches, 30, 24)
    assert larger.height(made.type) >= larger.needed
    assert (
        help_words(readable_sizes(55, 10, 24), layout(80, 24, 7, 23, readable_sizes(55, 10, 24)))
        == ""
    )


def test_a_digit_is_as_high_as_its_blocks() -> None:
    for rows in (3, 5, 7):
        # A line of nothing but upper halves is half a cell high.
        heights = [0.5 if set(line) <= set("▀ ") else 1.0 for line in big_lines("6", rows)]
        assert sum(heights) == CELLS[rows]


def test_lines_of_dots_stand_half_a_row_apart() -> None:
    assert [line_start(2, at) for at in range(4)] == [(0, 0), (2, 1), (5, 0), (7, 1)]
    assert [list_rows(2, lines) for lines in (0, 1, 2, 5, 6)] == [0, 2, 5, 12, 15]
    assert [line_start(4, at) for at in range(3)] == [(0, 0), (4, 0), (8, 0)]


# What is said.


def test_no_two_queues_look_the_same() -> None:
    world = World(PLAIN)
    world.poll(
        row("Sales", "1", "Rome"), row("SALES", "2", "Rome"), row("Été", "3", "Rome"),
        row("ETE", "4", "Oslo"), row("Support", "5", "Rome"), row("Help desk", "6", "Rome"),
    )  # fmt: skip
    short = {"support": "Sup", "help desk": "SUP"}
    names = wall_names(world.view().lines, short)
    assert len({capitals(name) for name in names.values()}) == 6
    assert "Été Rome" in names.values()
    assert {"Support", "Help desk"} <= set(names.values())
    assert "Sup" in wall_names(world.view().lines, {"support": "Sup"}).values()


def test_each_number_says_what_it_is() -> None:
    world = World(Rules({"availableAgents": Bounds(1, 0), "waitingCalls": Bounds(3, 5)}))
    world.poll(
        row("a", "1", "Rome", waitingCalls=9, longestWaitingTime=34_000, availableAgents=4),
        row("b", "2", "Rome", waitingCalls=1, longestWaitingTime=21_000, availableAgents=1),
        row("c", "3", "Rome", waitingCalls=0, longestWaitingTime=0, availableAgents=4),
    )
    view = world.view()
    told = [[cell.text for cell in facts(line, view, view.now)] for line in view.lines]
    assert told == [["9 wait", "00:34"], ["1 free", "00:21"], ["·"]]
    assert [facts(line, view, view.now)[0].tone for line in view.lines] == [
        Tone.CRITICAL, Tone.WARNING, Tone.QUIET,
    ]  # fmt: skip
    grown = [cell.text for cell in facts(view.lines[0], view, view.now + 4)]
    assert grown == ["9 wait", "00:38~"]


def test_what_a_page_leaves_out_is_told_trouble_first() -> None:
    world = World(PLAIN)
    world.poll(*(row(str(at), str(at), waitingCalls=at) for at in (9, 8, 7, 4, 1, 0)))
    view = world.view()
    told = more_words(view, view.lines[:1])
    assert told == ("+ 2 critical · + 1 warning · 2 calm", Tone.CRITICAL)
    assert more_words(view, view.lines[:1], brief=True) == ("+2!! +1!", Tone.CRITICAL)
    assert more_words(view, view.lines[:4]) == ("2 calm", None)


def test_only_what_is_judged_fresh_and_whole_is_calm() -> None:
    world = World(PLAIN)
    world.poll(row("a", "1", waitingCalls=1), row("b", "2", waitingCalls=0))
    assert is_calm(world.view())
    assert not is_calm(world.view(61))
    nothing = World(PLAIN)
    nothing.poll()
    assert not is_calm(nothing.view())
    unjudged = World(Rules({}))
    unjudged.poll(row("a", "1", waitingCalls=1))
    assert not is_calm(unjudged.view())
    assert not is_calm(World(PLAIN).view())


def test_calm_says_how_long_who_waits_longest_and_the_day() -> None:
    world = World(PLAIN)
    waits = {"a": 4_000, "b": 9_000, "c": 0, "d": 7_000, "e": 8_000}
    world.poll(
        *(row(one, one, waitingCalls=bool(ms), longestWaitingTime=ms) for one, ms in waits.items())
    )
    view = world.view()
    calm = calm_words(view, view.now - 42 * 60, view.now)
    assert calm.headline == "all calm · 42 min"
    assert [one.queue.name for one in calm.waits] == ["b", "e", "d"]
    assert calm_words(view, view.now - 59, view.now).headline == "all calm"
    assert calm_words(view, view.now - 7_500, view.now).headline == "all calm · 2h 05m"
    assert calm.today == ""


@pytest.mark.parametrize(
    ("entered", "abandoned", "words"),
    [(1, 0, "today 1 call · 0% abandoned"), (0, 0, "today 0 calls"),
     (40, 1, "today 40 calls · 2.5% abandoned")],
)  # fmt: skip
def test_one_call_of_today_is_no_calls(entered: int, abandoned: int, words: str) -> None:
    world, today = World(PLAIN), FeedId("p", Kind.TODAY)
    world.poll(row("a", "1", waitingCalls=0))
    infos = (FeedInfo(FeedId("p"), "P", 10), FeedInfo(today, "P", 60))
    world.step(Discovered(infos, 10))
    at = moment(world.now)
    counted = row("a", "1", enteredCalls=entered, abandonedInWaitingCalls=abandoned)
    reading = Reading(today, at, (counted,), frozenset(TODAY), day=world.state.day(at.wall))
    world.step(Fresh(today, reading, at))
    assert today_words(world.view()) == words


def test_a_page_of_a_site_has_the_tiles_of_that_site() -> None:
    world = World(PLAIN)
    world.poll(row("a", "1", "Rome", waitingCalls=4), row("b", "2", "Oslo", waitingCalls=1))
    tiles = {one.metric.name: one.cell.text for one in tiles_of_page(world.view(), "Oslo", "site")}
    assert tiles["waitingCalls"] == "1"


# Pages.


def lines(*calls: int, sites: str = "") -> list[Row]:
    """Lines of queues ``a``, ``b``, … in the board's order, by calls waiting."""
    world = World(PLAIN)
    names = "abcdefghijklmnopqrstuvwxyz"
    world.poll(
        *(
            row(names[at], names[at], sites[at] if sites else "Rome", waitingCalls=number)
            for at, number in enumerate(calls)
        )
    )
    return list(world.view().lines)


def drawn(listed: list[Row], per_page: int, by: str = "page") -> list[str]:
    return ["".join(one.queue.name for one in page.lines) for page in pages(listed, per_page, by)]  # type: ignore[arg-type]


def test_what_fits_is_one_page() -> None:
    assert drawn(lines(6, 3, 0), 3) == ["abc"]
    assert drawn([], 3) == [""]
    (page,) = pages(lines(6, 3, 0), 3)
    assert (page.top, page.number, page.of) == (0, 1, 1)


def test_queues_in_trouble_are_on_top_of_every_page() -> None:
    listed = lines(6, 3, 0, 0, 0, 0, 0)
    assert drawn(listed, 4) == ["abcd", "abef", "abg"]
    assert [(page.top, page.number, page.of) for page in pages(listed, 4)] == [
        (2, 1, 3), (2, 2, 3), (2, 3, 3),
    ]  # fmt: skip
    assert drawn(lines(6, 6, 6, 0, 0), 4) == ["abcd", "abce"]
    # The last page is no emptier than it must be.
    assert drawn(lines(*(0,) * 9), 4) == ["abc", "def", "ghi"]


def test_trouble_that_fills_a_page_stands_still_the_worst_of_it() -> None:
    assert drawn(lines(6, 6, 6, 6, 0, 0), 4) == ["abcd"]
    assert drawn(lines(*(6,) * 6), 3) == ["abc"]


def test_a_page_a_site_with_the_trouble_of_all_on_top() -> None:
    listed = lines(0, 6, 0, 0, 0, sites="RORRP")
    assert drawn(listed, 9, "site") == ["b", "be", "bacd"]
    assert [page.title for page in pages(listed, 9, "site")] == ["O", "P", "R"]
    # More than a page of one site goes on; order and titles stay.
    assert drawn(listed, 3, "site") == ["b", "be", "bac", "bd"]


@given(
    st.lists(st.integers(0, 8), max_size=26), st.integers(2, 9), st.sampled_from(["page", "site"])
)
def test_every_queue_is_on_some_page_unless_trouble_fills_one_and_no_page_overflows(
    calls: list[int], per_page: int, by: str
) -> None:
    listed = lines(*calls)
    made = pages(listed, per_page, by)  # type: ignore[arg-type]
    full = by == "page" and sum(one >= 3 for one in calls) >= per_page
    seen = {line.key for page in made for line in page.lines}
    assert seen == {line.key for line in (listed[:per_page] if full else listed)}
    assert all(len(page.lines) <= per_page for page in made)
    assert [page.number for page in made] == list(range(1, len(made) + 1))
    assert {page.of for page in made} == {len(made)}
    for page in made:
        assert len({line.key for line in page.lines}) == len(page.lines)
        assert page.lines[: page.top] == made[0].lines[: page.top]


def test_old_lines_are_no_trouble_that_is_known() -> None:
    world = World(PLAIN)
    world.poll(*(row(name, name, waitingCalls=6) for name in "abcde"))
    assert [page.top for page in pages(world.view(61).lines, 4)] == [0, 0]


def test_pages_turn_with_the_time() -> None:
    assert [page_at(at, 12, 3)[0] for at in (0, 11.9, 12, 24, 36)] == [0, 0, 1, 2, 0]
    assert page_at(18, 12, 3) == (1, 0.5)
    assert page_at(99, 12, 1) == (0, 0.0)
    assert page_at(99, 0, 3) == (0, 0.0)


def test_the_picture_moves_by_a_cell_every_few_minutes() -> None:
    places = [shift(minute * 60.0) for minute in range(20)]
    assert len(set(places)) == 4
    moves = [(a, b) for a, b in pairwise(places) if a != b]
    assert len(moves) == 4
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in moves)


# The message.


def test_a_message_is_one_clean_line() -> None:
    assert message("Fire drill at 3\n\n  Bring\ta coat \n") == "Fire drill at 3 · Bring a coat"
    assert message("a\x1b[31mb\x07\x9bc\u202ed\u200be\x00") == "a[31mbcde"
    assert message(" \n\t ") == ""
    assert len(message("x" * 5_000)) == 1_000


@given(st.text(max_size=60))
def test_nothing_of_a_message_reaches_the_terminal_as_a_control(text: str) -> None:
    assert message(text).isprintable()


def turned(text: str, columns: int, elapsed: float, seconds: float) -> str:
    """What stands of a message, in the terminal's own text."""
    parts = Type(1).pieces(text, columns)
    at, _ = page_at(elapsed, seconds, len(parts))
    return parts[at] if parts else ""


def test_a_message_that_fits_stands_still_and_a_longer_one_turns_over() -> None:
    assert {turned("Fire drill at 3", 20, at, 12) for at in range(60)} == {"Fire drill at 3"}
    told = [turned("Fire drill at 3 o'clock", 12, at, 12) for at in (0, 11, 12, 24)]
    assert told == ["Fire drill", "Fire drill", "at 3 o'clock", "Fire drill"]
    assert turned("", 20, 0, 12) == ""


def test_what_is_turned_over_is_broken_between_two_things_where_that_will_do() -> None:
    text = "LIVE · 23 of 32 queues are not there · polling · order: worst first"
    assert Type(1).pieces(text, 30) == [
        "LIVE",
        "23 of 32 queues are not there",
        "polling · order: worst first",
    ]
    assert Type(1).pieces(text, 20)[1:4] == [
        "23 of 32 queues are",
        "not there · polling",
        "order: worst first",
    ]


@given(st.text(max_size=80).map(message), st.integers(4, 30))
def test_all_of_a_message_is_shown_in_its_width(text: str, columns: int) -> None:
    seen: list[str] = []
    for at in range(200):
        part = turned(text, columns, at, 1)
        assert cell_len(part) <= columns
        if part in seen and at > len(seen):
            break
        seen.append(part)
    whole = "".join(seen).replace(" ", "")
    # What stands between two things may go where one line ends with the first.
    assert all(word in whole for word in text.split() if word != "·")


def test_a_word_wider_than_the_line_is_cut_where_it_must_be() -> None:
    assert [turned("abcdefg hi", 3, at, 1) for at in range(5)] == ["abc", "def", "g", "hi", "abc"]
    # Wide letters take two columns.
    assert [turned("火災訓練 at 3", 5, at, 1) for at in range(4)] == [
        "火災",
        "訓練",
        "at 3",
        "火災",
    ]
    assert turned("abc", 1, 0, 1) == ""


@pytest.mark.parametrize(("columns", "rows"), [(1, 1), (5, 3), (11, 4)])
def test_the_smallest_terminal_shows_a_queue(columns: int, rows: int) -> None:
    made = layout(columns, rows, 4, 9, readable_sizes(55, 10, rows))
    assert (made.type, made.queues >= 1, made.tiles <= 1, made.more) == (1, True, True, False)


def test_what_can_be_read_from_where_is_told_in_plain_words() -> None:
    sizes = readable_sizes(55, 3, 24)
    made = layout(120, 24, 4, 9, sizes)
    assert sizes.reads(made.type)
    assert help_words(sizes, made) == ""
    high, far = sizes.height(made.type), math.floor(sizes.farthest(made.type) * 10) / 10
    assert reading_words(sizes, made) == (
        "names, labels and state can be read at 3 m from a 55-inch screen "
        f"({high:.0f} mm high, up to {far:g} m)"
    )


# What the state is, in few words.


def test_the_state_of_the_data_is_told_in_few_words() -> None:
    world = World()
    told = [state_words(world.view(), world.now)]
    world.fail()
    told.append(state_words(world.view(), world.now))
    world.poll(after=10)
    told.append(state_words(world.view(), world.now))
    world.poll(row("Sales", waitingCalls=0), after=10)
    told += [state_words(world.view(after), world.now + after) for after in (0, 26, 70, 400)]
    assert told == [
        "signing in", "NO DATA", "NO QUEUES", "LIVE 0s", "LATE 26s", "STALE 1m 10s", "NO DATA",
    ]  # fmt: skip
    world.step(Selected(Selection(terms=parse_filter("nobody"))))
    assert state_words(world.view(), world.now) == "no queues", "none that this wall shows"
    world.step(Pause(moment(world.now)))
    assert state_words(world.view(130), world.now + 130) == "paused 02:10"


def test_no_calm_is_in_the_state_while_trouble_is_gone_from_an_answer() -> None:
    world = World()
    world.poll(row("Sales", waitingCalls=6), row("Help", "2", waitingCalls=0))
    world.poll(row("Help", "2", waitingCalls=0), after=10)
    view = world.view()
    assert state_words(view, world.now) == "GONE: 1"
    (gone,) = [line for line in view.lines if line.missing]
    assert [cell.text for cell in facts(gone, view, world.now)] == ["missing"]


def test_an_empty_wall_says_why_and_what_to_do() -> None:
    world = World()
    assert empty_words(world.view()).startswith(world.view().empty.rstrip("."))
    world.fail()
    health = world.view().health
    assert empty_words(world.view()) == f"No data. {health.trouble}"
    world.poll(row("Sales", waitingCalls=0), after=10)
    assert empty_words(world.view()) == ""
    gone = world.view(400)
    assert empty_words(gone) == "No data"


def test_a_tile_is_called_by_the_users_own_word_and_by_its_group() -> None:
    metric, own = METRICS["waitingCalls"], {"waitingCalls": "Queue"}
    assert label_words(metric, {}) == ("waiting", "wait")
    other = METRICS["onHoldCalls"]
    assert label_words(other, {}) == (other.label, other.short)
    labelled = replace(metric, label="Queue", short="Queue")
    assert label_words(labelled, own) == ("Queue", "Queue")
    of_group = replace(metric, label="Sales: Waiting", short="Sales Waiting")
    words = label_words(of_group, {}, "Sales")
    assert words == ("Sales: Waiting", "Sales Waiting", "Sales waiting", "Sales wait")
    assert label_words(of_group, own, "Sales") == ("Sales: Waiting", "Sales Waiting")


@pytest.mark.parametrize(
    ("name", "number", "before", "way"),
    [
        ("waitingCalls", 6, 4, 1),
        ("waitingCalls", 2, 4, -1),
        ("waitingCalls", 5, 4, 0),  # one call is none
        ("waitingCalls", 24, 20, 0),  # less than a quarter
        ("waitingCalls", 25, 20, 1),
        ("longestWaitingTime", 15_000, 0, 1),
        ("longestWaitingTime", 14_999, 0, 0),
        ("longestWaitingTime", 90_000, 120_000, -1),
        ("waitingCalls", 9, None, 0),
        ("waitingCalls", None, 4, 0),
    ],
)
def test_an_arrow_says_where_a_total_goes_and_nothing_of_what_is_not_known(
    name: str, number: float | None, before: float | None, way: int
) -> None:
    trend = [99.0] * 18 + [before] * 3 + [99.0] * 9
    tile = Tile(METRICS[name], Cell("1"), Level.NORMAL, number=number, trend=tuple(trend))
    assert direction(tile) == way
    assert direction(replace(tile, cell=Cell("1", Tone.OLD))) == 0
    assert direction(replace(tile, trend=())) == 0
