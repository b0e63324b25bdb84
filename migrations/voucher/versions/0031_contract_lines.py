"""A contract may say its tax and its lines; what is delivered says the same of its part."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# What stands says nothing of these, so there is nothing that would have to be read over: the constraints need no scan.
REDEMPTIONS = """
ALTER TABLE redemptions
    ADD COLUMN contract_tax bigint,
    ADD COLUMN contract_lines jsonb,
    ADD COLUMN line_rates jsonb,
    ADD CONSTRAINT ck_redemptions_contract_tax
        CHECK (contract_tax >= 0 AND contract_tax < contract_amount) NOT VALID,
    ADD CONSTRAINT ck_redemptions_contract_lines
        CHECK (jsonb_array_length(contract_lines) > 0) NOT VALID,
    ADD CONSTRAINT ck_redemptions_line_rates
        CHECK (line_rates IS NULL OR contract_lines IS NOT NULL
               AND jsonb_array_length(line_rates) = jsonb_array_length(contract_lines)) NOT VALID
"""
CAPTURES = """
ALTER TABLE captures
    ADD COLUMN tax bigint,
    ADD COLUMN lines jsonb,
    ADD CONSTRAINT ck_captures_tax CHECK (tax >= 0 AND tax <= settlement) NOT VALID,
    ADD CONSTRAINT ck_captures_lines CHECK (jsonb_array_length(lines) > 0) NOT VALID
"""

STATEMENTS = (REDEMPTIONS, CAPTURES, f"GRANT UPDATE (line_rates) ON redemptions TO {ROLE}")

BACK = (
    "ALTER TABLE captures DROP COLUMN tax, DROP COLUMN lines",
    "ALTER TABLE redemptions DROP COLUMN contract_tax, DROP COLUMN contract_lines, DROP COLUMN line_rates",
)


def upgrade() -> None:
    """Lay what a contract and what is delivered say of tax and lines."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; taxes and lines are forgotten, and what was priced by them stays as it was priced."""
    for statement in BACK:
        op.execute(statement)
