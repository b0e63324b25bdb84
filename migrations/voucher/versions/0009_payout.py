"""Payees' bank accounts, payer accounts and their funding, payout batches with their payouts and bank files."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

BANK_ACCOUNTS = """
CREATE TABLE bank_accounts (
    id uuid NOT NULL CONSTRAINT pk_bank_accounts PRIMARY KEY,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    number text NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    state text NOT NULL CONSTRAINT ck_bank_accounts_state CHECK (
        state IN ('cooling', 'confirmed', 'active', 'retired', 'rejected')
    ),
    submitted_by text NOT NULL,
    submitted_at timestamptz NOT NULL,
    cooling_until date NOT NULL,
    cooling_ends timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    active_at timestamptz,
    retired_at timestamptz,
    client text NOT NULL,
    client_ref text,
    CONSTRAINT uq_bank_accounts_client UNIQUE (client, client_ref),
    CONSTRAINT ck_bank_accounts_two_persons CHECK (decided_by <> submitted_by),
    CONSTRAINT ck_bank_accounts_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'cooling') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_bank_accounts_rejected CHECK ((reason IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT ck_bank_accounts_active CHECK ((active_at IS NOT NULL) = (state IN ('active', 'retired'))),
    CONSTRAINT ck_bank_accounts_cooled CHECK (active_at >= cooling_ends),
    CONSTRAINT ck_bank_accounts_retired CHECK ((retired_at IS NOT NULL) = (state = 'retired'))
)
"""

PAYER_ACCOUNTS = """
CREATE TABLE payer_accounts (
    id uuid NOT NULL CONSTRAINT pk_payer_accounts PRIMARY KEY,
    treasury text NOT NULL,
    kind text NOT NULL CONSTRAINT ck_payer_accounts_kind CHECK (kind = 'own'),
    name text NOT NULL,
    number text NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    currency char(3) NOT NULL,
    funding_source text NOT NULL,
    file_profile text NOT NULL,
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    files bigint NOT NULL,
    closing_on date,
    closing_balance bigint,
    CONSTRAINT uq_payer_accounts_number UNIQUE (bank_code, number),
    CONSTRAINT ck_payer_accounts_files CHECK (files >= 0),
    CONSTRAINT ck_payer_accounts_closing CHECK ((closing_on IS NULL) = (closing_balance IS NULL))
)
"""

FUNDINGS = """
CREATE TABLE fundings (
    id uuid NOT NULL CONSTRAINT pk_fundings PRIMARY KEY,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_fundings_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    budget_line_id uuid NOT NULL CONSTRAINT fk_fundings_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    reference text NOT NULL CONSTRAINT uq_fundings_reference UNIQUE,
    currency char(3) NOT NULL,
    funding_source text NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_fundings_amount CHECK (amount > 0),
    document text NOT NULL,
    state text NOT NULL CONSTRAINT ck_fundings_state CHECK (
        state IN ('proposed', 'approved', 'rejected', 'received')
    ),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    received_on date,
    CONSTRAINT ck_fundings_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT ck_fundings_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_fundings_rejected CHECK ((reason IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT ck_fundings_received CHECK ((received_on IS NOT NULL) = (state = 'received'))
)
"""

PAYOUT_BATCHES = """
CREATE TABLE payout_batches (
    id uuid NOT NULL CONSTRAINT pk_payout_batches PRIMARY KEY,
    number bigint NOT NULL CONSTRAINT uq_payout_batches_number UNIQUE,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_payout_batches_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    treasury text NOT NULL,
    currency char(3) NOT NULL,
    state text NOT NULL CONSTRAINT ck_payout_batches_state CHECK (
        state IN ('draft', 'submitted', 'approved', 'rejected', 'file_written', 'sent', 'done', 'cancelled')
    ),
    payouts bigint NOT NULL CONSTRAINT ck_payout_batches_payouts CHECK (payouts > 0),
    total bigint NOT NULL CONSTRAINT ck_payout_batches_total CHECK (total > 0),
    digest text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    sent_by text,
    sent_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT ck_payout_batches_four_eyes CHECK (decided_by <> made_by AND sent_by <> made_by),
    CONSTRAINT ck_payout_batches_decided CHECK (
        (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NOT NULL OR state IN ('draft', 'submitted', 'cancelled'))
    ),
    CONSTRAINT ck_payout_batches_sent CHECK (
        (sent_at IS NOT NULL) = (state IN ('sent', 'done')) AND (sent_at IS NULL) = (sent_by IS NULL)
    ),
    CONSTRAINT ck_payout_batches_reason CHECK ((reason IS NOT NULL) = (state IN ('rejected', 'cancelled'))),
    CONSTRAINT ck_payout_batches_ended CHECK ((ended_at IS NOT NULL) = (state IN ('rejected', 'done', 'cancelled')))
)
"""

PAYOUTS = """
CREATE TABLE payouts (
    id uuid NOT NULL CONSTRAINT pk_payouts PRIMARY KEY,
    batch_id uuid NOT NULL CONSTRAINT fk_payouts_batch_id_payout_batches REFERENCES payout_batches (id),
    position bigint NOT NULL,
    leg_id uuid NOT NULL,
    claim_line_id uuid NOT NULL CONSTRAINT fk_payouts_claim_line_id_claim_lines REFERENCES claim_lines (id),
    part text NOT NULL,
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_payouts_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    budget_line_id uuid NOT NULL CONSTRAINT fk_payouts_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    funding_source text NOT NULL,
    payee_id uuid NOT NULL,
    bank_account_id uuid NOT NULL CONSTRAINT fk_payouts_bank_account_id_bank_accounts REFERENCES bank_accounts (id),
    payee_name text NOT NULL,
    account_number text NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_payouts_amount CHECK (amount > 0),
    reference text NOT NULL CONSTRAINT uq_payouts_reference UNIQUE,
    state text NOT NULL CONSTRAINT ck_payouts_state CHECK (
        state IN ('prepared', 'approved', 'sent', 'settled', 'returned', 'cancelled')
    ),
    sent_at timestamptz,
    settled_on date,
    returned_on date,
    CONSTRAINT fk_payouts_leg_id_legs FOREIGN KEY (leg_id, claim_line_id, treasury, payee_id, currency, amount)
        REFERENCES legs (id, claim_line_id, treasury, payee_id, currency, amount),
    CONSTRAINT uq_payouts_position UNIQUE (batch_id, position),
    CONSTRAINT ck_payouts_sent CHECK ((sent_at IS NOT NULL) = (state IN ('sent', 'settled', 'returned'))),
    CONSTRAINT ck_payouts_settled CHECK ((settled_on IS NOT NULL) = (state IN ('settled', 'returned'))),
    CONSTRAINT ck_payouts_returned CHECK ((returned_on IS NOT NULL) = (state = 'returned'))
)
"""

BANK_FILES = """
CREATE TABLE bank_files (
    id uuid NOT NULL CONSTRAINT pk_bank_files PRIMARY KEY,
    batch_id uuid NOT NULL CONSTRAINT fk_bank_files_batch_id_payout_batches REFERENCES payout_batches (id),
    payer_account_id uuid NOT NULL
        CONSTRAINT fk_bank_files_payer_account_id_payer_accounts REFERENCES payer_accounts (id),
    number bigint NOT NULL,
    profile text NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL CONSTRAINT uq_bank_files_sha256 UNIQUE,
    content bytea NOT NULL,
    lines bigint NOT NULL,
    total bigint NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL,
    CONSTRAINT uq_bank_files_batch UNIQUE (batch_id),
    CONSTRAINT uq_bank_files_number UNIQUE (payer_account_id, number)
)
"""

# Whoever sets a stop holds the leg's lock, as does whoever sends it: one of the two comes first.
NOT_STOPPED = """
CREATE FUNCTION legs_not_stopped() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM stops WHERE leg_id = NEW.id AND state = 'live';
    IF FOUND THEN
        RAISE EXCEPTION 'leg % is stopped and is not sent', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_legs_not_stopped';
    END IF;
    RETURN NULL;
END
$$
"""

TRIGGER = """
CREATE TRIGGER tg_legs_not_stopped AFTER UPDATE ON legs FOR EACH ROW
WHEN (NEW.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at) EXECUTE FUNCTION legs_not_stopped()
"""

STATEMENTS = (
    "CREATE SEQUENCE payout_batch_numbers",
    BANK_ACCOUNTS,
    PAYER_ACCOUNTS,
    FUNDINGS,
    PAYOUT_BATCHES,
    PAYOUTS,
    BANK_FILES,
    NOT_STOPPED,
    TRIGGER,
    "CREATE UNIQUE INDEX uq_bank_accounts_active ON bank_accounts (organization_id) WHERE state = 'active'",
    "CREATE UNIQUE INDEX uq_bank_accounts_pending ON bank_accounts (organization_id)"
    " WHERE state IN ('cooling', 'confirmed')",
    "CREATE INDEX ix_bank_accounts_organization_id ON bank_accounts (organization_id, id)",
    "CREATE INDEX ix_bank_accounts_cooling ON bank_accounts (cooling_ends, id) WHERE state = 'confirmed'",
    "CREATE INDEX ix_fundings_payer_account_id ON fundings (payer_account_id)",
    "CREATE INDEX ix_fundings_budget_line_id ON fundings (budget_line_id)",
    "CREATE INDEX ix_payout_batches_treasury ON payout_batches (treasury, id)",
    "CREATE UNIQUE INDEX uq_payouts_live ON payouts (leg_id) WHERE state NOT IN ('returned', 'cancelled')",
    "CREATE INDEX ix_payouts_claim_line_id ON payouts (claim_line_id)",
    "CREATE INDEX ix_payouts_payee_id ON payouts (payee_id, id)",
    "CREATE INDEX ix_payouts_treasury ON payouts (treasury, id)",
    "CREATE INDEX ix_payouts_open ON payouts (payer_account_id, amount) WHERE state = 'sent'",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, active_at, retired_at)"
    f" ON bank_accounts TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (files, closing_on, closing_balance) ON payer_accounts TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, received_on) ON fundings TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, sent_by, sent_at, ended_at)"
    f" ON payout_batches TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, sent_at, settled_on, returned_on) ON payouts TO {ROLE}",
    f"GRANT SELECT, INSERT ON bank_files TO {ROLE}",
    f"GRANT USAGE ON SEQUENCE payout_batch_numbers TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of payouts."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was paid."""
    op.execute("DROP TRIGGER tg_legs_not_stopped ON legs")
    op.execute("DROP FUNCTION legs_not_stopped()")
    for table in ("bank_files", "payouts", "payout_batches", "fundings", "payer_accounts", "bank_accounts"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE payout_batch_numbers")
