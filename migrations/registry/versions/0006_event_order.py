"""Events are read in the order of their places."""

from migrations import chassis_0005

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    chassis_0005.upgrade()


def downgrade() -> None:
    """The way back."""
    chassis_0005.downgrade()
