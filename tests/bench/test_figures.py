"""What a figure says, and what a bench prints of it."""

import pytest

from bench.figures import Figure, percentile, table


def test_a_figure_is_the_median_of_what_each_round_gives() -> None:
    assert Figure("redeem", ours=[60, 50, 90], theirs=[100, 100, 100]).ratio == 0.6


def test_what_a_round_has_in_common_falls_out() -> None:
    assert Figure("redeem", ours=[60, 6, 600], theirs=[100, 10, 1000]).ratios == [0.6, 0.6, 0.6]


@pytest.mark.parametrize("theirs", [[], [1.0], [1.0, 0.0]])
def test_rounds_without_an_other_side_cannot_be_compared(theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="hop"):
        Figure("hop", ours=[1.0, 2.0], theirs=theirs)


def test_a_row_tells_the_medians_the_ratio_and_the_spread() -> None:
    figure = Figure("redeem", ours=[600, 500, 9000], theirs=[1000, 1000, 10000])
    assert table([figure]).endswith("| redeem | 600 | 1,000 | a second | 0.60 | – | 0.50–0.90 |")


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1, 100), (0.001, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([*range(100, 0, -1)], share) == value


def test_of_nothing_every_percentile_is_nothing() -> None:
    assert percentile([], 0.99) == 0
