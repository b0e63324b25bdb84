"""How parties are related, and how a sanction comes about."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

SHARES = """
ALTER TABLE related_parties
    ADD COLUMN share_basis_points bigint,
    ADD COLUMN owner_id uuid,
    ADD COLUMN officer_role text,
    ADD CONSTRAINT ck_related_parties_share CHECK (
        share_basis_points BETWEEN 1 AND 10000 AND kind = 'ownership' OR share_basis_points IS NULL),
    ADD CONSTRAINT ck_related_parties_owner CHECK (
        owner_id IN (a_id, b_id) AND share_basis_points IS NOT NULL OR owner_id IS NULL AND share_basis_points IS NULL),
    ADD CONSTRAINT ck_related_parties_officer_role CHECK (officer_role IS NULL OR kind = 'shared_officers')
"""

# Two may hold shares of each other: what holds once on a day is that one of them owns the other.
LINKED_ONCE = """
ALTER TABLE related_parties
    DROP CONSTRAINT ex_related_parties_period,
    ADD CONSTRAINT ex_related_parties_period EXCLUDE USING gist (
        a_id WITH =, b_id WITH =, kind WITH =, coalesce(owner_id, a_id) WITH =,
        daterange(from_on, until_on, '[]') WITH &&)
"""

SANCTION_CASES = """
CREATE TABLE sanction_cases (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    grounds text NOT NULL,
    clause text NOT NULL,
    document_id uuid NOT NULL,
    state text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    notified_by text,
    notified_at timestamptz,
    reply_by date,
    reply_ends timestamptz,
    answer text,
    answer_document_id uuid,
    answered_by text,
    answered_at timestamptz,
    decided_by text,
    decided_at timestamptz,
    decision_number text,
    decision_document_id uuid,
    years bigint,
    remedy text,
    drop_reason text,
    CONSTRAINT pk_sanction_cases PRIMARY KEY (id),
    CONSTRAINT ck_sanction_cases_kind CHECK (kind IN ('ban', 'abnormal_operation', 'research_integrity')),
    CONSTRAINT ck_sanction_cases_state
        CHECK (state IN ('proposed', 'notified', 'answered', 'unanswered', 'decided', 'dropped')),
    CONSTRAINT ck_sanction_cases_notified CHECK (
        (notified_by IS NULL) = (notified_at IS NULL) AND (notified_at IS NULL) = (reply_by IS NULL)
        AND (reply_by IS NULL) = (reply_ends IS NULL) AND (state <> 'proposed' OR notified_at IS NULL)
        AND (state IN ('proposed', 'dropped') OR notified_at IS NOT NULL)),
    CONSTRAINT ck_sanction_cases_answered CHECK (
        (answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)
        AND (answer_document_id IS NULL OR answer IS NOT NULL) AND (state <> 'answered' OR answer IS NOT NULL)),
    CONSTRAINT ck_sanction_cases_ended CHECK (
        (decided_by IS NOT NULL) = (state IN ('decided', 'dropped')) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ck_sanction_cases_decided CHECK (
        (decision_number IS NOT NULL) = (state = 'decided') AND (decision_number IS NULL) = (years IS NULL)
        AND (years IS NULL) = (decision_document_id IS NULL) AND (years IS NULL) = (remedy IS NULL)
        AND (years IS NULL OR years BETWEEN 1 AND 3)),
    CONSTRAINT ck_sanction_cases_dropped CHECK ((drop_reason IS NOT NULL) = (state = 'dropped')),
    CONSTRAINT ck_sanction_cases_two_persons CHECK (state <> 'decided' OR decided_by <> proposed_by),
    CONSTRAINT fk_sanction_cases_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

# Who decided is not asked of a sanction without a case: the release before records it without, and goes on doing so.
# A sanction that was lifted holds no longer, so that another may stand on the days it would have had.
IN_FORCE_ONCE = """
ALTER TABLE sanctions
    ADD COLUMN case_id uuid,
    ADD COLUMN lifted_on date,
    ADD COLUMN authority text,
    ADD COLUMN decision_number text,
    ADD CONSTRAINT ck_sanctions_authority CHECK (
        (authority IS NULL) = (decision_number IS NULL) AND (authority IS NULL OR case_id IS NULL)),
    ADD CONSTRAINT ck_sanctions_lifted CHECK (lifted_on BETWEEN from_on AND until_on),
    ADD CONSTRAINT uq_sanctions_case_id UNIQUE (case_id),
    ADD CONSTRAINT fk_sanctions_case_id_sanction_cases FOREIGN KEY (case_id) REFERENCES sanction_cases (id),
    DROP CONSTRAINT ex_sanctions_period,
    ADD CONSTRAINT ex_sanctions_period EXCLUDE USING gist (
        organization_id WITH =, kind WITH =,
        daterange(from_on, coalesce(lifted_on, until_on + 1), '[)') WITH &&)
"""

SANCTION_LIFTINGS = """
CREATE TABLE sanction_liftings (
    id uuid NOT NULL,
    sanction_id uuid NOT NULL,
    reason text NOT NULL,
    document_id uuid NOT NULL,
    state text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    refusal text,
    CONSTRAINT pk_sanction_liftings PRIMARY KEY (id),
    CONSTRAINT ck_sanction_liftings_state CHECK (state IN ('proposed', 'approved', 'rejected')),
    CONSTRAINT ck_sanction_liftings_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'proposed') AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ck_sanction_liftings_refusal CHECK ((refusal IS NOT NULL) = (state = 'rejected')),
    CONSTRAINT ck_sanction_liftings_two_persons CHECK (state <> 'approved' OR decided_by <> proposed_by),
    CONSTRAINT fk_sanction_liftings_sanction_id_sanctions FOREIGN KEY (sanction_id) REFERENCES sanctions (id)
)
"""

CASE_MOVES = (
    "state, notified_by, notified_at, reply_by, reply_ends, answer, answer_document_id, answered_by, answered_at,"
    " decided_by, decided_at, decision_number, decision_document_id, years, remedy, drop_reason"
)

STATEMENTS = (
    SHARES,
    LINKED_ONCE,
    SANCTION_CASES,
    "CREATE INDEX ix_sanction_cases_organization_id ON sanction_cases (organization_id)",
    "CREATE INDEX ix_sanction_cases_reply_ends ON sanction_cases (reply_ends, id) WHERE state = 'notified'",
    IN_FORCE_ONCE,
    SANCTION_LIFTINGS,
    "CREATE UNIQUE INDEX uq_sanction_liftings_open ON sanction_liftings (sanction_id) WHERE state = 'proposed'",
    "CREATE INDEX ix_sanction_liftings_sanction_id ON sanction_liftings (sanction_id)",
    f"GRANT UPDATE (until_on) ON related_parties TO {ROLE}",
    f"GRANT UPDATE (lifted_on) ON sanctions TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE ({CASE_MOVES}) ON sanction_cases TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, refusal) ON sanction_liftings TO {ROLE}",
)

BACK = (
    "DROP TABLE sanction_liftings",
    f"REVOKE UPDATE (lifted_on) ON sanctions FROM {ROLE}",
    f"REVOKE UPDATE (until_on) ON related_parties FROM {ROLE}",
    """
ALTER TABLE sanctions
    DROP CONSTRAINT ex_sanctions_period,
    DROP COLUMN case_id,
    DROP COLUMN lifted_on,
    DROP COLUMN authority,
    DROP COLUMN decision_number,
    ADD CONSTRAINT ex_sanctions_period EXCLUDE USING gist (
        organization_id WITH =, kind WITH =, daterange(from_on, until_on, '[]') WITH &&)
""",
    "DROP TABLE sanction_cases",
    """
ALTER TABLE related_parties
    DROP CONSTRAINT ex_related_parties_period,
    DROP COLUMN share_basis_points,
    DROP COLUMN owner_id,
    DROP COLUMN officer_role,
    ADD CONSTRAINT ex_related_parties_period EXCLUDE USING gist (
        a_id WITH =, b_id WITH =, kind WITH =, daterange(from_on, until_on, '[]') WITH &&)
""",
)


def upgrade() -> None:
    """Say how much is owned, and give sanctions a case before them and a way out of them."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; of what was lifted or crossed nothing may be left that the older rules refuse."""
    for statement in BACK:
        op.execute(statement)
