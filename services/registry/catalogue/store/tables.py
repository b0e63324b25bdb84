"""The tables of what is listed: regions, categories of services, working days."""

from datetime import date

from sqlalchemy import ARRAY, BIGINT, CheckConstraint, Date, ForeignKey
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
