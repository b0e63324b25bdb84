"""Organisations are found by any part of their name without reading all of them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the names by trigrams: only such an index serves a pattern that begins anywhere."""
    op.execute("CREATE EXTENSION pg_trgm")
    op.execute("CREATE INDEX ix_organizations_name ON organizations USING gin (name gin_trgm_ops)")


def downgrade() -> None:
    """The way back."""
    op.execute("DROP INDEX ix_organizations_name")
    op.execute("DROP EXTENSION pg_trgm")
