"""Bank statements and their lines: what the bank did, and what each line was for."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

BANK_STATEMENTS = """
CREATE TABLE statements (
    id uuid NOT NULL CONSTRAINT pk_statements PRIMARY KEY,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_statements_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    treasury text NOT NULL,
    profile text NOT NULL,
    sha256 text NOT NULL,
    content bytea NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    currency char(3) NOT NULL,
    opening bigint NOT NULL,
    closing bigint NOT NULL,
    lines bigint NOT NULL,
    added bigint NOT NULL,
    state text NOT NULL CONSTRAINT ck_statements_state CHECK (state IN ('imported', 'disagrees')),
    faults jsonb NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL,
    CONSTRAINT uq_statements_file UNIQUE (payer_account_id, sha256),
    CONSTRAINT ck_statements_dates CHECK (from_on <= until_on),
    CONSTRAINT ck_statements_lines CHECK (added BETWEEN 0 AND lines AND (added = 0 OR state = 'imported')),
    CONSTRAINT ck_statements_faults CHECK ((state = 'disagrees') = (faults <> '[]'::jsonb))
)
"""

STATEMENT_LINES = """
CREATE TABLE statement_lines (
    id uuid NOT NULL CONSTRAINT pk_statement_lines PRIMARY KEY,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_statement_lines_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    statement_id uuid NOT NULL CONSTRAINT fk_statement_lines_statement_id_statements REFERENCES statements (id),
    number bigint NOT NULL,
    treasury text NOT NULL,
    booked_on date NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_statement_lines_amount CHECK (amount <> 0),
    currency char(3) NOT NULL,
    counterparty_name text NOT NULL,
    counterparty_account text NOT NULL,
    bank_reference text NOT NULL,
    text text NOT NULL,
    occurrence bigint NOT NULL CONSTRAINT ck_statement_lines_occurrence CHECK (occurrence > 0),
    digest text NOT NULL,
    line_key text NOT NULL,
    state text NOT NULL CONSTRAINT ck_statement_lines_state CHECK (
        state IN ('imported', 'matched', 'exception', 'not_ours')
    ),
    match_kind text CONSTRAINT ck_statement_lines_match_kind CHECK (
        match_kind IN ('payout', 'return', 'funding', 'charge', 'not_ours')
    ),
    match_id uuid,
    matched_how text,
    matched_by text,
    matched_at timestamptz,
    exception text,
    journal_id uuid
        CONSTRAINT fk_statement_lines_journal_id_journals REFERENCES journals (id)
        CONSTRAINT uq_statement_lines_journal_id UNIQUE,
    cleared_by_id uuid
        CONSTRAINT fk_statement_lines_cleared_by_id_journals REFERENCES journals (id)
        CONSTRAINT uq_statement_lines_cleared_by_id UNIQUE,
    CONSTRAINT uq_statement_lines_key UNIQUE (payer_account_id, line_key),
    CONSTRAINT uq_statement_lines_number UNIQUE (statement_id, number),
    CONSTRAINT ck_statement_lines_key CHECK (
        line_key = CASE WHEN bank_reference = '' THEN digest ELSE 'ref ' || bank_reference END
    ),
    CONSTRAINT ck_statement_lines_matched CHECK (
        (match_kind IS NOT NULL) = (state IN ('matched', 'not_ours'))
        AND (coalesce(match_kind, '') = 'not_ours') = (state = 'not_ours')
        AND (match_kind IS NULL) = (matched_at IS NULL) AND (match_kind IS NULL) = (matched_by IS NULL)
        AND (match_kind IS NULL) = (matched_how IS NULL)
        AND (match_id IS NOT NULL) = (coalesce(match_kind, '') IN ('payout', 'return', 'funding'))
    ),
    CONSTRAINT ck_statement_lines_booked CHECK ((journal_id IS NULL) = (state = 'imported')),
    CONSTRAINT ck_statement_lines_exception CHECK (state <> 'exception' OR exception IS NOT NULL),
    CONSTRAINT ck_statement_lines_cleared CHECK (
        (cleared_by_id IS NOT NULL) = (exception IS NOT NULL AND state IN ('matched', 'not_ours'))
    )
)
"""

STATEMENTS = (
    BANK_STATEMENTS,
    STATEMENT_LINES,
    "CREATE INDEX ix_statements_treasury ON statements (treasury, id)",
    "CREATE INDEX ix_statement_lines_treasury ON statement_lines (treasury, id)",
    "CREATE INDEX ix_statement_lines_payer_account_id ON statement_lines (payer_account_id, booked_on)",
    "CREATE INDEX ix_statement_lines_open ON statement_lines (payer_account_id, booked_on, id)"
    " WHERE state IN ('imported', 'exception')",
    "CREATE UNIQUE INDEX uq_statement_lines_match ON statement_lines (match_kind, match_id) WHERE match_id IS NOT NULL",
    f"GRANT SELECT, INSERT, UPDATE (state, faults, added, imported_by, imported_at) ON statements TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, match_kind, match_id, matched_how, matched_by, matched_at, exception,"
    f" journal_id, cleared_by_id) ON statement_lines TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of reconciliation."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was reconciled."""
    for table in ("statement_lines", "statements"):
        op.execute(f"DROP TABLE {table}")
