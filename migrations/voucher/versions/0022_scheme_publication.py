"""Scheme versions have effective dates, and a draft policy as basis takes two persons to publish."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# the previous release publishes without asking anybody: not on a draft, which its files cannot say
COLUMNS = """
ALTER TABLE scheme_versions
    ADD COLUMN effective date,
    ADD COLUMN publish_asked_by text,
    ADD COLUMN publish_asked_at timestamptz,
    ADD CONSTRAINT ck_scheme_versions_publish_asked CHECK ((publish_asked_by IS NULL) = (publish_asked_at IS NULL)),
    ADD CONSTRAINT ck_scheme_versions_two_persons CHECK (publish_asked_by <> published_by),
    ADD CONSTRAINT ck_scheme_versions_draft_basis CHECK (
        published_by IS NULL OR publish_asked_by IS NOT NULL
        OR NOT jsonb_path_exists(document, '$."basis"[*]?(@."draft" == true)')
    )
"""

# a file of the release before has no date of its own: it counted from the day on which its window opened
EFFECTIVE = """
UPDATE scheme_versions SET effective =
    coalesce(document #>> '{effective,value}', left(document #>> '{allocation,opens,value}', 10))::date
"""

BACK = """
ALTER TABLE scheme_versions
    DROP COLUMN effective,
    DROP COLUMN publish_asked_by,
    DROP COLUMN publish_asked_at
"""

STATEMENTS = (
    COLUMNS,
    EFFECTIVE,
    f"GRANT UPDATE (publish_asked_by, publish_asked_at) ON scheme_versions TO {ROLE}",
)


def upgrade() -> None:
    """Lay the date and the first person, and say from when the versions that there are count."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; the constraints go with their columns."""
    op.execute("ALTER TABLE scheme_versions DROP CONSTRAINT ck_scheme_versions_draft_basis")
    op.execute(BACK)
