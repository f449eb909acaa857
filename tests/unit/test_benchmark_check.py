"""The check of the board's cost: what is twice as dear as it may be, in two runs, fails."""

from collections.abc import Iterator

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.__main__ import MACHINE, Row


@pytest.mark.parametrize(
    ("costs", "slowness", "status", "runs"),
    [
        ((1.9,), 1.0, 0, 1),
        ((2.1, 1.0), 1.0, 0, 2),
        ((2.1, 2.1), 1.0, 1, 2),
        ((2.1,), 1.5, 0, 1),
    ],
)
def test_a_row_fails_at_twice_its_number_in_two_runs(
    costs: tuple[float, ...],
    slowness: float,
    status: int,
    runs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = list(costs)

    def rows(*, short: bool) -> Iterator[Row]:
        assert short
        yield Row("a poll", "ms", 1.0, left.pop(0))
        yield Row(MACHINE, "×", 1.0, slowness, reached=100.0)

    monkeypatch.setattr(benchmarks, "rows", rows)
    monkeypatch.setattr("sys.argv", ["benchmarks", "--short"])
    assert benchmarks.main() == status
    assert len(costs) - len(left) == runs
