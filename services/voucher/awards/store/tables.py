"""The award wing's tables. What was claimed, spent and proposed is append-only; for every column see the domain."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CHAR, BigInteger, CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.voucher.tables import VoucherBase


class AwardFundings(VoucherBase):
    """Which budget line bears a part of an award for a region; one is approved at a time."""

    __tablename__ = "award_fundings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme_id: Mapped[str]
    bureau: Mapped[str]
    award: Mapped[str]
    part: Mapped[str]
    region: Mapped[str]
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    document: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'replaced')", name="state"),
        CheckConstraint(
            "(decided_by IS NULL) = (state = 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("decided_by <> proposed_by", name="four_eyes"),
        Index(
            "uq_award_fundings_approved",
            "scheme_id",
            "award",
            "part",
            "region",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
    )


class AwardClaims(VoucherBase):
    """A claim to an award, behind one claim line; amounts in fen."""

    __tablename__ = "award_claims"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    scheme_id: Mapped[str]
    scheme_version_id: Mapped[UUID] = mapped_column(ForeignKey("scheme_versions.id"))
    award: Mapped[str]
    payee_id: Mapped[UUID]
    space_id: Mapped[UUID | None]
    rests_on: Mapped[UUID | None] = mapped_column(ForeignKey("award_claims.id"))
    on: Mapped[date] = mapped_column("on_day", Date())
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB())
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB())
    known: Mapped[dict[str, Any]] = mapped_column(JSONB())
    given: Mapped[int]
    base: Mapped[int]
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    region: Mapped[str]
    report_within: Mapped[int | None]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[str]
    alike: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    __table_args__ = (
        CheckConstraint("report_within > 0", name="report_within"),
        CheckConstraint("amount > 0 AND base > 0 AND given >= 0", name="amounts"),
        CheckConstraint("rests_on <> id", name="rests_on"),
        UniqueConstraint("claim_line_id", name="uq_award_claims_claim_line_id"),
        Index("ix_award_claims_payee_id", "payee_id", "id"),
        Index("ix_award_claims_alike", "alike", postgresql_using="gin", postgresql_where=text("alike IS NOT NULL")),
        Index("ix_award_claims_rests_on", "rests_on", postgresql_where=text("rests_on IS NOT NULL")),
    )


class AwardClaimDocuments(VoucherBase):
    """A document that proves a claim to an award, and when it was named."""

    __tablename__ = "award_claim_documents"
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    named_at: Mapped[datetime]
    __table_args__ = (Index("ix_award_claim_documents_document_id", "document_id"),)


class AwardAnswers(VoucherBase):
    """What a payee answered to the form of the scheme, with its claim and with each correction; the last counts."""

    __tablename__ = "award_answers"
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB())
    said_by: Mapped[str]
    said_at: Mapped[datetime]


class AwardAppeals(VoucherBase):
    """What a payee said against one refusal of its claim, and how another person decided it."""

    __tablename__ = "award_appeals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"))
    refused_at: Mapped[datetime]
    grounds: Mapped[str]
    document_id: Mapped[UUID | None]
    client: Mapped[str]
    client_ref: Mapped[str | None]
    filed_by: Mapped[str]
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    words: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('filed', 'upheld', 'dismissed')", name="state"),
        CheckConstraint(
            "(state = 'filed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL) = (words IS NULL)",
            name="decided",
        ),
        CheckConstraint("decided_by <> filed_by", name="two_persons"),
        UniqueConstraint("client", "client_ref", name="uq_award_appeals_client"),
        UniqueConstraint("award_claim_id", "refused_at", name="uq_award_appeals_refusal"),
    )


class AwardRecomputations(VoucherBase):
    """An award that was computed again, since what it rests on has shrunk; amounts in fen."""

    __tablename__ = "award_recomputations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB())
    before: Mapped[int]
    after: Mapped[int]
    outcome: Mapped[str]
    reason: Mapped[str]
    document_id: Mapped[UUID | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("outcome IN ('kept', 'reduced', 'proposed')", name="outcome"),
        CheckConstraint("after >= 0 AND before >= after AND (before = after) = (outcome = 'kept')", name="amounts"),
        Index("ix_award_recomputations_award_claim_id", "award_claim_id", "made_at", "id"),
    )


class ClawbackProposals(VoucherBase):
    """What is proposed to be asked back of an award, with both numbers."""

    __tablename__ = "clawback_proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"))
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    case: Mapped[str] = mapped_column("case_kind")
    amount: Mapped[int]
    before: Mapped[int]
    after: Mapped[int]
    currency: Mapped[str] = mapped_column(CHAR(3))
    reason: Mapped[str]
    clause: Mapped[str]
    document_id: Mapped[UUID | None]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    ban_years: Mapped[int | None]
    ban_clause: Mapped[str | None]
    __table_args__ = (
        CheckConstraint(
            "(ban_years IS NULL) = (ban_clause IS NULL)"
            " AND (ban_years IS NULL OR ban_years > 0 AND case_kind = 'misspent')",
            name="ban",
        ),
        CheckConstraint("case_kind IN ('recomputed', 'unspent', 'misspent')", name="case"),
        CheckConstraint("amount > 0 AND after >= 0 AND amount = before - after", name="amount"),
        Index("ix_clawback_proposals_award_claim_id", "award_claim_id"),
    )


class SpendingReports(VoucherBase):
    """The report that an award owes which may be spent on some things only; amounts in fen."""

    __tablename__ = "spending_reports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    award_claim_id: Mapped[UUID] = mapped_column(ForeignKey("award_claims.id"))
    claim_line_id: Mapped[UUID] = mapped_column(ForeignKey("claim_lines.id"))
    state: Mapped[str]
    owed: Mapped[int]
    opened_at: Mapped[datetime]
    due_on: Mapped[date] = mapped_column(Date())
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    spent: Mapped[int | None]
    misspent: Mapped[int | None]
    reason: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('owed', 'submitted', 'decided', 'dropped')", name="state"),
        CheckConstraint("owed >= 0 AND (owed > 0 OR state IN ('decided', 'dropped'))", name="owed"),
        CheckConstraint(
            "(state = 'dropped' OR (submitted_at IS NULL) = (state = 'owed'))"
            " AND (submitted_at IS NULL) = (submitted_by IS NULL)",
            name="submitted",
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (state <> 'decided') AND (decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (spent IS NULL) AND (decided_at IS NULL) = (misspent IS NULL)",
            name="decided",
        ),
        CheckConstraint("spent >= 0 AND misspent >= 0", name="amounts"),
        CheckConstraint("decided_by <> submitted_by", name="four_eyes"),
        UniqueConstraint("award_claim_id", name="uq_spending_reports_award_claim_id"),
        Index("ix_spending_reports_remind", "remind_at", "id", postgresql_where=text("state = 'owed'")),
        Index("ix_spending_reports_due", "due_at", "id", postgresql_where=text("state = 'owed'")),
    )


class SpendingItems(VoucherBase):
    """One thing that an award was spent on, as the payee reported it; amount in fen."""

    __tablename__ = "spending_items"
    report_id: Mapped[UUID] = mapped_column(ForeignKey("spending_reports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger(), primary_key=True, autoincrement=False)
    item: Mapped[str]
    amount: Mapped[int]
    spent_on: Mapped[date] = mapped_column(Date())
    said: Mapped[str]
    document_id: Mapped[UUID]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_spending_items_document_id", "document_id"),
    )
