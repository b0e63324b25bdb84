"""The chart knows every place, and a place is only made as the chart says."""

import pytest

from services.chassis.ids import new_id
from services.voucher.ledger.domain.chart import CHART, Book, NormalSide, Place, PlaceKind, standing


def test_every_kind_of_place_is_in_the_chart() -> None:
    assert set(CHART) == set(PlaceKind)


def test_the_quota_book_has_two_sources_and_every_place_of_it_is_guarded() -> None:
    quota = {kind: account for kind, account in CHART.items() if account.book is Book.QUOTA}
    assert {kind for kind, account in quota.items() if account.side is NormalSide.CREDIT} == {
        "appropriation",
        "over_issue",
    }
    assert all(account.guarded for account in quota.values())


def test_only_what_waits_to_be_resolved_or_cleared_may_stand_below_zero() -> None:
    assert {kind for kind, account in CHART.items() if not account.guarded} == {
        "bank",
        "suspense",
        "not_ours",
        "opening",
    }


def test_a_place_stands_in_its_book() -> None:
    assert (Place(PlaceKind.HELD, new_id()).book, Place(PlaceKind.BANK, new_id()).book) == (Book.QUOTA, Book.MONEY)


@pytest.mark.parametrize(("kind", "part"), [(PlaceKind.ROUND_POOL, ""), (PlaceKind.HELD, "general")])
def test_a_part_is_named_exactly_where_the_chart_names_one(kind: PlaceKind, part: str) -> None:
    with pytest.raises(ValueError, match="the chart says"):
        Place(kind, new_id(), part)


@pytest.mark.parametrize(("kind", "stands"), [(PlaceKind.APPROPRIATION, 5), (PlaceKind.BANK, -5)])
def test_what_stands_is_counted_on_the_normal_side(kind: PlaceKind, stands: int) -> None:
    assert standing(kind, -5) == stands
