"""The evidence tables: invoices with their lines, and bank slips; what is drawn from either never exceeds it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Documents
from services.voucher.tables import HOLDER_KINDS, ORGANIZATION, VoucherBase

DOCUMENT = Documents.__table__.c.id
"""The chassis keeps its tables in a collection of its own, so that a key into it names the column itself."""


class Invoices(VoucherBase):
    """One invoice as printed, in fen. region: its buyer's; registrant_id: which of its parties registered it."""

    __tablename__ = "invoices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    code: Mapped[str | None]
    number: Mapped[str]
    fapiao_key: Mapped[str]
    seller_id: Mapped[UUID]
    seller_uscc: Mapped[str]
    seller_name: Mapped[str]
    buyer_id: Mapped[UUID]
    buyer_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    buyer_uscc: Mapped[str]
    buyer_name: Mapped[str]
    region: Mapped[str]
    issued_on: Mapped[date] = mapped_column(Date())
    currency: Mapped[str] = mapped_column(CHAR(3))
    net: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey(DOCUMENT))
    state: Mapped[str]
    registrant_id: Mapped[UUID]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_how: Mapped[str | None]
    reason: Mapped[str | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(f"buyer_kind IN {HOLDER_KINDS}", name="buyer_kind"),
        CheckConstraint("kind IN ('digital', 'old')", name="kind"),
        CheckConstraint("state IN ('registered', 'verified', 'refused', 'void')", name="state"),
        CheckConstraint("net > 0 AND tax >= 0 AND net + tax = total", name="arithmetic"),
        CheckConstraint("(code IS NOT NULL) = (kind = 'old')", name="code"),
        CheckConstraint("seller_id <> buyer_id AND registrant_id IN (seller_id, buyer_id)", name="parties"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'registered') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("state NOT IN ('verified', 'refused') OR decided_by <> registered_by", name="four_eyes"),
        CheckConstraint("state NOT IN ('verified', 'refused') OR decided_how IS NOT NULL", name="decided_how"),
        CheckConstraint("state NOT IN ('refused', 'void') OR reason IS NOT NULL", name="reason"),
        UniqueConstraint("client", "client_ref", name="uq_invoices_client"),
        Index(
            "uq_invoices_fapiao",
            "fapiao_key",
            unique=True,
            postgresql_where=text("state IN ('registered', 'verified')"),
        ),
        Index("ix_invoices_listed", "registered_at", "id"),
        Index("ix_invoices_seller_id", "seller_id", "registered_at", "id"),
        Index("ix_invoices_buyer_id", "buyer_id", "registered_at", "id"),
        Index("ix_invoices_document_id", "document_id", postgresql_where=text("document_id IS NOT NULL")),
    )


class InvoiceLines(VoucherBase):
    """One line of an invoice, in fen. allocated: what claims have drawn of its net and tax."""

    __tablename__ = "invoice_lines"
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    description: Mapped[str]
    net: Mapped[int]
    tax: Mapped[int]
    allocated: Mapped[int]
    __table_args__ = (
        CheckConstraint("net > 0 AND tax >= 0", name="amounts"),
        CheckConstraint("allocated >= 0 AND allocated <= net + tax", name="allocated"),
    )


class BankSlips(VoucherBase):
    """One transfer that a holder made to a provider, in fen. allocated: what claims have drawn of it."""

    __tablename__ = "bank_slips"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    bank: Mapped[str]
    serial: Mapped[str]
    paid_on: Mapped[date] = mapped_column(Date())
    slip_key: Mapped[str]
    payer_id: Mapped[UUID]
    payer_kind: Mapped[str] = mapped_column(server_default=ORGANIZATION)
    payer_name: Mapped[str]
    payer_account: Mapped[str]
    payee_id: Mapped[UUID]
    payee_name: Mapped[str]
    payee_account: Mapped[str]
    region: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    allocated: Mapped[int]
    document_id: Mapped[UUID] = mapped_column(ForeignKey(DOCUMENT))
    state: Mapped[str]
    registrant_id: Mapped[UUID]
    registered_by: Mapped[str]
    registered_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(f"payer_kind IN {HOLDER_KINDS}", name="payer_kind"),
        CheckConstraint("state IN ('registered', 'void')", name="state"),
        CheckConstraint("amount > 0 AND allocated >= 0 AND allocated <= amount", name="allocated"),
        CheckConstraint("state <> 'void' OR allocated = 0", name="void_unallocated"),
        CheckConstraint("payer_id <> payee_id AND registrant_id IN (payer_id, payee_id)", name="parties"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'registered') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(state = 'void') = (reason IS NOT NULL)", name="reason"),
        UniqueConstraint("client", "client_ref", name="uq_bank_slips_client"),
        Index("uq_bank_slips_slip", "slip_key", unique=True, postgresql_where=text("state = 'registered'")),
        Index("ix_bank_slips_listed", "registered_at", "id"),
        Index("ix_bank_slips_payer_id", "payer_id", "registered_at", "id"),
        Index("ix_bank_slips_payee_id", "payee_id", "registered_at", "id"),
        Index("ix_bank_slips_document_id", "document_id"),
    )
