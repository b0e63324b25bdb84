"""Targets, the yearly work summaries, and the published lists of supported objects."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

TARGETS = """
CREATE TABLE targets (
    id uuid NOT NULL,
    measure text NOT NULL,
    region text NOT NULL,
    value bigint NOT NULL,
    beyond boolean NOT NULL,
    due_on date NOT NULL,
    policy text NOT NULL,
    clause text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_targets PRIMARY KEY (id),
    CONSTRAINT ck_targets_measure CHECK (measure IN ('spaces', 'recognised_spaces', 'covered_counties', 'investors',
        'mentors', 'managed_capital', 'talents', 'technology_firms', 'high_technology_firms')),
    CONSTRAINT ck_targets_value CHECK (value > 0),
    CONSTRAINT uq_targets_policy_clause_measure_region UNIQUE (policy, clause, measure, region),
    CONSTRAINT fk_targets_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

SUMMARY_DUTIES = """
CREATE TABLE summary_duties (
    id uuid NOT NULL,
    region text NOT NULL,
    bureau text,
    from_year bigint NOT NULL,
    until_year bigint,
    policy text NOT NULL,
    clause text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_summary_duties PRIMARY KEY (id),
    CONSTRAINT ck_summary_duties_from_year CHECK (from_year BETWEEN 2000 AND 2999),
    CONSTRAINT ck_summary_duties_until_year CHECK (until_year BETWEEN from_year AND 2999),
    CONSTRAINT ex_summary_duties_years EXCLUDE USING gist (region WITH =, coalesce(bureau, '') WITH =,
        int8range(from_year, until_year, '[]') WITH &&),
    CONSTRAINT ex_summary_duties_bureau EXCLUDE USING gist (bureau WITH =, region WITH <>),
    CONSTRAINT fk_summary_duties_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

WORK_SUMMARIES = """
CREATE TABLE work_summaries (
    id uuid NOT NULL,
    duty_id uuid NOT NULL,
    year bigint NOT NULL,
    region text NOT NULL,
    bureau text,
    state text NOT NULL,
    due_on date NOT NULL,
    owed_by date,
    submitted_on date,
    submitted_by text,
    days_late bigint,
    document_id uuid,
    figures jsonb,
    reason text,
    decided_by text,
    opened_at timestamptz NOT NULL,
    CONSTRAINT pk_work_summaries PRIMARY KEY (id),
    CONSTRAINT ck_work_summaries_state CHECK (state IN ('open', 'submitted', 'returned', 'accepted')),
    CONSTRAINT ck_work_summaries_owed_by CHECK ((owed_by IS NOT NULL) = (state IN ('open', 'returned'))),
    CONSTRAINT ck_work_summaries_submitted CHECK (num_nonnulls(submitted_on, submitted_by, days_late, document_id,
        figures) = CASE state WHEN 'open' THEN 0 ELSE 5 END),
    CONSTRAINT ck_work_summaries_days_late CHECK (days_late >= 0),
    CONSTRAINT ck_work_summaries_reason CHECK ((state = 'returned') = (reason IS NOT NULL)),
    CONSTRAINT ck_work_summaries_decided_by CHECK (state NOT IN ('returned', 'accepted') OR decided_by IS NOT NULL),
    CONSTRAINT ck_work_summaries_four_eyes CHECK (decided_by <> submitted_by OR state IN ('open', 'submitted')),
    CONSTRAINT uq_work_summaries_duty_id_year UNIQUE (duty_id, year),
    CONSTRAINT fk_work_summaries_duty_id_summary_duties FOREIGN KEY (duty_id) REFERENCES summary_duties (id),
    CONSTRAINT fk_work_summaries_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

SUPPORTED_LISTS = """
CREATE TABLE supported_lists (
    id uuid NOT NULL,
    region text NOT NULL,
    year bigint NOT NULL,
    state text NOT NULL,
    digest text NOT NULL,
    prepared_by text NOT NULL,
    prepared_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    CONSTRAINT pk_supported_lists PRIMARY KEY (id),
    CONSTRAINT ck_supported_lists_state CHECK (state IN ('prepared', 'published', 'replaced', 'dropped')),
    CONSTRAINT ck_supported_lists_year CHECK (year BETWEEN 2000 AND 2999),
    CONSTRAINT ck_supported_lists_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_supported_lists_decided CHECK (num_nonnulls(decided_by, decided_at)
        = CASE state WHEN 'prepared' THEN 0 ELSE 2 END),
    CONSTRAINT ck_supported_lists_four_eyes CHECK (state NOT IN ('published', 'replaced') OR decided_by <> prepared_by),
    CONSTRAINT fk_supported_lists_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

SUPPORTED_ENTRIES = """
CREATE TABLE supported_entries (
    list_id uuid NOT NULL,
    position bigint NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    name text NOT NULL,
    region text NOT NULL,
    grounds text[] NOT NULL,
    CONSTRAINT pk_supported_entries PRIMARY KEY (list_id, position),
    CONSTRAINT ck_supported_entries_position CHECK (position > 0),
    CONSTRAINT ck_supported_entries_kind CHECK (kind IN ('space', 'provider')),
    CONSTRAINT uq_supported_entries_list_id_kind_subject_id UNIQUE (list_id, kind, subject_id),
    CONSTRAINT fk_supported_entries_list_id_supported_lists FOREIGN KEY (list_id) REFERENCES supported_lists (id)
)
"""

INDEXES = (
    "CREATE INDEX ix_work_summaries_region ON work_summaries (region)",
    "CREATE INDEX ix_work_summaries_owed_by ON work_summaries (owed_by)",
    "CREATE UNIQUE INDEX uq_supported_lists_prepared ON supported_lists (region, year) WHERE state = 'prepared'",
    "CREATE UNIQUE INDEX uq_supported_lists_published ON supported_lists (region, year) WHERE state = 'published'",
)

GRANTS = (
    f"GRANT SELECT, INSERT ON targets, supported_entries TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (until_year) ON summary_duties TO {ROLE}",
    "GRANT SELECT, INSERT, UPDATE (state, owed_by, submitted_on, submitted_by, days_late, document_id, figures, reason,"
    f" decided_by) ON work_summaries TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at) ON supported_lists TO {ROLE}",
)

TABLES = ("supported_entries", "supported_lists", "work_summaries", "summary_duties", "targets")


def upgrade() -> None:
    """Lay the tables, who may write what in them, and what is sought in them."""
    for statement in (TARGETS, SUMMARY_DUTIES, WORK_SUMMARIES, SUPPORTED_LISTS, SUPPORTED_ENTRIES, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
