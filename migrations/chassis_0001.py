"""The first shape of the tables that every service has in its own schema, and what its role may do to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from services.chassis.tables import Xid8

INSTANT = TIMESTAMP(timezone=True)
APPEND_ONLY = ("decisions", "attempts", "documents")
CHANGING = {
    "idempotency_keys": "status, answer, object_id",
    "tasks": "closed_at",
    "jobs": "state, checkpoint, done, total, report, tries, lease_until, finished_at",
    "leases": "fence, holder, held_since, held_until",
    "timer_runs": "carried_out, last_run_at, last_due, stuck_since, stuck_why",
}
"""By table, the columns that change."""
TABLES = (*CHANGING, "events", *APPEND_ONLY)


def upgrade(role: str) -> None:
    """Make the tables in the schema that comes first on the search path; ``role`` is the service's."""
    _idempotency_keys()
    _events()
    _decisions()
    _attempts()
    _tasks()
    _documents()
    _jobs()
    _leases()
    _timer_runs()
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {role}")
    for table, columns in CHANGING.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {table} TO {role}")


def downgrade() -> None:
    """The way back."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("status", sa.BigInteger),
        sa.Column("answer", JSONB),
        sa.Column("object_id", sa.Uuid),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("xact", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.PrimaryKeyConstraint("caller", "operation", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("xact", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("audience", sa.ARRAY(sa.Uuid), nullable=False),
        sa.Column("data", JSONB, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
    )
    op.create_index("ix_events_xact_position", "events", ["xact", "position"])
    op.create_index("ix_events_audience", "events", ["audience"], postgresql_using="gin")
    op.create_index("ix_events_subject_id", "events", ["subject_id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("clause", sa.Text),
        sa.Column("numbers", JSONB, nullable=False),
        sa.Column("scheme_version", sa.Uuid),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_subject_id", "decisions", ["subject_id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("organization", sa.Uuid),
        sa.Column("subject_kind", sa.Text),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("key", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("reasons", JSONB, nullable=False),
        sa.Column("request_id", sa.Text),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.CheckConstraint("outcome IN ('done', 'refused')", name=op.f("ck_attempts_outcome")),
    )
    for column in ("organization", "subject_id", "key"):
        op.create_index(f"ix_attempts_{column}", "attempts", [column])


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("region", sa.Text),
        sa.Column("bureau", sa.Text),
        sa.Column("treasury", sa.Text),
        sa.Column("organization", sa.Uuid),
        sa.Column("due_at", INSTANT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index("ix_tasks_subject_id", "tasks", ["subject_id"])
    op.create_index("ix_tasks_role_open", "tasks", ["role", "due_at"], postgresql_where=still_open)
    op.create_index("uq_tasks_open", "tasks", ["subject_id", "kind"], unique=True, postgresql_where=still_open)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("organization", sa.Uuid),
        sa.Column("sent_by", sa.Text, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.CheckConstraint("size = octet_length(content)", name=op.f("ck_documents_size")),
    )
    op.create_index(
        "uq_documents_owner_sha256",
        "documents",
        ["organization", "sent_by", "sha256"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("checkpoint", JSONB, nullable=False),
        sa.Column("done", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger),
        sa.Column("report", JSONB),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_state")),
    )
    op.create_index("ix_jobs_open", "jobs", ["created_at"], postgresql_where=sa.text("state IN ('queued', 'running')"))


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("held_since", INSTANT, nullable=False),
        sa.Column("held_until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
        sa.CheckConstraint("fence > 0", name=op.f("ck_leases_fence")),
        sa.CheckConstraint("held_since <= held_until", name=op.f("ck_leases_held")),
    )


def _timer_runs() -> None:
    op.create_table(
        "timer_runs",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("carried_out", sa.BigInteger, nullable=False),
        sa.Column("last_run_at", INSTANT),
        sa.Column("last_due", INSTANT),
        sa.Column("stuck_since", INSTANT),
        sa.Column("stuck_why", sa.Text),
        sa.PrimaryKeyConstraint("name", name="pk_timer_runs"),
        sa.CheckConstraint("carried_out >= 0", name=op.f("ck_timer_runs_carried_out")),
        sa.CheckConstraint("(stuck_since IS NULL) = (stuck_why IS NULL)", name=op.f("ck_timer_runs_stuck")),
    )
