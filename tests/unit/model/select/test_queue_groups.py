"""Groups of queues across sites and PBXes: who is in them, and what they come to."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.sample import row
from tests.unit.model_env import World
from wallboard.model.data.catalogue import METRICS
from wallboard.model.data.name_pattern import QueueGroup
from wallboard.model.data.reading import QueueMetrics
from wallboard.model.data.view_options import ViewOptions
from wallboard.model.events import Selected
from wallboard.model.judge.group_book import GroupBook
from wallboard.model.judge.rules import Bounds, Level, Rules
from wallboard.model.select.filter import parse_filter
from wallboard.model.select.groups import Heading, heading_cell, row_of
from wallboard.model.select.hidden import hidden_by_folds
from wallboard.model.select.totals import group_totals, totals
from wallboard.model.view.board import BoardView
from wallboard.model.view.status_line import Hidden
from wallboard.model.view.wall.pages import pages
from wallboard.model.view.wall.words import tiles_of_page

SALES = QueueGroup("Sales", queues=("sales*", "VIP"))
ROME = QueueGroup("Rome", sites=("Rome",))
NOBODY = QueueGroup("Nobody", queues=("Nothing*",))
QUEUES = (
    row("Sales UK", "1", "London", waitingCalls=4, availableAgents=1),
    row("VIP", "2", "Rome", waitingCalls=6, availableAgents=2),
    row("Support", "3", "Rome", waitingCalls=1, availableAgents=0),
    row("Night", "4", "Oslo", waitingCalls=0, availableAgents=5),
)


def rules(*groups: QueueGroup, **bounds: dict[str, Bounds]) -> Rules:
    return Rules({"waitingCalls": Bounds(3, 5)}, groups=groups, group_bounds=bounds)


def grouped(made: World, *folded: str, text: str = "") -> BoardView:
    made.step(
        Selected(
            replace(
                made.state.selection,
                by="group",
                folded=frozenset(folded),
                text=text,
                terms=parse_filter(text),
            )
        )
    )
    return made.view()


def world(*groups: QueueGroup, **bounds: dict[str, Bounds]) -> World:
    made = World(rules(*groups, **bounds), ViewOptions(columns=("waitingCalls", "availableAgents")))
    made.poll(*QUEUES)
    return made


def headings(view: BoardView) -> dict[str, Heading]:
    return {one.name: one for one in view.entries if isinstance(one, Heading)}


def drawn(view: BoardView) -> list[str]:
    return [
        one.title.upper() if isinstance(one, Heading) else view.lines[one].queue.name
        for one in view.entries
    ]


def test_of_what_is_given_a_queue_fits_each_by_any_of_its_patterns() -> None:
    one = row("Sales UK", "1", "London", "p1")
    assert QueueGroup("g", ("vip", "SALES*")).has(one)
    assert QueueGroup("g", ("Sales*",), ("Rome", "lon*")).has(one)
    assert not QueueGroup("g", ("Sales*",), ("Rome",)).has(one)
    assert QueueGroup("g", pbx=("Main",)).has(replace(one, pbx="Main"))
    assert QueueGroup("g", pbx=("P1",)).has(replace(one, pbx="Main"))
    assert not QueueGroup("g", sites=("London",), pbx=("other",)).has(one)


def test_a_queue_stands_under_each_of_its_groups_and_none_is_lost() -> None:
    view = grouped(world(SALES, ROME, NOBODY))
    assert drawn(view) == [
        "ROME (2)", "VIP", "Support", "SALES (2)", "VIP", "Sales UK", "NO GROUP (1)", "Night",
        "NOBODY FINDS NO QUEUE: SEE [GROUPS]",
    ]  # fmt: skip
    cells = {name: one.totals[0].cell.text for name, one in headings(view).items()}
    assert cells == {"Rome": "7", "Sales": "10", "no group": "0", "Nobody": "–"}
    assert headings(view)["Sales"].totals[1].note == "seats"
    # The grand total counts the queue of two groups once, and so does whoever walks the queues.
    assert next(tile for tile in view.tiles if tile.metric.name == "waitingCalls").number == 11
    assert len(view.in_order) == len(QUEUES)


def test_a_group_that_a_filter_empties_is_not_one_that_finds_nothing() -> None:
    view = grouped(world(SALES, ROME, NOBODY), text="site:london")
    assert drawn(view) == ["SALES (1)", "Sales UK", "NOBODY FINDS NO QUEUE: SEE [GROUPS]"]


def test_trouble_is_hidden_only_where_a_queue_stands_in_no_row_and_counts_once() -> None:
    made = world(SALES, ROME)
    one = grouped(made, "Rome")
    assert hidden_by_folds(one.entries, one.lines) == Hidden()
    both = grouped(made, "Rome", "Sales")
    assert hidden_by_folds(both.entries, both.lines) == Hidden(0, 1, 1)
    assert both.health.hidden.critical == 1


def test_of_a_queues_places_that_in_the_wanted_group_is_found() -> None:
    view = grouped(world(SALES, ROME))
    vip = next(at for at, line in enumerate(view.lines) if line.queue.name == "VIP")
    first, second = (at for at, one in enumerate(view.entries) if one == vip)
    assert row_of(view.entries, vip) == row_of(view.entries, vip, "Rome") == first
    assert row_of(view.entries, vip, "Sales") == second
    assert row_of(view.entries, vip, "Oslo") == first


def test_a_groups_heading_is_judged_by_its_own_thresholds_before_those_of_totals() -> None:
    own = {"waitingCalls": Bounds(8, 20), "availableAgents": Bounds(off=True)}
    limits = replace(
        rules(SALES, ROME, Sales=own),
        total={"waitingCalls": Bounds(5, 7), "availableAgents": Bounds(4)},
    )
    made = World(limits, ViewOptions(columns=("waitingCalls", "availableAgents")))
    made.poll(*QUEUES)
    found = {
        name: [tile.level for tile in one.totals] for name, one in headings(grouped(made)).items()
    }
    assert found["Sales"] == [Level.WARNING, Level.NORMAL]
    assert found["Rome"] == [Level.CRITICAL, Level.WARNING]


def test_the_filter_finds_groups_and_what_is_in_none() -> None:
    made = world(SALES, ROME)

    def found(text: str) -> set[str]:
        return {line.queue.name for line in grouped(made, text=text).lines}

    assert found("group:sal") == {"Sales UK", "VIP"}
    assert found("group:rome,sales") == {"Sales UK", "VIP", "Support"}
    assert found('-group:"no group" -group:sales') == {"Support"}
    assert found('group:"no group"') == {"Night"}
    assert found("group:rome waiting>3") == {"VIP"}


def test_tiles_of_a_group_are_over_its_queues_with_its_target_and_its_worst() -> None:
    own = {"waitingCalls": Bounds(8, 20)}
    tiles = (
        "waitingCalls",
        "sales: waitingCalls",
        "Sales: availableAgents",
        "Nobody: waitingCalls",
    )
    made = World(rules(SALES, NOBODY, Sales=own), ViewOptions(tiles=tiles))
    made.poll(*QUEUES)
    whole, sales, seats, nobody = made.view().tiles
    assert [tile.metric.label for tile in (whole, sales)] == ["Waiting", "Sales · Waiting"]
    assert (whole.cell.text, whole.level, whole.target) == ("11", Level.NORMAL, "<3 a queue")
    assert (sales.cell.text, sales.level, sales.target) == ("10", Level.WARNING, "<8")
    assert sales.worst is not None
    assert sales.worst.words == "2 queues ≥ 3: VIP 6"
    assert (seats.cell.text, seats.note) == ("3", "seats")
    assert (nobody.cell.text, nobody.note) == ("–", "no queue")
    # As all tiles they are over what is shown: what a filter leaves out is not in them.
    made.step(Selected(replace(made.state.selection, text="uk", terms=parse_filter("uk"))))
    assert [tile.cell.text for tile in made.view().tiles[:2]] == ["4", "4"]


def test_a_tile_of_a_group_has_the_half_hour_of_its_own_queues() -> None:
    made = World(rules(SALES), ViewOptions(tiles=("waitingCalls", "Sales: waitingCalls")))
    for _ in range(13):
        made.poll(*QUEUES, after=10)
    whole, sales = made.view().tiles
    assert (whole.trend[-1], sales.trend[-1]) == (11, 10)


def test_a_wall_has_a_page_a_group_with_its_tiles_and_what_is_in_none() -> None:
    own = {"waitingCalls": Bounds(8, 20)}
    made = World(
        rules(SALES, ROME, NOBODY, Sales=own),
        ViewOptions(tiles=("waitingCalls", "Sales: waitingCalls")),
    )
    made.poll(
        *(replace(one, values={**one.values, "waitingCalls": at}) for at, one in enumerate(QUEUES))
    )
    view = made.view()
    shown = [
        (page.title, [line.queue.name for line in page.lines[page.top :]])
        for page in pages(view.lines, 8, "group", view.book, view.empty_groups)
    ]
    assert shown == [
        ("Nobody", []),
        ("Rome", ["Support", "VIP"]),
        ("Sales", ["Sales UK", "VIP"]),
        ("no group", []),
    ]
    (tile,) = tiles_of_page(view, "Sales", "group")
    assert (tile.cell.text, tile.target, tile.bound) == ("1", "<8", 8)
    (tile,) = tiles_of_page(view, "no group", "group")
    assert (tile.cell.text, tile.target) == ("3", "<3 a queue")


names = st.sampled_from(["Sales UK", "Sales DE", "VIP", "Support", "Night"])
places = st.sampled_from(["Rome", "London", ""])
counts = st.one_of(st.none(), st.integers(0, 9))


@st.composite
def boards(draw: st.DrawFn) -> tuple[QueueMetrics, ...]:
    queues = []
    for at in range(draw(st.integers(0, 10))):
        calls, wait, free = draw(counts), draw(counts), draw(counts)
        values: dict[str, Any] = {} if calls is None else {"waitingCalls": calls}
        values |= {} if wait is None else {"waitingTime": wait * 9, "longestWaitingTime": wait}
        values |= {} if free is None else {"availableAgents": free}
        queues.append(
            row(draw(names), str(at), draw(places), draw(st.sampled_from("pq")), **values)
        )
    return tuple(queues)


groups = st.lists(
    st.builds(
        QueueGroup,
        st.sampled_from(["A", "B", "C", "D"]),
        st.lists(st.sampled_from(["Sales*", "vip", "*"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(["R*", "London"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(["p", "q"]), max_size=1).map(tuple),
    ),
    max_size=4,
    unique_by=lambda group: group.name,
)


@given(boards(), groups)
def test_a_groups_totals_are_those_of_its_distinct_queues_whatever_the_order(
    queues: tuple[QueueMetrics, ...], made: list[QueueGroup]
) -> None:
    found = group_totals(queues, GroupBook(rules(*made)), METRICS)
    assert [one.name for one in found] == [group.name for group in made]
    for one, group in zip(found, made, strict=True):
        mine = [queue for queue in queues if group.has(queue)]
        assert list(one.queues) == mine
        assert one.totals == totals(mine, METRICS)
    turned = group_totals(queues, GroupBook(rules(*reversed(made))), METRICS)
    assert {one.name: one.totals for one in turned} == {one.name: one.totals for one in found}


@given(boards(), groups, st.frozensets(st.sampled_from(["A", "B", "", "C"])))
def test_no_queue_is_lost_and_every_heading_is_exact(
    queues: tuple[QueueMetrics, ...], made: list[QueueGroup], folded: frozenset[str]
) -> None:
    board = World(rules(*made), ViewOptions(columns=("waitingCalls",)), pbxes=("p", "q"))
    for pbx in "pq":
        board.poll(*(queue for queue in queues if queue.key.pbx == pbx), pbx=pbx)
    view = grouped(board, *folded)
    found = [one for one in view.entries if isinstance(one, Heading)]
    assert {index for one in found for index in one.lines} == set(range(len(view.lines)))
    assert sorted(view.in_order) == sorted(line.key for line in view.lines)
    for one in found:
        mine = [view.lines[at].queue for at in one.lines]
        assert len({queue.key for queue in mine}) == len(mine)
        exact = totals(mine, ["waitingCalls"])["waitingCalls"]
        assert heading_cell(one.totals[0], board.now, False).text.rstrip("*").replace("·", "0") == (
            "–" if exact.value is None else str(exact.value)
        )
    assert ("no group" in {one.name for one in found}) is any(
        not any(group.has(line.queue) for group in made) for line in view.lines
    )
