"""Seals over journals, decisions and attempts: a chain that only grows."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# A seal names the one before it, number and head: no gap, no fork, and no second seal of the same rows.
SEALS = """
CREATE TABLE seals (
    number bigint NOT NULL CONSTRAINT pk_seals PRIMARY KEY CONSTRAINT ck_seals_number CHECK (number > 0),
    follows bigint CONSTRAINT ck_seals_follows CHECK (follows IS NOT DISTINCT FROM nullif(number - 1, 0)),
    algorithm text NOT NULL CONSTRAINT ck_seals_algorithm CHECK (algorithm IN ('sha256', 'sm3')),
    form bigint NOT NULL,
    count bigint NOT NULL CONSTRAINT ck_seals_count CHECK (count BETWEEN 1 AND 10000),
    upto_xact xid8 NOT NULL,
    upto_kind text NOT NULL CONSTRAINT ck_seals_upto_kind CHECK (upto_kind IN ('attempt', 'decision', 'journal')),
    upto_ref text NOT NULL,
    names bytea NOT NULL,
    leaves bytea NOT NULL,
    names_digest bytea NOT NULL CONSTRAINT ck_seals_names_digest CHECK (octet_length(names_digest) = 32),
    root bytea NOT NULL CONSTRAINT ck_seals_root CHECK (octet_length(root) = 32),
    previous bytea NOT NULL CONSTRAINT ck_seals_previous CHECK (octet_length(previous) = 32),
    head bytea NOT NULL CONSTRAINT ck_seals_head CHECK (octet_length(head) = 32),
    key text NOT NULL,
    sealed_at timestamptz NOT NULL,
    jws text NOT NULL,
    CONSTRAINT ck_seals_packed CHECK (octet_length(names) = 17 * count AND octet_length(leaves) = 32 * count),
    CONSTRAINT uq_seals_number_head UNIQUE (number, head),
    CONSTRAINT fk_seals_follows_seals FOREIGN KEY (follows, previous) REFERENCES seals (number, head)
)
"""

STATEMENTS = (
    SEALS,
    # Hashes do not compress, and it would be tried for every seal.
    "ALTER TABLE seals ALTER COLUMN names SET STORAGE EXTERNAL",
    "ALTER TABLE seals ALTER COLUMN leaves SET STORAGE EXTERNAL",
    "CREATE INDEX ix_seals_upto_xact ON seals (upto_xact)",
    f"GRANT SELECT, INSERT ON seals TO {ROLE}",
)


def upgrade() -> None:
    """Lay the chain."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back."""
    op.execute("DROP TABLE seals")
