"""The tables of what was true of an organisation and when: its names, and the figures behind its size."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase


class OrganizationNames(RegistryBase):
    """Every name that an organisation has or had; the current one is open-ended."""

    __tablename__ = "organization_names"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("organization_id", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_organization_names_period",
            using="gist",
        ),
        Index("ix_organization_names_organization_id", "organization_id", "from_on"),
        Index("ix_organization_names_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    )


class SizeDeclarations(RegistryBase):
    """Figures of one year and the class computed from them; append-only: a correction is a row of its own."""

    __tablename__ = "size_declarations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    year: Mapped[int]
    industry: Mapped[str]
    staff: Mapped[int | None]
    revenue: Mapped[int | None]
    assets: Mapped[int | None]
    size_class: Mapped[str]
    standard: Mapped[str]
    source: Mapped[str]
    document_id: Mapped[UUID | None]
    declared_at: Mapped[datetime]
    declared_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("year BETWEEN 1949 AND 9999", name="year"),
        CheckConstraint("staff >= 0 AND revenue >= 0 AND assets >= 0", name="figures"),
        CheckConstraint("num_nonnulls(staff, revenue, assets) > 0", name="some_figure"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large')", name="size_class"),
        CheckConstraint("source IN ('declared', 'operator', 'register')", name="source"),
        Index("ix_size_declarations_organization_id", "organization_id", "year", "id"),
    )
