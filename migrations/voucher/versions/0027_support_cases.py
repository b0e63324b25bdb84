"""Pairs of supported things that somebody looked at and found not to be the same."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

CLEARED = """
CREATE TABLE cleared_matches (
    one text NOT NULL,
    other text NOT NULL,
    reason text NOT NULL,
    cleared_by text NOT NULL,
    cleared_at timestamptz NOT NULL,
    request_id text,
    CONSTRAINT pk_cleared_matches PRIMARY KEY (one, other),
    CONSTRAINT ck_cleared_matches_pair CHECK (one < other),
    CONSTRAINT ck_cleared_matches_reason CHECK (reason <> '')
)
"""


def upgrade() -> None:
    """Make the table; what was cleared stays cleared."""
    op.execute(CLEARED)
    op.execute(f"GRANT SELECT, INSERT ON cleared_matches TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    op.execute("DROP TABLE cleared_matches")
