"""The gateway's first shape: its chassis tables, persons and logins, registrations and roles, sessions and limits."""

from alembic import op

from migrations import chassis_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "innovoucher_gateway"

LOGIN_FAILURES = """
CREATE TABLE login_failures (
    login_index bytea NOT NULL,
    failures bigint NOT NULL,
    last_failed_at timestamptz NOT NULL,
    CONSTRAINT pk_login_failures PRIMARY KEY (login_index)
)
"""

PERSONS = """
CREATE TABLE persons (
    id uuid NOT NULL,
    duty text NOT NULL,
    state text NOT NULL,
    wrapped_key bytea,
    personal bytea,
    created_at timestamptz NOT NULL,
    CONSTRAINT pk_persons PRIMARY KEY (id),
    CONSTRAINT uq_persons_id_duty UNIQUE (id, duty),
    CONSTRAINT ck_persons_duty CHECK (duty IN ('none', 'member', 'staff', 'admin')),
    CONSTRAINT ck_persons_state CHECK (state IN ('active', 'disabled', 'erased')),
    CONSTRAINT ck_persons_erased CHECK ((state = 'erased') = (wrapped_key IS NULL)
        AND (wrapped_key IS NULL) = (personal IS NULL))
)
"""

RATE_LEASES = """
CREATE TABLE rate_leases (
    key text NOT NULL,
    "window" bigint NOT NULL,
    leased bigint NOT NULL,
    CONSTRAINT pk_rate_leases PRIMARY KEY (key, "window")
)
"""

REVOCATIONS = """
CREATE TABLE revocations (
    position bigint GENERATED ALWAYS AS IDENTITY,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    not_after timestamptz NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT pk_revocations PRIMARY KEY (position),
    CONSTRAINT ck_revocations_kind CHECK (kind IN ('person', 'subject', 'session', 'token'))
)
"""

ACCOUNTS = """
CREATE TABLE accounts (
    person_id uuid NOT NULL,
    login_index bytea,
    password_hash text,
    password_at timestamptz NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (person_id),
    CONSTRAINT uq_accounts_login_index UNIQUE (login_index),
    CONSTRAINT ck_accounts_erased CHECK ((login_index IS NULL) = (password_hash IS NULL)),
    CONSTRAINT fk_accounts_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""

ACTIVATIONS = """
CREATE TABLE activations (
    hash bytea NOT NULL,
    person_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_activations PRIMARY KEY (hash),
    CONSTRAINT fk_activations_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""

CLIENTS = """
CREATE TABLE clients (
    id uuid NOT NULL,
    name text NOT NULL,
    organization_id uuid,
    roles text[] NOT NULL,
    secret_hash bytea NOT NULL,
    state text NOT NULL,
    made_by uuid,
    made_at timestamptz NOT NULL,
    rotated_at timestamptz,
    disabled_at timestamptz,
    CONSTRAINT pk_clients PRIMARY KEY (id),
    CONSTRAINT ck_clients_state CHECK (state IN ('active', 'disabled')),
    CONSTRAINT ck_clients_roles CHECK (CASE WHEN organization_id IS NULL THEN roles = ARRAY['service'] ELSE
        made_by IS NOT NULL AND cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space'] END),
    CONSTRAINT fk_clients_made_by_persons FOREIGN KEY(made_by) REFERENCES persons (id)
)
"""

MEMBERSHIPS = """
CREATE TABLE memberships (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    duty text,
    organization_id uuid NOT NULL,
    roles text[] NOT NULL,
    state text NOT NULL,
    since timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT fk_memberships_duty_persons FOREIGN KEY(person_id, duty) REFERENCES persons (id, duty),
    CONSTRAINT ck_memberships_duty CHECK (duty = 'member'),
    CONSTRAINT ck_memberships_state CHECK (state IN ('active', 'ended')),
    CONSTRAINT ck_memberships_duty_while_active CHECK ((state = 'active') = (duty IS NOT NULL)),
    CONSTRAINT ck_memberships_ended CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CONSTRAINT ck_memberships_roles CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space']),
    CONSTRAINT fk_memberships_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""

REGISTRATIONS = """
CREATE TABLE registrations (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    uscc text NOT NULL,
    claim JSONB NOT NULL,
    roles text[] NOT NULL,
    state text NOT NULL,
    contested boolean NOT NULL,
    submitted_at timestamptz NOT NULL,
    organization_id uuid,
    decided_by text,
    decided_at timestamptz,
    reason text,
    CONSTRAINT pk_registrations PRIMARY KEY (id),
    CONSTRAINT ck_registrations_state CHECK (state IN ('submitted', 'contested', 'confirmed', 'rejected')),
    CONSTRAINT ck_registrations_decided CHECK ((state IN ('confirmed', 'rejected')) = (decided_at IS NOT NULL)),
    CONSTRAINT ck_registrations_organization CHECK ((state = 'confirmed') = (organization_id IS NOT NULL)),
    CONSTRAINT ck_registrations_uscc CHECK (char_length(uscc) = 18),
    CONSTRAINT fk_registrations_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""

ROLE_GRANTS = """
CREATE TABLE role_grants (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    office text NOT NULL,
    duty text,
    region text,
    stage text,
    bureau text,
    treasury text,
    state text NOT NULL,
    proposed_by uuid,
    proposed_at timestamptz NOT NULL,
    seconded_by uuid,
    seconded_at timestamptz,
    ended_by uuid,
    ended_at timestamptz,
    bootstrap_seat bigint,
    CONSTRAINT pk_role_grants PRIMARY KEY (id),
    CONSTRAINT fk_role_grants_duty_persons FOREIGN KEY(person_id, duty) REFERENCES persons (id, duty),
    CONSTRAINT ck_role_grants_role CHECK (role IN ('reviewer', 'operator', 'finance_maker',
        'finance_checker', 'auditor', 'admin')),
    CONSTRAINT ck_role_grants_office CHECK (office = CASE WHEN role IN ('finance_maker',
        'finance_checker') THEN 'finance' ELSE role END),
    CONSTRAINT ck_role_grants_duty CHECK (duty = CASE role WHEN 'admin' THEN 'admin' ELSE 'staff' END),
    CONSTRAINT ck_role_grants_state CHECK (state IN ('proposed', 'active', 'ended', 'declined')),
    CONSTRAINT ck_role_grants_duty_while_active CHECK ((state = 'active') = (duty IS NOT NULL)),
    CONSTRAINT ck_role_grants_region_stage CHECK ((role = 'reviewer') = (region IS NOT NULL AND stage IS NOT NULL)),
    CONSTRAINT ck_role_grants_bureau CHECK ((role = 'operator') = (bureau IS NOT NULL)),
    CONSTRAINT ck_role_grants_treasury CHECK ((role IN ('finance_maker',
        'finance_checker')) = (treasury IS NOT NULL)),
    CONSTRAINT ck_role_grants_four_eyes CHECK (proposed_by <> person_id AND proposed_by <> seconded_by
        AND seconded_by <> person_id),
    CONSTRAINT ck_role_grants_two_persons CHECK (CASE WHEN bootstrap_seat IS NULL THEN proposed_by IS NOT
        NULL AND (state NOT IN ('active', 'ended') OR seconded_by IS NOT NULL) ELSE role = 'admin'
        AND bootstrap_seat IN (1, 2) END),
    CONSTRAINT uq_role_grants_bootstrap_seat UNIQUE (bootstrap_seat),
    CONSTRAINT fk_role_grants_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id),
    CONSTRAINT fk_role_grants_proposed_by_persons FOREIGN KEY(proposed_by) REFERENCES persons (id),
    CONSTRAINT fk_role_grants_seconded_by_persons FOREIGN KEY(seconded_by) REFERENCES persons (id),
    CONSTRAINT fk_role_grants_ended_by_persons FOREIGN KEY(ended_by) REFERENCES persons (id)
)
"""

SESSIONS = """
CREATE TABLE sessions (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    organization_id uuid,
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT fk_sessions_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""

REFRESH_TOKENS = """
CREATE TABLE refresh_tokens (
    hash bytea NOT NULL,
    session_id uuid NOT NULL,
    predecessor bytea,
    issued_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (hash),
    CONSTRAINT uq_refresh_tokens_predecessor UNIQUE (predecessor),
    CONSTRAINT fk_refresh_tokens_session_id_sessions FOREIGN KEY(session_id)
        REFERENCES sessions (id) ON DELETE CASCADE
)
"""

INDEXES = (
    'CREATE INDEX ix_rate_leases_window ON rate_leases ("window")',
    "CREATE INDEX ix_revocations_until ON revocations (until)",
    "CREATE INDEX ix_revocations_xact_position ON revocations (xact, position)",
    "CREATE INDEX ix_activations_person_id ON activations (person_id)",
    "CREATE INDEX ix_clients_made_by ON clients (made_by)",
    "CREATE INDEX ix_clients_organization_id ON clients (organization_id, made_at, id)",
    "CREATE UNIQUE INDEX uq_clients_service ON clients (name) WHERE organization_id IS NULL",
    "CREATE INDEX ix_memberships_organization_id ON memberships (organization_id)",
    "CREATE UNIQUE INDEX uq_memberships_active ON memberships (person_id, organization_id) WHERE state = 'active'",
    "CREATE INDEX ix_registrations_person_id ON registrations (person_id)",
    "CREATE INDEX ix_registrations_state ON registrations (state, submitted_at, id)",
    "CREATE INDEX ix_registrations_uscc ON registrations (uscc)",
    "CREATE UNIQUE INDEX uq_registrations_undisputed ON registrations (uscc)"
    " WHERE NOT contested AND state IN ('submitted', 'confirmed')",
    "CREATE INDEX ix_role_grants_state ON role_grants (state, proposed_at, id)",
    "CREATE UNIQUE INDEX uq_role_grants_office ON role_grants (person_id, office) WHERE state = 'active'",
    "CREATE INDEX ix_sessions_expires_at ON sessions (expires_at)",
    "CREATE INDEX ix_sessions_live ON sessions (person_id) WHERE ended_at IS NULL",
    "CREATE INDEX ix_refresh_tokens_session_id ON refresh_tokens (session_id)",
)

TABLES = {
    "login_failures": LOGIN_FAILURES,
    "persons": PERSONS,
    "rate_leases": RATE_LEASES,
    "revocations": REVOCATIONS,
    "accounts": ACCOUNTS,
    "activations": ACTIVATIONS,
    "clients": CLIENTS,
    "memberships": MEMBERSHIPS,
    "registrations": REGISTRATIONS,
    "role_grants": ROLE_GRANTS,
    "sessions": SESSIONS,
    "refresh_tokens": REFRESH_TOKENS,
}

CHANGING = ("persons", "accounts", "activations", "registrations", "memberships", "role_grants", "clients", "sessions")
PRUNED = ("refresh_tokens", "login_failures", "rate_leases")
FORGOTTEN = ("sessions", "revocations", *PRUNED)


def upgrade() -> None:
    """Persons, roles and decisions are never deleted; sessions, revocations, failures and leases are forgotten."""
    chassis_0001.upgrade(ROLE)
    for statement in (*TABLES.values(), *INDEXES):
        op.execute(statement)
    for table in TABLES:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {ROLE}")
    for table in (*CHANGING, *PRUNED):
        op.execute(f"GRANT UPDATE ON {table} TO {ROLE}")
    for table in FORGOTTEN:
        op.execute(f"GRANT DELETE ON {table} TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    chassis_0001.downgrade()
