"""Decides what happens to the payment of one leg: prepared, approved, sent, settled by its bank line, or returned."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.voucher.ledger.domain.posting import Funding


class PayoutState(StrEnum):
    """prepared → approved → sent → settled → returned; prepared, approved → cancelled."""

    PREPARED = "prepared"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OVER = frozenset({PayoutState.SETTLED, PayoutState.RETURNED, PayoutState.CANCELLED})
"""The states in which a batch no longer waits for a payout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One payment of one leg, in fen; the payee's name and account as they stood when its batch was made.

    `reference` is what the bank line is recognised by; `settled_on` and `returned_on` are dates of bank lines.
    """

    id: UUID
    batch_id: UUID
    position: int
    leg_id: UUID
    claim_line_id: UUID
    part: str
    payer_account_id: UUID
    budget_line_id: UUID
    treasury: str
    funding_source: str
    payee_id: UUID
    bank_account_id: UUID
    payee_name: str
    account_number: str
    bank_code: str
    bank_name: str
    currency: str
    amount: int
    reference: str
    state: PayoutState = PayoutState.PREPARED
    sent_at: datetime | None = None
    settled_on: date | None = None
    returned_on: date | None = None

    @property
    def funding(self) -> Funding:
        """How entries name the money: its budget line's."""
        return Funding(self.currency, self.funding_source, line_id=self.budget_line_id)

    def approved(self) -> "Payout":
        """Once its batch is approved; ValueError unless it was prepared."""
        return replace(self, state=self._after(PayoutState.PREPARED, to=PayoutState.APPROVED))

    def sent(self, at: datetime) -> "Payout":
        """Once its batch was sent at an instant (UTC); ValueError unless it was approved."""
        return replace(self, state=self._after(PayoutState.APPROVED, to=PayoutState.SENT), sent_at=at)

    def cancelled(self) -> "Payout":
        """Once its batch is rejected or cancelled; ValueError when it was sent, for then only the bank can undo it."""
        before = PayoutState.PREPARED, PayoutState.APPROVED
        return replace(self, state=self._after(*before, to=PayoutState.CANCELLED))

    def settled(self, on: date) -> "Payout":
        """Once a statement shows its debit, booked on a date; ValueError unless it was sent."""
        return replace(self, state=self._after(PayoutState.SENT, to=PayoutState.SETTLED), settled_on=on)

    def returned(self, on: date) -> "Payout":
        """Once a statement shows it coming back, booked on a date; ValueError unless it was settled."""
        return replace(self, state=self._after(PayoutState.SETTLED, to=PayoutState.RETURNED), returned_on=on)

    def _after(self, *before: PayoutState, to: PayoutState) -> PayoutState:
        if self.state not in before:
            raise ValueError(f"payout {self.reference} is {self.state}: it does not become {to}")
        return to
