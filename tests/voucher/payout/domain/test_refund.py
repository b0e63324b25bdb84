"""No more goes back than nobody needs, to the account that the holder has by then, and by two persons."""

from datetime import UTC, datetime

import pytest

from services.chassis.refusals import Refusal
from services.voucher.payout.domain.refund import Refund, RefundState, approve, reject
from tests.voucher.reconciliation.domain.test_escrow import a_refund

AT = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)


def approved(refund: Refund, surplus: int = 500, person: str = "per_checker", *, same_account: bool = True) -> Refund:
    account_id = refund.bank_account_id if same_account else None
    return approve(refund, surplus=surplus, account_id=account_id, by=person, at=AT)


def test_what_may_go_back_is_approved_by_another_person() -> None:
    refund = approved(a_refund(state=RefundState.PROPOSED))
    assert (refund.state, refund.decided_by) == (RefundState.APPROVED, "per_checker")


@pytest.mark.parametrize(
    ("surplus", "person", "same_account", "code"),
    [
        (499, "per_checker", True, "deposit_refund.above_surplus"),
        (500, "per_maker", True, "deposit_refund.same_person"),
        (500, "per_checker", False, "deposit_refund.account_changed"),
    ],
)
def test_what_is_needed_again_or_would_go_elsewhere_stays(
    surplus: int, person: str, same_account: bool, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        approved(a_refund(state=RefundState.PROPOSED), surplus, person, same_account=same_account)
    assert refusal.value.code == code


def test_what_is_decided_is_decided() -> None:
    with pytest.raises(Refusal, match=r"deposit_refund\.state"):
        reject(a_refund(), by="per_checker", at=AT, reason="In doubt.")
