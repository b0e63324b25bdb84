"""Lists taken in and given out, and the policy papers."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

POLICIES = """
CREATE TABLE policies (
    id text NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    number text,
    made_on date,
    published_on date,
    effective_on date,
    abolished_on date,
    status text NOT NULL,
    note text,
    document_id uuid,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_policies PRIMARY KEY (id),
    CONSTRAINT ck_policies_id CHECK (id ~ '^[a-z][a-z0-9-]{1,59}$'),
    CONSTRAINT ck_policies_status CHECK (status IN ('draft', 'in_force', 'incomplete', 'abolished')),
    CONSTRAINT ck_policies_in_force CHECK (status <> 'in_force' OR (number IS NOT NULL AND made_on IS NOT NULL)),
    CONSTRAINT ck_policies_abolished CHECK ((status = 'abolished') = (abolished_on IS NOT NULL)),
    CONSTRAINT ck_policies_version CHECK (version >= 0)
)
"""

POLICY_CLAUSES = """
CREATE TABLE policy_clauses (
    policy_id text NOT NULL,
    place bigint NOT NULL,
    id text NOT NULL,
    level text NOT NULL,
    heading text NOT NULL,
    paragraphs jsonb NOT NULL,
    bureaus text[] NOT NULL,
    CONSTRAINT pk_policy_clauses PRIMARY KEY (policy_id, place),
    CONSTRAINT uq_policy_clauses_policy_id_id UNIQUE (policy_id, id),
    CONSTRAINT ck_policy_clauses_level CHECK (level IN ('chapter', 'section', 'item')),
    CONSTRAINT fk_policy_clauses_policy_id_policies FOREIGN KEY (policy_id) REFERENCES policies (id)
)
"""

IMPORTS = """
CREATE TABLE imports (
    id uuid NOT NULL,
    kind text NOT NULL,
    documents uuid[] NOT NULL,
    mapping jsonb NOT NULL,
    dry_run boolean NOT NULL,
    state text NOT NULL,
    lines bigint NOT NULL,
    created bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    rejected bigint NOT NULL,
    normalised bigint NOT NULL,
    faults jsonb NOT NULL,
    headers jsonb NOT NULL,
    job_id uuid NOT NULL,
    client text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_imports PRIMARY KEY (id),
    CONSTRAINT ck_imports_kind CHECK (kind IN ('organizations', 'spaces', 'residencies')),
    CONSTRAINT ck_imports_documents CHECK (cardinality(documents) BETWEEN 1 AND 16),
    CONSTRAINT ck_imports_state CHECK (state IN ('taken', 'done', 'refused')),
    CONSTRAINT ck_imports_ended CHECK ((state = 'taken') = (ended_at IS NULL)),
    CONSTRAINT ck_imports_faults CHECK ((state = 'refused') = (jsonb_array_length(faults) > 0)),
    CONSTRAINT ck_imports_lines CHECK (
        created >= 0 AND changed >= 0 AND unchanged >= 0 AND rejected >= 0 AND normalised >= 0
        AND lines = created + changed + unchanged + rejected
    )
)
"""

IMPORT_LINES = """
CREATE TABLE import_lines (
    import_id uuid NOT NULL,
    line bigint NOT NULL,
    document bigint NOT NULL,
    row bigint NOT NULL,
    natural_key text,
    digest text NOT NULL,
    outcome text NOT NULL,
    subject_id uuid,
    changes jsonb NOT NULL,
    faults jsonb NOT NULL,
    CONSTRAINT pk_import_lines PRIMARY KEY (import_id, line),
    CONSTRAINT ck_import_lines_outcome CHECK (outcome IN ('created', 'changed', 'unchanged', 'rejected')),
    CONSTRAINT ck_import_lines_faults CHECK ((outcome = 'rejected') = (jsonb_array_length(faults) > 0)),
    CONSTRAINT ck_import_lines_subject CHECK (outcome <> 'rejected' OR subject_id IS NULL),
    CONSTRAINT fk_import_lines_import_id_imports FOREIGN KEY (import_id) REFERENCES imports (id)
)
"""

EXPORTS = """
CREATE TABLE exports (
    id uuid NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    wanted jsonb NOT NULL,
    sight jsonb NOT NULL,
    state text NOT NULL,
    rows bigint,
    size bigint,
    sha256 text,
    job_id uuid NOT NULL,
    client text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    ready_at timestamptz,
    expires_at timestamptz,
    CONSTRAINT pk_exports PRIMARY KEY (id),
    CONSTRAINT ck_exports_kind CHECK (kind IN ('organizations', 'spaces', 'providers', 'offerings')),
    CONSTRAINT ck_exports_format CHECK (format IN ('csv', 'xlsx')),
    CONSTRAINT ck_exports_state CHECK (state IN ('asked', 'ready', 'expired')),
    CONSTRAINT ck_exports_ready CHECK (
        (state = 'asked') = (ready_at IS NULL) AND (ready_at IS NULL) = (expires_at IS NULL)
        AND (ready_at IS NULL) = (rows IS NULL) AND (ready_at IS NULL) = (size IS NULL)
        AND (ready_at IS NULL) = (sha256 IS NULL) AND expires_at > ready_at
    )
)
"""

EXPORT_PARTS = """
CREATE TABLE export_parts (
    export_id uuid NOT NULL,
    place bigint NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT pk_export_parts PRIMARY KEY (export_id, place),
    CONSTRAINT fk_export_parts_export_id_exports FOREIGN KEY (export_id) REFERENCES exports (id)
)
"""

TABLES = {
    "policies": POLICIES,
    "policy_clauses": POLICY_CLAUSES,
    "imports": IMPORTS,
    "import_lines": IMPORT_LINES,
    "exports": EXPORTS,
    "export_parts": EXPORT_PARTS,
}

INDEXES = (
    "CREATE UNIQUE INDEX uq_policies_number ON policies (number) WHERE status <> 'abolished'",
    "CREATE INDEX ix_policy_clauses_bureaus ON policy_clauses USING gin (bureaus)",
    "CREATE INDEX ix_import_lines_outcome ON import_lines (import_id, outcome, line)",
    "CREATE INDEX ix_import_lines_normalised ON import_lines (import_id, line) WHERE changes <> '[]'",
    "CREATE INDEX ix_import_lines_natural_key ON import_lines (import_id, natural_key) WHERE outcome <> 'rejected'",
    "CREATE INDEX ix_exports_client ON exports (client, id)",
    "CREATE INDEX ix_exports_expires_at ON exports (expires_at) WHERE state = 'ready'",
)

CHANGING = {
    "policies": "number, made_on, published_on, effective_on, abolished_on, status, version",
    "imports": "state, lines, created, changed, unchanged, rejected, normalised, faults, headers, ended_at",
    "exports": "state, rows, size, sha256, ready_at, expires_at",
}
"""Which columns ever change; everything else is append-only, and only the bytes of an export that is over go."""


def upgrade() -> None:
    """Make the tables."""
    for name, statement in TABLES.items():
        op.execute(statement)
        op.execute(f"GRANT SELECT, INSERT ON {name} TO {ROLE}")
    for statement in INDEXES:
        op.execute(statement)
    for name, columns in CHANGING.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {name} TO {ROLE}")
    op.execute(f"GRANT DELETE ON export_parts TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
