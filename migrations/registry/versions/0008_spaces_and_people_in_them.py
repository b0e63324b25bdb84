"""How spaces are recognised, who works in them and what happens there."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

SPACES = """
ALTER TABLE spaces
    ADD COLUMN sponsor text,
    ADD COLUMN field text,
    ADD COLUMN area_square_metres bigint,
    ADD COLUMN seats bigint,
    ADD COLUMN address text,
    ADD COLUMN parent_id uuid,
    ADD COLUMN state text NOT NULL DEFAULT 'recorded',
    ADD COLUMN incubator_on date,
    ADD COLUMN revoked_on date,
    ADD CONSTRAINT ck_spaces_sponsor CHECK (sponsor IN (
        'leading_enterprise', 'research_or_university', 'industrial_cluster', 'innovation_zone', 'overseas'
    )),
    ADD CONSTRAINT ck_spaces_premises CHECK (area_square_metres > 0 AND seats > 0),
    ADD CONSTRAINT ck_spaces_parent CHECK (parent_id <> id),
    ADD CONSTRAINT ck_spaces_state CHECK (state IN ('recorded', 'filed', 'recognised', 'revoked', 'closed')),
    ADD CONSTRAINT ck_spaces_revoked CHECK (
        (state <> 'revoked' OR revoked_on IS NOT NULL)
        AND (state NOT IN ('recorded', 'recognised') OR revoked_on IS NULL)
    ),
    ADD CONSTRAINT fk_spaces_parent_id_spaces FOREIGN KEY (parent_id) REFERENCES spaces (id)
"""

CLOSED = "UPDATE spaces SET state = 'closed' WHERE status = 'closed'"

RESIDENCIES = """
ALTER TABLE residencies
    ADD COLUMN ended_how text,
    ADD CONSTRAINT ck_residencies_ended_how
        CHECK (ended_how IS NULL OR (ended_how IN ('left', 'graduated', 'dissolved') AND until_on IS NOT NULL))
"""

TEAMS = """
ALTER TABLE teams
    ADD COLUMN incorporated_as uuid,
    ADD COLUMN incorporated_on date,
    ADD COLUMN root_id uuid,
    ADD COLUMN past_members uuid[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT ck_teams_status,
    ADD CONSTRAINT ck_teams_status CHECK (status IN ('active', 'dissolved', 'incorporated')),
    ADD CONSTRAINT ck_teams_incorporated
        CHECK (num_nonnulls(incorporated_as, incorporated_on) = CASE status WHEN 'incorporated' THEN 2 ELSE 0 END),
    ADD CONSTRAINT ck_teams_root CHECK (root_id <> id),
    ADD CONSTRAINT fk_teams_incorporated_as_organizations
        FOREIGN KEY (incorporated_as) REFERENCES organizations (id),
    ADD CONSTRAINT fk_teams_root_id_teams FOREIGN KEY (root_id) REFERENCES teams (id)
"""

RECOGNITIONS = """
CREATE TABLE recognitions (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    track text NOT NULL,
    level text NOT NULL,
    document_number text NOT NULL,
    decided_on date NOT NULL,
    document_id uuid NOT NULL,
    clause text NOT NULL,
    ended_on date,
    end_reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_recognitions PRIMARY KEY (id),
    CONSTRAINT ck_recognitions_track CHECK (track IN ('science', 'human_resources', 'sme')),
    CONSTRAINT ck_recognitions_level CHECK (level IN ('county', 'city', 'province', 'national')),
    CONSTRAINT ck_recognitions_end CHECK ((ended_on IS NULL) = (end_reason IS NULL) AND ended_on >= decided_on),
    CONSTRAINT ck_recognitions_end_reason CHECK (end_reason IN ('upgraded', 'revoked', 'given_up')),
    CONSTRAINT ex_recognitions_open
        EXCLUDE USING gist (space_id WITH =, track WITH =, daterange(decided_on, ended_on, '[)') WITH &&),
    CONSTRAINT fk_recognitions_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id)
)
"""

REVOCATIONS = """
CREATE TABLE revocations (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    reason text NOT NULL,
    clause text NOT NULL,
    document_id uuid NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    answer text,
    answered_by text,
    answered_at timestamptz,
    decided_by text,
    decided_at timestamptz,
    decision text,
    CONSTRAINT pk_revocations PRIMARY KEY (id),
    CONSTRAINT ck_revocations_state CHECK (state IN ('proposed', 'answered', 'revoked', 'dropped')),
    CONSTRAINT ck_revocations_answer CHECK (num_nonnulls(answer, answered_by, answered_at) IN (0, 3)),
    CONSTRAINT ck_revocations_decision CHECK (
        num_nonnulls(decided_by, decided_at, decision) = CASE WHEN state IN ('revoked', 'dropped') THEN 3 ELSE 0 END
    ),
    CONSTRAINT ck_revocations_two_persons CHECK (decided_by <> proposed_by),
    CONSTRAINT fk_revocations_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id)
)
"""

SPACE_HISTORY = """
CREATE TABLE space_history (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    number bigint NOT NULL,
    verb text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    reason text,
    clause text,
    document_id uuid,
    CONSTRAINT pk_space_history PRIMARY KEY (id),
    CONSTRAINT ck_space_history_number CHECK (number > 0),
    CONSTRAINT ck_space_history_from_state
        CHECK (from_state IN ('recorded', 'filed', 'recognised', 'revoked', 'closed')),
    CONSTRAINT ck_space_history_to_state
        CHECK (to_state IN ('recorded', 'filed', 'recognised', 'revoked', 'closed')),
    CONSTRAINT ck_space_history_revoked_stays
        CHECK (from_state <> 'revoked' OR to_state <> 'recognised'),
    CONSTRAINT uq_space_history_space_id_number UNIQUE (space_id, number),
    CONSTRAINT fk_space_history_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id)
)
"""

MENTORS = """
CREATE TABLE mentors (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    person_id uuid NOT NULL,
    title text NOT NULL,
    fields text[] NOT NULL,
    from_on date NOT NULL,
    until_on date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_mentors PRIMARY KEY (id),
    CONSTRAINT ck_mentors_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT uq_mentors_id_space_id UNIQUE (id, space_id),
    CONSTRAINT ex_mentors_period
        EXCLUDE USING gist (space_id WITH =, person_id WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_mentors_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id),
    CONSTRAINT fk_mentors_person_id_people FOREIGN KEY (person_id) REFERENCES people (id)
)
"""

INVESTORS = """
CREATE TABLE investors (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    organization_id uuid,
    fund text,
    fields text[] NOT NULL,
    managed bigint,
    from_on date NOT NULL,
    until_on date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_investors PRIMARY KEY (id),
    CONSTRAINT ck_investors_who CHECK (num_nonnulls(organization_id, fund) = 1),
    CONSTRAINT ck_investors_managed CHECK (managed > 0),
    CONSTRAINT ck_investors_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_investors_period
        EXCLUDE USING gist (
            space_id WITH =, coalesce(organization_id::text, fund) WITH =, daterange(from_on, until_on, '[]') WITH &&
        ),
    CONSTRAINT fk_investors_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id),
    CONSTRAINT fk_investors_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

ACTIVITIES = """
CREATE TABLE activities (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    held_on date NOT NULL,
    sessions bigint NOT NULL,
    heads bigint NOT NULL,
    mentor_id uuid,
    document_id uuid,
    corrects_id uuid,
    correction_reason text,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_activities PRIMARY KEY (id),
    CONSTRAINT ck_activities_kind CHECK (kind IN ('training', 'coaching', 'road_show', 'contest')),
    CONSTRAINT ck_activities_sessions CHECK (sessions >= CASE WHEN corrects_id IS NULL THEN 1 ELSE 0 END),
    CONSTRAINT ck_activities_heads CHECK (heads >= 0 AND (sessions > 0 OR heads = 0)),
    CONSTRAINT ck_activities_correction
        CHECK ((corrects_id IS NULL) = (correction_reason IS NULL) AND corrects_id <> id),
    CONSTRAINT uq_activities_corrects_id UNIQUE (corrects_id),
    CONSTRAINT uq_activities_id_space_id UNIQUE (id, space_id),
    CONSTRAINT fk_activities_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id),
    CONSTRAINT fk_activities_mentor_id_mentors
        FOREIGN KEY (mentor_id, space_id) REFERENCES mentors (id, space_id),
    CONSTRAINT fk_activities_corrects_id_activities
        FOREIGN KEY (corrects_id, space_id) REFERENCES activities (id, space_id)
)
"""

TABLES = {
    "recognitions": RECOGNITIONS,
    "revocations": REVOCATIONS,
    "space_history": SPACE_HISTORY,
    "mentors": MENTORS,
    "investors": INVESTORS,
    "activities": ACTIVITIES,
}

INDEXES = (
    "CREATE INDEX ix_recognitions_space_id ON recognitions (space_id)",
    "CREATE UNIQUE INDEX uq_revocations_running ON revocations (space_id) WHERE state IN ('proposed', 'answered')",
    "CREATE INDEX ix_revocations_space_id ON revocations (space_id)",
    "CREATE INDEX ix_mentors_space_id ON mentors (space_id)",
    "CREATE INDEX ix_mentors_person_id ON mentors (person_id)",
    "CREATE INDEX ix_investors_space_id ON investors (space_id)",
    "CREATE INDEX ix_investors_organization_id ON investors (organization_id) WHERE organization_id IS NOT NULL",
    "CREATE INDEX ix_activities_mentor_id ON activities (mentor_id) WHERE mentor_id IS NOT NULL",
    "CREATE INDEX ix_activities_space_id_held_on ON activities (space_id, held_on)",
)

CHANGING = {
    "spaces": "sponsor, field, area_square_metres, seats, address, parent_id, state, incubator_on, revoked_on",
    "residencies": "until_on, ended_how",
    "teams": "incorporated_as, incorporated_on, root_id, past_members",
    "recognitions": "ended_on, end_reason",
    "revocations": "state, answer, answered_by, answered_at, decided_by, decided_at, decision",
    "mentors": "until_on",
    "investors": "until_on",
}
"""Which columns ever change; history and activities are append-only."""


def upgrade() -> None:
    """Add what is known of spaces, teams and residencies, and make the tables beside them."""
    for statement in (SPACES, CLOSED, RESIDENCIES, TEAMS):
        op.execute(statement)
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
    op.execute("ALTER TABLE teams DROP CONSTRAINT ck_teams_status")
    op.execute("ALTER TABLE teams DROP incorporated_as, DROP incorporated_on, DROP root_id, DROP past_members")
    op.execute("ALTER TABLE teams ADD CONSTRAINT ck_teams_status CHECK (status IN ('active', 'dissolved'))")
    op.execute(f"REVOKE UPDATE (until_on) ON residencies FROM {ROLE}")
    op.execute("ALTER TABLE residencies DROP ended_how")
    op.execute("""
        ALTER TABLE spaces DROP sponsor, DROP field, DROP area_square_metres, DROP seats, DROP address, DROP parent_id,
            DROP state, DROP incubator_on, DROP revoked_on
    """)
