"""Who the queues of an answer are is taken from the last answer only where it says the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wallboard.api.wire.queue_names import QueueNames

# Few texts, so that answers are often alike; and what compares equal but does not read the same.
_NAMES = st.sampled_from(
    ["100", "Sales", " Sales\x07", "Café", "", None, 1, 1.0, True, 0, False, [1]]
)
_WORDS = dict.fromkeys(("extension", "site", "name"), _NAMES)
_ROWS = st.lists(st.fixed_dictionaries({}, optional=_WORDS), max_size=6)


@given(st.lists(_ROWS, max_size=5), st.data())
async def test_an_answer_is_named_as_if_none_had_been_before_it(
    answers: list[list[dict[str, Any]]], data: st.DataObject
) -> None:
    names = QueueNames()
    for rows in answers:
        pbx = data.draw(st.sampled_from(["acme", "north"]))
        fresh = QueueNames()
        named = await names.of(rows)
        assert list(named) == list(await fresh.of(rows))
        assert names.keys(pbx, named) == fresh.keys(pbx, named)


async def test_the_same_names_are_the_same_objects() -> None:
    names = QueueNames()
    rows = [{"extension": "100", "site": "Lyon", "name": "Sales"}, {"name": "Café"}]
    first = await names.of(rows)
    keys = names.keys("acme", first)
    again = await names.of([dict(row) for row in rows])
    assert all(one is other for one, other in zip(first, again, strict=True))
    assert names.keys("acme", again) is keys
    assert names.keys("north", again) != keys


async def test_a_queue_that_is_called_otherwise_is_named_anew() -> None:
    names = QueueNames()
    await names.of([{"extension": "100", "name": "Sales"}])
    (renamed,) = await names.of([{"extension": "100", "name": "Sails"}])
    assert renamed.name == "Sails"
