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

FUNDINGS = """
CREATE TABLE award_fundings (
    id uuid NOT NULL CONSTRAINT pk_award_fundings PRIMARY KEY,
    scheme_id text NOT NULL,
    bureau text NOT NULL,
    award text NOT NULL,
    part text NOT NULL,
    region text NOT NULL,
    budget_line_id uuid NOT NULL
        CONSTRAINT fk_award_fundings_budget_line_id_budget_lines REFERENCES budget_lines (id),
    document text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    state text NOT NULL CONSTRAINT ck_award_fundings_state CHECK (
        state IN ('proposed', 'approved', 'rejected', 'replaced')
    ),
    decided_by text,
    decided_at timestamptz,
    reason text,
    CONSTRAINT ck_award_fundings_decided CHECK (
        (decided_by IS NULL) = (state = 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_award_fundings_four_eyes CHECK (decided_by <> proposed_by)
)
"""

CLAIMS = """
CREATE TABLE award_claims (
    id uuid NOT NULL CONSTRAINT pk_award_claims PRIMARY KEY,
    claim_id uuid NOT NULL CONSTRAINT fk_award_claims_claim_id_claims REFERENCES claims (id),
    claim_line_id uuid NOT NULL CONSTRAINT fk_award_claims_claim_line_id_claim_lines REFERENCES claim_lines (id)
        CONSTRAINT uq_award_claims_claim_line_id UNIQUE,
    scheme_id text NOT NULL,
    scheme_version_id uuid NOT NULL
        CONSTRAINT fk_award_claims_scheme_version_id_scheme_versions REFERENCES scheme_versions (id),
    award text NOT NULL,
    payee_id uuid NOT NULL,
    space_id uuid,
    rests_on uuid CONSTRAINT fk_award_claims_rests_on_award_claims REFERENCES award_claims (id)
        CONSTRAINT ck_award_claims_rests_on CHECK (rests_on <> id),
    on_day date NOT NULL,
    facts jsonb NOT NULL,
    figures jsonb NOT NULL,
    known jsonb NOT NULL,
    given bigint NOT NULL,
    base bigint NOT NULL,
    amount bigint NOT NULL,
    currency char(3) NOT NULL,
    region text NOT NULL,
    report_within bigint CONSTRAINT ck_award_claims_report_within CHECK (report_within > 0),
    submitted_at timestamptz NOT NULL,
    submitted_by text NOT NULL,
    CONSTRAINT ck_award_claims_amounts CHECK (amount > 0 AND base > 0 AND given >= 0)
)
"""

DOCUMENTS = """
CREATE TABLE award_claim_documents (
    award_claim_id uuid NOT NULL
        CONSTRAINT fk_award_claim_documents_award_claim_id_award_claims REFERENCES award_claims (id),
    document_id uuid NOT NULL,
    named_at timestamptz NOT NULL,
    CONSTRAINT pk_award_claim_documents PRIMARY KEY (award_claim_id, document_id)
)
"""

RECOMPUTATIONS = """
CREATE TABLE award_recomputations (
    id uuid NOT NULL CONSTRAINT pk_award_recomputations PRIMARY KEY,
    award_claim_id uuid NOT NULL
        CONSTRAINT fk_award_recomputations_award_claim_id_award_claims REFERENCES award_claims (id),
    figures jsonb NOT NULL,
    before bigint NOT NULL,
    after bigint NOT NULL,
    outcome text NOT NULL CONSTRAINT ck_award_recomputations_outcome CHECK (
        outcome IN ('kept', 'reduced', 'proposed')
    ),
    reason text NOT NULL,
    document_id uuid,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    CONSTRAINT ck_award_recomputations_amounts CHECK (
        after >= 0 AND before >= after AND (before = after) = (outcome = 'kept')
    )
)
"""

PROPOSALS = """
CREATE TABLE clawback_proposals (
    id uuid NOT NULL CONSTRAINT pk_clawback_proposals PRIMARY KEY,
    award_claim_id uuid NOT NULL
        CONSTRAINT fk_clawback_proposals_award_claim_id_award_claims REFERENCES award_claims (id),
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_clawback_proposals_claim_line_id_claim_lines REFERENCES claim_lines (id),
    case_kind text NOT NULL CONSTRAINT ck_clawback_proposals_case CHECK (
        case_kind IN ('recomputed', 'unspent', 'misspent')
    ),
    amount bigint NOT NULL,
    before bigint NOT NULL,
    after bigint NOT NULL,
    currency char(3) NOT NULL,
    reason text NOT NULL,
    clause text NOT NULL,
    document_id uuid,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    CONSTRAINT ck_clawback_proposals_amount CHECK (amount > 0 AND after >= 0 AND amount = before - after)
)
"""

REPORTS = """
CREATE TABLE spending_reports (
    id uuid NOT NULL CONSTRAINT pk_spending_reports PRIMARY KEY,
    award_claim_id uuid NOT NULL
        CONSTRAINT fk_spending_reports_award_claim_id_award_claims REFERENCES award_claims (id)
        CONSTRAINT uq_spending_reports_award_claim_id UNIQUE,
    claim_line_id uuid NOT NULL
        CONSTRAINT fk_spending_reports_claim_line_id_claim_lines REFERENCES claim_lines (id),
    state text NOT NULL CONSTRAINT ck_spending_reports_state CHECK (state IN ('owed', 'submitted', 'decided')),
    owed bigint NOT NULL CONSTRAINT ck_spending_reports_owed CHECK (owed > 0),
    opened_at timestamptz NOT NULL,
    due_on date NOT NULL,
    due_at timestamptz NOT NULL,
    remind_at timestamptz,
    submitted_at timestamptz,
    submitted_by text,
    decided_at timestamptz,
    decided_by text,
    spent bigint,
    misspent bigint,
    reason text,
    CONSTRAINT ck_spending_reports_submitted CHECK (
        (submitted_at IS NULL) = (state = 'owed') AND (submitted_at IS NULL) = (submitted_by IS NULL)
    ),
    CONSTRAINT ck_spending_reports_decided CHECK (
        (decided_at IS NULL) = (state <> 'decided') AND (decided_at IS NULL) = (decided_by IS NULL)
        AND (decided_at IS NULL) = (spent IS NULL) AND (decided_at IS NULL) = (misspent IS NULL)
    ),
    CONSTRAINT ck_spending_reports_amounts CHECK (spent >= 0 AND misspent >= 0),
    CONSTRAINT ck_spending_reports_four_eyes CHECK (decided_by <> submitted_by)
)
"""

ITEMS = """
CREATE TABLE spending_items (
    report_id uuid NOT NULL CONSTRAINT fk_spending_items_report_id_spending_reports REFERENCES spending_reports (id),
    number bigint NOT NULL,
    item text NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_spending_items_amount CHECK (amount > 0),
    spent_on date NOT NULL,
    said text NOT NULL,
    document_id uuid NOT NULL,
    CONSTRAINT pk_spending_items PRIMARY KEY (report_id, number)
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_claim_line_takes_once ON claim_line_takes (cap, subject, period)"
    " WHERE counts = 'times' AND released_at IS NULL",
    "CREATE INDEX ix_claim_line_takes_key ON claim_line_takes (cap, subject, period)",
    "CREATE UNIQUE INDEX uq_award_fundings_approved ON award_fundings (scheme_id, award, part, region)"
    " WHERE state = 'approved'",
    "CREATE INDEX ix_award_claims_payee_id ON award_claims (payee_id, id)",
    "CREATE INDEX ix_award_claims_rests_on ON award_claims (rests_on) WHERE rests_on IS NOT NULL",
    "CREATE INDEX ix_award_claim_documents_document_id ON award_claim_documents (document_id)",
    "CREATE INDEX ix_award_recomputations_award_claim_id ON award_recomputations (award_claim_id, made_at, id)",
    "CREATE INDEX ix_clawback_proposals_award_claim_id ON clawback_proposals (award_claim_id)",
    "CREATE INDEX ix_spending_reports_remind ON spending_reports (remind_at, id) WHERE state = 'owed'",
    "CREATE INDEX ix_spending_reports_due ON spending_reports (due_at, id) WHERE state = 'owed'",
    "CREATE INDEX ix_spending_items_document_id ON spending_items (document_id)",
)

# What was claimed, spent and proposed never changes; a funding and a report only in how they were decided.
GRANTS = (
    f"GRANT SELECT, INSERT ON claim_line_shares, award_claims, award_claim_documents, clawback_proposals TO {ROLE}",
    f"GRANT SELECT, INSERT ON award_recomputations, spending_items TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (released_at) ON claim_line_takes TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason) ON award_fundings TO {ROLE}",
    "GRANT SELECT, INSERT, UPDATE (state, remind_at, submitted_at, submitted_by, decided_at, decided_by, spent,"
    f" misspent, reason) ON spending_reports TO {ROLE}",
)

TABLES = ("claim_line_shares", "claim_line_takes", "award_fundings", "award_claims", "award_claim_documents")
LATER = ("award_recomputations", "clawback_proposals", "spending_reports", "spending_items")


def upgrade() -> None:
    """Lay what awards need."""
    for statement in (
        CLAIM_LINES,
        SHARES,
        TAKES,
        FUNDINGS,
        CLAIMS,
        DOCUMENTS,
        RECOMPUTATIONS,
        PROPOSALS,
        REPORTS,
        ITEMS,
    ):
        op.execute(statement)
    for statement in (*INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back; a line of an award has no place in it, so there may be none."""
    for table in reversed((*TABLES, *LATER)):
        op.execute(f"DROP TABLE {table}")
    op.execute(
        "ALTER TABLE claim_lines DROP COLUMN award_claim_id, ALTER COLUMN capture_id SET NOT NULL,"
        " ALTER COLUMN redemption_id SET NOT NULL, ALTER COLUMN voucher_id SET NOT NULL"
    )
