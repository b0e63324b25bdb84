"""A redemption keeps which rate it was priced by; payout models and splits."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# What the previous release writes says nothing of these: the general rate of the voucher's own version, paid to the
# provider, at no more than the price.
REDEMPTIONS = """
ALTER TABLE redemptions
    ADD COLUMN rate_version_id uuid
        CONSTRAINT fk_redemptions_rate_version_id_scheme_versions REFERENCES scheme_versions (id),
    ADD COLUMN rate_case bigint,
    ADD COLUMN declared jsonb,
    ADD COLUMN reimbursed boolean NOT NULL DEFAULT false,
    ADD COLUMN over_price bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_redemptions_rate_case CHECK (rate_case IS NULL OR rate_case >= 0 AND rate_version_id IS NOT NULL),
    ADD CONSTRAINT ck_redemptions_over_price CHECK (over_price = 0 OR over_price > 0 AND kind = 'instant'),
    ADD CONSTRAINT ck_redemptions_delivered_value CHECK (captured <= settled + over_price)
"""

STATEMENTS = (
    REDEMPTIONS,
    f"GRANT UPDATE (rate_version_id, rate_case) ON redemptions TO {ROLE}",
)

BACK = (
    "ALTER TABLE redemptions DROP COLUMN rate_version_id, DROP COLUMN rate_case, DROP COLUMN declared,"
    " DROP COLUMN reimbursed, DROP COLUMN over_price",
)


def upgrade() -> None:
    """Lay what a redemption keeps of its rate, of what was declared, and of whom the treasury pays."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; what was paid beyond a price is forgotten."""
    for statement in BACK:
        op.execute(statement)
