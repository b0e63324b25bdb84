"""What was heard since is found without reading all that is known."""

from migrations.concurrent import drop_index, make_index

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    make_index("ix_directory_facts_heard", "ON directory_facts (heard) WHERE kind = 'organization'")


def downgrade() -> None:
    """The way back."""
    drop_index("ix_directory_facts_heard")
