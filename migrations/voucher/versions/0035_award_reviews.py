"""Claims to awards are answered by the scheme's form, refused for its reasons and appealed; reports follow awards."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

ANSWERS = """
CREATE TABLE award_answers (
    award_claim_id uuid NOT NULL CONSTRAINT fk_award_answers_award_claim_id_award_claims REFERENCES award_claims (id),
    number bigint NOT NULL,
    answers jsonb NOT NULL,
    said_by text NOT NULL,
    said_at timestamptz NOT NULL,
    CONSTRAINT pk_award_answers PRIMARY KEY (award_claim_id, number)
)
"""

APPEALS = """
CREATE TABLE award_appeals (
    id uuid NOT NULL CONSTRAINT pk_award_appeals PRIMARY KEY,
    award_claim_id uuid NOT NULL CONSTRAINT fk_award_appeals_award_claim_id_award_claims REFERENCES award_claims (id),
    refused_at timestamptz NOT NULL,
    grounds text NOT NULL,
    document_id uuid,
    client text NOT NULL,
    client_ref text,
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    due_at timestamptz,
    state text NOT NULL CONSTRAINT ck_award_appeals_state CHECK (state IN ('filed', 'upheld', 'dismissed')),
    decided_by text,
    decided_at timestamptz,
    words text,
    CONSTRAINT ck_award_appeals_decided CHECK (
        (state = 'filed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NULL) = (words IS NULL)
    ),
    CONSTRAINT ck_award_appeals_two_persons CHECK (decided_by <> filed_by),
    CONSTRAINT uq_award_appeals_client UNIQUE (client, client_ref),
    CONSTRAINT uq_award_appeals_refusal UNIQUE (award_claim_id, refused_at)
)
"""

# for how long who misspends is banned, by the scheme; proposals of the release before say nothing of it
BANS = """
ALTER TABLE clawback_proposals
    ADD COLUMN ban_years bigint,
    ADD COLUMN ban_clause text,
    ADD CONSTRAINT ck_clawback_proposals_ban CHECK (
        (ban_years IS NULL) = (ban_clause IS NULL) AND (ban_years IS NULL OR ban_years > 0 AND case_kind = 'misspent')
    )
"""

# a report is about less once its award is, and about nothing, and dropped, once nothing is left of that
REPORTS = """
ALTER TABLE spending_reports
    DROP CONSTRAINT ck_spending_reports_state,
    DROP CONSTRAINT ck_spending_reports_owed,
    DROP CONSTRAINT ck_spending_reports_submitted,
    ADD CONSTRAINT ck_spending_reports_state CHECK (state IN ('owed', 'submitted', 'decided', 'dropped')),
    ADD CONSTRAINT ck_spending_reports_owed CHECK (owed >= 0 AND (owed > 0 OR state IN ('decided', 'dropped'))),
    ADD CONSTRAINT ck_spending_reports_submitted CHECK (
        (state = 'dropped' OR (submitted_at IS NULL) = (state = 'owed'))
        AND (submitted_at IS NULL) = (submitted_by IS NULL)
    )
"""

REPORTS_BEFORE = """
ALTER TABLE spending_reports
    DROP CONSTRAINT ck_spending_reports_state,
    DROP CONSTRAINT ck_spending_reports_owed,
    DROP CONSTRAINT ck_spending_reports_submitted,
    ADD CONSTRAINT ck_spending_reports_state CHECK (state IN ('owed', 'submitted', 'decided')),
    ADD CONSTRAINT ck_spending_reports_owed CHECK (owed > 0),
    ADD CONSTRAINT ck_spending_reports_submitted CHECK (
        (submitted_at IS NULL) = (state = 'owed') AND (submitted_at IS NULL) = (submitted_by IS NULL)
    )
"""

GRANTS = (
    f"GRANT SELECT, INSERT ON award_answers TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, words) ON award_appeals TO {ROLE}",
    f"GRANT UPDATE (owed) ON spending_reports TO {ROLE}",
)


def upgrade() -> None:
    """Lay what claims to awards need beside their review."""
    for statement in (ANSWERS, APPEALS, BANS, REPORTS, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back; a report that was dropped, or that is about nothing, has no place in it, so there may be none."""
    op.execute(f"REVOKE UPDATE (owed) ON spending_reports FROM {ROLE}")
    op.execute(REPORTS_BEFORE)
    op.execute("ALTER TABLE clawback_proposals DROP COLUMN ban_years, DROP COLUMN ban_clause")
    for table in ("award_appeals", "award_answers"):
        op.execute(f"DROP TABLE {table}")
