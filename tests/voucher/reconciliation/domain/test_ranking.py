"""Whoever resolves an exception sees what it may be, the likeliest first, and why."""

from datetime import date

from services.voucher.payout.domain.funding import FundingState
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.reconciliation.domain.line import MatchKind
from services.voucher.reconciliation.domain.ranking import SHOWN, rank
from tests.voucher.reconciliation.samples import funding, line, payout


def test_what_fits_best_stands_first_and_says_what_fits() -> None:
    named, same = payout("P1", amount=9_999), payout("P2")
    first, second = rank(line(text="P1"), payouts=[same, named], fundings=[])
    assert (first.id, first.fits, first.score, first.days) == (named.id, ("reference", "name", "account"), 84, 1)
    assert (second.id, second.fits, second.score) == (same.id, ("amount", "name", "account"), 59)


def test_the_nearer_of_two_that_fit_alike_stands_first() -> None:
    far = payout("P1", state=PayoutState.SETTLED, settled_on=date(2020, 10, 1))
    near = payout("P2", state=PayoutState.SETTLED, settled_on=date(2020, 11, 1))
    found = rank(line(10_000), payouts=[far, near], fundings=[])
    assert [(one.id, one.kind, one.score) for one in found] == [
        (near.id, MatchKind.RETURN, 58),
        (far.id, MatchKind.RETURN, 50),
    ]


def test_a_credit_may_be_what_was_granted() -> None:
    asked = funding()
    (found,) = rank(line(50_000), payouts=[payout()], fundings=[asked, funding("F2", state=FundingState.RECEIVED)])
    assert (found.id, found.kind, found.fits, found.days) == (asked.id, MatchKind.FUNDING, ("amount",), 1)


def test_for_a_debit_nothing_speaks_that_is_already_paid_or_has_nothing_in_common() -> None:
    strange = payout("P2", amount=1, payee_name="x", account_number="1")
    paid = payout("P3", state=PayoutState.SETTLED, settled_on=date(2020, 11, 3))
    assert rank(line(), payouts=[strange, paid], fundings=[funding()]) == ()


def test_no_more_are_shown_than_somebody_reads() -> None:
    assert len(rank(line(), payouts=[payout(f"P{place}") for place in range(20)], fundings=[])) == SHOWN
