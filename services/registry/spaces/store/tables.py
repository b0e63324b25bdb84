"""The tables of spaces, teams and who lives where."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import ENDS, RegistryBase

STATES = "('recorded', 'filed', 'recognised', 'revoked', 'closed')"


class Spaces(RegistryBase):
    """Spaces and who runs them; ``status`` is what the state comes to: closed, or not."""

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
    sponsor: Mapped[str | None]
    field: Mapped[str | None]
    area_square_metres: Mapped[int | None]
    seats: Mapped[int | None]
    address: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("spaces.id"))
    state: Mapped[str] = mapped_column(server_default="recorded")
    incubator_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    __table_args__ = (
        CheckConstraint(
            "kind IN ('demonstration_leading', 'investment_promoting', 'professional_service', 'maker_incubating')",
            name="kind",
        ),
        CheckConstraint("form IN ('maker_space', 'cafe', 'innovation_workshop')", name="form"),
        CheckConstraint("status IN ('active', 'closed')", name="status"),
        CheckConstraint(
            "sponsor IN ('leading_enterprise', 'research_or_university', 'industrial_cluster', 'innovation_zone', "
            "'overseas')",
            name="sponsor",
        ),
        CheckConstraint("area_square_metres > 0 AND seats > 0", name="premises"),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(
            "(state <> 'revoked' OR revoked_on IS NOT NULL) "
            "AND (state NOT IN ('recorded', 'recognised') OR revoked_on IS NULL)",
            name="revoked",
        ),
        Index("uq_spaces_operator_id_name", "operator_id", "name", unique=True),
        Index("ix_spaces_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
    )


class Recognitions(RegistryBase):
    """Recognitions of spaces, in force from the day of the decision until before the day they end; never deleted."""

    __tablename__ = "recognitions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    track: Mapped[str]
    level: Mapped[str]
    document_number: Mapped[str]
    decided_on: Mapped[date]
    document_id: Mapped[UUID]
    clause: Mapped[str]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("track IN ('science', 'human_resources', 'sme')", name="track"),
        CheckConstraint("level IN ('county', 'city', 'province', 'national')", name="level"),
        CheckConstraint("(ended_on IS NULL) = (end_reason IS NULL) AND ended_on >= decided_on", name="end"),
        CheckConstraint("end_reason IN ('upgraded', 'revoked', 'given_up')", name="end_reason"),
        ExcludeConstraint(
            ("space_id", "="),
            ("track", "="),
            (text("daterange(decided_on, ended_on, '[)')"), "&&"),
            name="ex_recognitions_open",
            using="gist",
        ),
    )


class Revocations(RegistryBase):
    """Cases against spaces: proposed, answered, decided by another person."""

    __tablename__ = "revocations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    reason: Mapped[str]
    clause: Mapped[str]
    document_id: Mapped[UUID]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[str]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'answered', 'revoked', 'dropped')", name="state"),
        CheckConstraint("num_nonnulls(answer, answered_by, answered_at) IN (0, 3)", name="answer"),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at, decision)"
            " = CASE WHEN state IN ('revoked', 'dropped') THEN 3 ELSE 0 END",
            name="decision",
        ),
        CheckConstraint("decided_by <> proposed_by", name="two_persons"),
        Index(
            "uq_revocations_running",
            "space_id",
            unique=True,
            postgresql_where=text("state IN ('proposed', 'answered')"),
        ),
    )


class SpaceHistory(RegistryBase):
    """What was done to a space, numbered from one; append-only."""

    __tablename__ = "space_history"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    number: Mapped[int]
    verb: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str | None]
    clause: Mapped[str | None]
    document_id: Mapped[UUID | None]
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(f"from_state IN {STATES}", name="from_state"),
        CheckConstraint(f"to_state IN {STATES}", name="to_state"),
        CheckConstraint("from_state <> 'revoked' OR to_state <> 'recognised'", name="revoked_stays"),
        UniqueConstraint("space_id", "number"),
    )


class Teams(RegistryBase):
    """Teams; ``home_id`` is the space in which the team was recorded and under whose name it is unique.

    ``root_id`` is the team at which the quota root begins; null is the team itself.
    """

    __tablename__ = "teams"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    home_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    core_members: Mapped[list[UUID]]
    status: Mapped[str]
    version: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    incorporated_as: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    incorporated_on: Mapped[date | None]
    root_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))
    past_members: Mapped[list[UUID]] = mapped_column(server_default="{}")
    __table_args__ = (
        CheckConstraint("status IN ('active', 'dissolved', 'incorporated')", name="status"),
        CheckConstraint("cardinality(core_members) > 0", name="core_members"),
        CheckConstraint(
            "num_nonnulls(incorporated_as, incorporated_on) = CASE status WHEN 'incorporated' THEN 2 ELSE 0 END",
            name="incorporated",
        ),
        CheckConstraint("root_id <> id", name="root"),
        Index("uq_teams_home_id_name", "home_id", "name", unique=True, postgresql_where=text("status = 'active'")),
        Index("ix_teams_incorporated_as", "incorporated_as", postgresql_where=text("incorporated_as IS NOT NULL")),
        Index("ix_teams_people", text("(core_members || past_members)"), postgresql_using="gin"),
    )


class Residencies(RegistryBase):
    """Who lives in which space, from when until when, and how it ended."""

    __tablename__ = "residencies"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    ended_how: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("num_nonnulls(team_id, organization_id) = 1", name="resident"),
        CheckConstraint(ENDS, name="period"),
        CheckConstraint(
            "ended_how IS NULL OR (ended_how IN ('left', 'graduated', 'dissolved') AND until_on IS NOT NULL)",
            name="ended_how",
        ),
        ExcludeConstraint(
            ("space_id", "="),
            (text("coalesce(team_id, organization_id)"), "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_residencies_period",
            using="gist",
        ),
    )


class Mentors(RegistryBase):
    """Who mentors in a space, a person by reference, from when until when."""

    __tablename__ = "mentors"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    title: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(ENDS, name="period"),
        UniqueConstraint("id", "space_id"),
        ExcludeConstraint(
            ("space_id", "="),
            ("person_id", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_mentors_period",
            using="gist",
        ),
    )


class Investors(RegistryBase):
    """Who invests in a space's residents, an organisation or a fund; ``managed`` in fen."""

    __tablename__ = "investors"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"), index=True)
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    fund: Mapped[str | None]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    managed: Mapped[int | None]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("num_nonnulls(organization_id, fund) = 1", name="who"),
        Index(
            "ix_investors_organization_id",
            "organization_id",
            postgresql_where=text("organization_id IS NOT NULL"),
        ),
        CheckConstraint("managed > 0", name="managed"),
        CheckConstraint(ENDS, name="period"),
        ExcludeConstraint(
            ("space_id", "="),
            (text("coalesce(organization_id::text, fund)"), "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            name="ex_investors_period",
            using="gist",
        ),
    )


class Activities(RegistryBase):
    """What happened in a space; append-only: a correction is a row of its own, which replaces another."""

    __tablename__ = "activities"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    space_id: Mapped[UUID] = mapped_column(ForeignKey("spaces.id"))
    kind: Mapped[str]
    title: Mapped[str]
    held_on: Mapped[date]
    sessions: Mapped[int]
    heads: Mapped[int]
    mentor_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    corrects_id: Mapped[UUID | None] = mapped_column(unique=True)
    correction_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("kind IN ('training', 'coaching', 'road_show', 'contest')", name="kind"),
        CheckConstraint("sessions >= CASE WHEN corrects_id IS NULL THEN 1 ELSE 0 END", name="sessions"),
        CheckConstraint("heads >= 0 AND (sessions > 0 OR heads = 0)", name="heads"),
        CheckConstraint("(corrects_id IS NULL) = (correction_reason IS NULL) AND corrects_id <> id", name="correction"),
        UniqueConstraint("id", "space_id"),
        ForeignKeyConstraint(["mentor_id", "space_id"], ["mentors.id", "mentors.space_id"]),
        Index("ix_activities_mentor_id", "mentor_id", postgresql_where=text("mentor_id IS NOT NULL")),
        ForeignKeyConstraint(["corrects_id", "space_id"], ["activities.id", "activities.space_id"]),
        Index("ix_activities_space_id_held_on", "space_id", "held_on"),
    )
