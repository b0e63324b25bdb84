"""Gives every event its place in the feed, which an object's history keeps whoever began first."""

from alembic import op

WRITTEN = "id, type, subject_kind, subject_id, audience, data, at"
"""What a service writes: never where in the feed it stands, for an event before a reader's cursor is seen by nobody."""
PLACE = "greatest(pg_snapshot_xmax(pg_current_snapshot()), ((pg_current_xact_id()::text::bigint + 1)::text)::xid8)"
"""After every transaction that has ended before the statement began, and after the writer's own: see decision 0018."""


def upgrade(role: str) -> None:
    """Add the column without rewriting the table; what was written before stands by its transaction, as it did."""
    op.execute("ALTER TABLE events ADD COLUMN place xid8")
    op.execute(f"ALTER TABLE events ALTER COLUMN place SET DEFAULT {PLACE}")
    op.execute("ALTER TABLE events ADD CONSTRAINT ck_events_place CHECK (place > xact) NOT VALID")
    op.execute(f"REVOKE INSERT ON events FROM {role}")
    op.execute(f"GRANT INSERT ({WRITTEN}) ON events TO {role}")


def downgrade(role: str) -> None:
    """The way back."""
    op.execute(f"GRANT INSERT ON events TO {role}")
    op.execute("ALTER TABLE events DROP COLUMN place")
