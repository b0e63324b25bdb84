"""Memberships, and the sessions of their persons, are of an organisation, a team or a natural person."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "('organization', 'team', 'person')"
TABLES = ("memberships", "sessions")


def upgrade() -> None:
    """What the release before writes is an organisation's."""
    for name in TABLES:
        op.execute(f"ALTER TABLE {name} ADD COLUMN kind text NOT NULL DEFAULT 'organization'")
        op.execute(f"ALTER TABLE {name} ADD CONSTRAINT ck_{name}_kind CHECK (kind IN {KINDS}) NOT VALID")
        op.execute(f"ALTER TABLE {name} VALIDATE CONSTRAINT ck_{name}_kind")


def downgrade() -> None:
    """The way back."""
    for name in TABLES:
        op.execute(f"ALTER TABLE {name} DROP COLUMN kind")
