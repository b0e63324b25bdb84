"""What is searched is found without reading all of it."""

from migrations.concurrent import drop_index, make_index

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_organizations_successor_id": "ON organizations (successor_id) WHERE successor_id IS NOT NULL",
    "ix_spaces_parent_id": "ON spaces (parent_id) WHERE parent_id IS NOT NULL",
    "ix_teams_incorporated_as": "ON teams (incorporated_as) WHERE incorporated_as IS NOT NULL",
    "ix_teams_people": "ON teams USING gin ((core_members || past_members))",
}
"""By name, on what: tables that were there before, and are written to while the index is made."""


def upgrade() -> None:
    """Make them without keeping anybody from writing."""
    for name, of in INDEXES.items():
        make_index(name, of)


def downgrade() -> None:
    """The way back."""
    for name in reversed(INDEXES):
        drop_index(name)
