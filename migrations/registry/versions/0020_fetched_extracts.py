"""Looks for extracts of official registers at the platform where they lie."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"

FETCHES = """
CREATE TABLE register_fetches (
    due_at timestamptz NOT NULL,
    ordered_at timestamptz NOT NULL,
    job_id uuid NOT NULL,
    outcome text,
    day date,
    why text,
    import_id uuid,
    ended_at timestamptz,
    CONSTRAINT pk_register_fetches PRIMARY KEY (due_at),
    CONSTRAINT ck_register_fetches_outcome CHECK (outcome IN ('taken', 'not_there', 'failed')),
    CONSTRAINT ck_register_fetches_ended CHECK ((outcome IS NULL) = (ended_at IS NULL)),
    CONSTRAINT ck_register_fetches_day CHECK ((day IS NULL) = (outcome IS NULL OR outcome = 'not_there')),
    CONSTRAINT ck_register_fetches_why CHECK ((why IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'failed')),
    CONSTRAINT ck_register_fetches_import CHECK ((import_id IS NOT NULL) = (outcome IS NOT DISTINCT FROM 'taken')),
    CONSTRAINT fk_register_fetches_import_id_imports FOREIGN KEY (import_id) REFERENCES imports (id)
)
"""

ONCE = "CREATE UNIQUE INDEX uq_imports_fetched ON imports (as_of) WHERE requested_by = 'register.fetch'"
"""The house takes the extract of a day in once; a person may send another."""


def upgrade() -> None:
    """Make the table; a look that has ended is not changed by the service, which writes an end only."""
    op.execute(FETCHES)
    op.execute(ONCE)
    op.execute(f"GRANT SELECT, INSERT ON register_fetches TO {ROLE}")
    op.execute(f"GRANT UPDATE (outcome, day, why, import_id, ended_at) ON register_fetches TO {ROLE}")


def downgrade() -> None:
    """The way back; what was taken in stays, as an import that no person ordered."""
    op.execute("DROP INDEX uq_imports_fetched")
    op.execute("DROP TABLE register_fetches")
