"""When a provider is asked for the next paper that proves who it is."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# What the release before ends keeps its reminder, which then opens nothing: the check does not look at the state.
REMINDS = """
ALTER TABLE qualifications
    ADD COLUMN reminds_at timestamptz,
    ADD CONSTRAINT ck_qualifications_reminds_at
        CHECK (reminds_at IS NULL OR (decided_at IS NOT NULL AND until_on IS NOT NULL))
"""


def upgrade() -> None:
    """Make room for the reminder."""
    op.execute(REMINDS)
    op.execute("CREATE INDEX ix_qualifications_reminds_at ON qualifications (reminds_at) WHERE reminds_at IS NOT NULL")
    op.execute("GRANT UPDATE (reminds_at) ON qualifications TO innovoucher_registry")


def downgrade() -> None:
    """The way back."""
    op.execute("ALTER TABLE qualifications DROP COLUMN reminds_at")
