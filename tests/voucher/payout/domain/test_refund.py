"""No more goes back than nobody needs, to where it came from or the holder's account by then, and by two persons."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.refusals import Refusal
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.refund import Refund, RefundState, approve, origin, reject, target
from tests.voucher.payout.steps import an_account
from tests.voucher.reconciliation.domain.test_escrow import a_deposit, a_refund
from tests.voucher.redemption.samples import HOLDER

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


def received(amount: int, **told: Any) -> Deposit:
    fields = {"from_name": "张三", "from_account": "6222", **told}
    return a_deposit(state=DepositState.RECEIVED, received=amount, received_on=AT.date(), **fields)


def test_it_goes_back_to_where_it_came_from_whoever_that_was() -> None:
    found = target(received(500), an_account(HOLDER))
    assert (found.payee_name, found.account_number, found.bank_account_id) == ("张三", "6222", None)


def test_where_the_bank_told_no_account_it_goes_to_the_holders_own() -> None:
    account = an_account(HOLDER)
    assert target(received(500, from_account=""), account).bank_account_id == account.id
    with pytest.raises(Refusal, match=r"deposit_refund\.no_account"):
        target(received(500, from_account=""), None)


def test_where_it_came_from_does_not_change_with_the_holders_account() -> None:
    assert approved(a_refund(state=RefundState.PROPOSED, bank_account_id=None), same_account=False).decided_by


def test_never_more_of_a_deposit_goes_back_than_came_in_with_it() -> None:
    first, last, lost = received(300), received(200), a_deposit(state=DepositState.WITHDRAWN)
    paid_in = [first, last, lost]
    rejected = a_refund(deposit_id=last.id, amount=200, state=RefundState.REJECTED)
    assert origin(paid_in, [rejected], surplus=450) == (last, 200)
    assert origin(paid_in, [a_refund(deposit_id=last.id, amount=200)], surplus=250) == (first, 250)
    assert origin(paid_in, [], surplus=7) == (last, 7)
    with pytest.raises(ValueError, match="nothing came in"):
        origin([lost], [], surplus=1)
