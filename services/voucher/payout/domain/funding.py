"""Decides whether a treasury funds a payer account for a budget line: two persons, never above the appropriation."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import DECIDE_WITHIN, Refusal, another_person
from services.standards.money import format_amount
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.posting import Funding
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount


class FundingState(StrEnum):
    """proposed → approved | rejected; approved → received, when a statement shows the credit."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFunding:
    """Money (fen) that comes to a payer account for one budget line; `reference` is what its credit is recognised by.

    `document` is the number of the paper behind it; persons are `per_…`.
    """

    id: UUID
    payer_account_id: UUID
    budget_line_id: UUID
    treasury: str
    reference: str
    currency: str
    funding_source: str
    amount: int
    document: str
    proposed_by: str
    proposed_at: datetime
    state: FundingState = FundingState.PROPOSED
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    received_on: date | None = None

    @property
    def funding(self) -> Funding:
        """How entries name the money: its budget line's."""
        return Funding(self.currency, self.funding_source, line_id=self.budget_line_id)

    @property
    def decide_by(self) -> datetime:
        """When the task of the second person falls due (UTC)."""
        return self.proposed_at + DECIDE_WITHIN

    def received(self, on: date) -> "AccountFunding":
        """Once a statement shows its credit, booked on a date; ValueError unless it was approved."""
        if self.state is not FundingState.APPROVED:
            raise ValueError(f"funding {self.reference} is {self.state}: it is not received")
        return replace(self, state=FundingState.RECEIVED, received_on=on)


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved funding, and its line with what it is funded for by now."""

    funding: AccountFunding
    line: BudgetLine


def propose(funding: AccountFunding, *, account: PayerAccount, line: BudgetLine) -> AccountFunding:
    """Accept a proposal; refused at once when the line could not bear it as things stand.

    Refusals: `funding.escrow`, `funding.treasury` and `funding.currency` when account and line differ in it,
    `funding.above_appropriation`.
    """
    theirs = line.classification
    if account.kind is AccountKind.ESCROW:
        raise Refusal("funding.escrow", rule="payer_account.escrow", numbers={"kind": account.kind.value})
    if theirs.treasury != account.treasury:
        raise Refusal("funding.treasury", pointer="/budget_line_id", numbers={"treasury": account.treasury})
    if not funding.currency == theirs.currency == account.currency:
        numbers = {"currency": account.currency, "line_currency": theirs.currency}
        raise Refusal("funding.currency", pointer="/amount/currency", numbers=numbers)
    _within(funding, line)
    return funding


def approve(funding: AccountFunding, *, line: BudgetLine, by: str, at: datetime) -> Approval:
    """Approve, both locked; what the line is funded for is kept on it, so that no cut goes below.

    Refusals: `funding.state`, `funding.same_person`, `funding.above_appropriation`.
    """
    _decidable(funding, by)
    _within(funding, line)
    approved = replace(funding, state=FundingState.APPROVED, decided_by=by, decided_at=at)
    return Approval(approved, replace(line, funded=line.funded + funding.amount))


def reject(funding: AccountFunding, *, by: str, at: datetime, reason: str) -> AccountFunding:
    """Reject with a reason. Refusals: `funding.state`, `funding.same_person`."""
    _decidable(funding, by)
    return replace(funding, state=FundingState.REJECTED, decided_by=by, decided_at=at, reason=reason)


def _within(funding: AccountFunding, line: BudgetLine) -> None:
    left = line.appropriation - line.funded
    if funding.amount > left:
        figures = {"appropriation": line.appropriation, "funded": line.funded, "left": left}
        numbers = {name: format_amount(fen, funding.currency) for name, fen in figures.items()}
        raise Refusal("funding.above_appropriation", rule="funded_within_appropriation", numbers=numbers)


def _decidable(funding: AccountFunding, by: str) -> None:
    if funding.state is not FundingState.PROPOSED:
        raise Refusal("funding.state", rule="decided_once", numbers={"state": funding.state.value})
    another_person(by, than=[funding.proposed_by], otherwise="funding.same_person")
