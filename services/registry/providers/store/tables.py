"""The tables of providers: on what ground they are admitted, when they are suspended, what they list."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase


class Providers(RegistryBase):
    """Providers, one per organisation."""

    __tablename__ = "providers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), unique=True)
    applied_for: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    state: Mapped[str]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "state IN ('applied', 'in_review', 'admitted', 'suspended', 'expired', 'removed', 'withdrawn')",
            name="state",
        ),
        Index("ix_providers_ends_on", "ends_on", postgresql_where=text("state = 'admitted'")),
    )


class Admissions(RegistryBase):
    """For which category a provider is admitted, when, and on what ground.

    ended_on: the last day of one whose ground ended early, noted when another admission takes its place.
    """

    __tablename__ = "admissions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    category: Mapped[str] = mapped_column(ForeignKey("categories.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    ground: Mapped[str] = mapped_column(server_default="decision")
    ground_id: Mapped[UUID | None]
    least_level: Mapped[str | None]
    list_name: Mapped[str | None]
    list_region: Mapped[str | None]
    schemes: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default="{}")
    ended_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        CheckConstraint(
            "ground IN ('decision', 'qualification', 'carrier', 'foreign_list')"
            " AND (ground IN ('qualification', 'carrier')) = (ground_id IS NOT NULL)"
            " AND (ground = 'carrier') = (least_level IS NOT NULL)"
            " AND (ground = 'foreign_list') = (list_name IS NOT NULL)"
            " AND (ground = 'foreign_list') = (list_region IS NOT NULL)",
            name="ground",
        ),
        CheckConstraint("least_level IN ('county', 'city', 'province', 'national')", name="least_level"),
        CheckConstraint("ended_on >= from_on - 1", name="ended"),
        ExcludeConstraint(
            ("provider_id", "="),
            ("category", "="),
            (text("daterange(from_on, least(until_on, ended_on) + 1, '[)')"), "&&"),
            name="ex_admissions_period",
            using="gist",
        ),
    )


class Offerings(RegistryBase):
    """What providers list, with the price of a unit in minor units, or none; proposed: what waits for approval."""

    __tablename__ = "offerings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    category: Mapped[str] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str]
    description: Mapped[str | None]
    price: Mapped[int | None]
    currency: Mapped[str | None]
    unit: Mapped[str | None]
    kind: Mapped[str] = mapped_column(server_default="service")
    state: Mapped[str]
    proposed_category: Mapped[str | None] = mapped_column(ForeignKey("categories.id"))
    proposed_price: Mapped[int | None]
    proposed_currency: Mapped[str | None]
    proposed_unit: Mapped[str | None]
    submitted_by: Mapped[str | None]
    returned_because: Mapped[str | None]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("price > 0 AND (price IS NULL) = (currency IS NULL)", name="price"),
        CheckConstraint("state IN ('draft', 'submitted', 'published', 'withdrawn')", name="state"),
        CheckConstraint("kind IN ('service', 'result')", name="kind"),
        CheckConstraint(
            "proposed_price > 0 AND (proposed_price IS NULL) = (proposed_currency IS NULL)"
            " AND (proposed_category IS NULL OR state = 'published')"
            " AND (proposed_category IS NOT NULL OR (proposed_price IS NULL AND proposed_unit IS NULL))",
            name="proposed",
        ),
        CheckConstraint(
            "(state = 'submitted' OR proposed_category IS NOT NULL) = (submitted_by IS NOT NULL)", name="submitted"
        ),
        Index(
            "uq_offerings_provider_id_name",
            "provider_id",
            "name",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )


class Qualifications(RegistryBase):
    """Certificates such as CMA and CNAS, and papers that prove who a provider is.

    ended_on: the last day of one that ended before its time; reminds_at: when the next paper is asked for.
    """

    __tablename__ = "qualifications"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    state: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    ended_on: Mapped[date | None]
    reminds_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        CheckConstraint("state IN ('sent', 'confirmed', 'rejected', 'ended')", name="state"),
        CheckConstraint("(state = 'sent') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("decided_by <> recorded_by", name="four_eyes"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("reminds_at IS NULL OR (decided_at IS NOT NULL AND until_on IS NOT NULL)", name="reminds_at"),
        ExcludeConstraint(
            ("provider_id", "="),
            ("kind", "="),
            ("number", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_qualifications_period",
            using="gist",
            where=text("state IN ('sent', 'confirmed')"),
        ),
        Index("ix_qualifications_reminds_at", "reminds_at", postgresql_where=text("reminds_at IS NOT NULL")),
    )


class Suspensions(RegistryBase):
    """Cases against providers; ends_at: when what is in force ends by itself, due_at: when an answer or a second
    person's word was due.
    """

    __tablename__ = "suspensions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    document_id: Mapped[UUID]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answer: Mapped[str | None]
    answer_document_id: Mapped[UUID | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    decision_document_id: Mapped[UUID | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    until_on: Mapped[date | None]
    ends_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('notice', 'urgent')", name="kind"),
        CheckConstraint(
            "state IN ('proposed', 'answered', 'urgent', 'in_force', 'ended', 'lapsed', 'dropped', 'removed')",
            name="state",
        ),
        CheckConstraint(
            "CASE kind WHEN 'notice' THEN state NOT IN ('urgent', 'lapsed')"
            " ELSE state NOT IN ('proposed', 'answered', 'dropped', 'removed') END",
            name="path",
        ),
        CheckConstraint("decided_by <> opened_by AND ended_by <> opened_by", name="four_eyes"),
        CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)"
            " AND (decided_by IS NULL) = (decision_document_id IS NULL)"
            " AND (state NOT IN ('in_force', 'dropped', 'removed') OR decided_by IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "(answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer IS NULL)"
            " AND (state <> 'answered' OR answered_by IS NOT NULL)",
            name="answered",
        ),
        CheckConstraint("state <> 'in_force' OR until_on IS NOT NULL", name="until"),
        CheckConstraint("(state IN ('urgent', 'in_force')) = (ends_at IS NOT NULL)", name="ends_at"),
        CheckConstraint(
            "(ended_by IS NULL) = (ended_at IS NULL) AND (state IN ('ended', 'lapsed')) = (ended_by IS NOT NULL)",
            name="ended",
        ),
        Index(
            "uq_suspensions_provider_id",
            "provider_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'answered', 'urgent', 'in_force')"),
        ),
        Index("ix_suspensions_ends_at", "ends_at", postgresql_where=text("ends_at IS NOT NULL")),
    )


class Instruments(RegistryBase):
    """Instruments that providers let others use, with the price of an hour in minor units, or none."""

    __tablename__ = "instruments"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    category: Mapped[str] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str]
    model: Mapped[str | None]
    maker: Mapped[str | None]
    accuracy: Mapped[str | None]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    address: Mapped[str | None]
    hours: Mapped[str | None]
    price: Mapped[int | None]
    currency: Mapped[str | None]
    state: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("price > 0 AND (price IS NULL) = (currency IS NULL)", name="price"),
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
        Index(
            "uq_instruments_provider_id_name",
            "provider_id",
            "name",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )


class Branches(RegistryBase):
    """Where a provider serves its customers."""

    __tablename__ = "branches"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    name: Mapped[str]
    address: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    active: Mapped[bool]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (Index("uq_branches_provider_id_name", "provider_id", "name", unique=True),)


class Ratings(RegistryBase):
    """What holders said of accepted work, one to five stars for a redemption; append-only."""

    __tablename__ = "ratings"
    redemption: Mapped[str] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    category: Mapped[str]
    offering_id: Mapped[UUID | None]
    stars: Mapped[int]
    rated_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),)
