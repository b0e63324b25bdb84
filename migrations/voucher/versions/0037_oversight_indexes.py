"""What was supported twice is found by indexes, and what earlier migrations asked of new rows holds of all."""

from alembic import op

from migrations.concurrent import drop_index, make_index

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_applications_quota_root_id": "ON applications (quota_root_id)",
    "ix_applications_project": "ON applications (project) WHERE project IS NOT NULL",
    "ix_applications_people": "ON applications USING gin (people) WHERE people IS NOT NULL",
    "ix_award_claims_alike": "ON award_claims USING gin (alike) WHERE alike IS NOT NULL",
    "ix_redemptions_contract_key": "ON redemptions (payee_id, contract_key)",
    "ix_redemptions_aid": "ON redemptions (id) WHERE jsonb_path_exists(takes, '$[*].cap ? (@ starts with \"aid:\")')",
}


# laid without a look at the rows that stand, which is had here without keeping anybody from writing
CONSTRAINTS = {
    "redemptions": (
        *("ck_redemptions_holder_kind", "ck_redemptions_contract_tax", "ck_redemptions_contract_lines"),
        *("ck_redemptions_line_rates", "ck_redemptions_let_go", "ck_redemptions_replaces"),
        "fk_redemptions_replaces_redemptions",
    ),
    "captures": ("ck_captures_tax", "ck_captures_lines"),
    "applications": ("ck_applications_holder_kind",),
    "vouchers": ("ck_vouchers_holder_kind",),
    "claim_lines": ("ck_claim_lines_holder_kind",),
    "invoices": ("ck_invoices_buyer_kind",),
    "bank_slips": ("ck_bank_slips_payer_kind",),
    "statement_lines": ("ck_statement_lines_match_kind", "ck_statement_lines_matched"),
}


def upgrade() -> None:
    """Make the indexes, and look at the rows that stood."""
    for table, names in CONSTRAINTS.items():
        for name in names:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    for name, of in INDEXES.items():
        make_index(name, of)


def downgrade() -> None:
    """The way back."""
    for name in INDEXES:
        drop_index(name)
