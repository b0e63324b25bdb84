"""The tables of what goes before a sanction, and of what ends one early."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase


class SanctionCases(RegistryBase):
    """For what an organisation is to be kept out, from proposal to decision; for every column see the domain."""

    __tablename__ = "sanction_cases"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    grounds: Mapped[str]
    clause: Mapped[str]
    document_id: Mapped[UUID]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    notified_by: Mapped[str | None]
    notified_at: Mapped[datetime | None]
    reply_by: Mapped[date | None]
    reply_ends: Mapped[datetime | None]
    answer: Mapped[str | None]
    answer_document_id: Mapped[UUID | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision_number: Mapped[str | None]
    decision_document_id: Mapped[UUID | None]
    years: Mapped[int | None]
    remedy: Mapped[str | None]
    drop_reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind IN ('ban', 'abnormal_operation', 'research_integrity')", name="kind"),
        CheckConstraint(
            "state IN ('proposed', 'notified', 'answered', 'unanswered', 'decided', 'dropped')", name="state"
        ),
        CheckConstraint(
            "(notified_by IS NULL) = (notified_at IS NULL) AND (notified_at IS NULL) = (reply_by IS NULL)"
            " AND (reply_by IS NULL) = (reply_ends IS NULL) AND (state <> 'proposed' OR notified_at IS NULL)"
            " AND (state IN ('proposed', 'dropped') OR notified_at IS NOT NULL)",
            name="notified",
        ),
        CheckConstraint(
            "(answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)"
            " AND (answer_document_id IS NULL OR answer IS NOT NULL) AND (state <> 'answered' OR answer IS NOT NULL)",
            name="answered",
        ),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state IN ('decided', 'dropped'))"
            " AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="ended",
        ),
        CheckConstraint(
            "(decision_number IS NOT NULL) = (state = 'decided') AND (decision_number IS NULL) = (years IS NULL)"
            " AND (years IS NULL) = (decision_document_id IS NULL) AND (years IS NULL) = (remedy IS NULL)"
            " AND (years IS NULL OR years BETWEEN 1 AND 3)",
            name="decided",
        ),
        CheckConstraint("(drop_reason IS NOT NULL) = (state = 'dropped')", name="dropped"),
        CheckConstraint("state <> 'decided' OR decided_by <> proposed_by", name="two_persons"),
        Index("ix_sanction_cases_reply_ends", "reply_ends", "id", postgresql_where=text("state = 'notified'")),
    )


class SanctionLiftings(RegistryBase):
    """That a sanction shall end early: proposed by one person, approved or rejected by another."""

    __tablename__ = "sanction_liftings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sanction_id: Mapped[UUID] = mapped_column(ForeignKey("sanctions.id"), index=True)
    reason: Mapped[str]
    document_id: Mapped[UUID]
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'rejected')", name="state"),
        CheckConstraint(
            "(decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(refusal IS NOT NULL) = (state = 'rejected')", name="refusal"),
        CheckConstraint("state <> 'approved' OR decided_by <> proposed_by", name="two_persons"),
        Index("uq_sanction_liftings_open", "sanction_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )
