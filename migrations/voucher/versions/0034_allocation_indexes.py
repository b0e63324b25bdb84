"""What a holder has of a scheme is found by its quota root; columns added to big tables are checked."""

from alembic import op

from migrations.concurrent import drop_index, make_index

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index, and check what was added, both while others write."""
    make_index("ix_vouchers_of_quota_root", "ON vouchers (quota_root_id)")
    op.execute("ALTER TABLE applications VALIDATE CONSTRAINT ck_applications_window_turn")
    op.execute("ALTER TABLE vouchers VALIDATE CONSTRAINT ck_vouchers_lost_by_provider")


def downgrade() -> None:
    """The way back."""
    drop_index("ix_vouchers_of_quota_root")
