"""What a name looks like where there is little room."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.sample import row
from wallboard.ui.widgets.columns import fit_name


def test_what_tells_queues_apart_is_cut_last() -> None:
    sales = replace(row("Customer Service International"), qualifier="Europe")
    assert fit_name(sales, 20) == "Customer S… (Europe)"
    assert fit_name(replace(sales, qualifier="Asia"), 20) == "Customer Ser… (Asia)"
    assert fit_name(row("Sales"), 8) == "Sales   "


@given(st.text("aé東", min_size=1, max_size=30), st.text("xy", max_size=20), st.integers(1, 40))
def test_a_name_takes_the_width_that_it_has(name: str, qualifier: str, width: int) -> None:
    assert cell_len(fit_name(replace(row(name), qualifier=qualifier), width)) == width
