"""The tables of what is listed: regions, categories of services, working days, policy papers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BIGINT, CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase


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


class Policies(RegistryBase):
    """Policy papers by id."""

    __tablename__ = "policies"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    issuer: Mapped[str]
    number: Mapped[str | None]
    made_on: Mapped[date | None]
    published_on: Mapped[date | None]
    effective_on: Mapped[date | None]
    abolished_on: Mapped[date | None]
    status: Mapped[str]
    note: Mapped[str | None]
    document_id: Mapped[UUID | None]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("id ~ '^[a-z][a-z0-9-]{1,59}$'", name="id"),
        CheckConstraint("status IN ('draft', 'in_force', 'incomplete', 'abolished')", name="status"),
        CheckConstraint("status <> 'in_force' OR (number IS NOT NULL AND made_on IS NOT NULL)", name="in_force"),
        CheckConstraint("(status = 'abolished') = (abolished_on IS NOT NULL)", name="abolished"),
        CheckConstraint("version >= 0", name="version"),
        Index("uq_policies_number", "number", unique=True, postgresql_where=text("status <> 'abolished'")),
    )


class PolicyClauses(RegistryBase):
    """The numbered clauses of policy papers in the order of print; append-only. bureaus: in simplified characters."""

    __tablename__ = "policy_clauses"
    policy_id: Mapped[str] = mapped_column(ForeignKey("policies.id"), primary_key=True)
    place: Mapped[int] = mapped_column(BIGINT, primary_key=True, autoincrement=False)
    id: Mapped[str]
    level: Mapped[str]
    heading: Mapped[str]
    paragraphs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    bureaus: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    __table_args__ = (
        UniqueConstraint("policy_id", "id"),
        CheckConstraint("level IN ('chapter', 'section', 'item')", name="level"),
        Index("ix_policy_clauses_bureaus", "bureaus", postgresql_using="gin"),
    )
