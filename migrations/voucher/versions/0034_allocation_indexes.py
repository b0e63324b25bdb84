"""What a holder has of a scheme is found by its quota root; columns added to big tables are checked and filled."""

from alembic import op

from migrations.concurrent import drop_index, make_index

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# what providers lost of vouchers is added up here, where nobody is kept from reading or writing others
LOST = """
UPDATE vouchers SET lost_by_provider = failed.lost
FROM (
    SELECT voucher_id, sum(authorised) AS lost FROM redemptions
    WHERE authorised > 0 AND settled = 0
      AND (state = 'lapsed' OR state = 'voided' AND NOT EXISTS (
          SELECT FROM redemption_transitions AS asked
          WHERE asked.redemption_id = redemptions.id AND event = 'void_asked'
      ))
    GROUP BY voucher_id
) AS failed
WHERE vouchers.id = failed.voucher_id
"""

# who settles a round is asked where it finishes, which these did before anybody could
SETTLE = """
INSERT INTO tasks (id, kind, subject_kind, subject_id, role, bureau, due_at, opened_at)
SELECT gen_random_uuid(), 'round.settle', 'round', id, 'operator', bureau,
       coalesce((SELECT max(claim_by_ends) FROM vouchers WHERE round_id = rounds.id), allocate_until_ends),
       allocate_until_ends
FROM rounds
WHERE state = 'finished' AND NOT EXISTS (
    SELECT FROM tasks WHERE subject_id = rounds.id AND kind = 'round.settle' AND closed_at IS NULL
)
"""


def upgrade() -> None:
    """Make the index, check what was added, and write what the release before could not know, while others write."""
    make_index("ix_vouchers_of_quota_root", "ON vouchers (quota_root_id)")
    op.execute("ALTER TABLE applications VALIDATE CONSTRAINT ck_applications_window_turn")
    op.execute("ALTER TABLE vouchers VALIDATE CONSTRAINT ck_vouchers_lost_by_provider")
    op.execute(LOST)
    op.execute(SETTLE)


def downgrade() -> None:
    """The way back; nobody is asked to settle a round any more."""
    op.execute("DELETE FROM tasks WHERE kind = 'round.settle'")
    drop_index("ix_vouchers_of_quota_root")
