"""Tells in which transaction each decision and attempt was written, so that a reader can follow without a gap."""

from alembic import op

FOLLOWED = {
    "decisions": (
        "id, subject_kind, subject_id, kind, outcome, rule, clause, numbers, scheme_version, actor, request_id, at"
    ),
    "attempts": "id, operation, caller, organization, subject_kind, subject_id, key, outcome, reasons, request_id, at",
}
"""By table, what a service writes: never which transaction it was, for a row of an old one would be seen by nobody."""
BEFORE = "3"
"""The transaction that stands for all rows written before: the first that PostgreSQL gives, older than any reader's."""


def upgrade(role: str) -> None:
    """Add the column without rewriting the table, then let every new row name its own transaction."""
    for table, written in FOLLOWED.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN xact xid8 NOT NULL DEFAULT '{BEFORE}'::xid8")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN xact SET DEFAULT pg_current_xact_id()")
        op.execute(f"REVOKE INSERT ON {table} FROM {role}")
        op.execute(f"GRANT INSERT ({written}) ON {table} TO {role}")


def downgrade(role: str) -> None:
    """The way back."""
    for table in FOLLOWED:
        op.execute(f"GRANT INSERT ON {table} TO {role}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN xact")
