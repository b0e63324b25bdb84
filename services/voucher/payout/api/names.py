"""Decides how payout's things are named outside, and who is shown an account's number whole."""

from typing import Annotated
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.ids import Prefixed
from services.voucher.payout.domain.bank_account import masked

BankAccountId = Annotated[UUID, Prefixed("bka")]
PayerAccountId = Annotated[UUID, Prefixed("pac")]
FundingId = Annotated[UUID, Prefixed("fnd")]
PayoutBatchId = Annotated[UUID, Prefixed("pbt")]
PayoutId = Annotated[UUID, Prefixed("pyt")]
DepositId = Annotated[UUID, Prefixed("dep")]
DepositRefundId = Annotated[UUID, Prefixed("rfd")]
RedemptionId = Annotated[UUID, Prefixed("red")]
LegId = Annotated[UUID, Prefixed("leg")]
ClaimLineId = Annotated[UUID, Prefixed("cln")]
RoundId = Annotated[UUID, Prefixed("rnd")]
BudgetLineId = Annotated[UUID, Prefixed("bln")]

EXAMPLE_ID = "01990000000070008000000000000001"
FINANCE = frozenset({"finance_maker", "finance_checker"})


def number_for(permit: Permit, number: str, *, owner: UUID) -> str:
    """An account's number: whole for its owner and for finance, else its last digits only."""
    of_finance = any(grant.role in FINANCE for grant in permit.granted)
    if of_finance or permit.caller.organization == owner:
        return number
    return masked(number)
