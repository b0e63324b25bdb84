"""What may be told of ratings: means of many, and nothing from which a few could be computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.providers.domain.rating import LEAST, Tally, shown_ratings

KNOWN = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12).map(lambda many: Tally(many, many * 3)))


@pytest.mark.parametrize(
    ("count", "stars", "mean"), [(5, 25, "5.00"), (8, 33, "4.13"), (6, 7, "1.17"), (7, 30, "4.29")]
)
def test_a_mean_has_two_decimals_half_rounded_up(count: int, stars: int, mean: str) -> None:
    assert Tally(count, stars).mean == mean


def test_few_ratings_are_not_told() -> None:
    shown = shown_ratings({"testing": Tally(LEAST - 1, 20)})
    assert (shown.overall, shown.categories) == (None, {})
    assert shown_ratings({}).overall is None


def test_enough_are_told_by_category_and_together() -> None:
    known = {"testing": Tally(5, 20), "design": Tally(6, 24)}
    shown = shown_ratings(known)
    assert (shown.overall, shown.categories) == (Tally(11, 44), known)


def test_a_few_beside_many_are_not_told_by_the_difference() -> None:
    shown = shown_ratings({"testing": Tally(9, 36), "design": Tally(6, 24), "training": Tally(1, 1)})
    assert (shown.overall, shown.categories) == (Tally(16, 61), {"testing": Tally(9, 36)})


@given(KNOWN)
def test_neither_a_category_nor_what_is_left_of_the_whole_is_of_few(known: dict[str, Tally]) -> None:
    shown = shown_ratings(known)
    assert all(tally.count >= LEAST for tally in shown.categories.values())
    if shown.overall is not None:
        rest = shown.overall.count - sum(tally.count for tally in shown.categories.values())
        assert rest == 0 or rest >= LEAST
