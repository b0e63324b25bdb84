"""A ban holds for so many years from the day of its decision."""

from datetime import date

import pytest

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.sanctions import banned_until


@pytest.mark.parametrize(
    ("decided", "years", "until"),
    [(date(2026, 3, 1), 1, date(2027, 3, 1)), (date(2024, 2, 29), 3, date(2027, 2, 28))],
)
def test_it_ends_on_the_same_day_of_a_later_year(decided: date, years: int, until: date) -> None:
    assert banned_until(Rule(years, "clause 1"), decided) == until
