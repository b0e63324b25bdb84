"""Extracts of official registers, and what looks into them came to."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

IMPORTS = """
ALTER TABLE imports
    ADD COLUMN as_of date,
    DROP CONSTRAINT ck_imports_kind,
    ADD CONSTRAINT ck_imports_kind CHECK (kind IN ('organizations', 'spaces', 'residencies', 'register_entries')),
    ADD CONSTRAINT ck_imports_as_of CHECK ((kind = 'register_entries') = (as_of IS NOT NULL))
"""

ENTRIES = """
CREATE TABLE register_entries (
    id uuid NOT NULL,
    import_id uuid NOT NULL,
    register text NOT NULL,
    as_of date NOT NULL,
    uscc text NOT NULL,
    name text NOT NULL,
    region text,
    legal_form text,
    status text,
    registered_on date,
    CONSTRAINT pk_register_entries PRIMARY KEY (id),
    CONSTRAINT ck_register_entries_register CHECK (register IN ('business', 'institutions', 'social_organizations')),
    CONSTRAINT ck_register_entries_uscc CHECK (uscc ~ '^[0-9A-HJ-NP-RT-UW-Y]{18}$'),
    CONSTRAINT ck_register_entries_status CHECK (status IN ('active', 'deregistered')),
    CONSTRAINT fk_register_entries_import_id_imports FOREIGN KEY (import_id) REFERENCES imports (id)
)
"""

CHECKS = """
CREATE TABLE register_checks (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    register text NOT NULL,
    outcome text NOT NULL,
    as_of date NOT NULL,
    entry_id uuid,
    import_id uuid,
    differences jsonb NOT NULL,
    checked_at timestamptz NOT NULL,
    checked_by text NOT NULL,
    CONSTRAINT pk_register_checks PRIMARY KEY (id),
    CONSTRAINT ck_register_checks_register CHECK (register IN ('business', 'institutions', 'social_organizations')),
    CONSTRAINT ck_register_checks_outcome CHECK (outcome IN ('equal', 'differs', 'not_found')),
    CONSTRAINT ck_register_checks_entry CHECK (
        (outcome = 'not_found') = (entry_id IS NULL) AND (entry_id IS NULL) = (import_id IS NULL)
    ),
    CONSTRAINT ck_register_checks_differences CHECK ((outcome = 'differs') = (jsonb_array_length(differences) > 0)),
    CONSTRAINT fk_register_checks_organization_id_organizations
        FOREIGN KEY (organization_id) REFERENCES organizations (id),
    CONSTRAINT fk_register_checks_entry_id_register_entries FOREIGN KEY (entry_id) REFERENCES register_entries (id),
    CONSTRAINT fk_register_checks_import_id_imports FOREIGN KEY (import_id) REFERENCES imports (id)
)
"""

INDEXES = (
    "CREATE UNIQUE INDEX uq_register_entries_import_id_uscc ON register_entries (import_id, uscc)",
    "CREATE INDEX ix_register_entries_uscc ON register_entries (uscc, as_of, id)",
    "CREATE INDEX ix_register_entries_register ON register_entries (register, as_of)",
    "CREATE INDEX ix_register_checks_organization_id ON register_checks (organization_id, id)",
)


def upgrade() -> None:
    """Make the tables, and let an import say of which day it tells."""
    op.execute(IMPORTS)
    for statement in (ENTRIES, CHECKS, *INDEXES):
        op.execute(statement)
    op.execute(f"GRANT SELECT, INSERT ON register_entries, register_checks TO {ROLE}")


def downgrade() -> None:
    """The way back, which takes extracts with it: the release before does not know them."""
    op.execute("DROP TABLE register_checks")
    op.execute("DROP TABLE register_entries")
    op.execute(
        "DELETE FROM import_lines USING imports WHERE import_lines.import_id = imports.id"
        " AND imports.kind = 'register_entries'"
    )
    op.execute("DELETE FROM imports WHERE kind = 'register_entries'")
    op.execute("ALTER TABLE imports DROP CONSTRAINT ck_imports_kind, DROP COLUMN as_of")
    op.execute(
        "ALTER TABLE imports ADD CONSTRAINT ck_imports_kind CHECK (kind IN ('organizations', 'spaces', 'residencies'))"
    )
