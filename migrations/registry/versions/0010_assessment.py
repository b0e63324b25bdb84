"""Indicator systems, campaigns and assessments."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

INDICATOR_SYSTEMS = """
CREATE TABLE indicator_systems (
    id uuid NOT NULL,
    code text NOT NULL,
    number bigint NOT NULL,
    facts jsonb NOT NULL,
    state text NOT NULL,
    made_by text,
    made_at timestamptz NOT NULL,
    published_by text,
    published_at timestamptz,
    CONSTRAINT pk_indicator_systems PRIMARY KEY (id),
    CONSTRAINT ck_indicator_systems_number CHECK (number > 0),
    CONSTRAINT ck_indicator_systems_state CHECK (state IN ('draft', 'published', 'replaced')),
    CONSTRAINT ck_indicator_systems_four_eyes CHECK (published_by IS NULL OR coalesce(published_by <> made_by, false)),
    CONSTRAINT ck_indicator_systems_published
        CHECK ((published_by IS NULL) = (published_at IS NULL) AND (state <> 'published' OR published_by IS NOT NULL))
)
"""

CAMPAIGNS = """
CREATE TABLE campaigns (
    id uuid NOT NULL,
    year bigint NOT NULL,
    system_id uuid NOT NULL,
    region text NOT NULL,
    opens_on date NOT NULL,
    closes_on date NOT NULL,
    objection_days bigint NOT NULL,
    state text NOT NULL,
    objections_until date,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    announced_by text,
    published_by text,
    published_at timestamptz,
    document_id uuid,
    CONSTRAINT pk_campaigns PRIMARY KEY (id),
    CONSTRAINT ck_campaigns_state CHECK (state IN ('draft', 'open', 'closed', 'announced', 'published', 'cancelled')),
    CONSTRAINT ck_campaigns_days CHECK (closes_on >= opens_on AND extract(year FROM opens_on) > year),
    CONSTRAINT ck_campaigns_objection_days CHECK (objection_days >= 0),
    CONSTRAINT ck_campaigns_announced
        CHECK (
            (announced_by IS NULL) = (objections_until IS NULL)
            AND (state NOT IN ('announced', 'published') OR announced_by IS NOT NULL)
        ),
    CONSTRAINT ck_campaigns_published
        CHECK (
            (state = 'published') = (published_by IS NOT NULL)
            AND num_nonnulls(published_by, published_at, document_id) IN (0, 3)
        ),
    CONSTRAINT ck_campaigns_four_eyes CHECK (published_by <> announced_by),
    CONSTRAINT fk_campaigns_system_id_indicator_systems FOREIGN KEY (system_id) REFERENCES indicator_systems (id),
    CONSTRAINT fk_campaigns_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

OMISSIONS = """
CREATE TABLE omissions (
    campaign_id uuid NOT NULL,
    space_id uuid NOT NULL,
    why text NOT NULL,
    CONSTRAINT pk_omissions PRIMARY KEY (campaign_id, space_id),
    CONSTRAINT ck_omissions_why
        CHECK (why IN ('never_recognised', 'recognised_later', 'ended_before', 'assessed_elsewhere')),
    CONSTRAINT fk_omissions_campaign_id_campaigns FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
    CONSTRAINT fk_omissions_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id)
)
"""

ASSESSMENTS = """
CREATE TABLE assessments (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    space_id uuid NOT NULL,
    year bigint NOT NULL,
    state text NOT NULL,
    round bigint NOT NULL,
    score bigint,
    grade text,
    unreported boolean NOT NULL,
    return_reason text,
    returned_until date,
    reported_by text,
    reviewed_by text,
    objection text,
    objection_document_id uuid,
    decided_by text,
    upheld boolean,
    decision text,
    consequence text,
    recorded_at timestamptz NOT NULL,
    published_at timestamptz,
    CONSTRAINT pk_assessments PRIMARY KEY (id),
    CONSTRAINT ck_assessments_state
        CHECK (state IN (
            'open', 'reported', 'returned', 'reviewed', 'unreported',
            'announced', 'objected', 'decided', 'published', 'cancelled'
        )),
    CONSTRAINT ck_assessments_score CHECK (score BETWEEN 0 AND 10000 AND (score IS NULL) = (grade IS NULL)),
    CONSTRAINT ck_assessments_grade CHECK (grade IN ('excellent', 'pass', 'fail')),
    CONSTRAINT ck_assessments_judged
        CHECK (state IN ('open', 'reported', 'returned', 'cancelled') OR grade IS NOT NULL),
    CONSTRAINT ck_assessments_unreported CHECK (NOT unreported OR (grade = 'fail' AND score = 0)),
    CONSTRAINT ck_assessments_returned CHECK ((return_reason IS NULL) = (returned_until IS NULL)),
    CONSTRAINT ck_assessments_decided CHECK (num_nonnulls(decided_by, upheld, decision) IN (0, 3)),
    CONSTRAINT ck_assessments_four_eyes
        CHECK (reviewed_by <> reported_by AND decided_by <> reported_by AND decided_by <> reviewed_by),
    CONSTRAINT ck_assessments_consequence
        CHECK (consequence IN ('subsidy_ground', 'in_scope', 'warning', 'revocation', 'ended_already')),
    CONSTRAINT ck_assessments_published
        CHECK (
            (state = 'published') = (consequence IS NOT NULL) AND (state = 'published') = (published_at IS NOT NULL)
        ),
    CONSTRAINT fk_assessments_campaign_id_campaigns FOREIGN KEY (campaign_id) REFERENCES campaigns (id),
    CONSTRAINT fk_assessments_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id)
)
"""

ASSESSMENT_FIGURES = """
CREATE TABLE assessment_figures (
    assessment_id uuid NOT NULL,
    round bigint NOT NULL,
    indicator text NOT NULL,
    place bigint NOT NULL,
    counted bigint,
    counted_corrected boolean NOT NULL,
    told bigint,
    reason text,
    document_id uuid,
    ruled bigint,
    ruling text,
    points bigint,
    vetoed boolean NOT NULL,
    CONSTRAINT pk_assessment_figures PRIMARY KEY (assessment_id, round, indicator),
    CONSTRAINT ck_assessment_figures_round CHECK (round > 0),
    CONSTRAINT ck_assessment_figures_figures CHECK (least(counted, told, ruled) >= 0),
    CONSTRAINT ck_assessment_figures_points CHECK (points BETWEEN 0 AND 10000),
    CONSTRAINT ck_assessment_figures_evidence CHECK ((told IS NULL) = (document_id IS NULL)),
    CONSTRAINT ck_assessment_figures_typed CHECK (told IS NULL OR counted IS NULL OR reason IS NOT NULL),
    CONSTRAINT ck_assessment_figures_ruled CHECK ((ruled IS NULL) = (ruling IS NULL)),
    CONSTRAINT fk_assessment_figures_assessment_id_assessments FOREIGN KEY (assessment_id) REFERENCES assessments (id)
)
"""

ASSESSMENT_HELP = """
CREATE TABLE assessment_help (
    id uuid NOT NULL,
    assessment_id uuid NOT NULL,
    given_on date NOT NULL,
    account text NOT NULL,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_assessment_help PRIMARY KEY (id),
    CONSTRAINT fk_assessment_help_assessment_id_assessments FOREIGN KEY (assessment_id) REFERENCES assessments (id)
)
"""

TABLES = {
    "indicator_systems": INDICATOR_SYSTEMS,
    "campaigns": CAMPAIGNS,
    "omissions": OMISSIONS,
    "assessments": ASSESSMENTS,
    "assessment_figures": ASSESSMENT_FIGURES,
    "assessment_help": ASSESSMENT_HELP,
}

INDEXES = (
    "CREATE UNIQUE INDEX uq_indicator_systems_code_number ON indicator_systems (code, number)",
    "CREATE UNIQUE INDEX uq_indicator_systems_draft ON indicator_systems (code) WHERE state = 'draft'",
    "CREATE UNIQUE INDEX uq_indicator_systems_published ON indicator_systems (code) WHERE state = 'published'",
    "CREATE INDEX ix_campaigns_system_id ON campaigns (system_id)",
    "CREATE INDEX ix_omissions_space_id ON omissions (space_id)",
    "CREATE INDEX ix_campaigns_closes_on ON campaigns (closes_on) WHERE state = 'open'",
    "CREATE UNIQUE INDEX uq_campaigns_region_year ON campaigns (region, year) WHERE state <> 'cancelled'",
    "CREATE INDEX ix_assessments_campaign_id ON assessments (campaign_id)",
    "CREATE INDEX ix_assessments_returned_until ON assessments (returned_until) WHERE state = 'returned'",
    "CREATE INDEX ix_assessments_year_published ON assessments (year, id) WHERE state = 'published'",
    "CREATE UNIQUE INDEX uq_assessments_space_id_year ON assessments (space_id, year) WHERE state <> 'cancelled'",
    "CREATE INDEX ix_assessment_help_assessment_id ON assessment_help (assessment_id)",
)

CHANGING = {
    "indicator_systems": "state, published_by, published_at",
    "campaigns": "state, objections_until, announced_by, published_by, published_at, document_id",
    "assessments": (
        "state, round, score, grade, unreported, return_reason, returned_until, reported_by, reviewed_by,"
        " objection, objection_document_id, decided_by, upheld, decision, consequence, published_at"
    ),
}
"""Which columns ever change; everything else is append-only, and nothing is deleted."""


def upgrade() -> None:
    """Make the tables."""
    for name, statement in TABLES.items():
        op.execute(statement)
        op.execute(f"GRANT SELECT, INSERT ON {name} TO {ROLE}")
    for statement in INDEXES:
        op.execute(statement)
    for name, columns in CHANGING.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {name} TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
