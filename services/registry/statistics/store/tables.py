"""The tables of targets, of the yearly work summaries, and of the published lists of supported objects."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase


class Targets(RegistryBase):
    """What a policy paper wants to have been reached by a day; append-only."""

    __tablename__ = "targets"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    value: Mapped[int]
    beyond: Mapped[bool]
    due_on: Mapped[date]
    policy: Mapped[str]
    clause: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "measure IN ('spaces', 'recognised_spaces', 'covered_counties', 'investors', 'mentors', "
            "'managed_capital', 'talents', 'technology_firms', 'high_technology_firms')",
            name="measure",
        ),
        CheckConstraint("value > 0", name="value"),
        UniqueConstraint("policy", "clause", "measure", "region"),
    )


class SummaryDuties(RegistryBase):
    """Who owes a work summary each year: a county, or a bureau of a city."""

    __tablename__ = "summary_duties"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    bureau: Mapped[str | None]
    from_year: Mapped[int]
    until_year: Mapped[int | None]
    policy: Mapped[str]
    clause: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    __table_args__ = (
        CheckConstraint("from_year BETWEEN 2000 AND 2999", name="from_year"),
        CheckConstraint("until_year BETWEEN from_year AND 2999", name="until_year"),
        ExcludeConstraint(
            ("region", "="),
            (text("coalesce(bureau, '')"), "="),
            (text("int8range(from_year, until_year, '[]')"), "&&"),
            name="ex_summary_duties_years",
            using="gist",
        ),
        ExcludeConstraint(("bureau", "="), ("region", "<>"), name="ex_summary_duties_bureau", using="gist"),
    )


class WorkSummaries(RegistryBase):
    """The summary of one year that somebody owes; ``owed_by``: the last day of what is owed next, null for nothing."""

    __tablename__ = "work_summaries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    duty_id: Mapped[UUID] = mapped_column(ForeignKey("summary_duties.id"))
    year: Mapped[int]
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"), index=True)
    bureau: Mapped[str | None]
    state: Mapped[str]
    due_on: Mapped[date]
    owed_by: Mapped[date | None] = mapped_column(index=True)
    submitted_on: Mapped[date | None]
    submitted_by: Mapped[str | None]
    days_late: Mapped[int | None]
    document_id: Mapped[UUID | None]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    opened_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("state IN ('open', 'submitted', 'returned', 'accepted')", name="state"),
        CheckConstraint("(owed_by IS NOT NULL) = (state IN ('open', 'returned'))", name="owed_by"),
        CheckConstraint(
            "num_nonnulls(submitted_on, submitted_by, days_late, document_id, figures) "
            "= CASE state WHEN 'open' THEN 0 ELSE 5 END",
            name="submitted",
        ),
        CheckConstraint("days_late >= 0", name="days_late"),
        CheckConstraint("(state = 'returned') = (reason IS NOT NULL)", name="reason"),
        CheckConstraint("state NOT IN ('returned', 'accepted') OR decided_by IS NOT NULL", name="decided_by"),
        CheckConstraint("decided_by <> submitted_by OR state IN ('open', 'submitted')", name="four_eyes"),
        UniqueConstraint("duty_id", "year"),
    )


class SupportedLists(RegistryBase):
    """Lists of whom a region supports in a year; published ones are replaced, never changed."""

    __tablename__ = "supported_lists"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    region: Mapped[str] = mapped_column(ForeignKey("regions.code"))
    year: Mapped[int]
    state: Mapped[str]
    digest: Mapped[str]
    prepared_by: Mapped[str]
    prepared_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'published', 'replaced', 'dropped')", name="state"),
        CheckConstraint("year BETWEEN 2000 AND 2999", name="year"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
        CheckConstraint(
            "num_nonnulls(decided_by, decided_at) = CASE state WHEN 'prepared' THEN 0 ELSE 2 END", name="decided"
        ),
        CheckConstraint("state NOT IN ('published', 'replaced') OR decided_by <> prepared_by", name="four_eyes"),
        Index(
            "uq_supported_lists_prepared",
            "region",
            "year",
            unique=True,
            postgresql_where=text("state = 'prepared'"),
        ),
        Index(
            "uq_supported_lists_published",
            "region",
            "year",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
    )


class SupportedEntries(RegistryBase):
    """The lines of a list, numbered from one; append-only."""

    __tablename__ = "supported_entries"
    list_id: Mapped[UUID] = mapped_column(ForeignKey("supported_lists.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    name: Mapped[str]
    region: Mapped[str]
    grounds: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    __table_args__ = (
        CheckConstraint("position > 0", name="position"),
        CheckConstraint("kind IN ('space', 'provider')", name="kind"),
        UniqueConstraint("list_id", "kind", "subject_id"),
    )
