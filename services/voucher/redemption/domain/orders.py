"""What may be asked of a redemption: one frozen order per verb, each with who asks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from services.voucher.redemption.domain.catalogue import Chosen
from services.voucher.redemption.domain.consent import Consent
from services.voucher.redemption.domain.redemption import NOTHING_DECLARED, Contract, Declared, Portion, Unpriced


class Verb(StrEnum):
    """The verbs."""

    PROPOSE = "propose"
    REDEEM = "redeem"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    DELIVER = "deliver"
    ACCEPT = "accept"
    DISPUTE = "dispute"
    DECIDE = "decide"
    CAPTURE = "capture"
    VOID = "void"
    REWORK = "rework"
    REFUND = "refund"
    LET_GO = "let_go"
    CATCH_UP = "catch_up"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. person counts for four eyes; client is the account; region: in which he decides disputes, if any."""

    person: str
    client: str
    organization: UUID | None = None
    roles: frozenset[str] = frozenset()
    region: str | None = None
    request_id: str | None = None


TIMER = Actor("timer", "timer", request_id="timer")
"""Time itself, which acts as of a due instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order on one redemption. note: what the caller says to it, the reason where one is required."""

    verb: ClassVar[Verb]
    redemption_id: UUID
    by: Actor
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Order):
    """Offer a contract under a voucher; redemption_id names the new redemption. asked: fen, None for all there is.

    replaces: the redemption whose hold this contract is to have instead, in another scope or with another provider.

    Category, currency and price are named, or left to the offering, of which there may be several units.
    """

    verb = Verb.PROPOSE
    voucher_id: UUID
    provider_id: UUID
    category: str | None
    currency: str | None
    contract: Contract | Unpriced
    asked: int | None = None
    description: str = ""
    client_ref: str | None = None
    offering_id: UUID | None = None
    quantity: int = 1
    declared: Declared = NOTHING_DECLARED
    replaces: UUID | None = None

    @property
    def chosen(self) -> Chosen:
        """What is ordered, as far as the order says."""
        amount = self.contract.amount if isinstance(self.contract, Contract) else None
        return Chosen(self.provider_id, self.category, amount, self.currency, self.offering_id, self.quantity)

    def priced(self, amount: int) -> Contract:
        """The contract at its price, in fen, which is the one that it names if it names one."""
        return self.contract if isinstance(self.contract, Contract) else self.contract.at(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeem(Order):
    """Redeem at the counter in one call. redemption_id names the order and its first part, part_ids the further ones.

    Each voucher that pays is a part; with no voucher_ids the code names it, or the holder's wallet chooses. number:
    that of the receipt; price, the tax in it and asked (subsidy, None for all there is) in fen; provider_id: None for
    the only one it can be, that of the code or the caller's own. Category, currency and price are named, or left to
    the offering.
    """

    verb = Verb.REDEEM
    consent: Consent
    number: str
    category: str | None = None
    currency: str | None = None
    price: int | None = None
    tax: int | None = None
    provider_id: UUID | None = None
    voucher_ids: tuple[UUID, ...] = ()
    part_ids: tuple[UUID, ...] = ()
    asked: int | None = None
    description: str = ""
    client_ref: str | None = None
    offering_id: UUID | None = None
    quantity: int = 1
    declared: Declared = NOTHING_DECLARED

    def chosen(self, provider_id: UUID) -> Chosen:
        """What is ordered of a provider, as far as the order says."""
        return Chosen(
            provider_id, self.category, self.price, self.currency, self.offering_id, self.quantity, pointer="/price"
        )

    @property
    def named(self) -> tuple[UUID, ...]:
        """The vouchers that are named, by the code or one by one; none where the wallet chooses."""
        return (self.consent.voucher_id,) if self.consent.voucher_id is not None else self.voucher_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Order):
    """The other side agrees; only this freezes value."""

    verb = Verb.CONFIRM


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(Order):
    """The other side says no."""

    verb = Verb.DECLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Order):
    """The proposer takes the offer back."""

    verb = Verb.WITHDRAW


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGo(Order):
    """The region lets a holder go from one provider to another, without the word of the one that he leaves."""

    verb = Verb.LET_GO


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(Order):
    """The provider hands in a milestone. settlement: fen, what it cost; last: no milestone follows.

    tax: how much of the settlement is tax, in fen; lines: what of it belongs to which line of the contract.
    """

    verb = Verb.DELIVER
    settlement: int
    currency: str
    completed_on: date
    document_id: UUID
    last: bool = True
    tax: int | None = None
    lines: tuple[Portion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Order):
    """The holder accepts a delivery; rating from 1 (poor) to 5."""

    verb = Verb.ACCEPT
    rating: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Order):
    """The holder objects to a delivery."""

    verb = Verb.DISPUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Order):
    """An arbiter ends a dispute: the delivery counts, or what is held goes back."""

    verb = Verb.DECIDE
    accepted: bool
    document_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture(Order):
    """The provider captures what an accepted delivery has earned. amount: fen, None for all; last: release the rest."""

    verb = Verb.CAPTURE
    capture_id: UUID
    amount: int | None = None
    currency: str | None = None
    last: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Order):
    """Give the hold up, or ask the other side to agree to it."""

    verb = Verb.VOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework(Order):
    """The holder sends a delivery back to be done again."""

    verb = Verb.REWORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Order):
    """The provider gives captured value back. capture_id: of which capture; None takes the latest first."""

    verb = Verb.REFUND
    amount: int
    currency: str
    capture_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp(Order):
    """A timer's order: apply what has fallen due, or nothing."""

    verb = Verb.CATCH_UP
