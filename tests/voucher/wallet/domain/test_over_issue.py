"""A round may issue beyond its budget by the scheme's factor, never more, and what nobody got of it goes first."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.scheme.domain.allocation import Backing
from services.voucher.wallet.domain.over_issue import allowed, voided
from services.voucher.wallet.domain.round import POOL_CLASS
from tests.voucher.wallet.samples import ROUND, a_round

OVER = a_round(prorata_on=date(2020, 12, 15), prorata_from=datetime(2020, 12, 15, 16, tzinfo=UTC))
DOUBLE = Backing(Fraction("1.5"), date(2020, 12, 15))


@given(some.integers(min_value=1, max_value=10**12), some.fractions(min_value=1, max_value=5, max_denominator=10_000))
def test_what_may_be_issued_is_the_budget_by_the_factor_and_never_more(budget: int, factor: Fraction) -> None:
    beyond = allowed(OVER, Backing(factor, OVER.prorata_on), given=budget)
    quota = budget + beyond.round.over_issued
    assert quota <= budget * factor < quota + 1


def test_full_backing_adds_nothing() -> None:
    assert allowed(a_round(), Backing(), given=1_000).posting is None


def test_more_budget_adds_its_own_part_and_less_takes_it_back() -> None:
    once = allowed(OVER, DOUBLE, given=1_000)
    more = allowed(once.round, DOUBLE, given=3_000)
    less = allowed(more.round, DOUBLE, given=1_000)
    assert [one.round.over_issued for one in (once, more, less)] == [500, 1_500, 500]
    postings = [one.posting for one in (once, more, less) if one.posting is not None]
    assert [one.moved(PlaceKind.ROUND_POOL, ROUND, POOL_CLASS) for one in postings] == [500, 1_000, -1_000]


@pytest.mark.parametrize(("pool", "left"), [(0, 500), (300, 200), (500, 0), (900, 0)])
def test_what_nobody_was_issued_goes_before_the_lines_own(pool: int, left: int) -> None:
    beyond = voided(allowed(OVER, DOUBLE, given=1_000).round, pool)
    assert beyond.round.over_issued == left
    assert (beyond.posting is None) == (pool == 0)
