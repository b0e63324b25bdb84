"""Holders pay their own part in, and what goes back of it; a sample of claim lines is inspected before it is paid."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# a leg may be the holder's own money, which no budget line bears
LEGS = "ALTER TABLE legs ADD COLUMN of_deposit boolean NOT NULL DEFAULT false"

ACCOUNTS = "ALTER TABLE payer_accounts DROP CONSTRAINT ck_payer_accounts_kind"
KINDS = "ALTER TABLE payer_accounts ADD CONSTRAINT ck_payer_accounts_kind CHECK (kind IN ({kinds}))"

LINES = """
ALTER TABLE statement_lines
    DROP CONSTRAINT ck_statement_lines_match_kind,
    DROP CONSTRAINT ck_statement_lines_matched
"""

# what stands was held to less, so there is nothing that would have to be read over: no scan of a table that only grows
MATCHES = """
ALTER TABLE statement_lines
    ADD CONSTRAINT ck_statement_lines_match_kind CHECK (match_kind IN ({named}, 'charge', 'not_ours')) {scan},
    ADD CONSTRAINT ck_statement_lines_matched CHECK (
        (match_kind IS NOT NULL) = (state IN ('matched', 'not_ours'))
        AND (coalesce(match_kind, '') = 'not_ours') = (state = 'not_ours')
        AND (match_kind IS NULL) = (matched_at IS NULL) AND (match_kind IS NULL) = (matched_by IS NULL)
        AND (match_kind IS NULL) = (matched_how IS NULL)
        AND (match_id IS NOT NULL) = (coalesce(match_kind, '') IN ({named}))
    ) {scan}
"""

ESCROWS = """
CREATE TABLE escrows (
    redemption_id uuid NOT NULL CONSTRAINT pk_escrows PRIMARY KEY
        CONSTRAINT fk_escrows_redemption_id_redemptions REFERENCES redemptions (id),
    currency char(3) NOT NULL,
    received bigint NOT NULL,
    used bigint NOT NULL,
    refunded bigint NOT NULL,
    CONSTRAINT ck_escrows_amounts CHECK (used >= 0 AND refunded >= 0 AND used + refunded <= received)
)
"""

DEPOSITS = """
CREATE TABLE deposits (
    id uuid NOT NULL CONSTRAINT pk_deposits PRIMARY KEY,
    redemption_id uuid NOT NULL CONSTRAINT fk_deposits_redemption_id_escrows REFERENCES escrows (redemption_id),
    holder_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    payer_name text NOT NULL,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_deposits_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    budget_line_id uuid NOT NULL CONSTRAINT fk_deposits_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    funding_source text NOT NULL,
    reference text NOT NULL CONSTRAINT uq_deposits_reference UNIQUE,
    currency char(3) NOT NULL,
    asked bigint NOT NULL CONSTRAINT ck_deposits_asked CHECK (asked > 0),
    state text NOT NULL CONSTRAINT ck_deposits_state CHECK (state IN ('announced', 'withdrawn', 'received')),
    announced_by text NOT NULL,
    announced_at timestamptz NOT NULL,
    received bigint CONSTRAINT ck_deposits_received CHECK (received > 0),
    received_on date,
    CONSTRAINT ck_deposits_came_in CHECK (
        (received IS NOT NULL) = (state = 'received') AND (received IS NULL) = (received_on IS NULL)
    )
)
"""

REFUNDS = """
CREATE TABLE deposit_refunds (
    id uuid NOT NULL CONSTRAINT pk_deposit_refunds PRIMARY KEY,
    redemption_id uuid NOT NULL
        CONSTRAINT fk_deposit_refunds_redemption_id_escrows REFERENCES escrows (redemption_id),
    holder_id uuid NOT NULL,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_deposit_refunds_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    budget_line_id uuid NOT NULL
        CONSTRAINT fk_deposit_refunds_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    funding_source text NOT NULL,
    bank_account_id uuid NOT NULL
        CONSTRAINT fk_deposit_refunds_bank_account_id_bank_accounts REFERENCES bank_accounts (id),
    payee_name text NOT NULL,
    account_number text NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_deposit_refunds_amount CHECK (amount > 0),
    reference text NOT NULL CONSTRAINT uq_deposit_refunds_reference UNIQUE,
    cause text NOT NULL,
    state text NOT NULL CONSTRAINT ck_deposit_refunds_state CHECK (
        state IN ('proposed', 'approved', 'rejected', 'settled')
    ),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    settled_on date,
    CONSTRAINT ck_deposit_refunds_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT ck_deposit_refunds_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_deposit_refunds_rejected CHECK ((reason IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT ck_deposit_refunds_settled CHECK ((settled_on IS NOT NULL) = (state = 'settled'))
)
"""

SAMPLES = """
CREATE TABLE leg_samples (
    id uuid NOT NULL CONSTRAINT pk_leg_samples PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_leg_samples_round_id_rounds REFERENCES rounds (id),
    turn bigint NOT NULL,
    seed text NOT NULL,
    published text NOT NULL,
    share text NOT NULL,
    clause text NOT NULL,
    currency char(3) NOT NULL,
    population bigint NOT NULL,
    drawn bigint NOT NULL,
    amount bigint NOT NULL,
    drawn_amount bigint NOT NULL,
    drawn_by text NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT uq_leg_samples_turn UNIQUE (round_id, turn),
    CONSTRAINT ck_leg_samples_drawn CHECK (
        drawn BETWEEN 1 AND population AND drawn_amount BETWEEN 0 AND amount
    )
)
"""

SAMPLED = """
CREATE TABLE leg_sample_lines (
    sample_id uuid NOT NULL CONSTRAINT fk_leg_sample_lines_sample_id_leg_samples REFERENCES leg_samples (id),
    place bigint NOT NULL,
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_leg_sample_lines_claim_line_id_claim_lines REFERENCES claim_lines (id)
        CONSTRAINT uq_leg_sample_lines_claim_line_id UNIQUE,
    number bigint NOT NULL,
    picked boolean NOT NULL,
    CONSTRAINT pk_leg_sample_lines PRIMARY KEY (sample_id, place),
    CONSTRAINT ck_leg_sample_lines_place CHECK (place > 0 AND number > 0)
)
"""

INDEXES = (
    "CREATE INDEX ix_escrows_free ON escrows (redemption_id) WHERE received > used + refunded",
    "CREATE UNIQUE INDEX uq_deposits_announced ON deposits (redemption_id) WHERE state = 'announced'",
    "CREATE INDEX ix_deposits_redemption_id ON deposits (redemption_id, id)",
    "CREATE INDEX ix_deposits_holder_id ON deposits (holder_id, id)",
    "CREATE INDEX ix_deposits_treasury ON deposits (treasury, id)",
    "CREATE UNIQUE INDEX uq_deposit_refunds_proposed ON deposit_refunds (redemption_id) WHERE state = 'proposed'",
    "CREATE INDEX ix_deposit_refunds_redemption_id ON deposit_refunds (redemption_id, id)",
    "CREATE INDEX ix_deposit_refunds_holder_id ON deposit_refunds (holder_id, id)",
    "CREATE INDEX ix_deposit_refunds_treasury ON deposit_refunds (treasury, id)",
)

# what was announced and proposed never changes; only how far it has come
GRANTS = (
    f"GRANT SELECT, INSERT ON leg_samples, leg_sample_lines TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (received, used, refunded) ON escrows TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, received, received_on) ON deposits TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, settled_on) ON deposit_refunds TO {ROLE}",
)

BEFORE, SINCE = "'payout', 'return', 'funding'", "'payout', 'return', 'funding', 'deposit', 'refund'"


def upgrade() -> None:
    """Lay what deposits need; what stands is neither a deposit nor in escrow."""
    matches = MATCHES.format(named=SINCE, scan="NOT VALID")
    for statement in (LEGS, ACCOUNTS, KINDS.format(kinds="'own', 'escrow'"), LINES, matches):
        op.execute(statement)
    for statement in (ESCROWS, DEPOSITS, REFUNDS, SAMPLES, SAMPLED, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back; money in escrow has no place in it, so there may be none."""
    for table in ("leg_sample_lines", "leg_samples", "deposit_refunds", "deposits", "escrows"):
        op.execute(f"DROP TABLE {table}")
    for statement in (LINES, MATCHES.format(named=BEFORE, scan=""), ACCOUNTS, KINDS.format(kinds="'own'")):
        op.execute(statement)
    op.execute("ALTER TABLE legs DROP COLUMN of_deposit")
