"""Lists by which a bureau hands in applications on behalf of holders."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

LISTS = """
CREATE TABLE application_lists (
    id uuid NOT NULL CONSTRAINT pk_application_lists PRIMARY KEY,
    round_id uuid NOT NULL CONSTRAINT fk_application_lists_round_id_rounds REFERENCES rounds (id),
    document text NOT NULL,
    currency text NOT NULL,
    dry_run boolean NOT NULL,
    rows jsonb NOT NULL,
    state text NOT NULL CONSTRAINT ck_application_lists_state CHECK (state IN ('taken', 'done')),
    client text NOT NULL,
    handed_in_by text NOT NULL,
    handed_in_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT ck_application_lists_done CHECK ((state = 'done') = (done_at IS NOT NULL)),
    CONSTRAINT ck_application_lists_length CHECK (jsonb_array_length(rows) BETWEEN 1 AND 10000)
)
"""

STATEMENTS = (
    LISTS,
    # One at a time, so that two lists never wait for each other's rows; the ranking waits for it too.
    "CREATE UNIQUE INDEX uq_application_lists_under_way ON application_lists (round_id) WHERE state = 'taken'",
    f"GRANT SELECT, INSERT, UPDATE (state, done_at) ON application_lists TO {ROLE}",
)


def upgrade() -> None:
    """Lay the table."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back: what became of the lists stands with the applications."""
    op.execute("DROP TABLE application_lists")
