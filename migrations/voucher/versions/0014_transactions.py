"""Every decision and attempt tells in which transaction it was written."""

from migrations import chassis_0002

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"


def upgrade() -> None:
    """Add the columns."""
    chassis_0002.upgrade(ROLE)


def downgrade() -> None:
    """The way back."""
    chassis_0002.downgrade(ROLE)
