"""A capture may be claimed until its own last day, and no longer than its scheme takes claims."""

from datetime import timedelta

from tests.voucher.settlement.domain.test_checking import NOW, claimable, within


def test_it_is_too_late_once_claims_are_taken_no_more() -> None:
    always, long = claimable(), timedelta(days=9_999)
    assert within(NOW - long, NOW).ends == NOW
    assert always.ends == within(NOW, NOW + long).ends == always.claim_by_ends
