"""The tables of what holders pay in and get back; what was announced and proposed is frozen by grant."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CHAR, CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class Deposits(VoucherBase):
    """A transfer that a holder announced for a redemption, in fen, and what came in of it."""

    __tablename__ = "deposits"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("escrows.redemption_id"))
    holder_id: Mapped[UUID]
    payee_id: Mapped[UUID]
    payer_name: Mapped[str]
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    funding_source: Mapped[str]
    reference: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    asked: Mapped[int]
    state: Mapped[str]
    announced_by: Mapped[str]
    announced_at: Mapped[datetime]
    received: Mapped[int | None]
    received_on: Mapped[date | None] = mapped_column(Date())
    from_name: Mapped[str | None]
    from_account: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("reference", name="uq_deposits_reference"),
        CheckConstraint("asked > 0", name="asked"),
        CheckConstraint("state IN ('announced', 'withdrawn', 'received')", name="state"),
        CheckConstraint("received > 0", name="received"),
        CheckConstraint(
            "(received IS NOT NULL) = (state = 'received') AND (received IS NULL) = (received_on IS NULL)",
            name="came_in",
        ),
        CheckConstraint(
            "(from_name IS NOT NULL) = (state = 'received') AND (from_name IS NULL) = (from_account IS NULL)",
            name="came_from",
        ),
        Index("uq_deposits_announced", "redemption_id", unique=True, postgresql_where=text("state = 'announced'")),
        Index("ix_deposits_redemption_id", "redemption_id", "id"),
        Index("ix_deposits_holder_id", "holder_id", "id"),
        Index("ix_deposits_treasury", "treasury", "id"),
    )


class DepositRefunds(VoucherBase):
    """What goes back to a holder of what he paid in: to which account, as frozen when it was proposed; in fen."""

    __tablename__ = "deposit_refunds"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("escrows.redemption_id"))
    deposit_id: Mapped[UUID] = mapped_column(ForeignKey("deposits.id"))
    holder_id: Mapped[UUID]
    payer_account_id: Mapped[UUID] = mapped_column(ForeignKey("payer_accounts.id"))
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    treasury: Mapped[str]
    funding_source: Mapped[str]
    bank_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_accounts.id"))
    payee_name: Mapped[str]
    account_number: Mapped[str]
    bank_code: Mapped[str]
    bank_name: Mapped[str]
    currency: Mapped[str] = mapped_column(CHAR(3))
    amount: Mapped[int]
    reference: Mapped[str]
    cause: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    settled_on: Mapped[date | None] = mapped_column(Date())
    __table_args__ = (
        UniqueConstraint("reference", name="uq_deposit_refunds_reference"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'settled')", name="state"),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(reason IS NOT NULL) = (state = 'rejected')", name="rejected"),
        CheckConstraint("(settled_on IS NOT NULL) = (state = 'settled')", name="settled"),
        Index("uq_deposit_refunds_proposed", "redemption_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_deposit_refunds_redemption_id", "redemption_id", "id"),
        Index("ix_deposit_refunds_holder_id", "holder_id", "id"),
        Index("ix_deposit_refunds_treasury", "treasury", "id"),
    )
