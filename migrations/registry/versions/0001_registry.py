"""The registry: the chassis's tables, and what is known of organisations, teams, spaces, providers and standing."""

from alembic import op

from migrations import chassis_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

REGIONS = """
CREATE TABLE regions (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    parent text,
    listed_in text NOT NULL,
    CONSTRAINT pk_regions PRIMARY KEY (code),
    CONSTRAINT ck_regions_listed_in CHECK (listed_in IN ('national', 'local')),
    CONSTRAINT ck_regions_parent CHECK (parent <> code),
    CONSTRAINT fk_regions_parent_regions FOREIGN KEY (parent) REFERENCES regions (code)
)
"""

CATEGORIES = """
CREATE TABLE categories (
    id text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    parent text,
    CONSTRAINT pk_categories PRIMARY KEY (id),
    CONSTRAINT ck_categories_parent CHECK (parent <> id),
    CONSTRAINT fk_categories_parent_categories FOREIGN KEY (parent) REFERENCES categories (id)
)
"""

CALENDARS = """
CREATE TABLE calendars (
    year bigint NOT NULL,
    "off" date[] NOT NULL,
    worked date[] NOT NULL,
    CONSTRAINT pk_calendars PRIMARY KEY (year)
)
"""

ORGANIZATIONS = """
CREATE TABLE organizations (
    id uuid NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    region text NOT NULL,
    legal_form text,
    size_class text,
    registered_on date,
    status text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_organizations PRIMARY KEY (id),
    CONSTRAINT ck_organizations_uscc CHECK (uscc ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'),
    CONSTRAINT ck_organizations_size_class CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
    CONSTRAINT ck_organizations_status CHECK (status IN ('active', 'deregistered')),
    CONSTRAINT ck_organizations_version CHECK (version >= 0),
    CONSTRAINT uq_organizations_uscc UNIQUE (uscc),
    CONSTRAINT fk_organizations_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

PRIORITY_LISTINGS = """
CREATE TABLE priority_listings (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    list_name text NOT NULL,
    priority_class text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_priority_listings PRIMARY KEY (id),
    CONSTRAINT ck_priority_listings_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_priority_listings_period
        EXCLUDE USING gist (organization_id WITH =, list_name WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_priority_listings_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

RELATED_PARTIES = """
CREATE TABLE related_parties (
    id uuid NOT NULL,
    a_id uuid NOT NULL,
    b_id uuid NOT NULL,
    kind text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_related_parties PRIMARY KEY (id),
    CONSTRAINT ck_related_parties_order CHECK (a_id < b_id),
    CONSTRAINT ck_related_parties_kind
        CHECK (kind IN ('ownership', 'subordination', 'co_founding', 'shared_officers')),
    CONSTRAINT ck_related_parties_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_related_parties_period
        EXCLUDE USING gist (a_id WITH =, b_id WITH =, kind WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_related_parties_a_id_organizations FOREIGN KEY (a_id) REFERENCES organizations (id),
    CONSTRAINT fk_related_parties_b_id_organizations FOREIGN KEY (b_id) REFERENCES organizations (id)
)
"""

SANCTIONS = """
CREATE TABLE sanctions (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_sanctions PRIMARY KEY (id),
    CONSTRAINT ck_sanctions_kind CHECK (kind IN ('ban', 'abnormal_operation', 'research_integrity')),
    CONSTRAINT ck_sanctions_length
        CHECK (until_on BETWEEN (from_on + interval '1 year')::date AND (from_on + interval '3 years')::date),
    CONSTRAINT ex_sanctions_period
        EXCLUDE USING gist (organization_id WITH =, kind WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_sanctions_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

SPACES = """
CREATE TABLE spaces (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    form text NOT NULL,
    operator_id uuid NOT NULL,
    region text NOT NULL,
    status text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_spaces PRIMARY KEY (id),
    CONSTRAINT ck_spaces_kind
        CHECK (kind IN ('demonstration_leading', 'investment_promoting', 'professional_service', 'maker_incubating')),
    CONSTRAINT ck_spaces_form CHECK (form IN ('maker_space', 'cafe', 'innovation_workshop')),
    CONSTRAINT ck_spaces_status CHECK (status IN ('active', 'closed')),
    CONSTRAINT fk_spaces_operator_id_organizations FOREIGN KEY (operator_id) REFERENCES organizations (id),
    CONSTRAINT fk_spaces_region_regions FOREIGN KEY (region) REFERENCES regions (code)
)
"""

TEAMS = """
CREATE TABLE teams (
    id uuid NOT NULL,
    name text NOT NULL,
    home_id uuid NOT NULL,
    core_members uuid[] NOT NULL,
    status text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_teams PRIMARY KEY (id),
    CONSTRAINT ck_teams_status CHECK (status IN ('active', 'dissolved')),
    CONSTRAINT ck_teams_core_members CHECK (cardinality(core_members) > 0),
    CONSTRAINT fk_teams_home_id_spaces FOREIGN KEY (home_id) REFERENCES spaces (id)
)
"""

RESIDENCIES = """
CREATE TABLE residencies (
    id uuid NOT NULL,
    space_id uuid NOT NULL,
    team_id uuid,
    organization_id uuid,
    from_on date NOT NULL,
    until_on date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_residencies PRIMARY KEY (id),
    CONSTRAINT ck_residencies_resident CHECK (num_nonnulls(team_id, organization_id) = 1),
    CONSTRAINT ck_residencies_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_residencies_period
        EXCLUDE USING gist (
            space_id WITH =, coalesce(team_id, organization_id) WITH =, daterange(from_on, until_on, '[]') WITH &&
        ),
    CONSTRAINT fk_residencies_space_id_spaces FOREIGN KEY (space_id) REFERENCES spaces (id),
    CONSTRAINT fk_residencies_team_id_teams FOREIGN KEY (team_id) REFERENCES teams (id),
    CONSTRAINT fk_residencies_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

PROVIDERS = """
CREATE TABLE providers (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    applied_for text[] NOT NULL,
    state text NOT NULL,
    ends_on date,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_providers PRIMARY KEY (id),
    CONSTRAINT ck_providers_state
        CHECK (state IN ('applied', 'in_review', 'admitted', 'suspended', 'expired', 'removed', 'withdrawn')),
    CONSTRAINT uq_providers_organization_id UNIQUE (organization_id),
    CONSTRAINT fk_providers_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id)
)
"""

ADMISSIONS = """
CREATE TABLE admissions (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    category text NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document_id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_admissions PRIMARY KEY (id),
    CONSTRAINT ck_admissions_period CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT ex_admissions_period
        EXCLUDE USING gist (provider_id WITH =, category WITH =, daterange(from_on, until_on, '[]') WITH &&),
    CONSTRAINT fk_admissions_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id),
    CONSTRAINT fk_admissions_category_categories FOREIGN KEY (category) REFERENCES categories (id)
)
"""

OFFERINGS = """
CREATE TABLE offerings (
    id uuid NOT NULL,
    provider_id uuid NOT NULL,
    category text NOT NULL,
    name text NOT NULL,
    description text,
    price bigint,
    currency text,
    unit text,
    state text NOT NULL,
    version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT pk_offerings PRIMARY KEY (id),
    CONSTRAINT ck_offerings_price CHECK (price > 0 AND (price IS NULL) = (currency IS NULL)),
    CONSTRAINT ck_offerings_state CHECK (state IN ('draft', 'published', 'withdrawn')),
    CONSTRAINT fk_offerings_provider_id_providers FOREIGN KEY (provider_id) REFERENCES providers (id),
    CONSTRAINT fk_offerings_category_categories FOREIGN KEY (category) REFERENCES categories (id)
)
"""

TABLES = {
    "regions": REGIONS,
    "categories": CATEGORIES,
    "calendars": CALENDARS,
    "organizations": ORGANIZATIONS,
    "priority_listings": PRIORITY_LISTINGS,
    "related_parties": RELATED_PARTIES,
    "sanctions": SANCTIONS,
    "spaces": SPACES,
    "teams": TEAMS,
    "residencies": RESIDENCIES,
    "providers": PROVIDERS,
    "admissions": ADMISSIONS,
    "offerings": OFFERINGS,
}

INDEXES = (
    "CREATE INDEX ix_organizations_region ON organizations (region)",
    "CREATE INDEX ix_priority_listings_organization_id ON priority_listings (organization_id)",
    "CREATE INDEX ix_related_parties_a_id ON related_parties (a_id)",
    "CREATE INDEX ix_related_parties_b_id ON related_parties (b_id)",
    "CREATE INDEX ix_sanctions_organization_id ON sanctions (organization_id)",
    "CREATE INDEX ix_spaces_region ON spaces (region)",
    "CREATE UNIQUE INDEX uq_spaces_operator_id_name ON spaces (operator_id, name)",
    "CREATE UNIQUE INDEX uq_teams_home_id_name ON teams (home_id, name) WHERE status = 'active'",
    "CREATE INDEX ix_residencies_organization_id ON residencies (organization_id)",
    "CREATE INDEX ix_residencies_space_id ON residencies (space_id)",
    "CREATE INDEX ix_residencies_team_id ON residencies (team_id)",
    "CREATE INDEX ix_providers_ends_on ON providers (ends_on) WHERE state = 'admitted'",
    "CREATE INDEX ix_admissions_category ON admissions (category)",
    "CREATE INDEX ix_admissions_provider_id ON admissions (provider_id)",
    "CREATE INDEX ix_offerings_category ON offerings (category)",
    "CREATE UNIQUE INDEX uq_offerings_provider_id_name ON offerings (provider_id, name) WHERE state <> 'withdrawn'",
)

CHANGING = {
    "organizations": "name, region, legal_form, size_class, registered_on, status, version",
    "spaces": "name, kind, form, region, status, version",
    "teams": "name, core_members, status, version",
    "providers": "applied_for, state, ends_on",
    "offerings": "category, name, description, price, currency, unit, state, version",
}
"""Which columns ever change; everything else is append-only, and nothing is deleted."""


def upgrade() -> None:
    """Make the tables. btree_gist lets an exclusion constraint compare ids and names beside periods."""
    chassis_0001.upgrade(ROLE)
    op.execute("CREATE EXTENSION btree_gist")
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
    op.execute("DROP EXTENSION btree_gist")
    chassis_0001.downgrade()
