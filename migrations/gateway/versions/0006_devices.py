"""Devices are clients of a kind, paired by a member's PIN, and every client tells when it was last used."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROLE = "innovoucher_gateway"

CLIENTS = """
ALTER TABLE clients
    ADD COLUMN kind text NOT NULL DEFAULT 'program',
    ADD COLUMN last_used_at timestamptz,
    ADD CONSTRAINT ck_clients_kind CHECK (kind = 'program' OR kind = 'device' AND organization_id IS NOT NULL)
"""

PAIRINGS = """
CREATE TABLE pairings (
    person_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    name text NOT NULL,
    roles text[] NOT NULL,
    pin_hash bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    tries bigint NOT NULL DEFAULT 0,
    CONSTRAINT pk_pairings PRIMARY KEY (person_id),
    CONSTRAINT uq_pairings_pin_hash UNIQUE (pin_hash),
    CONSTRAINT ck_pairings_roles CHECK (cardinality(roles) > 0 AND roles <@ ARRAY['holder', 'provider', 'space']),
    CONSTRAINT ck_pairings_tries CHECK (tries BETWEEN 0 AND 100),
    CONSTRAINT fk_pairings_person_id_persons FOREIGN KEY(person_id) REFERENCES persons (id)
)
"""


def upgrade() -> None:
    """A PIN is forgotten when it was used, when it has expired, and when too much was guessed beside it."""
    op.execute(CLIENTS)
    op.execute(PAIRINGS)
    op.execute(f"GRANT SELECT, INSERT, DELETE, UPDATE (tries) ON pairings TO {ROLE}")


def downgrade() -> None:
    """The way back; devices stay clients."""
    op.execute("DROP TABLE pairings")
    op.execute("ALTER TABLE clients DROP COLUMN kind, DROP COLUMN last_used_at")
