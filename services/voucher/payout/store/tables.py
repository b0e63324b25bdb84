"""The payout tables; what was paid to whom is frozen by grant, four eyes and each state stand as constraints."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Sequence,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase

OWED = ("claim_line_id", "treasury", "payee_id", "currency", "amount")
"""What a payout says of its leg is what the leg says."""

BATCH_NUMBERS = Sequence("payout_batch_numbers", metadata=VoucherBase.metadata)


class BankAccounts(VoucherBase):
    """A payee's bank account: one active, one on its way to be."""

    __tablename__ = "bank_accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    name: Mapped[str]
    number: Mapped[str]
    bank_code: Mapped[str]
    bank_name: Mapped[str]
    state: Mapped[str]
    submitted_by: Mapped[str]
    submitted_at: Mapped[datetime]
    cooling_until: Mapped[date] = mapped_column(Date())
    cooling_ends: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    active_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('cooling', 'confirmed', 'active', 'retired', 'rejected')", name="state"),
        UniqueConstraint("client", "client_ref", name="uq_bank_accounts_client"),
        CheckConstraint("decided_by <> submitted_by", name="two_persons"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'cooling') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(reason IS NOT NULL) = (state = 'rejected')", name="rejected"),
        CheckConstraint("(active_at IS NOT NULL) = (state IN ('active', 'retired'))", name="active"),
        CheckConstraint("active_at >= cooling_ends", name="cooled"),
        CheckConstraint("(retired_at IS NOT NULL) = (state = 'retired')", name="retired"),
        Index("uq_bank_accounts_active", "organization_id", unique=True, postgresql_where=text("state = 'active'")),
        Index(
            "uq_bank_accounts_pending",
            "organization_id",
            unique=True,
            postgresql_where=text("state IN ('cooling', 'confirmed')"),
        ),
        Index("ix_bank_accounts_organization_id", "organization_id", "id"),
        Index("ix_bank_accounts_cooling", "cooling_ends", "id", postgresql_where=text("state = 'confirmed'")),
    )


class PayerAccounts(VoucherBase):
    """A treasury's account, the number of its last bank file and what its last statement closed with, in fen."""

    __tablename__ = "payer_accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    treasury: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    number: Mapped[str]
    bank_code: Mapped[str]
    bank_name: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    funding_source: Mapped[str]
    file_profile: Mapped[str]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    files: Mapped[int]
    closing_on: Mapped[date | None] = mapped_column(Date())
    closing_balance: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("kind IN ('own', 'escrow')", name="kind"),
        UniqueConstraint("bank_code", "number", name="uq_payer_accounts_number"),
        CheckConstraint("files >= 0", name="files"),
        CheckConstraint("(closing_on IS NULL) = (closing_balance IS NULL)", name="closing"),
        Index(
            "uq_payer_accounts_escrow", "treasury", "currency", unique=True, postgresql_where=text("kind = 'escrow'")
        ),
    )


class Fundings(VoucherBase):
    """Money that a treasury sends to a payer account for one budget line, in fen."""

    __tablename__ = "fundings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    reference: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    funding_source: Mapped[str]
    amount: Mapped[int]
    document: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    received_on: Mapped[date | None] = mapped_column(Date())
    __table_args__ = (
        UniqueConstraint("reference", name="uq_fundings_reference"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'received')", name="state"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(reason IS NOT NULL) = (state = 'rejected')", name="rejected"),
        CheckConstraint("(received_on IS NOT NULL) = (state = 'received')", name="received"),
        Index("ix_fundings_payer_account_id", "payer_account_id"),
        Index("ix_fundings_budget_line_id", "budget_line_id"),
    )


class PayoutBatches(VoucherBase):
    """A batch: how many payouts of how many fen, what they were when it was made (digest), and who decided."""

    __tablename__ = "payout_batches"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    treasury: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    state: Mapped[str]
    payouts: Mapped[int]
    total: Mapped[int]
    digest: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    sent_by: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("number", name="uq_payout_batches_number"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'rejected', 'file_written', 'sent', 'done', 'cancelled')",
            name="state",
        ),
        CheckConstraint("payouts > 0", name="payouts"),
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("decided_by <> made_by AND sent_by <> made_by", name="four_eyes"),
        CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NOT NULL OR state IN ('draft', 'submitted', 'cancelled'))",
            name="decided",
        ),
        CheckConstraint(
            "(sent_at IS NOT NULL) = (state IN ('sent', 'done')) AND (sent_at IS NULL) = (sent_by IS NULL)",
            name="sent",
        ),
        CheckConstraint("(reason IS NOT NULL) = (state IN ('rejected', 'cancelled'))", name="reason"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('rejected', 'done', 'cancelled'))", name="ended"),
        Index("ix_payout_batches_treasury", "treasury", "id"),
    )


class Payouts(VoucherBase):
    """One leg's payment: to which account, as frozen when the batch was made, and how far it came."""

    __tablename__ = "payouts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payout_batches.id"))
    position: Mapped[int]
    leg_id: Mapped[UUID]
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    part: Mapped[str]
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    funding_source: Mapped[str]
    payee_id: Mapped[UUID]
    bank_account_id: Mapped[UUID] = mapped_column(ForeignKey("bank_accounts.id"))
    payee_name: Mapped[str]
    account_number: Mapped[str]
    bank_code: Mapped[str]
    bank_name: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    reference: Mapped[str]
    state: Mapped[str]
    sent_at: Mapped[datetime | None]
    settled_on: Mapped[date | None] = mapped_column(Date())
    returned_on: Mapped[date | None] = mapped_column(Date())
    __table_args__ = (
        ForeignKeyConstraint(
            ["leg_id", *OWED], ["legs.id", *(f"legs.{name}" for name in OWED)], name="fk_payouts_leg_id_legs"
        ),
        UniqueConstraint("reference", name="uq_payouts_reference"),
        UniqueConstraint("batch_id", "position", name="uq_payouts_position"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('prepared', 'approved', 'sent', 'settled', 'returned', 'cancelled')", name="state"),
        CheckConstraint("(sent_at IS NOT NULL) = (state IN ('sent', 'settled', 'returned'))", name="sent"),
        CheckConstraint("(settled_on IS NOT NULL) = (state IN ('settled', 'returned'))", name="settled"),
        CheckConstraint("(returned_on IS NOT NULL) = (state = 'returned')", name="returned"),
        Index(
            "uq_payouts_live", "leg_id", unique=True, postgresql_where=text("state NOT IN ('returned', 'cancelled')")
        ),
        Index("ix_payouts_claim_line_id", "claim_line_id"),
        Index("ix_payouts_payee_id", "payee_id", "id"),
        Index("ix_payouts_treasury", "treasury", "id"),
        Index("ix_payouts_open", "payer_account_id", "amount", postgresql_where=text("state = 'sent'")),
    )


class BankFiles(VoucherBase):
    """The file that tells the bank what to pay: its bytes for ever, known by their SHA-256."""

    __tablename__ = "bank_files"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payout_batches.id"))
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    number: Mapped[int]
    profile: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    lines: Mapped[int]
    total: Mapped[int]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("sha256", name="uq_bank_files_sha256"),
        UniqueConstraint("batch_id", name="uq_bank_files_batch"),
        UniqueConstraint("payer_account_id", "number", name="uq_bank_files_number"),
    )
