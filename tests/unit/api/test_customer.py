"""Pages of the customer data, in both shapes, and where a list ends."""

from typing import Any

import pytest

from wallboard.api.customer import PAGE_SIZE, CustomerList
from wallboard.errors import InvalidResponse
from wallboard.model.data.reading import AccountEntry


def queue(number: int, **fields: object) -> dict[str, object]:
    return {"id": f"id{number}", "name": f"Queue {number}", "extension": str(number), **fields}


def page(*entries: object, key: str = "queueList", nested: bool = False, **about: Any) -> object:
    embedded: dict[str, object] = {key: list(entries)}
    answer: dict[str, object] = {"_embedded": embedded}
    (embedded if nested else answer).update(about)
    return answer


def pages(total: int, number: int = 0) -> dict[str, int]:
    return {"size": 100, "totalElements": total * 100, "totalPages": total, "number": number}


NEXT = {"next": {"href": "https://elsewhere.example/"}}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("key", ["pbxList", "siteList", "queueList", "agentList"])
def test_a_list_is_read_over_its_pages_in_both_shapes(key: str, nested: bool) -> None:
    listing = CustomerList()
    listing.take(page(queue(1), queue(2), key=key, nested=nested, page=pages(2)))
    assert (listing.page, listing.complete) == (1, False)
    listing.take(page(queue(3), key=key, nested=nested, page=pages(2, 1)))
    assert (listing.page, listing.complete) == (2, True)
    assert [entry.id for entry in listing.entries] == ["id1", "id2", "id3"]


@pytest.mark.parametrize("nested", [False, True])
def test_a_link_to_the_next_page_means_more_whatever_the_count_says(nested: bool) -> None:
    listing = CustomerList()
    listing.take(page(queue(1), nested=nested, page=pages(1), _links=NEXT))
    assert not listing.complete


def test_without_any_word_of_more_a_full_page_means_more() -> None:
    listing, complete = CustomerList(), []
    for numbers in (range(PAGE_SIZE), (PAGE_SIZE,)):
        listing.take(page(*map(queue, numbers)))
        complete.append(listing.complete)
    assert complete == [False, True]
    assert len(listing.entries) == PAGE_SIZE + 1


@pytest.mark.parametrize(
    "answer",
    [
        {"page": pages(0)},
        {"_embedded": {}, "page": pages(0)},
        page(page=pages(0)),
        page(page=pages(7), _links=NEXT),
    ],
)
def test_an_empty_page_ends_the_list(answer: object) -> None:
    listing = CustomerList()
    listing.take(answer)
    assert listing.complete
    assert listing.entries == ()


def test_a_page_that_brings_nothing_new_ends_a_list_that_never_ends() -> None:
    listing, complete = CustomerList(), []
    for _ in range(2):
        listing.take(page(queue(1), queue(2, deleted=True), _links=NEXT))
        complete.append(listing.complete)
    assert complete == [False, True]
    assert len(listing.entries) == 1


def test_deleted_entries_are_left_out_and_a_page_full_of_them_is_not_the_end() -> None:
    listing = CustomerList()
    listing.take(page(queue(1, deleted=True), queue(2, deleted=True), page=pages(2)))
    assert not listing.complete
    listing.take(page(queue(3, deleted=False), queue(4, deleted=None), page=pages(2, 1)))
    assert [entry.id for entry in listing.entries] == ["id3", "id4"]


@pytest.mark.parametrize(
    ("sent", "entry"),
    [
        (queue(1, siteId="s"), AccountEntry("id1", "Queue 1", "1", "s")),
        ({"id": "a", "name": "N", "extensionNumber": "1000"}, AccountEntry("a", "N", "1000")),
        ({"id": "a", "name": "N", "extension": 1000}, AccountEntry("a", "N", "1000")),
        ({"id": "a", "extension": None}, AccountEntry("a", "")),
        ({"id": "a", "firstName": "Ada", "lastName": "L"}, AccountEntry("a", "Ada L")),
        ({"id": "a", "firstName": None, "lastName": "L\x07"}, AccountEntry("a", "L")),
        ({"id": "a", "name": "\x1b]0;x\x07N\u202e"}, AccountEntry("a", "N")),
    ],
)
def test_an_entry_is_read_and_cleaned(sent: dict[str, object], entry: AccountEntry) -> None:
    listing = CustomerList()
    listing.take(page(sent))
    assert listing.entries == (entry,)


def test_entries_without_an_id_are_left_out() -> None:
    listing = CustomerList()
    listing.take(
        page(
            {"name": "x"},
            {"id": None},
            {"id": ""},
            {"id": ".."},
            {"id": "a\u202eb"},
            7,
            None,
            "x",
            queue(1),
        )
    )
    assert [entry.id for entry in listing.entries] == ["id1"]


@pytest.mark.parametrize(
    "answer", [[], "x", None, {"_embedded": [1]}, {"_embedded": None}, {}, {"status": 500}]
)
def test_what_is_no_list_is_nonsense(answer: object) -> None:
    listing = CustomerList()
    with pytest.raises(InvalidResponse) as caught:
        listing.take(answer)
    assert caught.value.words
    assert (listing.page, listing.complete, listing.entries) == (0, False, ())


def test_odd_words_about_pages_are_overlooked() -> None:
    listing = CustomerList()
    listing.take(page(queue(1), page=[1], _links="x"))
    assert listing.complete
    listing = CustomerList()
    listing.take(page(queue(1), page={"totalPages": "2"}, _links={"next": None}))
    assert not listing.complete
