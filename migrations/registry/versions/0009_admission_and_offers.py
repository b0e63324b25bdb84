"""On what ground providers are admitted, what they offer, how they are suspended, and how they are rated."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

QUALIFICATIONS = """
CREATE TABLE qualifications (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    kind text NOT NULL,
    number text NOT NULL,
    issuer text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid NOT NULL,
    state text NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    ended_on date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_qualifications PRIMARY KEY (id),
    CONSTRAINT ck_qualifications_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ck_qualifications_state CHECK (state IN ('sent', 'confirmed', 'rejected', 'ended')),
    CONSTRAINT ck_qualifications_decided CHECK ((state = 'sent') = (decided_by IS NULL)),
    CONSTRAINT ck_qualifications_decided_at CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ck_qualifications_four_eyes CHECK (decided_by <> recorded_by),
    CONSTRAINT ck_qualifications_ended CHECK ((state = 'ended') = (ended_on IS NOT NULL)),
    CONSTRAINT ex_qualifications_period
        EXCLUDE USING gist (
            provider_id WITH =, kind WITH =, number WITH =, daterange(from_on, until_on, '[]') WITH &&
        ) WHERE (state IN ('sent', 'confirmed')),
    CONSTRAINT fk_qualifications_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id)
)
"""

# The plan of the states and what each of them needs; two cases of one provider never run at a time.
SUSPENSIONS = """
CREATE TABLE suspensions (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    reason text NOT NULL,
    document_id uuid NOT NULL,
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    answer text,
    answer_document_id uuid,
    answered_by text,
    answered_at timestamptz,
    decision text,
    decision_document_id uuid,
    decided_by text,
    decided_at timestamptz,
    until_on date,
    ends_at timestamptz,
    ended_by text,
    ended_at timestamptz,
    CONSTRAINT pk_suspensions PRIMARY KEY (id),
    CONSTRAINT ck_suspensions_kind CHECK (kind IN ('notice', 'urgent')),
    CONSTRAINT ck_suspensions_state CHECK (
        state IN ('proposed', 'answered', 'urgent', 'in_force', 'ended', 'lapsed', 'dropped', 'removed')
    ),
    CONSTRAINT ck_suspensions_path CHECK (
        CASE kind WHEN 'notice' THEN state NOT IN ('urgent', 'lapsed')
        ELSE state NOT IN ('proposed', 'answered', 'dropped', 'removed') END
    ),
    CONSTRAINT ck_suspensions_four_eyes CHECK (decided_by <> opened_by AND ended_by <> opened_by),
    CONSTRAINT ck_suspensions_decided CHECK (
        (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision IS NULL)
        AND (decided_by IS NULL) = (decision_document_id IS NULL)
        AND (state NOT IN ('in_force', 'dropped', 'removed') OR decided_by IS NOT NULL)
    ),
    CONSTRAINT ck_suspensions_answered CHECK (
        (answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer IS NULL)
        AND (state <> 'answered' OR answered_by IS NOT NULL)
    ),
    CONSTRAINT ck_suspensions_until CHECK (state <> 'in_force' OR until_on IS NOT NULL),
    CONSTRAINT ck_suspensions_ends_at CHECK ((state IN ('urgent', 'in_force')) = (ends_at IS NOT NULL)),
    CONSTRAINT ck_suspensions_ended CHECK (
        (ended_by IS NULL) = (ended_at IS NULL) AND (state IN ('ended', 'lapsed')) = (ended_by IS NOT NULL)
    ),
    CONSTRAINT fk_suspensions_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id)
)
"""

INSTRUMENTS = """
CREATE TABLE instruments (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    category text NOT NULL,
    name text NOT NULL,
    model text,
    maker text,
    accuracy text,
    region text NOT NULL,
    address text,
    hours text,
    price bigint,
    currency text,
    state text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_instruments PRIMARY KEY (id),
    CONSTRAINT ck_instruments_price CHECK (price > 0 AND (price IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_instruments_state CHECK (state IN ('draft', 'published', 'withdrawn')),
    CONSTRAINT fk_instruments_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id),
    CONSTRAINT fk_instruments_category_categories FOREIGN KEY (category) REFERENCES categories (id),
    CONSTRAINT fk_instruments_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

BRANCHES = """
CREATE TABLE branches (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    region text NOT NULL,
    active boolean NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_branches PRIMARY KEY (id),
    CONSTRAINT fk_branches_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id),
    CONSTRAINT fk_branches_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

RATINGS = """
CREATE TABLE ratings (
    redemption text NOT NULL,
    provider_id uuid NOT NULL,
    category text NOT NULL,
    offering_id uuid,
    stars bigint NOT NULL,
    rated_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT pk_ratings PRIMARY KEY (redemption),
    CONSTRAINT ck_ratings_stars CHECK (stars BETWEEN 1 AND 5),
    CONSTRAINT fk_ratings_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id)
)
"""

TABLES = {
    "qualifications": QUALIFICATIONS,
    "suspensions": SUSPENSIONS,
    "instruments": INSTRUMENTS,
    "branches": BRANCHES,
    "ratings": RATINGS,
}

INDEXES = (
    "CREATE INDEX ix_qualifications_provider_id ON qualifications (provider_id)",
    "CREATE INDEX ix_suspensions_provider_id ON suspensions (provider_id)",
    "CREATE UNIQUE INDEX uq_suspensions_provider_id ON suspensions (provider_id)"
    " WHERE state IN ('proposed', 'answered', 'urgent', 'in_force')",
    "CREATE INDEX ix_suspensions_ends_at ON suspensions (ends_at) WHERE ends_at IS NOT NULL",
    "CREATE INDEX ix_instruments_category ON instruments (category)",
    "CREATE UNIQUE INDEX uq_instruments_provider_id_name ON instruments (provider_id, name) WHERE state <> 'withdrawn'",
    "CREATE UNIQUE INDEX uq_branches_provider_id_name ON branches (provider_id, name)",
    "CREATE INDEX ix_ratings_provider_id ON ratings (provider_id)",
)

CHANGING = {
    "admissions": "ended_on",
    "qualifications": "state, decided_by, decided_at, reason, ended_on",
    "suspensions": "state, answer, answer_document_id, answered_by, answered_at, decision, decision_document_id,"
    " decided_by, decided_at, until_on, ends_at, ended_by, ended_at",
    "instruments": "category, name, model, maker, accuracy, region, address, hours, price, currency, state, version",
    "branches": "name, address, region, active, version",
    "offerings": "kind, proposed_category, proposed_price, proposed_currency, proposed_unit, submitted_by,"
    " returned_because",
}
"""Which columns ever change; everything else is append-only, and nothing is deleted."""

ADMISSIONS = """
ALTER TABLE admissions
    ADD COLUMN ground text NOT NULL DEFAULT 'decision',
    ADD COLUMN ground_id uuid,
    ADD COLUMN least_level text,
    ADD COLUMN list_name text,
    ADD COLUMN list_region text,
    ADD COLUMN schemes text[] NOT NULL DEFAULT '{}',
    ADD COLUMN ended_on date,
    ADD CONSTRAINT ck_admissions_least_level CHECK (least_level IN ('county', 'city', 'province', 'national')),
    ADD CONSTRAINT ck_admissions_ended CHECK (ended_on >= from_on - 1),
    DROP CONSTRAINT ex_admissions_period,
    ADD CONSTRAINT ex_admissions_period EXCLUDE USING gist (
        provider_id WITH =, category WITH =, daterange(from_on, least(until_on, ended_on) + 1, '[)') WITH &&
    ),
    ADD CONSTRAINT ck_admissions_ground CHECK (
        ground IN ('decision', 'qualification', 'carrier', 'foreign_list')
        AND (ground IN ('qualification', 'carrier')) = (ground_id IS NOT NULL)
        AND (ground = 'carrier') = (least_level IS NOT NULL)
        AND (ground = 'foreign_list') = (list_name IS NOT NULL)
        AND (ground = 'foreign_list') = (list_region IS NOT NULL)
    )
"""

OFFERINGS = """
ALTER TABLE offerings
    ADD COLUMN kind text NOT NULL DEFAULT 'service',
    ADD COLUMN proposed_category text,
    ADD COLUMN proposed_price bigint,
    ADD COLUMN proposed_currency text,
    ADD COLUMN proposed_unit text,
    ADD COLUMN submitted_by text,
    ADD COLUMN returned_because text,
    DROP CONSTRAINT ck_offerings_state,
    ADD CONSTRAINT ck_offerings_state CHECK (state IN ('draft', 'submitted', 'published', 'withdrawn')),
    ADD CONSTRAINT ck_offerings_kind CHECK (kind IN ('service', 'result')),
    ADD CONSTRAINT ck_offerings_proposed CHECK (
        proposed_price > 0 AND (proposed_price IS NULL) = (proposed_currency IS NULL)
        AND (proposed_category IS NULL OR state = 'published')
        AND (proposed_category IS NOT NULL OR (proposed_price IS NULL AND proposed_unit IS NULL))
    ),
    ADD CONSTRAINT ck_offerings_submitted CHECK (
        (state = 'submitted' OR proposed_category IS NOT NULL) = (submitted_by IS NOT NULL)
    ),
    ADD CONSTRAINT fk_offerings_proposed_category_categories
        FOREIGN KEY (proposed_category) REFERENCES categories (id)
"""

BACK = (
    "ALTER TABLE offerings DROP CONSTRAINT ck_offerings_submitted",
    "UPDATE offerings SET state = 'draft' WHERE state = 'submitted'",
    """
    ALTER TABLE offerings
        DROP CONSTRAINT ck_offerings_state,
        ADD CONSTRAINT ck_offerings_state CHECK (state IN ('draft', 'published', 'withdrawn')),
        DROP COLUMN kind, DROP COLUMN proposed_category, DROP COLUMN proposed_price,
        DROP COLUMN proposed_currency, DROP COLUMN proposed_unit, DROP COLUMN submitted_by,
        DROP COLUMN returned_because
    """,
    """
    ALTER TABLE admissions
        DROP CONSTRAINT ex_admissions_period,
        ADD CONSTRAINT ex_admissions_period EXCLUDE USING gist (
            provider_id WITH =, category WITH =, daterange(from_on, until_on, '[]') WITH &&
        ),
        DROP COLUMN ended_on, DROP COLUMN ground, DROP COLUMN ground_id, DROP COLUMN least_level,
        DROP COLUMN list_name, DROP COLUMN list_region, DROP COLUMN schemes
    """,
)


def upgrade() -> None:
    """Make the tables, and room for the ground of an admission and for what of an offering waits for approval."""
    op.execute(ADMISSIONS)
    op.execute(OFFERINGS)
    for name, statement in TABLES.items():
        op.execute(statement)
        op.execute(f"GRANT SELECT, INSERT ON {name} TO {ROLE}")
    for statement in INDEXES:
        op.execute(statement)
    for name, columns in CHANGING.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {name} TO {ROLE}")


def downgrade() -> None:
    """The way back; an offering that waits for approval is a draft again."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
    for statement in BACK:
        op.execute(statement)
