"""Decides whether what nobody needs of a deposit goes back, and where to: by two persons, to where it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import DECIDE_WITHIN, Refusal, another_person
from services.standards.money import format_amount
from services.voucher.ledger.domain.posting import Funding
from services.voucher.payout.domain.bank_account import BankAccount
from services.voucher.payout.domain.deposit import Deposit


class RefundState(StrEnum):
    """proposed → approved | rejected; approved → settled, when a statement shows the debit."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money (fen) of a deposit on its way back; to whom and to which account is frozen; `cause` is why it goes back.

    bank_account_id: the holder's own account, where the bank did not tell from which the deposit came; else None, and
    of the bank nothing is known. `reference` is what its debit is recognised by; `reason` says why it was rejected.
    """

    id: UUID
    redemption_id: UUID
    deposit_id: UUID
    holder_id: UUID
    payer_account_id: UUID
    budget_line_id: UUID
    treasury: str
    funding_source: str
    bank_account_id: UUID | None
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


GONE = frozenset({RefundState.APPROVED, RefundState.SETTLED})


def origin(paid_in: Sequence[Deposit], refunds: Iterable[Refund], *, surplus: int) -> tuple[Deposit, int]:
    """Of which deposit what nobody needs (fen, > 0) goes back, and how much of it: of the last that is not back yet.

    paid_in: all of one redemption, oldest first. ValueError where less came in than is to go back.
    """
    gone: dict[UUID, int] = {}
    for one in refunds:
        gone[one.deposit_id] = gone.get(one.deposit_id, 0) + (one.amount if one.state in GONE else 0)
    for deposit in reversed(paid_in):
        if left := (deposit.received or 0) - gone.get(deposit.id, 0):
            return deposit, min(left, surplus)
    raise ValueError(f"nothing came in of which {surplus} could go back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a refund goes to, and where; bank_account_id: the holder's own account, where the deposit's is not known."""

    bank_account_id: UUID | None
    payee_name: str
    account_number: str
    bank_code: str
    bank_name: str


def target(deposit: Deposit, account: BankAccount | None) -> Target:
    """Back to where a deposit came from; where the bank did not tell, to the account that its holder is paid to.

    Refusal ``deposit_refund.no_account`` where neither is known.
    """
    if deposit.from_account:
        name = deposit.from_name or deposit.payer_name
        number = deposit.from_account
        return Target(bank_account_id=None, payee_name=name, account_number=number, bank_code="", bank_name="")
    if account is None:
        raise Refusal("deposit_refund.no_account", rule="bank_account.active")
    return Target(
        bank_account_id=account.id,
        payee_name=account.name,
        account_number=account.number,
        bank_code=account.bank_code,
        bank_name=account.bank_name,
    )


def approve(refund: Refund, *, surplus: int, account_id: UUID | None, by: str, at: datetime) -> Refund:
    """Approve a refund of what may still go back. account_id: the account that the holder is paid to now, if any.

    Refusals ``deposit_refund.state``, ``.same_person``, ``.above_surplus``, ``.account_changed``.
    """
    _decidable(refund, by)
    if refund.amount > surplus:
        numbers = {
            "amount": format_amount(refund.amount, refund.currency),
            "surplus": format_amount(surplus, refund.currency),
        }
        raise Refusal("deposit_refund.above_surplus", rule="deposit.surplus", numbers=numbers)
    if refund.bank_account_id not in (None, account_id):
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
