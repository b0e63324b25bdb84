"""What may be told of ratings: by fives, and nothing from which a few could be computed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.providers.domain.rating import TOLD_BY, Tally, shown_ratings

KNOWN = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12).map(lambda many: Tally(many, many * 3)))


@pytest.mark.parametrize(
    ("count", "stars", "mean"), [(5, 25, "5.00"), (8, 33, "4.13"), (6, 7, "1.17"), (7, 30, "4.29")]
)
def test_a_mean_has_two_decimals_half_rounded_up(count: int, stars: int, mean: str) -> None:
    assert Tally(count, stars).mean == mean


def test_few_ratings_are_not_told() -> None:
    shown = shown_ratings({"testing": Tally(TOLD_BY - 1, 20)})
    assert (shown.overall, shown.categories) == (None, {})
    assert shown_ratings({}).overall is None


def test_enough_are_told_by_category_and_together() -> None:
    known = {"testing": Tally(5, 20), "design": Tally(10, 44)}
    shown = shown_ratings(known)
    assert (shown.overall, shown.categories) == (Tally(15, 64), known)


@given(KNOWN)
def test_the_whole_is_what_is_told_of_its_parts(known: dict[str, Tally]) -> None:
    shown = shown_ratings(known)
    assert all(tally.count >= TOLD_BY for tally in shown.categories.values())
    told = sum(tally.count for tally in shown.categories.values())
    assert told == (0 if shown.overall is None else shown.overall.count)
