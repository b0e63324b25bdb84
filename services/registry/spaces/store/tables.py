"""The tables of spaces, teams and who lives where."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase


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
