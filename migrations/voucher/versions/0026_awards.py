"""Awards are claimed, reported on and computed again."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# a claim line stands on a capture, as before, or on an award
CLAIM_LINES = """
ALTER TABLE claim_lines
    ALTER COLUMN capture_id DROP NOT NULL,
    ALTER COLUMN redemption_id DROP NOT NULL,
    ALTER COLUMN voucher_id DROP NOT NULL,
    ADD COLUMN award_claim_id uuid,
    ADD CONSTRAINT ck_claim_lines_stands_on CHECK (
        (capture_id IS NULL) = (award_claim_id IS NOT NULL) AND (capture_id IS NULL) = (redemption_id IS NULL)
        AND (capture_id IS NULL) = (voucher_id IS NULL)
    )
"""

SHARES = """
CREATE TABLE claim_line_shares (
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_claim_line_shares_claim_line_id_claim_lines REFERENCES claim_lines (id),
    position bigint NOT NULL,
    leg_id uuid NOT NULL CONSTRAINT uq_claim_line_shares_leg_id UNIQUE,
    part text NOT NULL,
    budget_line_id uuid NOT NULL
        CONSTRAINT fk_claim_line_shares_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    funding_source text NOT NULL,
    weight bigint NOT NULL CONSTRAINT ck_claim_line_shares_weight CHECK (weight > 0),
    CONSTRAINT pk_claim_line_shares PRIMARY KEY (claim_line_id, position),
    CONSTRAINT uq_claim_line_shares_part UNIQUE (claim_line_id, part)
)
"""

TAKES = """
CREATE TABLE claim_line_takes (
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_claim_line_takes_claim_line_id_claim_lines REFERENCES claim_lines (id),
    cap text NOT NULL,
    subject text NOT NULL,
    period text NOT NULL,
    counts text NOT NULL CONSTRAINT ck_claim_line_takes_counts CHECK (counts IN ('fen', 'times')),
    released_at timestamptz,
    CONSTRAINT pk_claim_line_takes PRIMARY KEY (claim_line_id, cap)
)
"""

STATEMENTS = (
    CLAIM_LINES,
    SHARES,
    TAKES,
    "CREATE UNIQUE INDEX uq_claim_line_takes_once ON claim_line_takes (cap, subject, period)"
    " WHERE counts = 'times' AND released_at IS NULL",
    "CREATE INDEX ix_claim_line_takes_key ON claim_line_takes (cap, subject, period)",
    f"GRANT SELECT, INSERT ON claim_line_shares TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (released_at) ON claim_line_takes TO {ROLE}",
)


def upgrade() -> None:
    """Lay what awards need."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; a line of an award has no place in it, so there may be none."""
    for table in ("claim_line_takes", "claim_line_shares"):
        op.execute(f"DROP TABLE {table}")
    op.execute(
        "ALTER TABLE claim_lines DROP COLUMN award_claim_id, ALTER COLUMN capture_id SET NOT NULL,"
        " ALTER COLUMN redemption_id SET NOT NULL, ALTER COLUMN voucher_id SET NOT NULL"
    )
