"""Every event has a place in the feed."""

from migrations import chassis_0004

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLE = "innovoucher_gateway"


def upgrade() -> None:
    """Add the column."""
    chassis_0004.upgrade(ROLE)


def downgrade() -> None:
    """The way back."""
    chassis_0004.downgrade(ROLE)
