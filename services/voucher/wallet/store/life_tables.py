"""Remembers the life of a voucher: what one person asks for and another decides, and everything that was done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class ChangeRequests(VoucherBase):
    """What one person asked for on a voucher, amount in fen, and how it was decided or withdrawn."""

    __tablename__ = "change_requests"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"))
    kind: Mapped[str]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    reason: Mapped[str]
    document: Mapped[str | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind IN ('top_up', 'cancel', 'extend')", name="kind"),
        CheckConstraint("state IN ('asked', 'granted', 'refused', 'withdrawn')", name="state"),
        CheckConstraint(
            "(kind = 'top_up') = (amount IS NOT NULL) AND (amount IS NULL) = (currency IS NULL) AND amount > 0",
            name="amount",
        ),
        CheckConstraint("kind = 'extend' OR document IS NOT NULL", name="document"),
        CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)", name="decided"
        ),
        CheckConstraint("(decided_by = asked_by) = (state = 'withdrawn')", name="two_persons"),
        UniqueConstraint("client", "client_ref", name="uq_change_requests_client"),
        Index("uq_change_requests_asked", "voucher_id", "kind", unique=True, postgresql_where=text("state = 'asked'")),
        Index("ix_change_requests_voucher_id", "voucher_id"),
    )


class VoucherChanges(VoucherBase):
    """What was done to a voucher besides redeeming it, never changed. amount: fen moved to or from its pool."""

    __tablename__ = "voucher_changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"))
    kind: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    reason: Mapped[str]
    document: Mapped[str | None]
    made_by: Mapped[str]
    at: Mapped[datetime]
    request_id: Mapped[str | None]
    amount: Mapped[int]
    ends_before: Mapped[datetime]
    ends_after: Mapped[datetime]
    dates: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    journal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"))
    change_request_id: Mapped[UUID | None] = mapped_column(ForeignKey("change_requests.id"))
    __table_args__ = (
        CheckConstraint(
            "kind IN ('activated', 'suspended', 'resumed', 'extended', 'cancelled', 'topped_up')", name="kind"
        ),
        CheckConstraint("amount >= 0 AND (amount > 0) = (journal_id IS NOT NULL)", name="booked"),
        CheckConstraint("amount = 0 OR kind IN ('extended', 'cancelled', 'topped_up')", name="moves"),
        CheckConstraint("kind <> 'topped_up' OR amount > 0", name="worth_more"),
        CheckConstraint("kind NOT IN ('cancelled', 'topped_up') OR change_request_id IS NOT NULL", name="two_persons"),
        CheckConstraint("(kind = 'extended') = (dates IS NOT NULL)", name="dates"),
        UniqueConstraint("journal_id", name="uq_voucher_changes_journal_id"),
        UniqueConstraint("change_request_id", name="uq_voucher_changes_change_request_id"),
        Index(
            "uq_voucher_changes_once",
            "voucher_id",
            "kind",
            unique=True,
            postgresql_where=text("kind IN ('activated', 'cancelled', 'extended')"),
        ),
        Index("ix_voucher_changes_of_voucher", "voucher_id", "at", "id"),
    )
