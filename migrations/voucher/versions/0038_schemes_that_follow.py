"""A version keeps of what its publishers were warned; a scheme follows that of the year before, once and for good."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# the previous release writes neither: what it publishes was warned of by its own rules, and follows nothing
COLUMNS = """
ALTER TABLE scheme_versions
    ADD COLUMN root text,
    ADD COLUMN accepted jsonb,
    ADD CONSTRAINT ck_scheme_versions_accepted CHECK (
        published_by IS NULL OR publish_asked_by IS NOT NULL OR accepted IS NULL OR accepted = '[]'
    )
"""

SUCCESSIONS = """
CREATE TABLE scheme_successions (
    scheme_id text NOT NULL CONSTRAINT pk_scheme_successions PRIMARY KEY,
    follows text NOT NULL CONSTRAINT uq_scheme_successions_follows UNIQUE,
    root text NOT NULL,
    version_id uuid NOT NULL
        CONSTRAINT fk_scheme_successions_version_id_scheme_versions REFERENCES scheme_versions (id),
    at timestamptz NOT NULL,
    CONSTRAINT ck_scheme_successions_another CHECK (scheme_id NOT IN (follows, root))
)
"""

STATEMENTS = (
    COLUMNS,
    f"GRANT UPDATE (accepted) ON scheme_versions TO {ROLE}",
    SUCCESSIONS,
    f"GRANT SELECT, INSERT ON scheme_successions TO {ROLE}",
)


def upgrade() -> None:
    """Lay the first scheme of a lineage and what was accepted, and who follows whom."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; the constraint goes with its column."""
    op.execute("DROP TABLE scheme_successions")
    op.execute("ALTER TABLE scheme_versions DROP CONSTRAINT ck_scheme_versions_accepted")
    op.execute("ALTER TABLE scheme_versions DROP COLUMN root, DROP COLUMN accepted")
