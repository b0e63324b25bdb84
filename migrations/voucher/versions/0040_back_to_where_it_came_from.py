"""A deposit tells from which account it came, and what nobody needs of it goes back there; one escrow of a treasury."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

ORIGIN = "ALTER TABLE deposits ADD COLUMN from_name text, ADD COLUMN from_account text"

# what came in before is known by its bank line
KNOWN = """
UPDATE deposits SET from_name = lines.counterparty_name, from_account = lines.counterparty_account
FROM statement_lines AS lines
WHERE lines.match_kind = 'deposit' AND lines.match_id = deposits.id AND deposits.state = 'received'
"""

CAME_FROM = """
ALTER TABLE deposits ADD CONSTRAINT ck_deposits_came_from CHECK (
    (from_name IS NOT NULL) = (state = 'received') AND (from_name IS NULL) = (from_account IS NULL)
)
"""

OF_DEPOSIT = """
ALTER TABLE deposit_refunds
    ALTER COLUMN bank_account_id DROP NOT NULL,
    ADD COLUMN deposit_id uuid
"""

FIRST = """
UPDATE deposit_refunds SET deposit_id = (
    SELECT id FROM deposits WHERE deposits.redemption_id = deposit_refunds.redemption_id ORDER BY id LIMIT 1
)
"""

NAMED = """
ALTER TABLE deposit_refunds
    ALTER COLUMN deposit_id SET NOT NULL,
    ADD CONSTRAINT fk_deposit_refunds_deposit_id_deposits FOREIGN KEY (deposit_id) REFERENCES deposits (id)
"""

# a treasury has a handful of accounts, so that nobody waits for it
ESCROW = "CREATE UNIQUE INDEX uq_payer_accounts_escrow ON payer_accounts (treasury, currency) WHERE kind = 'escrow'"

GRANT = f"GRANT UPDATE (from_name, from_account) ON deposits TO {ROLE}"


def upgrade() -> None:
    """Lay where deposits came from; no release before this one knows deposits."""
    for statement in (ORIGIN, KNOWN, CAME_FROM, OF_DEPOSIT, FIRST, NAMED, ESCROW, GRANT):
        op.execute(statement)


def downgrade() -> None:
    """The way back; a refund that went to where its deposit came from has no place in it, so there may be none."""
    op.execute("DROP INDEX uq_payer_accounts_escrow")
    op.execute("ALTER TABLE deposit_refunds DROP COLUMN deposit_id, ALTER COLUMN bank_account_id SET NOT NULL")
    op.execute(
        "ALTER TABLE deposits DROP CONSTRAINT ck_deposits_came_from, DROP COLUMN from_name, DROP COLUMN from_account"
    )
