"""Orders events by their places, made while everybody writes on."""

from alembic import op

from migrations import concurrent


def upgrade() -> None:
    """The index; and the constraint holds for all rows, which is looked up without keeping anybody from writing."""
    op.execute("ALTER TABLE events VALIDATE CONSTRAINT ck_events_place")
    concurrent.make_index("ix_events_place", "ON events (coalesce(place, xact), position)")


def downgrade() -> None:
    """The way back."""
    concurrent.drop_index("ix_events_place")
