"""Every event has a place in the feed."""

from migrations import chassis_0004

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"


def upgrade() -> None:
    """Add the column."""
    chassis_0004.upgrade(ROLE)


def downgrade() -> None:
    """The way back."""
    chassis_0004.downgrade(ROLE)
