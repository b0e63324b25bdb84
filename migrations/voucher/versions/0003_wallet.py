"""Rounds with their pools, applications with the numbers the database draws, and vouchers."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

ROUNDS = """
CREATE TABLE rounds (
    id uuid NOT NULL CONSTRAINT pk_rounds PRIMARY KEY,
    name text NOT NULL,
    client text NOT NULL,
    client_ref text,
    scheme_version_id uuid NOT NULL
        CONSTRAINT fk_rounds_scheme_version_id_scheme_versions REFERENCES scheme_versions (id),
    bureau text NOT NULL,
    state text NOT NULL CONSTRAINT ck_rounds_state CHECK (state IN ('draft', 'published', 'running', 'finished')),
    currency text NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    results_by date NOT NULL,
    results_by_ends timestamptz NOT NULL,
    allocate_until date NOT NULL,
    allocate_until_ends timestamptz NOT NULL,
    budget_line_id uuid CONSTRAINT fk_rounds_budget_line_id_budget_lines REFERENCES budget_lines (id),
    funding_source text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    published_at timestamptz,
    CONSTRAINT uq_rounds_client UNIQUE (client, client_ref),
    CONSTRAINT ck_rounds_order_of_dates CHECK (opens_at < closes_at AND closes_at <= allocate_until_ends),
    CONSTRAINT ck_rounds_funding CHECK ((budget_line_id IS NULL) = (funding_source IS NULL))
)
"""

ROUND_POOLS = """
CREATE TABLE round_pools (
    round_id uuid NOT NULL CONSTRAINT fk_round_pools_round_id_rounds REFERENCES rounds (id),
    pool_class text NOT NULL,
    balance bigint NOT NULL CONSTRAINT ck_round_pools_balance CHECK (balance >= 0),
    came_at timestamptz,
    CONSTRAINT pk_round_pools PRIMARY KEY (round_id, pool_class)
)
"""

APPLICATIONS = """
CREATE TABLE applications (
    id uuid NOT NULL CONSTRAINT pk_applications PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_applications_round_id_rounds REFERENCES rounds (id),
    holder_id uuid NOT NULL,
    quota_root_id uuid NOT NULL,
    region text NOT NULL,
    client text NOT NULL,
    client_ref text,
    state text NOT NULL CONSTRAINT ck_applications_state CHECK (
        state IN ('draft', 'submitted', 'approved', 'issued', 'waitlisted', 'rejected', 'withdrawn', 'unserved')
    ),
    amount bigint NOT NULL CONSTRAINT ck_applications_amount CHECK (amount > 0),
    queue_class text,
    queue_order bigint,
    number bigint,
    rank bigint,
    reasons jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    submitted_at timestamptz,
    decided_at timestamptz,
    CONSTRAINT uq_applications_client UNIQUE (client, client_ref),
    CONSTRAINT ck_applications_number_when_submitted CHECK ((number IS NULL) = (submitted_at IS NULL)),
    CONSTRAINT ck_applications_ranked CHECK (state NOT IN ('approved', 'issued', 'waitlisted') OR rank IS NOT NULL)
)
"""

VOUCHERS = """
CREATE TABLE vouchers (
    id uuid NOT NULL CONSTRAINT pk_vouchers PRIMARY KEY,
    number text NOT NULL CONSTRAINT uq_vouchers_number UNIQUE,
    application_id uuid NOT NULL
        CONSTRAINT fk_vouchers_application_id_applications REFERENCES applications (id)
        CONSTRAINT uq_vouchers_application_id UNIQUE,
    round_id uuid NOT NULL CONSTRAINT fk_vouchers_round_id_rounds REFERENCES rounds (id),
    pool_class text NOT NULL,
    scheme_version_id uuid NOT NULL
        CONSTRAINT fk_vouchers_scheme_version_id_scheme_versions REFERENCES scheme_versions (id),
    holder_id uuid NOT NULL,
    quota_root_id uuid NOT NULL,
    state text NOT NULL CONSTRAINT ck_vouchers_state CHECK (
        state IN ('draft', 'active', 'exhausted', 'expired', 'suspended', 'cancelled')
    ),
    currency text NOT NULL,
    face bigint NOT NULL,
    available bigint NOT NULL,
    held bigint NOT NULL,
    captured bigint NOT NULL,
    reclaimed bigint NOT NULL,
    funding_source text NOT NULL,
    backfilled boolean NOT NULL,
    use_by date NOT NULL,
    use_by_ends timestamptz NOT NULL,
    deliver_by date NOT NULL,
    deliver_by_ends timestamptz NOT NULL,
    claim_by date NOT NULL,
    claim_by_ends timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ends_by text NOT NULL
        CONSTRAINT ck_vouchers_ends_by CHECK (ends_by IN ('use_by', 'year_end', 'cancelled', 'leftover')),
    issued_at timestamptz NOT NULL,
    activated_at timestamptz,
    moved_at timestamptz NOT NULL,
    suspended_at timestamptz,
    extended bigint NOT NULL CONSTRAINT ck_vouchers_extended CHECK (extended BETWEEN 0 AND 1),
    remind_at timestamptz,
    CONSTRAINT ck_vouchers_ends_in_time CHECK (ends_at <= use_by_ends),
    CONSTRAINT ck_vouchers_issued_first CHECK (activated_at >= issued_at),
    CONSTRAINT ck_vouchers_cancelled_is_told CHECK (ends_by <> 'cancelled' OR remind_at IS NULL),
    CONSTRAINT ck_vouchers_parts CHECK (available >= 0 AND held >= 0 AND captured >= 0 AND reclaimed >= 0),
    CONSTRAINT ck_vouchers_identity CHECK (face > 0 AND face = available + held + captured + reclaimed),
    CONSTRAINT ck_vouchers_order_of_dates CHECK (use_by_ends <= deliver_by_ends)
)
"""

INDEXES = (
    "CREATE INDEX ix_rounds_scheme_version_id ON rounds (scheme_version_id)",
    "CREATE INDEX ix_rounds_budget_line_id ON rounds (budget_line_id) WHERE budget_line_id IS NOT NULL",
    "CREATE INDEX ix_rounds_listed ON rounds (created_at, id)",
    "CREATE INDEX ix_rounds_of_bureau ON rounds (bureau, created_at, id)",
    "CREATE INDEX ix_rounds_allocate_until_ends ON rounds (allocate_until_ends)"
    " WHERE state IN ('published', 'running')",
    "CREATE UNIQUE INDEX uq_applications_live ON applications (round_id, quota_root_id)"
    " WHERE state IN ('draft', 'submitted', 'approved', 'issued', 'waitlisted')",
    "CREATE UNIQUE INDEX uq_applications_number ON applications (number)",
    "CREATE UNIQUE INDEX uq_applications_rank ON applications (round_id, rank)",
    # What is ranked, served or told leaves these, so that the next in line is found at once however many came before.
    "CREATE INDEX ix_applications_queue ON applications (round_id, queue_order, number) WHERE state = 'submitted'",
    "CREATE INDEX ix_applications_line ON applications (round_id, state, rank)"
    " WHERE state IN ('approved', 'waitlisted')",
    "CREATE INDEX ix_applications_unfinished ON applications (round_id, id)"
    " WHERE state IN ('draft', 'submitted', 'approved', 'waitlisted')",
    "CREATE INDEX ix_applications_listed ON applications (created_at, id)",
    "CREATE INDEX ix_applications_of_round ON applications (round_id, created_at, id)",
    "CREATE INDEX ix_applications_of_holder ON applications (holder_id, created_at, id)",
    "CREATE INDEX ix_applications_of_region ON applications (region text_pattern_ops)",
    "CREATE INDEX ix_vouchers_listed ON vouchers (issued_at, id)",
    "CREATE INDEX ix_vouchers_of_round ON vouchers (round_id, issued_at, id)",
    "CREATE INDEX ix_vouchers_drafts ON vouchers (round_id, id) WHERE state = 'draft'",
    "CREATE INDEX ix_vouchers_of_holder ON vouchers (holder_id, issued_at, id)",
    "CREATE INDEX ix_vouchers_due ON vouchers (greatest(ends_at, moved_at), id) WHERE available > 0",
    "CREATE INDEX ix_vouchers_remind_at ON vouchers (remind_at, id) WHERE remind_at IS NOT NULL",
)

GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE (state, published_at, budget_line_id, funding_source) ON rounds TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (balance, came_at) ON round_pools TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, queue_class, queue_order, number, rank, reasons, submitted_at, decided_at)"
    f" ON applications TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, face, available, held, captured, reclaimed, moved_at,"
    " use_by, use_by_ends, deliver_by, deliver_by_ends, claim_by, claim_by_ends, ends_at, ends_by, activated_at,"
    f" suspended_at, extended, remind_at) ON vouchers TO {ROLE}",
    f"GRANT USAGE ON SEQUENCE application_numbers TO {ROLE}",
)


def upgrade() -> None:
    """Lay the wallet's tables."""
    op.execute("CREATE SEQUENCE application_numbers")
    for statement in (ROUNDS, ROUND_POOLS, APPLICATIONS, VOUCHERS, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was issued."""
    for table in ("vouchers", "applications", "round_pools", "rounds"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE application_numbers")
