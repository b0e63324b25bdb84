"""What others have supported, row by row; what a project is compared by; which contract another one replaces."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

LISTS = """
CREATE TABLE outside_lists (
    id uuid NOT NULL,
    programme text NOT NULL,
    bureau text NOT NULL,
    document_id uuid NOT NULL,
    rows bigint NOT NULL,
    state text NOT NULL,
    taken_by text NOT NULL,
    taken_at timestamptz NOT NULL,
    withdrawn_by text,
    withdrawn_at timestamptz,
    reason text,
    CONSTRAINT pk_outside_lists PRIMARY KEY (id),
    CONSTRAINT fk_outside_lists_document_id_documents FOREIGN KEY (document_id) REFERENCES documents (id),
    CONSTRAINT ck_outside_lists_state CHECK (state IN ('standing', 'withdrawn')),
    CONSTRAINT ck_outside_lists_rows CHECK (rows > 0),
    CONSTRAINT ck_outside_lists_programme CHECK (programme <> ''),
    CONSTRAINT ck_outside_lists_withdrawn CHECK (
        (state = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)
        AND (withdrawn_by IS NULL) = (reason IS NULL)
    )
)
"""

ROWS = """
CREATE TABLE outside_supports (
    id uuid NOT NULL,
    list_id uuid NOT NULL,
    number bigint NOT NULL,
    name text,
    uscc text,
    project text,
    project_key text,
    contract text,
    contract_key text,
    invoice text,
    invoice_key text,
    amount bigint,
    currency char(3) NOT NULL,
    granted_on date,
    CONSTRAINT pk_outside_supports PRIMARY KEY (id),
    CONSTRAINT fk_outside_supports_list_id_outside_lists FOREIGN KEY (list_id) REFERENCES outside_lists (id),
    CONSTRAINT uq_outside_supports_number UNIQUE (list_id, number),
    CONSTRAINT ck_outside_supports_number CHECK (number > 0),
    CONSTRAINT ck_outside_supports_amount CHECK (amount > 0),
    CONSTRAINT ck_outside_supports_known CHECK (num_nonnulls(uscc, project_key, contract_key, invoice_key) > 0),
    CONSTRAINT ck_outside_supports_keys CHECK (
        (project IS NULL) = (project_key IS NULL) AND (contract IS NULL) = (contract_key IS NULL)
        AND (invoice IS NULL) = (invoice_key IS NULL)
    )
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_outside_lists_document_id ON outside_lists (document_id) WHERE state = 'standing'",
    "CREATE INDEX ix_outside_supports_uscc ON outside_supports (uscc) WHERE uscc IS NOT NULL",
    "CREATE INDEX ix_outside_supports_project_key ON outside_supports (project_key) WHERE project_key IS NOT NULL",
    "CREATE INDEX ix_outside_supports_contract_key ON outside_supports (contract_key) WHERE contract_key IS NOT NULL",
    "CREATE INDEX ix_outside_supports_invoice_key ON outside_supports (invoice_key) WHERE invoice_key IS NOT NULL",
)

# What the previous release writes says nothing of these: no project, nobody behind a party, no contract in another's
# place.
COLUMNS = (
    "ALTER TABLE applications ADD COLUMN project text, ADD COLUMN people text[]",
    "ALTER TABLE award_claims ADD COLUMN alike text[]",
    "ALTER TABLE redemptions ADD COLUMN replaces uuid, ADD COLUMN let_go_by text,"
    " ADD CONSTRAINT ck_redemptions_let_go CHECK (let_go_by IS NULL OR replaces IS NOT NULL) NOT VALID,"
    " ADD CONSTRAINT ck_redemptions_replaces CHECK (replaces <> id) NOT VALID,"
    " ADD CONSTRAINT fk_redemptions_replaces_redemptions FOREIGN KEY (replaces) REFERENCES redemptions (id) NOT VALID",
)

GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE (state, withdrawn_by, withdrawn_at, reason) ON outside_lists TO {ROLE}",
    f"GRANT SELECT, INSERT ON outside_supports TO {ROLE}",
    f"GRANT UPDATE (project, people) ON applications TO {ROLE}",
    f"GRANT UPDATE (let_go_by) ON redemptions TO {ROLE}",
)

BACK = (
    "ALTER TABLE redemptions DROP COLUMN replaces, DROP COLUMN let_go_by",
    "ALTER TABLE award_claims DROP COLUMN alike",
    "ALTER TABLE applications DROP COLUMN project, DROP COLUMN people",
    "DROP TABLE outside_supports",
    "DROP TABLE outside_lists",
)


def upgrade() -> None:
    """Make the tables, and the columns by which what is alike is found and what replaces what is known."""
    for statement in (LISTS, ROWS, *INDEXES, *COLUMNS, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back; what others have supported is forgotten."""
    for statement in BACK:
        op.execute(statement)
