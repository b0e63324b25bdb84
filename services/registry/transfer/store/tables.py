"""The tables of lists taken in and given out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BIGINT, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.tables import RegistryBase


class Imports(RegistryBase):
    """Imports, their counts and why they were refused."""

    __tablename__ = "imports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    documents: Mapped[list[UUID]]
    mapping: Mapped[dict[str, Any]]
    dry_run: Mapped[bool]
    state: Mapped[str]
    lines: Mapped[int]
    created: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    rejected: Mapped[int]
    normalised: Mapped[int]
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    headers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    job_id: Mapped[UUID]
    client: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    as_of: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('organizations', 'spaces', 'residencies', 'register_entries')", name="kind"),
        CheckConstraint("(kind = 'register_entries') = (as_of IS NOT NULL)", name="as_of"),
        CheckConstraint("cardinality(documents) BETWEEN 1 AND 16", name="documents"),
        CheckConstraint("state IN ('taken', 'done', 'refused')", name="state"),
        CheckConstraint("(state = 'taken') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(state = 'refused') = (jsonb_array_length(faults) > 0)", name="faults"),
        CheckConstraint(
            "created >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0 AND normalised >= 0"
            " AND lines = created + changed + unchanged + rejected",
            name="lines",
        ),
        Index("uq_imports_fetched", "as_of", unique=True, postgresql_where=text("requested_by = 'register.fetch'")),
    )


class RegisterFetches(RegistryBase):
    """Looks for an extract at the platform, one an instant at which one was due, and what each came to."""

    __tablename__ = "register_fetches"
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    ordered_at: Mapped[datetime]
    job_id: Mapped[UUID]
    outcome: Mapped[str | None]
    day: Mapped[date | None]
    why: Mapped[str | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id"))
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("outcome IN ('taken', 'not_there', 'failed')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(day IS NULL) = (outcome IS NULL OR outcome = 'not_there')", name="day"),
        CheckConstraint("(why IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'failed')", name="why"),
        CheckConstraint("(import_id IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'taken')", name="import"),
    )


class ImportLines(RegistryBase):
    """What each line of an import came to; append-only. digest: of what it means."""

    __tablename__ = "import_lines"
    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(BIGINT, primary_key=True, autoincrement=False)
    document: Mapped[int]
    row: Mapped[int]
    natural_key: Mapped[str | None]
    digest: Mapped[str]
    outcome: Mapped[str]
    subject_id: Mapped[UUID | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    __table_args__ = (
        CheckConstraint("outcome IN ('created', 'changed', 'unchanged', 'rejected')", name="outcome"),
        CheckConstraint("(outcome = 'rejected') = (jsonb_array_length(faults) > 0)", name="faults"),
        CheckConstraint("outcome <> 'rejected' OR subject_id IS NULL", name="subject"),
        Index(
            "ix_import_lines_natural_key",
            "import_id",
            "natural_key",
            postgresql_where=text("outcome <> 'rejected'"),
        ),
        Index("ix_import_lines_outcome", "import_id", "outcome", "line"),
        Index("ix_import_lines_normalised", "import_id", "line", postgresql_where=text("changes <> '[]'")),
    )


class Exports(RegistryBase):
    """Exports and what became of them; sight: what whoever asked was allowed to see."""

    __tablename__ = "exports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    format: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    sight: Mapped[dict[str, Any]]
    state: Mapped[str]
    rows: Mapped[int | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    job_id: Mapped[UUID]
    client: Mapped[str]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('organizations', 'spaces', 'providers', 'offerings')", name="kind"),
        CheckConstraint("format IN ('csv', 'xlsx')", name="format"),
        CheckConstraint("state IN ('asked', 'ready', 'expired')", name="state"),
        CheckConstraint(
            "(state = 'asked') = (ready_at IS NULL) AND (ready_at IS NULL) = (expires_at IS NULL)"
            " AND (ready_at IS NULL) = (rows IS NULL) AND (ready_at IS NULL) = (size IS NULL)"
            " AND (ready_at IS NULL) = (sha256 IS NULL) AND expires_at > ready_at",
            name="ready",
        ),
        Index("ix_exports_client", "client", "id"),
        Index("ix_exports_expires_at", "expires_at", postgresql_where=text("state = 'ready'")),
    )


class ExportParts(RegistryBase):
    """The bytes of exports, piece by piece, until they are over."""

    __tablename__ = "export_parts"
    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"), primary_key=True)
    place: Mapped[int] = mapped_column(BIGINT, primary_key=True, autoincrement=False)
    content: Mapped[bytes]
