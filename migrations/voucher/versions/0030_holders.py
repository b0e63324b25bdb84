"""What stands on a holder says of which kind he is: an organisation, a team or a natural person."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

COLUMNS = {
    "applications": "holder_kind",
    "vouchers": "holder_kind",
    "redemptions": "holder_kind",
    "claim_lines": "holder_kind",
    "invoices": "buyer_kind",
    "bank_slips": "payer_kind",
}
KINDS = "('organization', 'team', 'person')"


def upgrade() -> None:
    """All that stands is of organisations, and so is what the release before writes: nothing has to be read over."""
    for table, column in COLUMNS.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} text NOT NULL DEFAULT 'organization', "
            f"ADD CONSTRAINT ck_{table}_{column} CHECK ({column} IN {KINDS}) NOT VALID"
        )


def downgrade() -> None:
    """The way back."""
    for table, column in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
