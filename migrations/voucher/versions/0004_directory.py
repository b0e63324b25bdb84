"""What the registry told last: one row a fact, and how far its feed was heard."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

FACTS = """
CREATE TABLE directory_facts (
    kind text NOT NULL,
    key text NOT NULL,
    provider text,
    document jsonb NOT NULL,
    CONSTRAINT pk_directory_facts PRIMARY KEY (kind, key)
)
"""

# One row for ever: the feed is read from where it was left.
FEED = """
CREATE TABLE directory_feed (
    id bigint NOT NULL CONSTRAINT pk_directory_feed PRIMARY KEY CONSTRAINT ck_directory_feed_one_row CHECK (id = 1),
    cursor text,
    heard_at timestamptz
)
"""

STATEMENTS = (
    FACTS,
    FEED,
    "CREATE UNIQUE INDEX uq_directory_facts_provider ON directory_facts (provider)",
    "INSERT INTO directory_feed (id) VALUES (1)",
    f"GRANT SELECT, INSERT, UPDATE (provider, document) ON directory_facts TO {ROLE}",
    f"GRANT SELECT, UPDATE (cursor, heard_at) ON directory_feed TO {ROLE}",
)


def upgrade() -> None:
    """Lay the directory's tables."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back: the feed fills the directory again from its beginning."""
    op.execute("DROP TABLE directory_feed")
    op.execute("DROP TABLE directory_facts")
