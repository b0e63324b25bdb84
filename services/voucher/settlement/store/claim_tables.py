"""The claim tables. Transitions are append-only by grant; a capture stands on one live line at the most."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import HOLDER_KINDS, ORGANIZATION, VoucherBase

LINE_STATES = "state IN ('in_review', 'returned', 'approved', 'disclosed', 'released', 'rejected', 'withdrawn')"


class Claims(VoucherBase):
    """One submission of a payee."""

    __tablename__ = "claims"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payee_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(CHAR(3))
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("client", "client_ref", name="uq_claims_client"),
        Index("ix_claims_listed", "submitted_at", "id"),
        Index("ix_claims_payee_id", "payee_id", "submitted_at", "id"),
    )


class ClaimLines(VoucherBase):
    """One capture or one award that is claimed: what never changes of it, and where it stands. Amounts in fen."""

    __tablename__ = "claim_lines"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    number: Mapped[int]
    capture_id: Mapped[UUID | None] = mapped_column(ForeignKey("captures.id"))
    redemption_id: Mapped[UUID | None] = mapped_column(ForeignKey("redemptions.id"))
    voucher_id: Mapped[UUID | None] = mapped_column(ForeignKey("vouchers.id"))
    award_claim_id: Mapped[UUID | None]
    holder_id: Mapped[UUID]
    holder_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    payee_id: Mapped[UUID]
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    region: Mapped[str]
    category: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    settlement: Mapped[int]
    claimed: Mapped[int]
    over_price: Mapped[int] = mapped_column(server_default=text("0"))
    approved: Mapped[int | None]
    state: Mapped[str]
    stage: Mapped[str | None]
    submitted_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    due_on: Mapped[date | None] = mapped_column(Date())
    due_at: Mapped[datetime | None]
    corrections: Mapped[int]
    acted: Mapped[list[str]] = mapped_column(JSONB())
    steps: Mapped[int]
    __table_args__ = (
        CheckConstraint(f"holder_kind IN {HOLDER_KINDS}", name="holder_kind"),
        CheckConstraint(LINE_STATES, name="state"),
        CheckConstraint("corrections BETWEEN 0 AND 1", name="corrections"),
        CheckConstraint("steps > 0", name="steps"),
        CheckConstraint(
            "claimed > 0 AND over_price >= 0 AND settlement + over_price >= claimed AND approved BETWEEN 0 AND claimed",
            name="amounts",
        ),
        CheckConstraint("(approved IS NULL) = (state IN ('in_review', 'returned', 'withdrawn'))", name="approved"),
        CheckConstraint("(stage IS NOT NULL) = (state IN ('in_review', 'returned'))", name="stage"),
        CheckConstraint("state = 'rejected' OR approved > 0", name="owed"),
        CheckConstraint("(due_at IS NULL) = (due_on IS NULL)", name="due"),
        CheckConstraint(
            "(capture_id IS NULL) = (award_claim_id IS NOT NULL) AND (capture_id IS NULL) = (redemption_id IS NULL)"
            " AND (capture_id IS NULL) = (voucher_id IS NULL)",
            name="stands_on",
        ),
        UniqueConstraint("claim_id", "number", name="uq_claim_lines_number"),
        Index(
            "uq_claim_lines_capture",
            "capture_id",
            unique=True,
            postgresql_where=text("state NOT IN ('rejected', 'withdrawn')"),
        ),
        Index("ix_claim_lines_holder_id", "holder_id"),
        Index("ix_claim_lines_payee_id", "payee_id"),
        Index("ix_claim_lines_queue", "state", "submitted_at", "id"),
        Index("ix_claim_lines_due", "due_at", "id", postgresql_where=text("state = 'returned'")),
    )


class ClaimLineTransitions(VoucherBase):
    """One step of a claim line: from, to, at which stage, who, why, by which document, request and journal."""

    __tablename__ = "claim_line_transitions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    number: Mapped[int]
    event: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    stage: Mapped[str | None]
    at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    person: Mapped[str]
    client: Mapped[str]
    reason: Mapped[str | None]
    document_id: Mapped[UUID | None]
    request_id: Mapped[str | None]
    journal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"))
    __table_args__ = (
        UniqueConstraint("journal_id", name="uq_claim_line_transitions_journal_id"),
        UniqueConstraint("claim_line_id", "number", name="uq_claim_line_transitions_number"),
        Index(
            "ix_claim_line_transitions_document_id",
            "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
    )


class InvoiceAllocations(VoucherBase):
    """What a claim line draws from an invoice line, in fen; released_at: when it was given back."""

    __tablename__ = "invoice_allocations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    invoice_id: Mapped[UUID]
    line_number: Mapped[int]
    amount: Mapped[int]
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        ForeignKeyConstraint(
            ["invoice_id", "line_number"],
            ["invoice_lines.invoice_id", "invoice_lines.number"],
            name="fk_invoice_allocations_invoice_id_invoice_lines",
        ),
        Index("ix_invoice_allocations_claim_line_id", "claim_line_id"),
        Index("ix_invoice_allocations_invoice_id", "invoice_id", "line_number"),
    )


class SlipAllocations(VoucherBase):
    """What a claim line draws from a bank slip, in fen; released_at: when it was given back."""

    __tablename__ = "slip_allocations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    slip_id: Mapped[UUID] = mapped_column(ForeignKey("bank_slips.id"))
    amount: Mapped[int]
    made_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_slip_allocations_claim_line_id", "claim_line_id"),
        Index("ix_slip_allocations_slip_id", "slip_id"),
    )


class Legs(VoucherBase):
    """One treasury's share of an approved claim line, in fen. payout_id: the live payout that carries it."""

    __tablename__ = "legs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    part: Mapped[str]
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    funding_source: Mapped[str]
    payee_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    state: Mapped[str]
    payout_id: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    paid_on: Mapped[date | None] = mapped_column(Date())
    of_deposit: Mapped[bool] = mapped_column(server_default=text("false"))
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('payable', 'dropped', 'in_payment', 'paid')", name="state"),
        CheckConstraint("(payout_id IS NOT NULL) = (state IN ('in_payment', 'paid'))", name="payout"),
        CheckConstraint(
            "(sent_at IS NULL OR state IN ('in_payment', 'paid')) AND (state <> 'paid' OR sent_at IS NOT NULL)",
            name="sent",
        ),
        CheckConstraint("(paid_on IS NOT NULL) = (state = 'paid')", name="paid"),
        UniqueConstraint("claim_line_id", "part", name="uq_legs_part"),
        UniqueConstraint("id", "claim_line_id", "treasury", "payee_id", "currency", "amount", name="uq_legs_owed"),
        Index("ix_legs_payable", "treasury", "id", postgresql_where=text("state = 'payable'")),
    )
