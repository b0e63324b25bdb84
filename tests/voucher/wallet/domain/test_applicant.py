"""What an applicant would ask for at another rate follows from the price of the service it has in mind."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from services.voucher.scheme.domain.pricing import of_bands
from services.voucher.scheme.domain.rate import Band
from services.voucher.wallet.domain.applicant import asked_at, moved, price_for

HALF = (Band(Fraction(1, 2)),)
YUHUAN = (Band(Fraction(1), 1_000_000), Band(Fraction(1, 2)))


@pytest.mark.parametrize(
    ("bands", "subsidy", "price"),
    [
        (HALF, 1_000_000, 2_000_000),
        (YUHUAN, 800_000, 800_000),
        (YUHUAN, 2_000_000, 3_000_000),
        ((Band(Fraction(0), 500), Band(Fraction(1))), 1, 501),
        ((Band(Fraction(1), 500), Band(Fraction(0))), 501, None),
    ],
)
def test_the_least_price_on_which_a_subsidy_is_given(bands: tuple[Band, ...], subsidy: int, price: int | None) -> None:
    assert price_for(bands, subsidy) == price


@given(subsidy=some.integers(1, 10**9), percent=some.integers(1, 100), up_to=some.integers(1, 10**8))
def test_that_price_gives_the_subsidy_and_one_fen_less_does_not(subsidy: int, percent: int, up_to: int) -> None:
    bands = (Band(Fraction(1), up_to), Band(Fraction(percent, 100)))
    price = price_for(bands, subsidy)
    assume(price is not None)
    assert price is not None
    assert of_bands(bands, price) >= subsidy > of_bands(bands, price - 1)


def test_a_point_more_is_a_hundredth_of_the_price() -> None:
    assert [asked_at(1_000_000, None, HALF, points) for points in (-1, 0, 1)] == [980_000, 1_000_000, 1_020_000]


def test_a_price_that_is_told_counts() -> None:
    assert asked_at(1_000_000, 10_000_000, HALF, 1) == 1_100_000


def test_where_no_price_gives_what_is_asked_for_it_stays_as_it_is() -> None:
    assert asked_at(501, None, (Band(Fraction(1), 500), Band(Fraction(0))), 1) == 501


def test_no_rate_leaves_the_whole_or_falls_below_nothing() -> None:
    assert [band.share for band in moved((Band(Fraction(1), 5), Band(Fraction(0))), 1)] == [1, Fraction(1, 100)]
    assert [band.share for band in moved((Band(Fraction(1), 5), Band(Fraction(0))), -1)] == [Fraction(99, 100), 0]
