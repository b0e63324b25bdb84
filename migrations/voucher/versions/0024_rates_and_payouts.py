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

# A line may claim a voucher's face, which its invoices do not bear; a list may be shown for calendar days.
WIDENED = (
    "ALTER TABLE claim_lines ADD COLUMN over_price bigint NOT NULL DEFAULT 0",
    "ALTER TABLE claim_lines DROP CONSTRAINT ck_claim_lines_amounts",
    "ALTER TABLE claim_lines ADD CONSTRAINT ck_claim_lines_amounts CHECK (claimed > 0 AND over_price >= 0"
    " AND settlement + over_price >= claimed AND approved BETWEEN 0 AND claimed)",
    "ALTER TABLE disclosures ADD COLUMN calendar_days bigint NOT NULL DEFAULT 0",
    "ALTER TABLE disclosures DROP CONSTRAINT ck_disclosures_working_days",
    "ALTER TABLE disclosures ADD CONSTRAINT ck_disclosures_working_days"
    " CHECK (working_days >= 0 AND calendar_days >= 0)",
)

STATEMENTS = (
    REDEMPTIONS,
    *WIDENED,
    f"GRANT UPDATE (rate_version_id, rate_case) ON redemptions TO {ROLE}",
)

BACK = (
    "ALTER TABLE disclosures DROP CONSTRAINT ck_disclosures_working_days",
    "ALTER TABLE disclosures ADD CONSTRAINT ck_disclosures_working_days CHECK (working_days > 0)",
    "ALTER TABLE disclosures DROP COLUMN calendar_days",
    "ALTER TABLE claim_lines DROP CONSTRAINT ck_claim_lines_amounts",
    "ALTER TABLE claim_lines ADD CONSTRAINT ck_claim_lines_amounts"
    " CHECK (claimed > 0 AND settlement >= claimed AND approved BETWEEN 0 AND claimed)",
    "ALTER TABLE claim_lines DROP COLUMN over_price",
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
