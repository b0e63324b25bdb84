"""Remembers nothing itself: declares the tables that every service has in its own schema, found by search_path."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BIGINT, CheckConstraint, Identity, Index, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Table metadata with the house's constraint names."""
    return MetaData(naming_convention=NAMING)


PLACE = "greatest(pg_snapshot_xmax(pg_current_snapshot()), ((pg_current_xact_id()::text::bigint + 1)::text)::xid8)"
"""After every transaction that has ended before the statement began, and after the writer's own: see decision 0018."""


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id, which never wraps; read and written as text."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in SQL."""
        return "xid8"


class Base(DeclarativeBase):
    """Types and names for all tables; a service derives its own base with its own metadata."""

    __abstract__ = True
    __table__: ClassVar[Table]
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        str: Text(),
        int: BIGINT(),
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB(),
        list[UUID]: ARRAY(Uuid()),
        bytes: LargeBinary(),
    }


class ChassisBase(Base):
    """The chassis's own tables: one copy in each service's schema."""

    __abstract__ = True
    metadata = new_metadata()


class IdempotencyKeys(ChassisBase):
    """One row per acknowledged request; the answer is kept for at least 30 days, the key for ever."""

    __tablename__ = "idempotency_keys"
    caller: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
    object_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    __table_args__ = (Index("ix_idempotency_keys_created_at", "created_at"),)


class Events(ChassisBase):
    """The outbox and feed: what happened, written in the transaction that made it happen.

    place: where in the feed it stands, before all that is written once this is committed; of old rows null, they stand
    by their transaction.
    """

    __tablename__ = "events"
    position: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    id: Mapped[UUID]
    type: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    audience: Mapped[list[UUID]]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(Xid8(), server_default=text(PLACE))
    __table_args__ = (
        CheckConstraint("place > xact", name="place"),
        Index("ix_events_place", text("coalesce(place, xact)"), "position"),
        Index("ix_events_xact_position", "xact", "position"),
        Index("ix_events_audience", "audience", postgresql_using="gin"),
        Index("ix_events_subject_id", "subject_id"),
    )


class Decisions(ChassisBase):
    """Why something was decided: the rule, its numbers and its clause; append-only."""

    __tablename__ = "decisions"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    kind: Mapped[str]
    outcome: Mapped[str]
    rule: Mapped[str | None]
    clause: Mapped[str | None]
    numbers: Mapped[dict[str, Any]]
    scheme_version: Mapped[UUID | None]
    actor: Mapped[str]
    request_id: Mapped[str | None]
    at: Mapped[datetime]
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    __table_args__ = (
        Index("ix_decisions_subject_id", "subject_id"),
        Index("ix_decisions_xact_id", "xact", "id"),
    )


class Attempts(ChassisBase):
    """Every try at something that moves value, refused ones too; append-only, kept two years."""

    __tablename__ = "attempts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[str]
    caller: Mapped[str]
    organization: Mapped[UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    key: Mapped[str | None]
    outcome: Mapped[str]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    request_id: Mapped[str | None]
    at: Mapped[datetime]
    xact: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'refused')", name="outcome"),
        Index("ix_attempts_organization", "organization"),
        Index("ix_attempts_subject_id", "subject_id"),
        Index("ix_attempts_key", "key"),
        Index("ix_attempts_xact_id", "xact", "id"),
    )


class Tasks(ChassisBase):
    """What waits for somebody, until when."""

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    role: Mapped[str]
    region: Mapped[str | None]
    bureau: Mapped[str | None]
    treasury: Mapped[str | None]
    organization: Mapped[UUID | None]
    due_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_tasks_subject_id", "subject_id"),
        Index("ix_tasks_role_open", "role", "due_at", postgresql_where=text("closed_at IS NULL")),
        Index("uq_tasks_open", "subject_id", "kind", unique=True, postgresql_where=text("closed_at IS NULL")),
    )


class Documents(ChassisBase):
    """Evidence: the bytes themselves, known by their SHA-256; append-only."""

    __tablename__ = "documents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    media_type: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes]
    organization: Mapped[UUID | None]
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("size = octet_length(content)", name="size"),
        Index(
            "uq_documents_owner_sha256",
            "organization",
            "sent_by",
            "sha256",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )


class Jobs(ChassisBase):
    """Work that outlives a request: its state, progress, checkpoint and report."""

    __tablename__ = "jobs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    payload: Mapped[dict[str, Any]]
    checkpoint: Mapped[dict[str, Any]]
    done: Mapped[int]
    total: Mapped[int | None]
    report: Mapped[dict[str, Any] | None]
    actor: Mapped[str]
    tries: Mapped[int]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index("ix_jobs_open", "created_at", postgresql_where=text("state IN ('queued', 'running')")),
    )


class Leases(ChassisBase):
    """Who of all processes does what only one may do, until when in real time; the fence grows with each holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    fence: Mapped[int]
    holder: Mapped[str]
    held_since: Mapped[datetime]
    held_until: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("fence > 0", name="fence"),
        CheckConstraint("held_since <= held_until", name="held"),
    )


class TimerRuns(ChassisBase):
    """How far each timer has come: how much it carried out in all, up to which due instant, and since when it stands.

    stuck_since and last_run_at are real time, last_due is business time.
    """

    __tablename__ = "timer_runs"
    name: Mapped[str] = mapped_column(primary_key=True)
    carried_out: Mapped[int]
    last_run_at: Mapped[datetime | None]
    last_due: Mapped[datetime | None]
    stuck_since: Mapped[datetime | None]
    stuck_why: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("carried_out >= 0", name="carried_out"),
        CheckConstraint("(stuck_since IS NULL) = (stuck_why IS NULL)", name="stuck"),
    )
