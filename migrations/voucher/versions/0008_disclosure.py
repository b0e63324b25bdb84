"""Disclosures with the lines they name, objections, and the stops beside legs."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

DISCLOSURES = """
CREATE TABLE disclosures (
    id uuid NOT NULL CONSTRAINT pk_disclosures PRIMARY KEY,
    treasury text NOT NULL,
    state text NOT NULL CONSTRAINT ck_disclosures_state CHECK (
        state IN ('prepared', 'overtaken', 'published', 'closed')
    ),
    digest text NOT NULL,
    working_days bigint NOT NULL CONSTRAINT ck_disclosures_working_days CHECK (working_days > 0),
    prepared_by text NOT NULL,
    prepared_at timestamptz NOT NULL,
    published_by text,
    published_at timestamptz,
    closes_on date,
    closes_at timestamptz,
    closed_at timestamptz,
    CONSTRAINT ck_disclosures_published CHECK (
        (published_at IS NOT NULL) = (state IN ('published', 'closed'))
        AND (published_at IS NULL) = (closes_at IS NULL) AND (closes_at IS NULL) = (closes_on IS NULL)
        AND (published_at IS NULL) = (published_by IS NULL)
    ),
    CONSTRAINT ck_disclosures_closed CHECK ((closed_at IS NOT NULL) = (state = 'closed'))
)
"""

DISCLOSURE_LINES = """
CREATE TABLE disclosure_lines (
    disclosure_id uuid NOT NULL CONSTRAINT fk_disclosure_lines_disclosure_id_disclosures REFERENCES disclosures (id),
    position bigint NOT NULL,
    claim_line_id uuid NOT NULL CONSTRAINT fk_disclosure_lines_claim_line_id_claim_lines REFERENCES claim_lines (id),
    payee_name text NOT NULL,
    holder_name text NOT NULL,
    category text NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_disclosure_lines_amount CHECK (amount > 0),
    currency char(3) NOT NULL,
    CONSTRAINT pk_disclosure_lines PRIMARY KEY (disclosure_id, position),
    CONSTRAINT uq_disclosure_lines_claim_line UNIQUE (disclosure_id, claim_line_id)
)
"""

OBJECTIONS = """
CREATE TABLE objections (
    id uuid NOT NULL CONSTRAINT pk_objections PRIMARY KEY,
    disclosure_id uuid NOT NULL CONSTRAINT fk_objections_disclosure_id_disclosures REFERENCES disclosures (id),
    claim_line_id uuid NOT NULL CONSTRAINT fk_objections_claim_line_id_claim_lines REFERENCES claim_lines (id),
    objector text,
    contact text,
    grounds text NOT NULL,
    document_id uuid CONSTRAINT fk_objections_document_id_documents REFERENCES documents (id),
    state text NOT NULL CONSTRAINT ck_objections_state CHECK (state IN ('noted', 'live', 'dismissed', 'upheld')),
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    holder_at_fault boolean,
    client text NOT NULL,
    client_ref text,
    CONSTRAINT uq_objections_client UNIQUE (client, client_ref),
    CONSTRAINT ck_objections_anonymous_is_noted CHECK ((objector IS NULL) = (state = 'noted')),
    CONSTRAINT ck_objections_decided CHECK (
        (decided_by IS NOT NULL) = (state IN ('dismissed', 'upheld'))
        AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (reason IS NULL)
    ),
    CONSTRAINT ck_objections_fault CHECK ((holder_at_fault IS NOT NULL) = (state = 'upheld')),
    CONSTRAINT ck_objections_two_persons CHECK (decided_by <> filed_by)
)
"""

STOPS = """
CREATE TABLE stops (
    id uuid NOT NULL CONSTRAINT pk_stops PRIMARY KEY,
    leg_id uuid NOT NULL CONSTRAINT fk_stops_leg_id_legs REFERENCES legs (id),
    kind text NOT NULL CONSTRAINT ck_stops_kind CHECK (
        kind IN ('objection', 'red_letter', 'bank_change', 'audit_sample', 'court_order', 'bankruptcy', 'sanction',
            'name_change', 'no_budget', 'manual')
    ),
    objection_id uuid CONSTRAINT fk_stops_objection_id_objections REFERENCES objections (id),
    reason text NOT NULL,
    document_id uuid CONSTRAINT fk_stops_document_id_documents REFERENCES documents (id),
    set_by text NOT NULL,
    since timestamptz NOT NULL,
    expected_end date,
    state text NOT NULL CONSTRAINT ck_stops_state CHECK (state IN ('live', 'lifted', 'upheld')),
    ended_by text,
    ended_at timestamptz,
    end_reason text,
    CONSTRAINT ck_stops_objection CHECK ((objection_id IS NOT NULL) = (kind = 'objection')),
    CONSTRAINT ck_stops_ended CHECK (
        (ended_by IS NOT NULL) = (state <> 'live')
        AND (ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (end_reason IS NULL)
    )
)
"""

STATEMENTS = (
    DISCLOSURES,
    DISCLOSURE_LINES,
    OBJECTIONS,
    STOPS,
    "CREATE INDEX ix_disclosures_listed ON disclosures (prepared_at, id)",
    "CREATE INDEX ix_disclosures_closing ON disclosures (closes_at, id) WHERE state = 'published'",
    "CREATE INDEX ix_disclosure_lines_claim_line_id ON disclosure_lines (claim_line_id)",
    "CREATE INDEX ix_objections_claim_line_id ON objections (claim_line_id)",
    "CREATE UNIQUE INDEX uq_objections_person ON objections (claim_line_id, filed_by, state)"
    " WHERE state IN ('noted', 'live')",
    "CREATE INDEX ix_objections_listed ON objections (filed_at, id)",
    "CREATE INDEX ix_stops_live ON stops (leg_id) WHERE state = 'live'",
    "CREATE INDEX ix_stops_leg_id ON stops (leg_id)",
    f"GRANT SELECT, INSERT, UPDATE (state, published_by, published_at, closes_on, closes_at, closed_at)"
    f" ON disclosures TO {ROLE}",
    f"GRANT SELECT, INSERT ON disclosure_lines TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason, holder_at_fault) ON objections TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, ended_by, ended_at, end_reason) ON stops TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of disclosure."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was disclosed."""
    for table in ("stops", "objections", "disclosure_lines", "disclosures"):
        op.execute(f"DROP TABLE {table}")
