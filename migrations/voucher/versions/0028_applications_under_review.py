"""Applications under review are live, are found by what they wait for, and are read in the order of the queue."""

from alembic import op

from migrations.concurrent import drop_index, make_index

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

QUEUE = "ON applications (round_id, queue_order, number)"
# Each stands for an index of the same name whose condition did not know the states under review.
WIDER = {
    "uq_applications_live": "ON applications (round_id, quota_root_id)"
    " WHERE state NOT IN ('rejected', 'withdrawn', 'unserved')",
    "ix_applications_unfinished": "ON applications (round_id, id)"
    " WHERE state NOT IN ('issued', 'rejected', 'withdrawn', 'unserved')",
}
NARROWER = {
    "uq_applications_live": "ON applications (round_id, quota_root_id)"
    " WHERE state IN ('draft', 'submitted', 'approved', 'issued', 'waitlisted')",
    "ix_applications_unfinished": "ON applications (round_id, id)"
    " WHERE state IN ('draft', 'submitted', 'approved', 'waitlisted')",
}


def upgrade() -> None:
    """Make the indexes; there is always one that holds a party to one live application."""
    make_index("ix_applications_reviewed", f"{QUEUE} WHERE state = 'reviewed'")
    make_index("ix_applications_returned", "ON applications (due_at, id) WHERE state = 'returned'")
    for name, of in WIDER.items():
        _replace(name, of)


def downgrade() -> None:
    """The way back."""
    for name, of in NARROWER.items():
        _replace(name, of)
    drop_index("ix_applications_returned")
    drop_index("ix_applications_reviewed")


def _replace(name: str, of: str) -> None:
    make_index(f"{name}_next", of, unique=name.startswith("uq_"))
    drop_index(name)
    op.execute(f"ALTER INDEX {name}_next RENAME TO {name}")
