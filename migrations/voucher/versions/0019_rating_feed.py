"""How far the registry was told of ratings."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# One row for ever: told from where it was left.
FEED = """
CREATE TABLE rating_feed (
    id bigint NOT NULL CONSTRAINT pk_rating_feed PRIMARY KEY CONSTRAINT ck_rating_feed_one_row CHECK (id = 1),
    cursor text
)
"""


def upgrade() -> None:
    """Lay the row; the first time everything is told."""
    op.execute(FEED)
    op.execute("INSERT INTO rating_feed (id) VALUES (1)")
    op.execute(f"GRANT SELECT, UPDATE (cursor) ON rating_feed TO {ROLE}")


def downgrade() -> None:
    """The way back: the registry keeps each rating once, however often it is told."""
    op.execute("DROP TABLE rating_feed")
