"""Decides whether what nobody needs of a deposit goes back to its holder: two persons, to the account he is paid to."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal, another_person
from services.standards.money import format_amount
from services.voucher.ledger.domain.posting import Funding


class RefundState(StrEnum):
    """proposed → approved | rejected; approved → settled, when a statement shows the debit."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"


DECIDE_WITHIN = timedelta(days=7)
"""How long a proposal may wait before its task is overdue; it does not lapse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money (fen) on its way back to a holder, whose name and account are frozen; `cause` is why it goes back.

    `reference` is what its debit is recognised by; `reason` says why it was rejected.
    """

    id: UUID
    redemption_id: UUID
    holder_id: UUID
    payer_account_id: UUID
    budget_line_id: UUID
    treasury: str
    funding_source: str
    bank_account_id: UUID
    payee_name: str
    account_number: str
    bank_code: str
    bank_name: str
    currency: str
    amount: int
    reference: str
    cause: str
    proposed_by: str
    proposed_at: datetime
    state: RefundState = RefundState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    settled_on: date | None = None

    @property
    def funding(self) -> Funding:
        """How entries name the money: as those of the deposit."""
        return Funding(self.currency, self.funding_source, line_id=self.budget_line_id)

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person falls due (UTC)."""
        return self.proposed_at + DECIDE_WITHIN

    def settled(self, on: date) -> "Refund":
        """Once a statement shows its debit, booked on a date; ValueError unless it was approved."""
        if self.state is not RefundState.APPROVED:
            raise ValueError(f"refund {self.reference} is {self.state}: it is not settled")
        return replace(self, state=RefundState.SETTLED, settled_on=on)


def approve(refund: Refund, *, surplus: int, account_id: UUID | None, by: str, at: datetime) -> Refund:
    """Approve a refund of what may still go back, to the account that the holder is paid to now (None: none).

    Refusals ``deposit_refund.state``, ``.same_person``, ``.above_surplus``, ``.account_changed``.
    """
    _decidable(refund, by)
    if refund.amount > surplus:
        numbers = {
            "amount": format_amount(refund.amount, refund.currency),
            "surplus": format_amount(surplus, refund.currency),
        }
        raise Refusal("deposit_refund.above_surplus", rule="deposit.surplus", numbers=numbers)
    if refund.bank_account_id != account_id:
        raise Refusal("deposit_refund.account_changed", rule="bank_account.active")
    return replace(refund, state=RefundState.APPROVED, decided_by=by, decided_at=at)


def reject(refund: Refund, *, by: str, at: datetime, reason: str) -> Refund:
    """Reject with a reason. Refusals ``deposit_refund.state``, ``.same_person``."""
    _decidable(refund, by)
    return replace(refund, state=RefundState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def _decidable(refund: Refund, by: str) -> None:
    if refund.state is not RefundState.PROPOSED:
        raise Refusal("deposit_refund.state", rule="decided_once", numbers={"state": refund.state.value})
    another_person(by, than=[refund.proposed_by], otherwise="deposit_refund.same_person")
