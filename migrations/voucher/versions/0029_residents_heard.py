"""Where an organisation resides is found without reading all that is known."""

from migrations.concurrent import drop_index, make_index

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    make_index(
        "ix_directory_facts_resident", "ON directory_facts ((document ->> 'organization')) WHERE kind = 'residency'"
    )


def downgrade() -> None:
    """The way back."""
    drop_index("ix_directory_facts_resident")
