"""The tables of organisations and their standing, one per thing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase


class Organizations(RegistryBase):
    """Organisations by credit code."""

    __tablename__ = "organizations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    uscc: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    legal_form: Mapped[str | None]
    size_class: Mapped[str | None]
    registered_on: Mapped[date | None]
    status: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    succeeded_how: Mapped[str | None]
    succeeded_on: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    succession_document_id: Mapped[UUID | None]
    __table_args__ = (
        CheckConstraint("uscc ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'", name="uscc"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large')", name="size_class"),
        CheckConstraint("status IN ('active', 'deregistered')", name="status"),
        CheckConstraint("version >= 0", name="version"),
        CheckConstraint("succeeded_how IN ('merger', 'winding_up', 'bankruptcy')", name="succeeded_how"),
        CheckConstraint(
            "num_nonnulls(succeeded_how, succeeded_on, succession_document_id) IN (0, 3)"
            " AND (successor_id IS NULL OR succeeded_how IS NOT NULL)"
            " AND (succeeded_how <> 'merger' OR successor_id IS NOT NULL)"
            " AND (succeeded_how IS NULL OR status <> 'active')",
            name="succession",
        ),
        CheckConstraint("successor_id <> id", name="successor"),
        Index("ix_organizations_successor_id", "successor_id", postgresql_where=text("successor_id IS NOT NULL")),
        Index("ix_organizations_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    )


class PriorityListings(RegistryBase):
    """Places on named priority lists; append-only."""

    __tablename__ = "priority_listings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    list_name: Mapped[str]
    priority_class: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("organization_id", "="),
            ("list_name", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_priority_listings_period",
            using="gist",
        ),
    )


class RelatedParties(RegistryBase):
    """Links between two organisations, the smaller id first; only their end is ever added."""

    __tablename__ = "related_parties"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    a_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    b_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    share_basis_points: Mapped[int | None]
    owner_id: Mapped[UUID | None]
    officer_role: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="order"),
        CheckConstraint("kind IN ('ownership', 'subordination', 'co_founding', 'shared_officers')", name="kind"),
        CheckConstraint(ENDS, name="period"),
        CheckConstraint(
            "share_basis_points BETWEEN 1 AND 10000 AND kind = 'ownership' OR share_basis_points IS NULL", name="share"
        ),
        CheckConstraint(
            "owner_id IN (a_id, b_id) AND share_basis_points IS NOT NULL"
            " OR owner_id IS NULL AND share_basis_points IS NULL",
            name="owner",
        ),
        CheckConstraint("officer_role IS NULL OR kind = 'shared_officers'", name="officer_role"),
        ExcludeConstraint(
            ("a_id", "="),
            ("b_id", "="),
            ("kind", "="),
            (text("coalesce(owner_id, a_id)"), "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_related_parties_period",
            using="gist",
        ),
    )


class Sanctions(RegistryBase):
    """Sanctions with the day of the decision and the last day; only the day on which one is lifted is ever added."""

    __tablename__ = "sanctions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("sanction_cases.id"), unique=True)
    lifted_on: Mapped[date | None]
    authority: Mapped[str | None]
    decision_number: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("kind IN ('ban', 'abnormal_operation', 'research_integrity')", name="kind"),
        CheckConstraint(
            "until_on BETWEEN (from_on + interval '1 year')::date AND (from_on + interval '3 years')::date",
            name="length",
        ),
        CheckConstraint("lifted_on BETWEEN from_on AND until_on", name="lifted"),
        CheckConstraint(
            "(authority IS NULL) = (decision_number IS NULL) AND (authority IS NULL OR case_id IS NULL)",
            name="authority",
        ),
        ExcludeConstraint(
            ("organization_id", "="),
            ("kind", "="),
            (text("daterange(from_on, coalesce(lifted_on, until_on + 1), '[)')"), "&&"),
            name="ex_sanctions_period",
            using="gist",
        ),
    )
