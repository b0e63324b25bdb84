"""The tables of indicator systems, campaigns and assessments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase

GRADES = "('excellent', 'pass', 'fail')"
CONSEQUENCES = "('subsidy_ground', 'in_scope', 'warning', 'revocation', 'ended_already')"


class IndicatorSystems(RegistryBase):
    """Versions of indicator systems; what one says never changes."""

    __tablename__ = "indicator_systems"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    number: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str]
    made_by: Mapped[str | None]
    made_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("state IN ('draft', 'published', 'replaced')", name="state"),
        CheckConstraint("published_by IS NULL OR coalesce(published_by <> made_by, false)", name="four_eyes"),
        CheckConstraint(
            "(published_by IS NULL) = (published_at IS NULL) AND (state <> 'published' OR published_by IS NOT NULL)",
            name="published",
        ),
        Index("uq_indicator_systems_code_number", "code", "number", unique=True),
        Index("uq_indicator_systems_draft", "code", unique=True, postgresql_where=text("state = 'draft'")),
        Index("uq_indicator_systems_published", "code", unique=True, postgresql_where=text("state = 'published'")),
    )


class Campaigns(RegistryBase):
    """Yearly campaigns, one for each region and year that is not given up."""

    __tablename__ = "campaigns"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    system_id: Mapped[UUID] = mapped_column(ForeignKey("indicator_systems.id"), index=True)
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    objection_days: Mapped[int]
    state: Mapped[str]
    objections_until: Mapped[date | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    announced_by: Mapped[str | None]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    document_id: Mapped[UUID | None]
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'open', 'closed', 'announced', 'published', 'cancelled')", name="state"),
        CheckConstraint("closes_on >= opens_on AND extract(year FROM opens_on) > year", name="days"),
        CheckConstraint("objection_days >= 0", name="objection_days"),
        CheckConstraint(
            "(announced_by IS NULL) = (objections_until IS NULL)"
            " AND (state NOT IN ('announced', 'published') OR announced_by IS NOT NULL)",
            name="announced",
        ),
        CheckConstraint(
            "(state = 'published') = (published_by IS NOT NULL)"
            " AND num_nonnulls(published_by, published_at, document_id) IN (0, 3)",
            name="published",
        ),
        CheckConstraint("published_by <> announced_by", name="four_eyes"),
        Index("ix_campaigns_closes_on", "closes_on", postgresql_where=text("state = 'open'")),
        Index("uq_campaigns_region_year", "region", "year", unique=True, postgresql_where=text("state <> 'cancelled'")),
    )


class Omissions(RegistryBase):
    """The spaces of a campaign's region that it does not assess, and why; append-only."""

    __tablename__ = "omissions"
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), primary_key=True, index=True)
    why: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "why IN ('never_recognised', 'recognised_later', 'ended_before', 'assessed_elsewhere')", name="why"
        ),
    )


class Assessments(RegistryBase):
    """One for each space and year whose campaign is not given up; the figures of the last round stand."""

    __tablename__ = "assessments"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), index=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    year: Mapped[int]
    state: Mapped[str]
    round: Mapped[int]
    score: Mapped[int | None]
    grade: Mapped[str | None]
    unreported: Mapped[bool]
    return_reason: Mapped[str | None]
    returned_until: Mapped[date | None]
    reported_by: Mapped[str | None]
    reviewed_by: Mapped[str | None]
    objection: Mapped[str | None]
    objection_document_id: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    upheld: Mapped[bool | None]
    decision: Mapped[str | None]
    consequence: Mapped[str | None]
    recorded_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'reported', 'returned', 'reviewed', 'unreported', 'announced', 'objected', 'decided',"
            " 'published', 'cancelled')",
            name="state",
        ),
        CheckConstraint("score BETWEEN 0 AND 10000 AND (score IS NULL) = (grade IS NULL)", name="score"),
        CheckConstraint(f"grade IN {GRADES}", name="grade"),
        CheckConstraint("state IN ('open', 'reported', 'returned', 'cancelled') OR grade IS NOT NULL", name="judged"),
        CheckConstraint("NOT unreported OR (grade = 'fail' AND score = 0)", name="unreported"),
        CheckConstraint("(return_reason IS NULL) = (returned_until IS NULL)", name="returned"),
        CheckConstraint("num_nonnulls(decided_by, upheld, decision) IN (0, 3)", name="decided"),
        CheckConstraint(
            "reviewed_by <> reported_by AND decided_by <> reported_by AND decided_by <> reviewed_by", name="four_eyes"
        ),
        CheckConstraint(f"consequence IN {CONSEQUENCES}", name="consequence"),
        CheckConstraint(
            "(state = 'published') = (consequence IS NOT NULL) AND (state = 'published') = (published_at IS NOT NULL)",
            name="published",
        ),
        Index(
            "uq_assessments_space_id_year",
            "space_id",
            "year",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_assessments_returned_until", "returned_until", postgresql_where=text("state = 'returned'")),
        Index("ix_assessments_year_published", "year", "id", postgresql_where=text("state = 'published'")),
    )


class AssessmentFigures(RegistryBase):
    """The figures of each round, with all that they came from and what they were worth; append-only."""

    __tablename__ = "assessment_figures"
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    counted: Mapped[int | None]
    counted_corrected: Mapped[bool]
    told: Mapped[int | None]
    reason: Mapped[str | None]
    document_id: Mapped[UUID | None]
    ruled: Mapped[int | None]
    ruling: Mapped[str | None]
    points: Mapped[int | None]
    vetoed: Mapped[bool]
    __table_args__ = (
        CheckConstraint("round > 0", name="round"),
        CheckConstraint("least(counted, told, ruled) >= 0", name="figures"),
        CheckConstraint("points BETWEEN 0 AND 10000", name="points"),
        CheckConstraint("(told IS NULL) = (document_id IS NULL)", name="evidence"),
        CheckConstraint("told IS NULL OR counted IS NULL OR reason IS NOT NULL", name="typed"),
        CheckConstraint("(ruled IS NULL) = (ruling IS NULL)", name="ruled"),
    )


class AssessmentHelp(RegistryBase):
    """Help given to spaces that were warned; append-only."""

    __tablename__ = "assessment_help"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), index=True)
    given_on: Mapped[date]
    account: Mapped[str]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
