"""Decisions and attempts are read in the order of their transactions."""

from migrations import chassis_0003

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    chassis_0003.upgrade()


def downgrade() -> None:
    """The way back."""
    chassis_0003.downgrade()
