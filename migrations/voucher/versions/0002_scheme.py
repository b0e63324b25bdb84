"""Scheme versions: the file, what it says, and its state; the service may change the state only."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

SCHEME_VERSIONS = """
CREATE TABLE scheme_versions (
    id uuid NOT NULL CONSTRAINT pk_scheme_versions PRIMARY KEY,
    scheme_id text NOT NULL,
    version bigint NOT NULL,
    bureau text NOT NULL,
    state text NOT NULL
        CONSTRAINT ck_scheme_versions_state CHECK (state IN ('draft', 'published', 'superseded', 'withdrawn')),
    file text NOT NULL,
    document jsonb NOT NULL,
    sha256 text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    published_by text,
    published_at timestamptz,
    ended_at timestamptz,
    CONSTRAINT uq_scheme_versions_version UNIQUE (scheme_id, version),
    CONSTRAINT ck_scheme_versions_published CHECK ((published_at IS NULL) = (published_by IS NULL)),
    CONSTRAINT ck_scheme_versions_published_state
        CHECK (state NOT IN ('published', 'superseded') OR published_at IS NOT NULL)
)
"""

INDEXES = ("CREATE UNIQUE INDEX uq_scheme_versions_published ON scheme_versions (scheme_id) WHERE state = 'published'",)

# What a version says is never updated, draft or not: another text is another version.
GRANTS = (f"GRANT SELECT, INSERT, UPDATE (state, published_by, published_at, ended_at) ON scheme_versions TO {ROLE}",)


def upgrade() -> None:
    """Lay the scheme's table."""
    for statement in (SCHEME_VERSIONS, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back."""
    op.execute("DROP TABLE scheme_versions")
