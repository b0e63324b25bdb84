"""What is known of organisations over time, and of people."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

SUCCESSION = """
ALTER TABLE organizations
    ADD COLUMN succeeded_how text,
    ADD COLUMN succeeded_on date,
    ADD COLUMN successor_id uuid,
    ADD COLUMN succession_document_id uuid,
    ADD CONSTRAINT ck_organizations_succeeded_how CHECK (succeeded_how IN ('merger', 'winding_up', 'bankruptcy')),
    ADD CONSTRAINT ck_organizations_succession CHECK (
        num_nonnulls(succeeded_how, succeeded_on, succession_document_id) IN (0, 3)
        AND (successor_id IS NULL OR succeeded_how IS NOT NULL)
        AND (succeeded_how <> 'merger' OR successor_id IS NOT NULL)
        AND (succeeded_how IS NULL OR status <> 'active')
    ),
    ADD CONSTRAINT ck_organizations_successor CHECK (successor_id <> id),
    ADD CONSTRAINT fk_organizations_successor_id_organizations
        FOREIGN KEY (successor_id) REFERENCES organizations (id)
"""

ORGANIZATION_NAMES = """
CREATE TABLE organization_names (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_organization_names PRIMARY KEY (id),
    CONSTRAINT ck_organization_names_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_organization_names_period
        EXCLUDE USING gist (organization_id WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_organization_names_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

KNOWN_NAMES = """
INSERT INTO organization_names (id, organization_id, name, from_on, recorded_at, recorded_by)
SELECT uuidv7(), id, name, coalesce(registered_on, (recorded_at AT TIME ZONE 'Asia/Shanghai')::date),
    recorded_at, recorded_by
FROM organizations
"""
"""An organisation that the release before records from now on has no row: its one name holds since ever."""

SIZE_DECLARATIONS = """
CREATE TABLE size_declarations (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    year bigint NOT NULL,
    industry text NOT NULL,
    staff bigint,
    revenue bigint,
    assets bigint,
    size_class text NOT NULL,
    standard text NOT NULL,
    source text NOT NULL,
    document_id uuid,
    declared_at timestamptz NOT NULL,
    declared_by text NOT NULL,
    CONSTRAINT pk_size_declarations PRIMARY KEY (id),
    CONSTRAINT ck_size_declarations_year CHECK (year BETWEEN 1949 AND 9999),
    CONSTRAINT ck_size_declarations_figures CHECK (staff >= 0 AND revenue >= 0 AND assets >= 0),
    CONSTRAINT ck_size_declarations_some_figure CHECK (num_nonnulls(staff, revenue, assets) > 0),
    CONSTRAINT ck_size_declarations_size_class CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
    CONSTRAINT ck_size_declarations_source CHECK (source IN ('declared', 'operator', 'register')),
    CONSTRAINT fk_size_declarations_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

PEOPLE = """
CREATE TABLE people (
    id uuid NOT NULL,
    wrapped_key bytea,
    personal bytea,
    id_index bytea,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    erased_at timestamptz,
    CONSTRAINT pk_people PRIMARY KEY (id),
    CONSTRAINT ck_people_erased CHECK (
        num_nonnulls(wrapped_key, personal, id_index) = CASE WHEN erased_at IS NULL THEN 3 ELSE 0 END
    ),
    CONSTRAINT ck_people_id_index CHECK (octet_length(id_index) = 32),
    CONSTRAINT ck_people_version CHECK (version >= 1),
    CONSTRAINT uq_people_id_index UNIQUE (id_index)
)
"""

FOUNDER_CLASSES = """
CREATE TABLE founder_classes (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    class text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    employer text,
    kept_until date,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_founder_classes PRIMARY KEY (id),
    CONSTRAINT ck_founder_classes_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ck_founder_classes_employment CHECK (
        num_nonnulls(employer, kept_until) IN (0, 2) AND kept_until >= from_on
        AND kept_until <= (from_on + interval '3 years')::date
    ),
    CONSTRAINT ex_founder_classes_period
        EXCLUDE USING gist (person_id WITH =, class WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_founder_classes_person_id_people FOREIGN KEY (person_id) REFERENCES people (id)
)
"""

FOUNDERS = """
CREATE TABLE founders (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    organization_id uuid,
    team_id uuid,
    role text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_founders PRIMARY KEY (id),
    CONSTRAINT ck_founders_founded CHECK (num_nonnulls(organization_id, team_id) = 1),
    CONSTRAINT ck_founders_role CHECK (role IN ('founder', 'co_founder', 'legal_representative', 'executive')),
    CONSTRAINT ck_founders_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_founders_period
        EXCLUDE USING gist (
            person_id WITH =, coalesce(organization_id, team_id) WITH =, role WITH =,
            daterange(from_on, until_on, '[]') WITH &&
        ),
    CONSTRAINT fk_founders_person_id_people FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_founders_organization_id_organizations FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT fk_founders_team_id_teams FOREIGN KEY (team_id) REFERENCES teams (id)
)
"""

TABLES = {
    "organization_names": ORGANIZATION_NAMES,
    "size_declarations": SIZE_DECLARATIONS,
    "people": PEOPLE,
    "founder_classes": FOUNDER_CLASSES,
    "founders": FOUNDERS,
}

INDEXES = (
    "CREATE INDEX ix_organization_names_organization_id ON organization_names (organization_id, from_on)",
    "CREATE INDEX ix_organization_names_name ON organization_names USING gin (name gin_trgm_ops)",
    "CREATE INDEX ix_size_declarations_organization_id ON size_declarations (organization_id, year, id)",
    "CREATE INDEX ix_founder_classes_person_id ON founder_classes (person_id)",
    "CREATE INDEX ix_founders_person_id ON founders (person_id)",
    "CREATE INDEX ix_founders_organization_id ON founders (organization_id)",
    "CREATE INDEX ix_founders_team_id ON founders (team_id)",
)

CHANGING = {
    "organizations": "succeeded_how, succeeded_on, successor_id, succession_document_id",
    "organization_names": "name, from_on, until_on",
    "people": "wrapped_key, personal, id_index, version, erased_at",
}
"""Which columns ever change; everything else is append-only, and nothing is deleted."""


def upgrade() -> None:
    """Make the tables; every organisation that is known has its name from its registration, or its recording, on."""
    op.execute(SUCCESSION)
    for name, statement in TABLES.items():
        op.execute(statement)
        op.execute(f"GRANT SELECT, INSERT ON {name} TO {ROLE}")
    op.execute(KNOWN_NAMES)
    for statement in INDEXES:
        op.execute(statement)
    for name, columns in CHANGING.items():
        op.execute(f"GRANT UPDATE ({columns}) ON {name} TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
    for column in ("succession_document_id", "successor_id", "succeeded_on", "succeeded_how"):
        op.execute(f"ALTER TABLE organizations DROP COLUMN {column}")
