"""Claims, their lines with every transition, what they draw from invoices and slips, and the legs that are owed."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

CLAIMS = """
CREATE TABLE claims (
    id uuid NOT NULL CONSTRAINT pk_claims PRIMARY KEY,
    payee_id uuid NOT NULL,
    currency char(3) NOT NULL,
    submitted_at timestamptz NOT NULL,
    submitted_by text NOT NULL,
    client text NOT NULL,
    client_ref text,
    CONSTRAINT uq_claims_client UNIQUE (client, client_ref)
)
"""

CLAIM_LINES = """
CREATE TABLE claim_lines (
    id uuid NOT NULL CONSTRAINT pk_claim_lines PRIMARY KEY,
    claim_id uuid NOT NULL CONSTRAINT fk_claim_lines_claim_id_claims REFERENCES claims (id),
    number bigint NOT NULL,
    capture_id uuid NOT NULL CONSTRAINT fk_claim_lines_capture_id_captures REFERENCES captures (id),
    redemption_id uuid NOT NULL CONSTRAINT fk_claim_lines_redemption_id_redemptions REFERENCES redemptions (id),
    voucher_id uuid NOT NULL CONSTRAINT fk_claim_lines_voucher_id_vouchers REFERENCES vouchers (id),
    holder_id uuid NOT NULL,
    payee_id uuid NOT NULL,
    scheme_version_id uuid NOT NULL
        CONSTRAINT fk_claim_lines_scheme_version_id_scheme_versions REFERENCES scheme_versions (id),
    budget_line_id uuid NOT NULL CONSTRAINT fk_claim_lines_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    region text NOT NULL,
    category text NOT NULL,
    currency char(3) NOT NULL,
    settlement bigint NOT NULL,
    claimed bigint NOT NULL,
    approved bigint,
    state text NOT NULL CONSTRAINT ck_claim_lines_state CHECK (
        state IN ('in_review', 'returned', 'approved', 'disclosed', 'released', 'rejected', 'withdrawn')
    ),
    stage text,
    submitted_at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    due_on date,
    due_at timestamptz,
    corrections bigint NOT NULL CONSTRAINT ck_claim_lines_corrections CHECK (corrections BETWEEN 0 AND 1),
    acted jsonb NOT NULL,
    steps bigint NOT NULL CONSTRAINT ck_claim_lines_steps CHECK (steps > 0),
    CONSTRAINT uq_claim_lines_number UNIQUE (claim_id, number),
    CONSTRAINT ck_claim_lines_amounts CHECK (claimed > 0 AND settlement >= claimed AND approved BETWEEN 0 AND claimed),
    CONSTRAINT ck_claim_lines_approved CHECK (
        (approved IS NULL) = (state IN ('in_review', 'returned', 'withdrawn'))
    ),
    CONSTRAINT ck_claim_lines_owed CHECK (state = 'rejected' OR approved > 0),
    CONSTRAINT ck_claim_lines_stage CHECK ((stage IS NOT NULL) = (state IN ('in_review', 'returned'))),
    CONSTRAINT ck_claim_lines_due CHECK ((due_at IS NULL) = (due_on IS NULL))
)
"""

TRANSITIONS = """
CREATE TABLE claim_line_transitions (
    id uuid NOT NULL CONSTRAINT pk_claim_line_transitions PRIMARY KEY,
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_claim_line_transitions_claim_line_id_claim_lines REFERENCES claim_lines (id),
    number bigint NOT NULL,
    event text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    stage text,
    at timestamptz NOT NULL,
    due_at timestamptz,
    person text NOT NULL,
    client text NOT NULL,
    reason text,
    document_id uuid,
    request_id text,
    journal_id uuid
        CONSTRAINT fk_claim_line_transitions_journal_id_journals REFERENCES journals (id)
        CONSTRAINT uq_claim_line_transitions_journal_id UNIQUE,
    CONSTRAINT uq_claim_line_transitions_number UNIQUE (claim_line_id, number)
)
"""

INVOICE_ALLOCATIONS = """
CREATE TABLE invoice_allocations (
    id uuid NOT NULL CONSTRAINT pk_invoice_allocations PRIMARY KEY,
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_invoice_allocations_claim_line_id_claim_lines REFERENCES claim_lines (id),
    invoice_id uuid NOT NULL,
    line_number bigint NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_invoice_allocations_amount CHECK (amount > 0),
    made_at timestamptz NOT NULL,
    released_at timestamptz,
    CONSTRAINT fk_invoice_allocations_invoice_id_invoice_lines
        FOREIGN KEY (invoice_id, line_number) REFERENCES invoice_lines (invoice_id, number)
)
"""

SLIP_ALLOCATIONS = """
CREATE TABLE slip_allocations (
    id uuid NOT NULL CONSTRAINT pk_slip_allocations PRIMARY KEY,
    claim_line_id uuid NOT NULL CONSTRAINT fk_slip_allocations_claim_line_id_claim_lines REFERENCES claim_lines (id),
    slip_id uuid NOT NULL CONSTRAINT fk_slip_allocations_slip_id_bank_slips REFERENCES bank_slips (id),
    amount bigint NOT NULL CONSTRAINT ck_slip_allocations_amount CHECK (amount > 0),
    made_at timestamptz NOT NULL,
    released_at timestamptz
)
"""

LEGS = """
CREATE TABLE legs (
    id uuid NOT NULL CONSTRAINT pk_legs PRIMARY KEY,
    claim_line_id uuid NOT NULL CONSTRAINT fk_legs_claim_line_id_claim_lines REFERENCES claim_lines (id),
    part text NOT NULL,
    budget_line_id uuid NOT NULL CONSTRAINT fk_legs_budget_line_id_budget_lines REFERENCES budget_lines (id),
    treasury text NOT NULL,
    funding_source text NOT NULL,
    payee_id uuid NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_legs_amount CHECK (amount > 0),
    state text NOT NULL CONSTRAINT ck_legs_state CHECK (state IN ('payable', 'dropped', 'in_payment', 'paid')),
    payout_id uuid,
    sent_at timestamptz,
    paid_on date,
    CONSTRAINT uq_legs_part UNIQUE (claim_line_id, part),
    CONSTRAINT uq_legs_owed UNIQUE (id, claim_line_id, treasury, payee_id, currency, amount),
    CONSTRAINT ck_legs_payout CHECK ((payout_id IS NOT NULL) = (state IN ('in_payment', 'paid'))),
    CONSTRAINT ck_legs_sent CHECK (
        (sent_at IS NULL OR state IN ('in_payment', 'paid')) AND (state <> 'paid' OR sent_at IS NOT NULL)
    ),
    CONSTRAINT ck_legs_paid CHECK ((paid_on IS NOT NULL) = (state = 'paid'))
)
"""

CHANGING = "approved, state, stage, entered_at, due_on, due_at, corrections, acted, steps"

STATEMENTS = (
    CLAIMS,
    CLAIM_LINES,
    TRANSITIONS,
    INVOICE_ALLOCATIONS,
    SLIP_ALLOCATIONS,
    LEGS,
    "CREATE INDEX ix_claims_listed ON claims (submitted_at, id)",
    "CREATE INDEX ix_claims_payee_id ON claims (payee_id, submitted_at, id)",
    "CREATE UNIQUE INDEX uq_claim_lines_capture ON claim_lines (capture_id)"
    " WHERE state NOT IN ('rejected', 'withdrawn')",
    "CREATE INDEX ix_claim_lines_holder_id ON claim_lines (holder_id)",
    "CREATE INDEX ix_claim_lines_payee_id ON claim_lines (payee_id)",
    "CREATE INDEX ix_claim_lines_queue ON claim_lines (state, submitted_at, id)",
    "CREATE INDEX ix_claim_lines_due ON claim_lines (due_at, id) WHERE state = 'returned'",
    "CREATE INDEX ix_claim_line_transitions_document_id ON claim_line_transitions (document_id)"
    " WHERE document_id IS NOT NULL",
    "CREATE INDEX ix_invoice_allocations_claim_line_id ON invoice_allocations (claim_line_id)",
    "CREATE INDEX ix_invoice_allocations_invoice_id ON invoice_allocations (invoice_id, line_number)",
    "CREATE INDEX ix_slip_allocations_claim_line_id ON slip_allocations (claim_line_id)",
    "CREATE INDEX ix_slip_allocations_slip_id ON slip_allocations (slip_id)",
    "CREATE INDEX ix_legs_payable ON legs (treasury, id) WHERE state = 'payable'",
    f"GRANT SELECT, INSERT ON claims, claim_line_transitions TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE ({CHANGING}) ON claim_lines TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (released_at) ON invoice_allocations, slip_allocations TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, payout_id, sent_at, paid_on) ON legs TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of claims."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was claimed."""
    tables = ("legs", "slip_allocations", "invoice_allocations", "claim_line_transitions", "claim_lines", "claims")
    for table in tables:
        op.execute(f"DROP TABLE {table}")
