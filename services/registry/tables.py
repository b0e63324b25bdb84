"""Remembers the registry: what is known of organisations, teams, spaces and providers, one table per thing."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BIGINT, CheckConstraint, Date, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.chassis.tables import Base, new_metadata

ENDS = "until_on IS NULL OR until_on >= from_on"


class RegistryBase(Base):
    """The registry's own tables, found by search_path."""

    __abstract__ = True
    metadata = new_metadata()


METADATA = RegistryBase.metadata


class Regions(RegistryBase):
    """Regions, national and local codes side by side."""

    __tablename__ = "regions"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    listed_in: Mapped[str]
    __table_args__ = (
        CheckConstraint("listed_in IN ('national', 'local')", name="listed_in"),
        CheckConstraint("parent <> code", name="parent"),
    )


class Categories(RegistryBase):
    """The tree of services."""

    __tablename__ = "categories"
    id: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    parent: Mapped[str | None] = mapped_column(ForeignKey("categories.id"))
    __table_args__ = (CheckConstraint("parent <> id", name="parent"),)


class Calendars(RegistryBase):
    """Announced years: weekdays off, weekend days worked."""

    __tablename__ = "calendars"
    year: Mapped[int] = mapped_column(BIGINT, primary_key=True, autoincrement=False)
    off: Mapped[list[date]] = mapped_column(ARRAY(Date()))
    worked: Mapped[list[date]] = mapped_column(ARRAY(Date()))


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
    __table_args__ = (
        CheckConstraint("uscc ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'", name="uscc"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large')", name="size_class"),
        CheckConstraint("status IN ('active', 'deregistered')", name="status"),
        CheckConstraint("version >= 0", name="version"),
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
    """Links between two organisations, the smaller id first; append-only."""

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
    __table_args__ = (
        CheckConstraint("a_id < b_id", name="order"),
        CheckConstraint("kind IN ('ownership', 'subordination', 'co_founding', 'shared_officers')", name="kind"),
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("a_id", "="),
            ("b_id", "="),
            ("kind", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_related_parties_period",
            using="gist",
        ),
    )


class Sanctions(RegistryBase):
    """Sanctions with the day of the decision and the last day; append-only."""

    __tablename__ = "sanctions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    kind: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("kind IN ('ban', 'abnormal_operation', 'research_integrity')", name="kind"),
        CheckConstraint(
            "until_on BETWEEN (from_on + interval '1 year')::date AND (from_on + interval '3 years')::date",
            name="length",
        ),
        ExcludeConstraint(
            ("organization_id", "="),
            ("kind", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_sanctions_period",
            using="gist",
        ),
    )


class Spaces(RegistryBase):
    """Spaces and who runs them."""

    __tablename__ = "spaces"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    form: Mapped[str]
    operator_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    status: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "kind IN ('demonstration_leading', 'investment_promoting', 'professional_service', 'maker_incubating')",
            name="kind",
        ),
        CheckConstraint("form IN ('maker_space', 'cafe', 'innovation_workshop')", name="form"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        Index("uq_spaces_operator_id_name", "operator_id", "name", unique=True),
    )


class Teams(RegistryBase):
    """Teams; ``home_id`` is the space in which the team was recorded and under whose name it is unique."""

    __tablename__ = "teams"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    home_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    core_members: Mapped[list[UUID]]
    status: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("status IN ('active', 'dissolved')", name="status"),
        CheckConstraint("cardinality(core_members) > 0", name="core_members"),
        Index("uq_teams_home_id_name", "home_id", "name", unique=True, postgresql_where=text("status = 'active'")),
    )


class Residencies(RegistryBase):
    """Who lives in which space, from when until when."""

    __tablename__ = "residencies"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("num_nonnulls(team_id, organization_id) = 1", name="resident"),
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("space_id", "="),
            (text("coalesce(team_id, organization_id)"), "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_residencies_period",
            using="gist",
        ),
    )


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
    """For which category a provider is admitted, and when; append-only."""

    __tablename__ = "admissions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    category: Mapped[str] = mapped_column(ForeignKey("categories.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("provider_id", "="),
            ("category", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_admissions_period",
            using="gist",
        ),
    )


class Offerings(RegistryBase):
    """What providers list, with the price of a unit in minor units, or none."""

    __tablename__ = "offerings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"))
    category: Mapped[str] = mapped_column(ForeignKey("categories.id"), index=True)
    name: Mapped[str]
    description: Mapped[str | None]
    price: Mapped[int | None]
    currency: Mapped[str | None]
    unit: Mapped[str | None]
    state: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("price > 0 AND (price IS NULL) = (currency IS NULL)", name="price"),
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state"),
        Index(
            "uq_offerings_provider_id_name",
            "provider_id",
            "name",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )
