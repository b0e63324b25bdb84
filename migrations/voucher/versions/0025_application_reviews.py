"""Applications have answers, stages of review, corrections, samples and second reviews; what is refused is appealed."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

BEFORE = "'draft', 'submitted', 'approved', 'issued', 'waitlisted', 'rejected', 'withdrawn', 'unserved'"
STATES = (
    "'draft', 'submitted', 'in_review', 'returned', 'reviewed', 'approved', 'issued', 'waitlisted',"
    " 'rejected', 'withdrawn', 'unserved'"
)

APPLICATIONS = f"""
ALTER TABLE applications
    ADD COLUMN answers jsonb,
    ADD COLUMN facts jsonb,
    ADD COLUMN stage text,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN turn bigint NOT NULL DEFAULT 1 CONSTRAINT ck_applications_turn CHECK (turn >= 1),
    DROP CONSTRAINT ck_applications_state,
    ADD CONSTRAINT ck_applications_state CHECK (state IN ({STATES})),
    ADD CONSTRAINT ck_applications_stage CHECK ((state IN ('in_review', 'returned')) = (stage IS NOT NULL)),
    ADD CONSTRAINT ck_applications_correction_ends CHECK (state <> 'returned' OR due_at IS NOT NULL)
"""

REVIEWS = """
CREATE TABLE application_reviews (
    id uuid NOT NULL CONSTRAINT pk_application_reviews PRIMARY KEY,
    application_id uuid NOT NULL CONSTRAINT fk_application_reviews_application_id_applications
        REFERENCES applications (id),
    turn bigint NOT NULL CONSTRAINT ck_application_reviews_turn CHECK (turn >= 1),
    stage text NOT NULL,
    seat bigint NOT NULL CONSTRAINT ck_application_reviews_seat CHECK (seat BETWEEN 1 AND 3),
    answer text NOT NULL CONSTRAINT ck_application_reviews_answer CHECK (answer IN ('approve', 'refuse', 'return')),
    reason text,
    words text,
    points bigint CONSTRAINT ck_application_reviews_points CHECK (points BETWEEN 0 AND 100),
    person text NOT NULL,
    at timestamptz NOT NULL,
    request_id text,
    CONSTRAINT ck_application_reviews_reason CHECK ((answer = 'refuse') = (reason IS NOT NULL)),
    CONSTRAINT ck_application_reviews_words CHECK (answer = 'approve' OR words IS NOT NULL),
    CONSTRAINT ck_application_reviews_points_of_approval CHECK (points IS NULL OR answer = 'approve'),
    CONSTRAINT uq_application_reviews_seat UNIQUE (application_id, turn, stage, seat)
)
"""

DRAWS = """
CREATE TABLE sample_draws (
    id uuid NOT NULL CONSTRAINT pk_sample_draws PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_sample_draws_round_id_rounds REFERENCES rounds (id),
    kind text NOT NULL CONSTRAINT ck_sample_draws_kind CHECK (kind IN ('audit', 'second_review')),
    seed text NOT NULL,
    published text NOT NULL,
    share text NOT NULL,
    clause text NOT NULL,
    population bigint NOT NULL,
    drawn bigint NOT NULL,
    drawn_by text NOT NULL,
    drawn_at timestamptz NOT NULL,
    CONSTRAINT ck_sample_draws_drawn CHECK (drawn BETWEEN 1 AND population)
)
"""

PLACES = """
CREATE TABLE sample_places (
    draw_id uuid NOT NULL CONSTRAINT fk_sample_places_draw_id_sample_draws REFERENCES sample_draws (id),
    application_id uuid NOT NULL CONSTRAINT fk_sample_places_application_id_applications REFERENCES applications (id),
    kind text NOT NULL CONSTRAINT ck_sample_places_kind CHECK (kind IN ('audit', 'second_review')),
    number bigint NOT NULL,
    place bigint NOT NULL CONSTRAINT ck_sample_places_place CHECK (place >= 1),
    picked text CONSTRAINT ck_sample_places_picked CHECK (picked IN ('seed', 'risk')),
    reason text,
    CONSTRAINT pk_sample_places PRIMARY KEY (draw_id, application_id),
    CONSTRAINT ck_sample_places_risk_has_a_reason CHECK (coalesce(picked = 'risk', false) = (reason IS NOT NULL)),
    CONSTRAINT uq_sample_places_place UNIQUE (draw_id, place),
    CONSTRAINT uq_sample_places_once UNIQUE (application_id, kind)
)
"""

APPEALS = """
CREATE TABLE appeals (
    id uuid NOT NULL CONSTRAINT pk_appeals PRIMARY KEY,
    application_id uuid NOT NULL CONSTRAINT fk_appeals_application_id_applications REFERENCES applications (id),
    refused_at timestamptz NOT NULL,
    grounds text NOT NULL,
    document_id uuid,
    client text NOT NULL,
    client_ref text,
    filed_by text NOT NULL,
    filed_at timestamptz NOT NULL,
    due_at timestamptz,
    state text NOT NULL CONSTRAINT ck_appeals_state CHECK (state IN ('filed', 'upheld', 'dismissed')),
    decided_by text,
    decided_at timestamptz,
    words text,
    CONSTRAINT ck_appeals_decided CHECK (
        (state = 'filed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NULL) = (words IS NULL)
    ),
    CONSTRAINT ck_appeals_two_persons CHECK (decided_by <> filed_by),
    CONSTRAINT uq_appeals_client UNIQUE (client, client_ref),
    CONSTRAINT uq_appeals_refusal UNIQUE (application_id, refused_at)
)
"""

# Who has decided on an application decides it once; who only asked for a correction may read the answer.
INDEXES = (
    "CREATE UNIQUE INDEX uq_application_reviews_person ON application_reviews (application_id, person)"
    " WHERE answer <> 'return'",
    "CREATE INDEX ix_sample_draws_round_id ON sample_draws (round_id)",
)

GRANTS = (
    f"GRANT UPDATE (answers, facts, stage, due_at, turn) ON applications TO {ROLE}",
    f"GRANT SELECT, INSERT ON application_reviews TO {ROLE}",
    f"GRANT SELECT, INSERT ON sample_draws TO {ROLE}",
    f"GRANT SELECT, INSERT ON sample_places TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, words) ON appeals TO {ROLE}",
)


def upgrade() -> None:
    """Widen the applications and lay the tables."""
    for statement in (APPLICATIONS, REVIEWS, DRAWS, PLACES, APPEALS, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back, while nothing is under review: its states are not known to the release before."""
    for table in ("appeals", "sample_places", "sample_draws", "application_reviews"):
        op.execute(f"DROP TABLE {table}")
    op.execute(
        "ALTER TABLE applications DROP CONSTRAINT ck_applications_correction_ends,"
        " DROP CONSTRAINT ck_applications_stage, DROP CONSTRAINT ck_applications_state,"
        f" ADD CONSTRAINT ck_applications_state CHECK (state IN ({BEFORE})), DROP COLUMN turn,"
        " DROP COLUMN due_at, DROP COLUMN stage, DROP COLUMN facts, DROP COLUMN answers"
    )
