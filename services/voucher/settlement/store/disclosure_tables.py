"""Remembers what was disclosed and who objected, and the stops beside legs; for every column see the domain."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class Disclosures(VoucherBase):
    """A list of approved lines of one treasury, shown in public for some days before they are paid."""

    __tablename__ = "disclosures"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    treasury: Mapped[str]
    state: Mapped[str]
    digest: Mapped[str]
    working_days: Mapped[int]
    calendar_days: Mapped[int] = mapped_column(server_default=text("0"))
    prepared_by: Mapped[str]
    prepared_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    closes_on: Mapped[date | None] = mapped_column(Date())
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'overtaken', 'published', 'closed')", name="state"),
        CheckConstraint("working_days >= 0 AND calendar_days >= 0", name="working_days"),
        CheckConstraint(
            "(published_at IS NOT NULL) = (state IN ('published', 'closed'))"
            " AND (published_at IS NULL) = (closes_at IS NULL) AND (closes_at IS NULL) = (closes_on IS NULL)"
            " AND (published_at IS NULL) = (published_by IS NULL)",
            name="published",
        ),
        CheckConstraint("(closed_at IS NOT NULL) = (state = 'closed')", name="closed"),
        Index("ix_disclosures_listed", "prepared_at", "id"),
        Index("ix_disclosures_closing", "closes_at", "id", postgresql_where=text("state = 'published'")),
    )


class DisclosureLines(VoucherBase):
    """One line as it is shown: names and amount (fen) as they stood when the list was prepared."""

    __tablename__ = "disclosure_lines"
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    payee_name: Mapped[str]
    holder_name: Mapped[str]
    category: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("disclosure_id", "claim_line_id", name="uq_disclosure_lines_claim_line"),
        Index("ix_disclosure_lines_claim_line_id", "claim_line_id"),
    )


class Objections(VoucherBase):
    """What somebody said against a disclosed line; only one with a name blocks it."""

    __tablename__ = "objections"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    disclosure_id: Mapped[UUID] = mapped_column(ForeignKey("disclosures.id"))
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    objector: Mapped[str | None]
    contact: Mapped[str | None]
    grounds: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("documents.id"))
    state: Mapped[str]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    holder_at_fault: Mapped[bool | None] = mapped_column(Boolean())
    client: Mapped[str]
    client_ref: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('noted', 'live', 'dismissed', 'upheld')", name="state"),
        CheckConstraint("(objector IS NULL) = (state = 'noted')", name="anonymous_is_noted"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('dismissed', 'upheld'))"
            " AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (reason IS NULL)",
            name="decided",
        ),
        CheckConstraint("(holder_at_fault IS NOT NULL) = (state = 'upheld')", name="fault"),
        CheckConstraint("decided_by <> filed_by", name="two_persons"),
        UniqueConstraint("client", "client_ref", name="uq_objections_client"),
        Index("ix_objections_claim_line_id", "claim_line_id"),
        Index(
            "uq_objections_person",
            "claim_line_id",
            "filed_by",
            "state",
            unique=True,
            postgresql_where=text("state IN ('noted', 'live')"),
        ),
        Index("ix_objections_listed", "filed_at", "id"),
    )


class Stops(VoucherBase):
    """What keeps a leg from being paid while it lives."""

    __tablename__ = "stops"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    leg_id: Mapped[UUID] = mapped_column(ForeignKey("legs.id"))
    kind: Mapped[str]
    objection_id: Mapped[UUID | None] = mapped_column(ForeignKey("objections.id"))
    reason: Mapped[str]
    document_id: Mapped[UUID | None] = mapped_column(Uuid(), ForeignKey("documents.id"))
    set_by: Mapped[str]
    since: Mapped[datetime]
    expected_end: Mapped[date | None] = mapped_column(Date())
    state: Mapped[str]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "kind IN ('objection', 'red_letter', 'bank_change', 'audit_sample', 'court_order', 'bankruptcy',"
            " 'sanction', 'name_change', 'no_budget', 'manual', 'late_fact')",
            name="kind",
        ),
        CheckConstraint("state IN ('live', 'lifted', 'upheld')", name="state"),
        CheckConstraint("(objection_id IS NOT NULL) = (kind = 'objection')", name="objection"),
        CheckConstraint(
            "(ended_by IS NOT NULL) = (state <> 'live')"
            " AND (ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (end_reason IS NULL)",
            name="ended",
        ),
        Index("ix_stops_live", "leg_id", postgresql_where=text("state = 'live'")),
        Index("ix_stops_leg_id", "leg_id"),
    )
