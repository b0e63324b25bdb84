"""Which work a voucher may pay for by its dates."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.validity import outside, predating
from tests.voucher.scheme.samples import a_scheme

VALIDITY = a_scheme().validity
STRICT = replace(VALIDITY, may_predate_voucher=Rule(False, "clause 1"))
MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)


def test_work_before_the_voucher_is_for_the_file_to_allow() -> None:
    (found,) = predating(STRICT, signed_on=MAY, issued_on=JUNE)
    assert (found.code, found.clause) == ("contract.predates_voucher", "clause 1")
    assert not list(predating(VALIDITY, signed_on=MAY, issued_on=JUNE))
    assert not list(predating(STRICT, signed_on=JUNE, issued_on=JUNE))


@pytest.mark.parametrize(
    ("day", "inside"), [("2019-10-01", 0), ("2019-10-02", 1), ("2020-10-15", 1), ("2020-10-16", 0)]
)
def test_both_ends_of_the_window_of_completion_belong_to_it(day: str, inside: bool) -> None:
    assert bool(list(outside(VALIDITY.issued, date.fromisoformat(day)))) is not bool(inside)


def test_an_extension_moves_the_last_day() -> None:
    assert not list(outside(VALIDITY.issued, date(2020, 10, 16), later=timedelta(days=1)))


def test_a_scheme_without_bounds_pays_whenever_work_was_completed() -> None:
    boundless = replace(VALIDITY.issued, completed_from=Rule(None, "clause 1"), completed_until=Rule(None, "clause 1"))
    assert not list(outside(boundless, date(1999, 1, 1)))
    late = replace(VALIDITY.issued, completed_from=Rule(None, "clause 1"))
    (found,) = outside(late, date(2021, 1, 1))
    assert (found.numbers["from"], found.numbers["until"]) == (None, "2020-10-15")
