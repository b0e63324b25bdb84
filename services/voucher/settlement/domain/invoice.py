"""Decides what an invoice is, and who verifies, refuses or voids it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal, another_person
from services.standards.fapiao import Fapiao
from services.standards.holding import Kind
from services.standards.money import format_amount
from services.voucher.redemption.domain.orders import Actor

VERIFY_WITHIN = timedelta(days=14)
"""After which the reviewers' task to verify is overdue. Source: house rule."""


class InvoiceState(StrEnum):
    """registered → verified | refused | void; a verified one may still become void."""

    REGISTERED = "registered"
    VERIFIED = "verified"
    REFUSED = "refused"
    VOID = "void"


STANDING = frozenset({InvoiceState.REGISTERED, InvoiceState.VERIFIED})
"""A claim may draw on it, and its fapiao number is taken."""


@dataclass(frozen=True, slots=True)
class InvoiceParty:
    """A seller or buyer as the invoice prints it, and which organisation, team or person that is.

    uscc: empty for a team or a person, who has none; name: empty for a person, whose name is not kept here.
    """

    id: UUID
    uscc: str
    name: str
    kind: Kind = Kind.ORGANIZATION


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One line, numbered from 1, in fen. allocated: what claims have drawn of it, tax included."""

    number: int
    description: str
    net: int
    tax: int
    allocated: int = 0

    @property
    def left(self) -> int:
        """What claims may still draw, in fen."""
        return self.net + self.tax - self.allocated


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """One fapiao, in fen. region: the buyer's; registrant_id: which of its two parties registered it.

    decided_by, decided_at, decided_how and reason: who last verified, refused or voided it, when, by what means, why.
    """

    id: UUID
    fapiao: Fapiao
    seller: InvoiceParty
    buyer: InvoiceParty
    region: str
    issued_on: date
    currency: str
    net: int
    tax: int
    total: int
    lines: tuple[InvoiceLine, ...]
    document_id: UUID | None
    state: InvoiceState
    registrant_id: UUID
    registered_by: str
    registered_at: datetime
    client: str
    client_ref: str | None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_how: str | None = None
    reason: str | None = None

    @property
    def allocated(self) -> int:
        """What claims have drawn of it, in fen."""
        return sum(line.allocated for line in self.lines)

    @property
    def parties(self) -> tuple[UUID, UUID]:
        """Seller and buyer."""
        return self.seller.id, self.buyer.id

    @property
    def last_at(self) -> datetime:
        """When it was last decided upon, or else registered (UTC)."""
        return self.decided_at or self.registered_at

    @property
    def verify_by(self) -> datetime:
        """When the task to verify it falls due (UTC)."""
        return self.registered_at + VERIFY_WITHIN


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer found: verified or refused, by what means, and why; a refusal needs its reason."""

    outcome: InvoiceState
    how: str
    reason: str | None = None


def verify(invoice: Invoice, finding: Finding, *, by: Actor, at: datetime, spent: bool) -> Invoice:
    """The invoice as a reviewer found it; spent: whether a claim that was approved draws on it.

    Refusals ``invoice.state``, ``invoice.same_person``, ``invoice.reason_missing`` and ``invoice.spent``: once it has
    proven an approved claim its fapiao number must never become free again; what can be done then is to stop its legs.
    """
    if invoice.state is not InvoiceState.REGISTERED:
        raise _not_in(invoice)
    another_person(by.person, than=[invoice.registered_by], otherwise="invoice.same_person")
    if finding.outcome is InvoiceState.REFUSED and finding.reason is None:
        raise Refusal("invoice.reason_missing", rule="invoice.verify", pointer="/reason")
    if finding.outcome is InvoiceState.REFUSED and spent:
        raise Refusal("invoice.spent", rule="invoice.verify")
    return replace(
        invoice,
        state=finding.outcome,
        decided_by=by.person,
        decided_at=at,
        decided_how=finding.how,
        reason=finding.reason,
    )


def void(invoice: Invoice, reason: str, *, by: Actor, at: datetime) -> Invoice:
    """The invoice taken back by the organisation that registered it, also after it was verified.

    Refusals ``invoice.not_registrant``, ``invoice.state``, and ``invoice.allocated`` while any claim draws on it.
    """
    if by.organization != invoice.registrant_id:
        raise Refusal("invoice.not_registrant", rule="invoice.void")
    if invoice.state not in STANDING:
        raise _not_in(invoice)
    if invoice.allocated:
        numbers = {"allocated": format_amount(invoice.allocated, invoice.currency)}
        raise Refusal("invoice.allocated", rule="invoice.void", numbers=numbers)
    return replace(
        invoice, state=InvoiceState.VOID, decided_by=by.person, decided_at=at, decided_how=None, reason=reason
    )


def _not_in(invoice: Invoice) -> Refusal:
    return Refusal("invoice.state", rule="invoice.states", numbers={"state": invoice.state.value})
