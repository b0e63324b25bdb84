"""Decides how a holder pays his own part of a redemption in: a transfer that he announces, and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.posting import Funding


class DepositState(StrEnum):
    """announced → received, withdrawn; withdrawn → received, when the money comes in all the same."""

    ANNOUNCED = "announced"
    WITHDRAWN = "withdrawn"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A transfer of a holder to an escrow account, in fen. asked: what was missing when he announced it.

    `reference` is what he writes on it and it is recognised by; payer_name: his name, from whose account it comes.
    received: what came in, whatever was asked, booked by the bank on `received_on`; from_name, from_account: from whose
    account it came by the bank's line, "" where that does not tell: what nobody needs goes back to it.
    """

    id: UUID
    redemption_id: UUID
    holder_id: UUID
    payee_id: UUID
    payer_name: str
    payer_account_id: UUID
    budget_line_id: UUID
    treasury: str
    funding_source: str
    reference: str
    currency: str
    asked: int
    announced_by: str
    announced_at: datetime
    state: DepositState = DepositState.ANNOUNCED
    received: int | None = None
    received_on: date | None = None
    from_name: str | None = None
    from_account: str | None = None

    @property
    def funding(self) -> Funding:
        """How entries name the money: by the budget line that pays the rest of the work."""
        return Funding(self.currency, self.funding_source, line_id=self.budget_line_id)

    def withdrawn(self) -> "Deposit":
        """Once nothing is to be waited for any more. Refusal ``deposit.state`` unless it was announced."""
        if self.state is not DepositState.ANNOUNCED:
            raise Refusal("deposit.state", rule="deposit.states", numbers={"state": self.state.value})
        return replace(self, state=DepositState.WITHDRAWN)

    def came_in(self, amount: int, on: date, *, from_name: str, from_account: str) -> "Deposit":
        """Once a statement shows its credit, of whatever amount; ValueError when it was received before."""
        if self.state is DepositState.RECEIVED:
            raise ValueError(f"deposit {self.reference} is received")
        return replace(
            self,
            state=DepositState.RECEIVED,
            received=amount,
            received_on=on,
            from_name=from_name,
            from_account=from_account,
        )
