"""A rate is written in one line as decisions keep it, and read again to the fen."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.rate import Band, bands_of
from tests.voucher.scheme.samples import a_scheme

SHARES = some.integers(1, 10**6).map(lambda part: Fraction(part, 10**6))


@pytest.mark.parametrize(
    ("bands", "written"),
    [
        ((Band(Fraction(1, 2)),), "1/2"),
        ((Band(Fraction(1), 10_000_00), Band(Fraction(1, 2))), "1 to 10000.00, 1/2"),
    ],
)
def test_all_bands_stand_in_one_line(bands: tuple[Band, ...], written: str) -> None:
    rates = a_scheme().rates
    assert replace(rates.general, bands=bands).written("CNY") == written


@given(ends=some.lists(some.integers(1, 10**12), max_size=5), last=SHARES, data=some.data())
def test_what_was_written_is_read_again(ends: list[int], last: Fraction, data: some.DataObject) -> None:
    bands = (*(Band(data.draw(SHARES), end) for end in sorted(ends)), Band(last))
    assert bands_of(replace(a_scheme().rate, bands=bands).written("CNY"), "CNY") == bands
