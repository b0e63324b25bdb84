"""Journals, decisions and attempts are read in the order of their transactions."""

from migrations import chassis_0003, concurrent

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    chassis_0003.upgrade()
    concurrent.make_index("ix_journals_xact_sequence", "ON journals (xact, sequence)")


def downgrade() -> None:
    """The way back."""
    concurrent.drop_index("ix_journals_xact_sequence")
    chassis_0003.downgrade()
