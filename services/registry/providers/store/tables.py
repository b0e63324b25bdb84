"""The tables of providers, their admissions and what they list."""

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
