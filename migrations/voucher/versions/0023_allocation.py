"""A round is given out in several ways, paused and prolonged by notice, and issued beyond its budget."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

ROUNDS = (
    "ALTER TABLE rounds"
    " ADD COLUMN method text NOT NULL DEFAULT 'queue',"
    " ADD COLUMN over_issued bigint NOT NULL DEFAULT 0,"
    " ADD COLUMN prorata_on date,"
    " ADD COLUMN prorata_from timestamptz,"
    " ADD COLUMN prorated_at timestamptz,"
    " ADD COLUMN resumes_to text",
    "ALTER TABLE rounds DROP CONSTRAINT ck_rounds_state",
    "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_state"
    " CHECK (state IN ('draft', 'published', 'running', 'paused', 'finished'))",
    "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_method"
    " CHECK (method IN ('first_come', 'queue', 'batch_review', 'lottery'))",
    "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_paused"
    " CHECK ((state = 'paused') = (resumes_to IS NOT NULL) AND resumes_to IN ('published', 'running'))",
    "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_over_issued"
    " CHECK (over_issued >= 0 AND (over_issued = 0 OR prorata_on IS NOT NULL))",
    "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_prorata"
    " CHECK ((prorata_on IS NULL) = (prorata_from IS NULL) AND prorated_at >= prorata_from)",
    f"GRANT UPDATE (opens_at, closes_at, results_by, results_by_ends, allocate_until, allocate_until_ends, over_issued,"
    f" prorated_at, resumes_to) ON rounds TO {ROLE}",
)

APPLICATIONS = (
    "ALTER TABLE applications ADD COLUMN points bigint",
    "ALTER TABLE applications ADD CONSTRAINT ck_applications_points CHECK (points >= 0)",
    f"GRANT UPDATE (points) ON applications TO {ROLE}",
)

NOTICES = """
CREATE TABLE round_notices (
    id uuid NOT NULL CONSTRAINT pk_round_notices PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_round_notices_round_id_rounds REFERENCES rounds (id),
    kind text NOT NULL CONSTRAINT ck_round_notices_kind CHECK (kind IN ('pause', 'resume', 'extend', 'repeat')),
    document text NOT NULL,
    text_zh text NOT NULL,
    text_en text NOT NULL,
    opens_at timestamptz,
    closes_at timestamptz,
    allocate_until date,
    state text NOT NULL CONSTRAINT ck_round_notices_state CHECK (state IN ('proposed', 'published', 'rejected')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    CONSTRAINT ck_round_notices_dates CHECK (CASE kind
        WHEN 'extend' THEN opens_at IS NULL AND (closes_at IS NOT NULL OR allocate_until IS NOT NULL)
        WHEN 'repeat' THEN opens_at < closes_at
        ELSE opens_at IS NULL AND closes_at IS NULL AND allocate_until IS NULL END),
    CONSTRAINT ck_round_notices_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT ck_round_notices_decided CHECK (
        (state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
    )
)
"""

DRAWS = """
CREATE TABLE round_draws (
    round_id uuid NOT NULL
        CONSTRAINT pk_round_draws PRIMARY KEY
        CONSTRAINT fk_round_draws_round_id_rounds REFERENCES rounds (id),
    commitment text NOT NULL CONSTRAINT ck_round_draws_commitment CHECK (commitment ~ '^[0-9a-f]{64}$'),
    public_source text NOT NULL,
    committed_by text NOT NULL,
    committed_at timestamptz NOT NULL,
    secret text,
    public_text text,
    seed text CONSTRAINT ck_round_draws_seed CHECK (seed ~ '^[0-9a-f]{64}$'),
    drawn_by text,
    drawn_at timestamptz,
    CONSTRAINT ck_round_draws_two_persons CHECK (drawn_by <> committed_by),
    CONSTRAINT ck_round_draws_drawn CHECK (
        num_nulls(secret, public_text, seed, drawn_by, drawn_at) IN (0, 5)
    )
)
"""

PRORATAS = """
CREATE TABLE round_proratas (
    id uuid NOT NULL CONSTRAINT pk_round_proratas PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_round_proratas_round_id_rounds REFERENCES rounds (id),
    currency text NOT NULL,
    document text NOT NULL,
    state text NOT NULL CONSTRAINT ck_round_proratas_state CHECK (state IN ('proposed', 'done', 'rejected')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    budget bigint,
    approved bigint,
    cut bigint,
    lines bigint,
    CONSTRAINT ck_round_proratas_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT ck_round_proratas_decided CHECK (
        (state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_round_proratas_done CHECK (
        (state = 'done') = (budget IS NOT NULL) AND num_nulls(budget, approved, cut, lines) IN (0, 4)
    ),
    CONSTRAINT ck_round_proratas_within CHECK (cut >= 0 AND approved - cut <= budget)
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_round_notices_proposed ON round_notices (round_id) WHERE state = 'proposed'",
    "CREATE INDEX ix_round_notices_of_round ON round_notices (round_id, id)",
    "CREATE UNIQUE INDEX uq_round_proratas_live ON round_proratas (round_id) WHERE state IN ('proposed', 'done')",
)

GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at) ON round_notices TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (commitment, public_source, committed_by, committed_at, secret, public_text, seed,"
    f" drawn_by, drawn_at) ON round_draws TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, budget, approved, cut, lines) ON round_proratas"
    f" TO {ROLE}",
    f"GRANT UPDATE (amount) ON legs TO {ROLE}",
)


def upgrade() -> None:
    """Widen what rounds may be, and lay the tables of notices, draws and pro-rata runs."""
    for statement in (*ROUNDS, *APPLICATIONS, NOTICES, DRAWS, PRORATAS, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """Back to one way of giving a round out."""
    op.execute(f"REVOKE UPDATE (amount) ON legs FROM {ROLE}")
    for table in ("round_proratas", "round_draws", "round_notices"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE applications DROP COLUMN points")
    op.execute("ALTER TABLE rounds DROP CONSTRAINT ck_rounds_state")
    op.execute(
        "ALTER TABLE rounds DROP COLUMN method, DROP COLUMN over_issued, DROP COLUMN prorata_on,"
        " DROP COLUMN prorata_from, DROP COLUMN prorated_at, DROP COLUMN resumes_to"
    )
    op.execute(
        "ALTER TABLE rounds ADD CONSTRAINT ck_rounds_state"
        " CHECK (state IN ('draft', 'published', 'running', 'finished'))"
    )
    op.execute(
        f"REVOKE UPDATE (opens_at, closes_at, results_by, results_by_ends, allocate_until, allocate_until_ends)"
        f" ON rounds FROM {ROLE}"
    )
