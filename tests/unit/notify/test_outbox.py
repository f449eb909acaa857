"""A storm becomes a summary, and nothing is lost in it."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.notify.notify_env import note
from wallboard.model.judge.messages import Note
from wallboard.notify.outbox import MOST_SINGLE, MOST_WAITING, WINDOW, Batch, Outbox


def notes(number: int) -> list[Note]:
    return [note(str(name)) for name in range(number)]


def send_all(outbox: Outbox, now: float) -> tuple[Outbox, list[Batch]]:
    """All that may go now."""
    batches: list[Batch] = []
    while outbox.opens_at(now) == now:
        outbox, batch = outbox.without_next(now)
        batches.append(batch)
    return outbox, batches


def sizes(batches: list[Batch]) -> list[int]:
    return [len(batch.notes) for batch in batches]


def test_five_go_one_by_one() -> None:
    outbox, batches = send_all(Outbox().with_notes(notes(5)), 0)
    assert sizes(batches) == [1] * 5
    assert outbox.opens_at(0) is None


def test_of_more_at_once_all_are_one_summary_at_once() -> None:
    _, batches = send_all(Outbox().with_notes(notes(6)), 0)
    assert sizes(batches) == [6]


def test_after_five_the_rest_of_the_minute_is_one_summary_a_minute() -> None:
    outbox, _ = send_all(Outbox().with_notes(notes(5)), 0)
    outbox, batches = send_all(outbox.with_notes(notes(2)), 1)
    assert sizes(batches) == [2]
    outbox, batches = send_all(outbox.with_notes(notes(3)), 2)
    assert (batches, outbox.opens_at(2)) == ([], 1 + WINDOW)
    outbox, batches = send_all(outbox.with_notes(notes(4)), 1 + WINDOW)
    assert sizes(batches) == [7]
    _, batches = send_all(outbox.with_notes(notes(1)), 2 + 2 * WINDOW)
    assert sizes(batches) == [1]


def test_what_nobody_can_tell_any_more_is_counted() -> None:
    outbox = Outbox().with_notes(notes(MOST_WAITING)).with_notes(notes(3))
    _, batches = send_all(outbox, 0)
    assert [(len(batch.notes), batch.lost) for batch in batches] == [(MOST_WAITING, 3)]


STORM = st.lists(st.tuples(st.floats(0, 40), st.integers(0, 12)), max_size=40)


@given(STORM)
def test_in_no_minute_is_there_a_storm_and_everything_is_told_once(
    storm: list[tuple[float, int]],
) -> None:
    outbox, now, put, went = Outbox(), 0.0, 0, list[tuple[float, Batch]]()
    for wait, number in [*storm, (WINDOW, 0)]:
        now += wait
        outbox = outbox.with_notes(note(str(put + n)) for n in range(number))
        put += number
        outbox, batches = send_all(outbox, now)
        went += [(now, batch) for batch in batches]
    told = [one.episode.name for _, batch in went for one in batch.notes]
    assert told == [str(name) for name in range(put)]
    times = [at for at, _ in went]
    for begin in times:
        within = [at for at in times if begin <= at < begin + WINDOW]
        assert len(within) <= MOST_SINGLE + 1
