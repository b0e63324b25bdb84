"""The tables of persons, who stand in them sealed, of what class of founder they are and what they founded."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase


class People(RegistryBase):
    """Persons: what is personal sealed, and a keyed hash of their papers; erased, both are gone and the id stays.

    region: where a person says that he lives, county-level, which many share; it goes with what is personal.
    """

    __tablename__ = "people"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped_key: Mapped[bytes | None]
    personal: Mapped[bytes | None]
    id_index: Mapped[bytes | None] = mapped_column(unique=True)
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    erased_at: Mapped[datetime | None]
    region: Mapped[str | None] = mapped_column(ForeignKey("regions.code"))
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(wrapped_key, personal, id_index) = CASE WHEN erased_at IS NULL THEN 3 ELSE 0 END",
            name="erased",
        ),
        CheckConstraint("octet_length(id_index) = 32", name="id_index"),
        CheckConstraint("version >= 1", name="version"),
    )


class FounderClasses(RegistryBase):
    """What class of founder a person is, from when until when; append-only."""

    __tablename__ = "founder_classes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    class_: Mapped[str] = mapped_column("class")
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    employer: Mapped[str | None]
    kept_until: Mapped[date | None]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        CheckConstraint(
            "num_nonnulls(employer, kept_until) IN (0, 2) AND kept_until >= from_on"
            " AND kept_until <= (from_on + interval '3 years')::date",
            name="employment",
        ),
        ExcludeConstraint(
            ("person_id", "="),
            (text("class"), "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_founder_classes_period",
            using="gist",
        ),
    )


class Founders(RegistryBase):
    """Who founded or leads an organisation or a team, from when until when; append-only."""

    __tablename__ = "founders"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    role: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    document_id: Mapped[UUID]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, team_id) = 1", name="founded"),
        CheckConstraint("role IN ('founder', 'co_founder', 'legal_representative', 'executive')", name="role"),
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("person_id", "="),
            (text("coalesce(organization_id, team_id)"), "="),
            ("role", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_founders_period",
            using="gist",
        ),
    )
