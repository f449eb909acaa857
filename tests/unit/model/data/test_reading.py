"""Who a queue is."""

from dataclasses import replace

from tests.sample import row
from wallboard.model.data.reading import NamedQueue, QueueKey, by_name, identify


def test_an_extension_of_its_own_is_enough() -> None:
    assert identify("p", [NamedQueue("1", "Rome", "Sales"), NamedQueue("2", "Rome", "Sales")]) == (
        QueueKey("p", "1"),
        QueueKey("p", "2"),
    )


def test_a_queue_keeps_its_key_when_it_or_its_site_is_renamed() -> None:
    before = identify("p", [NamedQueue("1", "Rome", "Sales")])
    assert identify("p", [NamedQueue("1", "Milan", "Vendite")]) == before


def test_site_and_name_break_ties_and_stand_in_for_a_missing_extension() -> None:
    keys = identify(
        "p",
        [NamedQueue("1", "Rome", "A"), NamedQueue("1", "Paris", "A"), NamedQueue("", "Rome", "B")],
    )
    assert keys == (
        QueueKey("p", "1", "Rome", "A"),
        QueueKey("p", "1", "Paris", "A"),
        QueueKey("p", "", "Rome", "B"),
    )


def test_twins_that_nothing_tells_apart_are_numbered_and_not_judged() -> None:
    keys = identify("p", [NamedQueue("", "Rome", "A"), NamedQueue("", "Rome", "A")])
    assert [key.twin for key in keys] == [1, 2]
    assert len(set(keys)) == 2
    assert not replace(row("A"), key=keys[0]).judged


def test_a_queue_that_is_renamed_gets_its_new_place() -> None:
    first, second = row("Émile", "1"), row("Zoe", "2")
    for _ in range(2):
        assert by_name([second, first]) == [first, second]
    renamed = replace(first, name="zoé b")
    assert renamed.key == first.key
    assert by_name([second, renamed]) == [second, renamed]
    busy = replace(second, values={"waitingCalls": 3})
    assert by_name([first, busy]) == [first, busy], "of the same name, it is what it is now"
