"""What was supported twice is found by indexes, however much was supported."""

from migrations.concurrent import drop_index, make_index

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_applications_quota_root_id": "ON applications (quota_root_id)",
    "ix_applications_project": "ON applications (project) WHERE project IS NOT NULL",
    "ix_award_claims_alike": "ON award_claims USING gin (alike) WHERE alike IS NOT NULL",
    "ix_redemptions_contract_key": "ON redemptions (payee_id, contract_key)",
    "ix_redemptions_aid": "ON redemptions (id) WHERE jsonb_path_exists(takes, '$[*].cap ? (@ starts with \"aid:\")')",
}


def upgrade() -> None:
    """Make the indexes."""
    for name, of in INDEXES.items():
        make_index(name, of)


def downgrade() -> None:
    """The way back."""
    for name in INDEXES:
        drop_index(name)
